"""Values about a person never show themselves."""

from __future__ import annotations

from jukinet.testing.people import make_person


def test_no_value_of_a_person_is_in_a_repr() -> None:
    record = make_person(seed=7)
    for value in (record, record.name, record.address, record.koseki, record.identity_facts()):
        assert repr(value) == f"{type(value).__name__}(…)"

"""Designated cities: Act Art. 38, Ord. Art. 31."""

from __future__ import annotations

from tests.conformance.cases import case

from jukinet.law import wards
from jukinet.law.decisions import Permitted, Refused


@case(permitted="WD1", refused="WD1")
def test_a_city_with_wards_keeps_no_register_of_its_own() -> None:
    assert isinstance(wards.decide_own(has_wards=False), Permitted)
    decision = wards.decide_own(has_wards=True)
    assert isinstance(decision, Refused)
    assert [one.rule for one in decision.failed] == ["WD1"]

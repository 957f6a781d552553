"""Designated cities: Act Art. 38, Ord. Art. 31."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.domain.municipality import MunicipalityCode, municipality_check_digit
from jukinet.domain.numbers import with_check_digit
from jukinet.law import wards
from jukinet.law.decisions import Permitted, Refused


@case(permitted="WD1", refused="WD1")
def test_a_city_with_wards_keeps_no_register_of_its_own() -> None:
    assert isinstance(wards.decide_own(has_wards=False), Permitted)
    decision = wards.decide_own(has_wards=True)
    assert isinstance(decision, Refused)
    assert [one.rule for one in decision.failed] == ["WD1"]


@case(permitted="OU2 OU3", refused="OU2 OU3")
def test_a_number_is_kept_between_wards_where_nobody_else_has_it() -> None:
    for within_city, stated, others, rules in (
        (True, True, False, []),
        (False, False, False, []),
        (True, False, False, ["OU2"]),
        (False, True, False, []),
        (True, True, True, ["OU3"]),
        (False, True, True, ["OU3"]),
    ):
        decision = wards.decide_kept_number(within_city=within_city, stated=stated, others=others)
        assert [one.rule for one in getattr(decision, "failed", ())] == rules


@case("spec 1.1.13")
@given(st.integers(1, 10**10 - 1), st.sampled_from(["14101", "14118", "14131"]))
def test_the_numbers_of_wards_lie_in_ranges_of_their_own_and_have_room(serial: int, five: str) -> None:
    ward = MunicipalityCode.parse(five + municipality_check_digit(five))
    given_out = wards.serial_in_city(ward, serial)
    assert with_check_digit(given_out)[:3] == five[2:5]
    assert given_out % 10**7 == serial % 10**7

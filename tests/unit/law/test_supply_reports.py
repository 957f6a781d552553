"""The yearly report of supply: Act Arts. 30-7(8), 30-11(6); Reg. Arts. 21, 27."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conformance.cases import case, judged

from jukinet.law.decisions import Permitted, Refused
from jukinet.law.supply_reports import decide_report, fiscal_year

CENTRE, GOVERNOR, MAYOR = (True, False), (False, True), (False, False)
LAST, FIRST = date(2013, 3, 31), date(2013, 4, 1)


@pytest.mark.parametrize(
    ("who", "delegates", "on", "refused"),
    judged(
        (CENTRE, False, FIRST, []),
        (CENTRE, True, FIRST, []),
        (GOVERNOR, False, FIRST, []),
        (GOVERNOR, True, FIRST, ["AC1"]),
        (MAYOR, False, FIRST, ["AC1"]),
        (CENTRE, False, LAST, ["AC2"]),
        (MAYOR, True, LAST, ["AC1", "AC2"]),
        permitted="AC1 AC2",
    ),
)
def test_who_makes_the_report_of_which_year(
    who: tuple[bool, bool], delegates: bool, on: date, refused: list[str]
) -> None:
    decision = decide_report(2013, centre=who[0], governor=who[1], delegates=delegates, on=on)
    assert ([one.rule for one in decision.failed] if isinstance(decision, Refused) else []) == refused


@case("Act Arts. 30-7(8), 30-11(6)", "Reg. Arts. 21, 27")
def test_the_centre_makes_it_under_one_article_and_a_governor_under_another() -> None:
    centre = decide_report(2013, centre=True, governor=False, delegates=False, on=FIRST)
    governor = decide_report(2013, centre=False, governor=True, delegates=False, on=FIRST)
    assert isinstance(centre, Permitted)
    assert isinstance(governor, Permitted)
    assert centre.basis == ("Act Art. 30-11(6)", "Reg. Art. 27")
    assert governor.basis == ("Act Art. 30-7(8)", "Reg. Art. 21")


def test_a_fiscal_year_begins_in_april() -> None:
    assert fiscal_year(2013) == (FIRST, date(2014, 3, 31))

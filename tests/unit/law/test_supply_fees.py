"""The fee for what organs of Table 1 are told: Act Art. 30-10(4), (5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.municipality import PrefectureCode
from jukinet.law.decisions import Decision, Refused
from jukinet.law.supply_fees import RULES, Fee, decide_account, decide_approval, decide_fee, fee_on

FIRST = date(2013, 10, 1)
TOKYO, FUKUSHIMA = PrefectureCode("13"), PrefectureCode("07")
BOTH = frozenset({TOKYO, FUKUSHIMA})
FEE = Fee(10, FIRST, frozenset({FUKUSHIMA}))


def rules(decision: Decision) -> list[str]:
    return [one.rule for one in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize(
    ("centre", "known", "refused"),
    judged(
        (True, False, []),
        (False, False, ["CE11"]),
        (True, True, ["CE12"]),
        permitted="CE11 CE12",
    ),
)
@case("Act Art. 30-10(4), (5)")
def test_the_centre_sets_the_fee(centre: bool, known: bool, refused: list[str]) -> None:
    assert rules(decide_fee(centre=centre, known=known)) == refused
    assert rules(decide_account(centre=centre)) == ([] if centre else ["CE11"])


@pytest.mark.parametrize(
    ("fee", "prefecture", "delegates", "approved_on", "refused"),
    judged(
        (FEE, TOKYO, True, FIRST - timedelta(days=1), []),
        (FEE, TOKYO, True, FIRST, ["CE13"]),
        (FEE, TOKYO, False, date(2013, 7, 8), ["CE13"]),
        (None, TOKYO, True, date(2013, 7, 8), ["CE13"]),
        (FEE, FUKUSHIMA, True, date(2013, 7, 8), ["CE14"]),
        permitted="CE13 CE14",
    ),
)
@case("Act Art. 30-10(5)")
def test_a_governor_who_delegates_approves_it_beforehand(
    fee: Fee | None, prefecture: PrefectureCode, delegates: bool, approved_on: date, refused: list[str]
) -> None:
    decision = decide_approval(fee, prefecture, centre=True, delegates=delegates, approved_on=approved_on)
    assert rules(decision) == refused


@case("Act Art. 30-10(4), (5)")
def test_the_newest_amount_that_all_approved_counts_from_its_first_day() -> None:
    all_of_them = replace(FEE, approved_by=BOTH)
    newer = replace(all_of_them, yen=12, first=date(2014, 4, 1))
    waiting = Fee(20, date(2014, 4, 2), frozenset({TOKYO}))
    fees = (newer, all_of_them, waiting)
    days = (FIRST - timedelta(days=1), FIRST, date(2014, 3, 31), date(2014, 4, 1), date(2014, 5, 1))
    assert [fee_on(fees, BOTH, on) for on in days] == [0, 10, 10, 12, 12]
    assert fee_on(fees, frozenset({TOKYO}), days[-1]) == 20, "who delegates no more need not approve"


def test_every_rule_stands_in_the_list() -> None:
    assert [rule.rule for rule in RULES] == ["CE11", "CE12", "CE13", "CE14"]

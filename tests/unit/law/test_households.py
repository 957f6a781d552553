"""Changes of households without a move (Art. 25): every rule, permitted and refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.conformance.cases import case, refusals

from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.households import HouseholdAct, HouseholdNotification, decide_household

TODAY = date(2013, 7, 8)
TOMORROW = TODAY + timedelta(days=1)

SPLIT = HouseholdNotification(
    HouseholdAct.SPLIT, TODAY, TODAY, all_leave=False, joins=False, householders=1, same_address=True
)
MERGE = replace(SPLIT, act=HouseholdAct.MERGE, all_leave=True, joins=True)
CHANGE = replace(SPLIT, act=HouseholdAct.CHANGE, joins=True)
HOUSEHOLDER = replace(SPLIT, act=HouseholdAct.HOUSEHOLDER, all_leave=True, joins=True)
ALL = (SPLIT, MERGE, CHANGE, HOUSEHOLDER)


def decide(notice: HouseholdNotification, *, recorded_here: bool = True) -> Decision:
    return decide_household(notice, recorded_here=recorded_here, on=TODAY)


def failed(decision: Decision) -> list[str]:
    assert isinstance(decision, Refused)
    return [rule.rule for rule in decision.failed]


@pytest.mark.parametrize("notice", ALL, ids=lambda one: one.act.value)
@case(permitted="HH1 HH2 HH3 HH4 HH5 HH6 HH7")
def test_each_act_is_permitted_by_article_25(notice: HouseholdNotification) -> None:
    decision = decide(notice)
    assert isinstance(decision, Permitted)
    assert decision.basis[0] == "Act Art. 25"
    assert decision.remarks == ()


@pytest.mark.parametrize(
    ("notice", "rules"),
    refusals(
        (replace(SPLIT, filed_on=TOMORROW), ["F1"]),
        (replace(SPLIT, changed_on=TOMORROW), ["HH1"]),
        (replace(SPLIT, changed_on=TODAY, filed_on=TODAY - timedelta(days=1)), ["HH1"]),
        (replace(SPLIT, all_leave=True), ["HH3"]),
        (replace(SPLIT, joins=True), ["HH3"]),
        (replace(MERGE, all_leave=False), ["HH3"]),
        (replace(CHANGE, all_leave=True), ["HH3"]),
        (replace(CHANGE, joins=False), ["HH3"]),
        (replace(CHANGE, householders=0), ["HH4"]),
        (replace(HOUSEHOLDER, householders=2), ["HH4"]),
        (replace(MERGE, same_address=False), ["HH5"]),
        (replace(CHANGE, related=False), ["HH6"]),
        (replace(HOUSEHOLDER, all_stated=False), ["HH7"]),
        (replace(SPLIT, householders=0, same_address=False, joins=True), ["HH3", "HH4", "HH5"]),
    ),
)
def test_what_is_refused_and_every_rule_at_once(notice: HouseholdNotification, rules: list[str]) -> None:
    assert failed(decide(notice)) == rules


@case(refused="HH2")
def test_only_who_is_recorded_here_changes_the_household() -> None:
    assert failed(decide(SPLIT, recorded_here=False)) == ["HH2"]


@pytest.mark.parametrize(("days", "late"), [(14, False), (15, True)])
@case("Act Art. 25")
def test_a_notice_after_fourteen_days_is_remarked_on(days: int, late: bool) -> None:
    decision = decide(replace(SPLIT, changed_on=TODAY - timedelta(days=days)))
    assert isinstance(decision, Permitted)
    assert [remark.article for remark in decision.remarks] == ["Act Art. 25"] * late

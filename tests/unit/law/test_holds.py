"""Holds: which keep an act back, which only ask for a second look, and what lifts them for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.law import holds
from jukinet.law.decisions import Decision, Permitted, Refused, RuleKind
from jukinet.law.holds import Hold, Level, Lift, Process, Weighed

DAY = date(2013, 7, 8)
NOW = datetime(2013, 7, 8, 1, 0, tzinfo=UTC)
ERROR = Hold(1, Process.CHANGE, Level.ERROR, DAY)
ALERT = Hold(2, Process.CHANGE, Level.ALERT, DAY)
LIFT = Lift(7, 1, "sato", NOW + timedelta(hours=1), one_act=False)


def weigh(
    *on: Hold,
    lifts: tuple[Lift, ...] = (),
    process: Process = Process.CHANGE,
    operator: str = "sato",
    confirmed: bool = False,
    day: date = DAY,
    now: datetime = NOW,
) -> Weighed:
    return holds.weigh(on, lifts, process, operator=operator, confirmed=confirmed, on=day, now=now)


def failed(decision: Decision) -> list[str]:
    return [rule.rule for rule in decision.failed] if isinstance(decision, Refused) else []


@case(refused="V1 V2", permitted="V1 V2")
def test_an_error_keeps_back_and_an_alert_asks_for_confirmation() -> None:
    assert weigh().decision == Permitted(())
    assert failed(weigh(ERROR).decision) == ["V1"]
    assert failed(weigh(ERROR, confirmed=True).decision) == ["V1"], "no confirmation passes an error"
    assert failed(weigh(ALERT).decision) == ["V2"]
    assert failed(weigh(ERROR, ALERT).decision) == ["V1", "V2"], "both are told at once"
    assert failed(weigh(ERROR, ALERT, confirmed=True).decision) == ["V1"]
    passed = weigh(ALERT, confirmed=True).decision
    assert isinstance(passed, Permitted)
    assert passed.basis == ("V2 confirmed",)
    assert len(passed.remarks) == 1


@case(refused="V1", permitted="V1")
def test_a_hold_on_one_process_leaves_the_others_alone() -> None:
    for held in Process:
        for process in Process:
            hold = replace(ERROR, process=held)
            assert failed(weigh(hold, process=process).decision) == (["V1"] if held is process else [])


@pytest.mark.parametrize(
    ("day", "stands"), [(DAY - timedelta(days=1), False), (DAY, True), (date(2099, 1, 1), True)]
)
def test_a_hold_stands_from_its_first_day_on_whatever_its_end(day: date, stands: bool) -> None:
    for to_on in (None, DAY, DAY + timedelta(days=30)):
        assert failed(weigh(replace(ERROR, to_on=to_on), day=day).decision) == (["V1"] if stands else [])


@case("spec 3.1")
def test_the_named_end_is_over_from_the_day_after_it() -> None:
    until = replace(ERROR, to_on=date(2013, 7, 31))
    assert [until.past_end(date(2013, 7, day)) for day in (30, 31)] == [False, False]
    assert until.past_end(date(2013, 8, 1))
    assert not ERROR.past_end(date(2099, 1, 1))


@case(refused="V1", permitted="V1")
def test_a_lift_is_for_one_operator_and_stands_again_at_its_moment() -> None:
    lifted = weigh(ERROR, lifts=(LIFT,))
    assert isinstance(lifted.decision, Permitted)
    assert lifted.decision.basis == ("hold 1 lifted",)
    assert lifted.lifts == (), "not used up"
    assert failed(weigh(ERROR, lifts=(LIFT,), operator="suzuki").decision) == ["V1"]
    assert failed(weigh(ERROR, lifts=(LIFT,), now=LIFT.until).decision) == ["V1"]
    assert not failed(weigh(ERROR, lifts=(LIFT,), now=LIFT.until - timedelta(microseconds=1)).decision)
    assert failed(weigh(replace(ERROR, hold_id=9), lifts=(LIFT,)).decision) == ["V1"], "another hold"


@case(refused="V1 V2")
def test_a_lift_of_one_hold_leaves_the_others() -> None:
    assert failed(weigh(ERROR, replace(ERROR, hold_id=3), lifts=(LIFT,)).decision) == ["V1"]
    assert failed(weigh(ERROR, ALERT, lifts=(LIFT,)).decision) == ["V2"]


@case(refused="V1", permitted="V1")
def test_a_lift_for_one_act_is_used_once_and_only_where_it_is_needed() -> None:
    once = replace(LIFT, lift_id=8, one_act=True)
    assert weigh(ERROR, lifts=(once,)).lifts == (8,)
    assert failed(weigh(ERROR, lifts=(replace(once, used=True),)).decision) == ["V1"]
    assert weigh(ERROR, lifts=(once, LIFT)).lifts == (), "one that lasts is preferred"
    assert weigh(replace(ERROR, process=Process.ISSUE), lifts=(once,)).lifts == ()
    assert weigh(ERROR, replace(ERROR, hold_id=3), lifts=(once,)).lifts == (), "a refused act uses nothing"


@given(
    st.lists(
        st.builds(
            Hold,
            st.integers(1, 5),
            st.sampled_from(Process),
            st.sampled_from(Level),
            st.dates(date(2013, 7, 1), date(2013, 7, 20)),
            st.none() | st.dates(date(2013, 7, 1), date(2013, 7, 20)),
        )
    ),
    st.dates(date(2013, 7, 1), date(2014, 7, 20)),
    st.booleans(),
)
def test_without_a_lift_an_error_that_has_begun_always_keeps_back(
    on: list[Hold], day: date, confirmed: bool
) -> None:
    decision = weigh(*on, day=day, confirmed=confirmed).decision
    begun = {one.level for one in on if one.process is Process.CHANGE and one.from_on <= day}
    assert ("V1" in failed(decision)) is (Level.ERROR in begun)
    assert ("V2" in failed(decision)) is (Level.ALERT in begun and not confirmed)


@case(refused="V3 V4", permitted="V3 V4")
def test_setting() -> None:
    later = DAY + timedelta(days=1)
    assert failed(holds.decide_set(recorded=True, terms=[(DAY, None), (DAY, DAY), (DAY, later)])) == []
    assert failed(holds.decide_set(recorded=True, terms=[(DAY, later), (later, DAY)])) == ["V4"]
    assert failed(holds.decide_set(recorded=False, terms=[(later, DAY)])) == ["V3", "V4"]


@case(refused="V5 V6 V8 PO4", permitted="V5 V6 V8 PO4")
def test_lifting() -> None:
    latest = NOW + timedelta(hours=8)
    second = timedelta(seconds=1)

    def lift(
        until: datetime, hold: Hold | None = ERROR, *, enrolled: bool = True, for_list: bool = False
    ) -> list[str]:
        return failed(
            holds.decide_lift(
                hold=hold, for_list=for_list, enrolled=enrolled, until=until, now=NOW, latest=latest
            )
        )

    assert lift(latest) == lift(NOW + second) == []
    assert lift(NOW) == lift(latest + second) == ["V6"]
    assert lift(NOW, None, enrolled=False) == ["V5", "V6", "V8"]
    assert lift(latest, replace(ERROR, process=Process.CHANGE), for_list=True) == ["PO4"]
    for process in (Process.ISSUE, Process.INQUIRY):
        assert lift(latest, replace(ERROR, process=process), for_list=True) == []


@case("spec 3.4", refused="PO3", permitted="PO3")
def test_a_list_holds_who_is_lifted_for_it_by_each_hold_and_is_refused_because_of_any_other() -> None:
    issue = replace(ERROR, process=Process.ISSUE)
    look = replace(ALERT, process=Process.INQUIRY)
    for_five = replace(LIFT, hold_id=issue.hold_id, one_act=True, browsing=5)

    def listed(
        on: dict[int, list[Hold]],
        *lifts: Lift,
        browsing: int | None = 5,
        leave_out: bool = False,
        **changes: Any,
    ) -> holds.ListWeighed:
        given: dict[str, Any] = {"operator": "sato", "on": DAY, "now": NOW} | changes
        return holds.weigh_list(on, lifts, browsing=browsing, leave_out=leave_out, **given)

    free = {1: [replace(ERROR, process=Process.CHANGE)], 2: [replace(issue, from_on=DAY + timedelta(days=1))]}
    assert listed(free) == holds.ListWeighed(Permitted(()))
    for one in (issue, look):
        assert failed(listed({1: [one]}).decision) == ["PO3"], "at either level"
        assert listed({1: [one]}, leave_out=True).off == {1}
    lifted = listed({1: [issue], 2: [issue]}, for_five)
    assert isinstance(lifted.decision, Permitted)
    assert lifted.decision.basis == (f"hold {issue.hold_id} lifted",)
    assert (lifted.off, lifted.lifts) == (frozenset(), (for_five.lift_id,))
    half = listed({1: [issue, look], 2: [look]}, for_five, leave_out=True)
    assert not failed(half.decision)
    assert half.off == {1, 2}, "each hold must be lifted"
    assert half.lifts == ()
    for wrong in (
        replace(for_five, browsing=6),
        replace(for_five, browsing=None),
        replace(for_five, used=True),
        replace(for_five, operator="suzuki"),
        replace(for_five, until=NOW),
    ):
        assert failed(listed({1: [issue]}, wrong).decision) == ["PO3"], wrong
    plain = replace(for_five, browsing=None, one_act=False)
    offices_own = listed({1: [issue]}, plain, browsing=None)
    assert failed(offices_own.decision) == ["PO3"], "no lift is for it"
    for_acts = weigh(ERROR, lifts=(replace(LIFT, browsing=5),))
    assert failed(for_acts.decision) == ["V1"], "one for a list is not for acts"


@case(refused="V5 V7", permitted="V5 V7")
def test_ending() -> None:
    assert failed(holds.decide_end(stands=True, of_measure=False)) == []
    assert failed(holds.decide_end(stands=False, of_measure=False)) == ["V5"]
    assert failed(holds.decide_end(stands=True, of_measure=True)) == ["V7"]


def test_no_rule_is_shown_as_law() -> None:
    assert {rule.kind for rule in holds.RULES} == {RuleKind.POLICY}
    assert [rule.rule for rule in holds.RULES] == [*(f"V{number}" for number in range(1, 9)), "PO3", "PO4"]

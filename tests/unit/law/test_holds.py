"""Holds: which keep an act back, which only ask for a second look, and what lifts them for a while."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

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


@case(refused="V5 V6 V8", permitted="V5 V6 V8")
def test_lifting() -> None:
    latest = NOW + timedelta(hours=8)
    second = timedelta(seconds=1)

    def lift(until: datetime, *, stands: bool = True, enrolled: bool = True) -> list[str]:
        return failed(
            holds.decide_lift(stands=stands, enrolled=enrolled, until=until, now=NOW, latest=latest)
        )

    assert lift(latest) == lift(NOW + second) == []
    assert lift(NOW) == lift(latest + second) == ["V6"]
    assert lift(NOW, stands=False, enrolled=False) == ["V5", "V6", "V8"]


@case(refused="V5 V7", permitted="V5 V7")
def test_ending() -> None:
    assert failed(holds.decide_end(stands=True, of_measure=False)) == []
    assert failed(holds.decide_end(stands=False, of_measure=False)) == ["V5"]
    assert failed(holds.decide_end(stands=True, of_measure=True)) == ["V7"]


def test_no_rule_is_shown_as_law() -> None:
    assert {rule.kind for rule in holds.RULES} == {RuleKind.POLICY}
    assert [rule.rule for rule in holds.RULES] == [f"V{number}" for number in range(1, 9)]

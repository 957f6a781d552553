"""What the centre does no more, and governors who end the delegation (Arts. 30-24 to 30-26)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.conformance.cases import case
from tests.unit.law.test_supply_by_area import DAY, MINISTRY, OSAKA_GOVERNOR, TOKYO, asked, failed

from jukinet.domain.municipality import NATIONAL, PrefectureCode
from jukinet.law.centre import (
    CentreState,
    CentreWork,
    Stop,
    StopGround,
    decide_release,
    decide_resumption,
    decide_stop,
)
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.supply import decide, may_ask

LAST = date(2013, 7, 12)
WHOLE = frozenset(CentreWork)
SUSPENDED = Stop(StopGround.SUSPENDED, frozenset({CentreWork.TABLE_1}), DAY)
ORDERED = Stop(StopGround.ORDERED, frozenset({CentreWork.TABLE_3, CentreWork.TABLE_4}), DAY, LAST)
REVOKED = Stop(StopGround.REVOKED, WHOLE, DAY)
TOKYO_CODE = PrefectureCode("13")


def rules(decision: Decision) -> list[str]:
    return [one.rule for one in decision.failed] if isinstance(decision, Refused) else []


def stop(
    said: Stop, *, centre: bool = True, known: bool = False, notified_on: date = DAY, delegates: bool = False
) -> Decision:
    return decide_stop(said, centre=centre, known=known, notified_on=notified_on, on=DAY, delegates=delegates)


def release(first: date, *, party: bool = True, delegates: bool = True, known: bool = False) -> list[str]:
    return rules(
        decide_release(party=party, delegates=delegates, known=known, notified_on=DAY, first=first, on=DAY)
    )


@case("Act Arts. 30-24(1), 30-25(2), 30-27(1)", permitted="OG1", refused="OG1")
def test_a_work_that_stands_still_is_refused_at_the_centre_and_no_other() -> None:
    state = CentreState((SUSPENDED, ORDERED))
    assert state.stopped_tables(DAY) == {1, 3, 4}
    request = replace(asked(MINISTRY, "t1-41-1", NATIONAL), stopped=True)
    assert failed(request) == ["OG1"]
    assert isinstance(decide(replace(request, stopped=False)), Permitted)
    alone = replace(asked(MINISTRY, "t1-41-1", TOKYO), emergency_notice=True, stopped=True)
    assert isinstance(decide(alone), Permitted), "the governor does it in its place"
    assert {one.affair.table for one in may_ask(OSAKA_GOVERNOR, NATIONAL, DAY)} == {3}
    assert may_ask(OSAKA_GOVERNOR, NATIONAL, DAY, stopped=frozenset({3})) == ()


@case("Act Arts. 30-24(1), 30-25(2)")
def test_it_stands_still_from_the_first_day_to_the_last_or_until_it_ends() -> None:
    days = [DAY + timedelta(days=n) for n in range(-1, 6)]
    assert [ORDERED.stands(on) for on in days] == [False, True, True, True, True, True, False]
    ended = replace(SUSPENDED, ended_on=LAST)
    assert [ended.stands(on) for on in days] == [False, True, True, True, True, False, False]
    assert SUSPENDED.stands(date(2020, 1, 1))
    state = CentreState((ended, REVOKED), ((TOKYO_CODE, LAST),))
    assert state.stopped(CentreWork.MATERIAL, DAY)
    assert not CentreState((ended,)).stopped(CentreWork.MATERIAL, DAY)
    assert [state.released(on) for on in (DAY, LAST)] == [frozenset(), {TOKYO_CODE}]


@pytest.mark.parametrize(
    ("said", "article"),
    [(SUSPENDED, "30-24(1)"), (ORDERED, "30-25(2)"), (REVOKED, "30-25(1), (2)")],
)
@case("Act Arts. 30-24(1), 30-25(1), (2)", permitted="OG2 OG3 OG4 OG5")
def test_what_the_minister_permitted_or_ordered_is_recorded_at_the_centre(said: Stop, article: str) -> None:
    assert stop(said) == Permitted((f"Act Art. {article}",))


@case(refused="OG2 OG3 OG4")
def test_elsewhere_or_before_it_was_said_or_twice_nothing_is_recorded() -> None:
    assert rules(stop(SUSPENDED, centre=False)) == ["OG2"]
    assert rules(stop(SUSPENDED, notified_on=DAY + timedelta(days=1))) == ["OG3"]
    later = replace(SUSPENDED, first=DAY - timedelta(days=1))
    assert rules(stop(later)) == ["OG3"], "it began before the paper was given"
    assert rules(stop(SUSPENDED, known=True)) == ["OG4"]


@pytest.mark.parametrize("ground", [StopGround.REVOKED, StopGround.ABOLISHED])
@case("Act Arts. 30-24(4), 30-25(3)", permitted="OG2", refused="OG2")
def test_a_governor_who_delegated_records_too_that_it_ended_for_good(ground: StopGround) -> None:
    ended = replace(REVOKED, ground=ground)
    assert isinstance(stop(ended, centre=False, delegates=True), Permitted)
    assert rules(stop(ended, centre=False)) == ["OG2"]
    assert rules(stop(ORDERED, centre=False, delegates=True)) == ["OG2"], "that is a notice of Art. 30-27(2)"


@case("Act Arts. 30-10(3), 30-24(1), 30-25(1), (2)", permitted="S5")
def test_what_is_given_up_no_governor_delegates_any_more() -> None:
    part = Stop(StopGround.ABOLISHED, frozenset({CentreWork.TABLE_1}), LAST)
    state = CentreState((ORDERED, SUSPENDED, part))
    assert [state.given_up_tables(on) for on in (DAY, LAST)] == [frozenset(), {1}]
    assert CentreState((REVOKED,)).given_up(DAY) == WHOLE
    assert may_ask(MINISTRY, TOKYO, DAY) == ()
    assert {one.affair.table for one in may_ask(MINISTRY, TOKYO, DAY, given_up=frozenset({1}))} == {1}
    assert may_ask(OSAKA_GOVERNOR, TOKYO, DAY, given_up=frozenset({1})) == ()


@pytest.mark.parametrize(
    "said",
    [
        replace(ORDERED, last=None),
        replace(ORDERED, last=DAY - timedelta(days=1)),
        replace(SUSPENDED, last=DAY - timedelta(days=1)),
        replace(REVOKED, last=LAST),
        replace(REVOKED, ground=StopGround.ABOLISHED, last=LAST),
        replace(REVOKED, works=ORDERED.works),
    ],
)
@case("Act Art. 30-25(1), (2)", refused="OG5")
def test_an_order_has_a_last_day_and_what_is_for_good_has_none(said: Stop) -> None:
    assert rules(stop(said)) == ["OG5"]


@case(permitted="OG5")
def test_a_suspension_may_have_a_last_day_and_a_part_may_be_given_up() -> None:
    assert isinstance(stop(replace(SUSPENDED, last=DAY)), Permitted)
    assert isinstance(stop(replace(SUSPENDED, ground=StopGround.ABOLISHED)), Permitted)


@case("Act Art. 30-27(2)", permitted="OG2 OG6", refused="OG2 OG6")
def test_what_stood_still_for_a_time_is_done_again_once() -> None:
    assert isinstance(decide_resumption(SUSPENDED, centre=True, resumed_on=DAY), Permitted)
    assert isinstance(decide_resumption(ORDERED, centre=True, resumed_on=LAST), Permitted)
    assert rules(decide_resumption(SUSPENDED, centre=False, resumed_on=DAY)) == ["OG2"]
    for one in (None, REVOKED, replace(SUSPENDED, ended_on=LAST)):
        assert rules(decide_resumption(one, centre=True, resumed_on=LAST)) == ["OG6"]
    assert rules(decide_resumption(SUSPENDED, centre=True, resumed_on=DAY - timedelta(days=1))) == ["OG6"]


@case("Act Art. 30-26(1)", permitted="OG3 OG7 OG8 OG9", refused="OG3 OG7 OG8 OG9")
def test_a_governor_ends_the_delegation_with_three_months_notice_art_30_26() -> None:
    first = date(2013, 10, 8)
    assert release(first) == []
    assert release(first - timedelta(days=1)) == ["OG7"]
    assert release(first, party=False) == ["OG8"]
    assert release(first, delegates=False) == ["OG8"]
    assert release(first, known=True) == ["OG9"]
    future = decide_release(
        party=True, delegates=True, known=False, notified_on=first, first=date(2014, 1, 8), on=DAY
    )
    assert rules(future) == ["OG3"]
    # Three months before 31 May there is no 31 February.
    end = decide_release(
        party=True,
        delegates=True,
        known=False,
        notified_on=date(2014, 2, 28),
        first=date(2014, 5, 31),
        on=date(2014, 3, 1),
    )
    assert isinstance(end, Permitted)

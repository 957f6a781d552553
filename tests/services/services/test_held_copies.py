"""The nationwide copy of who is held: one answer for every kind of hold, and none for who only guesses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.services.services import counter
from tests.services.services.protecting import DAY, HIDDEN, application, apply, copy_of
from tests.services.services.test_copy_answers import answered

from jukinet.law.decisions import Refused
from jukinet.law.holds import Level, Process
from jukinet.messages.copies import CopyRefusal, CopyRefusalReason, CopyRequest, MemberScope
from jukinet.services import holds, measures
from jukinet.services.hold_filings import (
    HoldFiling,
    HoldTerms,
    LiftFiling,
)
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI


def held_in_every_way(federation: Federation) -> list[Callable[[Found], object]]:
    ctx = federation.context(KUNITACHI)

    def hold(level: Level, reason: str, *, household: bool = False) -> Callable[[Found], object]:
        def do(found: Found) -> object:
            terms = (HoldTerms(Process.ISSUE, level, DAY, DAY),)
            on = (None, found.record.household_number) if household else (found.resident_no, None)
            return holds.set_holds(ctx, CLERK, HoldFiling(on[0], on[1], terms, reason))

        return do

    return [
        hold(Level.ERROR, "争訟中"),
        hold(Level.ALERT, "本人確認を慎重に"),
        hold(Level.ERROR, HIDDEN, household=True),
        lambda found: measures.apply_for_measure(ctx, CLERK, application(found.resident_no)),
    ]


def test_the_answer_is_the_same_whatever_kind_of_hold_there_is(federation: Federation) -> None:
    ways = held_in_every_way(federation)
    people = [counter.load(federation, seed=seed)[0] for seed in range(len(ways))]
    told = []
    for number, (found, way) in enumerate(zip(people, ways, strict=True)):
        assert copy_of(federation, found, number) == [found.record.name.written], "not held yet"
        assert not isinstance(way(found), Refused)
        body = CopyRequest(found.record.name.written, counter.code_of(found), MemberScope.SELF)
        told.append(answered(federation, body, number=100 + number))
    assert told == [CopyRefusal(CopyRefusalReason.CONSULT_HOME)] * len(ways)


def test_who_guesses_is_told_what_everybody_is_told(federation: Federation) -> None:
    (found,) = counter.load(federation)
    apply(federation, found)
    assert copy_of(federation, found, requester_name="見本　太郎") == "not-recorded"


def test_who_left_is_answered_like_everybody_who_left(federation: Federation) -> None:
    (found,) = counter.load(federation)
    apply(federation, found)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=DAY)
    assert copy_of(federation, found) == "consult-home"
    federation.run()
    assert copy_of(federation, found, 1) == "not-recorded"


@pytest.mark.parametrize("process", [Process.CHANGE, Process.INQUIRY])
def test_a_hold_on_something_else_keeps_no_copy_back(federation: Federation, process: Process) -> None:
    (found,) = counter.load(federation)
    filing = HoldFiling(found.resident_no, None, (HoldTerms(process, Level.ERROR, DAY),), "x")
    holds.set_holds(federation.context(KUNITACHI), CLERK, filing)
    assert copy_of(federation, found) == [found.record.name.written]


def test_a_hold_that_has_not_begun_keeps_no_copy_back(federation: Federation) -> None:
    (found,) = counter.load(federation)
    tomorrow = DAY + timedelta(days=1)
    filing = HoldFiling(found.resident_no, None, (HoldTerms(Process.ISSUE, Level.ERROR, tomorrow),), "x")
    holds.set_holds(federation.context(KUNITACHI), CLERK, filing)
    assert copy_of(federation, found) == [found.record.name.written]
    federation.set_date(tomorrow)
    assert copy_of(federation, found, 1) == "consult-home"


def test_a_lift_is_never_sent_to_the_network(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = apply(federation, found)
    ctx = federation.context(KUNITACHI)
    whole = measures.show_measures(ctx, CLERK, found.resident_no)
    assert not isinstance(whole, Refused)
    hold = whole[0].persons[0].hold_id
    lifted = holds.lift_hold(ctx, CLERK, LiftFiling(hold, "審査の結果", one_act=True))
    assert isinstance(lifted, holds.Lifted)
    assert copy_of(federation, found) == "consult-home"
    assert number == whole[0].measure.measure_id

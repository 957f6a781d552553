"""Works of the centre that stand still, and a governor who ends the delegation: recorded, and obeyed by the doors."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.services.counter import CrashingClock
from tests.services.supply.asking import CODES, PENSION, ask, hanako, load, query
from tests.services.supply.batching import ASKED
from tests.services.world import KUNI, TOKYO

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, PrefectureCode
from jukinet.domain.persons import Address
from jukinet.law.centre import CentreWork, StopGround
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.figures import MaterialAsker
from jukinet.law.supply import Result
from jukinet.services import centre, designation, figures, vitals
from jukinet.services.figures import MaterialRequest
from jukinet.services.operators import OperatorClaim
from jukinet.services.serving_alone import Document
from jukinet.services.supply import batches, yearly
from jukinet.services.supply.lookups import Verification
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import FUKUSHIMA, KUNITACHI

pytestmark = pytest.mark.core

DAY, LAST = date(2013, 7, 8), date(2013, 7, 12)
PAPER = Document("総行市第1号", DAY)
TOKYO_CODE = PrefectureCode("13")
FIRST = date(2013, 10, 8)
MATERIAL = MaterialRequest("見本省", MaterialAsker.NATIONAL, "見本統計", "見統第1号")


def rules(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [one.rule for one in outcome.failed]


def stopped(
    federation: Federation,
    *works: CentreWork,
    ground: StopGround = StopGround.ORDERED,
    last: date | None = LAST,
    node: NodeId = NATIONAL,
    paper: Document = PAPER,
) -> int | Refused:
    ctx = federation.context(node)
    return centre.record_stop(ctx, CLERK, ground, works or tuple(CentreWork), (DAY, last), paper)


def said(federation: Federation, node: NodeId = NATIONAL, **changes: object) -> str | list[str]:
    """How a request of the pension service ends."""
    answer = ask(federation, query(**changes), node=node)
    return answer.result.value if isinstance(answer, Verification) else rules(answer)


@case("Act Arts. 30-24(1), 30-25(2), (3)", permitted="OG1 OG2 OG3 OG4 OG5 OG6", refused="OG1")
def test_the_centre_refuses_what_stands_still_until_it_is_done_again(federation: Federation) -> None:
    load(federation, hanako())
    ctx = federation.context(NATIONAL)
    assert said(federation) == "found"
    assert stopped(federation) == 1
    assert said(federation) == ["OG1"]
    with ctx.begin() as tx:
        assert rules(batches.decide(ctx, tx, ASKED, DAY)) == ["OG1"]
    assert rules(figures.hand_out(ctx, CLERK, MATERIAL)) == ["OG1"]
    federation.set_date(LAST + timedelta(days=1))
    assert said(federation) == "found", "the period of the order is over"
    suspended = Document("総行市第2号", DAY)
    assert (
        stopped(federation, CentreWork.TABLE_1, ground=StopGround.SUSPENDED, last=None, paper=suspended) == 2
    )
    assert said(federation) == ["OG1"]
    assert not isinstance(figures.hand_out(ctx, CLERK, MATERIAL), Refused), "only Table 1 stands still"
    again = Document("総行市第9号", LAST + timedelta(days=1))
    assert isinstance(centre.record_resumption(ctx, CLERK, 2, again), Permitted)
    assert said(federation) == "found"
    found = centre.read_standing(ctx, CLERK)
    assert not isinstance(found, Refused)
    assert [(one.stop_no, one.stop.ended_on) for one in found.stops] == [(1, None), (2, again.on)]
    entries = world.entries(federation, NATIONAL, AuditEvent.CENTRE_STOPPED)
    assert [one.reference for one in entries] == ["1 ordered-to-stop i ii iii v vi vii", "2 suspended iii"]


@case(refused="OG2 OG3 OG4 OG5 OG6")
def test_what_may_not_be_recorded_is_refused_and_told(federation: Federation) -> None:
    ctx = federation.context(NATIONAL)
    for node in (TOKYO, KUNI):
        assert rules(stopped(federation, node=node)) == ["OG2"]
    assert rules(stopped(federation, last=None)) == ["OG5"]
    assert rules(stopped(federation, paper=Document("x", LAST))) == ["OG3"]
    assert stopped(federation) == 1
    assert rules(stopped(federation)) == ["OG4"]
    assert rules(centre.record_resumption(ctx, CLERK, 7, PAPER)) == ["OG6"]
    found = world.entries(federation, NATIONAL, AuditEvent.CENTRE_STOPPED)
    assert [one.outcome for one in found] == [Outcome.REFUSED] * 2 + [Outcome.DONE, Outcome.REFUSED]


@case("Act Arts. 30-10(1), (3), 30-26(1)", permitted="OG7 OG8 S5", refused="OG7 OG8 OG9 S5")
def test_a_governor_who_ends_the_delegation_serves_his_people_and_the_centre_no_more(
    federation: Federation,
) -> None:
    load(federation, hanako())
    there = Address(FUKUSHIMA, "福島県福島市五老内町3番1号")
    load(federation, hanako(CODES[1], address=there), at=FUKUSHIMA)
    nodes = federation.context(NATIONAL), federation.context(TOKYO)
    for ctx in nodes:
        assert rules(centre.record_release(ctx, CLERK, TOKYO_CODE, FIRST - timedelta(days=1), PAPER)) == [
            "OG7"
        ]
        assert isinstance(centre.record_release(ctx, CLERK, TOKYO_CODE, FIRST, PAPER), Permitted)
        assert rules(centre.record_release(ctx, CLERK, TOKYO_CODE, FIRST, PAPER)) == ["OG9"]
    elsewhere = federation.context(NodeId("pref-07"))
    assert rules(centre.record_release(elsewhere, CLERK, TOKYO_CODE, FIRST, PAPER)) == ["OG8"]
    assert said(federation) == "found"
    assert said(federation, TOKYO) == ["S5"]
    federation.set_date(FIRST)
    assert said(federation) == Result.NONE
    assert said(federation, code=str(CODES[1])) == Result.FOUND, "her governor delegates as before"
    assert said(federation, TOKYO) == Result.FOUND
    drawn = figures.hand_out(federation.context(NATIONAL), CLERK, MATERIAL)
    assert not isinstance(drawn, Refused)
    assert {one.municipality for one in drawn} == {FUKUSHIMA}


@case("Act Arts. 30-10(3), 30-24(4), 30-25(1) to (3)", permitted="OG2 S5 AC1", refused="OG2 S5 AC1 CE2")
def test_once_the_designation_is_revoked_the_governor_does_it_himself_when_he_was_told(
    federation: Federation,
) -> None:
    load(federation, hanako())
    ctx = federation.context(TOKYO)
    ended: dict[str, Any] = {"ground": StopGround.REVOKED, "last": None}
    assert stopped(federation, **ended) == 1
    assert said(federation) == ["OG1"]
    assert said(federation, TOKYO) == ["S5"], "his node was not told yet"
    assert rules(yearly.draw_report(ctx, CLERK, 2013)) == ["AC1"]
    assert "CE2" in rules(designation.designate_codes(ctx, CLERK, KUNITACHI, 1))
    assert rules(stopped(federation, node=TOKYO)) == ["OG2"]
    assert stopped(federation, node=TOKYO, **ended) == 1
    assert said(federation, TOKYO) == "found"
    (line,) = yearly.draw_report(ctx, CLERK, 2013)  # type: ignore[misc]
    assert (line.organ, line.persons) == (PENSION.uri, 1)
    assert rules(designation.designate_codes(ctx, CLERK, KUNITACHI, 1)) == ["CE4"], "none were put aside"


@case("Act Arts. 30-10(3), 30-24(1), (4)", permitted="S5", refused="S5")
def test_of_what_was_given_up_in_part_the_rest_is_the_centres(federation: Federation) -> None:
    load(federation, hanako())
    given_up: dict[str, Any] = {"ground": StopGround.ABOLISHED, "last": None, "node": TOKYO}
    assert stopped(federation, CentreWork.TABLE_4, CentreWork.CODES, **given_up) == 1
    assert said(federation, TOKYO) == ["S5"]
    later = Document("総行市第2号", DAY)
    assert stopped(federation, CentreWork.TABLE_1, paper=later, **given_up) == 2
    assert said(federation, TOKYO) == "found"


@case("Act Art. 30-11(1)")
def test_a_governor_notifies_the_centre_while_it_does_any_work_for_him(federation: Federation) -> None:
    for_good: dict[str, Any] = {"ground": StopGround.ABOLISHED, "last": None, "node": TOKYO}
    *some, last = CentreWork
    assert stopped(federation, *some, **for_good) == 1
    counter.somebody(federation, KUNITACHI)
    federation.run()
    assert len(world.held(federation, TOKYO)) == len(world.held(federation, NATIONAL)) == 1
    assert stopped(federation, last, paper=Document("総行市第2号", DAY), **for_good) == 2
    counter.move_in(federation, KUNITACHI)
    federation.run()
    assert len(world.held(federation, TOKYO)) == 2
    assert len(world.held(federation, NATIONAL)) == 1, "nothing goes to a centre that is none"


@case("Act Art. 30-7(8)", "Reg. Art. 21", permitted="AC1", refused="AC1")
def test_a_governor_makes_the_yearly_report_from_when_he_delegates_no_more(federation: Federation) -> None:
    ctx = federation.context(TOKYO)
    assert isinstance(centre.record_release(ctx, CLERK, TOKYO_CODE, FIRST, PAPER), Permitted)
    assert rules(yearly.draw_report(ctx, CLERK, 2013)) == ["AC1"]
    federation.set_date(FIRST)
    assert yearly.draw_report(ctx, CLERK, 2013) == ()


@case("Act Arts. 30-11(1), 30-26(1)", "Ord. Art. 30-24(6)")
def test_what_his_municipalities_notify_goes_to_the_centre_no_more_and_on_when_he_delegates_again(
    federation: Federation,
) -> None:
    ctx = federation.context(TOKYO)
    delegating = federation.directory
    changed = tuple(
        replace(one, delegates=False) if one.id == TOKYO else one for one in federation.directory.nodes
    )
    federation.directory = replace(federation.directory, nodes=changed)
    for town in (KUNITACHI, FUKUSHIMA):
        counter.somebody(federation, town)
    federation.run()
    assert {where for where, _ in world.held(federation, NATIONAL)} == {FUKUSHIMA}
    assert len(world.held(federation, TOKYO)) == 1
    federation.clock.advance(timedelta(days=1))
    (waiting,) = vitals.look(ctx).lanes_out
    assert (waiting.waiting, waiting.since) == (1, None), "nobody is behind with it"
    federation.directory = delegating
    federation.run()
    assert len(world.held(federation, NATIONAL)) == 2


@case("Act Art. 30-10(1)")
def test_for_a_governor_who_never_delegated_the_centre_says_nothing(federation: Federation) -> None:
    load(federation, hanako())
    changed = tuple(
        replace(one, delegates=False) if one.id == TOKYO else one for one in federation.directory.nodes
    )
    federation.directory = replace(federation.directory, nodes=changed)
    assert said(federation) == Result.NONE
    assert said(federation, TOKYO) == Result.FOUND


def test_a_stranger_records_nothing_and_a_paper_has_a_number(federation: Federation) -> None:
    ctx, nobody = federation.context(NATIONAL), OperatorClaim("nobody")
    days = (DAY, LAST)
    assert rules(centre.record_stop(ctx, nobody, StopGround.ORDERED, tuple(CentreWork), days, PAPER)) == [
        "G1"
    ]
    assert rules(centre.record_resumption(ctx, nobody, 1, PAPER))[0] == "G1"
    assert rules(centre.record_release(ctx, nobody, TOKYO_CODE, FIRST, PAPER)) == ["G1"]
    assert rules(centre.read_standing(ctx, nobody)) == ["G1"]
    with pytest.raises(JukinetError):
        stopped(federation, paper=Document(" ", DAY))


def test_wherever_the_process_ends_a_stop_is_recorded_with_its_entry_or_not_at_all(
    federation: Federation,
) -> None:
    """The clock, which each step asks, stops the act at every one of them."""
    for step in range(20):
        ctx = replace(federation.context(NATIONAL), clock=CrashingClock(step))
        try:
            number = centre.record_stop(ctx, CLERK, StopGround.ORDERED, tuple(CentreWork), (DAY, LAST), PAPER)
        except SystemError:
            assert world.rows(federation, NATIONAL, "SELECT stop_no FROM centre_stops") == []
            assert world.entries(federation, NATIONAL, AuditEvent.CENTRE_STOPPED) == []
        else:
            break
    assert step > 0
    assert world.rows(federation, NATIONAL, "SELECT stop_no FROM centre_stops") == [(number,)]
    (entry,) = world.entries(federation, NATIONAL, AuditEvent.CENTRE_STOPPED)
    assert entry.outcome is Outcome.DONE

"""A governor in the centre's place: from the recorded notice of the Minister to its end, and never else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.supply.asking import ask, hanako, load, query
from tests.services.world import TOKYO

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, PrefectureCode
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.serving_alone import Cause, Work
from jukinet.services import centre, serving_alone, vitals
from jukinet.services.operators import OperatorClaim
from jukinet.services.serving_alone import Document
from jukinet.services.supply.lookups import Verification
from jukinet.testing.federation import CLERK, Federation

pytestmark = pytest.mark.core

DAY = date(2013, 7, 8)
PAPER = Document("総行市第1号", DAY)


def rules(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [one.rule for one in outcome.failed]


def begun(
    federation: Federation, *works: Work, node: NodeId = TOKYO, paper: Document = PAPER
) -> int | Refused:
    ctx = federation.context(node)
    return serving_alone.record_notice(ctx, CLERK, Cause.DISASTER, works or tuple(Work), paper)


def asked(federation: Federation) -> list[str]:
    """Which rules refuse the pension service at the governor's door; the basis where it is answered."""
    answer = ask(federation, query(), node=TOKYO)
    return list(answer.basis) if isinstance(answer, Verification) else [one.rule for one in answer.failed]


def unpublished(federation: Federation) -> tuple[int, ...]:
    return vitals.look(federation.context(TOKYO)).unpublished


@case("Act Arts. 30-10(3), 30-27(1)", refused="S5")
def test_a_centre_that_does_not_answer_is_no_reason_to_serve_in_its_place(federation: Federation) -> None:
    load(federation, hanako())
    federation.line.cut = {NATIONAL}
    assert asked(federation) == ["S5"]
    nodes = tuple(
        replace(one, connected=False, reason="Down.") if one.id == NATIONAL else one
        for one in federation.directory.nodes
    )
    federation.directory = replace(federation.directory, nodes=nodes)
    assert asked(federation) == ["S5"]


@case("Act Art. 30-27(2), (3)", permitted="S5 PA1 PA2 PA4 PA5")
def test_he_serves_from_the_notice_to_its_end_and_both_are_made_public(federation: Federation) -> None:
    load(federation, hanako())
    ctx = federation.context(TOKYO)
    assert asked(federation) == ["S5"]
    number = begun(federation)
    assert number == 1
    assert "Act Art. 30-27(1)" in asked(federation)
    assert unpublished(federation) == (1,)
    gazette = Document("東京都公報第5号", DAY)
    assert isinstance(serving_alone.record_publication(ctx, CLERK, 1, gazette, of_end=False), Permitted)
    assert unpublished(federation) == ()

    federation.set_date(DAY + timedelta(days=3))
    assert "Act Art. 30-27(1)" in asked(federation)
    end = Document("総行市第9号", DAY + timedelta(days=3))
    assert isinstance(serving_alone.record_end(ctx, CLERK, 1, end), Permitted)
    assert asked(federation) == ["S5"]
    assert unpublished(federation) == (1,)
    later = Document("東京都公報第8号", DAY + timedelta(days=3))
    assert isinstance(serving_alone.record_publication(ctx, CLERK, 1, later, of_end=True), Permitted)
    assert unpublished(federation) == ()

    listed = serving_alone.list_notices(ctx, CLERK)
    assert not isinstance(listed, Refused)
    (notice,) = listed
    assert (notice.cause, notice.document, notice.end_document) == (Cause.DISASTER, PAPER.number, end.number)
    assert (notice.published_in, notice.end_published_in) == (gazette.number, later.number)
    events = (AuditEvent.ALONE_BEGUN, AuditEvent.ALONE_ENDED, AuditEvent.ALONE_PUBLISHED)
    entries = [entry for event in events for entry in world.entries(federation, TOKYO, event)]
    assert {entry.outcome for entry in entries} == {Outcome.DONE}
    assert [entry.reference for entry in entries] == ["1 disaster i ii iii v vi", "1", "1", "1"]


@case("Act Art. 30-27(1)", refused="S5")
def test_a_notice_for_another_part_of_the_work_lets_him_serve_nothing_of_this_one(
    federation: Federation,
) -> None:
    load(federation, hanako())
    assert begun(federation, Work.TABLE_3, Work.TABLE_4) == 1
    assert asked(federation) == ["S5"]
    assert begun(federation, Work.TABLE_1, paper=Document("総行市第2号", DAY)) == 2
    assert isinstance(ask(federation, query(), node=TOKYO), Verification)


@case(refused="PA1")
def test_only_a_governor_who_delegates_is_notified_so(federation: Federation) -> None:
    for node in (NATIONAL, world.KUNI):
        assert rules(begun(federation, node=node)) == ["PA1"]
    nodes = tuple(
        replace(one, delegates=False) if one.id == TOKYO else one for one in federation.directory.nodes
    )
    federation.directory = replace(federation.directory, nodes=nodes)
    assert rules(begun(federation)) == ["PA1"]
    (entry,) = world.entries(federation, TOKYO, AuditEvent.ALONE_BEGUN)
    assert (entry.outcome, entry.reference) == (Outcome.REFUSED, PAPER.number)


@case(refused="PA1", permitted="PA1")
def test_a_governor_whom_the_minister_released_delegates_nothing_that_he_could_take_back(
    federation: Federation,
) -> None:
    released = Document("総行市第9号", DAY - timedelta(days=100))
    assert isinstance(
        centre.record_release(federation.context(TOKYO), CLERK, PrefectureCode("13"), DAY, released),
        Permitted,
    )
    assert rules(begun(federation, paper=Document("総行市第3号", DAY))) == ["PA1"]
    before = Document("総行市第4号", DAY - timedelta(days=1))
    assert not isinstance(begun(federation, paper=before), Refused)


@case(refused="PA2 PA3 PA4 PA5 PA6")
def test_what_was_not_said_or_was_recorded_before_is_refused(federation: Federation) -> None:
    ctx = federation.context(TOKYO)
    gazette = Document("公報", DAY)
    assert rules(serving_alone.record_end(ctx, CLERK, 1, PAPER)) == ["PA4"]
    assert rules(serving_alone.record_publication(ctx, CLERK, 1, gazette, of_end=False)) == ["PA5"]
    assert rules(begun(federation, paper=Document("x", DAY + timedelta(days=1)))) == ["PA2"]
    assert begun(federation) == 1
    assert rules(begun(federation)) == ["PA3"]
    assert rules(serving_alone.record_publication(ctx, CLERK, 1, gazette, of_end=True)) == ["PA5"]
    assert isinstance(serving_alone.record_publication(ctx, CLERK, 1, gazette, of_end=False), Permitted)
    assert rules(serving_alone.record_publication(ctx, CLERK, 1, gazette, of_end=False)) == ["PA6"]
    assert isinstance(serving_alone.record_end(ctx, CLERK, 1, PAPER), Permitted)
    assert rules(serving_alone.record_end(ctx, CLERK, 1, PAPER)) == ["PA4"]
    assert rules(begun(federation)) == ["PA3"]  # its paper was used, though it has ended


def test_who_may_not_learns_nothing_and_a_paper_has_a_name(federation: Federation) -> None:
    ctx, stranger = federation.context(TOKYO), OperatorClaim("nobody")
    assert rules(serving_alone.record_notice(ctx, stranger, Cause.DISASTER, tuple(Work), PAPER)) == ["G1"]
    assert rules(serving_alone.record_end(ctx, stranger, 1, PAPER)) == ["G1"]
    assert rules(serving_alone.record_publication(ctx, stranger, 1, PAPER, of_end=True)) == ["G1"]
    assert rules(serving_alone.list_notices(ctx, stranger)) == ["G1"]
    with pytest.raises(JukinetError) as caught:
        begun(federation, paper=Document(" ", DAY))
    assert caught.value.kind is ErrorKind.INVALID


def test_wherever_its_process_ends_a_notice_is_recorded_with_its_entry_or_not_at_all(
    federation: Federation,
) -> None:
    before = world.tables(federation, TOKYO)
    for at in range(1, 40):
        ctx, _ = world.crashing(federation.context(TOKYO), at)
        try:
            serving_alone.record_notice(ctx, CLERK, Cause.SUSPENDED, tuple(Work), PAPER)
        except world.Crash:
            changed = world.changed(before, world.tables(federation, TOKYO))
            assert changed in (set(), {"alone_notices", "audit_entries"})
            if changed:
                break
    assert rules(begun(federation)) == ["PA3"]

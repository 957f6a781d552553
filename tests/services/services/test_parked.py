"""Closing what was parked: once, and only what is there."""

from __future__ import annotations

from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.world import TOKYO, code, notice, seal, statement

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import ChangeKind
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.messages import bodies
from jukinet.services import parked
from jukinet.testing.federation import CLERK, Federation

RESOLVED, SHOWN = "network:parked:resolved", "network:parked:shown"


@case(refused="L1", permitted="L1")
def test_what_was_parked_is_closed_once(federation: Federation) -> None:
    world.deliver(federation, 1, seal(statement(1, notice(code(1), ChangeKind.CORRECTION))))
    ctx = federation.context(TOKYO)
    (waiting,) = world.rows(federation, TOKYO, "SELECT parked_id FROM parked")
    number = int(waiting[0])
    counter.assert_refused(
        federation, TOKYO, RESOLVED, lambda: parked.close_parked(ctx, CLERK, number + 1), "L1"
    )
    assert isinstance(parked.close_parked(ctx, CLERK, number), Permitted)
    before = world.rows(federation, TOKYO, "SELECT * FROM parked")
    counter.assert_refused(federation, TOKYO, RESOLVED, lambda: parked.close_parked(ctx, CLERK, number), "L1")
    # Who closed it first, and when, stands.
    assert world.rows(federation, TOKYO, "SELECT * FROM parked") == before


@case(refused="DL3", permitted="DL3")
def test_who_reads_a_parked_statement_sees_what_it_says_and_is_recorded(federation: Federation) -> None:
    said = notice(code(1), ChangeKind.CORRECTION)
    strange = world.seal_plain(statement(2, notice(code(2))), furigana="コクリツ　ハナコ")
    world.deliver(federation, 1, seal(statement(1, said)), strange)
    ctx = federation.context(TOKYO)
    first, second = (
        row[0] for row in world.rows(federation, TOKYO, "SELECT parked_id FROM parked ORDER BY 1")
    )
    counter.assert_refused(
        federation, TOKYO, SHOWN, lambda: parked.show_parked(ctx, CLERK, second + 1), "DL3"
    )
    found = parked.show_parked(ctx, CLERK, first)
    assert not isinstance(found, Refused)
    assert (found.origin, found.number, found.parked.problem) == (str(world.KUNI), 1, "conflict")
    assert found.body == bodies.write(said)
    assert "花子" not in repr(found)
    (entry,) = world.entries(federation, TOKYO, AuditEvent.PARKED_SHOWN)[-1:]
    assert (entry.actor, entry.subject_code, entry.reference) == ("operator:sato", code(1), str(first))
    unreadable = parked.show_parked(ctx, CLERK, second)
    assert not isinstance(unreadable, Refused)
    assert (unreadable.body, [fault.field for fault in unreadable.faults]) == (None, ["body.furigana"])
    parked.close_parked(ctx, CLERK, first)
    closed = parked.show_parked(ctx, CLERK, first)
    assert not isinstance(closed, Refused)
    assert closed.resolved_by == "sato"


def test_who_may_not_repair_reads_nothing(federation: Federation) -> None:
    world.deliver(federation, 1, seal(statement(1, notice(code(1), ChangeKind.CORRECTION))))
    ((number,),) = world.rows(federation, TOKYO, "SELECT parked_id FROM parked")
    counter.assert_gated(
        federation,
        TOKYO,
        SHOWN,
        Permission.NETWORK_PARKED_REPAIR,
        lambda ctx, claim: parked.show_parked(ctx, claim, number),
    )

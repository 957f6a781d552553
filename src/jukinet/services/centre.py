"""That the centre's works stand still or are done again, and that governors end the delegation (Arts. 30-24 to 30-26).

Owns the record of these notices. The supply desk, the batches and the figures read them with each request.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.municipality import NodeRole, PrefectureCode
from jukinet.domain.permissions import Permission
from jukinet.law import centre as law
from jukinet.law.centre import CentreWork, Stop, StopGround
from jukinet.law.decisions import Permitted, Refused
from jukinet.messages.directory import NodeEntry
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.serving_alone import Document, is_delegating_governor, read_document
from jukinet.store import centre as rows
from jukinet.store.centre import DelegationEnd, RecordedStop
from jukinet.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that is recorded here of the centre's works.

    ``announced``: as the directory says, the centre and who delegates to it, with where that was made public (30-13,
    30-14).
    """

    announced: tuple[NodeEntry, ...]
    stops: tuple[RecordedStop, ...]
    ends: tuple[DelegationEnd, ...]


def record_stop(
    ctx: Context,
    claim: OperatorClaim,
    ground: StopGround,
    works: Iterable[CentreWork],
    days: tuple[date, date | None],
    document: Document,
) -> int | Refused:
    """Record that works stand still from the first of ``days`` to the last (30-24, 30-25); the number it gets here.

    At the centre; at a governor's node that they ended for good, from when he does them himself.
    """
    said, name = Stop(ground, frozenset(works), *days), read_document(document.number)
    with ctx.begin() as tx:
        known = _stops(ctx, tx)
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_CENTRE_RECORD, AuditEvent.CENTRE_STOPPED)
        decided = law.decide_stop(
            said,
            centre=ctx.node.role is NodeRole.NATIONAL,
            delegates=is_delegating_governor(ctx),
            known=any(one.document == name for one in known),
            notified_on=document.on,
            on=act.today,
        )
        decision = acts.every(act.gate, decided)
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=name)
        number = rows.stop(tx, said, name, document.on, by=claim.operator_id, at=ctx.now())
        act.done(decision, reference=f"{number} {ground} {' '.join(sorted(said.works))}")
        return number


def record_resumption(
    ctx: Context, claim: OperatorClaim, number: int, document: Document
) -> Permitted | Refused:
    """Record that the works are done again from the day of the paper on."""
    name = read_document(document.number)
    with ctx.begin() as tx:
        found = next((one.stop for one in _stops(ctx, tx) if one.stop_no == number), None)
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_CENTRE_RECORD, AuditEvent.CENTRE_RESUMED)
        centre = ctx.node.role is NodeRole.NATIONAL
        decided = law.decide_resumption(found, centre=centre, resumed_on=document.on)
        decision = acts.every(act.gate, decided)
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=str(number))
        rows.resume(tx, number, name, document.on, by=claim.operator_id, at=ctx.now())
        act.done(decision, reference=str(number))
        return decision


def record_release(
    ctx: Context, claim: OperatorClaim, prefecture: PrefectureCode, first_day: date, document: Document
) -> Permitted | Refused:
    """Record a governor's notice that he does the work himself from a day on (30-26(1)), at the centre or his node."""
    end = DelegationEnd(prefecture, read_document(document.number), document.on, first_day)
    entry = ctx.directory().node(prefecture.node_id)
    with ctx.begin() as tx:
        known = _held(ctx, tx) and any(one.prefecture == prefecture for one in rows.ends(tx))
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_CENTRE_RECORD, AuditEvent.DELEGATION_ENDED)
        decided = law.decide_release(
            party=ctx.node.role is NodeRole.NATIONAL or ctx.node == prefecture.node_id,
            delegates=entry is not None and entry.delegates,
            known=known,
            notified_on=end.notified_on,
            first=first_day,
            on=act.today,
        )
        decision = acts.every(act.gate, decided)
        reference = f"{prefecture} {first_day}"
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=reference)
        rows.release(tx, end, by=claim.operator_id, at=ctx.now())
        act.done(decision, reference=reference)
        return decision


def read_standing(ctx: Context, claim: OperatorClaim) -> Standing | Refused:
    """Every stop and every end of a delegation that is recorded here. Reading them is recorded."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_CENTRE_RECORD, AuditEvent.CENTRE_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        announced = tuple(
            one for one in ctx.directory().nodes if one.role is NodeRole.NATIONAL or one.delegates
        )
        ends = rows.ends(tx) if _held(ctx, tx) else ()
        return Standing(announced, _stops(ctx, tx), ends)


def _stops(ctx: Context, tx: Transaction) -> tuple[RecordedStop, ...]:
    return rows.stops(tx) if _held(ctx, tx) else ()


def _held(ctx: Context, tx: Transaction) -> bool:
    """Hold what is recorded here until the act ends; a municipality has no such record."""
    if ctx.node.role is NodeRole.MUNICIPALITY:
        return False
    rows.lock(tx)
    return True

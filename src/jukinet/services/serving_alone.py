"""A governor does the centre's work himself, from a notice of the Minister to the notice of its end (Act Art. 30-27).

Owns the record of these notices and of their publication. The supply desk reads them with each request; nothing else
lets a governor who delegates supply for Tables 1, 3 and 4, a centre that does not answer least of all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.municipality import NodeRole
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import MAX_TEXT, clean_text
from jukinet.law import serving_alone as law
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.serving_alone import Cause, Work
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.supply import deciding
from jukinet.store import alone as rows
from jukinet.store import centre
from jukinet.store.alone import Notice
from jukinet.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Document:
    """A paper by its number, and its day."""

    number: str
    on: date


def record_notice(
    ctx: Context, claim: OperatorClaim, cause: Cause, works: Iterable[Work], document: Document
) -> int | Refused:
    """Record the Minister's notice that the governor does these works himself (30-27(2)); the number it gets here."""
    chosen, name = frozenset(works), read_document(document.number)
    with ctx.begin() as tx:
        known = _notices(ctx, tx)
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_ALONE_RECORD, AuditEvent.ALONE_BEGUN)
        decided = law.decide_notice(
            # He who was released (30-26) or for whom the centre does no more work delegates none of it.
            delegating_governor=is_delegating_governor(ctx)
            and deciding.delegates(ctx, document.on, centre.state(tx)),
            known=any(one.document == name for one in known),
            notified_on=document.on,
            on=act.today,
        )
        decision = acts.every(act.gate, decided)
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=name)
        number = rows.begin(tx, cause, chosen, name, document.on, by=claim.operator_id, at=ctx.now())
        act.done(decision, reference=f"{number} {cause} {' '.join(sorted(chosen))}")
        return number


def record_end(ctx: Context, claim: OperatorClaim, number: int, document: Document) -> Permitted | Refused:
    """Record the Minister's notice that the cause has ceased: from its day on the centre alone does the work again."""
    name = read_document(document.number)
    with ctx.begin() as tx:
        notice = _notice(ctx, tx, number)
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_ALONE_RECORD, AuditEvent.ALONE_ENDED)
        decided = law.decide_end(notice.alone if notice else None, notified_on=document.on, on=act.today)
        decision = acts.every(act.gate, decided)
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=str(number))
        rows.end(tx, number, name, document.on, by=claim.operator_id, at=ctx.now())
        act.done(decision, reference=str(number))
        return decision


def record_publication(
    ctx: Context, claim: OperatorClaim, number: int, gazette: Document, *, of_end: bool
) -> Permitted | Refused:
    """Record in which gazette a notice, or that of its end, was made public (公示, 30-27(3))."""
    name = read_document(gazette.number)
    with ctx.begin() as tx:
        notice = _notice(ctx, tx, number)
        came = None if notice is None else notice.alone.ended_on if of_end else notice.alone.begun_on
        made = None if notice is None else notice.end_published_on if of_end else notice.published_on
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_ALONE_RECORD, AuditEvent.ALONE_PUBLISHED)
        decided = law.decide_publication(came, known=made is not None, published_on=gazette.on, on=act.today)
        decision = acts.every(act.gate, decided)
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=str(number))
        rows.publish(tx, number, name, gazette.on, of_end=of_end, by=claim.operator_id, at=ctx.now())
        act.done(decision, reference=str(number))
        return decision


def list_notices(ctx: Context, claim: OperatorClaim) -> tuple[Notice, ...] | Refused:
    """Every notice, with its end and its publications. Reading them is recorded."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_ALONE_RECORD, AuditEvent.ALONE_READ)
        return acts.look(act, lambda: _notices(ctx, tx))


def is_delegating_governor(ctx: Context) -> bool:
    """Whether the directory says that this node is a governor's who delegates to the centre (30-10(1))."""
    entry = ctx.directory().node(ctx.node)
    return entry is not None and entry.role is NodeRole.PREFECTURE and entry.delegates


def _notices(ctx: Context, tx: Transaction) -> tuple[Notice, ...]:
    """What is recorded here, held until the act ends; other nodes than a governor's have no such record."""
    if ctx.node.role is not NodeRole.PREFECTURE:
        return ()
    rows.lock(tx)
    return rows.notices(tx)


def _notice(ctx: Context, tx: Transaction, number: int) -> Notice | None:
    return next((one for one in _notices(ctx, tx) if one.notice_no == number), None)


def read_document(text: str) -> str:
    """The number of a paper as it is kept."""
    try:
        name = clean_text(text).strip()
    except ValueError as error:
        raise invalid(Fault("document", str(error))) from None
    if not 0 < len(name) <= MAX_TEXT:
        raise invalid(Fault("document", f"must name the paper, in at most {MAX_TEXT} characters"))
    return name

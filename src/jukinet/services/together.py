"""A chunk of a frame that is regular in every respect, taken in a few statements of the database.

Owns what regular means and what is written of it: exactly what one statement after the other would leave, row by row
(``jukinet.services.incoming``), which is asked for whatever is not regular. Nothing is decided here that is not decided
there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jukinet.domain.municipality import NATIONAL, NodeRole
from jukinet.messages.bodies import IdentityNotice
from jukinet.messages.kinds import Stream
from jukinet.messages.statements import Statement
from jukinet.services import identity_store
from jukinet.services.context import Context
from jukinet.services.identity_store import Told
from jukinet.store import inbox, outbox
from jukinet.store.database import Transaction
from jukinet.store.inbox import Arrival, LaneIn, Newest, Received
from jukinet.store.outbox import Kept


@dataclass(frozen=True, slots=True)
class Next:
    """A statement of a chunk at its lane number: verified, and allowed to travel this way."""

    number: int
    kept: Kept
    statement: Statement


def take(
    ctx: Context, tx: Transaction, lane: LaneIn, chunk: Sequence[Next], incarnation: int
) -> LaneIn | None:
    """Take the whole chunk, which begins after the lane's cursor, or nothing of it: None."""
    told = _told(chunk)
    if told is None or not _fits(tx, chunk, told):
        return None
    kept = [one.kept for one in chunk]
    received = [Received(one.number, one.kept, Arrival.APPLIED) for one in chunk]
    try:
        with tx.savepoint(), tx.pipelined():
            identity_store.apply_notices(ctx, tx, told)
            outbox.keep(tx, kept, ctx.now())
            inbox.see_origins(tx, kept)
            if ctx.node.role is NodeRole.PREFECTURE:
                outbox.queue_all(tx, [(NATIONAL, Stream.IDENTITY, one.statement_id) for one in kept])
            taken = inbox.advance(tx, lane, received, incarnation, ctx.now())
    except Exception:  # noqa: BLE001 - whatever it was: one by one it is met again, and judged there
        return None
    return taken


def _told(chunk: Sequence[Next]) -> list[Told] | None:
    """The notices of the chunk; None where it holds anything else."""
    told = []
    for one in chunk:
        body = one.statement.body
        if not isinstance(body, IdentityNotice):
            return None
        told.append(Told(body, one.statement.origin, one.statement.statement_id))
    return told


def _fits(tx: Transaction, chunk: Sequence[Next], told: Sequence[Told]) -> bool:
    """Every statement is new, its origin's next one, and about nobody of whom something is parked."""
    statements = [one.kept for one in chunk]
    if len({kept.statement_id for kept in statements}) < len(statements):
        return False
    codes = {code for one in told for code in identity_store.codes_of(one.notice)}
    before = inbox.look_before(tx, statements, codes)
    return not before.known and not before.parked and _in_order(before.origins, statements)


def _in_order(seen: Newest, chunk: Sequence[Kept]) -> bool:
    for kept in chunk:
        newest, last = seen[kept.counted_in]
        if kept.incarnation < newest:
            return False
        if kept.number != (last if kept.incarnation == newest else 0) + 1:
            return False
        seen[kept.counted_in] = kept.incarnation, kept.number
    return True

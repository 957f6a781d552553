"""What is still on its way to a municipality that was merged into another.

A merged municipality goes on sending what it said until nothing waits, and takes no more of what is said to a
municipality about its residents: those are its successor's. Whoever had something queued for it says it again to the
successor, as a new statement of its own; what was signed is not altered, and the old lane is done.

Which municipality succeeds is in the signed directory; how records are handed over, in
``jukinet.services.address_changes``. Codes on their way to a merged municipality are not said again: its pool is void.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.messages.kinds import Stream
from jukinet.services import trail
from jukinet.services.context import Context
from jukinet.store import outbox
from jukinet.store.database import Transaction

ABOUT_RESIDENTS = frozenset({Stream.MOVE, Stream.KOSEKI, Stream.CARD})
"""Streams that speak to a municipality of its residents."""


def require_standing(ctx: Context) -> None:
    """Raise NOT_CONNECTED at a municipality that was merged, saying into which: the sender asks there."""
    entry = ctx.directory().node(ctx.node)
    if entry is not None and entry.successor is not None:
        raise JukinetError(
            ErrorKind.NOT_CONNECTED, f"{ctx.node} was merged into {entry.successor}. Say it there."
        )


def readdress(ctx: Context) -> int:
    """Say again to successors what waits for municipalities that were merged; how many statements."""
    directory = ctx.directory()
    merged = {entry.id for entry in directory.nodes if entry.successor is not None} - {ctx.node}
    if not merged:
        return 0
    with ctx.begin() as tx:
        waiting = [
            lane for lane in outbox.waiting_lanes(tx) if lane[0] in merged and lane[1] in ABOUT_RESIDENTS
        ]
    return sum(_readdress_lane(ctx, peer, stream) for peer, stream in waiting)


def _readdress_lane(ctx: Context, peer: NodeId, stream: Stream) -> int:
    """One lane, in one transaction: said again, and done with; or neither."""
    if peer.municipality is None:
        return 0
    to = ctx.standing(peer.municipality).node_id
    if to in {peer, ctx.node}:
        # Merged into this municipality itself: a person has to see to what its predecessor was to be told.
        return 0
    with ctx.begin() as tx:
        lane = outbox.lock_lane(tx, peer, stream)
        said = outbox.waiting_own(tx, peer, stream)
        for kind, body in said:
            outbox.put(tx, ctx.randomness.token(), kind, stream, to, body, ctx.now())
        outbox.acknowledge(tx, peer, stream, lane.last_number)
        _note(ctx, tx, peer, to, stream, len(said))
    return len(said)


def _note(ctx: Context, tx: Transaction, peer: NodeId, to: NodeId, stream: Stream, count: int) -> None:
    trail.note(
        ctx,
        tx,
        AuditEvent.READDRESSED,
        Outcome.DONE,
        trail.SYSTEM,
        reference=f"{peer} {to}",
        rules=(f"{count} statements ({stream})",),
    )

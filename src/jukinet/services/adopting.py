"""Taking back what an earlier life of this node said: statements that a peer holds and this database may lack.

Each is put where it stood: in the store of statements and on the lane to that peer. What it means here is decided by
who said it: an own act that the database lacks goes on the list for a person (``jukinet.services.lost_acts``), codes
that the centre designated are designated, and what a prefecture had forwarded is applied to its store.
"""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, NodeRole
from jukinet.messages import bodies, strict_json
from jukinet.messages.bodies import CodeDesignation
from jukinet.messages.handshakes import LaneHeld
from jukinet.messages.kinds import Stream
from jukinet.messages.statements import Head, Statement, UnreadableBodyError, open_statement
from jukinet.services import designation, incoming, lost_acts, outgoing, signing_again, trail
from jukinet.services.context import Context
from jukinet.store import inbox, lives, lost, outbox
from jukinet.store.database import Transaction
from jukinet.store.outbox import Kept


@dataclass(frozen=True, slots=True)
class Returned:
    """A statement as a peer gave it back, verified. ``problem``: it is well signed and its body cannot be read."""

    kept: Kept
    head: Head
    statement: Statement | None
    problem: JukinetError | None


def open_returned(ctx: Context, peer: NodeId, lane: LaneHeld) -> list[Returned]:
    """Verify what a peer gave back of one lane.

    Raises ``JukinetError`` (UNAUTHENTIC, MALFORMED) for what this node cannot have sent there.
    """
    found = [_open(ctx, envelope) for envelope in lane.given]
    for one in found:
        _require_sent(ctx, peer, lane.stream, one.head)
    return found


def open_forwarded(ctx: Context, given: tuple[bytes, ...]) -> list[Returned]:
    """Verify what the centre gave back of this municipality's notices, which its governor had forwarded."""
    found = [_open(ctx, envelope) for envelope in given]
    for one in found:
        _require(one.head.origin == ctx.node and one.head.stream is Stream.IDENTITY)
    return found


def _open(ctx: Context, envelope: bytes) -> Returned:
    try:
        statement = open_statement(envelope, ctx.directory().owned_key)
    except UnreadableBodyError as error:
        return Returned(outgoing.kept_of(error.head, envelope), error.head, None, error)
    return Returned(outgoing.kept_of(statement, envelope), statement, statement, None)


def _require_sent(ctx: Context, peer: NodeId, stream: Stream, head: Head) -> None:
    own = head.origin == ctx.node and head.first_addressee == peer
    forwarded = (
        ctx.node.role is NodeRole.PREFECTURE
        and peer == NATIONAL
        and head.first_addressee == ctx.node
        and head.origin.prefecture == ctx.node.prefecture
    )
    _require(head.stream is stream and (own or forwarded))


def _require(holds: bool) -> None:
    if not holds:
        raise JukinetError(ErrorKind.UNAUTHENTIC, "A peer gave back what this node cannot have sent to it.")


def take_back(
    ctx: Context, tx: Transaction, peer: NodeId, lane: LaneHeld, returned: list[Returned], *, last: bool
) -> None:
    """Put back what was given of one lane. ``last``: nothing was given of any, so there is no more to ask for.

    Raises CONFLICT where the peer holds other bytes than this node under one id, or not what it acknowledged.
    """
    known = outbox.lock_lane(tx, peer, lane.stream)
    if returned and lane.first != known.acknowledged + 1:
        return  # Another worker was faster: ask again.
    for number, one in enumerate(returned, start=lane.first):
        _take(ctx, tx, peer, number, one)
    reached = known.acknowledged + len(returned)
    if last and lane.cursor > reached:
        raise JukinetError(
            ErrorKind.CONFLICT, "A peer no longer holds what it acknowledged to an earlier life."
        )
    lives.set_lane(tx, peer, lane.stream, min(reached, lane.cursor))


def _take(ctx: Context, tx: Transaction, peer: NodeId, number: int, one: Returned) -> None:
    kept = one.kept
    if not _is_known(ctx, tx, kept):
        if one.head.origin == ctx.node:
            _take_own(ctx, tx, peer, one)
        else:
            incoming.take_forwarded(ctx, tx, kept, one.statement, one.problem)
    lives.place(tx, peer, kept.stream, kept.statement_id, number)


def take_own(ctx: Context, tx: Transaction, peer: NodeId, forwarded: list[Returned]) -> None:
    """Put back own notices that came by way of the governor, who gives them back too unless it lost them."""
    for one in forwarded:
        if not _is_known(ctx, tx, one.kept):
            _take_own(ctx, tx, peer, one)


def _is_known(ctx: Context, tx: Transaction, kept: Kept) -> bool:
    held = inbox.known_digest(tx, kept.statement_id)
    if held is None:
        return False
    if held != kept.digest and not signing_again.is_known(ctx, tx, kept.statement_id, kept.envelope, None):
        raise JukinetError(ErrorKind.CONFLICT, "A peer holds other bytes under the id of a statement.")
    return True


def _take_own(ctx: Context, tx: Transaction, peer: NodeId, one: Returned) -> None:
    outbox.keep(tx, [one.kept], ctx.now())
    if lives.take_waiting(tx, one.kept):
        return  # The act is in the backup; only its delivery was not.
    body = one.statement.body if one.statement else None
    if body is not None:
        lives.put_said(tx, one.kept, strict_json.dump(bodies.write(body)), one.head.created)
    if isinstance(body, CodeDesignation):
        if ctx.node == NATIONAL:  # What was put aside for a governor is void with his restore.
            designation.remember(tx, body, one.head)
        return
    said = one.kept.digest if body is None else outgoing.said(one.kept.first_addressee, one.kept.kind, body)
    lost.lock(tx, said)
    gave = lost_acts.gave(body)
    lost.add(tx, ctx.incarnation, one.kept.statement_id, peer, said, gave, one.head.created, ctx.now())
    if body is not None and lives.drop_waiting(tx, one.kept, strict_json.dump(bodies.write(body))):
        # The act was entered again before this peer answered.
        lost.take_up(tx, said, trail.SYSTEM, ctx.now())

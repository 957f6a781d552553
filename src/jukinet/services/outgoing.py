"""Sending: what acts put into the outbox is numbered, signed, queued on lanes, and delivered in order.

Promises 1 to 3 of ``docs/explanation/delivery.md`` on the sender's side. Each step is a transaction of its
own, and none is open while a signature is made or a peer is called.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, NodeRole
from jukinet.domain.reading import Fields
from jukinet.messages import bodies, frames, statements, strict_json
from jukinet.messages.bodies import Body
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import STREAM_OF, MessageKind, Stream
from jukinet.messages.statements import MAX_ENVELOPE, Head, Statement, seal_statement
from jukinet.services import line, trail
from jukinet.services.context import Context
from jukinet.services.supply import deciding
from jukinet.store import centre, lives, lost, outbox
from jukinet.store import line as line_rows
from jukinet.store.database import Transaction

BATCH = 500
"""Statements numbered, signed and queued in one transaction."""

FIRST_WAIT = 0.2
LONGEST_WAIT = 30.0
"""Seconds between attempts on a lane that fails: doubling from the first to the longest, half of it random."""


FORWARDED = frozenset({Stream.IDENTITY, Stream.CARD})
"""What a prefecture passes on to the centre as it is (Act Art. 30-11(1), Ord. Art. 30-24(6))."""


def put(ctx: Context, tx: Transaction, kind: MessageKind, to: NodeId, body: Body) -> str:
    """Put a statement into the outbox, in the transaction of the act it reports; its id.

    Raises INVALID for one that could not be signed or that no receiver could read: in the outbox it would hold
    up everything behind it, so the act itself does not happen.
    """
    statement_id = ctx.randomness.token()
    written = strict_json.dump(bodies.write(body))
    entry = outbox.Entry(0, STREAM_OF[kind], to, kind, written, ctx.now(), statement_id, ctx.incarnation, 1)
    statements.write(_statement(ctx, entry))
    if ctx.incarnation > lives.FIRST:
        by = tx.actor.operator_id if tx.actor else trail.SYSTEM
        same = said(to, kind, body)
        lost.lock(tx, same)
        before = lost.take_up(tx, same, by, ctx.now())
        if before is not None:
            return before  # A lost act is entered again: the peer holds what it said.
    outbox.put(tx, statement_id, kind, entry.stream, to, written, entry.created_at)
    return statement_id


def said(to: NodeId, kind: MessageKind, body: Body) -> bytes:
    """The digest of what is said to whom: two statements of one act that was entered twice have the same."""
    return hashlib.sha256(strict_json.dump([to.text, kind.value, bodies.write(body)])).digest()


def prepare(ctx: Context) -> int:
    """Number, sign and queue what is committed; how many steps were taken (0: nothing waits)."""
    with ctx.begin() as tx:
        if not lives.is_live(tx, ctx.incarnation):
            return 0  # Nothing is said by a life that has not recovered, nor by one that is over.
        numbered = outbox.number(tx, ctx.incarnation, most=BATCH)
        entries = outbox.unsigned(tx, most=BATCH)
        # What is forwarded is signed already.
        queued = 0 if entries else outbox.number_lanes(tx, ctx.incarnation, most=BATCH)
    return numbered + queued + _sign(ctx, entries)


def _sign(ctx: Context, entries: Sequence[outbox.Entry]) -> int:
    signed = [(entry, _seal(ctx, entry)) for entry in entries]
    if not signed:
        return 0
    with ctx.begin() as tx:
        # Locked again: another worker may have signed them meanwhile, and only one set of bytes is kept.
        still = outbox.still_unsigned(tx, entries)
        outbox.keep_signed(tx, [pair for pair in signed if pair[0].entry_id in still], ctx.now())
        return len(signed) + outbox.number_lanes(tx, ctx.incarnation, most=BATCH)


def _seal(ctx: Context, entry: outbox.Entry) -> outbox.Kept:
    statement = _statement(ctx, entry)
    envelope = seal_statement(statement, ctx.signers.at(KeyUse.STATEMENT, entry.created_at))
    return kept_of(statement, envelope)


def _statement(ctx: Context, entry: outbox.Entry) -> Statement:
    """What an entry says, read back as a receiver will read it."""
    fields = Fields(strict_json.parse(entry.body, limit=MAX_ENVELOPE))
    body = bodies.read(entry.kind, fields)
    fields.raise_faults()
    return Statement(
        statement_id=entry.statement_id,
        kind=entry.kind,
        origin=ctx.node,
        incarnation=entry.incarnation,
        stream=entry.stream,
        first_addressee=entry.addressee,
        number=entry.number,
        created=entry.created_at,
        body=body,
    )


def kept_of(statement: Head, envelope: bytes) -> outbox.Kept:
    """A statement as the store keeps it: verbatim, with its digest."""
    return outbox.Kept(
        statement_id=statement.statement_id,
        kind=statement.kind,
        origin=statement.origin,
        incarnation=statement.incarnation,
        stream=statement.stream,
        first_addressee=statement.first_addressee,
        number=statement.number,
        envelope=envelope,
        digest=hashlib.sha256(envelope).digest(),
    )


def due_lanes(ctx: Context) -> list[tuple[NodeId, Stream]]:
    """Lanes with something to send now."""
    return [lane for lane, _ in due(ctx)]


def due(ctx: Context) -> list[tuple[tuple[NodeId, Stream], bool]]:
    """Lanes with something to send now, and whether the last attempt on each failed.

    A node that takes no part in the network sends nothing; all of it waits.
    """
    if not ctx.is_connected(ctx.node):
        return []
    with ctx.begin() as tx:
        if not lives.is_live(tx, ctx.incarnation):
            return []
        now, present = ctx.now(), line_rows.present(tx)
        found = outbox.due_lanes(tx, ctx.incarnation, now, now + timedelta(seconds=LONGEST_WAIT))
        kept = kept_here(ctx, tx)
        return [
            (lane, failed) for lane, failed in found if lane not in kept and line.carries(present, lane[1])
        ]


def kept_here(ctx: Context, tx: Transaction) -> frozenset[tuple[NodeId, Stream]]:
    """Lanes on which nothing goes now: only a governor who delegates notifies the centre (Act Art. 30-11(1)).

    What waits on them goes on, in its order, once he delegates again.
    """
    if ctx.node.role is not NodeRole.PREFECTURE:
        return frozenset()
    if deciding.delegates(ctx, ctx.business_date(tx), centre.state(tx)):
        return frozenset()
    return frozenset((NATIONAL, stream) for stream in FORWARDED)


def send(ctx: Context, peer: NodeId, stream: Stream) -> int:
    """Send one frame on a lane and take note of the answer; how many statements it carried that were taken.

    A failure is noted with the time of the next attempt and is never raised: the lane waits, nothing is lost.
    """
    with ctx.begin() as tx:
        after, failures = outbox.how_far(tx, peer, stream)
        # After each failure in a row half as much: a peer that is slow, or has just come back, is not overrun.
        most = max(1, frames.MOST_SENT >> min(failures, 16))
        envelopes = outbox.waiting(tx, peer, stream, after=after, most=most, room=frames.MAX_FRAME)
        heard = lives.newest_incarnation_of(tx, peer)
    fitting = frames.fitting(envelopes)
    if not fitting:
        return 0
    frame = frames.Frame(ctx.node, peer, stream, ctx.incarnation, after + 1, fitting)
    try:
        answer = frames.read_answer(ctx.peers.deliver(peer, stream, frames.write_frame(frame)))
    except JukinetError as error:
        with ctx.begin() as tx:
            _note_failure(ctx, tx, peer, stream, error.kind, least=error.retry_after or 0.0)
        return 0
    with ctx.begin() as tx:
        return _take_answer(ctx, tx, frame, answer, heard)


def _take_answer(
    ctx: Context, tx: Transaction, frame: frames.Frame, answer: frames.FrameAnswer, heard: int
) -> int:
    """Take note of an answer. ``heard``: the newest life of the peer that was known when the frame was sent."""
    peer, stream, first = frame.to_node, frame.stream, frame.first_number
    last = first + len(frame.statements) - 1
    lane = outbox.lock_lane(tx, peer, stream)
    if lives.newest_incarnation_of(tx, peer) != heard:
        # The peer was put back meanwhile, and has said by a handshake what it holds now: this is what it held before.
        return 0
    if answer.cursor > lane.last_number:
        # The peer claims to hold what was never numbered here: one of the two was restored. (More than this
        # frame carried is no such claim: another worker may have sent it.)
        _halt(ctx, tx, peer, stream, ErrorKind.CONFLICT)
        return 0
    if answer.refused is frames.FrameRefusal.INCARNATION:
        # The peer has not heard of this life, or was put back to a time before it had.
        lives.shake_again(tx, ctx.incarnation, peer)
    if answer.refused is frames.FrameRefusal.GAP and answer.expected < first:
        # The peer lost what it had acknowledged. What is sent again and known there is harmless.
        outbox.rewind(tx, peer, stream, answer.expected - 1)
        return 0
    if answer.halted:
        # What the peer holds at one of these numbers is not what was said here: nothing counts as delivered.
        _halt(ctx, tx, peer, stream, answer.refused or ErrorKind.CONFLICT)
        return 0
    if answer.cursor >= first:
        outbox.acknowledge(tx, peer, stream, answer.cursor)
        _note_parked(ctx, tx, lane, answer)
    if answer.refused is not None or answer.cursor < last:
        _note_failure(ctx, tx, peer, stream, answer.refused or ErrorKind.CONFLICT)
    return max(0, min(answer.cursor, last) - first + 1)


def _note_parked(ctx: Context, tx: Transaction, lane: outbox.LaneOut, answer: frames.FrameAnswer) -> None:
    """The negative acknowledgement: alert those who can repair it with a new statement."""
    for parked in answer.parked:
        # At or below the old mark it was written down before.
        if lane.acknowledged < parked.number <= answer.cursor:
            reference = outbox.statement_at(tx, lane.peer, lane.stream, parked.number)
            _alarm(ctx, tx, AuditEvent.STATEMENT_PARKED, lane.peer, parked.reason, reference)


def _alarm(
    ctx: Context, tx: Transaction, event: AuditEvent, peer: NodeId, why: str, reference: str | None = None
) -> None:
    trail.note(ctx, tx, event, Outcome.REFUSED, peer.uri, reference=reference, rules=(str(why),))


def _halt(ctx: Context, tx: Transaction, peer: NodeId, stream: Stream, problem: str) -> None:
    _alarm(ctx, tx, AuditEvent.LANE_HALTED, peer, stream)
    _note_failure(ctx, tx, peer, stream, problem, halt=True)


def _note_failure(
    ctx: Context,
    tx: Transaction,
    peer: NodeId,
    stream: Stream,
    problem: str,
    *,
    halt: bool = False,
    least: float = 0.0,
) -> None:
    """Put the lane's next attempt off. ``least``: seconds for which the peer asked."""
    _, failures = outbox.how_far(tx, peer, stream)
    wait = wait_after(ctx, failures, least)
    after = ctx.now() + timedelta(seconds=wait)
    outbox.note_failure(tx, peer, stream, problem, after, at=ctx.now(), halt=halt)


def wait_after(ctx: Context, failures: int, least: float = 0.0) -> float:
    """Seconds until the next attempt on a peer that failed so often in a row.

    A random share, so that many senders do not come back at the same moment: half of our own wait, and up to half as
    much again of what the peer asked for, since before that it will be as busy.
    """
    wait = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(failures, 12))
    share = ctx.randomness.below(1000) / 1000
    return float(min(LONGEST_WAIT, max(wait * (0.5 + share / 2), least * (1 + share / 2))))


def unsent(ctx: Context) -> int:
    """How many statements have not reached their next hop."""
    with ctx.begin() as tx:
        return outbox.unsent(tx)

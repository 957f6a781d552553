"""Receiving: frames are checked number by number, applied once and in order, and acknowledged after commit.

Promises 2 and 3 of ``docs/explanation/delivery.md`` on the receiver's side: the lane's cursor is locked in the
transaction that applies. What a statement means is in ``jukinet.services.applying``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import structlog

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, NodeRole
from jukinet.messages import frames
from jukinet.messages.directory import told_not_connected
from jukinet.messages.frames import Frame, FrameAnswer, FrameRefusal, Parked
from jukinet.messages.kinds import Stream
from jukinet.messages.statements import Head, Statement, UnreadableBodyError
from jukinet.services import applying, line, merged, outgoing, signing_again, together, trail
from jukinet.services.context import Context
from jukinet.services.opening import Arrived, Chunks
from jukinet.store import inbox, lives, outbox
from jukinet.store.database import Transaction, Work
from jukinet.store.inbox import Arrival, HaltReason, LaneIn
from jukinet.store.outbox import Kept

_log = structlog.get_logger("jukinet.services")

_ROLES = {
    Stream.IDENTITY: {
        (NodeRole.MUNICIPALITY, NodeRole.PREFECTURE),
        (NodeRole.PREFECTURE, NodeRole.NATIONAL),
    },
    Stream.MOVE: {
        (NodeRole.MUNICIPALITY, NodeRole.MUNICIPALITY),
        (NodeRole.MUNICIPALITY, NodeRole.PREFECTURE),
    },
    Stream.KOSEKI: {(NodeRole.MUNICIPALITY, NodeRole.MUNICIPALITY)},
    Stream.CARD: {
        (NodeRole.MUNICIPALITY, NodeRole.PREFECTURE),
        (NodeRole.PREFECTURE, NodeRole.NATIONAL),
        (NodeRole.NATIONAL, NodeRole.MUNICIPALITY),
    },
    Stream.POOL: {
        (NodeRole.NATIONAL, NodeRole.MUNICIPALITY),
        (NodeRole.MUNICIPALITY, NodeRole.NATIONAL),
        (NodeRole.NATIONAL, NodeRole.PREFECTURE),
        (NodeRole.PREFECTURE, NodeRole.MUNICIPALITY),
    },
    Stream.ERROR: {
        (NodeRole.NATIONAL, NodeRole.PREFECTURE),
        (NodeRole.PREFECTURE, NodeRole.MUNICIPALITY),
        (NodeRole.MUNICIPALITY, NodeRole.PREFECTURE),
        (NodeRole.PREFECTURE, NodeRole.NATIONAL),
    },
}
"""Which role may send frames of a stream to which."""

_PASSING_KINDS = frozenset({ErrorKind.UNAVAILABLE, ErrorKind.CONFIGURATION})
"""Errors that go away when the database answers again or the operator mends a setting: the sender comes back."""


class _RefusedError(Exception):
    """Nothing more of this frame is taken; what was applied before stays."""

    def __init__(self, refusal: FrameRefusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


@dataclass(slots=True)
class _Progress:
    """How far a frame was taken."""

    lane: LaneIn
    parked: list[Parked] = field(default_factory=list)
    refusal: FrameRefusal | None = None

    def answer(self) -> FrameAnswer:
        cursor = self.lane.cursor
        return FrameAnswer(
            cursor=cursor,
            expected=cursor + 1,
            parked=tuple(self.parked),
            halted=self.lane.halted,
            refused=self.refusal,
        )


def receive_frame(ctx: Context, peer: NodeId, stream: Stream, data: bytes) -> FrameAnswer:
    """Take a frame from a peer that TLS has proved; the answer says how far it was taken.

    Raises ``JukinetError``: MALFORMED, TOO_LARGE, INVALID for what is no frame; FORBIDDEN for a frame that this
    peer may not send here; NOT_CONNECTED; UNAVAILABLE where the database does not answer (nothing was lost).
    """
    frame = _read(ctx, peer, data)
    _require_route(ctx, peer, stream, frame)
    # Once, and outside of every try: keys that cannot be looked up now are no fault of the sender's.
    find_key = ctx.directory().owned_key
    progress = _Progress(LaneIn(peer, stream, 0, 0, halted=False))
    chunks = Chunks(frame, find_key)
    for chunk in chunks:
        _take_chunk(ctx, frame, chunk, progress, meanwhile=chunks.open_one_ahead)
        if progress.refusal is not None:
            break
    return progress.answer()


def _read(ctx: Context, peer: NodeId, data: bytes) -> Frame:
    try:
        return frames.read_frame(data)
    except JukinetError as error:
        _note_refused(ctx, peer, error.kind)
        raise


def _note_refused(ctx: Context, peer: NodeId, why: ErrorKind) -> None:
    with ctx.begin() as tx:
        _alarm(ctx, tx, AuditEvent.FRAME_REFUSED, peer, why)


def _require_route(ctx: Context, peer: NodeId, stream: Stream, frame: Frame) -> None:
    here = ctx.node
    roles = (peer.role, here.role)
    own = peer.prefecture == here.prefecture or NATIONAL in (peer, here) or roles[0] is roles[1]
    allowed = roles in _ROLES.get(stream, set()) and own and peer != here
    if frame.from_node != peer or frame.to_node != here or frame.stream is not stream or not allowed:
        _note_refused(ctx, peer, ErrorKind.FORBIDDEN)
        raise JukinetError(ErrorKind.FORBIDDEN, "This peer may not send this frame here.")
    entry = ctx.directory().node(peer)
    if entry is None or not entry.connected:
        told = told_not_connected(entry) if entry else f"{peer} is not in the directory."
        raise JukinetError(ErrorKind.NOT_CONNECTED, told)
    if stream in merged.ABOUT_RESIDENTS and here.municipality is not None:
        merged.require_standing(ctx)


def _take_chunk(
    ctx: Context, frame: Frame, chunk: list[Arrived], progress: _Progress, *, meanwhile: Work
) -> None:
    peer, stream = progress.lane.peer, progress.lane.stream
    with ctx.begin() as tx:
        tx.meanwhile(meanwhile)
        line.require_open(ctx.node, tx, stream)
        progress.lane = inbox.lock_lane(tx, peer, stream)
        progress.refusal = _refuse_life(ctx, tx, frame, progress.lane)
        if progress.refusal is not None:
            return
        if _take_together(ctx, tx, frame, chunk, progress):
            return
        # All at once and in order, or two lanes could each hold a person whom the other waits for.
        applying.hold(ctx, tx, [one.opened for one in chunk if isinstance(one.opened, Statement)])
        try:
            for arrived in chunk:
                _take(ctx, tx, frame, arrived, progress)
        except _RefusedError as refused:
            progress.refusal = refused.refusal


def _refuse_life(ctx: Context, tx: Transaction, frame: Frame, lane: LaneIn) -> FrameRefusal | None:
    """Why nothing is taken now of this life of the sender, or by this one of the receiver."""
    if not lives.is_live(tx, ctx.incarnation):
        return FrameRefusal.RECOVERING
    known = max(lane.incarnation, lives.FIRST)
    if frame.incarnation < known:
        # An older life of the sender speaks: it was restored and started twice, or replays.
        _alarm(ctx, tx, AuditEvent.FRAME_REFUSED, lane.peer, FrameRefusal.INCARNATION)
    return FrameRefusal.INCARNATION if frame.incarnation != known else None


def _take_together(
    ctx: Context, tx: Transaction, frame: Frame, chunk: list[Arrived], progress: _Progress
) -> bool:
    """Take a chunk in which nothing is out of the ordinary; whether it was taken."""
    lane = progress.lane
    if lane.halted or frame.stream is not Stream.IDENTITY or chunk[0].number != lane.cursor + 1:
        return False
    nexts = []
    for arrived in chunk:
        opened = arrived.opened
        if not isinstance(opened, Statement) or not _may_travel(ctx, frame, opened):
            return False
        nexts.append(together.Next(arrived.number, _kept(opened, arrived), opened))
    taken = together.take(ctx, tx, lane, nexts, frame.incarnation)
    progress.lane = taken or lane
    return taken is not None


def _alarm(ctx: Context, tx: Transaction, event: AuditEvent, peer: NodeId, why: str) -> None:
    trail.note(ctx, tx, event, Outcome.REFUSED, peer.uri, rules=(str(why),))


def _take(ctx: Context, tx: Transaction, frame: Frame, arrived: Arrived, progress: _Progress) -> None:
    """One statement: the table of promise 2, row by row."""
    lane = progress.lane
    if lane.halted:
        raise _RefusedError(FrameRefusal.HALTED)
    if arrived.number <= lane.cursor:
        known = inbox.arrived_at(tx, lane, arrived.number)
        if known is None or not _is_the_same(ctx, tx, known.statement_id, known.digest, arrived):
            _halt(ctx, tx, progress, HaltReason.OTHER_BYTES)
        elif known.problem is not None:
            # Told again: the answer that told it first may have been lost.
            progress.parked.append(Parked(arrived.number, known.problem))
        return
    if arrived.number > lane.cursor + 1:
        raise _RefusedError(FrameRefusal.GAP)
    head, statement, problem = _verified(ctx, tx, frame, arrived)
    kept = _kept(head, arrived)
    arrival = _apply_once(ctx, tx, lane, arrived, kept, statement, problem, progress)
    received = inbox.Received(arrived.number, kept, arrival)
    progress.lane = inbox.advance(tx, lane, [received], frame.incarnation, ctx.now())


def _halt(ctx: Context, tx: Transaction, progress: _Progress, why: HaltReason) -> None:
    lane = progress.lane
    inbox.halt(tx, lane, why, ctx.now())
    _alarm(ctx, tx, AuditEvent.LANE_HALTED, lane.peer, lane.stream)
    progress.lane = LaneIn(lane.peer, lane.stream, lane.cursor, lane.incarnation, halted=True)
    raise _RefusedError(FrameRefusal.HALTED)


def _verified(
    ctx: Context, tx: Transaction, frame: Frame, arrived: Arrived
) -> tuple[Head, Statement | None, JukinetError | None]:
    """The head of a well-signed statement that may travel this way; its body, or why that cannot be read."""
    opened = arrived.opened
    if isinstance(opened, UnreadableBodyError):
        head, statement, problem = opened.head, None, opened
    elif isinstance(opened, Statement):
        head, statement, problem = opened, opened, None
    else:
        kind = FrameRefusal.UNAUTHENTIC if opened.kind is ErrorKind.UNAUTHENTIC else FrameRefusal.MALFORMED
        _alarm(ctx, tx, AuditEvent.FRAME_REFUSED, frame.from_node, kind)
        raise _RefusedError(kind)
    if not _may_travel(ctx, frame, head):
        _alarm(ctx, tx, AuditEvent.FRAME_REFUSED, frame.from_node, FrameRefusal.UNAUTHENTIC)
        raise _RefusedError(FrameRefusal.UNAUTHENTIC)
    return head, statement, problem


def _may_travel(ctx: Context, frame: Frame, head: Head) -> bool:
    """A node speaks for itself to whom it addresses; a governor hands his municipalities' words on to the centre."""
    direct = head.origin == frame.from_node and head.first_addressee == frame.to_node
    forwarded = (
        frame.stream in outgoing.FORWARDED
        and ctx.node == NATIONAL
        and head.first_addressee == frame.from_node
        and head.origin.prefecture == frame.from_node.prefecture
    )
    return head.stream is frame.stream and (direct or forwarded)


def _is_the_same(ctx: Context, tx: Transaction, statement_id: str, digest: bytes, arrived: Arrived) -> bool:
    """Whether what came is the statement that is kept: its bytes, or its payload under another key of its origin."""
    opened = arrived.opened
    head = opened if isinstance(opened, Head) else getattr(opened, "head", None)
    return digest == arrived.digest or signing_again.is_known(ctx, tx, statement_id, arrived.envelope, head)


def _kept(head: Head, arrived: Arrived) -> Kept:
    return outgoing.kept_of(head, arrived.envelope)


def _apply_once(
    ctx: Context,
    tx: Transaction,
    lane: LaneIn,
    arrived: Arrived,
    kept: Kept,
    statement: Statement | None,
    problem: JukinetError | None,
    progress: _Progress,
) -> Arrival:
    number = arrived.number
    known = inbox.known_digest(tx, kept.statement_id)
    if known is not None:
        if not _is_the_same(ctx, tx, kept.statement_id, known, arrived):
            _halt(ctx, tx, progress, HaltReason.OTHER_STATEMENT)
        return Arrival.KNOWN
    _require_origin_order(ctx, tx, kept, progress)
    outbox.keep(tx, [kept], ctx.now())
    inbox.see_origins(tx, [kept])
    applied = problem or _apply(ctx, tx, statement)
    if applied is not None:
        subject = applying.subject_of(statement) if statement else None
        _park(ctx, tx, lane, number, kept, subject, applied.kind)
        progress.parked.append(Parked(number, applied.kind))
    if ctx.node.role is NodeRole.PREFECTURE and kept.stream in outgoing.FORWARDED:
        # Parked or not: the centre judges for itself, and its copy of the origin's stream has no hole.
        outbox.queue(tx, NATIONAL, kept.stream, kept.statement_id)
    return Arrival.APPLIED if applied is None else Arrival.PARKED


def _require_origin_order(ctx: Context, tx: Transaction, kept: Kept, progress: _Progress) -> None:
    """The origin's own numbers have no hole and are used once, whichever lane they travel on."""
    newest, last = inbox.lock_origins(tx, [kept])[kept.counted_in]
    if kept.incarnation > newest:
        last = 0  # another life of the origin counts from one again
    if kept.incarnation < newest or kept.number <= last:
        _halt(ctx, tx, progress, HaltReason.ORIGIN_NUMBER)
    if kept.number > last + 1:
        _alarm(ctx, tx, AuditEvent.FRAME_REFUSED, kept.origin, FrameRefusal.GAP)
        raise _RefusedError(FrameRefusal.GAP)


def _apply(ctx: Context, tx: Transaction, statement: Statement | None) -> JukinetError | None:
    """Apply a statement, or say why it cannot be: then nothing of it stays but that it came."""
    if statement is None:
        raise TypeError("a statement without a readable body is never applied")
    codes: list[ResidentRecordCode] = applying.codes_of(statement)
    if inbox.parked_about(tx, codes):
        return JukinetError(ErrorKind.CONFLICT, "An earlier statement about the same code is parked.")
    try:
        with tx.savepoint():
            applying.apply(ctx, tx, statement)
    except JukinetError as error:
        if error.kind in _PASSING_KINDS:
            raise
        return error
    except Exception as error:  # noqa: BLE001 - whatever one statement breaks, the lane behind it must go on
        # Only its kind: a message may hold what the statement says.
        _log.error("statement.broke", statement=statement.statement_id, error=type(error).__qualname__)
        return JukinetError(ErrorKind.INTERNAL, "The statement broke this program. Report it.")
    return None


def _park(
    ctx: Context,
    tx: Transaction,
    lane: LaneIn,
    number: int,
    kept: Kept,
    subject: ResidentRecordCode | None,
    problem: ErrorKind,
) -> None:
    inbox.park(tx, lane, number, kept, subject, problem, ctx.now())
    trail.note(
        ctx,
        tx,
        AuditEvent.STATEMENT_PARKED,
        Outcome.REFUSED,
        kept.origin.uri,
        code=subject,
        reference=kept.statement_id,
        rules=(problem,),
    )


def take_forwarded(
    ctx: Context, tx: Transaction, kept: Kept, statement: Statement | None, problem: JukinetError | None
) -> None:
    """Take what this node had forwarded in an earlier life, and the next hop gave back: as from its origin then.

    Its origin sends it again too, and it is known then. Raises CONFLICT for a hole in the origin's numbers.
    """
    newest, last = inbox.lock_origins(tx, [kept])[kept.counted_in]
    if kept.incarnation > newest:
        last = 0
    if kept.incarnation < newest or kept.number != last + 1:
        raise JukinetError(ErrorKind.CONFLICT, "What was given back leaves a hole in its origin's numbers.")
    outbox.keep(tx, [kept], ctx.now())
    inbox.see_origins(tx, [kept])
    if statement is not None:
        applying.hold(ctx, tx, [statement])
    applied = problem or _apply(ctx, tx, statement)
    if applied is not None:
        subject = applying.subject_of(statement) if statement else None
        lane = LaneIn(kept.origin, kept.stream, 0, 0, halted=False)
        _park(ctx, tx, lane, kept.number, kept, subject, applied.kind)

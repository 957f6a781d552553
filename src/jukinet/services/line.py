"""The emergency cut-off: a node takes itself off the network, identity-verification information first, and back again.

One person asks, another confirms. Each step is an act of its own: a process that ends between two of them leaves the
line more cut than open on the way there, and the same on the way back. What is cut is read in the transaction that
would serve or apply, so that nothing passes after the step has committed. The outbox and the queues stay as they are.

Cutting is the node's own measure and takes nobody else off; whom the network no longer serves is in the directory.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.line import LineState, next_step, opens
from jukinet.domain.municipality import NodeId
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import read_reason
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.messages.kinds import CallKind, Stream
from jukinet.services import acts, trail
from jukinet.services.acts import Act
from jukinet.services.context import JAPAN, Context, Peers
from jukinet.services.operators import OperatorClaim
from jukinet.store import line as rows
from jukinet.store.database import Database, Transaction
from jukinet.store.line import Line, Measure

_SOURCE = "Notice no. 334 of 2002: emergency measures"

NC1 = policy(
    "NC1",
    _SOURCE,
    "This node has cut its line to protect identity-verification information. Ask again later, or another node.",
)
NC2 = policy(
    "NC2",
    _SOURCE,
    "Who asked for a measure does not confirm it. A second person must (jukinet network confirm).",
)
NC3 = policy(
    "NC3",
    _SOURCE,
    "No measure of this number waits: it was asked for more than an hour ago, has been taken, or a later one has."
    " Ask anew.",
)
NC4 = policy("NC4", _SOURCE, "The line is in the state that is asked for. See: jukinet network line.")

IDENTITY_INFORMATION: frozenset[Stream | CallKind] = frozenset(
    {Stream.IDENTITY, CallKind.CODE_SEARCH, CallKind.CONSISTENCY}
)
"""What of the traffic between nodes carries identity-verification information, beside the supply of it."""

CONFIRM_WITHIN = timedelta(hours=1)
"""A measure that nobody confirmed is no standing permission to cut the line one day."""


@dataclass(frozen=True, slots=True)
class LineReport:
    """What is cut now, and what was asked for and waits for a second person."""

    line: Line
    waiting: tuple[Measure, ...]


def ask_measure(ctx: Context, claim: OperatorClaim, wanted: LineState, reason: str) -> int | Refused:
    """Ask for the line to be cut, wholly or in part, or to be opened again; the number of the measure.

    Nothing changes until somebody else confirms it. Raises INVALID for a reason that cannot be read.
    """
    reason = read_reason(reason)
    with ctx.begin() as tx:
        present = rows.present(tx).state
        act = acts.open_act(ctx, tx, claim, _permission(present, wanted), AuditEvent.LINE_ASKED)
        decision = acts.every(act.gate, acts.require((NC4, present is not wanted)))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=wanted)
        number = rows.ask(tx, wanted, reason, claim.operator_id, ctx.now())
        act.done(decision, reference=f"{number} {wanted}")
        return number


def confirm_measure(ctx: Context, claim: OperatorClaim, number: int) -> Line | Refused:
    """Confirm what another person asked for: the line goes there step by step, each its own act."""
    wanted: LineState | None = None
    while True:
        taken = _take_step(ctx, claim, number)
        if isinstance(taken, Refused):
            line = present(ctx)
            # A third person may have taken the last step meanwhile.
            return line if line.state is wanted and line.measure_no == number else taken
        measure, line = taken
        wanted = measure.wanted
        if line.state is measure.wanted:
            return line


def show_line(ctx: Context, claim: OperatorClaim) -> LineReport | Refused:
    """What is cut, why, and what waits for a second person."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_LINE_CUT, AuditEvent.LINE_READ)
        return acts.look(
            act, lambda: LineReport(rows.present(tx), tuple(rows.asked(tx, ctx.now() - CONFIRM_WITHIN)))
        )


def cut_again(ctx: Context, tx: Transaction, wanted: LineState) -> None:
    """Cut what was cut before the database was put back: only two people open it. As the owner, in his transaction."""
    rows.lock(tx)
    if not opens(wanted, rows.present(tx).state):
        return
    number = rows.ask(tx, wanted, "It was cut before the database was put back.", trail.SYSTEM, ctx.now())
    while (state := next_step(rows.present(tx).state, wanted)) is not None:
        rows.take(tx, number, state, trail.SYSTEM, ctx.now())
        trail.note(
            ctx, tx, AuditEvent.LINE_CHANGED, Outcome.DONE, trail.SYSTEM, reference=f"{number} {state}"
        )


def present(ctx: Context) -> Line:
    """What is cut, for status."""
    with ctx.begin() as tx:
        return rows.present(tx)


def _take_step(ctx: Context, claim: OperatorClaim, number: int) -> tuple[Measure, Line] | Refused:
    with ctx.begin() as tx:
        rows.lock(tx)
        measure, line = rows.measure(tx, number), rows.present(tx)
        permission = _permission(line.state, measure.wanted if measure else LineState.ALL)
        act = acts.open_act(ctx, tx, claim, permission, AuditEvent.LINE_CHANGED)
        decision = acts.every(act.gate, _decide(act, measure, line))
        state = next_step(line.state, measure.wanted) if measure else None
        if isinstance(decision, Refused) or measure is None or state is None:
            refused = decision if isinstance(decision, Refused) else Refused((NC3,))
            return act.refuse(refused, reference=str(number))
        rows.take(tx, number, state, claim.operator_id, ctx.now())
        act.done(decision, reference=f"{number} {state}")
        return measure, rows.present(tx)


def _decide(act: Act, measure: Measure | None, line: Line) -> Permitted | Refused:
    if measure is None:
        return acts.require((NC3, False))
    # One that began and was interrupted between its steps is not stale: it must be possible to end it.
    begun = line.measure_no == measure.measure_no and line.state is not measure.wanted
    fresh = act.ctx.now() - measure.asked_at <= CONFIRM_WITHIN and line.measure_no < measure.measure_no
    # What was asked for as a cut must not open what somebody has cut further since.
    if measure.asked_in and opens(line.state, measure.wanted) and not opens(measure.asked_in, measure.wanted):
        fresh = False
    return acts.require(
        (NC2, measure.asked_by != act.claim.operator_id),
        (NC3, begun or fresh),
        (NC4, begun or not fresh or line.state is not measure.wanted),
    )


def _permission(present: LineState, wanted: LineState) -> Permission:
    """To cut less than is cut is to restore, also where something stays cut."""
    if wanted is LineState.OPEN or opens(present, wanted):
        return Permission.NETWORK_LINE_RESTORE
    return Permission.NETWORK_LINE_CUT


def carries(line: Line, what: Stream | CallKind | None) -> bool:
    """Whether the line carries a stream or a call now; None: what is neither, such as the directory."""
    cut = line.state is LineState.ALL or (line.state is LineState.IDENTITY and what in IDENTITY_INFORMATION)
    return not cut


def require_open(node: NodeId, tx: Transaction, what: Stream | CallKind | None = None) -> None:
    """Raise UNAVAILABLE where the line of this node carries that not now. Whoever is refused keeps what it has."""
    line = rows.present(tx)
    if not carries(line, what):
        raise JukinetError(ErrorKind.UNAVAILABLE, told(node, line))


def told(node: NodeId, line: Line) -> str:
    """What whoever meets a cut line is told; not why, which is for the node's own people."""
    since = f" since {line.since.astimezone(JAPAN):%Y-%m-%d %H:%M} (Japan)" if line.since else ""
    return f"{node} has cut its line{since}: {line.state.words}. Nothing is lost: what waits goes out once it is open."


class GuardedPeers:
    """The peers of a node whose line may be cut: asked at each call, so that no service can forget it."""

    def __init__(self, node: NodeId, database: Database, peers: Peers) -> None:
        self._node = node
        self._database = database
        self._peers = peers

    def deliver(self, to: NodeId, stream: Stream, frame: bytes) -> bytes:
        self._require_open(stream)
        return self._peers.deliver(to, stream, frame)

    def call(self, to: NodeId, kind: CallKind, envelope: bytes) -> bytes:
        self._require_open(kind)
        return self._peers.call(to, kind, envelope)

    def handshake(self, to: NodeId, question: bytes) -> bytes:
        self._require_open(Stream.IDENTITY)  # what is given back has notices among it
        return self._peers.handshake(to, question)

    def fetch_directory(self, from_: NodeId) -> bytes:
        self._require_open()
        return self._peers.fetch_directory(from_)

    def fetch_log(self, from_: NodeId, path: str) -> bytes:
        self._require_open()
        return self._peers.fetch_log(from_, path)

    def _require_open(self, what: Stream | CallKind | None = None) -> None:
        with self._database.begin() as tx:
            require_open(self._node, tx, what)

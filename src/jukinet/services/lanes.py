"""Lanes that stopped: shown to a person, and released by a person once the reason is mended.

Owns what a person sees of a lane and may do to it: have it tried again. Nothing is skipped and no number is changed; a
lane whose reason is not mended stops again at the same statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jukinet.audit.events import AuditEvent
from jukinet.domain.municipality import NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.messages.kinds import Stream
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import inbox, outbox
from jukinet.store import vitals as rows
from jukinet.store.database import Transaction
from jukinet.store.vitals import LaneIn, LaneOut

DL1 = policy("DL1", "Delivery, promise 3", "There is no such lane.")
DL2 = policy(
    "DL2", "Delivery, promise 3", "The lane is neither halted nor failing: nothing holds it up here."
)


_REPAIRED_THERE = (
    "find out with the peer which of the two was restored, or is not what it says it is; then release"
)
_FIRST = {
    "unavailable": "look at that node, then at the line to it; it is tried again by itself",
    "not-connected": "the directory says that one of the two is not connected: ask the centre",
    "unauthentic": "a signature, key or certificate is not accepted: compare certificates and the directory",
    "forbidden": "the peer takes no such stream from here: compare both directories",
    "malformed": "the two programs differ: compare their versions",
    "invalid": "the two programs differ: compare their versions",
    "gap": "a number is missing at the origin: ask whose it is; it is tried again by itself",
    "recovering": "the peer was restored and takes nothing yet: wait for it",
    "incarnation": "this node was restored and has not shaken hands with the peer yet",
    "halted": "the peer halted the lane: it must be repaired and released there, then here",
    "conflict": f"the peer claims what was never sent from here: {_REPAIRED_THERE}",
    "other-bytes": f"a number came again with other bytes: {_REPAIRED_THERE}",
    "other-statement": f"a statement came again with other bytes: {_REPAIRED_THERE}",
    "origin-number": f"an origin used a number twice: {_REPAIRED_THERE}",
}


def first_step(problem: str | None) -> str:
    """What to do first about a lane with that problem."""
    return _FIRST.get(problem or "", "look into the peer's log and into this node's")


class Direction(StrEnum):
    """Which end of a lane this node is."""

    OUT = "out"
    IN = "in"


class LaneState(StrEnum):
    """How a lane is. ``waiting``: it has something to send, and nothing went wrong."""

    HALTED = "halted"
    FAILING = "failing"
    WAITING = "waiting"
    IDLE = "idle"


class Mended(StrEnum):
    """Why a lane may be tried again."""

    AT_THE_PEER = "peer-repaired"
    """The peer found the reason at its side and mended it."""
    HERE = "repaired-here"
    """It was at our side, and is mended."""


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane as a person reads it.

    ``number``: the last number done with (in), or that the peer has (out). ``unsent``: how many statements it has yet
    to send. ``since``: from when it has been halted or failing.
    """

    direction: Direction
    peer: NodeId
    stream: Stream
    state: LaneState
    number: int
    unsent: int
    problem: str | None
    since: datetime | None
    failures: int = 0
    next_attempt: datetime | None = None

    @property
    def stopped(self) -> bool:
        return self.state in {LaneState.HALTED, LaneState.FAILING}

    @property
    def name(self) -> str:
        """How the log names it."""
        return f"{self.direction} {self.peer} {self.stream}"


def list_lanes(ctx: Context, claim: OperatorClaim) -> tuple[Lane, ...] | Refused:
    """Every lane of this node, those that stopped first."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_LANE_READ, AuditEvent.LANES_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        return tuple(
            sorted(_all(tx), key=lambda lane: (list(LaneState).index(lane.state), lane.peer, lane.stream))
        )


def release(
    ctx: Context, claim: OperatorClaim, direction: Direction, peer: NodeId, stream: Stream, mended: Mended
) -> Permitted | Refused:
    """Let a halted or failing lane be tried again, at once, where it stopped."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_LANE_RELEASE, AuditEvent.LANE_RELEASED)
        named = f"{direction} {peer} {stream}"
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=named)
        rows.hold_lane(tx, peer, stream, out=direction is Direction.OUT)
        lane = next((one for one in _all(tx) if one.name == named), None)
        decision = acts.every(
            act.gate, acts.require((DL1, lane is not None), (DL2, lane is None or lane.stopped))
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=named)
        (outbox if direction is Direction.OUT else inbox).release(tx, peer, stream)
        act.done(Permitted((*decision.basis, mended)), reference=named)
        return decision


def _all(tx: Transaction) -> list[Lane]:
    return [*map(_outgoing, rows.lanes_out(tx)), *map(_incoming, rows.lanes_in(tx))]


def _outgoing(lane: LaneOut) -> Lane:
    if lane.halted:
        state, since = LaneState.HALTED, lane.halted_at
    elif lane.failures:
        state, since = LaneState.FAILING, lane.failing_since
    else:
        state, since = (LaneState.WAITING if lane.waiting else LaneState.IDLE), None
    return Lane(
        Direction.OUT,
        lane.peer,
        lane.stream,
        state,
        lane.acknowledged,
        lane.waiting,
        lane.problem,
        since,
        lane.failures,
        None if lane.halted else lane.next_attempt,
    )


def _incoming(lane: LaneIn) -> Lane:
    state = LaneState.HALTED if lane.halted else LaneState.IDLE
    return Lane(Direction.IN, lane.peer, lane.stream, state, lane.taken, 0, lane.problem, lane.halted_at)

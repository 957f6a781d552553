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
from jukinet.store.database import Row

DL1 = policy("DL1", "Delivery, promise 3", "There is no such lane.")
DL2 = policy(
    "DL2", "Delivery, promise 3", "The lane is neither halted nor failing: nothing holds it up here."
)


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
        found = [*map(_outgoing, outbox.lanes(tx)), *map(_incoming, inbox.lanes(tx))]
        return tuple(
            sorted(found, key=lambda lane: (list(LaneState).index(lane.state), lane.peer, lane.stream))
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
        if direction is Direction.OUT:
            row = outbox.lane_to_release(tx, peer, stream)
            lane = _outgoing(row) if row else None
        else:
            row = inbox.lane_to_release(tx, peer, stream)
            lane = _incoming(row) if row else None
        decision = acts.every(
            act.gate, acts.require((DL1, lane is not None), (DL2, lane is None or lane.stopped))
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=named)
        (outbox if direction is Direction.OUT else inbox).release(tx, peer, stream)
        act.done(Permitted((*decision.basis, mended)), reference=named)
        return decision


def _outgoing(row: Row) -> Lane:
    unsent = row["last_number"] - row["acknowledged"]
    if row["halted"]:
        state, since = LaneState.HALTED, row["halted_at"]
    elif row["failures"]:
        state, since = LaneState.FAILING, row["failing_since"]
    else:
        state, since = (LaneState.WAITING if unsent else LaneState.IDLE), None
    return Lane(
        Direction.OUT,
        NodeId(row["peer"]),
        Stream(row["stream"]),
        state,
        row["acknowledged"],
        unsent,
        row["last_problem"],
        since,
        row["failures"],
        None if row["halted"] else row["attempt_after"],
    )


def _incoming(row: Row) -> Lane:
    state = LaneState.HALTED if row["halted"] else LaneState.IDLE
    return Lane(
        Direction.IN,
        NodeId(row["peer"]),
        Stream(row["stream"]),
        state,
        row["cursor"],
        0,
        row["problem"],
        row["halted_at"],
    )

"""How a node's deliveries stand, in rows that name nobody: for metrics, status, and whoever looks after lanes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.municipality import NodeId
from jukinet.messages.kinds import Stream
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("vitals")


@dataclass(frozen=True, slots=True)
class LaneOut:
    """A lane to a peer: what waits on it, since when its first one does, and how the last attempts went.

    ``next_attempt``: None where it may be tried at once.
    """

    peer: NodeId
    stream: Stream
    waiting: int
    acknowledged: int
    since: datetime | None
    failures: int
    problem: str | None
    halted: bool
    failing_since: datetime | None = None
    halted_at: datetime | None = None
    next_attempt: datetime | None = None


@dataclass(frozen=True, slots=True)
class LaneIn:
    """A lane from a peer: how many statements were taken on it, and why it was halted."""

    peer: NodeId
    stream: Stream
    taken: int
    halted: bool
    problem: str | None = None
    halted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many wait, and since when the oldest of them does."""

    count: int
    since: datetime | None


def lanes_out(tx: Transaction) -> tuple[LaneOut, ...]:
    return tuple(
        LaneOut(
            peer=NodeId(row["peer"]),
            stream=Stream(row["stream"]),
            waiting=row["waiting"],
            acknowledged=row["acknowledged"],
            since=row["since"],
            failures=row["failures"],
            problem=row["last_problem"],
            halted=row["halted"],
            failing_since=row["failing_since"],
            halted_at=row["halted_at"],
            next_attempt=row["attempt_after"],
        )
        for row in tx.rows(_SQL.lanes_out)
    )


def lanes_in(tx: Transaction) -> tuple[LaneIn, ...]:
    return tuple(
        LaneIn(
            NodeId(row["peer"]),
            Stream(row["stream"]),
            row["cursor"],
            row["halted"],
            row["problem"],
            row["halted_at"],
        )
        for row in tx.rows(_SQL.lanes_in)
    )


def hold_lane(tx: Transaction, peer: NodeId, stream: Stream, *, out: bool) -> None:
    """Lock a lane for this transaction, where there is such a one."""
    tx.rows(_SQL.hold_lane_out if out else _SQL.hold_lane_in, peer=peer.text, stream=stream.value)


def unprepared(tx: Transaction, incarnation: int) -> Waiting:
    """What acts have put into the outbox and is on no lane, but for what a person holds.

    ``since``: of the oldest that the worker can prepare in this life.
    """
    return _waiting(tx.one(_SQL.unprepared, incarnation=incarnation))


def silent(tx: Transaction, incarnation: int) -> Mapping[NodeId, Waiting]:
    """What waits for peers that have not shaken hands with this life of the node, the oldest first."""
    found = tx.rows(_SQL.silent, incarnation=incarnation)
    return {NodeId(row["peer"]): Waiting(row["waiting"], row["since"]) for row in found}


def held(tx: Transaction) -> Waiting:
    """What waits in the outbox for a person to let it go, since its kind is sent by hand."""
    return _waiting(tx.one(_SQL.held))


def _waiting(row: Row | None) -> Waiting:
    return Waiting(0, None) if row is None else Waiting(row["waiting"], row["since"])


def parked(tx: Transaction) -> Mapping[Stream, Waiting]:
    """What waits for a person, by stream."""
    return {Stream(row["stream"]): Waiting(row["parked"], row["since"]) for row in tx.rows(_SQL.parked)}


def audit_entries(tx: Transaction) -> int:
    """The number of the newest audit entry."""
    row = tx.one(_SQL.audit_entries)
    return 0 if row is None else int(row["entries"])

"""What this node says: which kinds are let go by hand, what was sent, and what nobody has answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jukinet.domain.municipality import NodeId
from jukinet.messages.kinds import MessageKind
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("sending")


class SentState(StrEnum):
    """How far a statement of this node came."""

    HELD = "held"
    """Its kind is sent by hand, and nobody let it go."""
    WAITING = "waiting"
    """On its way: not numbered, signed, sent or acknowledged yet."""
    DELIVERED = "delivered"
    """The next node holds it."""


@dataclass(frozen=True, slots=True)
class SentStatement:
    """One statement of this node, without what it says."""

    entry_id: int
    statement_id: str
    kind: MessageKind
    addressee: NodeId
    created_at: datetime
    state: SentState


@dataclass(frozen=True, slots=True)
class ReceivedStatement:
    """One statement of another node, without what it says. ``state``: taken, parked, or closed by a person."""

    statement_id: str
    kind: str
    origin: str
    stored_at: datetime
    state: str


def hold_modes(tx: Transaction) -> None:
    """Hold the switches for this transaction."""
    tx.run(_SQL.hold_mode)


def manual_kinds(tx: Transaction) -> frozenset[MessageKind]:
    return frozenset(MessageKind(row["kind"]) for row in tx.rows(_SQL.manual_kinds))


def set_mode(
    tx: Transaction, kind: MessageKind, reason: str, at: datetime, operator: str, *, manual: bool
) -> None:
    tx.run(_SQL.set_mode, kind=kind, manual=manual, reason=reason, at=at, operator=operator)


def waits_behind(tx: Transaction, entry_id: int) -> bool:
    """Whether something held was put before, of the same stream for the same addressee."""
    row = tx.one(_SQL.held_before, entry_id=entry_id)
    return bool(row and row["found"])


def release(tx: Transaction, entry_id: int) -> str | None:
    """Let a held statement go; its id, or None where none is held under this number."""
    row = tx.one(_SQL.release, entry_id=entry_id)
    return row["statement_id"] if row else None


def sent(tx: Transaction, kind: MessageKind | None, before: int | None, *, most: int) -> list[SentStatement]:
    """The newest statements of this node, newest first."""
    return [
        SentStatement(
            entry_id=row["entry_id"],
            statement_id=row["statement_id"],
            kind=MessageKind(row["kind"]),
            addressee=NodeId(row["addressee"]),
            created_at=row["created_at"],
            state=SentState(row["state"]),
        )
        for row in tx.rows(_SQL.sent, kind=kind, before=before, most=most)
    ]


def received(
    tx: Transaction, here: NodeId, kind: MessageKind | None, *, most: int
) -> list[ReceivedStatement]:
    """The newest statements of others, newest first."""
    return [
        ReceivedStatement(row["statement_id"], row["kind"], row["origin"], row["stored_at"], row["state"])
        for row in tx.rows(_SQL.received, here=str(here), kind=kind, most=most)
    ]


def overdue(tx: Transaction) -> list[Row]:
    """What the next nodes have not acknowledged: peer, kind, since, count, problem, held."""
    return tx.rows(_SQL.overdue)


def parked_here(tx: Transaction) -> list[Row]:
    """What others said and waits here for a person: parked_id, kind, origin, parked_at, problem."""
    return tx.rows(_SQL.parked_here)


def open_questions(tx: Transaction) -> list[Row]:
    """Questions of a municipality to another that came to nothing yet: reference, municipality, since, kind."""
    return tx.rows(_SQL.open_questions)

"""What an earlier life of this node said and its register does not know: the list for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.municipality import NodeId
from jukinet.messages.kinds import MessageKind
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("recovery")


@dataclass(frozen=True, slots=True)
class Lost:
    """One statement of an act that was lost; ``envelope`` is the statement, which says what it was about."""

    item_id: int
    statement_id: str
    kind: MessageKind
    addressee: NodeId
    held_by: NodeId
    said_at: datetime
    state: str
    closed_at: datetime | None
    closed_by: str | None
    envelope: bytes


def add(
    tx: Transaction,
    incarnation: int,
    statement_id: str,
    held_by: NodeId,
    said: bytes,
    gave: bytes,
    said_at: datetime,
    at: datetime,
) -> None:
    """``said``: the digest of what it says to whom; ``gave``: of whom it gave a code to, empty for nobody.

    Both are made in ``jukinet.services``: ``outgoing.said`` and ``lost_acts.gave``.
    """
    tx.run(
        _SQL.add_lost,
        incarnation=incarnation,
        statement_id=statement_id,
        held_by=str(held_by),
        said=said,
        gave=gave,
        said_at=said_at,
        at=at,
    )


def listed(tx: Transaction, *, everything: bool = False) -> list[Lost]:
    return [_lost(row) for row in tx.rows(_SQL.lost, all=everything)]


def giving(tx: Transaction, gave: bytes) -> list[Lost]:
    """Those open ones that gave a code to whom the digest is of, and those of which that is not known."""
    return [_lost(row) for row in tx.rows(_SQL.lost_giving, gave=gave)]


def find(tx: Transaction, item_id: int) -> Lost | None:
    row = tx.one(_SQL.lost_one, item_id=item_id)
    return _lost(row) if row else None


def count_open(tx: Transaction) -> int:
    row = tx.one(_SQL.count_open)
    return int(row["items"]) if row else 0


def lock(tx: Transaction, said: bytes) -> None:
    """Let nobody else say this, or find that it was said, until the transaction ends."""
    tx.rows(_SQL.lock_said, said=said)


def take_up(tx: Transaction, said: bytes, by: str, at: datetime) -> str | None:
    """Close one open item that says just this, as entered again; the statement's id, or None."""
    row = tx.one(_SQL.take_up, said=said, by=by, at=at)
    return row["statement_id"] if row else None


def close(tx: Transaction, item_id: int, by: str, at: datetime) -> bool:
    """Close an open item as confirmed by a person."""
    return tx.one(_SQL.close_lost, item_id=item_id, by=by, at=at) is not None


def _lost(row: Row) -> Lost:
    return Lost(
        item_id=row["item_id"],
        statement_id=row["statement_id"],
        kind=MessageKind(row["kind"]),
        addressee=NodeId(row["first_addressee"]),
        held_by=NodeId(row["held_by"]),
        said_at=row["said_at"],
        state=row["state"],
        closed_at=row["closed_at"],
        closed_by=row["closed_by"],
        envelope=bytes(row["envelope"]),
    )

"""What other mayors told about the koseki, as it came, until a clerk has seen to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.municipality import NodeId
from jukinet.domain.persons import Private
from jukinet.messages.kinds import MessageKind
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("koseki_messages")


@dataclass(frozen=True, slots=True, repr=False)
class KosekiMessage(Private):
    """One that waits; ``body`` is JSON."""

    statement_id: str
    kind: MessageKind
    origin: NodeId
    received_on: date
    body: bytes


def add(
    tx: Transaction,
    statement_id: str,
    kind: MessageKind,
    origin: NodeId,
    body: bytes,
    *,
    on: date,
    at: datetime,
    outcome: str | None = None,
) -> None:
    """``outcome``: it was seen to as it came, and waits for nobody."""
    values = {"statement_id": statement_id, "kind": kind, "origin": str(origin), "body": body}
    tx.run(_SQL.add, **values, on=on, at=at, outcome=outcome, over_at=at if outcome else None)


def lock_waiting(tx: Transaction, statement_id: str) -> KosekiMessage | None:
    """One that waits, locked; None where none of this id does."""
    row = tx.one(_SQL.lock_waiting, statement_id=statement_id)
    if row is None:
        return None
    kind, origin = MessageKind(row["kind"]), NodeId(row["origin"])
    return KosekiMessage(row["statement_id"], kind, origin, row["received_on"], bytes(row["body"]))


def close(tx: Transaction, statement_id: str, outcome: str, at: datetime) -> None:
    tx.run(_SQL.close, statement_id=statement_id, outcome=outcome, at=at)


def waiting(tx: Transaction) -> list[Row]:
    """What waits, the oldest first: statement_id, kind, origin, received_at."""
    return tx.rows(_SQL.waiting)

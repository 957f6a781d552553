"""What the register API answered to each request, by the system's key: added once, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.persons import Private
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("answers")


@dataclass(frozen=True, slots=True, repr=False)
class Kept(Private):
    """The digest of the request that had the key, and what came of it, as JSON."""

    digest: bytes
    outcome: str


def hold(tx: Transaction, system: str, key: str) -> Kept | None:
    """Hold the key for this transaction: who comes with it meanwhile waits. What is kept under it, or None."""
    tx.run(_SQL.hold, system=system, key=key)
    row = tx.one(_SQL.find, system=system, key=key)
    return Kept(bytes(row["digest"]), row["outcome"]) if row else None


def keep(tx: Transaction, system: str, key: str, kept: Kept, at: datetime) -> None:
    """Keep an answer, in the transaction of what it answers."""
    tx.run(_SQL.keep, system=system, key=key, digest=kept.digest, outcome=kept.outcome, answered_at=at)

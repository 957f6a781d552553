"""Notices from the Minister of Justice: digests of those that were entered, and which wait for a clerk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("minister_notices")


def lock(tx: Transaction, notice_id: str) -> bytes | None:
    """Hold a notice's number for this transaction; the digest of the one that was entered under it, if any."""
    tx.run(_SQL.hold, notice_id=notice_id)
    row = tx.one(_SQL.digest_of, notice_id=notice_id)
    return bytes(row["digest"]) if row else None


def note(tx: Transaction, notice_id: str, digest: bytes, at: datetime) -> None:
    """The notice was entered: if it waited, it does no longer."""
    tx.run(_SQL.insert, notice_id=notice_id, digest=digest, taken_at=at)
    close(tx, notice_id, at)


def close(tx: Transaction, notice_id: str, at: datetime) -> bool:
    """A clerk has seen to it; False where it does not wait."""
    return tx.run(_SQL.over, notice_id=notice_id, at=at) == 1


def wait(tx: Transaction, notice_id: str, rules: Iterable[str], at: datetime) -> None:
    """The notice is left for a clerk, for these rules; since when, the first time says."""
    tx.run(_SQL.wait, notice_id=notice_id, rules=list(rules), at=at)


def waiting(tx: Transaction) -> list[Row]:
    """What waits for a clerk, the oldest first: notice_id, rules, since."""
    return tx.rows(_SQL.waiting)

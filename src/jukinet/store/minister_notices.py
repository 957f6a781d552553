"""Which notices from the Minister of Justice were entered: their numbers, and digests of what they said."""

from __future__ import annotations

from datetime import datetime

from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("minister_notices")


def lock(tx: Transaction, notice_id: str) -> bytes | None:
    """Hold a notice's number for this transaction; the digest of the one that was entered under it, if any."""
    tx.run(_SQL.hold, notice_id=notice_id)
    row = tx.one(_SQL.digest_of, notice_id=notice_id)
    return bytes(row["digest"]) if row else None


def note(tx: Transaction, notice_id: str, digest: bytes, at: datetime) -> None:
    """The notice was entered."""
    tx.run(_SQL.insert, notice_id=notice_id, digest=digest, taken_at=at)

"""What was added to the notification that a version of a record rests on (付記)."""

from __future__ import annotations

import msgspec

from jukinet.domain.additions import Additions
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("additions")


def add(tx: Transaction, resident_id: int, history_no: int, additions: Additions) -> None:
    details = msgspec.json.encode(additions).decode()
    tx.run(_SQL.add, resident_id=resident_id, history_no=history_no, details=details)


def by_history_no(tx: Transaction, resident_id: int) -> dict[int, Additions]:
    """Of a resident, by the version that rests on the notification."""
    rows = tx.rows(_SQL.of_resident, resident_id=resident_id)
    return {row["history_no"]: msgspec.json.decode(row["details"], type=Additions) for row in rows}

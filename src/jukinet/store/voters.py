"""Whose record changed in a span of moments: as it was before, and as it is at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import ResidentRecord
from jukinet.domain.persons import Private
from jukinet.store import snapshots
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("voters")


@dataclass(frozen=True, slots=True, repr=False)
class Changed(Private):
    """One resident; ``before`` and ``after`` are None where nobody was recorded then."""

    resident_id: int
    resident_no: str
    before: ResidentRecord | None
    after: ResidentRecord | None
    reason: RegisterReason
    effective_on: date


def changed(tx: Transaction, begin: datetime, end: datetime) -> Iterator[Changed]:
    """From one moment up to, and without, another."""
    for row in tx.stream(_SQL.changed, begin=begin, end=end):
        yield Changed(
            row["resident_id"],
            row["resident_no"],
            snapshots.from_json(row["items_before"]) if row["present_before"] else None,
            snapshots.from_json(row["items_after"]) if row["present_after"] else None,
            RegisterReason(row["reason"]),
            row["effective_on"],
        )

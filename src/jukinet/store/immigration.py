"""What was entered about foreign residents in a span of moments, in the order of entry."""

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

_SQL = Queries("immigration")


@dataclass(frozen=True, slots=True, repr=False)
class Entered(Private):
    """One version: the record after it, and whether the person is recorded after it."""

    resident_no: str
    history_no: int
    reason: RegisterReason
    effective_on: date
    recorded_at: datetime
    present: bool
    record: ResidentRecord


def entered(tx: Transaction, begin: datetime, end: datetime) -> Iterator[Entered]:
    """From one moment up to, and without, another."""
    for row in tx.stream(_SQL.entered, begin=begin, end=end):
        yield Entered(
            row["resident_no"],
            row["history_no"],
            RegisterReason(row["reason"]),
            row["effective_on"],
            row["recorded_at"],
            row["present"],
            snapshots.from_json(row["items"]),
        )

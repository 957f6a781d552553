"""What was supplied to organs, counted from the audit log, in which every supply is an entry."""

from __future__ import annotations

from datetime import date

from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("supply_book")


def supplies(tx: Transaction, first: date, last: date) -> list[tuple[date, str, str, int]]:
    """Day, organ (its URI), affair and number of persons told of, for each of these that there is."""
    rows = tx.rows(_SQL.supplies, first=first, last=last)
    return [(row["business_on"], row["actor"], row["affair"], row["supplied"]) for row in rows]


def by_month(tx: Transaction, first: date, last: date, *, table: int) -> list[tuple[str, date, int]]:
    """Organ (its URI), first day of the month, and number of persons told of, for the affairs of one table."""
    rows = tx.rows(_SQL.by_month, first=first, last=last, affairs=f"t{table}-%")
    return [(row["actor"], row["month"], row["supplied"]) for row in rows]

"""What was supplied to organs: one by one, where every supply is an entry of the audit log, and by batches."""

from __future__ import annotations

from collections import Counter
from datetime import date

from jukinet.domain.batches import Way
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("supply_book")


def supplies(
    tx: Transaction, first: date, last: date, *, batches: bool
) -> list[tuple[date, str, str, int, Way]]:
    """Day, organ (its URI), affair, number of persons told of and way, for each of these that there is.

    ``batches``: the node has tables of batches.
    """
    days = {"first": first, "last": last}
    told: Counter[tuple[date, str, str, Way]] = Counter()
    for row in [*tx.rows(_SQL.supplies, **days), *(tx.rows(_SQL.batch_supplies, **days) if batches else ())]:
        told[row["business_on"], row["actor"], row["affair"], Way(row.get("way", Way.LINE))] += row[
            "supplied"
        ]
    return [(on, organ, affair, told[on, organ, affair, way], way) for on, organ, affair, way in sorted(told)]


def by_month(tx: Transaction, first: date, last: date, *, table: int) -> list[tuple[str, date, int, Way]]:
    """Organ (its URI), first day of the month, number of persons told of and way, for the affairs of one table."""
    asked = {"first": first, "last": last, "affairs": f"t{table}-%"}
    told: Counter[tuple[str, date, Way]] = Counter()
    for row in [*tx.rows(_SQL.by_month, **asked), *tx.rows(_SQL.batches_by_month, **asked)]:
        told[row["actor"], row["month"], Way(row.get("way", Way.LINE))] += row["supplied"]
    return [(organ, month, told[organ, month, way], way) for organ, month, way in sorted(told)]

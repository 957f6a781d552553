"""What was supplied to organs: by entries of the audit log, by batches, and by the book of what was erased of both."""

from __future__ import annotations

from collections import Counter
from datetime import date

from jukinet.domain.batches import Way
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("supply_book")


def supplies(
    tx: Transaction, first: date, last: date, *, store: bool
) -> list[tuple[date, str, str, int, Way]]:
    """Day, organ (its URI), affair, number of persons told of and way, for each of these that there is.

    ``store``: the node has batches, and keeps the book of what was erased.
    """
    queries = (_SQL.supplies, _SQL.batch_supplies, _SQL.kept) if store else (_SQL.supplies,)
    told: Counter[tuple[date, str, str, Way]] = Counter()
    for row in (one for query in queries for one in tx.rows(query, first=first, last=last)):
        way = Way(row.get("way", Way.LINE))
        told[row["business_on"], row["actor"], row["affair"], way] += row["supplied"]
    return [(on, organ, affair, told[on, organ, affair, way], way) for on, organ, affair, way in sorted(told)]


def by_month(tx: Transaction, first: date, last: date, *, table: int) -> list[tuple[str, date, int, Way]]:
    """Organ (its URI), first day of the month, number of persons told of and way, for the affairs of one table."""
    asked = {"first": first, "last": last, "affairs": f"t{table}-%"}
    told: Counter[tuple[str, date, Way]] = Counter()
    queries = (_SQL.by_month, _SQL.batches_by_month, _SQL.kept_by_month)
    for row in (one for query in queries for one in tx.rows(query, **asked)):
        told[row["actor"], row["month"], Way(row.get("way", Way.LINE))] += row["supplied"]
    return [(organ, month, told[organ, month, way], way) for organ, month, way in sorted(told)]

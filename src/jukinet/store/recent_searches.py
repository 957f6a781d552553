"""The conditions by which each operator last searched. Rows are added; retention erases them."""

from __future__ import annotations

from datetime import datetime

from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("recent_searches")


def keep(tx: Transaction, operator: str, conditions: str, at: datetime) -> None:
    """Keep the conditions of a search, as JSON, for the operator who made it."""
    tx.run(_SQL.keep, operator=operator, conditions=conditions, searched_at=at)


def last(tx: Transaction, operator: str, *, most: int) -> list[tuple[str, datetime]]:
    """The last searches of an operator, the newest first: conditions as JSON, and when they were last searched by."""
    rows = tx.rows(_SQL.last, operator=operator, most=most)
    return [(row["conditions"], row["searched_at"]) for row in rows]

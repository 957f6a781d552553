"""Whose record or holds changed, in the order of the changes: each resident once, with the last."""

from __future__ import annotations

from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("feed")


def page(tx: Transaction, after: int, most: int) -> list[tuple[int, int]]:
    """Change number and resident id, beyond a change number. No lower number can come up any more."""
    tx.rows(_SQL.lock)
    return [(row["change_no"], row["resident_id"]) for row in tx.rows(_SQL.page, after=after, most=most)]

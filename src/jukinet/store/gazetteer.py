"""The municipality's gazetteer: town areas with their days, in editions; the last one loaded counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.gazetteer import TownArea
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("gazetteer")


@dataclass(frozen=True, slots=True)
class Edition:
    """A gazetteer as it was loaded at a moment, with so many town areas."""

    edition: int
    towns: int
    loaded_at: datetime


def add(tx: Transaction, areas: Iterable[TownArea], at: datetime) -> Edition:
    """A new edition, which replaces the one before it whole; that is kept, as everything here is."""
    rows = [
        {
            "town_code": area.code,
            "town_name": area.name,
            "town_kana": area.kana,
            "town_key": area.key,
            "valid_from": area.valid_from,
            "valid_to": area.valid_to,
        }
        for area in areas
    ]
    made = tx.one(_SQL.add_edition, towns=len(rows), loaded_at=at)
    if made is None:
        raise JukinetError(ErrorKind.INTERNAL, "The database returned no number of the edition.")
    tx.many(_SQL.add_town, [{"edition": made["edition"], **row} for row in rows])
    return Edition(made["edition"], len(rows), at)


def newest(tx: Transaction) -> Edition | None:
    row = tx.one(_SQL.newest)
    return Edition(row["edition"], row["towns"], row["loaded_at"]) if row else None


def beginning(tx: Transaction, key: str) -> list[TownArea] | None:
    """Town areas whose key an address's key begins with, on whatever day; None where no gazetteer is loaded."""
    rows = tx.rows(_SQL.beginning, key=key)
    if not rows:
        return None
    return [
        TownArea(row["town_code"], row["town_name"], row["town_kana"], row["valid_from"], row["valid_to"])
        for row in rows
        if row["town_code"] is not None
    ]

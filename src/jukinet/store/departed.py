"""Residents who left and are not reported from another municipality: read from their last versions."""

from __future__ import annotations

from datetime import date

from jukinet.domain.municipality import MunicipalityCode
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("departed")


def without_notice(
    tx: Transaction, before: date, *, resident_no: str | None = None, most: int
) -> list[tuple[str, date, MunicipalityCode | None]]:
    """Who left before that day, the first who left first: number, day, where to if known. All, or one of them."""
    rows = tx.rows(_SQL.without_notice, before=before, resident_no=resident_no, most=most)
    return [(row["resident_no"], row["left_on"], _municipality(row["municipality"])) for row in rows]


def _municipality(text: str | None) -> MunicipalityCode | None:
    return MunicipalityCode(text) if text else None

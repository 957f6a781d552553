"""What was issued about a resident: nationwide copies by the audit log, written notices of codes by their own rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jukinet.domain.code import ResidentRecordCode
from jukinet.store.database import Transaction
from jukinet.store.residents import Held
from jukinet.store.sql import Queries

_SQL = Queries("issued_papers")


def copies(tx: Transaction, held: Held, codes: Iterable[ResidentRecordCode]) -> list[tuple[date, str, str]]:
    """Nationwide copies that showed the resident: day, node that asked, and the application's id."""
    rows = tx.rows(_SQL.copies_of, resident_no=held.resident_no, codes=[str(code) for code in codes])
    return [(row["on"], row["actor"], row["reference"]) for row in rows]


def code_notices(tx: Transaction, held: Held) -> list[tuple[date, str]]:
    """Written notices of the code: day and kind."""
    return [(row["on"], row["kind"]) for row in tx.rows(_SQL.code_notices_of, resident_id=held.resident_id)]


def certificates(tx: Transaction, held: Held) -> list[tuple[date, str]]:
    """Certificates of a move-out on which the resident stands: day and number."""
    return [
        (row["on"], row["certificate"]) for row in tx.rows(_SQL.certificates_of, resident_id=held.resident_id)
    ]

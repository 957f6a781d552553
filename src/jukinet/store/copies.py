"""Nationwide copies issued by this municipality: one row an application, from the intent to the pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("copies")

INTENDED, ISSUED, REFUSED = "intended", "issued", "refused"


@dataclass(frozen=True, slots=True)
class CopyRow:
    """An application as it stands. ``pages`` is the PDF, kept for a retry until retention ends it."""

    application_id: str
    input_digest: bytes
    state: str
    applied_on: date
    issue_no: str | None
    refusal: str | None
    pages: bytes | None


def lock(tx: Transaction, application_id: str) -> CopyRow | None:
    row = tx.one(_SQL.lock, application_id=application_id)
    if row is None:
        return None
    return CopyRow(
        application_id=row["application_id"],
        input_digest=bytes(row["input_digest"]),
        state=row["state"],
        applied_on=row["applied_on"],
        issue_no=row["issue_no"],
        refusal=row["refusal"],
        pages=None if row["pages"] is None else bytes(row["pages"]),
    )


def intend(
    tx: Transaction, application_id: str, digest: bytes, *, home: str, operator: str, on: date, at: datetime
) -> bool:
    """Record the intent before the home municipality is asked; False where the application is known."""
    return (
        tx.run(
            _SQL.intend,
            application_id=application_id,
            input_digest=digest,
            home=home,
            operator=operator,
            on=on,
            at=at,
        )
        == 1
    )


def next_number(tx: Transaction, on: date) -> str:
    """The number of the next paper (発行番号, specification 5.5): day and serial number."""
    row = tx.one(_SQL.next_serial)
    return f"{on:%Y%m%d}-{int(row['serial']) if row else 0:06d}"


def issue(tx: Transaction, application_id: str, issue_no: str, pages: bytes, at: datetime) -> bool:
    """Keep the pages under their number; False where the application was decided meanwhile."""
    return tx.run(_SQL.issue, application_id=application_id, issue_no=issue_no, pages=pages, at=at) == 1


def refuse(tx: Transaction, application_id: str, refusal: str, at: datetime) -> bool:
    return tx.run(_SQL.refuse, application_id=application_id, refusal=refusal, at=at) == 1

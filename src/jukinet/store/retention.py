"""Erasing what is past its term, one step at a time.

What may go is judged in the database (``migrations/sql/0005_*.sql``), which also writes the audit entry of an erasure.
This module calls it; nothing here can delete.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.audit.entries import SALT_BYTES
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.law import parameters, retention
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("retention")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a walk over a subject: rows past their term by table, and where to go on (None: the end)."""

    counts: Mapping[str, int]
    last: str | None


@dataclass(frozen=True, slots=True)
class Erasing:
    """What the audit entry of an erasure says besides its counts."""

    at: datetime
    actor: str
    terminal: str | None
    reference: str
    basis: str


def require_terms(tx: Transaction) -> None:
    """Raise CONFIGURATION unless the database holds the terms that this program knows."""
    held = {(row["parameter"], row["valid_from"], row["value"]) for row in tx.rows(_SQL.terms)}
    known = {
        (term.parameter, one.valid_from, one.value)
        for term in retention.TERMS
        for one in parameters.packaged()[term.parameter].values
    }
    if held != known:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            "The database holds other terms than this program. Run: jukinet node migrate --config FILE",
        )


def count(
    tx: Transaction, subject: str, on: date, *, backup_days: int | None, after: str | None, most: int
) -> Step:
    """Look at ``most`` rows of a subject after a key, and count what is past its term on a day."""
    row = tx.one(_SQL.count, subject=subject, on=on, backup_days=backup_days, after=after, most=most)
    return _step(row)


def erase(
    tx: Transaction,
    subject: str,
    on: date,
    entry: Erasing,
    *,
    backup_days: int | None,
    after: str | None,
    most: int,
) -> Step:
    """The same, and erase it; where anything went, the audit entry is in this transaction.

    INTERNAL for a day that has not come. Rows that another process is working on are left for the next walk.
    """
    row = tx.one(
        _SQL.erase,
        subject=subject,
        on=on,
        backup_days=backup_days,
        after=after,
        most=most,
        at=entry.at,
        actor=entry.actor,
        terminal=entry.terminal,
        reference=entry.reference,
        basis=entry.basis,
        salt=secrets.token_bytes(SALT_BYTES),
    )
    return _step(row)


def _step(row: Row | None) -> Step:
    return Step(row["counts"], row["last"]) if row else Step({}, None)

"""The rows of the audit log: appended, listed, never changed."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from jukinet.audit.entries import SALT_BYTES, AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries, as_json

_SQL = Queries("audit")


def as_params(entry: AuditEntry) -> dict[str, Any]:
    """The columns of one entry, with a fresh salt and the leaf over it."""
    # Salts need no seam for tests: nothing may depend on their value.
    salt = secrets.token_bytes(SALT_BYTES)
    return {
        "at": entry.at,
        "business_on": entry.business_on,
        "event": entry.event,
        "outcome": entry.outcome,
        "actor": entry.actor,
        "terminal": entry.terminal,
        "subject_code": str(entry.subject_code) if entry.subject_code else None,
        "resident_no": entry.resident_no,
        "affair": entry.affair,
        "reference": entry.reference,
        "rules": list(entry.rules),
        "salt": salt,
        "leaf": entry.leaf(salt),
    }


def append(tx: Transaction, *entries: AuditEntry) -> None:
    """Write entries into the transaction that they describe."""
    if len(entries) == 1:
        tx.run(_SQL.append, **as_params(entries[0]))
    elif entries:
        tx.run(_SQL.append_many, rows=as_json([as_params(entry) for entry in entries]))


def newest(
    tx: Transaction,
    *,
    most: int,
    event: AuditEvent | None = None,
    actor: str | None = None,
    after: int | None = None,
) -> Sequence[tuple[int, AuditEntry]]:
    """The newest entries that match, newest first, each with its number."""
    rows = tx.rows(_SQL.newest, most=most, event=event, actor=actor, after=after)
    return [(row["entry_id"], _from_row(row)) for row in rows]


def _from_row(row: Row) -> AuditEntry:
    return AuditEntry(
        at=row["at"],
        business_on=row["business_on"],
        event=AuditEvent(row["event"]),
        outcome=Outcome(row["outcome"]),
        actor=row["actor"],
        terminal=row["terminal"],
        subject_code=ResidentRecordCode(row["subject_code"]) if row["subject_code"] else None,
        resident_no=row["resident_no"],
        affair=row["affair"],
        reference=row["reference"],
        rules=tuple(row["rules"]),
    )

"""The rows of the audit log: appended, listed, never changed."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from jukinet.audit.entries import SALT_BYTES, AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.store.database import Row, Transaction
from jukinet.store.lives import Done
from jukinet.store.sql import Queries, as_hex, as_json

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


def append(tx: Transaction, *entries: AuditEntry) -> list[bytes]:
    """Write entries into the transaction that they describe; their leaves."""
    rows = [as_params(entry) for entry in entries]
    if len(rows) == 1:
        tx.run(_SQL.append, **rows[0])
    elif rows:
        tx.run(_SQL.append_many, rows=as_json([_as_row(row) for row in rows]))
    return [row["leaf"] for row in rows]


def _as_row(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"salt": as_hex(row["salt"]), "leaf": as_hex(row["leaf"])}


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
    return [(row["entry_id"], entry_of(row)) for row in rows]


def looked_at_by_another(tx: Transaction, event: AuditEvent, reference: str, actor: str) -> bool:
    """Whether somebody else had an act of this event and reference done, which changes nothing."""
    row = tx.one(_SQL.looked_at_by_another, event=event, reference=reference, actor=actor)
    return bool(row and row["some"])


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the log had come at one moment. Transactions older than ``until`` may still commit lower numbers."""

    audit: int
    until: str


def mark(tx: Transaction) -> Mark:
    """How far the log is. The transaction must not have written before: its own id, given now, is the bound.

    Whoever writes an act has written, and so has an id, before it draws the number of its entry.
    """
    row = tx.one(_SQL.mark)
    return Mark(**row) if row else Mark(0, "0")


def is_settled(tx: Transaction, marked: Mark) -> bool:
    """Whether no transaction older than the mark can still commit."""
    row = tx.one(_SQL.is_settled, until=marked.until)
    return bool(row and row["settled"])


def acts_between(tx: Transaction, after: int, last: int, except_for: Collection[AuditEvent]) -> list[Done]:
    """Acts done with numbers after one and up to another, but for some events, each with the statements it made."""
    rows = tx.rows(
        _SQL.acts_between,
        after=after,
        last=last,
        done=Outcome.DONE,
        events=[event.value for event in except_for],
    )
    return [Done(row["entry_id"], row["event"], tuple(row["statements"])) for row in rows]


def entry_of(row: Row) -> AuditEntry:
    """An entry as its row says it."""
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

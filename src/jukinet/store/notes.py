"""What clerks wrote beside a record, and what is remarked on every change of a reason. Rows are added, never altered.

The resident's row is locked first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.changes import RegisterReason
from jukinet.domain.persons import Private
from jukinet.law.remarks import NoteKind
from jukinet.store.database import Transaction
from jukinet.store.residents import Held
from jukinet.store.sql import Queries

_SQL = Queries("notes")


@dataclass(frozen=True, slots=True, repr=False)
class NoteVersion(Private):
    """What a note said from a moment on; ``text`` None: it was deleted."""

    text: str | None
    at: datetime
    operator: str


@dataclass(frozen=True, slots=True, repr=False)
class Note(Private):
    """A note with its course, the oldest first; ``history_no``: the version of the record that it is about."""

    note_id: int
    kind: NoteKind
    history_no: int | None
    course: tuple[NoteVersion, ...]

    @property
    def text(self) -> str | None:
        """What it says now; None where it was deleted."""
        return self.course[-1].text

    def said_at(self, at: datetime) -> str | None:
        """What it said at a moment."""
        then = [one for one in self.course if one.at <= at]
        return then[-1].text if then else None


def add(tx: Transaction, held: Held, kind: NoteKind, history_no: int | None) -> int:
    """A note without a text yet; its number."""
    row = tx.made(_SQL.add, resident_id=held.resident_id, kind=kind, history_no=history_no)
    return int(row["note_id"])


def add_version(
    tx: Transaction,
    held: Held,
    note_id: int,
    text: str | None,
    *,
    at: datetime,
    operator: str,
    terminal: str | None,
) -> None:
    tx.run(
        _SQL.add_version,
        note_id=note_id,
        resident_id=held.resident_id,
        text=text,
        at=at,
        operator=operator,
        terminal=terminal,
    )


def of_resident(tx: Transaction, held: Held) -> list[Note]:
    """Every note beside a record, deleted ones too, in the order in which they were first written."""
    found: dict[int, Note] = {}
    for row in tx.rows(_SQL.of_resident, resident_id=held.resident_id):
        version = NoteVersion(row["text"], row["recorded_at"], row["operator"])
        before = found.get(row["note_id"])
        course = (*(before.course if before else ()), version)
        found[row["note_id"]] = Note(row["note_id"], NoteKind(row["kind"]), row["history_no"], course)
    return list(found.values())


# What is remarked on every change of a reason


def hold_reasons(tx: Transaction) -> None:
    """Two who set one at once follow each other; an act that writes a version waits for nobody."""
    tx.rows(_SQL.hold_reasons)


def registered(tx: Transaction) -> dict[RegisterReason, str]:
    return {RegisterReason(row["reason"]): row["text"] for row in tx.rows(_SQL.registered)}


def registered_for(tx: Transaction, reason: RegisterReason) -> str | None:
    row = tx.one(_SQL.registered_for, reason=reason)
    return row["text"] if row else None


def register(
    tx: Transaction,
    reason: RegisterReason,
    text: str | None,
    *,
    at: datetime,
    operator: str,
    terminal: str | None,
) -> None:
    tx.run(_SQL.register, reason=reason, text=text, at=at, operator=operator, terminal=terminal)

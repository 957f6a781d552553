"""Drafts and what became of them. Rows are added, never altered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.persons import Private
from jukinet.law.drafts import Step
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("drafts")


@dataclass(frozen=True, slots=True, repr=False)
class Draft(Private):
    """An act as somebody entered it. ``filing`` is JSON; ``tags`` name the states of records that the drafter saw.

    ``step`` and who took it: the last that became of it, None while it waits.
    """

    draft_id: int
    act: str
    filing: str
    tags: tuple[str, ...]
    operator: str
    terminal: str | None
    entered_at: datetime
    steps: int = 0
    step: Step | None = None
    note: str | None = None
    step_operator: str | None = None


def enter(
    tx: Transaction,
    act: str,
    filing: str,
    tags: Sequence[str],
    *,
    operator: str,
    terminal: str | None,
    at: datetime,
) -> int:
    """Keep a draft; its number."""
    row = tx.made(
        _SQL.enter,
        act=act,
        filing=filing,
        tags=list(tags),
        operator=operator,
        terminal=terminal,
        entered_at=at,
    )
    return int(row["draft_id"])


def hold(tx: Transaction, draft_id: int) -> Draft | None:
    """Hold a draft for this transaction: who would take another step meanwhile waits. None: there is no such draft."""
    tx.run(_SQL.hold, draft_id=draft_id)
    return find(tx, draft_id)


def find(tx: Transaction, draft_id: int) -> Draft | None:
    """A draft, to look at."""
    row = tx.one(_SQL.find, draft_id=draft_id)
    return _draft(row) if row else None


def take_step(
    tx: Transaction,
    draft: Draft,
    step: Step,
    *,
    operator: str,
    terminal: str | None,
    at: datetime,
    note: str | None = None,
) -> None:
    """Add what became of a draft that this transaction holds."""
    tx.run(
        _SQL.take_step,
        draft_id=draft.draft_id,
        step_no=draft.steps + 1,
        step=step,
        note=note,
        operator=operator,
        terminal=terminal,
        taken_at=at,
    )


def waiting(
    tx: Transaction,
    *,
    after: int = 0,
    most: int,
    operator: str | None = None,
    terminal: str | None = None,
) -> Iterator[Draft]:
    """Drafts that wait or were returned, by number, beyond one number; of one operator or terminal where named."""
    rows = tx.rows(_SQL.open, after=after, most=most, operator=operator, terminal=terminal)
    return map(_draft, rows)


def _draft(row: Row) -> Draft:
    return Draft(
        draft_id=row["draft_id"],
        act=row["act"],
        filing=row["filing"],
        tags=tuple(row["tags"]),
        operator=row["operator"],
        terminal=row["terminal"],
        entered_at=row["entered_at"],
        steps=row["step_no"] or 0,
        step=Step(row["step"]) if row["step"] else None,
        note=row["note"],
        step_operator=row["step_operator"],
    )

"""Who is told of an act, how and since when: letters, postings, and records laid open (Ord. 12(4), 17(2)).

What was done of each is added as a row; nothing is altered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.law.tellings import Step, Telling
from jukinet.store.database import Row, Transaction
from jukinet.store.residents import Held
from jukinet.store.sql import Queries

_SQL = Queries("tellings")


@dataclass(frozen=True, slots=True)
class Told:
    """One person to tell of the version with this history number, and what was done of it."""

    telling_id: int
    resident_id: int
    resident_no: str
    history_no: int
    telling: Telling


@dataclass(frozen=True, slots=True)
class After:
    """Where a page of a list ended: the day of the decision and the number of its last telling."""

    decided_on: date
    telling_id: int


_BEGINNING = After(date.min, 0)


def add(tx: Transaction, held: Held, way: str, decided_on: date, *, open_until: date | None = None) -> None:
    """Note that the person is told of the newest version, or that it is laid open until a day."""
    tx.run(
        _SQL.add,
        resident_id=held.resident_id,
        history_no=held.history_no,
        way=way,
        decided_on=decided_on,
        open_until=open_until,
    )


def since(tx: Transaction, first: date, after: After | None, *, most: int) -> list[Told]:
    """What was decided on that day and later, the oldest first."""
    last = after or _BEGINNING
    rows = tx.rows(_SQL.since, first=first, day=last.decided_on, number=last.telling_id, most=most)
    return _told(rows)


def still_open(tx: Transaction, after: After | None, *, most: int) -> list[Told]:
    """What is not done: letters not sent, postings not ended; the oldest first."""
    last = after or _BEGINNING
    return _told(tx.rows(_SQL.still_open, day=last.decided_on, number=last.telling_id, most=most))


def find(tx: Transaction, telling_id: int) -> Told | None:
    return next(iter(_told(tx.rows(_SQL.find, telling_id=telling_id))), None)


def resident_of(tx: Transaction, telling_id: int) -> str | None:
    """Whom a telling is about, to be locked first."""
    row = tx.one(_SQL.resident_of, telling_id=telling_id)
    return row["resident_no"] if row else None


def add_step(
    tx: Transaction,
    telling_id: int,
    held: Held,
    step: Step,
    done_on: date,
    *,
    operator: str,
    terminal: str | None,
    at: datetime,
) -> None:
    tx.run(
        _SQL.add_step,
        telling_id=telling_id,
        resident_id=held.resident_id,
        step=step,
        done_on=done_on,
        operator=operator,
        terminal=terminal,
        at=at,
    )


def _told(rows: Iterable[Row]) -> list[Told]:
    found = []
    for row in rows:
        done = tuple((Step(step), day) for step, day in zip(row["steps"], row["days"], strict=True))
        telling = Telling(row["way"], row["decided_on"], row["open_until"], done)
        found.append(
            Told(row["telling_id"], row["resident_id"], row["resident_no"], row["history_no"], telling)
        )
    return found

"""Who may browse a part of the register and what became of it, and who lives in a town area."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jukinet.domain.dates import PartialDate
from jukinet.domain.gazetteer import TownArea
from jukinet.domain.items import RecordKind
from jukinet.domain.persons import Private, Sex
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("browsing")
_AFTER_ALL = "\U0010ffff"
"""Above every sign that an address has: a range up to it is a beginning."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """When, by whom and from where a row is written."""

    on: date
    at: datetime
    operator: str
    terminal: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Browsing(Private):
    """A request or an application as it was granted (``details`` is JSON), and its steps so far, in order.

    A letter to one of those who were named, or the answer to it, is told with which of them it is: ``answered 1``.
    """

    browsing_id: int
    public_body: bool
    details: str
    received_on: date
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Showing(Private):
    """That a town area was shown, and for what."""

    browsing: Browsing
    on: date
    area: str


@dataclass(frozen=True, slots=True)
class Listed:
    """One list that was made for somebody: ``viewer``, which of those who were named."""

    number: str | None
    at: datetime
    area: str
    viewer: int
    pages: int | None
    operator: str
    terminal: str | None
    destroyed_on: date | None


@dataclass(frozen=True, slots=True, repr=False)
class Candidate(Private):
    """Somebody who may stand in a list, without the record."""

    resident_id: int
    resident_no: str
    birth_date: PartialDate
    sex: Sex
    kind: RecordKind
    address_key: str


def add(tx: Transaction, *, public_body: bool, details: str, received_on: date, stamp: Stamp) -> int:
    row = tx.made(
        _SQL.add,
        public_body=public_body,
        details=details,
        received_on=received_on,
        on=stamp.on,
        at=stamp.at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )
    return int(row["browsing_id"])


def lock(tx: Transaction, browsing_id: int) -> Browsing | None:
    """One of this number as the step before left it; no other step is taken beside this transaction."""
    tx.run(_SQL.hold, browsing_id=browsing_id)
    row = tx.one(_SQL.find, browsing_id=browsing_id)
    return _browsing(row) if row else None


def every(tx: Transaction) -> list[Browsing]:
    """Every one that is kept, the oldest first."""
    return [_browsing(row) for row in tx.rows(_SQL.every)]


def _browsing(row: Row) -> Browsing:
    return Browsing(
        row["browsing_id"],
        row["public_body"],
        row["details"],
        row["received_on"],
        tuple(row.get("steps", ())),
    )


def add_step(tx: Transaction, browsing_id: int, step: str, details: str, done_on: date, stamp: Stamp) -> None:
    params: dict[str, Any] = {"at": stamp.at, "operator": stamp.operator, "terminal": stamp.terminal}
    tx.run(_SQL.add_step, browsing_id=browsing_id, step=step, details=details, on=done_on, **params)


def shown(tx: Transaction, first: date, last: date) -> list[Showing]:
    """What was shown from one day to another, both included."""
    return [
        Showing(_browsing(row), row["done_on"], row["area"])
        for row in tx.rows(_SQL.shown, first=first, last=last)
    ]


def note_pages(tx: Transaction, number: str, pages: int) -> None:
    tx.run(_SQL.note_pages, number=number, pages=pages)


def lists(tx: Transaction) -> dict[int, list[Listed]]:
    """The lists that were made, by the number of the browsing, the oldest first."""
    found: dict[int, list[Listed]] = {}
    for row in tx.rows(_SQL.lists):
        found.setdefault(row["browsing_id"], []).append(
            Listed(
                row["number"],
                row["recorded_at"],
                row["area"],
                row["viewer"],
                row["pages"],
                row["operator"],
                row["terminal"],
                row["destroyed_on"],
            )
        )
    return found


def living_in(tx: Transaction, area: TownArea | None) -> list[Candidate]:
    """Who is recorded with an address in a town area, or anywhere (None); by what a list asks of them alone."""
    begin = area.key if area else ""
    return [
        Candidate(
            row["resident_id"],
            row["resident_no"],
            PartialDate(row["birth_date"]),
            Sex(row["sex"]),
            RecordKind.FOREIGN if row["foreign_resident"] else RecordKind.JAPANESE,
            row["key"],
        )
        for row in tx.stream(_SQL.living, low=begin, high=begin + _AFTER_ALL)
        if area is None or area.covers(row["key"])
    ]

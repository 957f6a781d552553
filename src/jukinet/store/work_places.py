"""Places where operators work, and terminals in them. Rows are only added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("work_places")


@dataclass(frozen=True, slots=True)
class WorkPlace:
    """A place by its short name, as it was registered last."""

    place: str
    kind: str
    name: str
    closed: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class WorkTerminal:
    """A terminal, and the place in which it stands."""

    terminal: str
    place: str
    closed: bool
    since: datetime


def lock(tx: Transaction) -> None:
    """Let nobody else register until this transaction ends; reading goes on."""
    tx.run(_SQL.lock)


def places(tx: Transaction) -> list[WorkPlace]:
    """Every place, closed ones too, by its short name."""
    return [
        WorkPlace(row["place"], row["place_kind"], row["place_name"], row["closed"], row["recorded_at"])
        for row in tx.rows(_SQL.places)
    ]


def terminals(tx: Transaction) -> list[WorkTerminal]:
    """Every terminal, closed ones too, by its name."""
    return [
        WorkTerminal(row["terminal"], row["place"], row["closed"], row["recorded_at"])
        for row in tx.rows(_SQL.terminals)
    ]


def put_place(tx: Transaction, place: WorkPlace, *, by: str) -> None:
    tx.run(
        _SQL.put_place,
        place=place.place,
        kind=place.kind,
        name=place.name,
        closed=place.closed,
        by=by,
        at=place.since,
    )


def put_terminal(tx: Transaction, terminal: WorkTerminal, *, by: str) -> None:
    tx.run(
        _SQL.put_terminal,
        terminal=terminal.terminal,
        place=terminal.place,
        closed=terminal.closed,
        by=by,
        at=terminal.since,
    )

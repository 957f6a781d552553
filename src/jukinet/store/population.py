"""Counts over the history of the register: nobody is read, the rows are numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import RecordKind
from jukinet.domain.persons import Sex
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("population")


@dataclass(frozen=True, slots=True)
class Heads:
    """How many residents of a kind and sex there were."""

    kind: RecordKind
    sex: Sex
    residents: int


@dataclass(frozen=True, slots=True)
class Homes:
    """How many households there were: of Japanese residents alone, of foreign residents alone, of both."""

    japanese: int
    foreigners: int
    mixed: int


@dataclass(frozen=True, slots=True)
class Change:
    """How many residents of a kind came (``added``) or went for a reason."""

    added: bool
    reason: RegisterReason
    kind: RecordKind
    residents: int


def residents(tx: Transaction, on: date) -> tuple[Heads, ...]:
    """Who was present at the end of a day, as the register knows it now."""
    rows = tx.rows(_SQL.residents, on=on)
    return tuple(Heads(RecordKind(row["kind"]), Sex(row["sex"]), row["residents"]) for row in rows)


def households(tx: Transaction, on: date) -> Homes:
    """The households of those present at the end of a day."""
    row = tx.one(_SQL.households, on=on)
    return Homes(row["japanese"], row["foreigners"], row["mixed"]) if row else Homes(0, 0, 0)


def changes(tx: Transaction, first: date, last: date) -> tuple[Change, ...]:
    """What added residents or took them away, from the first to the last day, both included."""
    return tuple(
        Change(row["present"], RegisterReason(row["reason"]), RecordKind(row["kind"]), row["residents"])
        for row in tx.rows(_SQL.changes, first=first, last=last)
    )

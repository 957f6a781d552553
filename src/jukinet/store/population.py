"""Counts over the history of the register: nobody is read, the rows are numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import ForeignClass, RecordKind
from jukinet.domain.persons import Sex
from jukinet.store.database import Row, Transaction
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


@dataclass(frozen=True, slots=True)
class EnteredChange:
    """The same by what was entered, and by sex."""

    added: bool
    reason: RegisterReason
    kind: RecordKind
    sex: Sex
    residents: int


@dataclass(frozen=True, slots=True)
class Ages:
    """How many residents are of ``age_from`` to four years more; None: the birth date is not wholly known."""

    kind: RecordKind
    sex: Sex
    age_from: int | None
    residents: int


@dataclass(frozen=True, slots=True)
class Notified:
    """How many foreign residents of a class were notified for a reason."""

    reason: RegisterReason
    stay: ForeignClass
    residents: int


def residents(tx: Transaction, on: date) -> tuple[Heads, ...]:
    """Who was present at the end of a day, as the register knows it now."""
    return _heads(tx.rows(_SQL.residents, on=on))


def _heads(rows: Iterable[Row]) -> tuple[Heads, ...]:
    return tuple(Heads(RecordKind(row["kind"]), Sex(row["sex"]), row["residents"]) for row in rows)


def households(tx: Transaction, on: date) -> Homes:
    """The households of those present at the end of a day."""
    return _homes(tx.one(_SQL.households, on=on))


def _homes(row: Row | None) -> Homes:
    return Homes(row["japanese"], row["foreigners"], row["mixed"]) if row else Homes(0, 0, 0)


def changes(tx: Transaction, first: date, last: date) -> tuple[Change, ...]:
    """What added residents or took them away, from the first to the last day, both included."""
    return tuple(
        Change(row["present"], RegisterReason(row["reason"]), RecordKind(row["kind"]), row["residents"])
        for row in tx.rows(_SQL.changes, first=first, last=last)
    )


def residents_as_entered(tx: Transaction, end: datetime) -> tuple[Heads, ...]:
    """Who was present by what was entered before a moment."""
    return _heads(tx.rows(_SQL.residents_as_entered, end=end))


def households_as_entered(tx: Transaction, end: datetime) -> Homes:
    return _homes(tx.one(_SQL.households_as_entered, end=end))


def ages_as_entered(tx: Transaction, end: datetime, on: date) -> tuple[Ages, ...]:
    """Who was present by what was entered before a moment, by the age on a day."""
    rows = tx.rows(_SQL.ages_as_entered, end=end, year=on.year, month_day=f"{on:%m-%d}")
    return tuple(
        Ages(RecordKind(row["kind"]), Sex(row["sex"]), row["age_from"], row["residents"]) for row in rows
    )


def changes_as_entered(tx: Transaction, begin: datetime, end: datetime) -> tuple[EnteredChange, ...]:
    """What acts entered in a span of moments added or took away."""
    return tuple(
        EnteredChange(
            row["present"],
            RegisterReason(row["reason"]),
            RecordKind(row["kind"]),
            Sex(row["sex"]),
            row["residents"],
        )
        for row in tx.rows(_SQL.changes_as_entered, begin=begin, end=end)
    )


def notifications_as_entered(tx: Transaction, begin: datetime, end: datetime) -> tuple[Notified, ...]:
    """The notifications of foreign residents that were entered in a span of moments."""
    return tuple(
        Notified(RegisterReason(row["reason"]), ForeignClass(row["stay"]), row["residents"])
        for row in tx.rows(_SQL.notifications_as_entered, begin=begin, end=end)
    )

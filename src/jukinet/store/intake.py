"""The rows of a file on their way into the register: staged, compared with one another, added together.

Owns the staging of one transaction. Everything that an act writes with a first version is written here too, for
many residents at once: the resident's row, the version, the search keys, codes drawn and numbers given.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from jukinet.domain import matching
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.items import ResidentRecord
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Private
from jukinet.domain.search_keys import keys_of_all
from jukinet.store import residents, snapshots
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("intake")
_HOLD = Queries("residents").hold


@dataclass(frozen=True, slots=True, repr=False)
class Staged(Private):
    """One row: what the others are compared with, as far as it could be read; ``record`` where it may be added.

    ``place`` counts the records from 1.
    """

    line: int
    resident_no: str | None
    household_no: str | None
    code: ResidentRecordCode | None
    householder: bool | None
    dwelling: str | None
    place: int | None = None
    record: ResidentRecord | None = None
    former: Former | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Former(Private):
    """What another municipality, which handed the record over, says of it: its numbers, and how it stood before."""

    municipality: MunicipalityCode
    resident_no: str
    household_no: str
    before: ResidentRecord
    begins_on: date
    changed_on: date
    held: bool


@dataclass(frozen=True, slots=True, repr=False)
class HandedOver(Private):
    """A record that was handed over, as a row of the file says it."""

    resident_no: str
    record: ResidentRecord
    handed_over_on: date
    begins_on: date
    address_before: str
    address_before_building: str | None
    held: bool

    def cells(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every version says of the intake."""

    reason: str
    recorded_at: datetime
    operator: str
    terminal: str | None


def alone(tx: Transaction) -> None:
    """No two intakes at once: the other waits for a while, and is told to try again."""
    tx.run(_HOLD, what="intake")


def is_empty(tx: Transaction) -> bool:
    """Whether nobody is recorded in the register, or was."""
    row = tx.one(_SQL.is_empty)
    return bool(row and row["empty"])


def close_register(tx: Transaction) -> None:
    """Let nobody be recorded, and no record be changed, until this transaction ends."""
    tx.run(_SQL.close_register)


def open_stage(tx: Transaction) -> None:
    tx.run(_SQL.stage)


def stage(tx: Transaction, rows: Iterable[Staged]) -> None:
    tx.copy_in(_SQL.copy_rows, (_cells(row) for row in rows))


def _cells(row: Staged) -> tuple[object, ...]:
    facts = (
        row.line,
        row.resident_no,
        row.household_no,
        str(row.code) if row.code else None,
        row.householder,
        matching.key64(row.dwelling) if row.dwelling else None,
        row.place,
    )
    record = _columns(row.record, row.former) if row.record else (None,) * 10
    return facts + record + _former_columns(row.former)


def _former_columns(former: Former | None) -> tuple[object, ...]:
    if former is None:
        return (None,) * 6
    return (
        str(former.municipality),
        former.resident_no,
        former.household_no,
        snapshots.to_json(former.before),
        former.changed_on,
        former.held,
    )


def _columns(record: ResidentRecord, former: Former | None) -> tuple[object, ...]:
    columns = residents.columns_of(record)
    keys = keys_of_all([former.before, record] if former else [record])
    return (
        former.begins_on if former else record.recorded_since,
        columns["foreign_resident"],
        columns["birth_date"],
        columns["sex"],
        columns["name_keys"],
        columns["move_out_on"],
        snapshots.to_json(record),
        "\n".join(kind for kind, _ in keys),
        "\n".join(key for _, key in keys),
        "\n".join("t" if past else "f" for past in keys.values()),
    )


def among_others(tx: Transaction) -> Iterator[tuple[str, int, int]]:
    """What is wrong, the line, and the line with which it disagrees, by ``jukinet.law.intake.AmongOthers``."""
    for name, sql in (
        ("number_again", _SQL.numbers_twice),
        ("code_again", _SQL.codes_twice),
        ("second_householder", _SQL.second_householders),
        ("without_householder", _SQL.without_householder),
        ("apart", _SQL.apart),
    ):
        for row in tx.stream(sql):
            yield name, row["line"], row["first"]


def among_recorded(tx: Transaction) -> Iterator[tuple[str, int]]:
    """What speaks in the register against taking a row over, and its line, by ``jukinet.law.mergers.TakenRow``."""
    for name, sql in (("code_here", _SQL.codes_here), ("taken_before", _SQL.taken_before)):
        for row in tx.stream(sql):
            yield name, row["line"]


def add(tx: Transaction, first: int, last: int, stamp: Stamp) -> None:
    """Add the staged records of these places to the register, each with its first version and its keys."""
    places = {"first": first, "last": last}
    tx.run(_SQL.add_residents, **places)
    tx.run(
        _SQL.add_versions,
        **places,
        reason=stamp.reason,
        recorded_at=stamp.recorded_at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )
    tx.run(_SQL.add_search_keys, **places)


def add_handed_over(tx: Transaction, first: int, last: int, stamp: Stamp) -> None:
    """What the records of these places got on the day on which they were handed over, and their former numbers."""
    places = {"first": first, "last": last}
    tx.run(
        _SQL.add_second_versions,
        **places,
        reason=stamp.reason,
        recorded_at=stamp.recorded_at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )
    tx.run(_SQL.add_former_numbers, **places)


def numbers_taken(tx: Transaction) -> list[str]:
    """The numbers that the records of the file have here, in its order."""
    return [row["resident_no"] for row in tx.rows(_SQL.numbers_taken)]


def held_over(tx: Transaction) -> list[int]:
    """The residents, taken over, on whose records a hold stood."""
    return [row["resident_id"] for row in tx.rows(_SQL.held_over)]


@dataclass(frozen=True, slots=True)
class FormerNumber:
    """The numbers of a resident here, and those that the municipality which handed the record over had given."""

    municipality: str
    former_resident_no: str
    former_household_no: str
    resident_no: str


def former_numbers(tx: Transaction) -> Iterator[FormerNumber]:
    for row in tx.stream(_SQL.former_numbers):
        yield FormerNumber(**row)


def take_codes(tx: Transaction, at: datetime) -> int:
    """Mark as drawn what staged rows hold and the pool has: nobody else is given it. Returns how many."""
    return tx.run(_SQL.take_codes, at=at)


def number_beyond(tx: Transaction) -> None:
    """Give the numbers that follow the highest of the staged ones from now on."""
    tx.run(_SQL.numbers_beyond)


def present(tx: Transaction) -> Iterator[tuple[str, ResidentRecord]]:
    """Every resident by number, one by one, as of one moment."""
    for row in tx.stream(_SQL.present):
        yield row["resident_no"], snapshots.from_json(row["items"])


@dataclass(frozen=True, slots=True, repr=False)
class Home(Private):
    """The address of a household, without its municipality, which is this one."""

    household_no: str
    text: str
    building: str | None


def homes(tx: Transaction) -> Iterator[Home]:
    """Every household with the address of one of its members, by number."""
    for row in tx.stream(_SQL.homes):
        yield Home(**row)


def handed_over(tx: Transaction, to: MunicipalityCode) -> Iterator[HandedOver]:
    """Every record that was handed over to a municipality, by number, one by one, as of one moment."""
    for row in tx.stream(_SQL.handed_over, to=str(to)):
        items = snapshots.from_json(row["items"])
        yield HandedOver(
            row["resident_no"],
            items,
            row["changed_on"],
            row["begins_on"],
            row["text"],
            row["building"],
            row["held"],
        )


def count_protected(tx: Transaction) -> int:
    """How many residents are under a support measure that nobody has ended."""
    row = tx.one(_SQL.count_protected)
    return int(row["residents"]) if row else 0

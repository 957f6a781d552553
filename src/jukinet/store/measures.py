"""Support measures: versions, persons, what the application says, and who was told. Rows are added, never altered."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Private
from jukinet.law.support_measures import EndGround, Measure
from jukinet.store.database import Row, Transaction
from jukinet.store.holds import Stamp
from jukinet.store.sql import Queries

_SQL = Queries("measures")


@dataclass(frozen=True, slots=True)
class Protected:
    """One person of a measure, with the hold that keeps their copies back."""

    resident_id: int
    resident_no: str
    hold_id: int
    applicant: bool
    relationship: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A measure with the records here of its persons; ``present``: the applicant is recorded here."""

    measure: Measure
    present: bool
    resident_ids: tuple[int, ...] = ()
    applicant: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class MeasureStep(Private):
    """One version: what was done, and what was written down with it."""

    version_no: int
    step: str
    measure: Measure
    recorded_on: date
    operator: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Forward:
    """A municipality that was told of a measure."""

    measure_id: int
    municipality: MunicipalityCode
    forwarded_on: date


def _measure(row: Row, applied_on: date | None = None) -> Measure:
    return Measure(
        measure_id=row["measure_id"],
        applied_on=applied_on or row["applied_on"],
        starts_on=row["starts_on"],
        ends_on=row["ends_on"],
        ended_on=row["ended_on"],
        ended_for=EndGround(row["ended_for"]) if row["ended_for"] else None,
    )


def new(tx: Transaction, applied_on: date) -> int:
    """The number of a measure that is applied for; its first version follows."""
    row = tx.made(_SQL.insert, applied_on=applied_on)
    return int(row["measure_id"])


def add_version(
    tx: Transaction, measure: Measure, step: str, details: Mapping[str, Any] | None, stamp: Stamp
) -> None:
    """Write what a measure is from now on, and what was stated with the step."""
    row = tx.made(
        _SQL.insert_version,
        measure_id=measure.measure_id,
        step=step,
        starts_on=measure.starts_on,
        ends_on=measure.ends_on,
        ended_on=measure.ended_on,
        ended_for=measure.ended_for,
        on=stamp.on,
        at=stamp.at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )
    if details is not None:
        text = json.dumps(details, ensure_ascii=False)
        tx.run(_SQL.insert_details, measure_id=measure.measure_id, version_no=row["version_no"], details=text)


def add_person(tx: Transaction, measure_id: int, person: Protected) -> None:
    tx.run(
        _SQL.insert_person,
        measure_id=measure_id,
        resident_id=person.resident_id,
        hold_id=person.hold_id,
        applicant=person.applicant,
        relationship=person.relationship,
    )


def add_forward(tx: Transaction, forward: Forward, stamp: Stamp) -> None:
    tx.run(
        _SQL.insert_forward,
        measure_id=forward.measure_id,
        municipality=str(forward.municipality),
        forwarded_on=forward.forwarded_on,
        at=stamp.at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )


def persons(tx: Transaction, measure_id: int) -> list[Protected]:
    """The applicant, then those joined; not locked: to lock them together."""
    return [
        Protected(
            row["resident_id"], row["resident_no"], row["hold_id"], row["applicant"], row["relationship"]
        )
        for row in tx.rows(_SQL.persons, measure_id=measure_id)
    ]


def find(tx: Transaction, measure_id: int) -> Measure | None:
    row = tx.one(_SQL.one, measure_id=measure_id)
    return _measure(row) if row else None


def of_resident(tx: Transaction, resident_id: int) -> list[Standing]:
    """Every measure that a resident is or was under, the ended ones too."""
    rows = tx.rows(_SQL.of_resident, resident_id=resident_id)
    return [Standing(_measure(row), row["present"], applicant=row["applicant"]) for row in rows]


def standing(tx: Transaction) -> list[Standing]:
    """Every measure that nobody has ended."""
    return [Standing(_measure(row), row["present"], tuple(row["ids"])) for row in tx.rows(_SQL.standing)]


def history(tx: Transaction, measure: Measure) -> list[MeasureStep]:
    """Every step of a measure, the first first."""
    return [
        MeasureStep(
            version_no=row["version_no"],
            step=row["step"],
            measure=_measure(row, measure.applied_on),
            recorded_on=row["recorded_on"],
            operator=row["operator"],
            details=json.loads(row["details"]) if row["details"] else {},
        )
        for row in tx.rows(_SQL.history, measure_id=measure.measure_id)
    ]


def forwards(tx: Transaction, measure_ids: Iterable[int]) -> list[Forward]:
    rows = tx.rows(_SQL.forwards, measure_ids=list(measure_ids))
    return [
        Forward(row["measure_id"], MunicipalityCode(row["municipality"]), row["forwarded_on"]) for row in rows
    ]


def offenders(tx: Transaction, resident_id: int) -> list[tuple[str | None, str | None]]:
    """Name and resident number, as far as known, of those from whom standing measures protect a resident."""
    rows = tx.rows(_SQL.offenders, resident_id=resident_id)
    return [(row["name"], row["resident_no"]) for row in rows]

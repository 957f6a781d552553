"""Counts over an identity store or a register: nobody is read, the rows are numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jukinet.domain.municipality import MunicipalityCode, PrefectureCode
from jukinet.domain.persons import Sex
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("figures")


@dataclass(frozen=True, slots=True)
class Heads:
    """How many persons of a municipality are of a sex, and of ``age_from`` to four years more; None: not known."""

    municipality: MunicipalityCode
    sex: Sex
    age_from: int | None
    persons: int


def heads(tx: Transaction, on: date, left_out: Iterable[PrefectureCode]) -> tuple[Heads, ...]:
    """Whoever is recorded now, by the age on a day, but for those of these prefectures."""
    left = [one.text for one in left_out]
    rows = tx.rows(_SQL.heads, year=on.year, month_day=f"{on:%m-%d}", left_out=left)
    return tuple(_heads(row, MunicipalityCode(row["municipality"])) for row in rows)


def heads_of_register(tx: Transaction, on: date, municipality: MunicipalityCode) -> tuple[Heads, ...]:
    """Whoever is recorded in the register of a municipality now, by the age on a day."""
    rows = tx.rows(_SQL.heads_of_register, year=on.year, month_day=f"{on:%m-%d}")
    return tuple(_heads(row, municipality) for row in rows)


def _heads(row: Row, municipality: MunicipalityCode) -> Heads:
    return Heads(municipality, Sex(row["sex"]), row["age_from"], row["persons"])

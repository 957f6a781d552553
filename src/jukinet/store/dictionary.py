"""The country's address dictionary: areas by codes of eleven digits, in editions; the last loaded counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.gazetteer import AREA_STEPS, Choice, DictionaryArea
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("dictionary")


@dataclass(frozen=True, slots=True)
class DictionaryEdition:
    """The dictionary as it was loaded at a moment."""

    edition: int
    areas: int
    loaded_at: datetime


def add(tx: Transaction, areas: Sequence[DictionaryArea], at: datetime) -> DictionaryEdition:
    """A new edition, which replaces the one before it whole."""
    made = tx.made(_SQL.add_edition, areas=len(areas), loaded_at=at)
    edition = int(made["edition"])
    tx.copy_in(
        _SQL.add_areas,
        (
            (edition, one.code, one.valid_from, one.valid_to, list(one.names), one.kana, one.postcode)
            for one in areas
        ),
    )
    return DictionaryEdition(edition, len(areas), at)


def choices(tx: Transaction, under: str, on: date) -> list[Choice]:
    """What stands one step below a code of zero, two, five or eight digits on a day."""
    step = 1 + (0, *AREA_STEPS).index(len(under))
    rows = tx.rows(_SQL.choices, under=under, step=step, digits=AREA_STEPS[step - 1], on=on)
    return [
        Choice(
            row["area_code"],
            row["area_name"],
            row["address"],
            row["area_kana"],
            row["postcode"],
            row["valid_from"],
            row["valid_to"],
        )
        if row["ends"]
        else Choice(row["code"], row["area_name"], row["address"])
        for row in rows
    ]

"""Records that may be of one person, or of two under one code: in a register, and in an identity store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import MunicipalityCode
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("duplicates")


@dataclass(frozen=True, slots=True)
class LivePlace:
    """One municipality's live record of a code."""

    municipality: MunicipalityCode
    event_on: date
    facts: tuple[str, str]
    """Birth date and sex, to be compared only."""


def of_one_code(tx: Transaction, most: int) -> list[list[int]]:
    """Residents, present or not, who had one code last and differ in birth date or sex."""
    return [row["ids"] for row in tx.rows(_SQL.of_one_code, most=most)]


def of_one_person(tx: Transaction, most: int) -> list[list[int]]:
    """Present residents who share a name (or nickname), birth date and sex."""
    return [sorted(set(row["ids"])) for row in tx.rows(_SQL.of_one_person, most=most)]


def doubtful(tx: Transaction, most: int) -> list[tuple[ResidentRecordCode, date, tuple[LivePlace, ...]]]:
    """Codes with two or more live records, with the day from which their place is undetermined, the oldest first."""
    found = tx.rows(_SQL.doubtful, most=most)
    live: dict[str, list[LivePlace]] = {row["code"]: [] for row in found}
    for row in tx.rows(_SQL.live_of, codes=list(live)):
        place = LivePlace(
            MunicipalityCode(row["municipality"]), row["event_on"], (row["birth_date"], row["sex"])
        )
        live[row["code"]].append(place)
    return [
        (ResidentRecordCode(row["code"]), row["undetermined_from"], tuple(live[row["code"]])) for row in found
    ]

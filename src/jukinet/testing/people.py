"""Invented residents: whole municipalities, or one person for a test.

The same seed gives the same people on every machine and every Python from 3.11 on, with the same versions of
the packages that names and towns come from. Nobody here exists; codes are left to whoever loads the
records. Members of a household are given out with the householder first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from jukinet.domain.items import RecordKind, ResidentRecord
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import with_check_digit
from jukinet.testing import gazetteer
from jukinet.testing.draws import Draws
from jukinet.testing.foreign_names import nationality_mix
from jukinet.testing.histories import surroundings
from jukinet.testing.households import foreign_plan, japanese_plan, mixed_plan, single_plan
from jukinet.testing.records import Drawn, write_records
from jukinet.testing.stays import FOREIGN_RECORDS_BEGAN

FIRST_CODES_FOR_FOREIGN_RESIDENTS = date(2013, 7, 8)
"""The day the network opened to foreign residents: the demonstration's day."""

SPECIAL_PERMANENT_SHARE = 0.72
"""How many of the Koreans are special permanent residents (2013, from general knowledge)."""


@dataclass(frozen=True, slots=True)
class Household:
    """A household (世帯): its number, and its members' records, the householder's first."""

    number: str
    records: tuple[ResidentRecord, ...]


def make_municipality(
    code: MunicipalityCode, residents: int, *, seed: int, on: date, foreign_share: float = 0.03
) -> Iterator[Household]:
    """Yield the households of an invented municipality, exactly ``residents`` persons, as recorded on a day.

    ``on`` is the business date: nothing is recorded after it, and stays end after it. ``ValueError`` where
    it is before foreign residents had records (9 July 2012) or the share is no share.
    """
    if on < FOREIGN_RECORDS_BEGAN:
        raise ValueError(f"on must not be before {FOREIGN_RECORDS_BEGAN}")
    if not 0 <= foreign_share <= 1:
        raise ValueError("foreign_share must be from 0 to 1")
    return _households(code, residents, Draws("people", seed, code), on, foreign_share)


def make_person(
    kind: RecordKind = RecordKind.JAPANESE,
    *,
    seed: int = 0,
    municipality: MunicipalityCode = gazetteer.KUNITACHI,
    on: date = FIRST_CODES_FOR_FOREIGN_RESIDENTS,
    **overrides: Any,
) -> ResidentRecord:
    """One resident living alone; ``overrides`` are fields of ``ResidentRecord`` to set instead."""
    draws = Draws("person", kind, seed, municipality)
    if kind is RecordKind.JAPANESE:
        drawn = Drawn(single_plan(draws, on))
    else:
        plan = tuple(
            replace(member, nation=draws.weighted(nationality_mix())) for member in single_plan(draws, on)
        )
        drawn = Drawn(plan, newcomers=True)
    (record,) = write_records(
        draws, drawn, with_check_digit(1 + seed % 10**9), surroundings(municipality), on
    )
    return replace(record, **overrides)


def _households(
    code: MunicipalityCode, residents: int, draws: Draws, on: date, foreign_share: float
) -> Iterator[Household]:
    around = surroundings(code)
    persons = foreigners = serial = 0
    while persons < residents:
        # What is missing so far makes a foreign household likelier: the share holds in small places too.
        missing = foreign_share * persons - foreigners
        wanted = draws.chance(1.4 * foreign_share + 0.05 * missing)
        drawn = _fitting(draws, on, residents - persons, foreign_share, foreign=wanted)
        serial += 1
        number = with_check_digit(serial)
        household = Household(number, write_records(draws, drawn, number, around, on))
        persons += len(household.records)
        foreigners += sum(record.kind is RecordKind.FOREIGN for record in household.records)
        yield household


def _fitting(draws: Draws, on: date, room: int, foreign_share: float, *, foreign: bool) -> Drawn:
    for _ in range(20):
        drawn = _draw_foreign(draws, on, foreign_share) if foreign else Drawn(japanese_plan(draws, on))
        if len(drawn.plan) <= room:
            return drawn
    return Drawn(single_plan(draws, on))


def _draw_foreign(draws: Draws, on: date, foreign_share: float) -> Drawn:
    nation = draws.weighted(nationality_mix())
    if nation.code == "KOR" and draws.chance(0.35):
        # Their families are larger than newcomers': by persons, as the mix counts, fewer households are drawn.
        nation = draws.weighted(nationality_mix())
    if nation.code == "KOR" and draws.chance(SPECIAL_PERMANENT_SHARE):
        return Drawn(foreign_plan(draws, on, nation, settled=True), special=True)
    if draws.chance(nation.share("mixed") * (1 - foreign_share)):
        return Drawn(mixed_plan(draws, on, nation))
    return Drawn(foreign_plan(draws, on, nation, settled=False), newcomers=True)

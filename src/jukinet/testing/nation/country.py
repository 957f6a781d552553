"""Which nodes there are, how many live where, and how often what happens.

The gazetteer knows every municipality and not how many live there: residents are shared out by its number of town
areas. Rates are those of 2013, or of the year nearest to it that was published (sources beside each).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from jukinet.domain.municipality import NATIONAL, PREFECTURE_NAMES, MunicipalityCode, NodeId
from jukinet.testing.gazetteer import YAMATSURI, municipalities, towns_of

FEWEST = 12
"""Residents of the smallest municipality."""

POPULATION = 128_438_348
"""Registered on 1 January 2014 (総務省, 住民基本台帳に基づく人口)."""
MOVES_BETWEEN = 5_015_571 - 749_296
"""Persons, 2013 (総務省統計局, 住民基本台帳人口移動報告), less those between wards of one city (one node)."""
MOVES_BETWEEN_PREFECTURES = 2_301_895
"""Of these (the same report)."""
MOVES_WITHIN = 749_296
"""Persons who moved between wards of one city: the part of the moves within a municipality that is published."""
BIRTHS, DEATHS = 1_003_554, 1_270_311
"""2014 (as the population): the nearest calendar year."""
CODE_CHANGES = round(135 * 4 / 350_000 * POPULATION)
"""By the requests at Toyota City in the first three months, 2002, of about 350,000 residents."""

PERSONS_A_MOVE = 2.3
"""Persons of a household, which moves as a whole here."""


class Event(StrEnum):
    """What happens in the year."""

    MOVE = "move"
    MOVE_WITHIN = "move within"
    BIRTH = "birth"
    DEATH = "death"
    CODE_CHANGE = "change of code"


_A_YEAR = {
    Event.MOVE: MOVES_BETWEEN / PERSONS_A_MOVE,
    Event.MOVE_WITHIN: MOVES_WITHIN / PERSONS_A_MOVE,
    Event.BIRTH: BIRTHS,
    Event.DEATH: DEATHS,
    Event.CODE_CHANGE: CODE_CHANGES,
}


def events_of(day: int, residents: int) -> list[Event]:
    """What happens on one of 365 days among so many residents, spread evenly over the year."""
    found = []
    for event, a_year in _A_YEAR.items():
        whole = a_year * residents / POPULATION
        found += [event] * (int(whole * (day + 1) / 365) - int(whole * day / 365))
    return found


def codes_needed(residents: int) -> int:
    """How many codes a municipality may need in a year, with some to spare: births and changes fall anywhere."""
    return 20 + round(3 * (BIRTHS + CODE_CHANGES) * residents / POPULATION)


@dataclass(frozen=True, slots=True)
class Country:
    """The nodes, and the residents of each municipality. Yamatsuri keeps a register and is not connected."""

    nodes: tuple[NodeId, ...]
    residents: dict[MunicipalityCode, int]

    @property
    def connected(self) -> tuple[MunicipalityCode, ...]:
        return tuple(code for code in self.residents if code != YAMATSURI)


def country(residents: int, most: int | None = None) -> Country:
    """The whole country, or ``most`` of its municipalities, taken evenly, with their prefectures and the centre."""
    codes: Sequence[MunicipalityCode] = list(municipalities())
    if most is not None and most < len(codes):
        codes = [codes[index * len(codes) // most] for index in range(most)]
    sizes = {code: len(towns) for code, towns in towns_of(codes).items()}
    whole, left = sum(sizes.values()), max(residents - FEWEST * len(codes), 0)
    shares = {code: FEWEST + left * sizes[code] // whole for code in codes}
    numbers = sorted({code.prefecture.node_id for code in codes}, key=str)
    every = [NodeId(f"pref-{number:02d}") for number in range(1, len(PREFECTURE_NAMES) + 1)]
    prefectures = every if most is None else numbers
    return Country((NATIONAL, *prefectures, *(code.node_id for code in codes)), shares)

"""Lists of residents: who of a town is meant, and in which order they stand.

Owns the conditions of a list, the order of addresses as a person reads them, and the draw of a sample.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import RecordKind
from jukinet.domain.persons import Sex
from jukinet.domain.search_keys import building_key

T = TypeVar("T")

_NUMBERS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Conditions:
    """Whom a list is about; None: no condition.

    Of a birth date that is partly unknown every day that it can be must lie in the span.
    """

    born_from: date | None = None
    born_to: date | None = None
    sex: Sex | None = None
    kind: RecordKind | None = None

    def meet(self, birth_date: PartialDate, sex: Sex, kind: RecordKind) -> bool:
        first, last = birth_date.earliest, birth_date.latest
        return (
            (self.sex is None or sex is self.sex)
            and (self.kind is None or kind is self.kind)
            and (self.born_from is None or (first is not None and self.born_from <= first))
            and (self.born_to is None or (last is not None and last <= self.born_to))
        )

    @property
    def texts(self) -> tuple[str, ...]:
        """The conditions in words, for whoever reads the log."""
        parts = {"from": self.born_from, "to": self.born_to, "sex": self.sex, "kind": self.kind}
        return tuple(f"{name} {value}" for name, value in parts.items() if value is not None)


def place_of(address_key: str) -> tuple[object, ...]:
    """Where an address stands in a list, by its key: its numbers as numbers, 2 before 10."""
    return tuple(int(part) if part.isdecimal() else part for part in _NUMBERS.split(address_key))


def house_of(address_key: str, building: str | None) -> tuple[object, ...]:
    """Where a home stands in a list: lot, branch, building and room, each number as a number (specification 1.3.2)."""
    return place_of(address_key), place_of(building_key(building) if building else "")


def lot(number: str, seed: str) -> bytes:
    """What a seed draws for a number: whoever is sorted by it stands in an order by lot, the same for the same seed."""
    return hashlib.sha256(f"{seed} {number}".encode()).digest()


def draw(numbers: Iterable[str], count: int, seed: str) -> set[str]:
    """A sample at random: each of the numbers is as likely as another, and the same seed draws the same again."""
    ranks = sorted(numbers, key=lambda number: lot(number, seed))
    return set(ranks[:count])


def every_nth(ordered: list[T], count: int, seed: str) -> list[T]:
    """A sample at equal intervals (等間隔抽出), from a first place that the seed draws."""
    if count >= len(ordered):
        return ordered
    step = len(ordered) / count
    start = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) / 2**64 * step
    return [ordered[int(start + index * step)] for index in range(count)]

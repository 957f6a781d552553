"""Places of a municipality: town areas (町字), in them lots and residence indications, and buildings; and postal areas.

Owns their shape, and how an address is known to lie in one. Where they come from and which hold on a day is not
decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.domain.matching import address_key

LOT_BEGINS = "-甲乙丙丁イロハニホ無番"
_GOES_ON = re.compile(rf"[\d{re.escape(LOT_BEGINS)}]|$")
"""What follows the name of a town area in a key: a number, a lot that has none (無番地), or nothing."""


def lies_in(area: str, key: str) -> bool:
    """Whether the address of this key lies in the area of that one: 富士見台二丁目 not in 富士見, 東町 not in 東."""
    rest = key.removeprefix(area)
    ends_in_number = area[-1:].isdecimal()
    return key.startswith(area) and bool(re.match(r"-|$", rest) if ends_in_number else _GOES_ON.match(rest))


def beginnings(key: str) -> list[str]:
    """Every text that a key begins with: what an index is asked for."""
    return [key[:end] for end in range(1, len(key) + 1)]


@dataclass(frozen=True, slots=True)
class TownArea:
    """A town area with the days on which it is one; ``valid_to`` None: it still is.

    ``name`` as an address begins with it, such as 東京都国立市富士見台二丁目. ``code``: its number in the municipality,
    six digits (specification 1.3.3) or seven (address base registry).
    """

    code: str
    name: str
    kana: str
    valid_from: date
    valid_to: date | None = None
    postcode: str | None = None

    @property
    def key(self) -> str:
        return address_key(self.name)

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def covers(self, key: str) -> bool:
        """Whether the address of this key lies in it."""
        return lies_in(self.key, key)


class LotKind(StrEnum):
    """What the number behind a town area is."""

    LOT = "lot"
    """地番, special ones such as 無番地 among them."""
    RESIDENCE = "residence"
    """住居表示: block and house."""


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot or residence indication in a town area (by its code), with its days; ``number`` as an address has it."""

    town: str
    kind: LotKind
    number: str
    valid_from: date
    valid_to: date | None = None

    @property
    def order(self) -> tuple[int, ...]:
        """Its place in a list: by numbers, 9番 before 10番; one without a number comes first (specification 1.3.2)."""
        return tuple(int(number) for number in re.findall(r"\d+", address_key("町" + self.number)))


@dataclass(frozen=True, slots=True)
class Building:
    """A building (方書) at a lot of a town area, with its days, as it stands behind the address."""

    town: str
    number: str
    name: str
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class PostalArea:
    """An area of the country with its postcode, as the post publishes them; ``kana`` of its parts, spaces between."""

    postcode: str
    municipality: str
    """Five digits: a ward of a designated city has its own."""
    name: str
    kana: str

    @property
    def key(self) -> str:
        return address_key(self.name)


AREA_STEPS = (2, 5, 8, 11)
"""Digits of a code down to the prefecture, the municipality, the large area (大字) and the small one (小字)."""


@dataclass(frozen=True, slots=True)
class DictionaryArea:
    """An area of the country's address dictionary (住所辞書), by its code of eleven digits, with its days.

    ``names`` from the prefecture down to the small area, '' where it has none. Specification 1.3.3.
    """

    code: str
    names: tuple[str, str, str, str]
    kana: str
    postcode: str | None
    valid_from: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list that somebody chooses from; ``address``: all that is chosen with it.

    Of eleven digits the choice is made, and the rest is that of the area; of fewer, one goes on below the code.
    """

    code: str
    name: str
    address: str
    kana: str | None = None
    postcode: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None

"""Names and nationalities of foreign residents who do not exist.

Latin names stand as on a Residence Card: capitals, no marks, family name first. Kanji names of Chinese,
Korean and Taiwanese residents are recorded for some; a nickname (通称) for a few.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from jukinet.domain.items import PersonName
from jukinet.domain.persons import Sex
from jukinet.testing.draws import Draws, Weighted
from jukinet.testing.japanese_names import SPACE, names

LONG_NAME_SHARE = 0.05
"""How often the very long names of a nationality that has some are drawn."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a name, with its kanji where it has any."""

    latin: str
    kanji: str = ""


@dataclass(frozen=True, slots=True)
class Nationality:
    """How people of one nationality are named.

    ``code`` is ISO 3166-1 alpha-3, or ``stateless``; ``land`` is the country's name in Japanese, empty for
    the stateless.
    """

    code: str
    land: str
    family: tuple[Part, ...]
    given: dict[Sex, tuple[Part, ...]]
    middle: dict[Sex, tuple[str, ...]]
    long: tuple[str, ...]
    shares: dict[str, float]

    def share(self, part: str) -> float:
        return self.shares.get(part, 0.0)

    def draw_family(self, draws: Draws) -> Part:
        return draws.early(self.family)


@lru_cache(maxsize=1)
def nationalities() -> dict[str, Nationality]:
    """Every nationality by code."""
    return {code: _read(code, table) for code, table in _tables().items()}


@lru_cache(maxsize=1)
def nationality_mix() -> Weighted[Nationality]:
    """The nationalities by their shares at the end of 2013."""
    return Weighted([(nationalities()[code], table["weight"]) for code, table in _tables().items()])


def foreign_name(draws: Draws, nation: Nationality, sex: Sex, family: Part) -> PersonName:
    """A name; ``text`` is the recorded kanji name for some, else the Latin name."""
    given = draws.early(nation.given[sex])
    if nation.long and draws.chance(LONG_NAME_SHARE):
        latin = draws.pick(nation.long)
        return PersonName(latin, latin=latin)
    if draws.chance(nation.share("single")):
        return PersonName(given.latin, latin=given.latin)
    latin = _latin(draws, nation, sex, family, given)
    kanji = bool(family.kanji and given.kanji) and draws.chance(nation.share("kanji"))
    return PersonName(f"{family.kanji}{SPACE}{given.kanji}" if kanji else latin, latin=latin)


def nickname_text(draws: Draws, sex: Sex, year: int, surname: str | None = None) -> str:
    """A nickname, which looks like a Japanese name; ``surname`` is that of a Japanese spouse."""
    family = surname or names().surname(draws).text
    return f"{family}{SPACE}{names().given(draws, sex, year).text}"


def _latin(draws: Draws, nation: Nationality, sex: Sex, family: Part, given: Part) -> str:
    feminine = "A" if nation.code == "RUS" and sex is Sex.FEMALE else ""
    parts = [family.latin + feminine]
    if draws.chance(nation.share("double")):
        parts.append(nation.draw_family(draws).latin)
    middle = nation.middle[sex] if draws.chance(nation.share("middle")) else ()
    if middle and nation.share("middle") == 1:
        parts += [draws.pick(middle), given.latin]
    else:
        parts += [given.latin, *([draws.pick(middle)] if middle else [])]
    if draws.chance(nation.share("tail")):
        parts.append(nation.draw_family(draws).latin)
    return " ".join(parts)


@lru_cache(maxsize=1)
def _tables() -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("foreign_names.toml").read_text(encoding="utf-8"))


def _read(code: str, table: dict[str, Any]) -> Nationality:
    return Nationality(
        code=code,
        land=table["name"],
        family=_parts(table["family"]),
        given={Sex.MALE: _parts(table["male"]), Sex.FEMALE: _parts(table["female"])},
        middle={
            Sex.MALE: tuple(table.get("middle_male", ())),
            Sex.FEMALE: tuple(table.get("middle_female", ())),
        },
        long=tuple(table.get("long", ())),
        shares={key: float(value) for key, value in table.items() if isinstance(value, int | float)},
    )


def _parts(entries: list[str]) -> tuple[Part, ...]:
    return tuple(_part(entry) for entry in entries)


def _part(entry: str) -> Part:
    first, _, rest = entry.partition(" ")
    return Part(entry) if first.isascii() else Part(rest, first)

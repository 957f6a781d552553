"""Names of Japanese who do not exist.

Surnames are drawn by their estimated counts, given names by sex and year of birth; a few are written with
old forms or variation sequences. The sequences are those of the Moji_Joho collection, which the
government's typeface carries, not Adobe-Japan1's.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import japanese_personal_name_dataset as dataset

from jukinet.domain.items import PersonName
from jukinet.domain.persons import Sex
from jukinet.testing.draws import Draws, Weighted


@dataclass(frozen=True, slots=True)
class Written:
    """A part of a name: as written, and its reading in katakana."""

    text: str
    kana: str


SPACE = "\N{IDEOGRAPHIC SPACE}"
"""Between surname and given name, as registers print it."""

# Written with escapes where an editor would not show the difference.
SURNAME_VARIANTS = {
    "高": ("髙",),
    "崎": ("﨑", "嵜"),
    "吉": ("\U00020bb7",),
    "斎": ("齋", "齊", "齋\U000e0103"),
    "斉": ("齊", "齋"),
    "辺": ("邊", "邉", "邉\U000e0110", "邉\U000e0112", "邊\U000e010a"),
    "葛": ("葛\U000e0102",),
    "辻": ("辻\U000e0102",),
    "榊": ("榊\U000e0102",),
    "樋": ("樋\U000e0102",),
    "芦": ("芦\U000e0102", "蘆"),
    "飯": ("飯\U000e0104",),
    "茨": ("茨\U000e0102",),
    "溝": ("溝\U000e0102",),
    "沢": ("澤",),
    "島": ("嶋",),
    "桜": ("櫻",),
    "浜": ("濵", "濱"),
    "広": ("廣",),
    "徳": ("德",),
    "曽": ("曾",),
    "瀬": ("瀨",),
    "柳": ("栁",),
    "橋": ("槗",),
    "塚": ("塚\U000e0105",),
}
"""Rarer writings of characters in surnames."""

GIVEN_VARIANTS = {
    "恵": "惠", "寿": "壽", "国": "國", "広": "廣", "徳": "德", "竜": "龍", "真": "眞", "実": "實",
    "栄": "榮", "蔵": "藏", "弥": "彌", "静": "靜", "清": "淸", "晃": "晄", "桜": "櫻", "蓮": "蓮\U000e0102",
}  # fmt: skip


class Names:
    """Everything names are drawn from; see ``names``."""

    def __init__(self) -> None:
        male, female, last = dataset.load_dataset(kind="opti", include_last_names=True)
        self._surnames = Weighted(
            [(Written(text, katakana(entry["reading"])), entry["count"]) for text, entry in last.items()]
        )
        self._rare = {Sex.MALE: _rare(male), Sex.FEMALE: _rare(female)}
        table = tomllib.loads(files(__package__).joinpath("given_names.toml").read_text(encoding="utf-8"))
        self._common = {Sex.MALE: _common(table["male"]), Sex.FEMALE: _common(table["female"])}

    def surname(self, draws: Draws) -> Written:
        drawn = draws.weighted(self._surnames)
        for plain, variants in SURNAME_VARIANTS.items():
            if plain in drawn.text and draws.chance(0.08):
                return Written(drawn.text.replace(plain, draws.pick(variants), 1), drawn.kana)
        return drawn

    def given(self, draws: Draws, sex: Sex, year: int) -> Written:
        """A given name for someone born in the year."""
        if draws.chance(0.25):
            return draws.pick(self._rare[sex])
        drawn = draws.early(next(names for until, names in self._common[sex] if year <= until))
        for plain, variant in GIVEN_VARIANTS.items():
            if plain in drawn.text and draws.chance(0.03):
                return Written(drawn.text.replace(plain, variant, 1), drawn.kana)
        return drawn

    def twins(self, draws: Draws, sex: Sex) -> tuple[Written, Written]:
        """Two names that are written alike and read differently."""
        return draws.pick(self._twins[sex])

    @cached_property
    def _twins(self) -> dict[Sex, tuple[tuple[Written, Written], ...]]:
        return {sex: _written_alike(names) for sex, names in self._rare.items()}


@lru_cache(maxsize=1)
def names() -> Names:
    """The names, read once."""
    return Names()


def full_name(surname: Written, given: Written) -> PersonName:
    return PersonName(f"{surname.text}{SPACE}{given.text}", f"{surname.kana}{SPACE}{given.kana}")


def katakana(hiragana: str) -> str:
    return "".join(chr(ord(kana) + 0x60) if "ぁ" <= kana <= "ゖ" else kana for kana in hiragana)


def _common(eras: list[dict[str, Any]]) -> tuple[tuple[int, tuple[Written, ...]], ...]:
    return tuple((era["until"], tuple(_entry(text) for text in era["names"])) for era in eras)


def _entry(text: str) -> Written:
    written, reading = text.split()
    return Written(written, katakana(reading))


def _rare(entries: dict[str, Any]) -> tuple[Written, ...]:
    """One in the data set's order for each reading and writing, without the over-long ones."""
    return tuple(
        Written(text, katakana(reading))
        for reading, entry in entries.items()
        for text in entry["kanji"]
        if len(text) <= 3
    )


def _written_alike(names: tuple[Written, ...]) -> tuple[tuple[Written, Written], ...]:
    first: dict[str, Written] = {}
    pairs = []
    for name in names:
        other = first.setdefault(name.text, name)
        if other.kana != name.kana:
            pairs.append((other, name))
    return tuple(pairs)

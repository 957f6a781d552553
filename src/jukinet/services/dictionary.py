"""The country's address dictionary (住所辞書, specification 1.3.3): its file, and the choice of an area step by step.

Owns both, and the list of countries. The dictionary itself is the office's to get, and nothing is checked against it; a
domicile may name an area that is no more, and is chosen by a day on which it was one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.documents import nationalities
from jukinet.documents.nationalities import Country
from jukinet.domain import csv_rows
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.gazetteer import AREA_STEPS, Choice, DictionaryArea
from jukinet.domain.kana import is_kana
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import parse_date, reading
from jukinet.law.decisions import Refused
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.gazetteer import read_postcode
from jukinet.services.operators import OperatorClaim
from jukinet.store import dictionary
from jukinet.store.dictionary import DictionaryEdition

COLUMNS = (
    "code",
    "prefecture",
    "municipality",
    "oaza",
    "koaza",
    "kana",
    "postcode",
    "valid_from",
    "valid_to",
)
LONGEST_FILE = 128 * 1024 * 1024
MOST_FAULTS = 20
_CODE = re.compile(r"(?:0[1-9]|[1-3][0-9]|4[0-7])(?!000)[0-9]{9}", re.ASCII)
"""A prefecture of JIS X 0401, a municipality of JIS X 0402, and six digits that no standard lays down."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """The areas of the country as read from the file, those that ended too."""

    areas: tuple[DictionaryArea, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """From where one goes a step down, '' being the country; ``on``: None is today."""

    under: str
    on: date | None


@dataclass(frozen=True, slots=True)
class CountryDay:
    """On which day countries have the names that are asked for; None is today."""

    on: date | None


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen, in the order of codes; at most a thousand, as a step has three digits."""

    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Countries:
    """The countries and regions with their names of a day."""

    countries: tuple[Country, ...]


# The file


def read_dictionary(data: bytes) -> Dictionary:
    """A file of comma-separated values with a heading; every faulty row at once, up to twenty."""
    rows = csv_rows.read_rows(data.splitlines(keepends=True))
    heading = next(rows, None)
    if heading is None or heading.problem or tuple(heading.cells) != COLUMNS:
        raise invalid(Fault("line 1", f"must be {','.join(COLUMNS)}"))
    lines: list[tuple[int, DictionaryArea]] = []
    faults = []
    for row in rows:
        try:
            lines.append((row.line, _read_area(row)))
        except ValueError as error:
            faults.append(Fault(f"line {row.line}", str(error)))
    faults += [Fault(f"line {line}", "has a code that another row has on one day") for line in _twice(lines)]
    if faults:
        raise invalid(*faults[:MOST_FAULTS])
    if not lines:
        raise invalid(Fault("body", "must have at least one row below the heading"))
    return Dictionary(tuple(area for _, area in lines))


def _read_area(row: csv_rows.CsvRow) -> DictionaryArea:
    if row.problem:
        raise ValueError(row.problem)
    if len(row.cells) != len(COLUMNS):
        raise ValueError(f"must have {len(COLUMNS)} fields")
    code, prefecture, municipality, oaza, koaza, kana, postcode, first, last = (
        one.strip() for one in row.cells
    )
    if not _CODE.fullmatch(code):
        raise ValueError("must have a code of eleven digits that begins with a prefecture and a municipality")
    if not prefecture or not municipality:
        raise ValueError("must name a prefecture and a municipality")
    if (code[5:8] == "000") == bool(oaza) or (code[8:] == "000") == bool(koaza):
        raise ValueError("must name an area where its three digits are not 000, and there alone")
    if not is_kana(kana):
        raise ValueError("must have kana")
    days = parse_date(first), parse_date(last) if last else None
    if days[1] is not None and days[1] < days[0]:
        raise ValueError("must not end before it begins")
    names = (prefecture, municipality, oaza, koaza)
    return DictionaryArea(code, names, kana, read_postcode(postcode) if postcode else None, *days)


def _twice(lines: Sequence[tuple[int, DictionaryArea]]) -> list[int]:
    """Lines whose area begins before another one of its code has ended."""
    found = []
    last: dict[str, DictionaryArea] = {}
    for line, area in sorted(lines, key=lambda pair: pair[1].valid_from):
        before = last.get(area.code)
        if before is not None and (before.valid_to is None or area.valid_from <= before.valid_to):
            found.append(line)
        last[area.code] = area
    return sorted(found)


def load_dictionary(ctx: Context, claim: OperatorClaim, given: Dictionary) -> DictionaryEdition | Refused:
    """Put a dictionary in the place of the one before it."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_GAZETTEER_LOAD, AuditEvent.DICTIONARY_LOADED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        edition = dictionary.add(tx, given.areas, ctx.now())
        act.done(act.gate, reference=str(edition.edition))
        return edition


# The choice


def _under(text: str) -> str:
    if not text.isascii() or not text.isdecimal() or len(text) not in AREA_STEPS[:-1]:
        raise ValueError("must have two, five or eight digits")
    return text


def read_step(data: object) -> Step:
    with reading(data) as fields:
        return Step(fields.optional("under", _under) or "", fields.optional_date("on"))


def read_country_day(data: object) -> CountryDay:
    with reading(data) as fields:
        return CountryDay(fields.optional_date("on"))


def choose_place(ctx: Context, claim: OperatorClaim, step: Step) -> Choices | Refused:
    """What stands below a code, from the prefectures down. Places, no persons: who may see residents may see it."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.GAZETTEER_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        found = dictionary.choices(tx, step.under, step.on or act.today)
        act.done(act.gate, reference="dictionary")
        return Choices(tuple(found))


def list_countries(ctx: Context, claim: OperatorClaim, asked: CountryDay) -> Countries | Refused:
    """The names of a day of the countries and regions that a record may have."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.GAZETTEER_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate, reference="countries")
        return Countries(nationalities.countries(asked.on or act.today))

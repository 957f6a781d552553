"""The affairs for which identity information may be supplied, and the organs that may ask.

Owns the reading of ``catalogue/*.toml`` (Appended Tables 1 to 5 whole) and the look-up of an affair on a day. Whether a
request is lawful is in ``jukinet.law.supply``. A file holds ``organs`` and ``rows``; a row is added by data alone.
Reading all of them takes some tenths of a second: ``packaged`` does it once, when first asked.

An affair of the Act is named ``t<table>-<row>-<number>``: the row as the Act numbers it, with ``_`` for の
(七十二の二 is ``72_2``), and the number under it in the Affairs Ordinance; where the ordinance states a
single affair without a number, 1. Deleted rows keep their number, so a name never changes its meaning. One that the Act
names itself is called by its place there: ``a30-7-4-3`` is Art. 30-7(4)(iii).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Any

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, OrganSlug
from jukinet.domain.reading import Fields, reading
from jukinet.law.parameters import toml_date

PACKAGED: Traversable = files("jukinet.law") / "catalogue"

ARTICLES = {1: "30-7(3)", 2: "30-7(4)(i)", 3: "30-7(5)(i)", 4: "30-7(6)(i)", 5: "30-8(1)(i)"}
"""The article of the Act to which each Appended Table belongs."""

TABLE_5 = 5
"""The one table without an upper column: what the governor does himself."""

GOVERNOR = OrganSlug("governor")

OF_THE_ACT = {"a30-7-4-3": 2, "a30-7-5-3": 3, "a30-7-6-3": 4, "a30-8-1-3": 5}
"""Affairs that the Act names itself (``jukinet.law.named_affairs``), with the table to whose paragraph each belongs."""

_AFFAIR = re.compile(r"t[1-5]-[1-9][0-9]{0,2}(_[1-9][0-9]?)*-[1-9][0-9]{0,2}")
_BY_ORDINANCE = re.compile(r"o[2-5]-[0-4][0-9]-[1-9][0-9]{0,5}")
_ROW = re.compile(r"[1-9][0-9]{0,2}(_[1-9][0-9]?)*")


class QueryKind(StrEnum):
    """How a person is named in a request. The Act knows no such kinds: they are our policy."""

    CODE = "code"
    FOUR_ITEMS = "four-items"
    """Name, address, date of birth and sex, all four."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: an organ of the directory, as what it acts, and whose executive organ (執行機関) it is.

    ``capacities`` are the organs of the catalogue that it is, beside the one of its own name: the mayor of a designated
    city is ``mayor`` and ``designated-city-mayor``. ``seat``: the node of its municipality or prefecture, if any.
    """

    slug: OrganSlug
    capacities: frozenset[OrganSlug] = frozenset()
    seat: NodeId | None = None


@dataclass(frozen=True, slots=True)
class Organ:
    """An organ, or a kind of them, as an upper column names it. ``seats``: whose it can be; empty for any."""

    slug: OrganSlug
    name_ja: str
    name_en: str
    seats: frozenset[NodeId] = frozenset()

    def is_one(self, asker: Asker) -> bool:
        """Whether the asker is this organ, or one of this kind."""
        placed = not self.seats or asker.seat in self.seats
        return placed and self.slug in {asker.slug, *asker.capacities}


@dataclass(frozen=True, slots=True)
class Affair:
    """One affair of one row, as it stands from ``valid_from`` until the day before ``valid_to``.

    ``onward``: it passes on what was confirmed under another affair, so that nobody is looked up for it.
    """

    id: str
    table: int
    row: str
    number: int
    organs: tuple[Organ, ...]
    act_ja: str
    act_en: str
    article: str | None
    affair_ja: str
    affair_en: str
    basis: tuple[str, ...]
    queries: frozenset[QueryKind]
    valid_from: date
    valid_to: date | None = None
    onward: bool = False

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def names(self, asker: Asker) -> bool:
        """Whether the row's upper column names the organ."""
        return any(named.is_one(asker) for named in self.organs)


class Catalogue:
    """Every affair with its dates; one name may stand for several versions, one after the other."""

    def __init__(self, affairs: Iterable[Affair]) -> None:
        versions: dict[str, tuple[Affair, ...]] = {}
        for affair in sorted(affairs, key=lambda affair: (affair.id, affair.valid_from)):
            versions[affair.id] = (*versions.get(affair.id, ()), affair)
        self._versions: Mapping[str, tuple[Affair, ...]] = versions
        self._refuse_overlaps()

    def _refuse_overlaps(self) -> None:
        for versions in self._versions.values():
            for earlier, later in pairwise(versions):
                if earlier.in_force(later.valid_from):
                    raise JukinetError(ErrorKind.CONFLICT, f"Affair {later.id} is given twice for one day.")

    def versions(self, affair: str) -> tuple[Affair, ...]:
        """Every version of an affair, oldest first; empty where the name is not listed."""
        return self._versions.get(affair, ())

    def find(self, affair: str, on: date) -> Affair | None:
        """The affair as it stands on a day."""
        return next((version for version in self.versions(affair) if version.in_force(on)), None)

    def organs(self) -> dict[OrganSlug, Organ]:
        """Every organ that some affair names."""
        named = (version for versions in self._versions.values() for version in versions)
        return {organ.slug: organ for affair in named for organ in affair.organs}

    def listing(self, on: date) -> tuple[Affair, ...]:
        """Every affair that stands on a day, in the order of table, row and number."""
        found = (version for versions in self._versions.values() for version in versions)
        return tuple(sorted((affair for affair in found if affair.in_force(on)), key=_order))


def _order(affair: Affair) -> tuple[int, list[int], int]:
    return affair.table, [int(part) for part in affair.row.split("_")], affair.number


def check_affair(text: str) -> str:
    """The name of an affair in its one spelling; ``ValueError`` for what cannot be one."""
    if not _AFFAIR.fullmatch(text) and text not in OF_THE_ACT and not is_by_ordinance(text):
        raise ValueError("must be an affair: t, table, row and number, such as t1-77-4 or t1-72_2-1")
    return text


def is_by_ordinance(affair: str) -> bool:
    """Whether a name is that of an affair set by an ordinance (``jukinet.law.ordinances``), such as ``o2-13-1``."""
    return _BY_ORDINANCE.fullmatch(affair) is not None


def table_of(affair: str) -> int | None:
    """The Appended Table that an affair's name says, or whose paragraph it shares; None for what is no such name."""
    return int(affair[1]) if _AFFAIR.fullmatch(affair) else OF_THE_ACT.get(affair)


@cache
def packaged() -> Catalogue:
    """The catalogue of this package."""
    return load(PACKAGED)


def load(*folders: Traversable) -> Catalogue:
    """Read the TOML files of the folders, organs first, so that a row may name any of them.

    Raises INVALID with every fault of a file, CONFLICT where two entries contradict each other.
    """
    tables = [_parse(file) for folder in folders for file in _toml_files(folder)]
    organs: dict[OrganSlug, Organ] = {}
    for name, table in tables:
        for organ in _read_organs(name, table):
            if organs.setdefault(organ.slug, organ) != organ:
                raise JukinetError(ErrorKind.CONFLICT, f"The organ {organ.slug} is given twice.")
    return Catalogue(affair for name, table in tables for affair in _read_rows(name, table, organs))


def _toml_files(folder: Traversable) -> list[Traversable]:
    found = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return sorted(found, key=lambda file: file.name)


def _parse(file: Traversable) -> tuple[str, dict[str, Any]]:
    return file.name, {"organs": [], "rows": []} | tomllib.loads(file.read_text(encoding="utf-8"))


def _read_organs(name: str, table: dict[str, Any]) -> tuple[Organ, ...]:
    with reading(table, name) as fields:
        fields.raw("rows")
        return fields.each("organs", _read_organ)


def _read_organ(fields: Fields) -> Organ:
    seats = frozenset(fields.texts("seats", NodeId)) if fields.has("seats") else frozenset()
    return Organ(fields.take("slug", OrganSlug), fields.text("name_ja"), fields.text("name_en"), seats)


def _read_rows(name: str, table: dict[str, Any], organs: Mapping[OrganSlug, Organ]) -> list[Affair]:
    with reading(table, name) as fields:
        fields.raw("organs")
        rows = fields.each("rows", lambda row: _read_row(row, organs))
    return [affair for row in rows for affair in row]


def _read_row(fields: Fields, organs: Mapping[OrganSlug, Organ]) -> tuple[Affair, ...]:
    table = fields.integer("table", least=1, most=5)
    row, paragraph = fields.take("row", _check_row), fields.integer("paragraph", least=1)
    named = fields.texts("organs", lambda slug: _known(organs, slug))
    act_ja, act_en = fields.text("act_ja"), fields.text("act_en")
    article = ARTICLES.get(table, "")  # A faulty table is reported, and nothing of the row is kept.
    queries = frozenset(fields.texts("queries", QueryKind)) if fields.has("queries") else frozenset(QueryKind)
    valid_from = toml_date(fields, "valid_from")
    valid_to = toml_date(fields, "valid_to") if fields.has("valid_to") else None
    # The columns as the Act writes them are kept for the reader of the file; the table check compares them.
    if table != TABLE_5:
        fields.text("organs_ja")
    fields.text("text_ja", longest=10_000)

    def read_affair(inner: Fields) -> Affair:
        number, unnumbered = inner.integer("number", least=1), inner.flag("unnumbered", default=False)
        place = f"Affairs Ordinance Art. {table}({paragraph})" + ("" if unnumbered else f" no. {number}")
        return Affair(
            id=f"t{table}-{row}-{number}",
            table=table,
            row=row,
            number=number,
            organs=named,
            act_ja=act_ja,
            act_en=act_en,
            article=inner.optional_text("article"),
            affair_ja=inner.text("ja"),
            affair_en=inner.text("en"),
            basis=(f"Act Art. {article}", f"Act Appended Table {table}, row {row}", place),
            queries=queries,
            valid_from=valid_from,
            valid_to=valid_to,
            onward=inner.flag("onward", default=False),
        )

    return fields.each("affairs", read_affair)


def _check_row(text: str) -> str:
    if not _ROW.fullmatch(text):
        raise ValueError("must be a row as the Act numbers it, such as 77 or 72_2")
    return text


def _known(organs: Mapping[OrganSlug, Organ], slug: str) -> Organ:
    found = organs.get(OrganSlug(slug))
    if found is None:
        raise ValueError("must be one of the organs that the files list")
    return found

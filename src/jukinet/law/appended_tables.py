"""Which rows Appended Tables 1 to 5 of the Act have: ``appended-tables.toml``, read by table, row and day.

Owns the answer for a row that the catalogue lacks: whether the law does not list it, or this release not yet.
What a row says, as far as it is modelled, is in ``jukinet.law.catalogue``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from jukinet.domain.reading import Fields, reading
from jukinet.law.parameters import toml_date


@dataclass(frozen=True, slots=True)
class RowsOfTable:
    """The rows of one table, from a day on until the next version of it."""

    table: int
    valid_from: date
    rows: frozenset[str]
    source: str


def has_row(table: int, row: str, on: date) -> bool:
    """Whether the Act has a row of that number on a day: not deleted, and not beyond the table's end."""
    in_force = [version for version in packaged() if version.table == table and version.valid_from <= on]
    return bool(in_force) and row in max(in_force, key=lambda version: version.valid_from).rows


@cache
def packaged() -> tuple[RowsOfTable, ...]:
    """The list of this package."""
    text = (files("jukinet.law") / "appended-tables.toml").read_text(encoding="utf-8")
    with reading(tomllib.loads(text), "appended-tables.toml") as fields:
        return fields.each("tables", _read_table)


def _read_table(fields: Fields) -> RowsOfTable:
    return RowsOfTable(
        table=fields.integer("table", least=1, most=5),
        valid_from=toml_date(fields, "valid_from"),
        rows=frozenset(fields.texts("rows", str)),
        source=fields.text("source"),
    )

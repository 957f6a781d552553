"""The data sources of the office's own lists (EUC, specification 10.1): which there are, and what columns each has.

Owns the table of sources. Records stand in them by the columns of a register in CSV (``register_columns``); a column
that is of an item which may be hidden says so. Who may ask is in ``jukinet.services.queries``, and who may write a
whole source into a file, in ``export``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter
from typing import Any

from jukinet.domain.hiding import Hideable
from jukinet.services.register_cells import Column, Row, written
from jukinet.services.register_columns import COLUMNS
from jukinet.store import residents, sources
from jukinet.store.database import Transaction
from jukinet.store.sources import SourceRow


class Source(StrEnum):
    """What a list may be asked of."""

    RESIDENTS = "residents"
    """Records that stand."""
    DELETED = "deleted"
    """Records that are deleted, as they stood last."""
    VERSIONS = "versions"
    """Every version of both, with why, when and by whom it was written."""
    CARDS = "cards"
    """Cards, each as it stands."""
    PAPERS = "papers"
    """Papers that were issued about a resident."""


@dataclass(frozen=True, slots=True)
class SourceColumn:
    """One column of a source. ``shows``: which item that may be hidden it is part of."""

    name: str
    cell: Callable[[SourceRow], str]
    shows: Hideable | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A source: its columns, and its rows one by one, by resident number."""

    columns: tuple[SourceColumn, ...]
    rows: Callable[[Transaction], Iterator[SourceRow]]

    def column(self, name: str) -> SourceColumn:
        """A column by its name; ``ValueError`` where there is none."""
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            raise ValueError("must be a column of what is asked")
        return found


_HIDEABLE = {"code": Hideable.CODE, "koseki": Hideable.KOSEKI, "foreign": Hideable.STAY}


def _of_record(column: Column) -> SourceColumn:
    part = column.path.removeprefix("record.").partition(".")[0]

    def cell(row: SourceRow) -> str:
        return column.cell(Row(row.resident_no, row.record)) if row.record else ""

    return SourceColumn(column.name, cell, _HIDEABLE.get(part))


def _of_row(name: str) -> SourceColumn:
    value = itemgetter(name)
    return SourceColumn(name, lambda row: written(value(row.values)))


def _cause(row: SourceRow) -> str:
    return written(row.record.deletion_cause) if row.record else ""


def _everybody(*, present: bool) -> Callable[[Transaction], Iterator[SourceRow]]:
    def rows(tx: Transaction) -> Iterator[SourceRow]:
        for held in residents.everybody(tx, present=present):
            values: dict[str, Any] = {"resident_no": held.resident_no}
            yield SourceRow(held.resident_id, held.resident_no, values, held.record)

    return rows


_RECORD = tuple(_of_record(column) for column in COLUMNS)
_DELETED = (*_RECORD, SourceColumn("deletion_cause", _cause))
_WRITING = (
    *("history_no", "reason", "effective_on", "effective_seq", "recorded_at", "notified_on"),
    *("operator", "terminal", "restates", "present"),
)
_CARD = (
    *("resident_no", "card_number", "issued_on", "state", "expires_on", "wait_until", "lost_on"),
    *("lapse", "lapsed_on", "returned_on"),
)

TABLES: dict[Source, Table] = {
    Source.RESIDENTS: Table(_RECORD, _everybody(present=True)),
    Source.DELETED: Table(_DELETED, _everybody(present=False)),
    Source.VERSIONS: Table((*_DELETED, *map(_of_row, _WRITING)), sources.versions),
    Source.CARDS: Table(tuple(map(_of_row, _CARD)), sources.cards),
    Source.PAPERS: Table(tuple(map(_of_row, ("resident_no", "issued_on", "kind", "number"))), sources.papers),
}

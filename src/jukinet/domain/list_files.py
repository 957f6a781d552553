"""A list as a file: rows of CSV, or XML with a cell for each column (specification 10.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from xml.sax.saxutils import escape, quoteattr

from jukinet.domain import csv_rows


class ListForm(StrEnum):
    """How a list is written."""

    CSV = "csv"
    XML = "xml"


@dataclass(slots=True)
class ListWriter:
    """The pieces of a file in their order: ``begin``, each ``row``, ``end``."""

    form: ListForm
    _heads: tuple[str, ...] = field(default=())

    def begin(self, heads: Sequence[str]) -> bytes:
        self._heads = tuple(quoteattr(head) for head in heads)
        if self.form is ListForm.CSV:
            return csv_rows.write_row(heads)
        return b'<?xml version="1.0" encoding="UTF-8"?>\n<list>\n'

    def row(self, cells: Sequence[str]) -> bytes:
        if self.form is ListForm.CSV:
            return csv_rows.write_row(cells)
        written = "".join(
            f"<cell name={head}>{escape(cell)}</cell>" for head, cell in zip(self._heads, cells, strict=True)
        )
        return f"<row>{written}</row>\n".encode()

    def end(self) -> bytes:
        return b"" if self.form is ListForm.CSV else b"</list>\n"

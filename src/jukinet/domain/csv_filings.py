"""A filing as one row of CSV (specification 10.8): where each cell stands in it, its column's name says.

Owns the form: names joined by points, numbers from 0 for the places of a list, such as ``persons.0.name.text``. Whether
the filing is right is read elsewhere, as of one in JSON. An empty cell is one that is not there; ``true`` and ``false``
are these, and a cell of digits is a whole number where the filing has one (``reading.Cells``).

A list comes as several rows under one row of names (``rows_of``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from jukinet.domain import csv_rows
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.reading import Cells

_NAME = re.compile(r"[a-z_]+(\.([a-z_]+|0|[1-9][0-9]?))*", re.ASCII)
_WORDS = {"true": True, "false": False}
_MOST_FAULTS = 100


def filing_of(data: bytes) -> dict[str, Any]:
    """The filing of a file with a row of names and a row of cells. Raises INVALID with every fault."""
    return _filings(data, 1)[0]


def rows_of(data: bytes) -> list[dict[str, Any]]:
    """The rows of a list, each as a filing of its own; at least one. Raises INVALID with every fault."""
    return _filings(data, None)


def _filings(data: bytes, count: int | None) -> list[dict[str, Any]]:
    rows = list(csv_rows.read_rows(data.splitlines(keepends=True)))
    faults = [Fault(f"line {row.line}", row.problem) for row in rows if row.problem]
    if len(rows) < 2 or (count is not None and len(rows) != count + 1):
        wanted = "one row of cells" if count == 1 else "rows of cells"
        faults.append(Fault("body", f"must have a row of names and {wanted}"))
    if faults:
        raise invalid(*faults[:_MOST_FAULTS])
    names = rows[0].cells
    faults = [
        Fault(f"line {row.line}", f"must have {len(names)} cells, as the row of names")
        for row in rows[1:]
        if len(row.cells) != len(names)
    ]
    faults += [
        Fault(f"column {number}", "must have a name such as persons.0.name.text")
        for number, name in enumerate(names, 1)
        if not _NAME.fullmatch(name)
    ]
    if faults:
        raise invalid(*faults[:_MOST_FAULTS])
    return [_filing(names, row.cells) for row in rows[1:]]


def _filing(names: Sequence[str], cells: Sequence[str]) -> dict[str, Any]:
    filing = Cells()
    faults = [
        Fault(f"column {number}", "stands where another column has a value or a list")
        for number, (name, cell) in enumerate(zip(names, cells, strict=True), 1)
        if cell and not _put(filing, name.split("."), _WORDS.get(cell, cell))
    ]
    if faults:
        raise invalid(*faults)
    return Cells({name: _lists(value) for name, value in filing.items()})


def _put(filing: dict[str, Any], path: list[str], value: object) -> bool:
    """Put a value at its place; whether that was free."""
    *above, last = path
    for part in above:
        filing = filing.setdefault(part, Cells())
        if not isinstance(filing, dict):
            return False
    if last in filing:
        return False
    filing[last] = value
    return True


def _lists(value: Any) -> Any:
    """Objects whose names are the places of a list as that list; a place that is missing is left out."""
    if not isinstance(value, dict):
        return value
    inner = Cells({part: _lists(one) for part, one in value.items()})
    if inner and all(part.isdecimal() for part in inner):
        return [inner[part] for part in sorted(inner, key=int)]
    return inner

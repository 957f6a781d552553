"""A filing as one row of CSV (specification 10.8): where each cell stands in it, its column's name says.

Owns the form: names joined by points, numbers from 0 for the places of a list, such as ``persons.0.name.text``. Whether
the filing is right is read elsewhere, as of one in JSON. An empty cell is one that is not there; ``true`` and ``false``
are these. What a filing has as a whole number does not come so.
"""

from __future__ import annotations

import re
from typing import Any

from jukinet.domain import csv_rows
from jukinet.domain.errors import Fault, invalid

_NAME = re.compile(r"[a-z_]+(\.([a-z_]+|0|[1-9][0-9]?))*", re.ASCII)
_WORDS = {"true": True, "false": False}


def filing_of(data: bytes) -> dict[str, Any]:
    """The filing of a file with a row of names and a row of cells. Raises INVALID with every fault."""
    rows = list(csv_rows.read_rows(data.splitlines(keepends=True)))
    faults = [Fault(f"line {row.line}", row.problem) for row in rows if row.problem]
    if len(rows) != 2:
        faults.append(Fault("body", "must have a row of names and one row of cells"))
    if faults:
        raise invalid(*faults)
    names, cells = rows[0].cells, rows[1].cells
    if len(names) != len(cells):
        raise invalid(Fault(f"line {rows[1].line}", f"must have {len(names)} cells, as the row of names"))
    filing: dict[str, Any] = {}
    for number, (name, cell) in enumerate(zip(names, cells, strict=True), 1):
        if not _NAME.fullmatch(name):
            faults.append(Fault(f"column {number}", "must have a name such as persons.0.name.text"))
        elif cell and not _put(filing, name.split("."), _WORDS.get(cell, cell)):
            faults.append(Fault(f"column {number}", "stands where another column has a value or a list"))
    if faults:
        raise invalid(*faults)
    return {name: _lists(value) for name, value in filing.items()}


def _put(filing: dict[str, Any], path: list[str], value: object) -> bool:
    """Put a value at its place; whether that was free."""
    *above, last = path
    for part in above:
        filing = filing.setdefault(part, {})
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
    inner = {part: _lists(one) for part, one in value.items()}
    if inner and all(part.isdecimal() for part in inner):
        return [inner[part] for part in sorted(inner, key=int)]
    return inner

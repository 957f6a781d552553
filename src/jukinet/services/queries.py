"""Lists of residents for the office itself (EUC, specification 10.1): chosen columns of whoever meets conditions.

The columns are those of a register in CSV (``register_columns``). There is no language to ask in: a condition names a
column, a comparison and a text, and all of them must hold. Whoever is held back stands in no list, and is counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from jukinet.audit.events import AuditEvent
from jukinet.domain import csv_rows
from jukinet.domain.hiding import Hideable
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import Fields, reading
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.services import acts, withholding
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim, hidden_from
from jukinet.services.register_cells import Column, Row
from jukinet.services.register_columns import COLUMNS
from jukinet.services.stay_items import member
from jukinet.store import residents
from jukinet.store.database import Transaction

OF7 = policy(
    "OF7",
    "Resident-record specification 10.4",
    "A column or condition is of an item that the operator may not see. Ask for others, or the access manager.",
)

_STEP = 2_000
MOST_CONDITIONS = 20
_BY_NAME = {column.name: column for column in COLUMNS}


class Comparison(StrEnum):
    """How a cell is compared with a text; days and numbers stand in an order as they are written."""

    IS = "is"
    IS_NOT = "is-not"
    BEGINS = "begins"
    HOLDS = "holds"
    FROM = "from"
    TO = "to"


_HOLDS: dict[Comparison, Callable[[str, str], bool]] = {
    Comparison.IS: lambda cell, value: cell == value,
    Comparison.IS_NOT: lambda cell, value: cell != value,
    Comparison.BEGINS: str.startswith,
    Comparison.HOLDS: lambda cell, value: value in cell,
    Comparison.FROM: lambda cell, value: cell >= value,
    Comparison.TO: lambda cell, value: "" < cell <= value,
}


@dataclass(frozen=True, slots=True, repr=False)
class Sought(Private):
    """One condition; an empty ``value`` is that of a cell in which nothing stands."""

    column: Column
    comparison: Comparison
    value: str

    def holds(self, row: Row) -> bool:
        return _HOLDS[self.comparison](self.column.cell(row), self.value)


@dataclass(frozen=True, slots=True, repr=False)
class QueryFiling(Private):
    """What a list shows of whom; no columns: it is only counted. ``deleted``: of deleted records, not of present."""

    columns: tuple[Column, ...]
    conditions: tuple[Sought, ...]
    deleted: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """How many met the conditions and stand in the list, and how many of them are held back and do not."""

    persons: int
    held_back: int


def _column(text: str) -> Column:
    found = _BY_NAME.get(text)
    if found is None:
        raise ValueError("must be a column of a register in CSV")
    return found


def _condition(fields: Fields) -> Sought:
    return Sought(
        fields.take("column", _column),
        fields.take("comparison", member(Comparison)),
        fields.optional_text("value") or "",
    )


def read_query(data: object) -> QueryFiling:
    with reading(data) as fields:
        return QueryFiling(
            fields.texts("columns", _column, most=len(COLUMNS)) if fields.has("columns") else (),
            fields.each("conditions", _condition, most=MOST_CONDITIONS) if fields.has("conditions") else (),
            fields.flag("deleted", default=False),
        )


def _shows(column: Column) -> Hideable | None:
    """Which item that may be hidden a column is part of."""
    part = column.path.removeprefix("record.").partition(".")[0]
    return {"code": Hideable.CODE, "koseki": Hideable.KOSEKI, "foreign": Hideable.STAY}.get(part)


def run_query(
    ctx: Context, claim: OperatorClaim, filing: QueryFiling, write: Callable[[bytes], object]
) -> Listed | Refused:
    """Hand the list to ``write`` row by row, as of one moment; one entry, which names columns and nobody.

    The entry is written last and commits with the end of the reading, as with a whole register
    (``jukinet.services.export``).
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_QUERY_RUN, AuditEvent.QUERY_RUN)
        named = (*filing.columns, *(one.column for one in filing.conditions))
        hidden = hidden_from(tx, claim)
        decision = acts.every(act.gate, acts.require((OF7, not any(_shows(one) in hidden for one in named))))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        digest, listed = _write(tx, filing, write)
        by = sorted(f"{one.column.name} {one.comparison}" for one in filing.conditions)
        said = (
            f"columns {', '.join(one.name for one in filing.columns) or 'none'}",
            f"by {', '.join(by) or 'nothing'}",
            "of deleted records" if filing.deleted else "of present records",
            f"persons {listed.persons}, held back {listed.held_back}",
        )
        act.done(Permitted((*decision.basis, *said)), reference=digest)
        return listed


def _write(tx: Transaction, filing: QueryFiling, write: Callable[[bytes], object]) -> tuple[str, Listed]:
    digest = hashlib.sha256()
    persons = held_back = 0

    def put(cells: Iterable[str]) -> None:
        line = csv_rows.write_row(cells)
        digest.update(line)
        write(line)

    if filing.columns:
        put(column.name for column in filing.columns)
    for met in _batches(_meeting(tx, filing)):
        back = withholding.keeps_off_lists(tx, [number for number, _ in met])
        for resident_id, row in met:
            if resident_id in back:
                held_back += 1
                continue
            persons += 1
            if filing.columns:
                put(column.cell(row) for column in filing.columns)
    return digest.hexdigest(), Listed(persons, held_back)


def _meeting(tx: Transaction, filing: QueryFiling) -> Iterator[tuple[int, Row]]:
    """Whoever meets every condition, by number."""
    for held in residents.everybody(tx, present=not filing.deleted):
        row = Row(held.resident_no, held.record)
        if all(one.holds(row) for one in filing.conditions):
            yield held.resident_id, row


def _batches(rows: Iterator[tuple[int, Row]]) -> Iterator[Sequence[tuple[int, Row]]]:
    while batch := list(islice(rows, _STEP)):
        yield batch

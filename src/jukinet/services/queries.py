"""Lists for the office itself (EUC, specification 10.1): chosen columns of a source, of whoever meets conditions.

The sources and their columns are in ``jukinet.services.sources``. Two ways to ask: conditions, each of a column, a
comparison and a text, which must all hold; or a statement over tables of chosen columns, run in a small database of
its own (``jukinet.store.scratch``), so that the register's own never sees it. Whoever is held back stands in no list,
and is counted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jukinet.audit.events import AuditEvent
from jukinet.domain.list_files import ListForm, ListWriter
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import Fields, reading
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.services import acts, batch_settings, withholding
from jukinet.services.acts import Act
from jukinet.services.batch_settings import Batch
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim, hidden_from
from jukinet.services.sources import TABLES, Source, SourceColumn
from jukinet.services.stay_items import member
from jukinet.store.database import Transaction
from jukinet.store.scratch import Scratch
from jukinet.store.sources import SourceRow

OF7 = policy(
    "OF7",
    "Resident-record specification 10.4",
    "A column or condition is of an item that the operator may not see. Ask for others, or the access manager.",
)

_STEP = 2_000
MOST_CONDITIONS = 20
LONGEST_STATEMENT = 10_000
Write = Callable[[bytes], object]


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

    column: SourceColumn
    comparison: Comparison
    value: str

    def holds(self, row: SourceRow) -> bool:
        return _HOLDS[self.comparison](self.column.cell(row), self.value)


@dataclass(frozen=True, slots=True, repr=False)
class QueryFiling(Private):
    """What a list shows of whom; no columns: it is only counted."""

    of: Source
    columns: tuple[SourceColumn, ...]
    conditions: tuple[Sought, ...]
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class SelectFiling(Private):
    """A statement, and which columns of which sources it may read."""

    tables: tuple[tuple[Source, tuple[SourceColumn, ...]], ...]
    select: str
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listed:
    """How many rows stand in the list, and how many residents are held back, of whom none does."""

    rows: int
    held_back: int


def read_query(data: object) -> QueryFiling:
    with reading(data) as fields:
        of = fields.optional("of", member(Source)) or Source.RESIDENTS
        table = TABLES[of]

        def condition(one: Fields) -> Sought:
            return Sought(
                one.take("column", table.column),
                one.take("comparison", member(Comparison)),
                one.optional_text("value") or "",
            )

        return QueryFiling(
            of,
            fields.texts("columns", table.column, most=len(table.columns)) if fields.has("columns") else (),
            fields.each("conditions", condition, most=MOST_CONDITIONS) if fields.has("conditions") else (),
            fields.whole(),
        )


def _read_tables(fields: Fields) -> tuple[tuple[Source, tuple[SourceColumn, ...]], ...]:
    asked = [source for source in Source if fields.has(source)]
    if not asked:
        fields.fault("", "must name at least one source")
    return tuple(
        (source, fields.texts(source, TABLES[source].column, most=len(TABLES[source].columns)))
        for source in asked
    )


def read_select(data: object) -> SelectFiling:
    with reading(data) as fields:
        return SelectFiling(
            fields.object("tables", _read_tables),
            fields.text("select", longest=LONGEST_STATEMENT),
            fields.whole(),
        )


def run_query(
    ctx: Context, claim: OperatorClaim, filing: QueryFiling, write: Write, form: ListForm = ListForm.CSV
) -> Listed | Refused:
    """Hand the list to ``write`` row by row, as of one moment; one entry, which names columns and nobody.

    The entry is written last and commits with the end of the reading, as with a whole register
    (``jukinet.services.export``).
    """
    with ctx.begin() as tx:
        act = _open(ctx, tx, claim)
        decision = _decide(act, *filing.columns, *(one.column for one in filing.conditions))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        file, back = _File(write, form), _Back(tx)
        if filing.columns:
            file.begin([column.name for column in filing.columns])
        rows = 0
        for row in back.without(_meeting(tx, filing)):
            rows += 1
            if filing.columns:
                file.row([column.cell(row) for column in filing.columns])
        listed = Listed(rows, len(back.persons))
        by = sorted(f"{one.column.name} {one.comparison}" for one in filing.conditions)
        said = (
            f"columns {', '.join(one.name for one in filing.columns) or 'none'}",
            f"by {', '.join(by) or 'nothing'}",
            f"of {filing.of}",
            f"rows {listed.rows}, held back {listed.held_back}",
        )
        batch_settings.keep(act, Batch.QUERY, filing.given)
        act.done(Permitted((*decision.basis, *said)), reference=file.end() if filing.columns else None)
        return listed


def run_select(
    ctx: Context, claim: OperatorClaim, filing: SelectFiling, write: Write, form: ListForm = ListForm.CSV
) -> Listed | Refused:
    """Run a statement over tables of these columns, without whoever is held back; recorded like any list."""
    with ctx.begin() as tx:
        act = _open(ctx, tx, claim)
        decision = _decide(act, *(column for _, columns in filing.tables for column in columns))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        file, back = _File(write, form), _Back(tx)
        with TemporaryDirectory() as folder, closing(Scratch(Path(folder) / "lists.sqlite")) as scratch:
            for source, columns in filing.tables:
                cells = (
                    [column.cell(row) for column in columns] for row in back.without(TABLES[source].rows(tx))
                )
                scratch.put(source, [column.name for column in columns], cells)
            names, found = scratch.ask(filing.select)
            file.begin(names)
            rows = 0
            for values in found:
                rows += 1
                file.row(["" if value is None else str(value) for value in values])
        tables = (
            f"of {source}: {', '.join(one.name for one in columns)}" for source, columns in filing.tables
        )
        listed = Listed(rows, len(back.persons))
        statement = hashlib.sha256(filing.select.encode()).hexdigest()
        said = (*tables, f"by the statement {statement}", f"rows {rows}, held back {listed.held_back}")
        batch_settings.keep(act, Batch.QUERY, filing.given)
        act.done(Permitted((*decision.basis, *said)), reference=file.end())
        return listed


def _open(ctx: Context, tx: Transaction, claim: OperatorClaim) -> Act:
    return acts.open_act(ctx, tx, claim, Permission.REGISTER_QUERY_RUN, AuditEvent.QUERY_RUN)


def _decide(act: Act, *named: SourceColumn) -> Permitted | Refused:
    hidden = hidden_from(act.tx, act.claim)
    return acts.every(act.gate, acts.require((OF7, not any(one.shows in hidden for one in named))))


class _File:
    """A list on its way into a file, with its digest."""

    def __init__(self, write: Write, form: ListForm) -> None:
        self._write, self._writer, self._digest = write, ListWriter(form), hashlib.sha256()

    def _put(self, piece: bytes) -> None:
        self._digest.update(piece)
        self._write(piece)

    def begin(self, heads: Sequence[str]) -> None:
        self._put(self._writer.begin(heads))

    def row(self, cells: Sequence[str]) -> None:
        self._put(self._writer.row(cells))

    def end(self) -> str:
        self._put(self._writer.end())
        return self._digest.hexdigest()


class _Back:
    """Whoever is held back, found on the way."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self.persons: set[int] = set()

    def without(self, rows: Iterator[SourceRow]) -> Iterator[SourceRow]:
        while batch := list(islice(rows, _STEP)):
            back = withholding.keeps_off_lists(self._tx, {row.resident_id for row in batch})
            self.persons |= back
            yield from (row for row in batch if row.resident_id not in back)


def _meeting(tx: Transaction, filing: QueryFiling) -> Iterator[SourceRow]:
    """The rows that meet every condition."""
    for row in TABLES[filing.of].rows(tx):
        if all(one.holds(row) for one in filing.conditions):
            yield row

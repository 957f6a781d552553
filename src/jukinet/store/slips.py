"""Written notices of codes as they wait and were printed. The residents' rows are locked first by who prints."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.changes import RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.items import ResidentRecord
from jukinet.domain.persons import Private
from jukinet.store import snapshots
from jukinet.store.database import Row, Transaction
from jukinet.store.residents import Held
from jukinet.store.sql import Queries

_SQL = Queries("slips")


@dataclass(frozen=True, slots=True, repr=False)
class CodeNotice(Private):
    """A written notice that a person is due: which code, why, and with what kind of version it was decided."""

    notice_id: int
    resident_id: int
    kind: str
    code: ResidentRecordCode
    decided_on: date
    reason: RegisterReason


@dataclass(frozen=True, slots=True, repr=False)
class Print(Private):
    """A notice as it was printed: the record that it shows, and when."""

    notice: CodeNotice
    resident_no: str
    record: ResidentRecord
    printed_on: date
    issue_no: str | None = None
    terminal: str | None = None


@dataclass(frozen=True, slots=True)
class Printing:
    """Who prints a batch, when."""

    batch: str
    on: date
    at: datetime
    operator: str
    terminal: str | None


def _notice(row: Row) -> CodeNotice:
    return CodeNotice(
        row["notice_id"],
        row["resident_id"],
        row["kind"],
        ResidentRecordCode(row["code"]),
        row["decided_on"],
        RegisterReason(row["reason"]),
    )


def hold_all(tx: Transaction) -> None:
    """One chooses whom to print at a time: nobody is chosen twice."""
    tx.run(_SQL.hold, what="code slips")


def waiting(tx: Transaction, *, after: int, most: int, among: Collection[str] | None = None) -> list[str]:
    """Numbers of present residents who were never sent the notice of the code that they have, by their ids."""
    numbers = None if among is None else list(among)
    return [row["resident_no"] for row in tx.rows(_SQL.waiting, after=after, most=most, among=numbers)]


def gone(tx: Transaction, most: int) -> list[str]:
    """Numbers of those who left or died before they were told: a person decides whether to write after them."""
    return [row["resident_no"] for row in tx.rows(_SQL.gone, most=most)]


def newest(tx: Transaction, held: Sequence[Held]) -> dict[int, CodeNotice]:
    """The newest notice of each locked resident that is of the code they have, by resident id."""
    rows = tx.rows(_SQL.newest_of, resident_ids=[one.resident_id for one in held])
    return {row["resident_id"]: _notice(row) for row in rows}


def add_print(tx: Transaction, held: Held, notice: CodeNotice, printing: Printing, issue_no: str) -> None:
    tx.run(
        _SQL.add_print,
        notice_id=notice.notice_id,
        resident_id=held.resident_id,
        history_no=held.history_no,
        batch=printing.batch,
        issue_no=issue_no,
        on=printing.on,
        at=printing.at,
        operator=printing.operator,
        terminal=printing.terminal,
    )


def unwritten(tx: Transaction, operator: str) -> str | None:
    """The batch that an operator began last, if its sheets did not reach a file."""
    row = tx.one(_SQL.unwritten, operator=operator)
    return row["batch"] if row else None


def of_batch(tx: Transaction, batch: str) -> list[Print]:
    """The notices of a batch as they were printed, in their order."""
    return [
        Print(
            _notice(row),
            row["resident_no"],
            snapshots.from_json(row["items"]),
            row["printed_on"],
            row["issue_no"],
            row["terminal"],
        )
        for row in tx.rows(_SQL.of_batch, batch=batch)
    ]


def written(tx: Transaction, batch: str, at: datetime) -> None:
    """The sheets of a batch reached their file."""
    tx.run(_SQL.written, batch=batch, at=at)

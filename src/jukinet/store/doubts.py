"""Doubts about records, and what was done about each. Rows are added, never altered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Private
from jukinet.law.disputes import Dispute
from jukinet.law.doubts import CLOSING, DoubtStep, Source
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("doubts")


@dataclass(frozen=True, slots=True)
class Stamp:
    """When, by whom and from where a row is written."""

    at: datetime
    operator: str
    terminal: str | None


@dataclass(frozen=True, slots=True, repr=False)
class Doubt(Private):
    """A doubt. ``resident_no``: None for one who is not recorded; ``history_no``: the record's newest version then.

    ``due_on``: the last day that somebody was given to notify. ``municipality``: whose mayor is of another opinion;
    ``days``: those of the steps; ``lives_in``: what was decided last.
    """

    doubt_id: int
    source: Source
    resident_no: str | None
    by_no: str | None
    said: str
    received_on: date
    history_no: int | None
    steps: tuple[DoubtStep, ...] = ()
    due_on: date | None = None
    municipality: MunicipalityCode | None = None
    days: tuple[date, ...] = ()
    lives_in: MunicipalityCode | None = None

    @property
    def is_open(self) -> bool:
        return CLOSING.isdisjoint(self.steps)

    @property
    def dispute(self) -> Dispute | None:
        """How far it has come where it is another mayor's."""
        done = tuple(zip(self.steps, self.days, strict=True))
        return Dispute(done, self.lives_in) if self.municipality else None


def add(
    tx: Transaction,
    source: Source,
    said: str,
    received_on: date,
    stamp: Stamp,
    *,
    resident_no: str | None,
    by_no: str | None,
    history_no: int | None,
    municipality: MunicipalityCode | None,
) -> int:
    """Keep a doubt; its number."""
    row = tx.made(
        _SQL.add,
        source=source,
        resident_no=resident_no,
        by_no=by_no,
        said=said,
        received_on=received_on,
        history_no=history_no,
        municipality=_code(municipality),
        at=stamp.at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )
    return int(row["doubt_id"])


def lock(tx: Transaction, doubt_id: int) -> Doubt | None:
    """A doubt as the step before left it; no other step is taken beside this transaction."""
    tx.run(_SQL.hold, doubt_id=doubt_id)
    row = tx.one(_SQL.found, doubt_id=doubt_id, closed=True, after=0, most=1)
    return _doubt(row) if row else None


def list_doubts(tx: Transaction, *, closed: bool, after: int, most: int) -> list[Doubt]:
    """Those that are open, or all, with numbers beyond one; the oldest first."""
    rows = tx.rows(_SQL.found, doubt_id=None, closed=closed, after=after, most=most)
    return [_doubt(row) for row in rows]


def _doubt(row: Row) -> Doubt:
    return Doubt(
        row["doubt_id"],
        Source(row["source"]),
        row["resident_no"],
        row["by_no"],
        row["said"],
        row["received_on"],
        row["history_no"],
        tuple(map(DoubtStep, row["steps"])),
        row["due_on"],
        MunicipalityCode(row["municipality"]) if row["municipality"] else None,
        tuple(row["days"]),
        MunicipalityCode(row["lives_in"]) if row["lives_in"] else None,
    )


def _code(municipality: MunicipalityCode | None) -> str | None:
    return str(municipality) if municipality else None


def add_step(
    tx: Transaction,
    doubt: Doubt,
    step: DoubtStep,
    done_on: date,
    stamp: Stamp,
    *,
    due_on: date | None,
    lives_in: MunicipalityCode | None,
) -> None:
    tx.run(
        _SQL.add_step,
        doubt_id=doubt.doubt_id,
        step_no=len(doubt.steps) + 1,
        step=step,
        done_on=done_on,
        due_on=due_on,
        lives_in=_code(lives_in),
        at=stamp.at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )

"""Measures on the node's line to the network, as they were asked for and as they took effect. Rows are only added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.line import LineState
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("line")


@dataclass(frozen=True, slots=True)
class Line:
    """What is cut, since when, and why; ``measure_no`` is the measure of the last step, 0 before the first.

    ``asked_by``, ``confirmed_by``: the two who took it, where the node's own people look.
    """

    state: LineState = LineState.OPEN
    since: datetime | None = None
    reason: str | None = None
    measure_no: int = 0
    asked_by: str | None = None
    confirmed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """What somebody asked for. ``asked_in``: how much was cut then; None where a release before noted it not."""

    measure_no: int
    wanted: LineState
    reason: str
    asked_by: str
    asked_at: datetime
    asked_in: LineState | None


def line_of(row: Row | None) -> Line:
    """The row of the last step; also for the supply door's own query."""
    if row is None:
        return Line()
    return Line(
        LineState(row["state"]),
        row["taken_at"],
        row["reason"],
        row["measure_no"],
        row.get("asked_by"),
        row.get("confirmed_by"),
    )


def present(tx: Transaction) -> Line:
    return line_of(tx.one(_SQL.state))


def lock(tx: Transaction) -> None:
    """Let nobody else take a step until this transaction ends; reading goes on."""
    tx.run(_SQL.lock)


def ask(tx: Transaction, wanted: LineState, reason: str, by: str, at: datetime) -> int:
    """Write down what is asked for; its number."""
    asked_in = present(tx).state
    row = tx.one(_SQL.ask, wanted=wanted, reason=reason, asked_by=by, asked_at=at, asked_in=asked_in)
    return int(row["measure_no"]) if row else 0


def measure(tx: Transaction, number: int) -> Measure | None:
    row = tx.one(_SQL.measure, measure_no=number)
    return None if row is None else _measure(row)


def take(tx: Transaction, number: int, state: LineState, by: str, at: datetime) -> None:
    tx.run(_SQL.take, measure_no=number, state=state, confirmed_by=by, taken_at=at)


def asked(tx: Transaction, since: datetime) -> list[Measure]:
    """What was asked for since a moment and nobody has confirmed."""
    return [_measure(row) for row in tx.rows(_SQL.asked, since=since)]


def _measure(row: Row) -> Measure:
    asked_in = LineState(row["asked_in"]) if row["asked_in"] else None
    return Measure(
        row["measure_no"], LineState(row["wanted"]), row["reason"], row["asked_by"], row["asked_at"], asked_in
    )

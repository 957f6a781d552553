"""Misuse of codes with what a governor did about it, and what his council said. Rows are added, never altered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.domain.persons import Private
from jukinet.law.misuse import Course, Measure, MisuseStep, Violation
from jukinet.store.database import Row, Transaction
from jukinet.store.disclosures import Stamp
from jukinet.store.sql import Queries

_SQL = Queries("misuse")


@dataclass(frozen=True, slots=True, repr=False)
class Known(Private):
    """A violation that became known: by whom, and what it was."""

    violation: Violation
    who: str
    said: str
    known_on: date


@dataclass(frozen=True, slots=True, repr=False)
class Step(Private):
    """What was done. ``paper``: its number; ``measure``: what is recommended; ``until``: the term of an order."""

    step: MisuseStep
    done_on: date
    said: str
    paper: str | None
    measure: Measure | None
    until: date | None


@dataclass(frozen=True, slots=True, repr=False)
class Misuse(Private):
    """A case as it stands."""

    misuse_id: int
    known: Known
    steps: tuple[Step, ...]

    @property
    def course(self) -> Course:
        last = self.steps[-1].done_on if self.steps else self.known.known_on
        return Course(tuple(one.step for one in self.steps), last)


@dataclass(frozen=True, slots=True, repr=False)
class Opinion(Private):
    """What the council answered to a question (諮問); without one, what it proposed (建議)."""

    question: str | None
    asked_on: date | None
    said: str
    paper: str
    given_on: date


def add(tx: Transaction, known: Known, stamp: Stamp) -> int:
    """Keep a violation; the number of its case."""
    row = tx.made(
        _SQL.add,
        violation=known.violation,
        who=known.who,
        said=known.said,
        known_on=known.known_on,
        **stamp.params,
    )
    return int(row["number"])


def lock(tx: Transaction, misuse_id: int) -> Misuse | None:
    """A case as the step before left it; no other step is taken beside this transaction."""
    tx.run(_SQL.hold, misuse_id=misuse_id)
    row = tx.one(_SQL.found, misuse_id=misuse_id, everything=True, most=1)
    return _misuse(tx, row) if row else None


def listed(tx: Transaction, *, everything: bool, most: int) -> list[Misuse]:
    """The open cases, or all; the oldest first."""
    return [_misuse(tx, row) for row in tx.rows(_SQL.found, misuse_id=None, everything=everything, most=most)]


def add_step(tx: Transaction, misuse: Misuse, step: Step, stamp: Stamp) -> None:
    tx.run(
        _SQL.add_step,
        misuse_id=misuse.misuse_id,
        step_no=len(misuse.steps) + 1,
        step=step.step,
        done_on=step.done_on,
        said=step.said,
        paper=step.paper,
        measure=step.measure,
        until=step.until,
        **stamp.params,
    )


def add_opinion(tx: Transaction, opinion: Opinion, stamp: Stamp) -> int:
    """Keep what the council said; its number."""
    row = tx.made(
        _SQL.add_opinion,
        question=opinion.question,
        asked_on=opinion.asked_on,
        said=opinion.said,
        paper=opinion.paper,
        given_on=opinion.given_on,
        **stamp.params,
    )
    return int(row["number"])


def opinions(tx: Transaction, *, most: int) -> dict[int, Opinion]:
    """What the council said, by number; the oldest first."""
    return {
        row["opinion_id"]: Opinion(
            row["question"], row["asked_on"], row["said"], row["paper"], row["given_on"]
        )
        for row in tx.rows(_SQL.opinions, most=most)
    }


def _misuse(tx: Transaction, row: Row) -> Misuse:
    return Misuse(
        row["misuse_id"],
        Known(Violation(row["violation"]), row["who"], row["said"], row["known_on"]),
        tuple(_step(one) for one in tx.rows(_SQL.steps, misuse_id=row["misuse_id"])),
    )


def _step(row: Row) -> Step:
    return Step(
        MisuseStep(row["step"]),
        row["done_on"],
        row["said"],
        row["paper"],
        Measure(row["measure"]) if row["measure"] else None,
        row["until"],
    )

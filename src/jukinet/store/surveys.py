"""Surveys, their staff, and what was done in each. Rows are added, never altered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jukinet.domain.persons import Private
from jukinet.law.surveys import Answer, Card, SurveyKind, SurveyStep
from jukinet.store.database import Row, Transaction
from jukinet.store.doubts import Stamp
from jukinet.store.sql import Queries

_SQL = Queries("surveys")


@dataclass(frozen=True, slots=True, repr=False)
class Staff(Private):
    """One of the staff who ask, and the number of the card that shows it."""

    name: str
    card_no: str


@dataclass(frozen=True, slots=True)
class Step:
    """What was done: by whom of the staff, of whose record (None: of one not recorded), and what came of it."""

    step: SurveyStep
    done_on: date
    by: int | None = None
    resident_no: str | None = None
    card: Card | None = None
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Survey(Private):
    """A survey with its staff, numbered from 1, and what was done."""

    survey_id: int
    kind: SurveyKind
    about: str
    begun_on: date
    staff: tuple[Staff, ...]
    steps: tuple[Step, ...]

    @property
    def is_open(self) -> bool:
        return all(one.step is not SurveyStep.ENDED for one in self.steps)

    @property
    def last(self) -> date:
        """The day of what was done last."""
        return self.steps[-1].done_on if self.steps else self.begun_on


def add(
    tx: Transaction, kind: SurveyKind, about: str, begun_on: date, staff: Sequence[Staff], stamp: Stamp
) -> int:
    """Keep a survey; its number."""
    row = tx.made(
        _SQL.add,
        kind=kind,
        about=about,
        begun_on=begun_on,
        at=stamp.at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )
    for number, one in enumerate(staff, start=1):
        tx.run(
            _SQL.add_staff, survey_id=row["survey_id"], staff_no=number, name=one.name, card_no=one.card_no
        )
    return int(row["survey_id"])


def lock(tx: Transaction, survey_id: int) -> Survey | None:
    """A survey as the step before left it; no other step is taken beside this transaction."""
    tx.run(_SQL.hold, survey_id=survey_id)
    row = tx.one(_SQL.found, survey_id=survey_id, ended=True, after=0, most=1)
    return _survey(tx, row) if row else None


def list_surveys(tx: Transaction, *, ended: bool, after: int, most: int) -> list[Survey]:
    """Those under way, or all, with numbers beyond one; the oldest first."""
    rows = tx.rows(_SQL.found, survey_id=None, ended=ended, after=after, most=most)
    return [_survey(tx, row) for row in rows]


def add_step(tx: Transaction, survey: Survey, step: Step, stamp: Stamp) -> None:
    tx.run(
        _SQL.add_step,
        survey_id=survey.survey_id,
        step_no=len(survey.steps) + 1,
        step=step.step,
        done_on=step.done_on,
        staff_no=step.by,
        resident_no=step.resident_no,
        card=step.card,
        answer=step.answer,
        at=stamp.at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )


def _survey(tx: Transaction, row: Row) -> Survey:
    key = {"survey_id": row["survey_id"]}
    return Survey(
        row["survey_id"],
        SurveyKind(row["kind"]),
        row["about"],
        row["begun_on"],
        tuple(Staff(one["name"], one["card_no"]) for one in tx.rows(_SQL.staff, **key)),
        tuple(_step(one) for one in tx.rows(_SQL.steps, **key)),
    )


def _step(row: Row) -> Step:
    return Step(
        SurveyStep(row["step"]),
        row["done_on"],
        row["staff_no"],
        row["resident_no"],
        Card(row["card"]) if row["card"] else None,
        Answer(row["answer"]) if row["answer"] else None,
    )

"""Looks at what stands beside the records, as the register API offers them: holds, measures, notes, papers, doubts.

Owns what a system may ask and the form of the answer; no number of a row that only the database knows is in it.
Whether an operator may look, and the audit entry of the look, are with each look's own service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jukinet.domain.items import Koseki
from jukinet.domain.persons import Private
from jukinet.domain.reading import parse_date, reading
from jukinet.domain.supplementary import Entry, Member
from jukinet.law.decisions import Refused
from jukinet.law.support_measures import Measure, Phase
from jukinet.law.tellings import Step
from jukinet.services import doubts, issued_papers, measures, supplementary_reads, tellings
from jukinet.services.context import Context
from jukinet.services.doubts import Doubt
from jukinet.services.issued_papers import Paper
from jukinet.services.measures import MeasureFound
from jukinet.services.operators import OperatorClaim
from jukinet.store.measures import Forward
from jukinet.store.tellings import After, Told

PAGE = 100
"""Entries on one page of a list."""


@dataclass(frozen=True, slots=True, repr=False)
class PapersFound(Private):
    """What was issued about a resident, the oldest first."""

    resident_no: str
    papers: tuple[Paper, ...]


def papers(ctx: Context, claim: OperatorClaim, resident_no: str) -> PapersFound | Refused:
    """Every paper issued about a resident."""
    found = issued_papers.list_papers(ctx, claim, resident_no)
    return found if isinstance(found, Refused) else PapersFound(resident_no, found)


@dataclass(frozen=True, slots=True)
class ShownProtected:
    """One person of a measure, with the hold that keeps their copies back."""

    resident_no: str
    hold: int
    applicant: bool
    relationship: str | None


@dataclass(frozen=True, slots=True, repr=False)
class ShownStep(Private):
    """What was done with a measure, the measure after it, and what was written down."""

    step: str
    measure: Measure
    recorded_on: date
    operator: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class ShownMeasure(Private):
    """A measure as a whole."""

    measure: Measure
    phase: Phase
    persons: tuple[ShownProtected, ...]
    steps: tuple[ShownStep, ...]
    forwards: tuple[Forward, ...]


@dataclass(frozen=True, slots=True, repr=False)
class MeasuresFound(Private):
    """Every measure that a resident is or was under."""

    resident_no: str
    measures: tuple[ShownMeasure, ...]


def measures_of(ctx: Context, claim: OperatorClaim, resident_no: str) -> MeasuresFound | Refused:
    """The measures of a resident, each as a whole."""
    found = measures.show_measures(ctx, claim, resident_no)
    if isinstance(found, Refused):
        return found
    return MeasuresFound(resident_no, tuple(map(_measure, found)))


def _measure(found: MeasureFound) -> ShownMeasure:
    persons = (
        ShownProtected(one.resident_no, one.hold_id, one.applicant, one.relationship) for one in found.persons
    )
    steps = (
        ShownStep(one.step, one.measure, one.recorded_on, one.operator, one.details) for one in found.steps
    )
    return ShownMeasure(found.measure, found.phase, tuple(persons), tuple(steps), found.forwards)


@dataclass(frozen=True, slots=True)
class DoubtsQuestion:
    """Which doubts: with numbers beyond ``after``; ``closed``: those that are closed, too."""

    closed: bool
    after: int


@dataclass(frozen=True, slots=True, repr=False)
class DoubtPage(Private):
    """A page of doubts, the oldest first; ``next_after``: ask again after that one, None at the end."""

    doubts: tuple[Doubt, ...]
    next_after: int | None


def read_doubts_question(data: object) -> DoubtsQuestion:
    with reading(data) as fields:
        after = fields.integer("after", most=2**53) if fields.has("after") else 0
        return DoubtsQuestion(fields.flag("closed", default=False), after)


def list_doubts(ctx: Context, claim: OperatorClaim, question: DoubtsQuestion) -> DoubtPage | Refused:
    """A page of the doubts that are open, or of all."""
    found = doubts.list_doubts(ctx, claim, closed=question.closed, after=question.after, most=PAGE + 1)
    if isinstance(found, Refused):
        return found
    page = found[:PAGE]
    return DoubtPage(page, page[-1].doubt_id if len(found) > PAGE else None)


@dataclass(frozen=True, slots=True)
class TellingsQuestion:
    """Which tellings: what is still to be told, or all decided since a day; and the page."""

    since: date | None
    after: After | None


@dataclass(frozen=True, slots=True)
class DoneStep:
    """That a letter was sent, or a posting began or ended."""

    step: Step
    done_on: date


@dataclass(frozen=True, slots=True)
class ShownTelling:
    """One person to tell of the version with this history number, and what was done of it."""

    telling: int
    resident_no: str
    history_no: int
    way: str
    decided_on: date
    open_until: date | None
    done: tuple[DoneStep, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class TellingPage:
    """A page of tellings, the oldest decision first; ``next``: ask again with that as ``after``, None at the end."""

    tellings: tuple[ShownTelling, ...]
    next: str | None


def _after(text: str) -> After:
    day, _, number = text.partition("/")
    if not (number.isascii() and number.isdecimal() and len(number) <= 15):
        raise ValueError("must be what an earlier answer gave as next")
    return After(parse_date(day), int(number))


def read_tellings_question(data: object) -> TellingsQuestion:
    with reading(data) as fields:
        return TellingsQuestion(fields.optional_date("since"), fields.optional("after", _after))


def list_tellings(ctx: Context, claim: OperatorClaim, question: TellingsQuestion) -> TellingPage | Refused:
    """A page of who is still to be told of acts, or of all decided since a day."""
    found = tellings.list_tellings(ctx, claim, question.since, after=question.after, most=PAGE + 1)
    if isinstance(found, Refused):
        return found
    page = tuple(map(_telling, found[:PAGE]))
    more = len(found) > PAGE
    return TellingPage(page, f"{page[-1].decided_on}/{page[-1].telling}" if more else None)


def _telling(told: Told) -> ShownTelling:
    telling = told.telling
    return ShownTelling(
        told.telling_id,
        told.resident_no,
        told.history_no,
        telling.way,
        telling.decided_on,
        telling.open_until,
        tuple(DoneStep(step, day) for step, day in telling.done),
        telling.is_open,
    )


@dataclass(frozen=True, slots=True, repr=False)
class ShownEntry(Private):
    """An entry of a koseki's register as it was written, by whom and when."""

    entry: Entry
    operator: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class ShownSupplementary(Private):
    """The supplementary register of a koseki: what stands, then every entry."""

    register_no: str
    koseki: Koseki
    opened_on: date
    present: bool
    members: tuple[Member, ...]
    entries: tuple[ShownEntry, ...]


def supplementary(ctx: Context, claim: OperatorClaim, asked: str | Koseki) -> ShownSupplementary | Refused:
    """A supplementary register, by its number or its koseki."""
    kept = supplementary_reads.show(ctx, claim, asked)
    if isinstance(kept, Refused):
        return kept
    register = kept.register
    return ShownSupplementary(
        register_no=kept.register_no,
        koseki=register.koseki,
        opened_on=register.opened_on,
        present=register.present,
        members=register.members,
        entries=tuple(ShownEntry(one.entry, one.operator, one.at) for one in kept.entries),
    )

"""Surveys of what has to stand in the register (Act Art. 34): begun, what its staff did, ended.

A survey changes nothing: what it finds is noted as a doubt (``jukinet.services.doubts``). What somebody answered is not
kept here, only that they did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import Fields, reading
from jukinet.law import surveys as law
from jukinet.law.decisions import Refused
from jukinet.law.surveys import KO10, Answer, Card, SurveyKind, SurveyStep
from jukinet.services import acts
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.services.stay_items import member
from jukinet.store import residents
from jukinet.store import surveys as store
from jukinet.store.doubts import Stamp
from jukinet.store.surveys import Staff, Step
from jukinet.store.surveys import Survey as Survey  # noqa: PLC0414  (offered here too)

MOST_STAFF = 200
PAGE = 100
"""Surveys in one page of the list."""


@dataclass(frozen=True, slots=True, repr=False)
class SurveyFiling(Private):
    """A survey begins: on which paragraph, of what or where, and who asks."""

    kind: SurveyKind
    about: str
    begun_on: date
    staff: tuple[Staff, ...]


@dataclass(frozen=True, slots=True)
class SurveyStepFiling:
    """What was done in which survey."""

    survey: int
    step: Step


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The number of a survey."""

    survey: int


@dataclass(frozen=True, slots=True)
class SurveysQuestion:
    """Which surveys: with numbers beyond ``after``; ``ended``: those that have ended, too."""

    ended: bool
    after: int


@dataclass(frozen=True, slots=True, repr=False)
class SurveyPage(Private):
    """A page of surveys, the oldest first; ``next_after``: ask again after that one, None at the end."""

    surveys: tuple[Survey, ...]
    next_after: int | None


def _read_staff(fields: Fields) -> Staff:
    return Staff(fields.text("name"), fields.text("card_no", longest=50))


def read_survey(data: object) -> SurveyFiling:
    with reading(data) as fields:
        return SurveyFiling(
            fields.take("kind", member(SurveyKind)),
            fields.text("about"),
            fields.date("begun_on"),
            fields.each("staff", _read_staff, most=MOST_STAFF),
        )


def read_survey_step(data: object) -> SurveyStepFiling:
    with reading(data) as fields:
        read = SurveyStepFiling(
            fields.integer("survey", least=1),
            Step(
                fields.take("step", member(SurveyStep)),
                fields.date("done_on"),
                fields.integer("by", least=1, most=MOST_STAFF) if fields.has("by") else None,
                fields.optional("resident_no", check_number),
                fields.optional("card", member(Card)),
                fields.optional("answer", member(Answer)),
            ),
        )
        asks = read.step.step is not SurveyStep.ENDED
        for name, given in (("card", read.step.card), ("answer", read.step.answer)):
            if (given is not None) is not asks:
                fields.fault(name, "must be given where somebody was asked, and only there")
        return read


def read_surveys_question(data: object) -> SurveysQuestion:
    with reading(data) as fields:
        after = fields.integer("after", most=2**53) if fields.has("after") else 0
        return SurveysQuestion(fields.flag("ended", default=False), after)


def begin_survey(ctx: Context, claim: OperatorClaim, filing: SurveyFiling) -> Surveyed | Refused:
    """Begin a survey, with the staff who ask and their cards."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_DOUBT_HANDLE, AuditEvent.SURVEY_BEGUN)
        decision = acts.every(
            act.gate,
            law.decide_survey(filing.kind, [one.card_no for one in filing.staff]),
            acts.decide_applied(act, filing.begun_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision)
        number = store.add(tx, filing.kind, filing.about, filing.begun_on, filing.staff, _stamp(act))
        act.done(decision, reference=str(number))
        return Surveyed(number)


def take_survey_step(ctx: Context, claim: OperatorClaim, filing: SurveyStepFiling) -> Surveyed | Refused:
    """Note whom the staff asked, or that a survey has ended."""
    step = filing.step
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_DOUBT_HANDLE, AuditEvent.SURVEY_FOLLOWED)
        survey = None if isinstance(act.gate, Refused) else store.lock(tx, filing.survey)
        about = residents.lock(tx, step.resident_no) if survey and step.resident_no else None
        decision = acts.every(
            act.gate,
            law.decide_step(
                step.step,
                is_open=survey is not None and survey.is_open,
                staff=range(1, len(survey.staff) + 1) if survey else (),
                by=step.by,
                card=step.card,
                done_on=step.done_on,
                last=survey.last if survey else date.min,
            ),
            acts.require((R1, survey is None or step.resident_no is None or about is not None)),
            acts.decide_applied(act, step.done_on),
        )
        reference = f"{filing.survey} {step.step}"
        if survey is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((KO10,))
            return act.refuse(refused, about or Subject(step.resident_no), reference=reference)
        store.add_step(tx, survey, step, _stamp(act))
        # As a subject: it is no act on the record.
        act.done(decision, Subject.of(about) if about else None, reference=reference)
        return Surveyed(filing.survey)


def list_surveys(ctx: Context, claim: OperatorClaim, question: SurveysQuestion) -> SurveyPage | Refused:
    """A page of the surveys under way, or of all."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_DOUBT_HANDLE, AuditEvent.SURVEYS_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        found = store.list_surveys(tx, ended=question.ended, after=question.after, most=PAGE + 1)
        page = tuple(found[:PAGE])
        return SurveyPage(page, page[-1].survey_id if len(found) > PAGE else None)


def _stamp(act: Act) -> Stamp:
    return Stamp(act.ctx.now(), act.claim.operator_id, act.claim.terminal)

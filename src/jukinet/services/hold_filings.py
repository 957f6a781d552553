"""What a clerk enters about holds and support measures: one value an act, read strictly, with every fault at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import check_number
from jukinet.domain.persons import Private, Sex
from jukinet.domain.reading import Fields, reading
from jukinet.law.holds import Level, Process
from jukinet.law.support_measures import EndGround, Victim
from jukinet.services.filings import member


@dataclass(frozen=True, slots=True)
class HoldTerms:
    """One hold: on what, how strongly, from when; ``to_on`` is when a person is to look at it again."""

    process: Process
    level: Level
    from_on: date
    to_on: date | None = None


@dataclass(frozen=True, slots=True, repr=False)
class HoldFiling(Private):
    """Holds on one resident or on one household, with the reason that only a few may read."""

    resident_no: str | None
    household_number: str | None
    holds: tuple[HoldTerms, ...]
    reason: str


@dataclass(frozen=True, slots=True, repr=False)
class LiftFiling(Private):
    """一時解除. ``operator``: whose acts pass, None for the one who lifts; ``until`` None: as long as may be.

    ``browsing``: the number under which a list is shown, where it is lifted for one list.
    """

    hold: int
    reason: str
    one_act: bool
    operator: str | None = None
    until: datetime | None = None
    browsing: int | None = None


@dataclass(frozen=True, slots=True, repr=False)
class HoldEndFiling(Private):
    """The end of a hold, by a person."""

    hold: int
    reason: str


@dataclass(frozen=True, slots=True)
class JoinedPerson:
    """併せて支援を求める者: somebody recorded here, with the relationship to the applicant."""

    resident_no: str
    relationship: str


@dataclass(frozen=True, slots=True, repr=False)
class MeasureFiling(Private):
    """支援措置申出書: who applies, for whom; ``details``: everything that is only kept and shown (1.1.16).

    These are the contacts, the offender as stated, the affairs and addresses to be protected, the offices
    consulted, and for an application sent on by another municipality which one took it first, and when it came.
    """

    applicant: str
    joined: tuple[JoinedPerson, ...]
    applied_on: date
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, repr=False)
class MeasureDecisionFiling(Private):
    """The decision: from which day. ``ends_on`` None: a year, that day included."""

    measure: int
    starts_on: date
    ends_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class MeasureExtensionFiling(Private):
    """支援措置の延長: from the day after the last one, for a year or to an earlier day."""

    measure: int
    ends_on: date | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class MeasureEndFiling(Private):
    """The end of a measure. ``told_on``: when the applicant was told that no need was found."""

    measure: int
    ground: EndGround
    note: str
    told_on: date | None = None


@dataclass(frozen=True, slots=True)
class ForwardFiling:
    """転送: that another municipality was told of the measure, by letter."""

    measure: int
    municipality: MunicipalityCode
    forwarded_on: date


def read_hold(data: object) -> HoldFiling:
    with reading(data) as fields:
        filing = HoldFiling(
            resident_no=fields.optional("resident_no", check_number),
            household_number=fields.optional("household_number", check_number),
            holds=fields.each("holds", _read_terms, most=20),
            reason=fields.text("reason"),
        )
        if fields.has("resident_no") == fields.has("household_number"):
            fields.fault("", "must name a resident or a household, one of the two")
        if not filing.holds:
            fields.fault("holds", "must have at least one hold")
        return filing


def _read_terms(fields: Fields) -> HoldTerms:
    return HoldTerms(
        process=fields.take("process", member(Process)),
        level=fields.take("level", member(Level)),
        from_on=fields.date("from_on"),
        to_on=fields.optional_date("to_on"),
    )


def read_lift(data: object) -> LiftFiling:
    with reading(data) as fields:
        filing = LiftFiling(
            hold=fields.integer("hold", least=1),
            reason=fields.text("reason"),
            one_act=fields.flag("one_act", default=False),
            operator=fields.optional_text("operator", longest=32),
            until=fields.instant("until") if fields.has("until") else None,
            browsing=fields.integer("browsing", least=1) if fields.has("browsing") else None,
        )
        fields.raw("until")
        fields.raw("browsing")
        if filing.browsing and not filing.one_act:
            fields.fault("one_act", "must be true of a lift for a list")
        if not filing.one_act and filing.until is None:
            fields.fault("until", "must be stated, or one_act be true")
        return filing


def read_hold_end(data: object) -> HoldEndFiling:
    with reading(data) as fields:
        return HoldEndFiling(hold=fields.integer("hold", least=1), reason=fields.text("reason"))


def read_measure(data: object) -> MeasureFiling:
    with reading(data) as fields:
        filing = MeasureFiling(
            applicant=fields.take("applicant", check_number),
            joined=fields.each("joined", _read_joined, most=20) if fields.has("joined") else (),
            applied_on=fields.date("applied_on"),
            details={
                "victim_of": fields.take("victim_of", member(Victim)),
                "contacts": fields.texts("contacts", str.strip, most=10) if fields.has("contacts") else (),
                "offender": fields.optional_object("offender", _read_offender),
                "protected": fields.each("protected", _read_protected, most=20),
                "offices_consulted": fields.each("offices_consulted", _read_office, most=20),
                "first_taken_by": _text_of(fields.optional("first_taken_by", MunicipalityCode.parse)),
                "forwarded_here_on": _text_of(fields.optional_date("forwarded_here_on")),
                "remarks": fields.optional_text("remarks"),
            },
        )
        for name in ("joined", "contacts"):
            fields.raw(name)
        numbers = [filing.applicant, *(person.resident_no for person in filing.joined)]
        if len(set(numbers)) < len(numbers):
            fields.fault("joined", "must name nobody twice, nor the applicant")
        if fields.has("first_taken_by") != fields.has("forwarded_here_on"):
            fields.fault("first_taken_by", "belongs together with forwarded_here_on")
        return filing


def _text_of(value: object) -> str | None:
    return None if value is None else str(value)


def _read_joined(fields: Fields) -> JoinedPerson:
    return JoinedPerson(fields.take("resident_no", check_number), fields.text("relationship", longest=40))


def _read_offender(fields: Fields) -> dict[str, str | None]:
    """加害者 as the applicant states it: every item may be unknown."""
    return {
        "name": fields.optional_text("name"),
        "resident_no": fields.optional("resident_no", check_number),
        "birth_date": _text_of(fields.optional("birth_date", PartialDate.parse)),
        "sex": fields.optional("sex", member(Sex)),
        "address": fields.optional_text("address"),
        "other": fields.optional_text("other"),
    }


_AFFAIRS = ("browsing", "copies", "koseki-card")


def _affair(text: str) -> str:
    if text not in _AFFAIRS:
        raise ValueError("must be one of " + ", ".join(_AFFAIRS))
    return text


def _read_protected(fields: Fields) -> dict[str, str]:
    """支援を求められている事務と抑止対象の住所: an affair and the address (or registered domicile) it is about."""
    return {"affair": fields.take("affair", _affair), "address": fields.text("address")}


def _read_office(fields: Fields) -> dict[str, str | None]:
    """相談機関: police, a counselling centre, a child guidance centre; when it was asked, and what it said."""
    return {
        "name": fields.text("name"),
        "asked_on": fields.date("asked_on").isoformat(),
        "opinion": fields.optional_text("opinion"),
    }


def read_decision(data: object) -> MeasureDecisionFiling:
    with reading(data) as fields:
        return MeasureDecisionFiling(
            measure=fields.integer("measure", least=1),
            starts_on=fields.date("starts_on"),
            ends_on=fields.optional_date("ends_on"),
            note=fields.optional_text("note"),
        )


def read_extension(data: object) -> MeasureExtensionFiling:
    with reading(data) as fields:
        return MeasureExtensionFiling(
            measure=fields.integer("measure", least=1),
            ends_on=fields.optional_date("ends_on"),
            note=fields.optional_text("note"),
        )


def read_measure_end(data: object) -> MeasureEndFiling:
    with reading(data) as fields:
        return MeasureEndFiling(
            measure=fields.integer("measure", least=1),
            ground=fields.take("ground", member(EndGround)),
            note=fields.text("note"),
            told_on=fields.optional_date("told_on"),
        )


def read_forward(data: object) -> ForwardFiling:
    with reading(data) as fields:
        return ForwardFiling(
            measure=fields.integer("measure", least=1),
            municipality=fields.take("municipality", MunicipalityCode.parse),
            forwarded_on=fields.date("forwarded_on"),
        )

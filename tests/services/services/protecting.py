"""What the tests of support measures share: applications with plain defaults, and looks at what they do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from tests.services.services import counter
from tests.services.services.test_copy_answers import answered, names

from jukinet.law.decisions import Refused
from jukinet.law.support_measures import EndGround, Phase
from jukinet.messages.copies import CopyRequest, MemberScope
from jukinet.services import alerts, holds, measures
from jukinet.services.alerts import AlertKind
from jukinet.services.hold_filings import (
    JoinedPerson,
    MeasureDecisionFiling,
    MeasureEndFiling,
    MeasureFiling,
)
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

DAY = counter.TODAY
LAST = date(2014, 7, 7)
HIDDEN = "転居先は知られていない"


def details(**changes: Any) -> dict[str, Any]:
    return {
        "victim_of": "domestic-violence",
        "offender": {"name": "無名　権兵衛", "other": HIDDEN},
        "protected": [{"affair": "copies", "address": "東京都国立市富士見台二丁目"}],
        "offices_consulted": [{"name": "見本警察署", "asked_on": "2013-07-01", "opinion": None}],
    } | changes


def application(applicant: str, *joined: JoinedPerson, applied_on: date = DAY) -> MeasureFiling:
    return MeasureFiling(applicant, joined, applied_on, details())


def done(result: object) -> measures.Recorded:
    assert isinstance(result, measures.Recorded), result
    return result


def apply(federation: Federation, found: Found, *joined: JoinedPerson) -> int:
    filing = application(found.resident_no, *joined)
    return done(measures.apply_for_measure(federation.context(KUNITACHI), CLERK, filing)).measure.measure_id


def decide(federation: Federation, number: int, starts_on: date = DAY) -> None:
    filing = MeasureDecisionFiling(number, starts_on)
    done(measures.decide_measure(federation.context(KUNITACHI), CLERK, filing))


def decide_until(federation: Federation, number: int, ends_on: date) -> None:
    filing = MeasureDecisionFiling(number, DAY, ends_on)
    done(measures.decide_measure(federation.context(KUNITACHI), CLERK, filing))


def end(
    federation: Federation, number: int, ground: EndGround = EndGround.REQUESTED
) -> holds.Ended | Refused:
    filing = MeasureEndFiling(number, ground, "本人の申出")
    return measures.end_measure(federation.context(KUNITACHI), CLERK, filing)


def phases(federation: Federation, number: str) -> list[Phase]:
    return [mark.phase for mark in counter.read(federation, KUNITACHI, number).support]


def listed(federation: Federation) -> list[tuple[AlertKind, date, str | None]]:
    found = alerts.list_alerts(federation.context(KUNITACHI), CLERK)
    assert not isinstance(found, Refused)
    return [(one.kind, one.since, str(one.municipality) if one.municipality else None) for one in found]


def copy_of(federation: Federation, found: Found, number: int = 0, **changes: Any) -> list[str] | str:
    """What another municipality is answered that asks for a copy of this resident alone."""
    body = CopyRequest(found.record.name.written, counter.code_of(found), MemberScope.SELF)
    return names(answered(federation, replace(body, **changes), number=number))


def mother_and_child(federation: Federation) -> tuple[Found, Found]:
    head = make_person(seed=1, municipality=KUNITACHI)
    one, other = counter.load(
        federation, KUNITACHI, [head, replace(make_person(seed=2, municipality=KUNITACHI), relationship="子")]
    )
    return one, other

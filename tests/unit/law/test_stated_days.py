"""What a statement of a day that is not known to the day must be: every rule refused and permitted."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conformance.cases import case

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import RecordKind, StatedDays
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.letters import ITEMS, Said
from jukinet.law.nationality import as_foreign, as_japanese
from jukinet.law.stated_days import decide_event, decide_stated
from jukinet.testing.people import make_person

_KEPT = date(2013, 7, 6)
FORMS = ["2013~", "2013-07~", "2013-07-06~", "2013-07-06?", "2013-07?", "2013-22", "2013-07-01/2013-07-10"]
FORMS += ["XXXX-XX-XX", "2013-XX-XX", "2013-07-XX", "2013-07-01/2013-08-05~", "2013-07-05?/2013-07-08?"]
FORMS += ["2013-07-05~/2013-07-08~", "2013-07-11~/2013-07-20~", "2013-06-31%"]
"""The written forms of the specification, and a day that no calendar has."""


@pytest.mark.parametrize(
    ("written", "day"),
    list(zip(FORMS, [_KEPT] * 13 + [date(2013, 7, 11), date(2013, 7, 1)], strict=True)),
)
@case("spec 1.1.8", permitted="DY1")
def test_every_form_of_the_specification_is_taken(written: str, day: date) -> None:
    assert isinstance(decide_event(PartialDate(written), day), Permitted)
    assert isinstance(
        decide_stated(StatedDays(address_since=PartialDate(written)), {"address_since": day}), Permitted
    )


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2013-07-XX", date(2013, 8, 1)),
        ("2013-07-XX", date(2013, 6, 30)),
        ("2013-06-31%", date(2013, 7, 2)),
        ("2013-06-31%", date(2013, 6, 29)),
        ("XXXX-XX-XX", None),
    ],
)
@case("spec 1.1.8", refused="DY1")
def test_a_day_kept_that_it_cannot_be_or_none_is_refused(written: str, day: date | None) -> None:
    decision = decide_stated(StatedDays(address_since=PartialDate(written)), {"address_since": day})
    assert isinstance(decision, Refused)
    assert [failed.rule for failed in decision.failed] == ["DY1"]


def test_nothing_stated_is_nothing_to_judge() -> None:
    assert isinstance(decide_event(None, date(2013, 7, 6)), Permitted)


@case("spec 1.1.8", "spec 4.5.3")
def test_a_change_of_nationality_keeps_how_the_day_is_stated() -> None:
    stranger, citizen = make_person(RecordKind.FOREIGN, seed=3), make_person(RecordKind.JAPANESE, seed=4)
    assert stranger.foreign is not None
    assert citizen.koseki is not None
    since = PartialDate(f"{stranger.foreign.became_foreign_resident_on.year}-XX-XX")
    stated = stranger.restated(
        StatedDays(became_foreign_resident_on=since, alien_registered_on=since), stranger
    )
    made = as_japanese(stated, citizen.name, citizen.koseki)
    assert made.stated == StatedDays(became_resident_on=since)
    back = as_foreign(made, stranger.foreign, date(1990, 1, 1), None)
    assert back.stated == StatedDays(became_foreign_resident_on=since)
    assert as_foreign(made, stranger.foreign, date(2013, 7, 8), None).stated == StatedDays()


def test_a_letter_says_it_as_stated() -> None:
    citizen = make_person(RecordKind.JAPANESE, seed=4)
    whole = citizen.became_resident_on
    assert whole is not None
    assert ITEMS[Said.BECAME_RESIDENT](citizen) == whole
    stated = citizen.restated(StatedDays(became_resident_on=PartialDate("XXXX-XX-XX")), citizen)
    assert ITEMS[Said.BECAME_RESIDENT](stated) == "年月日不詳"

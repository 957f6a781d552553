"""Days that are partly unknown, or on no calendar: kept beside the whole day, and shown in its place."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, refusals
from tests.services.services import counter
from tests.services.services.test_ex_officio import KOSEKI, correct, delete, record

from jukinet.domain.dates import PartialDate
from jukinet.domain.hiding import Hideable, without
from jukinet.domain.items import DeletionCause, StatedDays
from jukinet.law.copies import CopyItem
from jukinet.law.copy_history import Step, deletion_of
from jukinet.law.decisions import Refused
from jukinet.services import copied, deaths, moves
from jukinet.services.ex_officio_filings import read_correction, read_deletion
from jukinet.services.filings import DeathFiling, read_death
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

DAY = date(2013, 7, 6)


def days(**stated: str) -> StatedDays:
    return StatedDays(**{name: PartialDate(text) for name, text in stated.items()})


def rules(result: Any) -> list[str]:
    return [failed.rule for failed in result.failed] if isinstance(result, Refused) else []


def deleted(found: Found) -> Any:
    return deletion_of(
        [
            Step(
                one.history_no,
                one.reason,
                (one.effective_on, one.effective_seq),
                one.recorded_at.date(),
                one.notified_on,
                one.present,
                one.record,
            )
            for one in found.versions
        ]
    )


@case("spec 1.1.8", permitted="DY1")
def test_a_death_is_told_as_the_koseki_has_it_and_counted_by_a_whole_day(federation: Federation) -> None:
    (found,) = counter.load(federation)
    filing = DeathFiling(found.resident_no, DAY, counter.TODAY, PartialDate("2013-07-05/2013-07-06~"))
    counter.registered(deaths.record_death(federation.context(KUNITACHI), CLERK, filing))
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    told = deleted(gone)
    assert (told.on, told.stated) == (DAY, PartialDate("2013-07-05/2013-07-06~"))
    assert counter.notices(federation, KUNITACHI)[-1]["change"]["occurred_on"] == DAY.isoformat()


@case("spec 1.1.8", permitted="DY1")
def test_so_is_a_disappearance(federation: Federation) -> None:
    (found,) = counter.load(federation)
    gone = {"cause": DeletionCause.DISAPPEARED, "basis": KOSEKI, "stated": PartialDate("XXXX-XX-XX")}
    counter.registered(delete(federation, found.resident_no, **gone))
    assert deleted(counter.read(federation, KUNITACHI, found.resident_no)).stated == PartialDate("XXXX-XX-XX")


@pytest.mark.parametrize(
    ("stated", "refused"),
    refusals(({"stated": "2013-06-XX"}, ["DY1"]), ({"stated": "2013-07-07"}, ["DY1"])),
)
def test_a_day_that_the_statement_does_not_allow_is_refused(
    federation: Federation, stated: dict[str, str], refused: list[str]
) -> None:
    (found,) = counter.load(federation)
    told = PartialDate(stated["stated"])
    filing = DeathFiling(found.resident_no, DAY, counter.TODAY, told)
    assert rules(deaths.record_death(federation.context(KUNITACHI), CLERK, filing)) == refused
    gone = {"cause": DeletionCause.DISAPPEARED, "basis": KOSEKI, "stated": told}
    assert rules(delete(federation, found.resident_no, **gone)) == refused
    assert counter.read(federation, KUNITACHI, found.resident_no).present


@case("spec 1.1.8", permitted="DY1")
def test_the_days_of_a_record_are_corrected_shown_and_known_at_last(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number, whole = found.resident_no, found.record.became_resident_on
    assert whole is not None
    about = f"{whole.year}-XX-XX"
    counter.registered(correct(federation, number, stated=days(became_resident_on=about)))
    changed = counter.read(federation, KUNITACHI, number).record
    assert (changed.became_resident_on, changed.stated) == (whole, days(became_resident_on=about))
    paper = copied.person_of(changed, None, frozenset(CopyItem))
    assert paper.became_resident_on == PartialDate(about)
    counter.registered(correct(federation, number, stated=days(became_resident_on=str(whole))))
    assert counter.read(federation, KUNITACHI, number).record == found.record


def test_how_a_day_was_stated_ends_with_that_day(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = found.resident_no
    counter.move_within(federation, KUNITACHI, number, moved_on=date(2013, 7, 5))
    unknown = days(became_resident_on="XXXX-XX-XX", address_since="XXXX-XX-XX")
    counter.registered(correct(federation, number, stated=unknown))
    counter.registered(correct(federation, number, became_resident_on=date(2008, 4, 1)))
    assert counter.read(federation, KUNITACHI, number).record.stated == days(address_since="XXXX-XX-XX")
    counter.move_within(
        federation, KUNITACHI, number, moved_on=date(2013, 7, 7), address=counter.elsewhere_in(KUNITACHI, 2)
    )
    assert counter.read(federation, KUNITACHI, number).record.stated == StatedDays()


@case("spec 1.1.8", refused="DY1")
def test_a_day_that_is_not_recorded_is_not_stated(federation: Federation) -> None:
    (found,) = counter.load(federation)
    assert found.record.address_since is None
    assert rules(correct(federation, found.resident_no, stated=days(address_since="1990-XX-XX"))) == ["DY1"]


@case("spec 1.1.8", permitted="DY1")
def test_a_foreign_resident_is_recorded_with_days_partly_unknown(federation: Federation) -> None:
    stay = replace(counter.student(became=date(2012, 7, 9)), alien_registered_on=date(1990, 4, 1))
    stated = days(became_foreign_resident_on="2012-07~", alien_registered_on="1990-XX-XX")
    done = record(federation, counter.foreign(foreign=stay, stated=stated))
    (number,) = counter.registered(done).resident_nos
    found = counter.read(federation, KUNITACHI, number).record
    assert found.stated == stated
    assert found.day("alien_registered_on") == PartialDate("1990-XX-XX")
    # Who may not see the stay does not see since when it is either.
    assert without(found, {Hideable.STAY}).stated == StatedDays()


@case("spec 1.1.8", refused="DY1")
def test_a_resident_is_not_recorded_with_a_day_that_cannot_be(federation: Federation) -> None:
    wrong = counter.japanese(stated=days(became_resident_on="1990-XX-XX"))
    assert rules(record(federation, wrong)) == ["DY1"]
    assert rules(
        moves.move_in(federation.context(KUNITACHI), CLERK, counter.move_in_filing(KUNITACHI, wrong))
    ) == ["DY1"]


def test_a_child_became_a_resident_on_the_day_of_birth_as_stated(federation: Federation) -> None:
    (parent,) = counter.load(federation)
    born = replace(counter.child(), birth_date=PartialDate("2013-07-XX"))
    number = counter.give_birth(federation, KUNITACHI, parent.record.household_number, born)
    child = counter.read(federation, KUNITACHI, number).record
    assert child.day("became_resident_on") == PartialDate("2013-07-XX")


def test_filings_say_it_and_of_other_deletions_there_is_nothing_to_say() -> None:
    death = {"resident_no": "00000000019", "died_on": "2013-07-06", "stated": "2013-07~"}
    assert read_death(death).stated == PartialDate("2013-07~")
    gone = {
        "resident_no": "00000000019",
        "occurred_on": "2013-07-06",
        "cause": "disappeared",
        "basis": {"ground": "koseki", "confirmed": True},
        "stated": "2013-07~",
    }
    assert read_deletion(gone).stated == PartialDate("2013-07~")
    with pytest.raises(Exception, match="stated"):
        read_deletion(gone | {"cause": "moved-out"})
    correction = {
        "resident_no": "00000000019",
        "kind": "error",
        "occurred_on": "2013-07-06",
        "corrections": {"stated": {"address_since": "2013-07~"}},
        "basis": {"ground": "error", "confirmed": True},
    }
    assert read_correction(json.loads(json.dumps(correction))).corrections.stated == days(
        address_since="2013-07~"
    )

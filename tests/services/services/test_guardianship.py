"""Adults under guardianship: recorded, shown, told to the place to which they move."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.services.holding import hold

from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.tellings import Step
from jukinet.services import guardianship, tellings
from jukinet.services.guardianship import GuardianshipFiling
from jukinet.services.register import Registered
from jukinet.services.tellings import StepFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

RECORDED = "register:guardianship:recorded"
BEGAN = date(2013, 7, 1)


def record(federation: Federation, number: str, **changes: Any) -> Registered | Refused:
    plain = {
        "resident_no": number,
        "stands": True,
        "changed_on": BEGAN.isoformat(),
        "source": "a certificate of registration that was shown",
    }
    filing = guardianship.read_guardianship(plain | changes)
    return guardianship.record_guardianship(federation.context(KUNITACHI), CLERK, filing)


@case("spec 9.4", permitted="OF5 OF6")
def test_it_is_shown_with_the_record_until_it_ends(federation: Federation) -> None:
    found = counter.somebody(federation)
    assert found.guardianship_since is None
    counter.registered(record(federation, found.resident_no))
    shown = counter.read(federation, KUNITACHI, found.resident_no)
    assert (shown.guardianship_since, shown.record, shown.tag) == (BEGAN, found.record, found.tag)
    counter.registered(record(federation, found.resident_no, stands=False, changed_on="2013-07-08"))
    assert counter.read(federation, KUNITACHI, found.resident_no).guardianship_since is None


@case("spec 9.4", refused="OF5 OF6")
def test_what_does_not_fit_is_refused_and_a_hold_keeps_it_back(federation: Federation) -> None:
    found = counter.somebody(federation)
    future = {"stands": False, "changed_on": "2013-07-09"}
    counter.assert_refused(
        federation, KUNITACHI, RECORDED, lambda: record(federation, found.resident_no, **future), "OF5", "OF6"
    )
    hold(federation, found)
    counter.assert_refused(
        federation, KUNITACHI, RECORDED, lambda: record(federation, found.resident_no), "V1"
    )


@case("spec 9.4")
def test_the_municipality_to_which_one_moves_is_to_be_told(federation: Federation) -> None:
    ward, other = counter.move_in(
        federation, KUNITACHI, counter.japanese(), counter.foreign(relationship="同居人")
    ).resident_nos
    counter.registered(record(federation, ward))
    counter.file_move_out(federation, KUNITACHI, [ward, other])
    ctx = federation.context(KUNITACHI)
    listed = tellings.list_tellings(ctx, CLERK)
    assert not isinstance(listed, Refused)
    letters = [one for one in listed if one.telling.way == "guardianship"]
    assert [one.resident_no for one in letters] == [ward]
    done = tellings.note_step(ctx, CLERK, StepFiling(letters[0].telling_id, Step.SENT, counter.TODAY))
    assert isinstance(done, Registered)


def test_it_is_recorded_by_who_may_and_whole_or_not_at_all(federation: Federation) -> None:
    found = counter.somebody(federation)
    filing = GuardianshipFiling(found.resident_no, stands=True, changed_on=BEGAN, source="told by the court")
    counter.assert_gated(
        federation,
        KUNITACHI,
        RECORDED,
        Permission.REGISTER_GUARDIANSHIP_RECORD,
        lambda ctx, claim: guardianship.record_guardianship(ctx, claim, filing),
    )
    counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: guardianship.record_guardianship(ctx, CLERK, filing)
    )

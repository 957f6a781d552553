"""Looking at the register: by number, by code, and every look on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.holds import Level, Process
from jukinet.services import holds, reads, undoing
from jukinet.services.hold_filings import HoldFiling, HoldTerms
from jukinet.services.undoing import UndoFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core

EVENT = "register:resident:read"
CODE = ResidentRecordCode("24727059608")


@case("spec 10.2", permitted="R1")
def test_a_look_is_one_entry_about_the_person(federation: Federation) -> None:
    (found,) = counter.load(federation)
    before = counter.contents(federation, KUNITACHI)
    entries = len(counter.audit(federation, KUNITACHI, EVENT))
    by_code = counter.read(federation, KUNITACHI, counter.code_of(found))
    assert by_code == counter.read(federation, KUNITACHI, found.resident_no) == found
    looks = counter.audit(federation, KUNITACHI, EVENT)[entries:]
    assert [(one["outcome"], one["resident_no"], one["subject_code"], one["actor"]) for one in looks] == [
        ("done", found.resident_no, str(found.record.code), CLERK.actor)
    ] * 2
    assert counter.contents(federation, KUNITACHI) == before


def test_the_present_holder_of_a_code_is_shown_before_a_former_one(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=counter.TODAY)
    federation.run()
    assert not counter.read(federation, KUNITACHI, counter.code_of(found)).present
    (back,) = counter.move_in(federation, KUNITACHI, counter.as_person(found)).resident_nos
    assert counter.read(federation, KUNITACHI, counter.code_of(found)).resident_no == back


@case(refused="R1")
def test_an_old_code_finds_nobody(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.change_code(federation, KUNITACHI, found)
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation, KUNITACHI, EVENT, lambda: reads.read_resident(ctx, CLERK, counter.code_of(found)), "R1"
    )


@pytest.mark.parametrize("key", ["99999999999", CODE])
@case(refused="R1")
def test_a_look_for_nobody_is_on_record_as_refused(
    standing: Federation, key: str | ResidentRecordCode
) -> None:
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(standing, KUNITACHI, EVENT, lambda: reads.read_resident(ctx, CLERK, key), "R1")
    entry = counter.audit(standing, KUNITACHI, EVENT)[-1]
    named = (None, str(key)) if isinstance(key, ResidentRecordCode) else (key, None)
    assert (entry["resident_no"], entry["subject_code"]) == named


@pytest.mark.parametrize("key", ["99999999999", CODE])
@case(refused="G1 G3")
def test_only_an_operator_who_may_looks(standing: Federation, key: str | ResidentRecordCode) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        EVENT,
        Permission.REGISTER_RESIDENT_READ,
        lambda ctx, claim: reads.read_resident(ctx, claim, key),
    )


# Households (specification 3.3)


@case("spec 3.3")
def test_a_household_is_shown_with_those_deleted_from_it(federation: Federation) -> None:
    head = make_person(seed=1, municipality=KUNITACHI)
    others = [
        replace(make_person(seed=seed, municipality=KUNITACHI), relationship=word)
        for seed, word in ((2, "子"), (3, "妻"), (4, "子"))
    ]
    one, dead, wife, gone = counter.load(federation, KUNITACHI, [head, *others])
    counter.load(federation, seed=9)
    counter.die(federation, KUNITACHI, dead.resident_no, counter.TODAY)
    counter.file_move_out(federation, KUNITACHI, [gone.resident_no], planned_on=counter.TODAY)
    federation.run()
    entries = len(counter.audit(federation, KUNITACHI, EVENT))
    found = reads.read_household(federation.context(KUNITACHI), CLERK, one.record.household_number)
    assert isinstance(found, reads.HouseholdFound), found
    assert [member.resident_no for member in found.members] == [one.resident_no, wife.resident_no]
    assert [(member.resident_no, member.present) for member in found.deleted] == [
        (gone.resident_no, False),
        (dead.resident_no, False),
    ]
    assert found.ways == (("move-out", counter.TODAY), ("death", counter.TODAY))
    looks = counter.audit(federation, KUNITACHI, EVENT)[entries:]
    assert [look["resident_no"] for look in looks] == [who.resident_no for who in (one, dead, wife, gone)]


@case("spec 3.3")
def test_how_somebody_was_deleted_is_told_also_where_more_was_written_later(federation: Federation) -> None:
    head = make_person(seed=1)
    wife = make_person(seed=2, relationship="妻", address=head.address)
    one, dead = counter.load(federation, KUNITACHI, [head, wife])
    counter.die(federation, KUNITACHI, dead.resident_no, counter.TODAY)
    undoing.undo(federation.context(KUNITACHI), CLERK, UndoFiling(dead.resident_no, 2))
    counter.file_move_out(federation, KUNITACHI, [dead.resident_no], planned_on=counter.TODAY)
    federation.run()
    federation.set_date(date(2013, 7, 20))
    back = counter.as_person(dead)
    counter.move_in(federation, CHIYODA, back, moved_on=date(2013, 7, 15), filed_on=date(2013, 7, 20))
    federation.run()
    gone = counter.read(federation, KUNITACHI, dead.resident_no)
    assert gone.versions[-1].reason == "move-out-confirmed"
    found = reads.read_household(federation.context(KUNITACHI), CLERK, one.record.household_number)
    assert isinstance(found, reads.HouseholdFound), found
    assert found.ways == (("move-out", counter.TODAY),)


def test_a_household_with_a_hold_on_inquiries_is_kept_back_whole(federation: Federation) -> None:
    head = make_person(seed=1, municipality=KUNITACHI)
    child = replace(make_person(seed=2, municipality=KUNITACHI), relationship="子")
    one, other = counter.load(federation, KUNITACHI, [head, child])
    ctx = federation.context(KUNITACHI)
    terms = (HoldTerms(Process.INQUIRY, Level.ALERT, counter.TODAY),)
    holds.set_holds(ctx, CLERK, HoldFiling(other.resident_no, None, terms, "x"))
    refused = reads.read_household(ctx, CLERK, one.record.household_number)
    assert isinstance(refused, Refused)
    assert [rule.rule for rule in refused.failed] == ["V2"]
    seen = reads.read_household(ctx, replace(CLERK, confirmed=True), one.record.household_number)
    assert isinstance(seen, reads.HouseholdFound)
    assert [len(member.holds) for member in seen.members] == [0, 1]


def test_a_household_that_is_not_there_is_on_record_as_refused(standing: Federation) -> None:
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(
        standing, KUNITACHI, EVENT, lambda: reads.read_household(ctx, CLERK, "99999999999"), "R1"
    )


def test_only_an_operator_who_may_looks_at_a_household(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        EVENT,
        Permission.REGISTER_RESIDENT_READ,
        lambda ctx, claim: reads.read_household(ctx, claim, "99999999999"),
    )

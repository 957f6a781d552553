"""Undoing: each kind restores what stood, later acts stay, the stores follow, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignClass, ForeignItems, Koseki, PersonName
from jukinet.domain.municipality import NATIONAL
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Sex
from jukinet.law.ex_officio import Basis, CorrectionKind, Ground
from jukinet.law.undoing import CONFIRMED
from jukinet.services import codes, ex_officio, households, nationality, undoing
from jukinet.services.context import Context
from jukinet.services.ex_officio_filings import CorrectionFiling, Corrections
from jukinet.services.filings import CodeCorrectionFiling
from jukinet.services.foreign_filings import AcquiredFiling, LostFiling
from jukinet.services.household_filings import HouseholdFiling, Member
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import Found
from jukinet.services.undoing import UndoFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.notifying import IN_PERSON

pytestmark = pytest.mark.core

EVENT = "register:record:undone"
DAY = date(2013, 7, 6)


def undo(federation: Federation, number: str, history_no: int, **changes: Any) -> Any:
    filing = replace(UndoFiling(number, history_no), **changes)
    return undoing.undo(federation.context(KUNITACHI), CLERK, filing)


def seen(federation: Federation, number: str) -> Found:
    return counter.read(federation, KUNITACHI, number)


def last(found: Found) -> tuple[str, date, int | None, bool]:
    version = found.versions[-1]
    return version.reason.value, version.effective_on, version.restates, version.present


def told(federation: Federation) -> list[tuple[str, str, str]]:
    changes = [notice["change"] for notice in counter.notices(federation, KUNITACHI)]
    return [(change["kind"], change["reason"], change["occurred_on"]) for change in changes]


@case("spec 4.6.0.1", "spec 4.6.1.1")
def test_a_death_undone_records_the_person_again_with_the_same_code(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = found.resident_no
    counter.die(federation, KUNITACHI, number, on=DAY)
    counter.registered(undo(federation, number, 2, at_request=True))
    after = seen(federation, number)
    assert after.present
    assert counter.remarked(federation, KUNITACHI, number)[1:] == [("undone-adding", ("申出による",))]
    assert after.record == found.record
    assert last(after) == ("undone-adding", DAY, 2, True)
    assert after.versions[-1].notified_on == counter.TODAY, "today, where no day is stated"
    assert [one.reason for one in after.versions] == ["recorded-ex-officio", "death", "undone-adding"]
    assert told(federation)[-1] == ("recording", "recorded-ex-officio", counter.TODAY.isoformat())
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)
    (entry,) = counter.audit(federation, KUNITACHI, EVENT)
    assert (entry["outcome"], entry["resident_no"]) == ("done", number)


@case("spec 4.6.0.1")
def test_a_move_out_undone_clears_the_plan_so_that_nobody_is_deleted_again(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = found.resident_no
    counter.file_move_out(federation, KUNITACHI, [number], planned_on=date(2013, 7, 10))
    federation.set_date(date(2013, 7, 10))
    federation.run()
    assert not seen(federation, number).present
    counter.registered(undo(federation, number, 3))
    federation.run()
    after = seen(federation, number)
    assert (after.present, after.record) == (True, found.record)
    assert last(after) == ("undone-adding", date(2013, 7, 10), 3, True)
    counter.both_stores(federation, KUNITACHI, number)


def test_a_filed_move_out_undone_leaves_the_person_here_on_the_day(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = found.resident_no
    counter.file_move_out(federation, KUNITACHI, [number], planned_on=date(2013, 7, 10))
    counter.registered(undo(federation, number, 2))
    federation.set_date(date(2013, 7, 20))
    federation.run()
    after = seen(federation, number)
    assert (after.present, after.record, last(after)[0]) == (True, found.record, "undone-correcting")
    assert len(told(federation)) == 1, "no fact changed"
    # And another move-out can be filed now.
    counter.file_move_out(
        federation, KUNITACHI, [number], planned_on=date(2013, 7, 25), filed_on=date(2013, 7, 20)
    )


@case("spec 4.6.0.1")
def test_a_move_in_undone_deletes_the_record_and_keeps_both_versions(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, moved_on=DAY).resident_nos
    code = seen(federation, number).record.code
    counter.registered(undo(federation, number, 1))
    after = seen(federation, number)
    assert last(after) == ("undone-removing", DAY, 1, False)
    assert after.record.code == code
    assert told(federation)[-1] == ("deletion", "deleted-ex-officio", counter.TODAY.isoformat())
    federation.run()
    (held,) = counter.stored(federation, NATIONAL, code)
    assert not held["live"]


def test_a_birth_undone_leaves_the_household_in_order(federation: Federation) -> None:
    (head,) = counter.move_in(federation, KUNITACHI).resident_nos
    baby = counter.give_birth(federation, KUNITACHI, seen(federation, head).record.household_number)
    counter.registered(undo(federation, baby, 1))
    assert not seen(federation, baby).present
    assert seen(federation, head).record.relationship == "世帯主"


@case("spec 4.6.0.1")
def test_a_correction_undone_leaves_the_later_move_as_it_is(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, moved_on=date(2013, 7, 1)).resident_nos
    before = seen(federation, number).record
    filing = CorrectionFiling(
        number,
        CorrectionKind.CHANGE,
        date(2013, 7, 3),
        Corrections(name=PersonName("間違　花子"), sex=Sex.MALE),
        Basis(Ground.KOSEKI, confirmed=True),
    )
    counter.registered(ex_officio.correct_ex_officio(federation.context(KUNITACHI), CLERK, filing))
    counter.move_within(federation, KUNITACHI, number, moved_on=date(2013, 7, 5))
    counter.registered(undo(federation, number, 2))
    after = seen(federation, number)
    assert after.record == replace(
        before, address=counter.elsewhere_in(KUNITACHI), address_since=date(2013, 7, 5)
    )
    assert [(one.reason, one.restates) for one in after.versions[3:]] == [
        ("undone-correcting", 2),
        ("move-within", 3),
    ]
    assert told(federation)[-1][:2] == ("correction", "corrected-ex-officio")
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)


def test_a_change_of_code_after_the_act_undone_stays(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = found.resident_no
    counter.move_within(federation, KUNITACHI, number, moved_on=DAY)
    counter.change_code(federation, KUNITACHI, seen(federation, number))
    new = seen(federation, number).record.code
    counter.registered(undo(federation, number, 2))
    after = seen(federation, number).record
    assert (after.code, after.address) == (new, found.record.address)


def test_a_split_undone_brings_the_member_home(federation: Federation) -> None:
    head, wife = counter.move_in(
        federation,
        KUNITACHI,
        counter.japanese(),
        counter.japanese(name=PersonName("国立　次郎"), relationship="夫"),
    ).resident_nos
    home = seen(federation, head).record.household_number
    split = HouseholdFiling((Member(wife, "世帯主"),), DAY, counter.TODAY, notified_by=IN_PERSON)
    counter.registered(households.split_household(federation.context(KUNITACHI), CLERK, split))
    counter.registered(undo(federation, wife, 2))
    record = seen(federation, wife).record
    assert (record.household_number, record.relationship) == (home, "夫")


def test_a_householder_comes_back_to_a_household_that_has_another(federation: Federation) -> None:
    head, wife = counter.move_in(
        federation,
        KUNITACHI,
        counter.japanese(),
        counter.japanese(name=PersonName("国立　次郎"), relationship="夫"),
    ).resident_nos
    counter.die(federation, KUNITACHI, head, on=DAY)
    assert seen(federation, wife).record.relationship == "世帯主"
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: undo(federation, head, 2), "U7")
    counter.registered(undo(federation, head, 2, relationship="妻"))
    assert (seen(federation, head).present, seen(federation, head).record.relationship) == (True, "妻")


def test_who_is_reported_elsewhere_comes_back_with_a_remark(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=date(2013, 7, 9))
    counter.move_in(federation, CHIYODA, counter.as_person(found), moved_on=counter.TODAY)
    federation.run()
    gone = seen(federation, found.resident_no)
    assert not gone.present
    deleted = next(one.history_no for one in gone.versions if not one.present)
    done = counter.registered(undo(federation, found.resident_no, deleted))
    assert done.remarks == (CONFIRMED,)
    assert seen(federation, found.resident_no).record == found.record


# All that one act did


def couple(federation: Federation) -> tuple[str, str]:
    head, spouse = counter.move_in(
        federation,
        KUNITACHI,
        counter.japanese(),
        counter.japanese(
            name=PersonName("国立　次郎"), birth_date=PartialDate("1981-02-03"), relationship="夫"
        ),
        moved_on=date(2013, 7, 1),
    ).resident_nos
    return head, spouse


def standing(federation: Federation, *numbers: str) -> list[tuple[bool, Any]]:
    found = [seen(federation, number) for number in numbers]
    return [(one.present, one.record) for one in found]


@case("spec 4.6.0.1", permitted="AR1")
def test_a_death_undone_as_a_whole_makes_the_householder_head_again(federation: Federation) -> None:
    both = couple(federation)
    before = standing(federation, *both)
    counter.die(federation, KUNITACHI, both[0], on=DAY)
    done = counter.registered(undo(federation, both[0], 2, whole=True))
    assert set(done.resident_nos) == set(both)
    assert standing(federation, *both) == before
    entries = counter.audit(federation, KUNITACHI, EVENT)
    assert sorted(entry["resident_no"] for entry in entries) == sorted(both), "one entry for each"
    federation.run()
    counter.both_stores(federation, KUNITACHI, both[0])


@case("spec 4.6.0.1", permitted="AR1")
def test_a_family_that_left_comes_back_as_a_whole(federation: Federation) -> None:
    both = couple(federation)
    before = standing(federation, *both)
    counter.file_move_out(federation, KUNITACHI, list(both), planned_on=date(2013, 7, 10))
    federation.set_date(date(2013, 7, 10))
    federation.run()
    # The worker deleted them one by one; the act is the filing.
    counter.registered(
        undo(federation, both[1], seen(federation, both[1]).versions[-1].history_no, whole=True)
    )
    assert standing(federation, *both) == before
    federation.set_date(date(2013, 7, 20))
    federation.run()
    assert standing(federation, *both) == before, "nobody has a plan to leave"


@case("spec 4.6.0.1", permitted="AR1")
def test_a_move_of_a_family_undone_once_leaves_what_came_after_for_each(federation: Federation) -> None:
    both = couple(federation)
    before = standing(federation, *both)
    counter.move_within(federation, KUNITACHI, *both, moved_on=date(2013, 7, 3))
    name = PersonName("国立　三郎")
    filing = CorrectionFiling(
        both[1],
        CorrectionKind.CHANGE,
        date(2013, 7, 5),
        Corrections(name=name),
        Basis(Ground.KOSEKI, confirmed=True),
    )
    counter.registered(ex_officio.correct_ex_officio(federation.context(KUNITACHI), CLERK, filing))
    act: Callable[[Context], object] = lambda ctx: undoing.undo(  # noqa: E731
        ctx, CLERK, UndoFiling(both[0], 2, whole=True)
    )
    assert counter.assert_all_or_nothing(federation, KUNITACHI, act) > 4
    (here, head), (there, spouse) = before
    assert standing(federation, *both) == [(here, head), (there, replace(spouse, name=name))]


@case("spec 4.6.0.1", permitted="AR1")
def test_who_comes_back_to_an_address_that_the_household_left_is_one_of_their_own(
    federation: Federation,
) -> None:
    head, spouse = couple(federation)
    home = seen(federation, spouse).record
    counter.move_within(federation, KUNITACHI, head, spouse, moved_on=date(2013, 7, 3))
    counter.registered(undo(federation, spouse, 2))
    after, stays = (seen(federation, one).record for one in (spouse, head))
    assert (after.address, after.relationship) == (home.address, "世帯主")
    assert after.household_number != home.household_number == stays.household_number
    assert stays.is_householder
    # What was undone for one is not undone again with the rest.
    done = counter.registered(undo(federation, head, 2, whole=True))
    assert done.resident_nos == (head,)
    assert seen(federation, head).record.address == home.address


@case("spec 4.6.0.1", refused="AR1")
def test_of_what_an_earlier_system_wrote_only_one_record_is_undone_at_once(federation: Federation) -> None:
    (found,) = counter.load(federation)
    with counter.owner(federation, KUNITACHI.node_id) as connection:
        connection.execute("UPDATE resident_versions SET act_no = NULL")
    number = found.resident_no
    counter.assert_refused(
        federation, KUNITACHI, EVENT, lambda: undo(federation, number, 1, whole=True), "AR1"
    )
    counter.registered(undo(federation, number, 1))


# Another nationality


@case("spec 4.6.0.1", "spec 4.5.3")
@pytest.mark.parametrize("named", [2, 3])
def test_a_naturalisation_undone_restores_the_foreign_record(federation: Federation, named: int) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, counter.foreign()).resident_nos
    before = seen(federation, number).record
    ctx = federation.context(KUNITACHI)
    koseki = Koseki("東京都国立市富士見台二丁目47番地", "国立　杏奈")
    filing = AcquiredFiling(number, PersonName("国立　杏奈"), koseki, date(2013, 7, 7), counter.TODAY)
    counter.registered(nationality.acquire_nationality(ctx, CLERK, filing))
    counter.move_within(federation, KUNITACHI, number, moved_on=counter.TODAY)
    counter.registered(undo(federation, number, named))
    after = seen(federation, number)
    moved = replace(before, address=counter.elsewhere_in(KUNITACHI), address_since=counter.TODAY)
    assert (after.present, after.record) == (True, moved)
    assert [(one.reason.value, one.restates) for one in after.versions[4:]] == [
        ("undone-adding", 2),
        ("undone-correcting", 3),
        ("move-within", 4),
    ]
    assert [
        (one["change"]["kind"], one["change"]["foreign_record"])
        for one in counter.notices(federation, KUNITACHI)
    ][-2:] == [("deletion", False), ("recording", True)]
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)


@case("spec 4.6.0.1", "spec 4.5.5")
def test_a_loss_of_nationality_undone_restores_the_japanese_record(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, moved_on=date(2013, 7, 1)).resident_nos
    before = seen(federation, number).record
    items = ForeignItems("USA", DAY, ForeignClass.TRANSITIONAL)
    filing = LostFiling(number, items, DAY, counter.TODAY)
    counter.registered(nationality.lose_nationality(federation.context(KUNITACHI), CLERK, filing))
    counter.registered(undo(federation, number, 3))
    assert standing(federation, number) == [(True, before)]
    federation.run()
    counter.both_stores(federation, KUNITACHI, number)
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: undo(federation, number, 2), "U2")


# Refusals


@case(refused="U1 U2 U5")
def test_what_is_not_there_or_no_longer_stands(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number = found.resident_no
    refused = counter.assert_refused
    refused(federation, KUNITACHI, EVENT, lambda: undo(federation, "99999999999", 1), "U1")
    refused(federation, KUNITACHI, EVENT, lambda: undo(federation, number, 7), "U1")
    counter.die(federation, KUNITACHI, number, on=DAY)
    counter.registered(undo(federation, number, 2))
    refused(federation, KUNITACHI, EVENT, lambda: undo(federation, number, 2), "U2")
    refused(federation, KUNITACHI, EVENT, lambda: undo(federation, number, 3), "U5")


@case(refused="F1")
def test_nobody_applied_for_it_tomorrow(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.die(federation, KUNITACHI, found.resident_no, on=DAY)
    counter.assert_refused(
        federation,
        KUNITACHI,
        EVENT,
        lambda: undo(federation, found.resident_no, 2, applied_on=date(2013, 7, 9)),
        "F1",
    )


@case(refused="U4")
def test_a_code_is_not_given_back(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.change_code(federation, KUNITACHI, found)
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: undo(federation, found.resident_no, 2), "U4")


@case(refused="U3", permitted="U3")
def test_a_deletion_is_not_undone_beside_the_same_person_under_another_code(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=counter.TODAY)
    federation.run()
    (back,) = counter.move_in(federation, KUNITACHI, counter.as_person(found)).resident_nos
    counter.change_code(federation, KUNITACHI, counter.read(federation, KUNITACHI, back))
    before = f"{found.resident_no}/1"
    last = counter.read(federation, KUNITACHI, before).versions[-1].history_no
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: undo(federation, before, last), "U3")
    # Once the second record is gone, the first may stand again.
    counter.die(federation, KUNITACHI, back, on=counter.TODAY)
    counter.registered(undo(federation, before, last))


@case(refused="U3")
def test_the_same_person_is_known_by_the_code_though_the_birth_date_was_corrected(
    federation: Federation,
) -> None:
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=counter.TODAY)
    federation.run()
    (back,) = counter.move_in(federation, KUNITACHI, counter.as_person(found)).resident_nos
    counter.change_code(federation, KUNITACHI, counter.read(federation, KUNITACHI, back))
    items = Corrections(birth_date=PartialDate("1975-01-02"))
    basis = Basis(Ground.KOSEKI, confirmed=True)
    filing = CorrectionFiling(back, CorrectionKind.CHANGE, counter.TODAY, items, basis)
    counter.registered(ex_officio.correct_ex_officio(federation.context(KUNITACHI), CLERK, filing))
    before = f"{found.resident_no}/1"
    last = counter.read(federation, KUNITACHI, before).versions[-1].history_no
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: undo(federation, before, last), "U3")


@case(permitted="U3")
def test_a_twin_who_once_bore_the_code_by_mistake_does_not_stand_in_the_way(federation: Federation) -> None:
    (one,) = counter.load(federation)
    wrong = counter.code_of(one)
    ctx = federation.context(KUNITACHI)
    counter.registered(codes.correct_code(ctx, CLERK, CodeCorrectionFiling(one.resident_no, confirmed=True)))
    twin = counter.as_person(one, name=PersonName("双子　二郎"), code=wrong)
    (other,) = counter.move_in(federation, KUNITACHI, twin).resident_nos
    counter.file_move_out(federation, KUNITACHI, [other], planned_on=counter.TODAY)
    federation.run()
    last = counter.read(federation, KUNITACHI, other).versions[-1].history_no
    counter.registered(undo(federation, other, last))


@case(refused="U3")
def test_who_is_recorded_again_is_not_restored_beside_it(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=counter.TODAY)
    federation.run()
    federation.set_date(date(2013, 7, 9))
    back = counter.as_person(found)
    counter.move_in(
        federation,
        KUNITACHI,
        back,
        moved_on=date(2013, 7, 9),
        filed_on=date(2013, 7, 9),
        previous_address=counter.place(CHIYODA),
    )
    before = f"{found.resident_no}/1"
    counter.assert_refused(federation, KUNITACHI, EVENT, lambda: undo(federation, before, 3), "U3")


def test_only_who_may_correct_may_undo(federation: Federation) -> None:
    (found,) = counter.load(federation)

    def act(ctx: Context, claim: OperatorClaim) -> object:
        return undoing.undo(ctx, claim, UndoFiling(found.resident_no, 1))

    counter.assert_gated(federation, KUNITACHI, EVENT, Permission.REGISTER_RECORD_CORRECT, act)


def test_an_undoing_is_whole_or_nothing(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, moved_on=date(2013, 7, 1)).resident_nos
    counter.move_within(federation, KUNITACHI, number, moved_on=date(2013, 7, 3))
    counter.move_within(
        federation, KUNITACHI, number, moved_on=date(2013, 7, 5), address=counter.elsewhere_in(KUNITACHI, 2)
    )
    act: Callable[[Context], object] = lambda ctx: undoing.undo(ctx, CLERK, UndoFiling(number, 2))  # noqa: E731
    assert counter.assert_all_or_nothing(federation, KUNITACHI, act) > 2
    assert seen(federation, number).record.address == counter.elsewhere_in(KUNITACHI, 2)

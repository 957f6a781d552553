"""Move-in notices on paper (specification 4.1.3.1.3), and the list of those that have not come (4.1.3.1.4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, refusals
from tests.services.services import counter

from jukinet.domain.items import ConfirmedMove, DeletionCause
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Place
from jukinet.law.ex_officio import Basis, Ground, Telling
from jukinet.services import ex_officio, move_in_notices
from jukinet.services.ex_officio_filings import DeletionFiling
from jukinet.services.move_in_notices import MissingNotice, PaperNoticeFiling
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI

pytestmark = pytest.mark.core

TAKEN, LISTED = "register:move-out:confirmed", "register:missing-notices:read"
PLANNED = date(2013, 7, 10)
NOBODY = "99999999999"
FOUND_OUT = Basis(Ground.NOT_NOTIFIED, confirmed=True, told=Telling.POSTED)


def paper(number: str, **changes: Any) -> PaperNoticeFiling:
    filing = PaperNoticeFiling(number, counter.ADDRESSES[YAMATSURI], date(2013, 7, 7), counter.TODAY)
    return replace(filing, **changes)


def take(federation: Federation, number: str, **changes: Any) -> object:
    return move_in_notices.take_paper_notice(federation.context(KUNITACHI), CLERK, paper(number, **changes))


def leaver(federation: Federation, **plan: Any) -> Found:
    """Somebody of Kunitachi who goes to Yamatsuri, which is not connected and can only write."""
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], YAMATSURI, **plan)
    return found


def delete(federation: Federation, number: str, cause: DeletionCause, **changes: Any) -> None:
    filing = replace(DeletionFiling(number, counter.TODAY, cause, FOUND_OUT), **changes)
    counter.registered(ex_officio.delete_ex_officio(federation.context(KUNITACHI), CLERK, filing))


# On paper


@case("Reg. Art. 2(2)", "spec 4.1.3.1.1", "spec 4.1.3.1.3", permitted="F1 LC1 LC2 LC3 LC4")
def test_a_notice_on_paper_stands_beside_the_plan_of_a_deleted_record(federation: Federation) -> None:
    found = leaver(federation, planned_on=counter.TODAY)
    federation.run()
    federation.set_date(date(2013, 7, 20))
    counter.registered(
        take(federation, found.resident_no, moved_on=date(2013, 7, 9), received_on=date(2013, 7, 19))
    )
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    plan, last = gone.record.move_out, gone.versions[-1]
    assert not gone.present
    assert plan is not None
    assert (plan.planned_on, plan.destination) == (counter.TODAY, counter.place(YAMATSURI))
    assert gone.record.confirmed_move == ConfirmedMove(counter.place(YAMATSURI), date(2013, 7, 9))
    assert (last.reason, last.operator, last.notified_on) == (
        "move-out-confirmed",
        CLERK.operator_id,
        date(2013, 7, 19),
    )
    (entry,) = counter.audit(federation, KUNITACHI, TAKEN)
    assert (entry["actor"], entry["outcome"], entry["resident_no"]) == (
        CLERK.actor,
        "done",
        found.resident_no,
    )


@case("Ord. Art. 13(3)", "spec 4.1.3.1.3")
def test_the_governor_is_told_of_it_by_the_line(federation: Federation) -> None:
    found = leaver(federation, planned_on=counter.TODAY)
    federation.run()
    take(federation, found.resident_no)
    ((addressee, body),) = counter.statements(federation, KUNITACHI, "move-out-confirmed")
    assert (addressee, body["code"]) == (str(counter.TOKYO), str(found.record.code))
    assert body["move_in"]["address"]["text"] == counter.ADDRESSES[YAMATSURI].text
    federation.run()
    assert counter.parked(federation, counter.TOKYO) == []


@case("spec 4.1.3.1.1")
def test_who_is_still_present_is_deleted_on_the_earlier_day_of_the_notice(federation: Federation) -> None:
    found = leaver(federation, planned_on=date(2013, 7, 20), filed_on=date(2013, 7, 1))
    take(federation, found.resident_no)
    assert counter.read(federation, KUNITACHI, found.resident_no).present
    federation.run()
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    assert (gone.present, gone.versions[-1].reason, gone.versions[-1].effective_on) == (
        False,
        "move-out",
        date(2013, 7, 7),
    )
    assert gone.record.move_out is not None
    assert gone.record.move_out.planned_on == date(2013, 7, 20)


@case("spec 4.1.3.1.1")
def test_a_record_deleted_ex_officio_takes_the_late_notice(federation: Federation) -> None:
    (found,) = counter.load(federation)
    delete(federation, found.resident_no, DeletionCause.NOT_LIVING_HERE)
    counter.registered(take(federation, found.resident_no, moved_on=counter.TODAY))
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    assert not gone.present
    assert gone.record.confirmed_move is not None
    assert gone.record.deletion_cause is DeletionCause.NOT_LIVING_HERE


def test_a_notice_that_says_otherwise_than_the_first_is_taken_and_wins(federation: Federation) -> None:
    found = leaver(federation, planned_on=counter.TODAY)
    federation.run()
    take(federation, found.resident_no)
    counter.registered(take(federation, found.resident_no, moved_on=counter.TODAY))
    gone = counter.read(federation, KUNITACHI, found.resident_no)
    assert gone.record.confirmed_move == ConfirmedMove(counter.place(YAMATSURI), counter.TODAY)


def test_a_town_that_is_not_connected_takes_it_and_tells_nobody(federation: Federation) -> None:
    counter.move_in(federation, YAMATSURI, moved_on=date(2013, 7, 1))
    (number,) = counter.known_numbers(federation, YAMATSURI)
    counter.file_move_out(federation, YAMATSURI, [number], planned_on=counter.TODAY)
    filing = paper(number, address=counter.ADDRESSES[CHIYODA], moved_on=counter.TODAY)
    done = move_in_notices.take_paper_notice(federation.context(YAMATSURI), CLERK, filing)
    counter.registered(done)
    assert counter.contents(federation, YAMATSURI)["outbox"] == []


@pytest.mark.parametrize(
    ("filed", "change", "rules"),
    refusals(
        (True, {"received_on": date(2013, 7, 9)}, ["F1"]),
        (True, {"moved_on": date(2013, 7, 9)}, ["LC1"]),
        (True, {"address": counter.ADDRESSES[KUNITACHI]}, ["LC2"]),
        (False, {}, ["LC3"]),
        (True, {"resident_no": NOBODY}, ["LC3"]),
        (True, {"moved_on": date(1900, 1, 1)}, ["E1"]),
    ),
)
def test_what_is_refused_stores_nothing(
    federation: Federation, filed: bool, change: dict[str, Any], rules: list[str]
) -> None:
    found = leaver(federation) if filed else counter.load(federation)[0]
    counter.assert_refused(
        federation, KUNITACHI, TAKEN, lambda: take(federation, found.resident_no, **change), *rules
    )


@case(refused="LC3 LC4")
def test_neither_twice_nor_for_the_dead(federation: Federation) -> None:
    found = leaver(federation)
    take(federation, found.resident_no)
    number = found.resident_no
    counter.assert_refused(federation, KUNITACHI, TAKEN, lambda: take(federation, number), "LC4")
    (dead,) = counter.load(federation, seed=5)
    counter.die(federation, KUNITACHI, dead.resident_no)
    number = dead.resident_no
    counter.assert_refused(federation, KUNITACHI, TAKEN, lambda: take(federation, number), "LC3")


def test_only_an_operator_who_may_takes_one(federation: Federation) -> None:
    number = leaver(federation).resident_no
    counter.assert_gated(
        federation,
        KUNITACHI,
        TAKEN,
        Permission.REGISTER_RESIDENT_RECORD,
        lambda ctx, claim: move_in_notices.take_paper_notice(ctx, claim, paper(number)),
    )


def test_a_crash_at_any_step_leaves_nothing(federation: Federation) -> None:
    number = leaver(federation).resident_no
    crashes = counter.assert_all_or_nothing(
        federation,
        KUNITACHI,
        lambda ctx: move_in_notices.take_paper_notice(ctx, CLERK, paper(number)),
    )
    assert crashes >= 3  # the version, M4 and the trail


# Not come


def missing(federation: Federation, before: date | None = None) -> list[tuple[str, date, str | None]]:
    found = move_in_notices.list_missing(federation.context(KUNITACHI), CLERK, before)
    assert isinstance(found, tuple)
    assert all(isinstance(one, MissingNotice) for one in found)
    return [(one.resident_no, one.left_on, str(one.municipality or "") or None) for one in found]


@case("spec 4.1.3.1.4")
def test_who_left_and_is_reported_from_nowhere_is_listed_with_whom_to_ask(federation: Federation) -> None:
    people = [counter.load(federation, seed=seed)[0].resident_no for seed in range(7)]
    silent, told, abroad, waiting, gone, dead, _here = people
    counter.file_move_out(federation, KUNITACHI, [silent, told], YAMATSURI, planned_on=counter.TODAY)
    counter.file_move_out(federation, KUNITACHI, [abroad], Place("ブラジル"), planned_on=counter.TODAY)
    counter.file_move_out(federation, KUNITACHI, [waiting], CHIYODA, planned_on=date(2013, 8, 30))
    delete(federation, gone, DeletionCause.NOT_LIVING_HERE)
    counter.die(federation, KUNITACHI, dead)
    federation.run()
    assert missing(federation) == []  # nobody is late on the day itself
    federation.set_date(date(2013, 7, 20))
    take(federation, told)
    assert missing(federation) == [
        (silent, counter.TODAY, str(YAMATSURI)),
        (gone, counter.TODAY, None),
    ]
    assert missing(federation, date(2013, 7, 9)) == missing(federation)
    assert missing(federation, counter.TODAY) == []
    take(federation, silent)
    assert [number for number, _, _ in missing(federation)] == [gone]
    looks = counter.audit(federation, KUNITACHI, LISTED)
    assert {(look["actor"], look["outcome"], look["resident_no"]) for look in looks} == {
        (CLERK.actor, "done", None)
    }


@case("spec 4.1.3.1.4")
def test_one_deleted_for_a_move_told_too_late_is_asked_for_where_it_was_to(federation: Federation) -> None:
    (found,) = counter.load(federation)
    to = counter.place(MunicipalityCode(str(CHIYODA)))
    delete(
        federation,
        found.resident_no,
        DeletionCause.MOVED_OUT,
        occurred_on=date(2013, 7, 6),
        destination=to,
    )
    assert missing(federation) == [(found.resident_no, date(2013, 7, 6), str(CHIYODA))]


def test_only_an_operator_who_may_lists_them(standing: Federation) -> None:
    counter.assert_gated(
        standing, KUNITACHI, LISTED, Permission.REGISTER_RESIDENT_READ, move_in_notices.list_missing
    )

"""What becomes of a record that was left: the planned day, the move-in notice (M3) and its confirmation (M4)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from psycopg import sql
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.items import ConfirmedMove, RecordKind
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.persons import Place
from jukinet.messages.bodies import MoveInNotice
from jukinet.messages.kinds import MessageKind
from jukinet.services import departures, one_by_one, outgoing
from jukinet.services.filings import Person
from jukinet.services.one_by_one import Stuck
from jukinet.services.reads import Found
from jukinet.testing.federation import WORKER, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI, YAMATSURI

pytestmark = pytest.mark.core

COMPLETED, CONFIRMED = "register:move-out:completed", "register:move-out:confirmed"
PLANNED = date(2013, 7, 10)


def leaver(federation: Federation, **plan: Any) -> Found:
    """Somebody of Kunitachi who filed a move-out to Chiyoda, planned for 10 July."""
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], **plan)
    return found


def arrive(federation: Federation, who: Found | Person, on: date, **changes: Any) -> str:
    """They are recorded in Chiyoda on the day of the calendar, as moved in on ``on``."""
    person = counter.as_person(who) if isinstance(who, Found) else who
    done = counter.move_in(
        federation, CHIYODA, person, moved_on=on, filed_on=counter.today(federation, CHIYODA), **changes
    )
    return done.resident_nos[0]


def left(federation: Federation, found: Found) -> Found:
    return counter.read(federation, KUNITACHI, found.resident_no)


def say_again(federation: Federation, found: Found, moved_on: date, **changes: Any) -> None:
    """Chiyoda sends a move-in notice again, as a statement of its own."""
    record = found.record
    notice = MoveInNotice(
        record.code, record.name.text, record.birth_date, record.sex, counter.ADDRESSES[CHIYODA], moved_on
    )
    ctx = federation.context(CHIYODA)
    with ctx.begin() as tx:
        outgoing.put(ctx, tx, MessageKind.MOVE_IN_NOTICE, KUNITACHI.node_id, replace(notice, **changes))
    federation.run()


# The planned day


@case("Ord. Art. 8", "spec 1.1.5")
def test_the_worker_deletes_on_the_planned_day_and_not_before(federation: Federation) -> None:
    found = leaver(federation)
    federation.set_date(date(2013, 7, 9))
    federation.run()
    assert left(federation, found).present
    federation.set_date(PLANNED)
    federation.run()
    gone = left(federation, found)
    assert not gone.present
    last = gone.versions[-1]
    assert (last.reason, last.effective_on, last.operator) == ("move-out", PLANNED, "system")
    assert gone.record.code == found.record.code
    (entry,) = counter.audit(federation, KUNITACHI, COMPLETED)
    assert (entry["actor"], entry["resident_no"]) == ("system", found.resident_no)
    assert counter.notices(federation, KUNITACHI)[-1]["change"] == {
        "kind": "deletion",
        "reason": "move-out",
        "occurred_on": "2013-07-10",
        "foreign_record": False,
    }
    for node in (counter.TOKYO, NATIONAL):
        (held,) = counter.stored(federation, node, found.record.code)
        assert (held["live"], held["speaks"]) == (False, True)


@case("Ord. Art. 30-5(ii)")
def test_a_deletion_that_comes_late_still_names_the_planned_day(federation: Federation) -> None:
    found = leaver(federation)
    federation.set_date(date(2013, 7, 20))
    federation.run()
    assert left(federation, found).versions[-1].effective_on == PLANNED
    assert counter.notices(federation, KUNITACHI)[-1]["change"]["occurred_on"] == "2013-07-10"


def test_a_move_out_told_late_is_deleted_at_once_as_of_the_day_it_was_planned(federation: Federation) -> None:
    found = leaver(federation, planned_on=date(2013, 7, 1))
    federation.run()
    gone = left(federation, found)
    assert not gone.present
    assert gone.record.move_out is not None  # the later version, of the filing, was re-stated as gone
    assert [(v.effective_on, v.present, v.restates) for v in gone.versions[1:]] == [
        (counter.TODAY, True, None),
        (date(2013, 7, 1), False, None),
        (counter.TODAY, False, 2),
    ]


@case("spec 4.1.0.1")
def test_a_move_abroad_is_deleted_as_such(federation: Federation) -> None:
    found = leaver(federation, to=counter.HAWAII, planned_on=counter.TODAY)
    federation.run()
    assert left(federation, found).versions[-1].reason == "move-out-abroad"
    assert counter.notices(federation, KUNITACHI)[-1]["change"]["reason"] == "move-out"


@case("Ord. 2010 no. 253 suppl. Art. 9(1)")
def test_an_uncoded_foreign_resident_is_deleted_without_a_code(federation: Federation) -> None:
    counter.turn_back(federation, date(2013, 7, 5))
    (found,) = counter.load(federation, kind=RecordKind.FOREIGN)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], filed_on=date(2013, 7, 5))
    federation.set_date(PLANNED)
    federation.run()
    assert not left(federation, found).present
    (told,) = counter.notices(federation, KUNITACHI)
    assert "code" not in told
    assert told["change"]["kind"] == "deletion"
    for node in (counter.TOKYO, NATIONAL):
        assert counter.parked(federation, node) == []
        assert len(counter.contents(federation, node)["identity_history"]) == 1
        assert counter.contents(federation, node)["identity_records"] == []


def test_a_town_not_connected_deletes_on_the_day_and_tells_nobody(federation: Federation) -> None:
    (found,) = counter.load(federation, YAMATSURI)
    counter.file_move_out(federation, YAMATSURI, [found.resident_no], FUKUSHIMA, planned_on=counter.TODAY)
    federation.run()
    assert not counter.read(federation, YAMATSURI, found.resident_no).present
    assert counter.contents(federation, YAMATSURI)["outbox"] == []


def test_a_crash_at_any_step_of_the_deletion_leaves_it_to_the_next_round(federation: Federation) -> None:
    found = leaver(federation, planned_on=counter.TODAY)
    before = counter.contents(federation, KUNITACHI)
    worker = federation.context(KUNITACHI, WORKER)
    for step in range(3):
        with pytest.raises(SystemError):
            departures.complete_due_move_outs(replace(worker, clock=counter.CrashingClock(step)))
        assert counter.contents(federation, KUNITACHI) == before
    assert departures.complete_due_move_outs(worker) == 1
    assert departures.complete_due_move_outs(worker) == 0
    assert not left(federation, found).present


@contextmanager
def unable(federation: Federation, number: str) -> Iterator[None]:
    """The database takes no further version of one resident, as a broken record would have it."""
    with counter.owner(federation, KUNITACHI.node_id) as owner:
        row = owner.execute("SELECT resident_id FROM residents WHERE resident_no = %s", (number,)).fetchone()
        assert row is not None
        rule = sql.SQL(
            "ALTER TABLE resident_versions ADD CONSTRAINT broken CHECK (resident_id <> {}) NOT VALID"
        )
        owner.execute(rule.format(sql.Literal(row["resident_id"])))
        yield
        owner.execute("ALTER TABLE resident_versions DROP CONSTRAINT broken")


@pytest.mark.parametrize("batch", [1, 100])
def test_a_record_that_cannot_be_deleted_stops_no_other_and_is_an_alarm(
    federation: Federation, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(one_by_one, "_BATCH", batch)
    broken, well = (counter.load(federation, seed=seed)[0] for seed in (1, 2))
    for one in (broken, well):
        counter.file_move_out(federation, KUNITACHI, [one.resident_no], planned_on=counter.TODAY)
    worker, stuck = federation.context(KUNITACHI, WORKER), Stuck()
    with unable(federation, broken.resident_no):
        assert departures.complete_due_move_outs(worker, stuck) == 1
        assert departures.complete_due_move_outs(worker, stuck) == 0
        assert [left(federation, one).present for one in (broken, well)] == [True, False]
        (alarm,) = counter.audit(federation, KUNITACHI, "register:move-out:stuck")
        assert (alarm["outcome"], alarm["resident_no"], alarm["rules"]) == (
            "failed",
            broken.resident_no,
            ["internal"],
        )
    assert departures.complete_due_move_outs(worker, stuck) == 1
    assert not stuck
    assert not left(federation, broken).present


@pytest.mark.parametrize("by_death", [False, True])
def test_of_a_town_that_joined_one_without_a_code_is_deleted_and_nobody_is_told(
    federation: Federation, *, by_death: bool
) -> None:
    (found,) = counter.load(federation, YAMATSURI)
    assert found.record.code is None
    joined = [replace(entry, connected=True) for entry in federation.directory.nodes]
    federation.directory = replace(federation.directory, nodes=tuple(joined))
    if by_death:
        counter.die(federation, YAMATSURI, found.resident_no)
    else:
        counter.file_move_out(federation, YAMATSURI, [found.resident_no], FUKUSHIMA, planned_on=counter.TODAY)
    federation.run()
    assert not counter.read(federation, YAMATSURI, found.resident_no).present
    assert counter.notices(federation, YAMATSURI) == []
    assert counter.audit(federation, YAMATSURI, "register:move-out:stuck") == []


# The move-in notice


@case("spec 4.1.3.1.1", "Act Art. 9(1)", "spec 4.1.3.1.2")
def test_a_notice_earlier_than_the_plan_deletes_on_its_day_and_keeps_the_plan(federation: Federation) -> None:
    found = leaver(federation)
    federation.set_date(date(2013, 7, 9))
    arrive(federation, found, on=date(2013, 7, 9))
    federation.run()
    gone = left(federation, found)
    assert not gone.present
    assert (gone.versions[-1].reason, gone.versions[-1].effective_on) == ("move-out", date(2013, 7, 9))
    plan = gone.record.move_out
    assert plan is not None
    assert plan.planned_on == PLANNED
    assert gone.record.confirmed_move == ConfirmedMove(
        Place(counter.ADDRESSES[CHIYODA].full, CHIYODA), date(2013, 7, 9)
    )
    # The identity notice names the planned day all the same (Ord. 30-5(ii)).
    assert counter.notices(federation, KUNITACHI)[-1]["change"]["occurred_on"] == "2013-07-10"
    # One entry, of the deletion, which names the notice that caused it.
    (entry,) = counter.audit(federation, KUNITACHI, COMPLETED)
    assert (entry["actor"], entry["resident_no"]) == ("urn:jukinet:node:muni-131016", found.resident_no)
    assert entry["reference"] is not None
    assert counter.audit(federation, KUNITACHI, CONFIRMED) == []
    federation.set_date(PLANNED)
    federation.run()
    assert len(left(federation, found).versions) == len(gone.versions)


@case("spec 4.1.3.1.1", "Ord. Art. 13(2)", "spec 4.1.3.1.2")
def test_a_notice_later_than_the_plan_is_added_to_the_deleted_record(federation: Federation) -> None:
    found = leaver(federation)
    federation.set_date(date(2013, 7, 15))
    federation.run()
    told = len(counter.notices(federation, KUNITACHI))
    arrive(federation, found, on=date(2013, 7, 14))
    federation.run()
    gone = left(federation, found)
    assert [version.reason for version in gone.versions[-2:]] == ["move-out", "move-out-confirmed"]
    assert [version.effective_on for version in gone.versions[-2:]] == [PLANNED, PLANNED]
    assert not gone.present
    assert gone.record.confirmed_move is not None
    assert gone.record.confirmed_move.moved_on == date(2013, 7, 14)
    assert [len(counter.audit(federation, KUNITACHI, event)) for event in (COMPLETED, CONFIRMED)] == [1, 1]
    assert len(counter.notices(federation, KUNITACHI)) == told


def test_a_notice_before_the_day_of_this_office_waits_for_the_worker(federation: Federation) -> None:
    found = leaver(federation)
    # The other office's calendar is ahead: the day that it names has not come here.
    say_again(federation, found, date(2013, 7, 9))
    waiting = left(federation, found)
    assert waiting.present
    assert waiting.record.move_out is not None
    assert waiting.record.move_out.planned_on == PLANNED
    federation.set_date(date(2013, 7, 9))
    federation.run()
    gone = left(federation, found)
    assert not gone.present
    assert gone.versions[-1].effective_on == date(2013, 7, 9)
    assert counter.notices(federation, KUNITACHI)[-1]["change"]["occurred_on"] == "2013-07-10"


@case("Reg. Art. 3", "Ord. Art. 13(3)", "spec 7.1.1.1")
def test_the_governor_is_told_once_of_a_confirmed_move(federation: Federation) -> None:
    found = leaver(federation, planned_on=counter.TODAY)
    arrive(federation, found, on=counter.TODAY)
    federation.run()
    assert counter.statements(federation, KUNITACHI, "move-out-confirmed") == [
        (
            "pref-13",
            {
                "code": str(found.record.code),
                "name": found.record.name.text,
                "move_in": {
                    "address": {"municipality": "131016", "text": counter.ADDRESSES[CHIYODA].text},
                    "moved_on": "2013-07-08",
                },
            },
        )
    ]
    (kept,) = counter.owner_rows(federation, counter.TOKYO, "SELECT * FROM move_out_confirmations")
    assert (kept["code"], kept["municipality"], kept["moved_to"]) == (
        str(found.record.code),
        str(KUNITACHI),
        str(CHIYODA),
    )
    assert kept["received_on"] == counter.TODAY
    (entry,) = counter.audit(federation, counter.TOKYO, "identity:confirmation:received")
    assert entry["subject_code"] == str(found.record.code)
    # The centre is not told (Ord. 13(3) names the governor).
    assert counter.audit(federation, NATIONAL, "identity:confirmation:received") == []


def test_a_notice_sent_again_wins_over_the_first(federation: Federation) -> None:
    found = leaver(federation, planned_on=counter.TODAY)
    federation.set_date(date(2013, 7, 12))
    arrive(federation, found, on=date(2013, 7, 11))
    federation.run()
    again = counter.elsewhere_in(CHIYODA)
    say_again(federation, found, date(2013, 7, 7), new_address=again)
    gone = left(federation, found)
    assert gone.record.confirmed_move == ConfirmedMove(Place(again.full, CHIYODA), date(2013, 7, 7))
    assert not gone.present
    assert len(counter.statements(federation, KUNITACHI, "move-out-confirmed")) == 2
    assert counter.parked(federation, KUNITACHI) == []


def test_a_notice_about_nobody_here_is_parked_and_a_person_looks(federation: Federation) -> None:
    arrive(federation, counter.japanese(code=ResidentRecordCode("24727059608")), on=counter.TODAY)
    before = counter.contents(federation, KUNITACHI)
    federation.run()
    (kept,) = counter.parked(federation, KUNITACHI)
    assert (kept["problem"], kept["subject_code"]) == ("not-found", "24727059608")
    after = counter.contents(federation, KUNITACHI)
    for table in ("residents", "resident_versions", "outbox"):
        assert after[table] == before[table]
    (entry,) = counter.audit(federation, KUNITACHI, "network:statement:parked")
    assert entry["outcome"] == "refused"


def test_a_notice_about_one_who_filed_no_move_out_is_parked(federation: Federation) -> None:
    (found,) = counter.load(federation)
    arrive(federation, found, on=counter.TODAY)
    federation.run()
    (kept,) = counter.parked(federation, KUNITACHI)
    assert (kept["problem"], kept["subject_code"]) == ("conflict", str(found.record.code))
    still = left(federation, found)
    assert still.present
    assert still.record == found.record
    # Both are live, as in every move for a while; the later one speaks.
    places = {
        row["municipality"]: row["speaks"] for row in counter.stored(federation, NATIONAL, found.record.code)
    }
    assert places == {str(KUNITACHI): False, str(CHIYODA): True}


def test_a_notice_of_a_day_before_the_stay_is_parked(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, moved_on=date(2013, 7, 6)).resident_nos
    found = counter.read(federation, KUNITACHI, number)
    counter.file_move_out(federation, KUNITACHI, [number])
    federation.run()
    filed = counter.contents(federation, KUNITACHI)["resident_versions"]
    say_again(federation, found, date(2013, 7, 5))
    (kept,) = counter.parked(federation, KUNITACHI)
    assert (kept["problem"], kept["subject_code"]) == ("conflict", str(found.record.code))
    assert counter.contents(federation, KUNITACHI)["resident_versions"] == filed


def test_one_without_a_code_is_found_by_name_birth_and_sex(federation: Federation) -> None:
    counter.turn_back(federation, date(2013, 7, 5))
    found, other = (counter.load(federation, kind=RecordKind.FOREIGN, seed=seed)[0] for seed in (1, 2))
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], filed_on=date(2013, 7, 5))
    federation.set_date(PLANNED)
    federation.run()
    arrive(federation, found, on=PLANNED)
    federation.run()
    assert left(federation, found).record.confirmed_move is not None
    assert left(federation, other).record == other.record
    # The governor knows no such record: nothing is confirmed to him.
    assert counter.statements(federation, KUNITACHI, "move-out-confirmed") == []
    assert counter.parked(federation, KUNITACHI) == []


def test_two_without_a_code_who_are_alike_are_left_to_a_person(federation: Federation) -> None:
    counter.turn_back(federation, date(2013, 7, 5))
    (found,) = counter.load(federation, kind=RecordKind.FOREIGN)
    counter.load(federation, KUNITACHI, [found.record])
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], filed_on=date(2013, 7, 5))
    federation.set_date(PLANNED)
    arrive(federation, found, on=PLANNED)
    federation.run()
    (kept,) = counter.parked(federation, KUNITACHI)
    assert kept["problem"] == "not-found"


def test_a_destination_known_as_text_only_turns_out_to_lie_in_japan(federation: Federation) -> None:
    found = leaver(federation, to=Place("未定"))
    federation.set_date(date(2013, 7, 9))
    arrive(federation, found, on=date(2013, 7, 9))
    federation.run()
    assert left(federation, found).versions[-1].reason == "move-out"


def test_a_late_notice_finds_the_stay_that_it_ended(federation: Federation) -> None:
    """A → B, the line is cut, B → A: B's notice comes when the person is recorded at A again."""
    found = leaver(federation, planned_on=counter.TODAY)
    federation.run()
    federation.line.cut.add(CHIYODA.node_id)
    there = arrive(federation, found, on=counter.TODAY)
    federation.set_date(PLANNED)
    counter.file_move_out(federation, CHIYODA, [there], KUNITACHI, planned_on=PLANNED, filed_on=PLANNED)
    federation.run()
    (back,) = counter.move_in(
        federation, KUNITACHI, counter.as_person(found), moved_on=PLANNED, filed_on=PLANNED
    ).resident_nos
    federation.run()
    federation.line.cut.clear()
    for _ in range(3):
        federation.clock.advance(timedelta(seconds=outgoing.LONGEST_WAIT))
        federation.run()
    assert counter.parked(federation, KUNITACHI) == []
    assert counter.parked(federation, CHIYODA) == []
    before = counter.read(federation, KUNITACHI, f"{back}/1")
    assert before.record.confirmed_move is not None
    here = counter.read(federation, KUNITACHI, back)
    assert here.present
    assert here.record.confirmed_move is None
    counter.both_stores(federation, KUNITACHI, back)


@case("Act Arts. 9(1), 22(1), 24")
def test_a_move_between_two_towns_and_back_leaves_one_present_place(federation: Federation) -> None:
    found = leaver(federation, planned_on=counter.TODAY)
    there = arrive(federation, found, on=counter.TODAY)
    federation.run()
    counter.both_stores(federation, CHIYODA, there)
    assert not left(federation, found).present
    counter.file_move_out(federation, CHIYODA, [there], KUNITACHI, planned_on=counter.TODAY)
    federation.run()
    (back,) = counter.move_in(
        federation, KUNITACHI, counter.as_person(found), moved_on=counter.TODAY
    ).resident_nos
    federation.run()
    counter.both_stores(federation, KUNITACHI, back)
    for node in (NodeId("pref-13"), NATIONAL):
        rows = counter.stored(federation, node, found.record.code)
        assert {row["municipality"]: row["live"] for row in rows} == {
            str(KUNITACHI): True,
            str(CHIYODA): False,
        }
        assert counter.parked(federation, node) == []
    # Who came back has a second record here, under the number of before; the first stays as it ended.
    assert (back, counter.read(federation, KUNITACHI, f"{back}/1").present) == (found.resident_no, False)
    assert counter.read(federation, KUNITACHI, counter.code_of(found)).resident_no == back

"""A run of the purge: what each boundary day erases, what a dry run tells, and that every erasure is recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, erasing
from tests.services.services.counter import CrashingClock
from tests.services.services.erasing import BACKUPS, KUNI, PURGE, Rows, later
from typer.testing import CliRunner, Result

from jukinet.cli import retention as cli
from jukinet.domain.changes import RegisterReason
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.law import retention as terms
from jukinet.law.decisions import Refused
from jukinet.services import register, retention
from jukinet.services.register import Entry
from jukinet.services.retention import Report
from jukinet.store import identity, residents
from jukinet.testing.federation import CLERK, NETWORK, OFFICE, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

DAYS = (date(2013, 7, 8), date(2015, 3, 1), date(2016, 2, 28), date(2016, 2, 29))
"""An ordinary day; one whose fifth year ends on a leap day; the day before one; one."""

ENDED, COUNTED = "retention:run:ended", "retention:rows:counted"


def last_day(subject: str, on: date) -> date:
    """The last day on which what began on a day is kept, by the law."""
    if subject == "browsing":  # published once a year
        return terms.FILINGS.last_day(date(on.year, 12, 31))
    return {
        "residents": terms.DELETED_RECORDS,
        "copy_pages": terms.COPY_PAGES,
        "copies": terms.FILINGS,
        "home_copies": terms.FILINGS,
        "answers": terms.ANSWERS,
        "parked": terms.FILINGS,
        "doubts": terms.FILINGS,
        "surveys": terms.FILINGS,
        "disclosures": terms.FILINGS,
        "complaints": terms.FILINGS,
        "misuses": terms.FILINGS,
        "opinions": terms.FILINGS,
        "drafts": terms.DRAFTS,
        "recent_searches": terms.RECENT_SEARCHES,
        "batch_settings": terms.BATCH_SETTINGS,
        "statements": terms.FILINGS,
        "audit": terms.AUDIT,
    }[subject].last_day(on)


WHOLE = {"residents": 1, "resident_changes": 1}
"""What goes with a resident besides the versions."""

PUT: dict[str, tuple[NodeId, Callable[[Rows, date], object], dict[str, int]]] = {
    "residents": (KUNI, lambda rows, on: rows.resident(on), WHOLE | {"resident_versions": 2}),
    "copy_pages": (KUNI, lambda rows, on: rows.copy(on), {"nationwide_copies.pages": 1}),
    "copies": (KUNI, lambda rows, on: rows.copy(on, state="refused"), {"nationwide_copies": 1}),
    "home_copies": (
        KUNI,
        lambda rows, on: rows.home_copy(on),
        {"home_copies": 1, "home_copy_persons": 1},
    ),
    "answers": (NATIONAL, lambda rows, on: rows.answer(on), {"calls_answered": 1}),
    "parked": (KUNI, lambda rows, on: rows.parked(on - timedelta(days=3), closed_on=on), {"parked": 1}),
    "drafts": (
        KUNI,
        lambda rows, on: rows.draft(on - timedelta(days=5), settled_on=on),
        {"drafts": 1, "draft_steps": 1},
    ),
    "browsing": (
        KUNI,
        lambda rows, on: rows.browsing(on - timedelta(days=5), shown_on=on),
        {"browsings": 1, "browsing_steps": 1},
    ),
    "doubts": (
        KUNI,
        lambda rows, on: rows.doubt(on - timedelta(days=5), closed_on=on),
        {"doubts": 1, "doubt_steps": 1},
    ),
    "surveys": (
        KUNI,
        lambda rows, on: rows.survey(on - timedelta(days=5), ended_on=on),
        {"surveys": 1, "survey_staff": 1, "survey_steps": 1},
    ),
    "disclosures": (
        counter.TOKYO,
        lambda rows, on: rows.disclosure(on - timedelta(days=5), answered_on=on),
        {"disclosures": 1, "disclosure_steps": 1},
    ),
    "complaints": (
        NATIONAL,
        lambda rows, on: rows.complaint(on - timedelta(days=5), settled_on=on),
        {"complaints": 1, "complaints_settled": 1},
    ),
    "misuses": (
        counter.TOKYO,
        lambda rows, on: rows.misuse(on - timedelta(days=5), settled_on=on),
        {"misuses": 1, "misuse_steps": 1},
    ),
    "opinions": (counter.TOKYO, lambda rows, on: rows.opinion(on), {"council_opinions": 1}),
    "batch_settings": (KUNI, lambda rows, on: rows.batch_setting(on), {"batch_settings": 1}),
    "recent_searches": (KUNI, lambda rows, on: rows.search(on), {"recent_searches": 1}),
    "statements": (
        counter.TOKYO,
        lambda rows, on: rows.statement(on),
        {"outbox": 1, "statements": 1, "lane_out_items": 1},
    ),
    "audit": (NATIONAL, lambda rows, on: rows.entry(on), {"audit_entries": 1}),
}
"""What puts one thing of a subject there, at which node, and the rows that go with it."""


@pytest.mark.parametrize("subject", PUT)
def test_kept_on_the_last_day_and_erased_on_the_next(federation: Federation, subject: str) -> None:
    for on in DAYS:
        look_at_the_boundary(federation, subject, on)


def look_at_the_boundary(federation: Federation, subject: str, on: date) -> None:
    node, put, expected = PUT[subject]
    last = last_day(subject, on)
    erasing.turn(federation, last)
    erasing.erase(federation, node)  # what is there from before
    with counter.owner(federation, node) as connection:
        put(Rows(connection, on.toordinal()), on)
    assert not erasing.dry_run(federation, node).subjects.get(subject)
    assert not erasing.erase(federation, node).subjects.get(subject)
    erasing.turn(federation, later(last))
    before = erasing.sizes(federation, node)
    counted, done = erasing.dry_run(federation, node), erasing.erase(federation, node)
    assert counted.subjects == done.subjects
    gone = done.subjects[subject]
    assert all(gone[table] >= count for table, count in expected.items())
    assert gone.keys() == expected.keys()
    entries = erasing.erased_entries(federation, node, done.reference)
    assert erasing.told(entries) == done.tables
    after = erasing.sizes(federation, node)
    for table, count in done.tables.items():
        added = 2 + len(entries) if table == "audit_entries" else 0  # what the two runs wrote of themselves
        assert after[table] == before[table] - count + added, table


@case("Ord. Arts. 30-6(iii), 30-11(iii), 34(1)")
def test_a_real_death_is_erased_at_the_town_the_governor_and_the_centre(federation: Federation) -> None:
    """Record, versions, notice, statements: after five years nothing of the person is left anywhere."""
    (found,) = counter.load(federation)
    code = counter.code_of(found)
    counter.die(federation, KUNITACHI, found.resident_no)
    federation.run()
    nodes = (KUNI, counter.TOKYO, NATIONAL)
    erasing.turn(federation, date(2018, 7, 7))
    for node in nodes:
        tables = erasing.erase(federation, node).tables
        assert not tables.keys() & {"residents", "resident_versions", "identity_records", "identity_history"}
    erasing.turn(federation, date(2018, 7, 8))
    told = [erasing.erase(federation, node).tables for node in nodes]
    assert told[0]["residents"] == 1
    assert [(one["identity_records"], one["identity_history"]) for one in told[1:]] == [(1, 2), (1, 2)]
    name = found.record.name.text
    for node in nodes:
        for table, rows in counter.contents(federation, node).items():
            kept = table in {"code_pool", "designated_codes"}
            assert not [row for row in rows if name in row or (str(code) in row and not kept)], (node, table)
            assert not [row for row in rows if name.encode().hex() in row], (node, table)


def test_a_copy_of_a_record_that_is_erased_names_nobody_any_more(federation: Federation) -> None:
    """A copy that was issued in the last year of a deleted record's term does not keep the record."""
    with counter.owner(federation, KUNI) as connection:
        rows = Rows(connection)
        gone, stays = rows.resident(date(2013, 7, 8)), rows.resident(None)
        rows.home_copy(date(2018, 7, 1), gone, stays)
        rows.home_copy(date(2018, 7, 1), stays)
    erasing.turn(federation, date(2018, 7, 8))
    assert erasing.erase(federation).subjects["residents"]["home_copy_persons"] == 2
    left = counter.owner_rows(federation, KUNI, "SELECT resident_id AS id FROM home_copy_persons")
    assert [row["id"] for row in left] == [stays]


def test_a_draft_that_waits_is_kept_from_its_entry(federation: Federation) -> None:
    on = date(2013, 7, 8)
    with counter.owner(federation, KUNI) as connection:
        Rows(connection).draft(on)
    erasing.turn(federation, on + timedelta(days=30))
    assert not erasing.erase(federation).subjects.get("drafts")
    erasing.turn(federation, on + timedelta(days=31))
    assert erasing.erase(federation).subjects["drafts"] == {"drafts": 1}


def test_who_came_back_and_who_never_left_is_kept(federation: Federation) -> None:
    erasing.turn(federation, date(2013, 7, 8))
    with counter.owner(federation, KUNI) as connection:
        rows = Rows(connection)
        present = rows.resident(None)
        back = rows.resident(date(2013, 7, 8))
        rows.version(back, 3, "undone-adding", date(2013, 7, 8), seen_on=date(2013, 7, 9))
        connection.execute("UPDATE residents SET present = true WHERE resident_id = %s", [back])
        # Undone, and deleted again at the same place: the term begins with what stands.
        again = rows.resident(date(2013, 7, 8))
        rows.version(again, 3, "undone-adding", date(2013, 7, 8), seen_on=date(2013, 7, 9))
        rows.version(again, 4, "death", date(2013, 7, 8), seen_on=date(2014, 4, 1), present=False)
        # Only re-stated: it does not begin anew.
        restated = rows.resident(date(2013, 7, 8))
        rows.version(restated, 3, "death", date(2013, 7, 8), seen_on=date(2014, 4, 1), present=False)
    erasing.turn(federation, date(2019, 3, 31))
    assert erasing.erase(federation).subjects["residents"] == WHOLE | {"resident_versions": 3}
    left = counter.owner_rows(federation, KUNI, "SELECT resident_id AS id FROM residents ORDER BY 1")
    assert [row["id"] for row in left] == [present, back, again]
    erasing.turn(federation, date(2019, 4, 1))
    assert erasing.erase(federation).subjects["residents"] == WHOLE | {"resident_versions": 4}


def test_a_term_counts_from_the_later_day_of_the_two_calendars(federation: Federation) -> None:
    """A clock that was put back for a while cannot make anything old."""
    with counter.owner(federation, KUNI) as connection:
        rows = Rows(connection)
        rows.resident(date(2012, 7, 9), seen_on=date(2014, 7, 8))
        rows.entry(date(2014, 7, 8), business_on=date(2012, 7, 9))
    erasing.turn(federation, date(2019, 7, 7))
    assert not erasing.erase(federation).subjects.get("residents")
    erasing.turn(federation, date(2019, 7, 8))
    assert erasing.erase(federation).subjects["residents"]
    erasing.turn(federation, date(2021, 7, 7))
    kept = "SELECT 1 FROM audit_entries WHERE business_on = '2012-07-09'"
    erasing.erase(federation)
    assert counter.owner_rows(federation, KUNI, kept)
    erasing.turn(federation, date(2021, 7, 8))
    erasing.erase(federation)
    assert not counter.owner_rows(federation, KUNI, kept)


@pytest.mark.parametrize("undone", [False, True], ids=["stands", "undone"])
@case("Ord. Arts. 16, 34(1)", "spec 1.1.5")
def test_what_was_before_a_rewriting_is_kept_five_years_ord_34_1(
    federation: Federation, *, undone: bool
) -> None:
    (found,) = counter.load(federation)
    ctx = federation.context(KUNITACHI, OFFICE)

    def enter(reason: RegisterReason, on: date) -> None:
        with ctx.begin() as tx:
            held = residents.lock(tx, found.resident_no)
            assert held is not None
            register.enter(ctx, tx, held, lambda record: record, Entry(CLERK, reason, on))

    enter(RegisterReason.REWRITTEN, date(2013, 7, 8))
    if undone:
        with counter.owner(federation, KUNI) as connection:
            (resident,) = connection.execute("SELECT resident_id, 3 AS number FROM residents").fetchall()
            Rows(connection).version(
                resident["resident_id"], 3, "undone-correcting", date(2013, 7, 8), seq=_seq(connection)
            )
            connection.execute("UPDATE residents SET last_history_no = 3")
    last = terms.REWRITTEN_RECORDS.last_day(date(2013, 7, 8))
    erasing.turn(federation, last)
    assert not erasing.erase(federation).subjects.get("rewritten")
    erasing.turn(federation, later(last))
    counted, done = erasing.dry_run(federation), erasing.erase(federation)
    assert counted.subjects == done.subjects
    assert done.subjects.get("rewritten") == (None if undone else {"resident_versions": 1})
    left = [version.history_no for version in counter.read(federation, KUNITACHI, found.resident_no).versions]
    assert left == ([1, 2, 3] if undone else [2])
    # The record goes on from there, and says nothing about the time before.
    enter(RegisterReason.CORRECTED_EX_OFFICIO, date(2018, 7, 8))
    assert not erasing.erase(federation).subjects.get("rewritten")


def _seq(connection: object) -> int:
    row = connection.execute(  # type: ignore[attr-defined]
        "SELECT effective_seq AS seq FROM resident_versions WHERE reason = 'rewritten'"
    ).fetchone()
    return int(row["seq"])


# Identity stores


@case("Act Arts. 30-5(3), 30-11(3)", "Ord. Arts. 30-6(i), (ii), 30-11(i), (ii)")
def test_a_move_is_kept_by_the_terms_of_each_store(federation: Federation) -> None:
    """Moved out of Kunitachi, recorded in Chiyoda: the old record goes after five years, the new one stays."""
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no])
    counter.move_in(federation, CHIYODA, counter.as_person(found))
    federation.run()
    for node in (counter.TOKYO, NATIONAL):
        assert [row["live"] for row in counter.stored(federation, node, found.record.code)] == [True, False]
    erasing.turn(federation, date(2018, 7, 7))
    for node in (counter.TOKYO, NATIONAL):
        assert not erasing.erase(federation, node).subjects.get("identity")
    assert "move_out_confirmations" not in erasing.erase(federation, counter.TOKYO).tables
    erasing.turn(federation, date(2018, 7, 8))
    for node, told in (
        # The governor was told where the person went (Ord. 30-6(ii)(b)(2)); the centre is not (30-11(ii)).
        (counter.TOKYO, {"identity_records": 1, "identity_history": 2}),
        (NATIONAL, {"identity_history": 1}),
    ):
        counted, done = erasing.dry_run(federation, node), erasing.erase(federation, node)
        assert counted.subjects == done.subjects
        assert done.subjects["identity"] == told
        stands = counter.stored(federation, node, found.record.code)[0]
        assert (stands["municipality"], stands["live"], stands["speaks"]) == (str(CHIYODA), True, True)
        assert (done.tables.get("move_out_confirmations") == 1) is (node == counter.TOKYO)
    # The next notice about the person ends the centre's term: the deletion is kept on its day, and no longer.
    erasing.turn(federation, date(2019, 4, 1))
    (number,) = counter.known_numbers(federation, CHIYODA)
    counter.move_within(federation, CHIYODA, number, moved_on=date(2019, 4, 1), filed_on=date(2019, 4, 1))
    federation.run()
    assert not erasing.erase(federation, NATIONAL).subjects.get("identity")
    erasing.turn(federation, date(2019, 4, 2))
    gone = erasing.erase(federation, NATIONAL).subjects["identity"]
    assert gone == {"identity_records": 1, "identity_history": 1}
    # The recording in Chiyoda was replaced by the move within, not by the deletion elsewhere that came after it.
    erasing.turn(federation, date(2024, 3, 31))
    assert not erasing.erase(federation, NATIONAL).subjects.get("identity")
    erasing.turn(federation, date(2024, 4, 1))
    assert erasing.erase(federation, NATIONAL).subjects["identity"] == {"identity_history": 1}


def test_a_changed_code_goes_and_never_becomes_free(federation: Federation) -> None:
    (found,) = counter.load(federation)
    old = counter.code_of(found)
    counter.change_code(federation, KUNITACHI, found)
    federation.run()
    erasing.turn(federation, date(2018, 7, 7))
    for node in (counter.TOKYO, NATIONAL):
        assert not erasing.erase(federation, node).subjects.get("identity")
    erasing.turn(federation, date(2018, 7, 8))
    for node in (KUNI, counter.TOKYO, NATIONAL):
        erasing.erase(federation, node)
    assert counter.stored(federation, counter.TOKYO, old) == counter.stored(federation, NATIONAL, old) == []
    assert counter.owner_rows(
        federation, NATIONAL, "SELECT 1 FROM designated_codes WHERE code = %(c)s", c=str(old)
    )
    pool = "SELECT drawn_at IS NULL AS free FROM code_pool WHERE code = %(c)s"
    assert not [row for row in counter.owner_rows(federation, KUNI, pool, c=str(old)) if row["free"]]
    assert counter.live(federation, NATIONAL)


# Statements


@pytest.mark.parametrize(
    ("backup_days", "goes"), [(None, False), (399, True), (400, False)], ids=["not said", "over", "not over"]
)
def test_a_statement_is_kept_as_long_as_a_backup_may_lack_it(
    federation: Federation, backup_days: int | None, *, goes: bool
) -> None:
    sent = date(2014, 1, 1)
    with counter.owner(federation, KUNI) as connection:
        name = Rows(connection).statement(sent)
    erasing.turn(federation, sent + timedelta(days=400))
    report = erasing.erase(federation, KUNI, backup_days)
    for table in ("outbox", "statements", "lane_out_items"):
        query = f"SELECT 1 FROM {table} WHERE statement_id = %(name)s"
        assert (not counter.owner_rows(federation, KUNI, query, name=name)) is goes
    assert report.left == (("statements",) if backup_days is None else ())


def test_a_statement_that_was_not_delivered_or_is_parked_stays(federation: Federation) -> None:
    sent = date(2014, 1, 1)
    erasing.turn(federation, sent)
    with counter.owner(federation, KUNI) as connection:
        rows = Rows(connection)
        waiting = rows.statement(sent, acknowledged=False)
        rows.parked(sent, closed_on=None, acknowledged=True)
    erasing.turn(federation, date(2020, 1, 1))
    erasing.erase(federation)
    left = counter.owner_rows(
        federation, KUNI, "SELECT statement_id AS id FROM statements WHERE stored_at >= '2014-01-01'"
    )
    assert len(left) == 2
    assert waiting in {row["id"] for row in left}
    assert len(counter.parked(federation, KUNI)) == 1


# The run itself


def past_everything(federation: Federation, node: NodeId = KUNI) -> None:
    """Something of every subject of a municipality, all past its term on the day that is turned to."""
    old = date(2013, 7, 9)
    with counter.owner(federation, node) as connection:
        rows = Rows(connection)
        for _ in range(3):
            rows.resident(old)
            rows.copy(old)
            rows.answer(old)
            rows.parked(old, closed_on=old)
            rows.parked(old, closed_on=old, acknowledged=True)
            rows.statement(old)
            rows.entry(old)
    erasing.turn(federation, date(2021, 1, 1))


def test_a_dry_run_changes_nothing_and_is_recorded(federation: Federation) -> None:
    past_everything(federation)
    before, entries = counter.contents(federation, KUNI), len(counter.audit(federation, KUNI))
    counted = erasing.dry_run(federation)
    assert counter.contents(federation, KUNI) == before
    (entry,) = counter.audit(federation, KUNI)[entries:]
    assert (entry["event"], entry["outcome"], entry["actor"]) == (COUNTED, "done", "operator:sato")
    assert f"residents {counted.tables['residents']}" in entry["rules"]
    assert counted.tables == erasing.erase(federation).tables
    assert not erasing.dry_run(federation).tables


@case("spec 9.1")
def test_a_run_records_its_end_and_each_erasure(federation: Federation) -> None:
    past_everything(federation)
    leaves = {
        row["entry_id"]: bytes(row["leaf"])
        for row in counter.audit(federation, KUNI)
        if row["at"].year < 2014
    }
    report = erasing.erase(federation)
    entries = erasing.erased_entries(federation, KUNI, report.reference)
    assert [entry["rules"][0] for entry in entries] == [
        "Ord. Art. 34(1)",
        "policy: pages kept a week",
        "Ord. Art. 34(3)",
        "policy: answers kept a day",
        "Ord. Art. 34(3)",
        "Ord. Art. 34(3)",
        "policy: entries kept seven years",
    ]
    (end,) = counter.audit(federation, KUNI, ENDED)
    assert end["reference"] == report.reference
    assert end["rules"] == ["node:retention:run", *(f"{t} {n}" for t, n in sorted(report.tables.items()))]
    # The content of an entry is gone with its salt; its leaf stands.
    kept = counter.owner_rows(federation, KUNI, "SELECT entry_id, leaf FROM audit_erased")
    assert leaves
    assert {row["entry_id"]: bytes(row["leaf"]) for row in kept} == leaves
    assert not [row for row in counter.audit(federation, KUNI) if row["entry_id"] in leaves]


def test_killed_at_any_step_it_lost_nothing_and_the_next_run_goes_on(federation: Federation) -> None:
    past_everything(federation)
    start = erasing.sizes(federation, KUNI)
    expected = erasing.dry_run(federation).tables
    crashes = 0
    for looks in range(200):
        clock = CrashingClock(looks % 12)
        clock.moment = federation.clock.moment
        try:
            done = retention.erase_due(replace(federation.context(KUNI, PURGE), clock=clock), CLERK, BACKUPS)
        except SystemError:
            crashes += 1
        else:
            assert isinstance(done, Report)
            break
        # Whatever is gone is in an entry, and what is in an entry is gone.
        sums = erasing.told(erasing.erased_entries(federation, KUNI))
        now = erasing.sizes(federation, KUNI)
        for table in expected.keys() - {"audit_entries"}:
            assert start[table] - now[table] == sums[table], table
    erasing.erase(federation)
    assert crashes > 5
    assert erasing.told(erasing.erased_entries(federation, KUNI)) == expected


def test_more_than_one_step_of_a_subject(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_STEP", 2)
    past_everything(federation)
    seen: list[tuple[str, int]] = []
    counted = erasing.dry_run(federation)
    report = retention.erase_due(
        federation.context(KUNI, PURGE), CLERK, BACKUPS, lambda subject, count: seen.append((subject, count))
    )
    assert isinstance(report, Report)
    assert report.subjects == counted.subjects
    entries = erasing.erased_entries(federation, KUNI, report.reference)
    assert erasing.told(entries) == report.tables
    assert all(sum(erasing.told([entry]).values()) <= 2 * 4 for entry in entries)
    assert len([subject for subject, _ in seen if subject == "residents"]) >= 2
    assert [count for subject, count in seen if subject == "audit"][-1] == report.tables["audit_entries"]


def test_a_record_that_a_clerk_is_working_on_is_left_for_the_next_run(federation: Federation) -> None:
    erasing.turn(federation, date(2013, 7, 8))
    with counter.owner(federation, KUNI) as connection:
        rows = Rows(connection)
        rows.resident(date(2013, 7, 8))
        rows.resident(date(2013, 7, 8))
    erasing.turn(federation, date(2018, 7, 8))
    with federation.context(KUNI, OFFICE).begin() as tx:
        assert residents.lock(tx, "r1") is not None
        assert erasing.erase(federation).subjects["residents"]["residents"] == 1
    assert counter.known_numbers(federation, KUNITACHI) == ["r1"]
    assert erasing.erase(federation).subjects["residents"]["residents"] == 1


def test_a_record_that_a_notice_is_changing_is_left_for_the_next_run(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.die(federation, KUNITACHI, found.resident_no)
    federation.run()
    erasing.turn(federation, date(2018, 7, 8))
    with federation.context(NATIONAL, NETWORK).begin() as tx:
        assert identity.lock_code(tx, counter.code_of(found))
        # What came before the deletion is nobody's state any more.
        assert erasing.erase(federation, NATIONAL).subjects["identity"] == {"identity_history": 1}
    assert counter.stored(federation, NATIONAL, found.record.code)
    gone = erasing.erase(federation, NATIONAL).subjects["identity"]
    assert gone == {"identity_records": 1, "identity_history": 1}


# Who may


@pytest.mark.parametrize("act", [retention.erase_due, retention.count_due], ids=["run", "dry run"])
def test_only_who_may(federation: Federation, act: Callable[..., object]) -> None:
    event = ENDED if act is retention.erase_due else COUNTED
    past_everything(federation)

    def purge(_: object, claim: object) -> object:
        return act(federation.context(KUNI, PURGE), claim, BACKUPS)

    counter.assert_gated(federation, KUNI, event, Permission.NODE_RETENTION_RUN, purge)


@case(refused="T1", permitted="T1")
def test_nothing_is_erased_on_a_day_that_has_not_come_t1(federation: Federation) -> None:
    past_everything(federation)
    federation.clock.moment = erasing.noon(date(2020, 12, 31))
    purge = federation.context(KUNI, PURGE)
    counter.assert_refused(federation, KUNI, ENDED, lambda: retention.erase_due(purge, CLERK, BACKUPS), "T1")
    counter.assert_refused(
        federation, KUNI, COUNTED, lambda: retention.count_due(purge, CLERK, BACKUPS), "T1"
    )
    federation.clock.moment = erasing.noon(date(2021, 1, 1))
    assert erasing.erase(federation).tables


def test_an_enrolment_that_ends_ends_the_run(federation: Federation) -> None:
    past_everything(federation)

    def leave(subject: str, _: int) -> None:
        if subject == "residents":
            with counter.owner(federation, KUNI) as connection:
                connection.execute("UPDATE operators SET valid_to = '2020-12-31'")

    done = retention.erase_due(federation.context(KUNI, PURGE), CLERK, BACKUPS, leave)
    assert isinstance(done, Refused)
    assert [failed.rule for failed in done.failed] == ["G2"]
    assert counter.known_numbers(federation, KUNITACHI) == []  # what was erased until then is recorded
    assert erasing.told(erasing.erased_entries(federation, KUNI))["residents"] == 3


# The command


def command(federation: Federation, *words: str, backup_days: int | None = BACKUPS) -> Result:
    app = cli.make_app(lambda _: nullcontext((federation.context(KUNI, PURGE), backup_days)))
    return CliRunner().invoke(app, ["run", *words])


def test_the_command_counts_and_erases(federation: Federation) -> None:
    past_everything(federation)
    counted = command(federation, "--as", "sato", "--dry-run", "--json")
    assert counted.exit_code == 0
    plain = json.loads(counted.stdout)
    assert (plain["on"], plain["erased"], plain["left"]) == ("2021-01-01", False, [])
    assert plain["subjects"]["residents"] == {"resident_versions": 6, "residents": 3, "resident_changes": 3}
    told = command(federation, "--as", "sato", backup_days=None)
    assert told.exit_code == 0
    assert "Erased on 2021-01-01:\n" in told.stdout
    assert re.search(r"^  residents +3$", told.stdout, re.MULTILINE)
    assert "Left alone: statements." in told.stdout
    assert command(federation, "--as", "sato", backup_days=1).exit_code == 0
    again = command(federation, "--as", "sato", "--dry-run")
    assert again.stdout == "Nothing is past its term on 2021-01-01.\n"


def test_the_command_refuses_with_its_rule(federation: Federation) -> None:
    told = command(federation, "--as", "nobody", "--json")
    assert told.exit_code == 3
    assert [rule["rule"] for rule in json.loads(told.stdout)["refused"]] == ["G1"]

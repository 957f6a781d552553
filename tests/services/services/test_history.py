"""Versions: acts out of order, what was known when, two clerks at once, and random histories.

Owns the invariants of the register and of the stores behind it.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.conformance.cases import case
from tests.services.conftest import network_on
from tests.services.services import counter

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import DeletionCause, PersonName, RecordKind
from jukinet.domain.municipality import NATIONAL, MunicipalityCode
from jukinet.law.decisions import Refused
from jukinet.law.ex_officio import Basis, CorrectionKind, Ground
from jukinet.node.postgres import Cluster
from jukinet.services import births, codes, deaths, ex_officio, households, moves, undoing
from jukinet.services.context import Context
from jukinet.services.ex_officio_filings import CorrectionFiling, Corrections, DeletionFiling
from jukinet.services.filings import BirthFiling, CodeCorrectionFiling, DeathFiling, Mover
from jukinet.services.household_filings import HouseholdFiling, Member
from jukinet.services.population import Counted, count_population
from jukinet.services.reads import Found
from jukinet.services.register import Registered
from jukinet.services.undoing import UndoFiling
from jukinet.store import residents, snapshots
from jukinet.store.database import Transaction
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI, YAMATSURI
from jukinet.testing.notifying import IN_PERSON
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core


# Acts out of order


def known(federation: Federation, number: str, at: Any, on: date) -> tuple[bool, str] | None:
    """Whether present, and at which address, as known at a moment about a day."""
    with federation.context(KUNITACHI).begin() as tx:
        held = residents.lock(tx, number)
        assert held is not None
        found = residents.as_known(tx, held, on=on, known_at=at)
    return None if found is None else (found[0], found[1].address.text)


@case("spec 1.2.1")
def test_an_earlier_move_learned_of_late_does_not_undo_a_later_one(federation: Federation) -> None:
    (found,) = counter.load(federation)
    home = found.record.address.text
    first, second = counter.elsewhere_in(KUNITACHI, 1), counter.elsewhere_in(KUNITACHI, 2)
    loaded_at = federation.clock.now()
    federation.clock.advance(timedelta(hours=1))
    counter.move_within(federation, KUNITACHI, found.resident_no, address=second, moved_on=date(2013, 7, 7))
    second_at = federation.clock.now()
    federation.clock.advance(timedelta(hours=1))
    told = len(counter.notices(federation, KUNITACHI))
    counter.move_within(federation, KUNITACHI, found.resident_no, address=first, moved_on=date(2013, 7, 3))
    now = federation.clock.now()
    after = counter.read(federation, KUNITACHI, found.resident_no)
    assert [
        (one.history_no, one.effective_on.day, one.effective_seq, one.restates, one.record.address.text)
        for one in after.versions[1:]
    ] == [
        (2, 7, 1, None, second.text),
        (3, 3, 1, None, first.text),
        (4, 7, 1, 2, second.text),
    ]
    assert after.versions[3].reason == "move-within"
    assert after.record.address == second
    # The six facts as they stand did not change: nobody is told.
    assert len(counter.notices(federation, KUNITACHI)) == told
    days = [date(2013, 7, day) for day in (2, 3, 6, 7, 8)]

    def seen(at: Any) -> list[str]:
        return [known(federation, found.resident_no, at, day)[1] for day in days]  # type: ignore[index]

    assert seen(loaded_at) == [home] * 5
    assert seen(second_at) == [home, home, home, second.text, second.text]
    assert seen(now) == [home, first.text, first.text, second.text, second.text]
    federation.run()
    counter.both_stores(federation, KUNITACHI, found.resident_no)


def test_before_the_record_nothing_is_known(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI).resident_nos
    now = federation.clock.now()
    assert known(federation, number, now, date(2013, 7, 5)) is None
    assert known(federation, number, now - timedelta(seconds=1), date(2013, 7, 6)) is None
    assert known(federation, number, now, date(2013, 7, 6)) is not None


@case("spec 1.2.1")
def test_two_acts_of_one_day_keep_their_order(federation: Federation) -> None:
    (found,) = counter.load(federation)
    for number in (1, 2, 3):
        counter.move_within(
            federation, KUNITACHI, found.resident_no, address=counter.elsewhere_in(KUNITACHI, number)
        )
    after = counter.read(federation, KUNITACHI, found.resident_no)
    assert [one.effective_seq for one in after.versions[1:]] == [1, 2, 3]
    assert after.record.address == counter.elsewhere_in(KUNITACHI, 3)


def test_a_change_of_code_outlives_a_move_entered_before_it_in_time(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.change_code(federation, KUNITACHI, found)
    new = counter.read(federation, KUNITACHI, found.resident_no).record.code
    counter.move_within(federation, KUNITACHI, found.resident_no, moved_on=date(2013, 7, 5))
    after = counter.read(federation, KUNITACHI, found.resident_no)
    assert after.record.code == new
    assert after.record.address == counter.elsewhere_in(KUNITACHI)
    assert [one.record.code for one in after.versions[2:]] == [found.record.code, new]
    federation.run()
    counter.both_stores(federation, KUNITACHI, found.resident_no)


def test_a_death_after_a_move_out_was_re_stated_leaves_nobody_present_on_any_later_day(
    federation: Federation,
) -> None:
    (found,) = counter.load(federation)
    counter.move_within(federation, KUNITACHI, found.resident_no, moved_on=date(2013, 7, 7))
    counter.file_move_out(federation, KUNITACHI, [found.resident_no])
    counter.die(federation, KUNITACHI, found.resident_no, on=date(2013, 7, 4))
    now = federation.clock.now()
    seen = [known(federation, found.resident_no, now, date(2013, 7, day)) for day in (3, 4, 6, 7, 8, 20)]
    assert [one is not None and one[0] for one in seen] == [True, False, False, False, False, False]


# Two clerks at once


@contextmanager
def held_up(
    federation: Federation, where: MunicipalityCode, act: Callable[[], object]
) -> Iterator[Transaction]:
    """Run the block, start another clerk's act that must wait for it, commit, and let that act end."""
    with ThreadPoolExecutor(1) as pool:
        with federation.context(where).begin() as tx:
            yield tx
            waiting = pool.submit(act)
            wait_for_lock(federation, where)
        waiting.result(timeout=20)


def wait_for_lock(federation: Federation, where: MunicipalityCode) -> None:
    """Return once some session of this database waits for a lock."""
    query = (
        b"SELECT count(*) AS waiting FROM pg_locks JOIN pg_stat_activity USING (pid)"
        b" WHERE NOT granted AND datname = current_database()"
    )
    with counter.owner(federation, where.node_id) as connection:
        for _ in range(5000):
            row = connection.execute(query).fetchone()
            if row and row["waiting"]:
                return
    raise AssertionError("nobody waits")


def together(*acts: Callable[[], object]) -> list[Any]:
    """Start all acts at the same moment, each in a thread; their results in order."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait(timeout=20)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=30) for future in [pool.submit(run, act) for act in acts]]


def test_a_clerk_who_waited_sees_what_the_other_wrote(federation: Federation) -> None:
    (found,) = counter.load(federation)
    ctx = federation.context(KUNITACHI)
    filing = counter.move_within_filing(KUNITACHI, found.resident_no)
    results: list[Any] = []
    with held_up(federation, KUNITACHI, lambda: results.append(moves.move_within(ctx, CLERK, filing))) as tx:
        held = residents.lock(tx, found.resident_no)
        assert held is not None
        version = replace(found.versions[0], record=replace(held.record, voter=not held.record.voter))
        residents.append(tx, held, version)
    (done,) = results
    assert isinstance(done, Registered), done
    after = counter.read(federation, KUNITACHI, found.resident_no)
    assert [one.history_no for one in after.versions] == [1, 2, 3]
    # Neither act is lost.
    assert after.record.voter is not found.record.voter
    assert after.record.address == filing.address


def test_of_two_deaths_at_once_one_is_recorded(federation: Federation) -> None:
    (found,) = counter.load(federation)
    ctx = federation.context(KUNITACHI)
    filing = DeathFiling(found.resident_no, date(2013, 7, 6), counter.TODAY)
    results = together(*[lambda: deaths.record_death(ctx, CLERK, filing)] * 2)
    assert sorted(type(one).__name__ for one in results) == ["Refused", "Registered"]
    (refused,) = [one for one in results if isinstance(one, Refused)]
    assert [one.rule for one in refused.failed] == ["D3"]
    outcomes = [entry["outcome"] for entry in counter.audit(federation, KUNITACHI, "register:death:recorded")]
    assert sorted(outcomes) == ["done", "refused"]
    assert [one["change"]["reason"] for one in counter.notices(federation, KUNITACHI)].count("death") == 1


def test_of_two_changes_of_a_code_at_once_one_is_made(federation: Federation) -> None:
    (found,) = counter.load(federation)
    ctx, filing = federation.context(KUNITACHI), counter.code_change_filing(found)
    results = together(*[lambda: codes.change_code(ctx, CLERK, filing)] * 2)
    (refused,) = [one for one in results if isinstance(one, Refused)]
    # The code stated is not the present one any more.
    assert [one.rule for one in refused.failed] == ["C3"]
    assert len(counter.read(federation, KUNITACHI, found.resident_no).versions) == 2


def test_of_two_move_ins_of_one_person_at_once_one_is_recorded(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    code = ResidentRecordCode("24727059608")
    filing = counter.move_in_filing(KUNITACHI, counter.japanese(code=code))
    results = together(*[lambda: moves.move_in(ctx, CLERK, filing)] * 2)
    (refused,) = [one for one in results if isinstance(one, Refused)]
    assert [one.rule for one in refused.failed] == ["I3"]
    assert len(counter.known_numbers(federation, KUNITACHI)) == 1


def test_of_one_birth_entered_twice_at_once_one_is_recorded(federation: Federation) -> None:
    (parent,) = counter.load(federation)
    ctx = federation.context(KUNITACHI)
    filing = BirthFiling(parent.record.household_number, counter.child(), counter.TODAY)
    results = together(*[lambda: births.record_birth(ctx, CLERK, filing)] * 2)
    (refused,) = [one for one in results if isinstance(one, Refused)]
    assert [one.rule for one in refused.failed] == ["B2"]


def test_of_two_move_ins_at_once_of_one_who_states_no_code_one_is_recorded(federation: Federation) -> None:
    ctx = federation.context(KUNITACHI)
    filing = counter.move_in_filing(KUNITACHI)
    results = together(*[lambda: moves.move_in(ctx, CLERK, filing)] * 2)
    (refused,) = [one for one in results if isinstance(one, Refused)]
    assert [one.rule for one in refused.failed] == ["I8"]


def test_a_move_within_waits_for_the_first_row_of_the_household_and_holds_none_behind_it(
    federation: Federation,
) -> None:
    """Held the mover's row first, then the household's, it would deadlock with acts on the household."""
    home = [make_person(), make_person(seed=1, relationship="子")]
    head, grown = counter.load(federation, KUNITACHI, home)
    filing = replace(counter.move_within_filing(KUNITACHI), movers=(Mover(grown.resident_no, "世帯主"),))
    ctx = federation.context(KUNITACHI)
    with ThreadPoolExecutor(1) as pool:
        with ctx.begin() as tx:
            assert residents.lock(tx, head.resident_no) is not None
            waiting = pool.submit(moves.move_within, ctx, CLERK, filing)
            wait_for_lock(federation, KUNITACHI)
            assert residents.lock(tx, grown.resident_no) is not None
        refused = waiting.result(timeout=20)
    assert isinstance(refused, Refused)
    assert [one.rule for one in refused.failed] == ["H3"]


def test_an_act_dated_back_builds_on_versions_of_a_clock_that_was_ahead(federation: Federation) -> None:
    (found,) = counter.load(federation)
    home, first, late = (
        found.record.address,
        counter.elsewhere_in(KUNITACHI),
        counter.elsewhere_in(KUNITACHI, 2),
    )
    counter.move_within(federation, KUNITACHI, found.resident_no, address=first, moved_on=date(2013, 7, 4))
    counter.move_within(federation, KUNITACHI, found.resident_no, address=home, moved_on=date(2013, 7, 7))
    federation.clock.advance(timedelta(hours=-2))  # Every version there is was recorded in the future now.
    counter.move_within(federation, KUNITACHI, found.resident_no, address=late, moved_on=date(2013, 7, 5))
    last = counter.read(federation, KUNITACHI, found.resident_no)
    assert (
        last.record.address == home
    )  # Seen from the first version, moving back home would be no move at all.


def test_births_at_once_draw_different_codes(federation: Federation) -> None:
    (parent,) = counter.load(federation)
    ctx = federation.context(KUNITACHI)
    twins = [counter.child(), replace(counter.child(), name=PersonName("国立　二郎"))]
    filings = [BirthFiling(parent.record.household_number, twin, counter.TODAY) for twin in twins]
    results = together(*[partial(births.record_birth, ctx, CLERK, filing) for filing in filings])
    numbers = [one.resident_nos[0] for one in map(counter.registered, results)]
    drawn = {counter.read(federation, KUNITACHI, number).record.code for number in numbers}
    assert len(drawn) == 2


# Random histories

ACTS = (
    "birth",
    "load",
    "move-in",
    "within",
    "split",
    "out",
    "death",
    "code",
    "abroad",
    "next-day",
    "run",
    "assign",
    "new-household",
    "delete",
    "correct",
    "fix-code",
    "undo",
)
OFFICES = (KUNITACHI, CHIYODA, FUKUSHIMA, YAMATSURI)
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(0, 9)), min_size=5, max_size=25
)


class World:
    """Plays acts drawn at random; a refusal is as good as an act."""

    def __init__(self, federation: Federation) -> None:
        self.federation = federation
        self.day = date(2013, 7, 6)
        self.seed = 0
        self.done = 0
        counter.turn_back(federation, self.day)

    def play(self, act: str, office: int, pick: int) -> None:
        where = OFFICES[office]
        numbers = counter.known_numbers(self.federation, where)
        found = counter.read(self.federation, where, numbers[pick % len(numbers)]) if numbers else None
        result = self._act(act, where, found, pick)
        if isinstance(result, Registered):
            self.done += len(result.resident_nos)

    def _act(self, act: str, where: MunicipalityCode, found: Found | None, pick: int) -> object:
        ctx = self.federation.context(where)
        if act == "next-day":
            self.day += timedelta(days=1)
            self.federation.set_date(self.day)
            return None
        if act == "run":
            self.federation.run()
            return None
        if act == "assign":
            return codes.assign_codes_to_foreign_residents(ctx, CLERK)
        if act == "load" or found is None:
            self.seed += 1
            kind = RecordKind.FOREIGN if pick < 3 else RecordKind.JAPANESE
            # Recorded some days ago, so that acts may lie before today.
            person = make_person(kind, seed=self.seed, municipality=where, recorded_since=date(2013, 7, 1))
            return counter.load(self.federation, where, [person])
        return self._act_on(act, ctx, where, found, pick)

    def _act_on(self, act: str, ctx: Context, where: MunicipalityCode, found: Found, pick: int) -> object:
        ago = self.day - timedelta(days=pick % 4)
        filed = {"filed_on": self.day}
        number = found.resident_no
        match act:
            case "birth":
                baby = replace(counter.child(), birth_date=PartialDate.of(ago))
                return births.record_birth(
                    ctx, CLERK, BirthFiling(found.record.household_number, baby, self.day)
                )
            case "within" | "split":
                filing = counter.move_within_filing(
                    where, number, moved_on=ago, address=counter.elsewhere_in(where, pick), **filed
                )
                if act == "split":
                    movers = (replace(filing.movers[0], relationship="世帯主"),)
                    filing = replace(filing, movers=movers, new_household=True)
                return moves.move_within(ctx, CLERK, filing)
            case "out" | "abroad":
                to = OFFICES[(OFFICES.index(where) + 1 + pick % 3) % 4] if act == "out" else counter.HAWAII
                planned = self.day + timedelta(days=pick % 5 - 2)
                return moves.file_move_out(
                    ctx, CLERK, counter.move_out_filing([number], to, planned_on=planned, **filed)
                )
            case "move-in":
                to_where = self._destination(where, found, pick)
                person = counter.as_person(found)
                return moves.move_in(
                    self.federation.context(to_where),
                    CLERK,
                    counter.move_in_filing(
                        to_where, person, moved_on=ago, previous_address=counter.place(where), **filed
                    ),
                )
            case "death":
                return deaths.record_death(ctx, CLERK, DeathFiling(number, ago, self.day))
            case "code" if found.record.code is not None:
                return codes.change_code(ctx, CLERK, counter.code_change_filing(found))
        return self._act_ex_officio(act, ctx, found, ago, pick)

    def _act_ex_officio(self, act: str, ctx: Context, found: Found, ago: date, pick: int) -> object:
        number = found.resident_no
        koseki = Basis(Ground.KOSEKI, confirmed=True)
        match act:
            case "new-household":
                filing = HouseholdFiling((Member(number, "世帯主"),), ago, self.day, notified_by=IN_PERSON)
                return households.split_household(ctx, CLERK, filing)
            case "delete":
                filing_out = DeletionFiling(number, ago, DeletionCause.NOT_LIVING_HERE, koseki)
                return ex_officio.delete_ex_officio(ctx, CLERK, filing_out)
            case "correct":
                kind = list(CorrectionKind)[pick % 2]
                items = Corrections(
                    name=replace(found.record.name, text=f"訂正　{'〇一二三四五六七八九'[pick]}")
                )
                return ex_officio.correct_ex_officio(
                    ctx, CLERK, CorrectionFiling(number, kind, ago, items, koseki)
                )
            case "fix-code":
                return codes.correct_code(ctx, CLERK, CodeCorrectionFiling(number, confirmed=True))
            case "undo":
                filing_undo = UndoFiling(number, 1 + pick % len(found.versions))
                return undoing.undo(ctx, CLERK, filing_undo)
        return None

    def _destination(self, where: MunicipalityCode, found: Found, pick: int) -> MunicipalityCode:
        plan = found.record.move_out
        if plan is not None and plan.destination.municipality is not None:
            return plan.destination.municipality
        return OFFICES[(OFFICES.index(where) + 1 + pick % 3) % 4]


def check_register(federation: Federation, where: MunicipalityCode) -> None:
    """What holds of every register after every act."""
    node = where.node_id
    rows = counter.owner_rows(federation, node, "SELECT * FROM residents ORDER BY resident_id")
    present = [row for row in rows if row["present"]]
    held = Counter(row["code"] for row in present if row["code"])
    assert all(count == 1 for count in held.values()), "a code is held by two, or a person is present twice"
    with federation.context(where).begin() as tx:
        for row in rows:
            versions = residents.history(tx, row["resident_id"])
            assert [one.history_no for one in versions] == list(range(1, len(versions) + 1))
            last = versions[-1]
            assert row["last_history_no"] == last.history_no
            assert row["present"] == last.present
            assert row["code"] == (str(last.record.code) if last.record.code else None)
            assert row["household_no"] == last.record.household_number
            assert snapshots.from_json(snapshots.to_json(last.record)) == last.record
            in_force = max(versions, key=lambda one: (one.effective_on, one.effective_seq, one.history_no))
            assert (in_force.present, in_force.record) == (last.present, last.record)
            for one in versions:
                if one.restates is not None:
                    old = versions[one.restates - 1]
                    assert (old.effective_on, old.effective_seq) == (one.effective_on, one.effective_seq)
    assert_audited(federation, where)
    counted = count_population(federation.context(where), CLERK, date(1900, 1, 1))
    assert isinstance(counted, Counted)
    balance = sum(one.residents if one.added else -one.residents for one in counted.changes)
    assert counted.before.residents + balance == counted.after.residents == len(present)


CHANGES = (
    "register:birth:recorded",
    "register:move-in:recorded",
    "register:move-within:recorded",
    "register:move-out:filed",
    "register:move-out:completed",
    "register:move-out:confirmed",
    "register:death:recorded",
    "register:code:changed",
    "register:code:assigned",
    "register:record:loaded",
    "register:household:changed",
    "register:household:left-alone",
    "register:record:entered",
    "register:record:deleted",
    "register:record:corrected",
    "register:record:undone",
    "register:record:rewritten",
    "register:record:remade",
    "register:addresses:changed",
    "register:code:corrected",
)


def assert_audited(federation: Federation, where: MunicipalityCode) -> None:
    """As many entries about a resident as acts were entered: versions that restate another are part of one."""
    versions = counter.owner_rows(
        federation,
        where.node_id,
        # An undoing stands at the place of what it undoes; a version that restates an undoing is part of another act.
        "SELECT resident_no, count(*) AS n FROM resident_versions v JOIN residents USING (resident_id)"
        " LEFT JOIN resident_versions o ON o.resident_id = v.resident_id AND o.history_no = v.restates"
        " WHERE (v.restates IS NULL OR (v.reason LIKE 'undone-%%' AND o.reason NOT LIKE 'undone-%%'))"
        # A register that was taken in has one entry for all.
        " AND v.reason <> 'taken-over'"
        " AND NOT EXISTS (SELECT FROM former_numbers f WHERE f.resident_id = v.resident_id AND v.history_no <= 2)"
        # Who hands a record over writes the address that it has there with the same act.
        " AND v.reason <> 'handed-over'"
        " GROUP BY resident_no",
    )
    done = [
        entry["resident_no"]
        for entry in counter.audit(federation, where)
        if entry["event"] in CHANGES and entry["outcome"] == "done"
    ]
    assert Counter(done) == {row["resident_no"]: row["n"] for row in versions}


def check_stores(federation: Federation) -> None:
    """What prefectures and centre hold as live is what the registers say of their coded present residents."""
    expected: dict[tuple[str, str], object] = {}
    for where in OFFICES:
        for number in counter.known_numbers(federation, where):
            found = counter.read(federation, where, number)
            if found.present and found.record.code is not None:
                expected[str(where), str(found.record.code)] = found.record.identity_facts()
    assert counter.live(federation, NATIONAL) == expected
    for node in (counter.TOKYO, counter.FUKUSHIMA_KEN):
        mine = {
            key: facts
            for key, facts in expected.items()
            if MunicipalityCode(key[0]).prefecture.node_id == node
        }
        assert counter.live(federation, node) == mine
        assert counter.parked(federation, node) == []
    assert counter.parked(federation, NATIONAL) == []
    assert federation.unsent() == 0


@pytest.mark.timeout(900)
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
@given(steps=STEPS)
def test_whatever_happens_register_trail_and_stores_agree(
    cluster: Cluster, prepared: str, steps: list[tuple[str, int, int]]
) -> None:
    with throwaway_database(cluster, prepared) as name, network_on(cluster, name, seed=1) as federation:
        world = World(federation)
        for step in steps:
            world.play(*step)
        for where in OFFICES:
            check_register(federation, where)
        federation.run()
        for where in OFFICES:
            check_register(federation, where)
        check_stores(federation)

"""The promises of docs/explanation/delivery.md over a whole network: each test breaks the world first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.conformance.cases import case
from tests.services import world
from tests.services.conftest import network_on
from tests.services.services import counter
from tests.services.world import KUNI, TOKYO, code, notice, seal, statement

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import ChangeKind
from jukinet.domain.errors import ErrorKind
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId
from jukinet.law.decisions import Permitted
from jukinet.messages.frames import Frame, FrameAnswer
from jukinet.messages.kinds import MessageKind
from jukinet.node.postgres import Cluster
from jukinet.services import births, codes, deaths, departures, moves, outgoing, parked, vitals
from jukinet.services.context import Context
from jukinet.services.filings import BirthFiling, DeathFiling
from jukinet.services.reads import Found
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import CLERK, OFFICE, WORKER, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

pytestmark = pytest.mark.core

MINUTE = timedelta(seconds=60)


def settle(federation: Federation) -> None:
    """Let time pass until nothing waits."""
    for _ in range(20):
        federation.run()
        if federation.unsent() == 0:
            return
        federation.clock.advance(MINUTE)
    raise AssertionError("something never arrives")


def registers(federation: Federation) -> set[tuple[MunicipalityCode, object]]:
    """What the municipalities' own registers say of those who are present and have a code."""
    found: set[tuple[MunicipalityCode, object]] = set()
    for node in federation.nodes:
        if node.municipality is None or not federation.context(node).is_connected(node):
            continue
        numbers = world.rows(federation, node, "SELECT resident_no FROM residents WHERE present")
        for (number,) in numbers:
            record = counter.read(federation, node.municipality, number).record
            if record.code is not None:
                found.add((node.municipality, record.identity_facts()))
    return found


def require_equal_stores(federation: Federation) -> None:
    """Registers, prefectures and centre say the same."""
    said = registers(federation)
    assert world.held(federation, NATIONAL) == said
    for node in (TOKYO, NodeId("pref-07")):
        here = {one for one in said if one[0].prefecture == node.prefecture}
        assert world.held(federation, node) == here


# Promise 1: a change, its audit entry and its outbox row


def birth(ctx: Context, found: Found) -> object:
    return births.record_birth(
        ctx, CLERK, BirthFiling(found.record.household_number, counter.child(), date(2013, 7, 8))
    )


def moved_in(ctx: Context, _: Found) -> object:
    return moves.move_in(ctx, CLERK, counter.move_in_filing(KUNITACHI))


def moved_within(ctx: Context, found: Found) -> object:
    return moves.move_within(ctx, CLERK, counter.move_within_filing(KUNITACHI, found.resident_no))


def died(ctx: Context, found: Found) -> object:
    return deaths.record_death(ctx, CLERK, DeathFiling(found.resident_no, date(2013, 7, 6), date(2013, 7, 8)))


def changed_code(ctx: Context, found: Found) -> object:
    return codes.change_code(ctx, CLERK, counter.code_change_filing(found))


REGISTER = {"residents", "resident_versions", "resident_changes", "audit_entries", "outbox", "sent_copies"}
KEYS = "resident_search_keys"


@pytest.mark.parametrize(
    ("act", "touched"),
    [
        (birth, {"code_pool", "code_notices", KEYS}),
        (moved_in, {"code_pool", "code_notices", "notifiers", KEYS}),
        (moved_within, {"notifiers", KEYS}),
        (died, set()),
        (changed_code, {"code_pool", "code_notices"}),
    ],
)
def test_change_entry_and_outbox_row_commit_together_or_not_at_all(
    federation: Federation, act: Callable[[Context, Found], object], touched: set[str]
) -> None:
    """The process ends at every single step of the act: every table is as before, until the commit."""
    found = counter.load(federation)[0]
    before = world.tables(federation, KUNI)
    steps = 0
    while True:
        steps += 1
        ctx, database = world.crashing(federation.context(KUNITACHI), steps)
        with pytest.raises(world.Crash):
            act(ctx, found)
        if database.commits:
            break
        assert world.changed(before, world.tables(federation, KUNI)) == set(), steps
    assert steps > 8
    after = world.tables(federation, KUNI)
    changed = world.changed(before, after)
    assert changed - {"code_notices", "code_pool", "notifiers", KEYS} == REGISTER
    assert ("notifiers" in changed) is ("notifiers" in touched)
    assert (KEYS in changed) is (KEYS in touched)
    assert changed <= REGISTER | touched
    for table in ("audit_entries", "resident_versions"):
        assert len(after[table]) == len(before[table]) + 1
    settle(federation)
    require_equal_stores(federation)


def test_a_crash_while_due_move_outs_are_completed_is_made_good(federation: Federation) -> None:
    found = counter.load(federation)[0]
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], FUKUSHIMA)
    federation.set_date(date(2013, 7, 10))
    worker = federation.context(KUNI, WORKER)
    before = world.tables(federation, KUNI)
    steps = 0
    while True:
        steps += 1
        ctx, database = world.crashing(worker, steps)
        with pytest.raises(world.Crash):
            departures.complete_due_move_outs(ctx)
        if database.commits == 2:  # the list is read in the first one
            break
        assert world.changed(before, world.tables(federation, KUNI)) == set()
    assert departures.complete_due_move_outs(worker) == 0
    assert world.changed(before, world.tables(federation, KUNI)) == REGISTER
    settle(federation)
    assert world.held(federation, NATIONAL) == set()


def test_an_act_that_is_refused_leaves_its_entry_and_no_notice(federation: Federation) -> None:
    before = world.tables(federation, KUNI)
    deaths.record_death(
        federation.context(KUNITACHI), CLERK, DeathFiling("0" * 11, date(2013, 7, 6), date(2013, 7, 8))
    )
    assert world.changed(before, world.tables(federation, KUNI)) == {"audit_entries"}


# Promise 2: in order, once


def test_lost_answers_lead_to_sending_again_and_to_one_application(federation: Federation) -> None:
    federation.line.lose_answers = 5
    counter.load(federation)
    settle(federation)
    assert federation.line.lose_answers == 0
    require_equal_stores(federation)
    for node in (TOKYO, NATIONAL):
        assert len(world.entries(federation, node, AuditEvent.NOTICE_APPLIED)) == 1
        assert world.rows(federation, node, "SELECT count(*) FROM identity_history") == [(1,)]


def test_a_cut_line_holds_everything_back_and_then_all_arrives_in_order(federation: Federation) -> None:
    federation.line.cut = {TOKYO}
    found = counter.load(federation)[0]
    ctx = federation.context(KUNITACHI)
    for number in range(1, 6):
        filing = replace(
            counter.move_within_filing(KUNITACHI, found.resident_no),
            address=counter.elsewhere_in(KUNITACHI, number),
        )
        counter.registered(moves.move_within(ctx, CLERK, filing))
        federation.run()
    waiting = vitals.look(federation.context(KUNI, OFFICE))
    assert (waiting.unsent, waiting.failing, waiting.halted) == (6, (f"{TOKYO} identity",), ())
    assert world.held(federation, TOKYO) == set()
    federation.line.cut = set()
    settle(federation)
    require_equal_stores(federation)
    addresses = world.rows(federation, NATIONAL, "SELECT address FROM identity_history ORDER BY history_id")
    assert [text for (text,) in addresses[1:]] == [
        counter.elsewhere_in(KUNITACHI, number).text for number in range(1, 6)
    ]
    assert vitals.look(federation.context(KUNI, OFFICE)).failing == ()


@case("Act Art. 30-29(1)")
def test_a_frame_that_was_altered_on_the_way_harms_nothing(federation: Federation) -> None:
    def altered(frame: Frame) -> Frame:
        return replace(
            frame, statements=tuple(one.replace(b'"sig":"', b'"sig":"AA') for one in frame.statements)
        )

    federation.line.tap = altered
    counter.load(federation)
    assert world.held(federation, TOKYO) == set()
    assert world.entries(federation, TOKYO, AuditEvent.FRAME_REFUSED)
    federation.line.tap = lambda frame: frame
    federation.clock.advance(MINUTE)
    settle(federation)
    require_equal_stores(federation)


def test_one_broken_peer_holds_up_nobody_else(federation: Federation) -> None:
    federation.line.cut = {NodeId("pref-07")}
    counter.load(federation, FUKUSHIMA)
    counter.load(federation, KUNITACHI)
    assert len(world.held(federation, NATIONAL)) == 1
    federation.line.cut = set()
    federation.clock.advance(MINUTE)
    settle(federation)
    require_equal_stores(federation)


def test_a_halted_lane_is_shown_at_both_ends_and_holds_up_no_other(federation: Federation) -> None:
    counter.load(federation)
    with world.connect(federation, TOKYO) as raw:
        raw.execute("UPDATE lane_in_items SET digest = 'x' WHERE peer = %s", (str(KUNI),))
        raw.execute("UPDATE lane_in_items SET lane_number = 2 WHERE peer = %s", (str(KUNI),))
        raw.execute("UPDATE lanes_in SET cursor = 2 WHERE peer = %s", (str(KUNI),))
    counter.load(federation, seed=1)
    for node, peer in ((TOKYO, KUNI), (KUNI, TOKYO)):
        assert world.halted(federation, node) == (f"{peer} identity",)
        assert world.entries(federation, node, AuditEvent.LANE_HALTED)
    counter.load(federation, CHIYODA)
    assert len(world.held(federation, NATIONAL)) == 2


def test_a_receiver_that_lost_its_lanes_is_sent_all_again_harmlessly(federation: Federation) -> None:
    counter.load(federation)
    counter.load(federation, seed=1)
    before = world.held(federation, TOKYO)
    with world.connect(federation, TOKYO) as raw:
        raw.execute("DELETE FROM lane_in_items")
        raw.execute("DELETE FROM lanes_in")
    counter.load(federation, seed=2)
    settle(federation)
    require_equal_stores(federation)
    assert before < world.held(federation, TOKYO)
    assert world.halted(federation, TOKYO) == world.halted(federation, KUNI) == ()
    assert world.rows(federation, TOKYO, "SELECT count(*) FROM identity_history") == [(3,)]
    assert world.rows(
        federation, TOKYO, "SELECT outcome FROM lane_in_items WHERE stream = 'identity' ORDER BY lane_number"
    ) == [("known",), ("known",), ("applied",)]


# Promise 3: a person repairs, nothing is dropped


@case(permitted="L1")
def test_what_is_parked_is_repaired_by_a_person_with_a_new_statement(federation: Federation) -> None:
    wrong = seal(statement(1, notice(code(1), ChangeKind.CORRECTION)))
    behind = seal(statement(2, notice(code(1))))
    world.deliver(federation, 1, wrong, behind)
    ctx = federation.context(TOKYO)
    waiting = parked.list_parked(ctx, CLERK)
    assert isinstance(waiting, tuple)
    assert vitals.look(ctx).parked_count == 2
    # Closing the first alone does not let later ones overtake the second.
    assert isinstance(parked.close_parked(ctx, CLERK, waiting[0].parked_id), Permitted)
    assert world.deliver(federation, 3, seal(statement(3, notice(code(1))))).parked
    waiting = parked.list_parked(ctx, CLERK)
    assert isinstance(waiting, tuple)
    for one in waiting:
        assert isinstance(parked.close_parked(ctx, CLERK, one.parked_id), Permitted)
    assert world.deliver(federation, 4, seal(statement(4, notice(code(1))))).parked == ()
    assert {facts.code for _, facts in world.held(federation, TOKYO)} == {code(1)}
    assert world.rows(federation, TOKYO, "SELECT count(*), count(resolved_by) FROM parked") == [(3, 3)]
    assert world.rows(federation, TOKYO, "SELECT count(*) FROM statements") == [(4,)]


def test_the_sender_is_told_of_what_was_parked_even_if_the_answer_is_lost(federation: Federation) -> None:
    office = federation.context(KUNI, OFFICE)
    with office.begin() as tx:
        for body in (notice(code(1), ChangeKind.DELETION), notice(code(2))):
            outgoing.put(office, tx, MessageKind.IDENTITY_NOTICE, TOKYO, body)
    federation.line.lose_answers = 1
    settle_clock(federation)
    alerts = world.entries(federation, KUNI, AuditEvent.STATEMENT_PARKED)
    assert [(entry.actor, entry.rules) for entry in alerts] == [(TOKYO.uri, (ErrorKind.CONFLICT,))]
    ((reference,),) = world.rows(federation, TOKYO, "SELECT statement_id FROM parked")
    assert alerts[0].reference == reference


def settle_clock(federation: Federation) -> None:
    federation.run()
    federation.clock.advance(MINUTE)
    settle(federation)


# Random acts, random mischief


MISCHIEF = ("pass", "drop", "lose", "twice", "late", "old", "one")


@dataclass
class Mischief:
    """Drops, doubles, delays, reorders and shortens frames, as a list of words says; then it is tired."""

    federation: Federation
    words: list[str]
    seen: list[Frame] = field(default_factory=list)
    kept: list[Frame] = field(default_factory=list)

    def __call__(self, frame: Frame) -> Frame | None:
        word = self.words.pop() if self.words else "pass"
        self.seen.append(frame)
        match word:
            case "drop":
                return None
            case "lose":
                self.federation.line.lose_answers += 1
            case "twice":
                self._bring(frame)
            case "late":
                self.kept.append(frame)
                return None
            case "old":
                # Everything that was delayed, the last first, and then something from long ago.
                for late in (*reversed(self.kept), self.seen[0]):
                    self._bring(late)
                self.kept.clear()
            case "one":
                return replace(frame, statements=frame.statements[:1])
        return frame

    def _bring(self, frame: Frame) -> FrameAnswer:
        return world.hand_over(self.federation, frame)


PERSONS = 4
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["within", "code", "birth", "die", "leave", "rest", "day"]),
        st.integers(0, PERSONS - 1),
        st.lists(st.sampled_from(MISCHIEF), max_size=6),
    ),
    min_size=3,
    max_size=10,
)


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],  # a world a try: shrinking would take hours
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS)
def test_stores_are_equal_after_any_acts_and_any_mischief(
    cluster: Cluster, prepared: str, acts: list[tuple[str, int, list[str]]]
) -> None:
    with (
        throwaway_database(cluster, template=prepared) as name,
        network_on(cluster, name, seed=2) as federation,
    ):
        play(federation, acts)
        federation.line.tap = lambda frame: frame
        federation.line.lose_answers = 0
        federation.clock.advance(MINUTE)
        settle(federation)
        require_equal_stores(federation)
        judge(federation)


def play(federation: Federation, acts: list[tuple[str, int, list[str]]]) -> None:
    mischief = Mischief(federation, [])
    federation.line.tap = mischief
    numbers = [counter.load(federation, KUNITACHI, seed=index)[0].resident_no for index in range(PERSONS)]
    for what, who, words in acts:
        mischief.words = list(words)
        perform(federation, what, numbers[who])
        federation.step()
        federation.clock.advance(timedelta(seconds=1))


def perform(federation: Federation, what: str, number: str) -> None:
    """One act; many are refused, for the person is dead or gone."""
    found = counter.read(federation, KUNITACHI, number)
    ctx = federation.context(KUNITACHI)
    day = counter.today(federation, KUNITACHI)
    match what:
        case "within":
            address = counter.elsewhere_in(KUNITACHI, len(found.versions))
            moves.move_within(
                ctx,
                CLERK,
                counter.move_within_filing(KUNITACHI, number, address=address, moved_on=day, filed_on=day),
            )
        case "code":
            codes.change_code(ctx, CLERK, counter.code_change_filing(found))
        case "birth":
            births.record_birth(ctx, CLERK, BirthFiling(found.record.household_number, counter.child(), day))
        case "die":
            deaths.record_death(ctx, CLERK, DeathFiling(number, day, day))
        case "leave":
            moves.file_move_out(
                ctx, CLERK, counter.move_out_filing([number], CHIYODA, planned_on=day, filed_on=day)
            )
            filing = counter.move_in_filing(CHIYODA, counter.as_person(found), moved_on=day, filed_on=day)
            moves.move_in(federation.context(CHIYODA), CLERK, filing)
        case "day":
            federation.set_date(day + timedelta(days=1))


def judge(federation: Federation) -> None:
    """Once and in order, without a hole, nothing halted, at every node."""
    for node in federation.nodes:
        assert world.halted(federation, node) == ()
        applied = [entry.reference for entry in world.entries(federation, node, AuditEvent.NOTICE_APPLIED)]
        assert len(applied) == len(set(applied))
    sent = world.rows(
        federation,
        KUNI,
        "SELECT statement_id FROM outbox WHERE stream = 'identity' ORDER BY number",
    )
    received = world.rows(
        federation,
        NATIONAL,
        "SELECT statement_id FROM statements WHERE origin = %s ORDER BY number",
        str(KUNI),
    )
    assert sent == received
    order = world.rows(
        federation,
        NATIONAL,
        "SELECT statement_id FROM identity_history WHERE municipality = %s ORDER BY history_id",
        KUNITACHI.text,
    )
    assert [one for one in sent if one in order] == order

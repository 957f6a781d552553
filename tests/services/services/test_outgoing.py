"""Sending: numbers without holes, signed once, whoever crashes; and what the sender makes of an answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from psycopg.rows import dict_row
from tests.services import world
from tests.services.world import CHIYO, KUNI, TOKYO, code, notice

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.changes import ChangeKind
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages import frames
from jukinet.messages.bodies import MoveInNotice
from jukinet.messages.frames import FrameAnswer, FrameRefusal, Parked
from jukinet.messages.keys import KeyUse, Signer
from jukinet.messages.kinds import CallKind, MessageKind, Stream
from jukinet.messages.statements import Statement, open_statement
from jukinet.services import loading, outgoing
from jukinet.services.context import Context
from jukinet.store import outbox
from jukinet.store.database import Transaction
from jukinet.testing.federation import CLERK, EPOCH, OFFICE, WORKER, Federation, OneKeyEach
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core

IDENTITY = Stream.IDENTITY


def put(federation: Federation, *indexes: int, tx: Transaction | None = None) -> None:
    """Put recordings of the index-th persons into Kunitachi's outbox, in one transaction each."""
    ctx = federation.context(KUNI, OFFICE)
    for index in indexes:
        if tx is not None:
            outgoing.put(ctx, tx, MessageKind.IDENTITY_NOTICE, TOKYO, notice(code(index)))
            continue
        with ctx.begin() as own:
            outgoing.put(ctx, own, MessageKind.IDENTITY_NOTICE, TOKYO, notice(code(index)))


def lane(federation: Federation, node: NodeId = KUNI) -> list[Statement]:
    """The statements on the identity lane in the order of their lane numbers, which have no hole."""
    found = world.rows(
        federation,
        node,
        "SELECT lane_number, envelope FROM lane_out_items JOIN statements USING (statement_id)"
        " WHERE statements.stream = 'identity' AND lane_number IS NOT NULL ORDER BY lane_number",
    )
    assert [number for number, _ in found] == list(range(1, len(found) + 1))
    return [open_statement(bytes(envelope), federation.directory.owned_key) for _, envelope in found]


def codes(statements: list[Statement]) -> list[object]:
    return [statement.body.facts.code for statement in statements]  # type: ignore[union-attr]


def require_gapless(federation: Federation, count: int) -> list[Statement]:
    """Everything is numbered 1 to ``count``, signed once and queued once in that order."""
    queued = lane(federation)
    assert [one.number for one in queued] == list(range(1, count + 1))
    assert len({one.statement_id for one in queued}) == count
    assert world.rows(federation, KUNI, "SELECT count(*) FROM outbox WHERE NOT signed") == [(0,)]
    assert world.rows(federation, KUNI, "SELECT last_number FROM origin_streams") == [(count,)]
    assert world.rows(federation, KUNI, "SELECT last_number FROM lanes_out") == [(count,)]
    return queued


def state(federation: Federation, node: NodeId = KUNI, peer: NodeId = TOKYO) -> dict[str, object]:
    with federation.context(node, OFFICE).begin() as tx:
        (found,) = [row for row in outbox.lanes(tx) if row["peer"] == str(peer)]
    return dict(found)


@dataclass
class Answering:
    """A peer that gives a prepared answer, or raises it; it keeps what it was sent."""

    answer: FrameAnswer | JukinetError | bytes
    sent: list[frames.Frame]

    def deliver(self, to: NodeId, stream: Stream, frame: bytes) -> bytes:
        self.sent.append(frames.read_frame(frame))
        if isinstance(self.answer, JukinetError):
            raise self.answer
        return self.answer if isinstance(self.answer, bytes) else frames.write_answer(self.answer)

    def call(self, to: NodeId, kind: CallKind, envelope: bytes) -> bytes:
        raise NotImplementedError

    def fetch_directory(self, from_: NodeId) -> bytes:
        raise NotImplementedError

    def handshake(self, to: NodeId, question: bytes) -> bytes:
        raise NotImplementedError


def answering(
    federation: Federation, answer: FrameAnswer | JukinetError | bytes
) -> tuple[Context, list[frames.Frame]]:
    sent: list[frames.Frame] = []
    return replace(federation.context(KUNI, WORKER), peers=Answering(answer, sent)), sent


# What may be put


def test_what_no_reader_would_take_is_never_put(federation: Federation) -> None:
    """An entry that cannot be signed would hold up every later one: the act itself is refused."""
    ctx = federation.context(KUNI, OFFICE)
    before = world.tables(federation, KUNI)
    bad = [
        notice(code(1), of=CHIYODA),  # not ours to speak of
        notice(code(1), name="x" * 100_000),  # no reader takes it
        notice(code(1), ChangeKind.CODE_CORRECTION, previous=code(1)),
    ]
    for body in bad:
        with pytest.raises(JukinetError) as caught, ctx.begin() as tx:
            outgoing.put(ctx, tx, MessageKind.IDENTITY_NOTICE, TOKYO, body)
        assert caught.value.kind is ErrorKind.INVALID
    assert world.changed(before, world.tables(federation, KUNI)) == set()


def test_a_record_with_an_address_elsewhere_is_not_loaded_and_blocks_nothing(federation: Federation) -> None:
    ctx = federation.context(KUNI, OFFICE)
    before = world.tables(federation, KUNI)
    with pytest.raises(JukinetError):
        loading.load_households(ctx, CLERK, [[make_person(municipality=CHIYODA)]])
    assert world.changed(before, world.tables(federation, KUNI)) == set()
    loading.load_households(ctx, CLERK, [[make_person(municipality=KUNITACHI)]])
    federation.run()
    assert federation.unsent() == 0


def test_putting_changes_the_outbox_alone_and_gives_no_number(federation: Federation) -> None:
    before = world.tables(federation, KUNI)
    put(federation, 1)
    assert world.changed(before, world.tables(federation, KUNI)) == {"outbox", "sent_copies"}
    assert world.rows(federation, KUNI, "SELECT number, incarnation, signed FROM outbox") == [
        (None, None, False)
    ]


# Numbers


def test_each_addressee_and_stream_is_numbered_from_one(federation: Federation) -> None:
    ctx = federation.context(KUNI, OFFICE)
    facts = notice(code(1)).facts
    moved = MoveInNotice(None, facts.name, facts.birth_date, facts.sex, facts.address, world.TODAY)
    put(federation, 1, 2)
    with ctx.begin() as tx:
        for node in (CHIYO, world.FUKU, CHIYO):
            outgoing.put(ctx, tx, MessageKind.MOVE_IN_NOTICE, node, moved)
    outgoing.prepare(federation.context(KUNI, WORKER))
    assert world.rows(
        federation, KUNI, "SELECT stream, addressee, number FROM outbox ORDER BY stream, addressee, number"
    ) == [
        ("identity", "pref-13", 1),
        ("identity", "pref-13", 2),
        ("move", "muni-072010", 1),
        ("move", "muni-131016", 1),
        ("move", "muni-131016", 2),
    ]


def test_another_life_of_the_node_numbers_from_one_again(federation: Federation) -> None:
    put(federation, 1, 2)
    federation.run()
    federation.put_back(KUNI)
    put(federation, 3)
    assert outgoing.prepare(federation.context(KUNI, WORKER)) == 0  # it recovers
    federation.run()
    assert [(one.incarnation, one.number) for one in lane(federation)] == [(1, 1), (1, 2), (2, 1)]


def test_more_than_one_batch_is_prepared_in_order(federation: Federation) -> None:
    ctx = federation.context(KUNI, OFFICE)
    count = outgoing.BATCH + 20
    with ctx.begin() as tx:
        put(federation, *range(1, count + 1), tx=tx)
    worker = federation.context(KUNI, WORKER)
    while outgoing.prepare(worker):
        pass
    assert codes(require_gapless(federation, count)) == [code(index) for index in range(1, count + 1)]


def test_two_workers_at_once_number_and_sign_each_entry_once(federation: Federation) -> None:
    """Two workers, and meanwhile an office that goes on putting."""
    rounds, each = 6, 15
    worker = federation.context(KUNI, WORKER)
    barrier = threading.Barrier(3, timeout=30)

    def work() -> None:
        for _ in range(rounds):
            barrier.wait()
            outgoing.prepare(worker)
            outgoing.prepare(worker)

    def enter() -> None:
        for round_ in range(rounds):
            put(federation, *range(round_ * each + 1, round_ * each + each // 2 + 1))
            barrier.wait()
            put(federation, *range(round_ * each + each // 2 + 1, (round_ + 1) * each + 1))

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(work), pool.submit(work), pool.submit(enter)]:
            done.result()
    while outgoing.prepare(worker):
        pass
    prepared = require_gapless(federation, rounds * each)
    # One clerk put them one after another: that order is kept.
    assert codes(prepared) == [code(index) for index in range(1, rounds * each + 1)]
    federation.run()
    assert len(world.held(federation, NATIONAL)) == rounds * each


def test_workers_lock_streams_and_lanes_in_one_order(federation: Federation) -> None:
    """Otherwise two of them could each hold what the other waits for."""
    with world.connect(federation, KUNI) as raw:
        for index in (5, 3, 9, 1, 7, 2, 8, 4, 6):
            raw.execute(
                "INSERT INTO outbox (stream, addressee, kind, body, created_at, statement_id)"
                " VALUES ('move', %s, 'x', '', now(), %s)",
                (f"muni-{index}", str(index)),
            )
            raw.execute(
                "INSERT INTO statements VALUES (%s, 'x', %s, 1, 'move', 'x', 1, '', '', now())",
                (str(index), str(index)),
            )
            raw.execute(
                "INSERT INTO lane_out_items (peer, stream, statement_id) VALUES (%s, 'move', %s)",
                (f"muni-{index}", str(index)),
            )
        raw.execute("SET enable_sort = off")
    with federation.context(KUNI, WORKER).begin() as tx:
        streams = [row["addressee"] for row in tx.rows(outbox._SQL.unnumbered_streams, incarnation=1)]
        lanes = [row["peer"] for row in tx.rows(outbox._SQL.unnumbered_lanes, incarnation=1)]
    assert (streams, lanes) == (sorted(streams), sorted(lanes))
    assert len(streams) == len(lanes) == 9


def test_a_transaction_that_commits_late_leaves_no_hole(federation: Federation) -> None:
    worker = federation.context(KUNI, WORKER)
    with world.connect(federation, KUNI, "office", row_factory=dict_row) as slow:
        slow.execute("BEGIN")
        put(federation, 1, tx=Transaction(slow))  # its place in the outbox is taken, and not committed
        put(federation, 2, 3)
        federation.run()
        assert world.cursor(federation, TOKYO, KUNI) == 2
        slow.execute("COMMIT")
    outgoing.prepare(worker)
    assert codes(require_gapless(federation, 3)) == [code(2), code(3), code(1)]
    federation.run()
    assert world.cursor(federation, NATIONAL, TOKYO) == 3
    assert world.rows(federation, KUNI, "SELECT number FROM outbox ORDER BY entry_id") == [(3,), (1,), (2,)]


def test_a_transaction_that_is_rolled_back_leaves_no_hole(federation: Federation) -> None:
    with world.connect(federation, KUNI, "office", row_factory=dict_row) as lost:
        lost.execute("BEGIN")
        put(federation, 1, tx=Transaction(lost))
        put(federation, 2)
        lost.execute("ROLLBACK")
    put(federation, 3)
    outgoing.prepare(federation.context(KUNI, WORKER))
    assert codes(require_gapless(federation, 2)) == [code(2), code(3)]


# Crashes


def test_a_crash_at_any_step_of_preparing_loses_and_doubles_nothing(federation: Federation) -> None:
    worker = federation.context(KUNI, WORKER)
    steps = 0
    finished = False
    while not finished:
        steps += 1
        put(federation, 2 * steps - 1, 2 * steps)
        ctx, _ = world.crashing(worker, steps)
        try:
            outgoing.prepare(ctx)
            finished = True
        except world.Crash:
            outgoing.prepare(worker)
    assert steps > 20
    prepared = require_gapless(federation, 2 * steps)
    assert codes(prepared) == [code(index) for index in range(1, 2 * steps + 1)]
    federation.run()
    assert len(world.held(federation, NATIONAL)) == 2 * steps


def test_a_crash_between_numbering_and_signing_leaves_numbered_rows_that_are_signed_next_time(
    federation: Federation,
) -> None:
    worker = federation.context(KUNI, WORKER)
    put(federation, 1, 2, 3)
    device = world.Breaking(worker.signers[KeyUse.STATEMENT], after=1)
    with pytest.raises(world.Crash):
        outgoing.prepare(replace(worker, signers=OneKeyEach({KeyUse.STATEMENT: device})))
    numbered = "SELECT number, signed FROM outbox ORDER BY entry_id"
    assert world.rows(federation, KUNI, numbered) == [(1, False), (2, False), (3, False)]
    assert world.rows(federation, KUNI, "SELECT count(*) FROM statements WHERE origin = %s", str(KUNI)) == [
        (0,)
    ]
    outgoing.prepare(worker)
    assert codes(require_gapless(federation, 3)) == [code(1), code(2), code(3)]


def test_a_crash_between_signing_and_keeping_signs_again_and_keeps_one(federation: Federation) -> None:
    worker = federation.context(KUNI, WORKER)
    put(federation, 1)
    device = world.Breaking(worker.signers[KeyUse.STATEMENT], after=5)
    for steps in range(1, 100):
        ctx, _ = world.crashing(replace(worker, signers=OneKeyEach({KeyUse.STATEMENT: device})), steps)
        with pytest.raises(world.Crash):
            outgoing.prepare(ctx)
        if device.after < 5:
            break
    assert world.rows(federation, KUNI, "SELECT number, signed FROM outbox") == [(1, False)]
    outgoing.prepare(worker)
    require_gapless(federation, 1)


@dataclass
class Interrupted:
    """A key device in the middle of whose signing something else happens, once."""

    real: Signer
    meanwhile: Callable[[], object] | None

    @property
    def key_id(self) -> str:
        return self.real.key_id

    @property
    def use(self) -> KeyUse:
        return self.real.use

    def sign(self, data: bytes) -> bytes:
        work, self.meanwhile = self.meanwhile, None
        if work is not None:
            work()
        return self.real.sign(data)


@pytest.mark.parametrize("other_ends_at", [None, 3, 9, 14, 18])
def test_two_workers_sign_the_same_entries_and_one_set_of_bytes_is_kept_and_sent(
    federation: Federation, other_ends_at: int | None
) -> None:
    """While one signs, the other numbers, signs, queues and sends; or its process ends somewhere on that way."""
    worker = federation.context(KUNI, WORKER)
    put(federation, 1, 2, 3)

    def other() -> None:
        ctx = world.crashing(worker, other_ends_at)[0] if other_ends_at else worker
        with suppress(world.Crash):
            outgoing.prepare(ctx)
            outgoing.send(ctx, TOKYO, IDENTITY)

    slow = Interrupted(worker.signers[KeyUse.STATEMENT], other)
    outgoing.prepare(replace(worker, signers=OneKeyEach({KeyUse.STATEMENT: slow})))
    while outgoing.prepare(worker):
        pass
    assert codes(require_gapless(federation, 3)) == [code(1), code(2), code(3)]
    federation.run()
    assert len(world.entries(federation, TOKYO, AuditEvent.NOTICE_APPLIED)) == 3
    assert world.halted(federation, KUNI) == world.halted(federation, TOKYO) == ()


def test_a_crash_between_delivery_and_acknowledgement_sends_again_and_applies_once(
    federation: Federation,
) -> None:
    put(federation, 1, 2)
    worker = federation.context(KUNI, WORKER)
    outgoing.prepare(worker)
    steps = 0
    while True:
        steps += 1
        ctx, _ = world.crashing(worker, steps)
        try:
            outgoing.send(ctx, TOKYO, IDENTITY)
        except world.Crash:
            continue
        break
    assert steps > 5
    assert state(federation)["acknowledged"] == 2
    assert len(world.entries(federation, TOKYO, AuditEvent.NOTICE_APPLIED)) == 2
    assert world.cursor(federation, TOKYO, KUNI) == 2


# Answers


def test_everything_that_is_acknowledged_is_done_with(federation: Federation) -> None:
    put(federation, 1, 2)
    federation.run()
    assert outgoing.send(federation.context(KUNI, WORKER), TOKYO, IDENTITY) == 0
    assert federation.unsent() == 0
    found = state(federation)
    assert (found["last_number"], found["acknowledged"], found["failures"]) == (2, 2, 0)


def test_back_off_doubles_with_jitter_up_to_a_cap(federation: Federation) -> None:
    put(federation, 1)
    ctx, sent = answering(federation, JukinetError(ErrorKind.UNAVAILABLE, "The line is cut."))
    outgoing.prepare(ctx)
    shares = []
    for attempt in range(14):
        assert outgoing.due_lanes(ctx) == [(TOKYO, IDENTITY)]
        assert outgoing.send(ctx, TOKYO, IDENTITY) == 0
        found = state(federation)
        after = found["attempt_after"]
        assert isinstance(after, datetime)
        wait = (after - federation.clock.now()).total_seconds()
        full = min(outgoing.LONGEST_WAIT, outgoing.FIRST_WAIT * 2**attempt)
        assert full / 2 <= wait <= full
        shares.append(wait / full)
        assert (found["failures"], found["last_problem"]) == (attempt + 1, "unavailable")
        assert outgoing.due_lanes(ctx) == []
        federation.clock.advance(timedelta(seconds=wait) - timedelta(milliseconds=1))
        assert outgoing.due_lanes(ctx) == []
        federation.clock.advance(timedelta(milliseconds=2))
    assert full == outgoing.LONGEST_WAIT
    assert max(shares) - min(shares) > 0.1
    assert len(sent) == 14
    federation.run()
    assert (state(federation)["failures"], state(federation)["attempt_after"]) == (0, None)


def test_what_a_busy_peer_asks_for_is_waited_and_a_random_share_more(federation: Federation) -> None:
    put(federation, 1)
    waits = []
    for asked in (7.0,) * 8 + (3600.0,):
        busy = JukinetError(ErrorKind.UNAVAILABLE, "This node is busy.", retry_after=asked)
        ctx, _ = answering(federation, busy)
        outgoing.prepare(ctx)
        with world.connect(
            federation, KUNI
        ) as raw:  # each the first failure: our own wait is a fifth of a second
            raw.execute("UPDATE lanes_out SET failures = 0, attempt_after = NULL")
        outgoing.send(ctx, TOKYO, IDENTITY)
        after = state(federation)["attempt_after"]
        assert isinstance(after, datetime)
        waits.append((after - federation.clock.now()).total_seconds())
    assert all(7 <= wait <= 10.5 for wait in waits[:-1])
    assert max(waits[:-1]) - min(waits[:-1]) > 0.5
    assert waits[-1] == outgoing.LONGEST_WAIT  # no peer can put a lane off for ever


def test_frames_shrink_while_a_lane_fails_and_are_whole_again_when_it_does_not(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "MAX_STATEMENTS", 8)
    put(federation, *range(1, 31))
    ctx, sent = answering(federation, JukinetError(ErrorKind.UNAVAILABLE, "The line is cut."))
    outgoing.prepare(ctx)
    for _ in range(6):
        outgoing.send(ctx, TOKYO, IDENTITY)
    assert [len(frame.statements) for frame in sent] == [8, 4, 2, 1, 1, 1]
    good, whole = answering(federation, FrameAnswer(1, 2))
    outgoing.send(good, TOKYO, IDENTITY)
    outgoing.send(replace(good, peers=Answering(FrameAnswer(9, 10), whole)), TOKYO, IDENTITY)
    assert [(frame.first_number, len(frame.statements)) for frame in whole] == [(1, 1), (2, 8)]


def test_no_more_bytes_are_fetched_than_a_frame_holds_but_one_statement_always(
    federation: Federation,
) -> None:
    put(federation, *range(1, 6))
    outgoing.prepare(federation.context(KUNI, WORKER))
    with federation.context(KUNI, WORKER).begin() as tx:
        _, everything = outbox.waiting(tx, TOKYO, IDENTITY, most=10, room=10**6)
        sizes = [len(envelope) for envelope in everything]
        assert len(outbox.waiting(tx, TOKYO, IDENTITY, most=10, room=sum(sizes[:3]))[1]) == 3
        assert len(outbox.waiting(tx, TOKYO, IDENTITY, most=10, room=sum(sizes[:3]) - 1)[1]) == 2
        assert outbox.waiting(tx, TOKYO, IDENTITY, most=10, room=1) == (1, everything[:1])


@pytest.mark.parametrize("answer", [b"<html>", b"{}", b'{"cursor":1,"expected":2}'])
def test_an_answer_that_is_none_is_a_failure_and_nothing_is_acknowledged(
    federation: Federation, answer: bytes
) -> None:
    put(federation, 1)
    ctx, _ = answering(federation, answer)
    outgoing.prepare(ctx)
    assert outgoing.send(ctx, TOKYO, IDENTITY) == 0
    found = state(federation)
    assert (found["acknowledged"], found["failures"], found["halted"]) == (0, 1, False)


def test_a_part_that_was_taken_is_not_sent_again(federation: Federation) -> None:
    put(federation, 1, 2, 3)
    ctx, sent = answering(federation, FrameAnswer(2, 3, refused=FrameRefusal.UNAUTHENTIC))
    outgoing.prepare(ctx)
    assert outgoing.send(ctx, TOKYO, IDENTITY) == 2
    found = state(federation)
    assert (found["acknowledged"], found["failures"], found["last_problem"]) == (2, 1, "unauthentic")
    outgoing.send(ctx, TOKYO, IDENTITY)
    assert [frame.first_number for frame in sent] == [1, 3]


def test_a_peer_that_lost_what_it_had_is_sent_it_again(federation: Federation) -> None:
    put(federation, 1, 2, 3)
    federation.run()
    put(federation, 4)
    ctx, sent = answering(federation, FrameAnswer(1, 2, refused=FrameRefusal.GAP))
    outgoing.prepare(ctx)
    outgoing.send(ctx, TOKYO, IDENTITY)
    assert (state(federation)["acknowledged"], state(federation)["halted"]) == (1, False)
    outgoing.send(ctx, TOKYO, IDENTITY)
    assert (sent[1].first_number, len(sent[1].statements)) == (2, 3)


def test_a_peer_that_claims_what_was_never_sent_halts_the_lane_with_an_alarm(federation: Federation) -> None:
    put(federation, 1)
    ctx, _ = answering(federation, FrameAnswer(7, 8))
    outgoing.prepare(ctx)
    assert outgoing.send(ctx, TOKYO, IDENTITY) == 0
    assert state(federation)["acknowledged"] == 0
    assert world.halted(federation, KUNI) == (f"{TOKYO} identity",)
    assert outgoing.due_lanes(ctx) == []
    (alarm,) = world.entries(federation, KUNI, AuditEvent.LANE_HALTED)
    assert (alarm.actor, alarm.outcome, alarm.rules) == (TOKYO.uri, Outcome.REFUSED, ("identity",))


def test_a_lane_that_the_receiver_halted_is_halted_here_too(federation: Federation) -> None:
    put(federation, 1, 2)
    ctx, _ = answering(federation, FrameAnswer(1, 2, halted=True, refused=FrameRefusal.HALTED))
    outgoing.prepare(ctx)
    outgoing.send(ctx, TOKYO, IDENTITY)
    # Nothing counts as delivered: the peer may hold something else at number 1.
    assert (state(federation)["acknowledged"], state(federation)["halted"]) == (0, True)
    assert world.halted(federation, KUNI) == (f"{TOKYO} identity",)
    assert len(world.entries(federation, KUNI, AuditEvent.LANE_HALTED)) == 1


def test_two_senders_of_one_lane_do_not_halt_it(federation: Federation) -> None:
    """The slower one hears of numbers that it did not send itself: the faster one did."""
    put(federation, 1)
    slow = federation.context(KUNI, WORKER)
    outgoing.prepare(slow)

    class Overtaken:
        def deliver(self, to: NodeId, stream: Stream, frame: bytes) -> bytes:
            put(federation, 2, 3)
            fast = federation.context(KUNI, WORKER)
            outgoing.prepare(fast)
            assert outgoing.send(fast, to, stream) == 3
            return slow.peers.deliver(to, stream, frame)

    outgoing.send(replace(slow, peers=Overtaken()), TOKYO, IDENTITY)  # type: ignore[arg-type]
    assert (state(federation)["acknowledged"], state(federation)["halted"]) == (3, False)
    assert world.halted(federation, KUNI) == ()


def test_what_the_receiver_parked_is_written_down_here_once(federation: Federation) -> None:
    put(federation, 1, 2)
    answer = FrameAnswer(2, 3, parked=(Parked(2, ErrorKind.CONFLICT),))
    ctx, _ = answering(federation, answer)
    outgoing.prepare(ctx)
    assert outgoing.send(ctx, TOKYO, IDENTITY) == 2
    (alert,) = world.entries(federation, KUNI, AuditEvent.STATEMENT_PARKED)
    assert (alert.actor, alert.outcome, alert.rules) == (TOKYO.uri, Outcome.REFUSED, ("conflict",))
    assert alert.reference == lane(federation)[1].statement_id
    assert (state(federation)["acknowledged"], state(federation)["failures"]) == (2, 0)
    put(federation, 3)
    outgoing.prepare(ctx)
    again, _ = answering(federation, FrameAnswer(3, 4, parked=answer.parked))
    assert outgoing.send(again, TOKYO, IDENTITY) == 1
    assert len(world.entries(federation, KUNI, AuditEvent.STATEMENT_PARKED)) == 1


def test_statements_are_signed_by_the_origin_and_kept_verbatim(federation: Federation) -> None:
    put(federation, 1)
    federation.run()
    kept = "SELECT envelope FROM statements WHERE stream = 'identity'"
    assert (
        world.rows(federation, KUNI, kept)
        == world.rows(federation, TOKYO, kept)
        == world.rows(federation, NATIONAL, kept)
    )
    (statement,) = lane(federation)
    assert (statement.origin, statement.first_addressee, statement.created) == (KUNI, TOKYO, EPOCH)


def test_a_frame_is_in_order_whatever_order_the_table_has(federation: Federation) -> None:
    """Without the index, and with the first row moved to the end of the table."""
    put(federation, 1, 2, 3, 4, 5)
    outgoing.prepare(federation.context(KUNI, WORKER))
    queued = codes(lane(federation))
    with world.connect(federation, KUNI) as raw:
        raw.execute("ALTER TABLE lane_out_items DROP CONSTRAINT lane_out_items_peer_stream_lane_number_key")
        for number in (1, 4, 2):
            raw.execute("UPDATE lane_out_items SET stream = stream WHERE lane_number = %s", (number,))
    with federation.context(KUNI, WORKER).begin() as tx:
        first, envelopes = outbox.waiting(tx, TOKYO, IDENTITY, most=3, room=10**6)
    opened = [open_statement(envelope, federation.directory.owned_key) for envelope in envelopes]
    assert (first, codes(opened)) == (1, queued[:3])

"""The worker: rounds over everything, until it is told to end, whatever one round meets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
import structlog
from tests.services import world
from tests.services.services import carding, counter
from tests.services.world import CHIYO, KUNI, TOKYO, code, notice

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages.kinds import MessageKind, Stream
from jukinet.services import outgoing
from jukinet.services.context import Context
from jukinet.testing.federation import OFFICE, WORKER, Federation, OneKeyEach
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.worker.jobs import EVERY, Job
from jukinet.worker.loop import SENDERS, Worker

ROOT = b"r" * 32
SECONDS = 20


def put(federation: Federation, *indexes: int) -> None:
    ctx = federation.context(KUNI, OFFICE)
    for index in indexes:
        with ctx.begin() as tx:
            outgoing.put(ctx, tx, MessageKind.IDENTITY_NOTICE, TOKYO, notice(code(index)))


@contextmanager
def running(worker: Worker) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield thread
    finally:
        worker.stop()
        thread.join(SECONDS)
    assert not thread.is_alive()


class Watching:
    """The peers of a node, with an event for what reaches them."""

    def __init__(self, ctx: Context) -> None:
        self.real = ctx.peers
        self.delivered = threading.Event()
        self.directories: list[NodeId] = []

    def deliver(self, to: NodeId, stream: Stream, frame: bytes) -> bytes:
        answer = self.real.deliver(to, stream, frame)
        self.delivered.set()
        return answer

    def call(self, to: NodeId, kind: object, envelope: bytes) -> bytes:
        raise NotImplementedError

    def handshake(self, to: NodeId, question: bytes) -> bytes:
        raise NotImplementedError

    def fetch_log(self, from_: NodeId, path: str) -> bytes:
        raise NotImplementedError

    def fetch_directory(self, from_: NodeId) -> bytes:
        if from_ == NATIONAL:  # the governor is asked after it each time
            self.directories.append(from_)
        raise JukinetError(ErrorKind.UNAVAILABLE, "The centre does not answer.")


def watched(federation: Federation, node: NodeId = KUNI) -> tuple[Context, Watching]:
    ctx = federation.context(node, WORKER)
    peers = Watching(ctx)
    return replace(ctx, peers=peers), peers


def round_of(worker: Worker) -> None:
    """A round, and what it left to another thread of asking for the directory."""
    worker.round()
    worker._beside[Job.DIRECTORY].result(SECONDS)


def test_what_is_put_is_delivered_while_it_runs_and_it_ends_when_told(federation: Federation) -> None:
    ctx, peers = watched(federation)
    with running(Worker(ctx, ROOT)) as thread:
        put(federation, 1)
        assert peers.delivered.wait(SECONDS)
        assert thread.is_alive()
    federation.run()
    assert len(world.held(federation, NATIONAL)) == 1
    assert federation.unsent() == 0


def test_two_workers_of_one_node_deliver_everything_once(federation: Federation) -> None:
    put(federation, *range(1, 41))
    first, second = watched(federation)[0], watched(federation)[0]
    with running(Worker(first, ROOT)), running(Worker(second, ROOT)):
        put(federation, *range(41, 61))
        done = threading.Event()
        for _ in range(200):
            if world.cursor(federation, TOKYO, KUNI) == 60:
                break
            done.wait(0.05)
    federation.clock.advance(timedelta(minutes=1))
    federation.run()
    assert world.halted(federation, KUNI) == world.halted(federation, TOKYO) == ()
    assert len(world.held(federation, NATIONAL)) == 60
    assert world.rows(federation, TOKYO, "SELECT count(*) FROM identity_history") == [(60,)]


def test_a_stopped_worker_does_nothing(federation: Federation) -> None:
    put(federation, 1)
    worker = Worker(federation.context(KUNI, WORKER), ROOT)
    worker.stop()
    worker.run()
    assert world.rows(federation, KUNI, "SELECT number FROM outbox") == [(None,)]


def test_due_move_outs_are_completed_in_time_and_not_at_every_round(federation: Federation) -> None:
    found = counter.load(federation)[0]
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], CHIYODA)
    ctx, _ = watched(federation)
    worker = Worker(ctx, ROOT)
    worker.round()
    assert counter.read(federation, KUNITACHI, found.resident_no).present
    federation.set_date(date(2013, 7, 10))
    worker.round()
    assert counter.read(federation, KUNITACHI, found.resident_no).present
    federation.clock.advance(EVERY[Job.DUE])
    worker.round()
    assert not counter.read(federation, KUNITACHI, found.resident_no).present


def test_cards_whose_last_day_is_over_are_looked_for_at_the_start_and_now_and_then(
    federation: Federation,
) -> None:
    carding.holder(federation)
    worker = Worker(watched(federation)[0], ROOT)
    worker.round()
    federation.set_date(date(2023, 7, 9))
    worker.round()
    assert carding.events(federation) == ["issued"]
    federation.clock.advance(EVERY[Job.CARDS])
    worker.round()
    assert carding.events(federation) == ["issued", "lapsed"]


def test_the_directory_is_asked_for_now_and_then(federation: Federation) -> None:
    ctx, peers = watched(federation)
    worker = Worker(ctx, ROOT)
    round_of(worker)
    round_of(worker)
    assert peers.directories == [NATIONAL]
    federation.clock.advance(EVERY[Job.DIRECTORY])
    round_of(worker)
    assert peers.directories == [NATIONAL, NATIONAL]


def test_a_directory_that_nobody_renews_is_told_once_an_hour(federation: Federation) -> None:
    ctx, _ = watched(federation)
    worker, issued = Worker(ctx, ROOT), ctx.directory().issued_at

    def told(after: timedelta) -> list[str]:
        federation.clock.moment = issued + after
        with structlog.testing.capture_logs() as logs:
            worker.round()
        return [entry["event"] for entry in logs if entry["event"].startswith("directory")]

    day = timedelta(hours=24)
    assert told(day) == []
    assert told(day + EVERY[Job.DIRECTORY]) == ["directory.stale"]
    assert told(day + 2 * EVERY[Job.DIRECTORY]) == []
    assert told(day + timedelta(hours=2)) == ["directory.stale"]


def test_a_clock_that_goes_back_holds_up_nothing(federation: Federation) -> None:
    ctx, peers = watched(federation)
    worker = Worker(ctx, ROOT)
    put(federation, 1)
    federation.line.cut = {TOKYO}
    federation.run()
    assert federation.unsent() == 1
    round_of(worker)
    federation.line.cut = set()
    federation.clock.advance(-timedelta(hours=3))
    federation.run()
    assert federation.unsent() == 0
    asked = len(peers.directories)
    round_of(worker)
    assert len(peers.directories) == asked + 1


def test_one_lane_that_hangs_holds_up_no_other(federation: Federation) -> None:
    put(federation, 1)
    counter.move_in(federation, KUNITACHI, counter.japanese(), previous_address=counter.place(CHIYODA))
    ctx, peers = watched(federation)
    release, hanging = threading.Event(), threading.Event()

    class Hanging(Watching):
        def deliver(self, to: NodeId, stream: Stream, frame: bytes) -> bytes:
            if stream is Stream.IDENTITY:
                hanging.set()
                assert release.wait(SECONDS)
                raise JukinetError(ErrorKind.UNAVAILABLE, "The line hangs.")
            return super().deliver(to, stream, frame)

    hung = Hanging(federation.context(KUNI, WORKER))
    with running(Worker(replace(ctx, peers=hung), ROOT)):
        assert hanging.wait(SECONDS)
        assert hung.delivered.wait(SECONDS)
        release.set()
    assert world.cursor(federation, CHIYODA.node_id, KUNI, Stream.MOVE) == 1
    assert peers.directories == []


def test_peers_that_hang_after_a_restore_and_a_centre_that_does_hold_up_no_lane(
    federation: Federation,
) -> None:
    federation.line.cut = {CHIYO}
    federation.put_back(KUNI)
    federation.run()
    federation.clock.advance(timedelta(minutes=1))
    release, asked, hung = threading.Event(), threading.Event(), threading.Event()

    class Hanging(Watching):
        def handshake(self, to: NodeId, question: bytes) -> bytes:
            asked.set()
            assert release.wait(3 * SECONDS)
            raise JukinetError(ErrorKind.UNAVAILABLE, "Nobody answers.")

        def fetch_directory(self, from_: NodeId) -> bytes:
            hung.set()
            assert release.wait(3 * SECONDS)
            return super().fetch_directory(from_)

    peers = Hanging(federation.context(KUNI, WORKER))
    with running(Worker(replace(federation.context(KUNI, WORKER), peers=peers), ROOT)):
        try:
            assert asked.wait(SECONDS)
            assert hung.wait(SECONDS)
            put(federation, 1)
            assert peers.delivered.wait(SECONDS)
        finally:
            release.set()


def test_a_worker_that_is_told_to_end_shakes_hands_with_nobody_more(federation: Federation) -> None:
    federation.put_back(KUNI)
    asked: list[NodeId] = []

    class Ending(Watching):
        def handshake(self, to: NodeId, question: bytes) -> bytes:
            worker.stop()
            asked.append(to)
            raise JukinetError(ErrorKind.UNAVAILABLE, "Nobody answers.")

    worker = Worker(
        replace(federation.context(KUNI, WORKER), peers=Ending(federation.context(KUNI, WORKER))), ROOT
    )
    worker.run()
    assert len(asked) <= len({TOKYO, NATIONAL})


def test_lanes_to_dead_peers_hold_up_no_lane_to_a_live_one(federation: Federation) -> None:
    """More of them than there are senders, each of which waits for an answer that does not come."""
    dead = [
        NodeId(f"muni-{number}") for number in ("131024", "131032", "131041", "131059", "131067", "131075")
    ]
    assert len(dead) > SENDERS
    ctx, _ = watched(federation)
    put(federation, 1)
    outgoing.prepare(ctx)
    with world.connect(federation, KUNI) as raw:
        for peer in dead:
            raw.execute(
                "INSERT INTO lanes_out (peer, stream, last_number, failures, last_problem, attempt_after)"
                " VALUES (%s, 'move', 1, 3, 'unavailable', %s)",
                (str(peer), federation.clock.now() - timedelta(minutes=1)),
            )
            raw.execute(
                "INSERT INTO lane_out_items (peer, stream, statement_id, lane_number)"
                " SELECT %s, 'move', statement_id, 1 FROM statements WHERE stream = 'identity' LIMIT 1",
                (str(peer),),
            )
        raw.execute("UPDATE lanes_out SET attempt_after = %s WHERE failures = 0", (federation.clock.now(),))
    release, hung = threading.Event(), threading.Semaphore(0)

    class Dead(Watching):
        def deliver(self, to: NodeId, stream: Stream, frame: bytes) -> bytes:
            if to in dead:
                hung.release()
                assert release.wait(SECONDS)
                raise JukinetError(ErrorKind.UNAVAILABLE, "Nobody answers.")
            return super().deliver(to, stream, frame)

    peers = Dead(federation.context(KUNI, WORKER))
    worker = Worker(replace(ctx, peers=peers), ROOT)
    # The dead ones come first: their time came earlier.
    assert [failed for _, failed in outgoing.due(ctx)] == [True] * len(dead) + [False]
    with running(worker):
        assert hung.acquire(timeout=SECONDS)
        assert peers.delivered.wait(SECONDS)
        release.set()


@pytest.mark.parametrize(
    "error", [JukinetError(ErrorKind.UNAVAILABLE, "The database is away."), ValueError("国立　花子")]
)
def test_a_round_that_breaks_is_logged_by_kind_and_the_next_one_works(
    federation: Federation, error: Exception
) -> None:
    put(federation, 1)
    ctx = federation.context(KUNI, WORKER)
    broken = [True]

    class Breaking:
        def now(self) -> object:
            if broken[0]:
                raise error
            return federation.clock.now()

    worker = Worker(replace(ctx, clock=Breaking()), ROOT)  # type: ignore[arg-type]
    with structlog.testing.capture_logs() as logs, pytest.raises(type(error)):
        worker.round()  # the clock itself is asked outside the steps
    assert {entry["step"] for entry in logs} >= {"send"}
    assert "国立" not in repr(logs)
    broken[0] = False
    worker.round()
    with running(worker):
        pass
    federation.run()
    assert len(world.held(federation, NATIONAL)) == 1


def test_a_step_that_fails_does_not_keep_the_others_from_their_work(federation: Federation) -> None:
    """A key device that fails: nothing is signed, but directory and due acts go on."""
    put(federation, 1)
    ctx, peers = watched(federation)
    worker = Worker(replace(ctx, signers=OneKeyEach()), ROOT)
    with structlog.testing.capture_logs() as logs:
        round_of(worker)
    assert [(entry["event"], entry["step"]) for entry in logs] == [
        ("round.broke", "prepare"),
        ("round.failed", "directory"),
    ]
    assert peers.directories == [NATIONAL]


def test_the_worker_compares_what_is_due_beside_its_rounds(federation: Federation) -> None:
    worker = Worker(federation.context(KUNI, WORKER), ROOT)
    worker.round()
    assert Job.CHECK not in worker._beside  # not at the start: what was down together comes up together
    for _ in range(2):
        federation.clock.advance(EVERY[Job.CHECK])
        worker.round()
        worker._beside[Job.CHECK].result(SECONDS)
        federation.clock.advance(timedelta(days=1))
    made = world.rows(federation, KUNI, "SELECT count(*) FROM consistency_checks WHERE ended_at IS NOT NULL")
    assert made == [(1,)]
    worker.stop()
    worker.run()

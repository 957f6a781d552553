"""Promise 4 where peers are silent, slow, or hold more than one answer carries."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from tests.services import world
from tests.services.services import carding, counter
from tests.services.services.recovering import MINUTE, asked, lost, settle, state
from tests.services.world import CHIYO, KUNI, TOKYO

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages import frames
from jukinet.messages import handshakes as messages
from jukinet.messages.bodies import CodeRequest
from jukinet.messages.handshakes import HandshakeAnswer
from jukinet.messages.kinds import MessageKind, Stream
from jukinet.services import code_requests, handshakes, outgoing, recovery
from jukinet.services.context import Context, Peers
from jukinet.store.lives import Done
from jukinet.testing.federation import CLERK, NETWORK, WORKER, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

SECONDS = 20

# Who is silent


def municipalities(count: int) -> list[NodeId]:
    """Ids of Tokyo's: the last digit checks the others."""
    found: list[NodeId] = []
    for number in range(131100, 139990):
        try:
            one = NodeId.parse(f"muni-{number}")
        except ValueError:
            continue
        if one not in (KUNI, CHIYO):
            found.append(one)
        if len(found) == count:
            break
    return found


@dataclass
class Some:
    """Peers of which some time out, some know nothing, and the rest are as they are."""

    real: Peers
    federation: Federation
    silent: set[NodeId]
    good: set[NodeId]
    tried: list[NodeId] = field(default_factory=list)

    def handshake(self, to: NodeId, question: bytes) -> bytes:
        self.tried.append(to)
        if to in self.silent:
            self.federation.clock.advance(timedelta(seconds=15))
            raise JukinetError(ErrorKind.UNAVAILABLE, "It does not answer in time.")
        if to in self.good:
            return messages.write_answer(HandshakeAnswer(1, ()))
        return self.real.handshake(to, question)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


def among_many(federation: Federation) -> tuple[Context, Some]:
    """A municipality put back whose directory lists many that are silent, and three behind them that are not."""
    more = municipalities(28)
    held = federation.directory
    like = held.nodes[[one.id for one in held.nodes].index(CHIYO)]
    listed = replace(held, nodes=(*held.nodes, *(replace(like, id=one) for one in more)))
    federation.put_back(KUNI)
    ctx = federation.context(KUNI, WORKER)
    peers = Some(ctx.peers, federation, set(more[:25]), set(more[25:]))
    return replace(ctx, directory=lambda: listed, peers=peers), peers


def shaken(federation: Federation) -> set[NodeId]:
    query = "SELECT peer FROM recovery_handshakes WHERE shaken_at IS NOT NULL"
    return {NodeId(peer) for (peer,) in world.rows(federation, KUNI, query)}


def test_silent_peers_starve_nobody_behind_them(federation: Federation) -> None:
    ctx, peers = among_many(federation)
    for _ in range(2):
        recovery.go_on(ctx)
    assert peers.good <= shaken(federation)
    # Nor one another, however many there are: each is tried as often as the next.
    for _ in range(8):
        recovery.go_on(ctx)
    times = [peers.tried.count(one) for one in peers.silent]
    assert max(times) - min(times) <= 1


def test_essential_peers_come_first_and_the_node_is_live_before_the_others_are_asked(
    federation: Federation,
) -> None:
    ctx, peers = among_many(federation)
    peers.silent.add(TOKYO)
    recovery.go_on(ctx)
    peers.silent.remove(TOKYO)
    peers.tried.clear()
    federation.clock.advance(MINUTE)
    first = []

    def each(shake: Any, those: Any) -> Iterator[bool]:
        first.append(state(federation).life.live_at)
        return map(shake, those)

    recovery.go_on(ctx, each)
    assert peers.tried[0] == TOKYO
    assert first[0] is None
    assert first[1] is not None


def test_two_peers_may_give_back_the_same_at_once(federation: Federation) -> None:
    """The governor a notice on its lane, and the centre the same as forwarded."""
    found = counter.load(federation)[0]
    backup = federation.copy_of(KUNI)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    settle(federation)
    federation.put_back(KUNI, backup)
    ctx = federation.context(KUNI, WORKER)
    met = threading.Barrier(2, timeout=SECONDS)

    class Together:
        def __init__(self) -> None:
            self.real, self.first = ctx.peers, {TOKYO, NATIONAL}

        def handshake(self, to: NodeId, question: bytes) -> bytes:
            answer = self.real.handshake(to, question)
            if to in self.first:
                self.first.remove(to)
                met.wait()
            return answer

        def __getattr__(self, name: str) -> Any:
            return getattr(self.real, name)

    with ThreadPoolExecutor(2) as pool:
        recovery.go_on(replace(ctx, peers=Together()), pool.map)
    assert {TOKYO, NATIONAL} <= shaken(federation)
    assert lost(federation) == ["identity-notice correction move-within"]
    assert world.entries(federation, KUNI, AuditEvent.HANDSHAKE_FAILED) == []


# What one answer does not carry


@contextmanager
def narrow(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Answers that have room for hardly more than one statement."""
    sizes = "SELECT max(octet_length(envelope)) FROM statements WHERE origin = %s"
    ((size,),) = world.rows(federation, NATIONAL, sizes, str(KUNI))
    with monkeypatch.context() as patch:
        patch.setattr(frames, "MAX_FRAME", frames._HEAD_ROOM + size * 3 // 2)
        yield


def test_a_lane_for_which_an_answer_has_no_room_is_asked_for_again(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = counter.load(federation)[0]
    backup = federation.copy_of(KUNI)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    counter.move_within(federation, KUNITACHI, found.resident_no, address=counter.elsewhere_in(KUNITACHI, 2))
    carding.give(federation, counter.read(federation, KUNITACHI, found.resident_no))
    settle(federation)
    federation.put_back(KUNI, backup)
    with narrow(federation, monkeypatch):
        recovery.go_on(federation.context(KUNI, WORKER))
    assert {TOKYO, NATIONAL} <= shaken(federation)
    assert sorted(lost(federation)) == [
        "card-status",
        "identity-notice correction move-within",
        "identity-notice correction move-within",
    ]


def test_what_came_by_way_of_the_governor_is_asked_for_again_too(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The centre alone holds the notice, and has no room for it beside what came straight from the municipality."""
    found = counter.load(federation)[0]
    town, governor = federation.copy_of(KUNI), federation.copy_of(TOKYO)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    code_requests.ask_codes(federation.context(KUNI), CLERK, 5)
    settle(federation)
    federation.line.cut = {NATIONAL}
    federation.put_back(TOKYO, governor)
    federation.put_back(KUNI, town)
    federation.run()
    federation.line.cut = set()
    federation.clock.advance(MINUTE)
    with narrow(federation, monkeypatch):
        recovery.go_on(federation.context(KUNI, WORKER))
    assert {TOKYO, NATIONAL} <= shaken(federation)
    assert "identity-notice correction move-within" in lost(federation)


def test_a_peer_that_lost_what_it_acknowledged_is_told_of_all_the_same(federation: Federation) -> None:
    counter.load(federation)
    federation.put_back(KUNI)
    ctx = federation.context(KUNI, WORKER)

    @dataclass(frozen=True)
    class Forgetful:
        real: Peers

        def handshake(self, to: NodeId, question: bytes) -> bytes:
            answer = messages.read_answer(self.real.handshake(to, question))
            lanes = tuple(
                replace(one, cursor=one.cursor + 1) if one.stream is Stream.IDENTITY else one
                for one in answer.lanes
            )
            return messages.write_answer(replace(answer, lanes=lanes))

        def __getattr__(self, name: str) -> Any:
            return getattr(self.real, name)

    recovery.go_on(replace(ctx, peers=Forgetful(ctx.peers)))
    query = "SELECT last_problem FROM recovery_handshakes WHERE peer = %s"
    assert world.rows(federation, KUNI, query, str(TOKYO)) == [("conflict",)]


# Entered again before its peer answers


def moved_in(federation: Federation) -> Any:
    """Somebody of Chiyoda moves in; how to do it, which a clerk can do again."""
    found = counter.load(federation, CHIYODA)[0]
    counter.file_move_out(federation, CHIYODA, [found.resident_no], KUNITACHI)
    settle(federation)

    def move_in() -> None:
        counter.move_in(
            federation, KUNITACHI, counter.as_person(found), previous_address=counter.place(CHIYODA)
        )

    return move_in


def moves_at_chiyoda(federation: Federation) -> list[Any]:
    query = "SELECT statement_id FROM statements WHERE origin = %s AND stream = 'move'"
    return world.rows(federation, CHIYO, query, str(KUNI))


def test_an_act_entered_again_before_its_peer_answers_is_said_once(federation: Federation) -> None:
    move_in = moved_in(federation)
    backup = federation.copy_of(KUNI)
    move_in()
    settle(federation)
    (said,) = moves_at_chiyoda(federation)
    federation.put_back(KUNI, backup, [Done(10**6, "register:move-in:recorded", said)])
    federation.line.cut = {CHIYO}
    federation.run()
    move_in()
    federation.run()
    waiting = state(federation)
    assert waiting.silent == (CHIYO,)
    assert waiting.beyond is not None
    assert [number for number, _ in waiting.beyond] == [10**6], "nobody who answered held it"
    federation.line.cut = set()
    federation.clock.advance(MINUTE)
    settle(federation)
    assert moves_at_chiyoda(federation) == [said]
    assert lost(federation) == []
    closed = "SELECT state, closed_by FROM recovery_items WHERE statement_id = %s"
    assert world.rows(federation, KUNI, closed, said[0]) == [("entered", "system")]
    assert state(federation).beyond == ()
    assert world.halted(federation, KUNI) == world.halted(federation, CHIYO) == ()
    # Nor later, by a further life.
    federation.put_back(KUNI, federation.copy_of(KUNI))
    settle(federation)
    assert (moves_at_chiyoda(federation), lost(federation)) == ([said], [])


def test_an_act_that_is_being_entered_while_its_peer_answers_is_said_once(federation: Federation) -> None:
    """Neither sees what the other has not committed: what is said is locked."""
    body = CodeRequest("ab" * 16, KUNITACHI, 5)
    ctx = federation.context(KUNI)
    backup = federation.copy_of(KUNI)
    with ctx.begin() as tx:
        outgoing.put(ctx, tx, MessageKind.CODE_REQUEST, NATIONAL, body)
    settle(federation)
    federation.put_back(KUNI, backup)
    ctx = federation.context(KUNI)
    worker = threading.Thread(target=recovery.go_on, args=(federation.context(KUNI, WORKER),))
    with ctx.begin() as tx:
        outgoing.put(ctx, tx, MessageKind.CODE_REQUEST, NATIONAL, body)
        worker.start()
        wait_until_blocked(federation)
    worker.join(SECONDS)
    settle(federation)
    query = "SELECT count(*) FROM statements WHERE origin = %s AND kind = 'code-request'"
    assert world.rows(federation, NATIONAL, query, str(KUNI)) == [(1,)]
    assert lost(federation) == []


# The order in which lanes are locked


def wait_until_blocked(federation: Federation) -> None:
    """Wait until somebody waits for a lock of somebody else."""
    pause = threading.Event()
    with world.connect(federation, KUNI) as raw:
        for _ in range(SECONDS * 20):
            query = (
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE NOT granted AND datname = current_database()"
            )
            if raw.execute(query).fetchone()[0]:
                return
            pause.wait(0.05)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("door", [True, False], ids=["the door that answers", "the worker that takes back"])
def test_lanes_to_one_peer_are_locked_in_one_order(federation: Federation, door: bool) -> None:
    """Whoever numbers lanes goes by their names: who waits for the first of them holds no other."""
    with world.connect(federation, KUNI) as raw:
        for stream in Stream:
            raw.execute(
                "INSERT INTO lanes_out (peer, stream) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                (str(TOKYO), stream),
            )
            raw.execute(
                "INSERT INTO lanes_in (peer, stream, incarnation) VALUES (%s, %s, 1) ON CONFLICT DO NOTHING",
                (str(TOKYO), stream),
            )
    lock = "SELECT FROM lanes_out WHERE peer = %s AND stream = %s FOR UPDATE"
    if door:
        network = federation.context(KUNI, NETWORK)
        work = threading.Thread(
            target=handshakes.answer_handshake, args=(network, TOKYO, asked(TOKYO, KUNI, 2))
        )
    else:
        with world.connect(federation, TOKYO) as raw:  # every lane has something to be taken note of
            raw.execute("UPDATE lanes_in SET cursor = 0 WHERE peer = %s", (str(KUNI),))
        with world.connect(federation, KUNI) as raw:
            raw.execute(
                "UPDATE lanes_out SET last_number = 1, acknowledged = 1 WHERE peer = %s", (str(TOKYO),)
            )
        federation.put_back(KUNI)
        work = threading.Thread(target=recovery.go_on, args=(federation.context(KUNI, WORKER),))
    first, *others = sorted(Stream)
    with world.connect(federation, KUNI) as holding:
        with holding.transaction():
            holding.execute(lock, (str(TOKYO), first))
            work.start()
            wait_until_blocked(federation)
            with world.connect(federation, KUNI) as raw:
                for stream in others:
                    try:
                        raw.execute(f"{lock} NOWAIT", (str(TOKYO), stream))
                    except psycopg.errors.LockNotAvailable:
                        pytest.fail(f"who waits for {first} holds {stream}")
        work.join(SECONDS)
    assert not work.is_alive()

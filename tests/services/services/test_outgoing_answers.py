"""Sending: what the sender makes of an answer, and of none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.services import world
from tests.services.services.sending import IDENTITY, Answering, answering, codes, lane, put, state
from tests.services.world import KUNI, TOKYO

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages import frames
from jukinet.messages.frames import FrameAnswer, FrameRefusal, Parked
from jukinet.messages.kinds import Stream
from jukinet.messages.statements import open_statement
from jukinet.services import outgoing
from jukinet.store import outbox
from jukinet.testing.federation import EPOCH, WORKER, Federation

pytestmark = pytest.mark.core


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
    monkeypatch.setattr(frames, "MOST_SENT", 8)
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

        def fetched(room: int) -> list[bytes]:
            return outbox.waiting(tx, TOKYO, IDENTITY, after=0, most=10, room=room)

        everything = fetched(10**6)
        sizes = [len(envelope) for envelope in everything]
        assert fetched(sum(sizes[:3])) == everything[:3]
        assert fetched(sum(sizes[:3]) - 1) == everything[:2]
        assert fetched(1) == everything[:1]


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
        envelopes = outbox.waiting(tx, TOKYO, IDENTITY, after=0, most=3, room=10**6)
    opened = [open_statement(envelope, federation.directory.owned_key) for envelope in envelopes]
    assert codes(opened) == queued[:3]

"""Lanes that stopped: what a person reads of them, and that a release skips nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.world import KUNI, TOKYO, code, deliver, notice, seal, statement

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.messages.frames import FrameRefusal
from jukinet.messages.kinds import Stream
from jukinet.services import lanes
from jukinet.services.lanes import Direction, Lane, LaneState, Mended
from jukinet.testing.federation import CLERK, EPOCH, Federation

IDENTITY = Stream.IDENTITY
OUT, IN = Direction.OUT, Direction.IN


def stopped(federation: Federation, node: object = KUNI) -> list[Lane]:
    found = lanes.list_lanes(federation.context(node), CLERK)  # type: ignore[arg-type]
    assert not isinstance(found, Refused)
    return [lane for lane in found if lane.stopped]


def release(federation: Federation, node: object, direction: Direction, peer: object) -> object:
    ctx = federation.context(node)  # type: ignore[arg-type]
    return lanes.release(ctx, CLERK, direction, peer, IDENTITY, Mended.AT_THE_PEER)  # type: ignore[arg-type]


def halt(federation: Federation) -> None:
    """The same number with other bytes, at Tokyo."""
    deliver(federation, 1, *world.recordings(2))
    assert deliver(federation, 2, seal(statement(2, notice(code(2), name="別　人"), salt="other"))).halted


@case(refused="DL1 DL2", permitted="DL1 DL2")
def test_a_halted_lane_is_released_once_and_takes_what_comes_next(federation: Federation) -> None:
    released = "network:lane:released"
    halt(federation)
    assert stopped(federation, TOKYO) == [
        Lane(IN, KUNI, IDENTITY, LaneState.HALTED, 2, 0, "other-bytes", EPOCH)
    ]
    counter.assert_refused(
        federation, TOKYO, released, lambda: release(federation, TOKYO, IN, world.CHIYO), "DL1"
    )
    counter.assert_refused(federation, TOKYO, released, lambda: release(federation, TOKYO, OUT, KUNI), "DL1")
    before = world.tables(federation, TOKYO)
    assert isinstance(release(federation, TOKYO, IN, KUNI), Permitted)
    assert world.changed(before, world.tables(federation, TOKYO)) == {"lanes_in", "audit_entries"}
    (entry,) = world.entries(federation, TOKYO, AuditEvent.LANE_RELEASED)[-1:]
    assert (entry.outcome, entry.reference) == (Outcome.DONE, f"in {KUNI} identity")
    assert (entry.actor, entry.rules[-1]) == ("operator:sato", "peer-repaired")
    counter.assert_refused(federation, TOKYO, released, lambda: release(federation, TOKYO, IN, KUNI), "DL2")
    assert deliver(federation, 3, *world.recordings(1, 3)).cursor == 3


def test_what_is_not_mended_halts_the_lane_again_at_the_same_number(federation: Federation) -> None:
    halt(federation)
    release(federation, TOKYO, IN, KUNI)
    other = seal(statement(2, notice(code(2), name="別　人"), salt="other"))
    answer = deliver(federation, 2, other, *world.recordings(1, 3))
    assert (answer.cursor, answer.halted, answer.refused) == (2, True, FrameRefusal.HALTED)
    assert [lane.state for lane in stopped(federation, TOKYO)] == [LaneState.HALTED]


def test_a_failing_lane_says_since_when_and_is_tried_at_once_when_released(federation: Federation) -> None:
    federation.line.cut = {TOKYO}
    counter.load(federation)
    for _ in range(4):
        federation.clock.advance(timedelta(seconds=31))
        federation.run()
    (lane,) = stopped(federation)
    assert (lane.direction, lane.peer, lane.state, lane.problem) == (
        OUT,
        TOKYO,
        LaneState.FAILING,
        "unavailable",
    )
    assert (lane.since, lane.failures, lane.unsent) == (EPOCH, 5, 1)
    assert lane.next_attempt is not None
    assert lane.next_attempt > federation.clock.now()
    federation.line.cut = set()
    federation.run()
    assert stopped(federation) == [lane]  # its time has not come
    assert isinstance(release(federation, KUNI, OUT, TOKYO), Permitted)
    federation.run()
    assert stopped(federation) == []
    assert federation.unsent() == 0


def test_a_lane_that_both_halted_needs_both_to_release_it(federation: Federation) -> None:
    """From a sender that was put back: its number 1 is another one than Tokyo holds."""
    deliver(federation, 1, *world.recordings(1))
    counter.load(federation)
    federation.run()
    assert [lane.problem for lane in stopped(federation)] == ["halted"]
    release(federation, KUNI, OUT, TOKYO)
    federation.run()
    assert [(lane.state, lane.problem) for lane in stopped(federation)] == [(LaneState.HALTED, "halted")]
    assert [lane.state for lane in stopped(federation, TOKYO)] == [LaneState.HALTED]


@pytest.mark.parametrize(
    ("event", "permission"),
    [
        ("network:lane:read", Permission.NETWORK_LANE_READ),
        ("network:lane:released", Permission.NETWORK_LANE_RELEASE),
    ],
)
def test_only_who_may(federation: Federation, event: str, permission: Permission) -> None:
    halt(federation)
    counter.assert_gated(
        federation,
        TOKYO,
        event,
        permission,
        lambda ctx, claim: (
            lanes.list_lanes(ctx, claim)
            if permission is Permission.NETWORK_LANE_READ
            else lanes.release(ctx, claim, IN, KUNI, IDENTITY, Mended.HERE)
        ),
    )

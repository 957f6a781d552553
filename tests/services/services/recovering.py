"""What the tests of recovery do to a network that was put back, and look at."""

from __future__ import annotations

from datetime import timedelta

from tests.services import world
from tests.services.world import KUNI

from jukinet.domain.municipality import NodeId
from jukinet.law.decisions import Refused
from jukinet.messages import handshakes as messages
from jukinet.messages.handshakes import Handshake, LaneKnown
from jukinet.messages.kinds import Stream
from jukinet.services import lost_acts, recovery
from jukinet.services.recovery import Recovery
from jukinet.testing.federation import CLERK, Federation

MINUTE = timedelta(minutes=1)


def settle(federation: Federation) -> None:
    """Let time pass until nothing waits."""
    for _ in range(20):
        federation.run()
        if federation.unsent() == 0:
            return
        federation.clock.advance(MINUTE)
    raise AssertionError("something never arrives")


def state(federation: Federation, node: NodeId = KUNI) -> Recovery:
    found = recovery.state(federation.context(node), CLERK)
    assert isinstance(found, Recovery)
    return found


def lost(federation: Federation, node: NodeId = KUNI) -> list[str]:
    found = lost_acts.list_lost(federation.context(node), CLERK)
    assert isinstance(found, tuple)
    return [one.what for one in found]


def rules(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [one.rule for one in outcome.failed]


def free(federation: Federation, node: NodeId = KUNI) -> set[str]:
    rows = world.rows(federation, node, "SELECT code FROM code_pool WHERE drawn_at IS NULL")
    return {code for (code,) in rows}


def history(federation: Federation, node: NodeId) -> list[tuple[str, ...]]:
    """Every notice that a store applied, in the order of each municipality."""
    query = "SELECT municipality, statement_id, change_kind FROM identity_history ORDER BY municipality, history_id"
    return world.rows(federation, node, query)


def asked(peer: NodeId, node: NodeId, incarnation: int) -> bytes:
    lanes = tuple(LaneKnown(stream, 0, 0) for stream in Stream)
    return messages.write_handshake(Handshake(peer, node, incarnation, lanes))

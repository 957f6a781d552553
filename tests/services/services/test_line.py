"""The emergency cut-off: two persons, identity information first, back again, and nothing lost on the way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.supply.asking import ask, hanako, load, query
from tests.services.world import KUNI, TOKYO, code, notice

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.line import LineState
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.messages.handshakes import (
    NOTHING_TOLD,
    Handshake,
    LaneKnown,
    read_answer,
    write_handshake,
)
from jukinet.messages.kinds import CallKind, MessageKind, Stream
from jukinet.services import call_answers, designation, handshakes, line, outgoing, settings
from jukinet.services.operators import OperatorClaim
from jukinet.services.supply.lookups import Verification
from jukinet.store.line import Line
from jukinet.testing.federation import CLERK, NETWORK, OFFICE, WORKER, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

SECOND = OperatorClaim("tanaka")
OPEN, IDENTITY, ALL = LineState.OPEN, LineState.IDENTITY, LineState.ALL


@pytest.fixture
def federation(federation: Federation) -> Federation:
    """A second person at every node, who may cut and restore and nothing else."""
    for node in (KUNI, TOKYO, NATIONAL):
        settings.enrol_operator(
            federation.context(node),
            CLERK,
            SECOND.operator_id,
            "田中",
            [Permission.NETWORK_LINE_CUT, Permission.NETWORK_LINE_RESTORE],
        )
    return federation


def rules(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [one.rule for one in outcome.failed]


def asked(federation: Federation, node: NodeId, wanted: LineState, claim: OperatorClaim = CLERK) -> int:
    number = line.ask_measure(federation.context(node), claim, wanted, "A test.")
    assert isinstance(number, int), number
    return number


def bring(federation: Federation, node: NodeId, wanted: LineState) -> None:
    done = line.confirm_measure(federation.context(node), SECOND, asked(federation, node, wanted))
    assert isinstance(done, Line)
    assert done.state is wanted


def state(federation: Federation, node: NodeId) -> LineState:
    return line.present(federation.context(node, WORKER)).state


def put(federation: Federation, *indexes: int) -> None:
    ctx = federation.context(KUNI, OFFICE)
    for index in indexes:
        with ctx.begin() as tx:
            outgoing.put(ctx, tx, MessageKind.IDENTITY_NOTICE, TOKYO, notice(code(index)))


@case(permitted="NC2 NC3 NC4")
def test_one_asks_another_confirms_and_each_step_is_recorded(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    number = asked(federation, KUNI, ALL)
    assert state(federation, KUNI) is OPEN
    waiting = line.show_line(ctx, CLERK)
    assert isinstance(waiting, line.LineReport)
    assert [one.measure_no for one in waiting.waiting] == [number]
    done = line.confirm_measure(ctx, SECOND, number)
    assert done == Line(ALL, federation.clock.now(), "A test.", number, CLERK.operator_id, "tanaka")
    changed = world.entries(federation, KUNI, AuditEvent.LINE_CHANGED)
    assert [(one.actor, one.reference, one.outcome) for one in changed] == [
        ("operator:tanaka", f"{number} identity", Outcome.DONE),
        ("operator:tanaka", f"{number} all", Outcome.DONE),
    ]
    bring(federation, KUNI, OPEN)
    steps = world.rows(federation, KUNI, "SELECT state FROM line_steps ORDER BY step_no")
    assert [one for (one,) in steps] == ["identity", "all", "identity", "open"]
    entries = world.entries(federation, KUNI, AuditEvent.LINE_ASKED)
    assert [one.reference for one in entries] == [f"{number} all", f"{number + 1} open"]


@case(refused="NC2")
def test_the_same_person_does_not_confirm(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    number = asked(federation, KUNI, ALL)
    assert rules(line.confirm_measure(ctx, CLERK, number)) == ["NC2"]
    # From another terminal it is the same person.
    assert rules(line.confirm_measure(ctx, replace(CLERK, terminal="counter-9"), number)) == ["NC2"]
    assert state(federation, KUNI) is OPEN
    (entry, _) = world.entries(federation, KUNI, AuditEvent.LINE_CHANGED)
    assert (entry.outcome, entry.reference) == (Outcome.REFUSED, str(number))


@case(refused="NC3")
def test_only_what_waits_is_confirmed(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    assert rules(line.confirm_measure(ctx, SECOND, 1)) == ["NC3"]
    stale = asked(federation, KUNI, ALL)
    federation.clock.advance(line.CONFIRM_WITHIN + timedelta(seconds=1))
    assert rules(line.confirm_measure(ctx, SECOND, stale)) == ["NC3"]
    first, later = asked(federation, KUNI, ALL), asked(federation, KUNI, IDENTITY)
    assert isinstance(line.confirm_measure(ctx, SECOND, later), Line)
    assert rules(line.confirm_measure(ctx, SECOND, later)) == ["NC3"]  # taken
    assert rules(line.confirm_measure(ctx, SECOND, first)) == ["NC3"]  # overtaken
    assert state(federation, KUNI) is IDENTITY


@case(refused="NC4")
def test_what_is_so_already_is_not_asked_for_nor_confirmed(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    assert rules(line.ask_measure(ctx, CLERK, OPEN, "x")) == ["NC4"]
    earlier, later = asked(federation, KUNI, ALL), asked(federation, KUNI, ALL)
    assert isinstance(line.confirm_measure(ctx, SECOND, earlier), Line)
    assert rules(line.ask_measure(ctx, CLERK, ALL, "x")) == ["NC4"]
    assert rules(line.confirm_measure(ctx, SECOND, later)) == ["NC4"]


def test_who_may_not_is_told_that_alone(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    may_cut = OperatorClaim("suzuki")
    settings.enrol_operator(ctx, CLERK, "suzuki", "鈴木", [Permission.NETWORK_LINE_CUT])
    assert rules(line.ask_measure(ctx, may_cut, OPEN, "x")) == ["G3"]
    bring(federation, KUNI, ALL)
    number = asked(federation, KUNI, OPEN)
    assert rules(line.confirm_measure(ctx, may_cut, number)) == ["G3"]
    assert rules(line.confirm_measure(ctx, OperatorClaim("nobody"), number)) == ["G1"]
    with pytest.raises(JukinetError) as caught:
        line.ask_measure(ctx, CLERK, OPEN, " ")
    assert caught.value.kind is ErrorKind.INVALID


def test_who_may_cut_alone_opens_no_part_of_the_line(federation: Federation) -> None:
    """Also where the words are those of a cut: identity-verification information alone, where everything is cut."""
    ctx = federation.context(KUNI)
    for name in ("suzuki", "kato"):
        settings.enrol_operator(ctx, CLERK, name, name, [Permission.NETWORK_LINE_CUT])
    suzuki, kato = OperatorClaim("suzuki"), OperatorClaim("kato")
    earlier, later = asked(federation, KUNI, ALL, suzuki), asked(federation, KUNI, IDENTITY, suzuki)
    assert isinstance(line.confirm_measure(ctx, kato, earlier), Line)
    assert rules(line.confirm_measure(ctx, kato, later)) == ["G3"]
    assert rules(line.ask_measure(ctx, suzuki, IDENTITY, "x")) == ["G3"]
    assert rules(line.confirm_measure(ctx, SECOND, later)) == ["NC3"], "asked for as a cut"
    assert rules(line.confirm_measure(ctx, kato, asked(federation, KUNI, IDENTITY))) == ["G3"]
    assert state(federation, KUNI) is ALL
    bring(federation, KUNI, IDENTITY)


def test_more_may_be_cut_by_what_was_asked_before_a_smaller_cut(federation: Federation) -> None:
    smaller, larger = asked(federation, KUNI, IDENTITY), asked(federation, KUNI, ALL)
    for number in (smaller, larger):
        assert isinstance(line.confirm_measure(federation.context(KUNI), SECOND, number), Line)
    assert state(federation, KUNI) is ALL


@pytest.mark.parametrize("wanted", [IDENTITY, ALL])
def test_no_notice_leaves_or_comes_by_a_handshake_while_identity_information_is_cut(
    federation: Federation, wanted: LineState
) -> None:
    """A peer in other hands needs no restore to ask for all that it ever sent."""
    put(federation, 1)
    federation.run()
    asks = write_handshake(Handshake(KUNI, TOKYO, 1, (LaneKnown(Stream.IDENTITY, 0, 0),), 0, NOTHING_TOLD))
    ctx = federation.context(TOKYO, NETWORK)
    (held,) = read_answer(handshakes.answer_handshake(ctx, KUNI, asks)).lanes
    assert held.given
    bring(federation, TOKYO, wanted)
    with pytest.raises(JukinetError, match="has cut its line") as caught:
        handshakes.answer_handshake(ctx, KUNI, asks)
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    with pytest.raises(JukinetError, match="has cut its line"):
        federation.context(TOKYO, WORKER).peers.handshake(KUNI, b"")


@case(refused="NC1", permitted="NC1")
def test_supply_stops_first_and_comes_back_last(federation: Federation) -> None:
    load(federation, hanako())
    for wanted in (IDENTITY, ALL):
        bring(federation, NATIONAL, wanted)
        assert rules(ask(federation, query())) == ["NC1"]
    bring(federation, NATIONAL, IDENTITY)
    assert rules(ask(federation, query())) == ["NC1"]
    bring(federation, NATIONAL, OPEN)
    assert isinstance(ask(federation, query()), Verification)


def test_with_identity_information_cut_off_everything_else_goes_on(federation: Federation) -> None:
    bring(federation, KUNI, IDENTITY)
    put(federation, 1)
    designation.designate_codes(federation.context(NATIONAL), CLERK, KUNITACHI, 3)
    before = federation.context(KUNI)
    with before.begin() as tx:
        free = tx.one("SELECT count(*) AS n FROM code_pool")
    federation.run()
    with before.begin() as tx:
        after = tx.one("SELECT count(*) AS n FROM code_pool")
    assert free is not None
    assert after is not None
    assert after["n"] == free["n"] + 3  # the stream of codes was carried
    assert world.held(federation, TOKYO) == set()
    assert federation.unsent() == 1
    with before.begin() as tx:
        failures = tx.rows("SELECT failures FROM lanes_out")
    assert not any(row["failures"] for row in failures)  # it waits, and does not fail
    bring(federation, KUNI, OPEN)
    federation.run()
    assert len(world.held(federation, NATIONAL)) == 1


def test_a_receiver_that_cut_its_line_loses_nothing_of_what_is_sent_to_it(federation: Federation) -> None:
    put(federation, 1)
    federation.run()
    for wanted in (IDENTITY, ALL):
        bring(federation, TOKYO, wanted)
        before = world.tables(federation, TOKYO)
        put(federation, 2 if wanted is IDENTITY else 3)
        federation.run()
        changed = world.changed(before, world.tables(federation, TOKYO))
        assert changed == set()
        with pytest.raises(JukinetError) as caught:
            world.deliver(federation, 2, *world.recordings(1, 2))
        assert caught.value.kind is ErrorKind.UNAVAILABLE
        assert caught.value.message.startswith("pref-13 has cut its line since 2013-07-08 10:0")
        federation.clock.advance(timedelta(minutes=1))
    federation.clock.advance(-timedelta(minutes=2))
    bring(federation, TOKYO, OPEN)
    federation.clock.advance(timedelta(minutes=1))
    federation.run()
    federation.clock.advance(timedelta(minutes=1))
    federation.run()
    assert len(world.held(federation, NATIONAL)) == 3
    assert federation.unsent() == 0
    assert world.halted(federation, KUNI) == world.halted(federation, TOKYO) == ()


def test_a_node_that_cut_its_line_calls_nobody(federation: Federation) -> None:
    bring(federation, KUNI, ALL)
    ctx = federation.context(KUNI, WORKER)
    put(federation, 1)
    federation.run()
    assert federation.unsent() == 1
    for reach in (
        lambda: ctx.peers.deliver(TOKYO, Stream.MOVE, b""),
        lambda: ctx.peers.call(TOKYO, CallKind.NATIONWIDE_COPY, b""),
        lambda: ctx.peers.fetch_directory(NATIONAL),
    ):
        with pytest.raises(JukinetError, match="muni-132152 has cut its line") as caught:
            reach()
        assert caught.value.kind is ErrorKind.UNAVAILABLE
    bring(federation, KUNI, IDENTITY)
    with pytest.raises(JukinetError, match="has cut its line"):
        ctx.peers.deliver(TOKYO, Stream.IDENTITY, b"")
    with pytest.raises(JukinetError, match="has cut its line"):
        ctx.peers.call(TOKYO, CallKind.CONSISTENCY, b"")
    with pytest.raises(JukinetError, match="has cut its line"):
        call_answers.answer_call(federation.context(KUNI, NETWORK), TOKYO, CallKind.CONSISTENCY, b"")
    with pytest.raises(JukinetError, match="serves no directory"):
        ctx.peers.fetch_directory(NATIONAL)


def test_wherever_a_cut_is_interrupted_identity_information_is_cut_first_and_it_can_be_ended(
    federation: Federation,
) -> None:
    seen = set()
    for wanted, first in ((ALL, OPEN), (OPEN, ALL)):
        for at in range(1, 60):
            if state(federation, KUNI) is not first:
                bring(federation, KUNI, first)
            number = asked(federation, KUNI, wanted)
            ctx, _ = world.crashing(federation.context(KUNI), at)
            try:
                line.confirm_measure(ctx, SECOND, number)
            except world.Crash:
                seen.add((wanted, state(federation, KUNI)))
                # Late or not, what has begun can be brought to its end.
                if state(federation, KUNI) is IDENTITY:
                    federation.clock.advance(line.CONFIRM_WITHIN * 2)
                    ended = line.confirm_measure(federation.context(KUNI), SECOND, number)
                    assert isinstance(ended, Line)
                    assert ended.state is wanted
                continue
            break
    assert seen == {(ALL, OPEN), (ALL, IDENTITY), (ALL, ALL), (OPEN, ALL), (OPEN, IDENTITY), (OPEN, OPEN)}


def test_two_who_confirm_at_once_take_each_step_once(federation: Federation) -> None:
    number = asked(federation, KUNI, ALL)
    third = OperatorClaim("suzuki")
    settings.enrol_operator(federation.context(KUNI), CLERK, "suzuki", "鈴木", list(Permission))
    ctx = federation.context(KUNI)
    with ThreadPoolExecutor(2) as persons:
        results = list(persons.map(lambda who: line.confirm_measure(ctx, who, number), (SECOND, third)))
    assert any(isinstance(one, Line) for one in results)
    assert all(isinstance(one, Line) or rules(one) == ["NC3"] for one in results)
    steps = world.rows(federation, KUNI, "SELECT state FROM line_steps ORDER BY step_no")
    assert [one for (one,) in steps] == ["identity", "all"]

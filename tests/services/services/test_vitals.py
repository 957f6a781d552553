"""How a node stands is read right from its rows, whatever state its deliveries are in; and when it is ready."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from tests.services import world
from tests.services.services import counter
from tests.services.services.recovering import MINUTE, settle
from tests.services.world import CHIYO, KUNI, TOKYO, code, deliver, notice, recordings
from tests.unit.messages import samples

from jukinet.domain.changes import ChangeKind
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.line import LineState
from jukinet.domain.municipality import NATIONAL
from jukinet.messages.kinds import MessageKind, Stream
from jukinet.node import attention, metrics
from jukinet.services import outgoing, sending, status, vitals
from jukinet.services.recovery import Recovering
from jukinet.services.vitals import Vitals
from jukinet.store.vitals import Waiting
from jukinet.testing.federation import CLERK, NETWORK, OFFICE, WORKER, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core


def look(federation: Federation, node: object = KUNI) -> Vitals:
    return vitals.look(federation.context(node, OFFICE))  # type: ignore[arg-type]


def put(federation: Federation, *indexes: int) -> None:
    ctx = federation.context(KUNI, OFFICE)
    for index in indexes:
        with ctx.begin() as tx:
            outgoing.put(ctx, tx, MessageKind.IDENTITY_NOTICE, TOKYO, notice(code(index)))


def test_a_node_at_rest_lacks_nothing(federation: Federation) -> None:
    found = look(federation)
    assert found.at == federation.clock.now()
    assert (found.unprepared.count, found.unprepared.since, found.parked) == (0, None, {})
    assert [(lane.peer, lane.stream, lane.taken) for lane in found.lanes_in] == [(NATIONAL, Stream.POOL, 1)]
    assert (found.differing, found.line.state) == (0, LineState.OPEN)
    assert found.stock is not None
    assert found.stock.free == 50
    assert look(federation, TOKYO).stock is None
    assert found.directory is federation.directory


def test_what_waits_is_counted_from_the_act_to_the_acknowledgement(federation: Federation) -> None:
    began = federation.clock.now()
    put(federation, 1, 2)
    federation.clock.advance(timedelta(minutes=1))
    put(federation, 3)
    found = look(federation).unprepared
    assert (found.count, found.since) == (3, began)

    signed_at = federation.clock.now()
    outgoing.prepare(federation.context(KUNI, WORKER))
    federation.clock.advance(timedelta(minutes=1))
    put(federation, 4)
    outgoing.prepare(federation.context(KUNI, WORKER))
    federation.line.cut.add(TOKYO)
    outgoing.send(federation.context(KUNI, WORKER), TOKYO, Stream.IDENTITY)
    found_now = look(federation)
    (lane,) = found_now.lanes_out
    assert found_now.unprepared.count == 0
    assert (lane.peer, lane.stream, lane.waiting, lane.acknowledged) == (TOKYO, Stream.IDENTITY, 4, 0)
    assert (lane.since, lane.failures, lane.problem) == (signed_at, 1, "unavailable")

    federation.line.cut.clear()
    federation.clock.advance(timedelta(minutes=1))
    federation.run()
    (lane,) = look(federation).lanes_out
    assert (lane.waiting, lane.acknowledged, lane.since, lane.failures) == (0, 4, None, 0)
    taken = {(one.peer, one.stream): one.taken for one in look(federation, TOKYO).lanes_in}
    assert taken[KUNI, Stream.IDENTITY] == 4


def test_the_oldest_unacknowledged_statement_is_the_one_after_the_last_acknowledged(
    federation: Federation,
) -> None:
    put(federation, 1)
    federation.run()
    federation.clock.advance(timedelta(hours=1))
    put(federation, 2)
    outgoing.prepare(federation.context(KUNI, WORKER))
    (lane,) = look(federation).lanes_out
    assert (lane.acknowledged, lane.since) == (1, federation.clock.now())


def test_what_is_parked_and_what_is_halted_is_told(federation: Federation) -> None:
    deletion = world.statement(1, notice(code(1), ChangeKind.DELETION))
    deliver(federation, 1, world.seal(deletion))
    found = look(federation, TOKYO)
    assert {stream: (one.count, one.since) for stream, one in found.parked.items()} == {
        Stream.IDENTITY: (1, federation.clock.now())
    }
    deliver(federation, 1, *recordings(1))
    halted = [(lane.peer, lane.stream) for lane in look(federation, TOKYO).lanes_in if lane.halted]
    assert halted == [(KUNI, Stream.IDENTITY)]


def test_the_newest_audit_entry_is_told_by_its_number(federation: Federation) -> None:
    before = look(federation, CHIYO).audit_entries
    deliver(federation, 1, *recordings(2))
    assert look(federation, CHIYO).audit_entries == before
    (newest,) = world.rows(federation, TOKYO, "SELECT max(entry_id) FROM audit_entries")[0]
    assert look(federation, TOKYO).audit_entries == newest


def test_nothing_that_is_told_names_anybody(federation: Federation) -> None:
    put(federation, 1)
    federation.run()
    for node in federation.nodes:
        told = str(list(metrics.state(partial(look, federation, node), lambda _: {})))
        for personal in ("国立", "花子", str(code(1)), "一丁目"):
            assert personal not in told
        assert "jukinet_database_up" in told


@pytest.mark.parametrize("role", [OFFICE, NETWORK, WORKER])
def test_a_node_is_ready_for_every_process_of_it(federation: Federation, role: str) -> None:
    status.require_ready(federation.context(KUNI, role))


def test_a_schema_behind_the_program_is_not_ready_and_one_ahead_of_it_is(federation: Federation) -> None:
    """While a node is upgraded its old processes go on, on a schema that has more than they know."""
    ctx = federation.context(KUNI, NETWORK)
    with world.connect(federation, KUNI) as owner:
        owner.execute("UPDATE schema_version SET version_num = '9999'")
        status.require_ready(ctx)
        owner.execute("UPDATE schema_version SET version_num = '0001'")
    with pytest.raises(JukinetError, match="older than this program") as caught:
        status.require_ready(ctx)
    assert caught.value.kind is ErrorKind.UNAVAILABLE


def test_what_a_person_holds_is_told_apart_from_what_the_worker_has_to_do(federation: Federation) -> None:
    put(federation, 1)
    federation.run()
    kind = MessageKind.IDENTITY_NOTICE
    sending.set_mode(federation.context(KUNI), CLERK, kind, "drill", manual=True)
    began = federation.clock.now()
    put(federation, 2, 3)
    federation.clock.advance(timedelta(hours=1))
    federation.run()
    found = look(federation)
    assert (found.held.count, found.held.since, found.unsent) == (2, began, 2)
    assert (found.unprepared.count, found.unprepared.since) == (0, None)
    sending.set_mode(federation.context(KUNI), CLERK, kind, "over", manual=False)
    found = look(federation)
    assert (found.held.count, found.unprepared.count, found.unprepared.since) == (0, 2, began)


def test_a_node_that_was_put_back_tells_whom_it_waits_for_then_who_is_silent_and_what_is_lost(
    federation: Federation,
) -> None:
    assert look(federation).recovering is None
    parent = counter.load(federation)[0]
    federation.line.cut = {TOKYO}
    counter.move_within(federation, KUNITACHI, parent.resident_no)
    federation.run()  # what waits on a lane at the backup
    backup = federation.copy_of(KUNI)
    federation.line.cut = set()
    counter.give_birth(federation, KUNITACHI, parent.record.household_number)
    federation.clock.advance(MINUTE)
    settle(federation)
    federation.line.cut = {TOKYO, NATIONAL, CHIYO}
    federation.put_back(KUNI, backup)
    began = federation.clock.now()
    federation.clock.advance(timedelta(hours=1))
    federation.run()
    found = look(federation)
    assert found.recovering == Recovering(began, (TOKYO, NATIONAL))
    # It may say nothing: neither its worker nor a peer is late, and nobody else is to be looked at first.
    assert (found.unprepared.since, found.silent) == (None, {})
    assert [lane.since for lane in found.lanes_out] == [None] * len(found.lanes_out)
    told = attention.to_attend(found, {})
    assert "it waits for pref-13, national" in told[0]
    assert not [one for one in told if "lacks" in one or "unsigned" in one or "shaken hands" in one]
    federation.line.cut = {CHIYO}
    federation.clock.advance(MINUTE)
    settle(federation)
    found = look(federation)
    assert (found.recovering, found.lost_acts) == (None, 1)

    began = federation.clock.now()
    ctx = federation.context(KUNI, OFFICE)
    _, _, body = samples.BODIES[MessageKind.MOVE_IN_NOTICE]
    with ctx.begin() as tx:
        outgoing.put(ctx, tx, MessageKind.MOVE_IN_NOTICE, CHIYO, body)
    federation.run()
    found = look(federation)
    assert found.silent == {CHIYO: Waiting(1, began)}
    assert (found.unprepared.count, found.unprepared.since) == (1, None)
    federation.line.cut = set()
    federation.clock.advance(MINUTE)
    settle(federation)
    assert (look(federation).silent, look(federation).unprepared.count) == ({}, 0)


def test_no_peer_is_behind_with_what_waits_for_a_return(federation: Federation) -> None:
    put(federation, 1)
    outgoing.prepare(federation.context(KUNI, WORKER))
    nodes = [
        replace(one, connected=False, reason="left") if one.id == KUNI else one
        for one in federation.directory.nodes
    ]
    federation.directory = replace(federation.directory, nodes=tuple(nodes))
    (lane,) = look(federation).lanes_out
    assert (lane.waiting, lane.since) == (1, None)

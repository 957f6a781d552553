"""A designated city passes on what its wards say and what is said to them (Ord. Art. 31(2)): from door to door."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.network.asgi import Reply, send
from tests.services.network.test_nodes import refusals
from tests.services.services import counter
from tests.services.services.test_code_searches import question

from jukinet.audit.events import AuditEvent
from jukinet.domain.line import LineState
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.messages import frames, routes
from jukinet.messages.frames import Frame
from jukinet.messages.kinds import CallKind, Stream
from jukinet.messages.problem_documents import read_problem
from jukinet.network.nodes import network_door
from jukinet.services import designation, line, settings
from jukinet.services.context import TurnedBackError
from jukinet.services.operators import OperatorClaim
from jukinet.store.line import Line
from jukinet.testing.federation import CLERK, NETWORK, Federation
from jukinet.testing.gazetteer import CHIYODA, HACHIOJI, KUNITACHI

CITY, WARD, SIBLING = CHIYODA.node_id, KUNITACHI.node_id, HACHIOJI.node_id
"""The gazetteer of the tests has no wards: Chiyoda stands for a designated city, the others for two of its wards."""

GOVERNOR = world.TOKYO
PATH = "/network/v1/frames/identity"


@pytest.fixture
def city(federation: Federation) -> Federation:
    directory = federation.directory
    nodes = [replace(one, city=CITY if one.id in {WARD, SIBLING} else None) for one in directory.nodes]
    federation.directory = replace(directory, version=directory.version + 1, nodes=tuple(nodes))
    return federation


def ask(
    federation: Federation, here: NodeId, peer: NodeId, body: bytes, ends: tuple[NodeId, NodeId] | None
) -> Reply:
    """What a door says to a request that a peer brings, and whose further way is a door of this process too."""
    headers = dict(zip((routes.SENDER, routes.ADDRESSEE), map(str, ends), strict=True)) if ends else None

    def pass_on(sender: NodeId, to: NodeId, path: str, passed: bytes | None) -> bytes:
        station = routes.next_station(federation.directory, here, sender, to)
        reply = ask(federation, station, here, passed or b"", (sender, to))
        if reply.status != 200:
            raise read_problem(reply.status, reply.headers["content-type"], reply.body).error(str(station))
        return reply.body

    door = network_door(federation.context(here, NETWORK), pass_on=pass_on)
    return asyncio.run(send(door, "POST", PATH, body, peer=peer, headers=headers))


def frame(sender: NodeId = WARD, to: NodeId = GOVERNOR) -> bytes:
    return frames.write_frame(Frame(sender, to, Stream.IDENTITY, 1, 1, tuple(world.recordings(2))))


@case("Ord. Art. 31(2)", "Ord. Art. 32(2)")
def test_what_a_ward_says_arrives_as_it_was_signed(city: Federation) -> None:
    reply = ask(city, CITY, WARD, frame(), (WARD, GOVERNOR))
    assert (reply.status, frames.read_answer(reply.body).cursor) == (200, 2)
    assert world.cursor(city, GOVERNOR, WARD) == 2
    assert {where for where, _ in world.held(city, GOVERNOR)} == {KUNITACHI}
    assert refusals(city, CITY) == refusals(city, GOVERNOR) == []


def test_what_another_city_would_ask_arrives_through_the_city(city: Federation) -> None:
    reply = ask(city, CITY, GOVERNOR, b"{}", (GOVERNOR, WARD))
    assert (reply.status, reply.kind) == (422, "invalid"), "read, and refused, by the ward"
    assert [one.actor for one in world.entries(city, WARD, AuditEvent.FRAME_REFUSED)] == [GOVERNOR.uri]


@pytest.mark.parametrize(
    ("here", "peer", "ends"),
    [
        (GOVERNOR, WARD, None),
        (GOVERNOR, WARD, (WARD, GOVERNOR)),
        (GOVERNOR, CITY, (world.FUKU, GOVERNOR)),
        (GOVERNOR, SIBLING, (WARD, GOVERNOR)),
        (WARD, GOVERNOR, None),
        (WARD, GOVERNOR, (CITY, WARD)),
        (CITY, SIBLING, (WARD, GOVERNOR)),
        (CITY, GOVERNOR, (WARD, GOVERNOR)),
        (CITY, GOVERNOR, (GOVERNOR, NATIONAL)),
        (CITY, WARD, (WARD, WARD)),
    ],
)
def test_no_other_way_is_open(
    city: Federation, here: NodeId, peer: NodeId, ends: tuple[NodeId, NodeId] | None
) -> None:
    before = {node: world.tables(city, node) for node in (GOVERNOR, WARD, CITY)}
    reply = ask(city, here, peer, frame(), ends)
    assert (reply.status, reply.kind) == (403, "forbidden")
    assert refusals(city, here) == [(peer.uri, ("forbidden",))]
    for node, rows in before.items():
        assert world.changed(rows, world.tables(city, node)) <= {"audit_entries"}


def test_a_name_that_is_none_and_an_end_that_is_out_are_refused(city: Federation) -> None:
    door = network_door(city.context(CITY, NETWORK))
    reply = asyncio.run(send(door, "POST", PATH, frame(), peer=WARD, headers={routes.ADDRESSEE: "mars"}))
    assert (reply.status, reply.kind) == (400, "malformed")
    nodes = [
        replace(one, connected=False, reason="left") if one.id == WARD else one
        for one in city.directory.nodes
    ]
    city.directory = replace(city.directory, nodes=tuple(nodes))
    reply = ask(city, CITY, GOVERNOR, frame(), (GOVERNOR, WARD))
    assert (reply.status, reply.kind) == (409, "not-connected")
    reply = ask(city, GOVERNOR, CITY, frame(), (WARD, GOVERNOR))
    assert (reply.status, reply.kind) == (409, "not-connected")


def test_a_city_that_cut_its_line_for_identity_information_passes_none_on(city: Federation) -> None:
    second, ctx = OperatorClaim("tanaka"), city.context(CITY)
    settings.enrol_operator(ctx, CLERK, second.operator_id, "田中", [Permission.NETWORK_LINE_CUT])
    number = line.ask_measure(ctx, CLERK, LineState.IDENTITY, "A drill.")
    assert isinstance(number, int)
    assert isinstance(line.confirm_measure(ctx, second, number), Line)
    reply = ask(city, CITY, WARD, frame(), (WARD, GOVERNOR))
    assert (reply.status, reply.kind) == (503, "unavailable")
    assert world.held(city, GOVERNOR) == set()


def test_a_door_that_passes_nothing_on_says_so(city: Federation) -> None:
    door = network_door(city.context(CITY, NETWORK))
    headers = {routes.SENDER: str(WARD), routes.ADDRESSEE: str(GOVERNOR)}
    reply = asyncio.run(send(door, "POST", PATH, frame(), peer=WARD, headers=headers))
    assert (reply.status, reply.kind) == (503, "unavailable")


@case("Act Art. 38(1); Ord. Art. 31(1)", refused="WD1", permitted="WD1")
def test_the_ward_records_and_the_city_does_not(city: Federation) -> None:
    with pytest.raises(TurnedBackError) as raised:
        counter.move_in(city, CHIYODA)
    assert [rule.rule for rule in raised.value.refused.failed] == ["WD1"]
    assert counter.known_numbers(city, CHIYODA) == []
    told = counter.audit(city, CHIYODA, "register:city:stopped-an-act")
    assert [one["outcome"] for one in told] == ["refused"]
    counter.move_in(city, KUNITACHI)
    assert len(counter.known_numbers(city, KUNITACHI)) == 1


@case("Ord. Art. 31(2)", refused="WD1", permitted="WD1")
def test_codes_are_designated_to_the_ward(city: Federation) -> None:
    ctx = city.context(NATIONAL)
    refused = designation.designate_codes(ctx, CLERK, CHIYODA, 10)
    assert isinstance(refused, Refused)
    assert [rule.rule for rule in refused.failed] == ["WD1"]
    assert not isinstance(designation.designate_codes(ctx, CLERK, KUNITACHI, 10), Refused)


@case("Act Art. 30-7(4), (6)")
def test_a_search_for_a_code_elsewhere_goes_by_the_governor_alone(federation: Federation) -> None:
    """The governor passes on what the mayor signed; the centre takes it from nobody else."""
    path = f"/network/v1/calls/{CallKind.CODE_SEARCH}"
    body, ends = question(federation.context(KUNITACHI), NATIONAL), (KUNITACHI.node_id, NATIONAL)
    headers = dict(zip((routes.SENDER, routes.ADDRESSEE), map(str, ends), strict=True))

    def pass_on(_sender: NodeId, _to: NodeId, passed: str, brought: bytes | None) -> bytes:
        assert (passed, brought) == (path, body)
        return b"{}"

    door = network_door(federation.context(GOVERNOR, NETWORK), pass_on=pass_on)
    reply = asyncio.run(send(door, "POST", path, body, peer=KUNITACHI.node_id, headers=headers))
    assert (reply.status, reply.body) == (200, b"{}")
    centre = network_door(federation.context(NATIONAL, NETWORK))
    brought = asyncio.run(send(centre, "POST", path, body, peer=GOVERNOR, headers=headers))
    assert (brought.status, brought.kind) == (403, "forbidden"), (
        "read: of the prefecture's own, the governor tells"
    )
    assert [one.actor for one in world.entries(federation, NATIONAL, AuditEvent.CODE_TOLD)] == [
        KUNITACHI.node_id.uri
    ]
    direct = asyncio.run(send(centre, "POST", path, body, peer=KUNITACHI.node_id, headers={}))
    assert (direct.status, direct.kind) == (403, "forbidden")
    assert refusals(federation, NATIONAL) == [(KUNITACHI.node_id.uri, ("forbidden",))]

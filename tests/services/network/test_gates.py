"""Every route of both doors, and who may pass it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import Response
from starlette.routing import BaseRoute
from tests.conformance.cases import case
from tests.services import world
from tests.services.network.asgi import Reply, send
from tests.services.network.registering import OPERATIONS, door
from tests.services.supply.asking import PENSION, database, plain
from tests.services.world import KUNI, TOKYO

from jukinet.audit.events import AuditEvent
from jukinet.domain.line import LineState
from jukinet.domain.municipality import NATIONAL, NodeId, OrganSlug
from jukinet.domain.permissions import Permission
from jukinet.messages.directory import OrganState
from jukinet.messages.kinds import CallKind
from jukinet.network import openapi, supply_openapi
from jukinet.network.gates import ANYONE, FEED, NODES, ORGANS, SYSTEMS, Gate, GatedRoute, Keeper, gated
from jukinet.network.nodes import network_door
from jukinet.network.supply import supply_door
from jukinet.services import line, settings
from jukinet.services.operators import OperatorClaim
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.desk import Desk
from jukinet.testing.federation import CLERK, NETWORK, Federation

pytestmark = pytest.mark.core

HEALTH = {
    ("/healthz", frozenset({"GET", "HEAD"})): ANYONE,
    ("/readyz", frozenset({"GET", "HEAD"})): ANYONE,
}
POST = frozenset({"POST"})
NETWORK_ROUTES = {
    ("/network/v1/frames/{stream}", POST): NODES,
    ("/network/v1/calls/{kind}", POST): NODES,
    ("/network/v1/directory", frozenset({"GET", "HEAD"})): NODES,
    ("/network/v1/log/{path:path}", frozenset({"GET", "HEAD"})): NODES,
    ("/network/v1/handshake", POST): NODES,
    **HEALTH,
}
REGISTER_ROUTES = {
    **{(openapi.path_of(name), POST): SYSTEMS for name in OPERATIONS},
    (openapi.PATH, frozenset({"GET", "HEAD"})): SYSTEMS,
    (openapi.path_of("residents/changes"), POST): FEED,
}
SUPPLY = "/supply/v1/identity-verifications"
SUPPLY_ROUTES = {
    (SUPPLY, POST): ORGANS,
    (supply_openapi.AFFAIRS, frozenset({"GET", "HEAD"})): ORGANS,
    (supply_openapi.PATH, frozenset({"GET", "HEAD"})): ORGANS,
    ("/supply/v1/affairs", frozenset({"GET", "HEAD"})): ORGANS,
    ("/supply/v1/change-facts", frozenset({"POST"})): ORGANS,
    ("/supply/v1/batches", POST): ORGANS,
    ("/supply/v1/batches/{batch_id}", frozenset({"GET", "HEAD", "DELETE"})): ORGANS,
    ("/supply/v1/batches/{batch_id}/file", frozenset({"PUT"})): ORGANS,
    ("/supply/v1/batches/{batch_id}/answer", frozenset({"GET", "HEAD"})): ORGANS,
    **HEALTH,
}


def ungated(routes: Iterable[BaseRoute]) -> list[str]:
    """The paths that anybody could reach; a gate that lets nobody pass is no slip."""
    return [getattr(route, "path", "?") for route in routes if not isinstance(route, GatedRoute)]


def gates(routes: Iterable[BaseRoute]) -> dict[tuple[str, frozenset[str]], Gate]:
    return {
        (route.path, frozenset(route.methods or ())): route.gate
        for route in routes
        if isinstance(route, GatedRoute)
    }


def test_every_route_names_its_gate(federation: Federation, tmp_path: Path) -> None:
    network = network_door(federation.context(NATIONAL, NETWORK))
    ctx = federation.context(NATIONAL, "supply")
    supply = supply_door(ctx, Desk(ctx, database(federation)), files=BatchFiles(tmp_path))
    register = door(federation)
    assert ungated([*network.routes, *supply.routes, *register.routes]) == []
    assert gates(register.routes) == NETWORK_ROUTES | REGISTER_ROUTES
    assert gates(network.routes) == NETWORK_ROUTES
    assert gates(supply.routes) == SUPPLY_ROUTES


def test_a_route_without_a_gate_is_found(federation: Federation) -> None:
    network = network_door(federation.context(NATIONAL, NETWORK))
    network.add_route("/slipped-in", lambda _: Response())
    assert ungated(network.routes) == ["/slipped-in"]


def test_a_route_is_closed_until_its_gate_is_named(federation: Federation) -> None:
    async def nothing(*_: object) -> Response:
        return Response()

    keeper = Keeper(federation.context(NATIONAL, NETWORK))
    route = gated("/new", nothing, Gate(), keeper, methods=["GET"])
    assert route.gate == Gate(nodes=False, organs=False, systems=False, any_party=False)


def of_node(federation: Federation, **changed: Any) -> None:
    """What the directory says of Kunitachi from now on."""
    nodes = federation.directory.nodes
    federation.directory = replace(
        federation.directory,
        nodes=tuple(replace(one, **changed) if one.id == KUNI else one for one in nodes),
    )


def of_organ(federation: Federation, **changed: Any) -> None:
    organs = federation.directory.organs
    federation.directory = replace(
        federation.directory,
        organs=tuple(replace(one, **changed) if one.slug == PENSION else one for one in organs),
    )


def test_the_directory_is_asked_at_every_request_whatever_it_said_when_the_connection_began(
    federation: Federation,
) -> None:
    ctx = federation.context(NATIONAL, "supply")
    network = network_door(federation.context(NATIONAL, NETWORK))
    supply = supply_door(ctx, Desk(ctx, database(federation)))

    async def node() -> tuple[int, str, str | None]:
        return told(await send(network, "GET", "/network/v1/directory", peer=KUNI))

    async def organ() -> tuple[int, str, str | None]:
        return told(await send(supply, "POST", SUPPLY, b"{}", peer=PENSION))

    def told(reply: Reply) -> tuple[int, str, str | None]:
        return reply.status, reply.plain.get("detail", ""), reply.headers.get("connection")

    async def work() -> None:
        async with supply.router.lifespan_context(supply):
            served, faulty = await node(), await organ()
            # Nothing is held, nothing was asked: both were let in, and their connections go on.
            assert (served[0], faulty[0], served[2], faulty[2]) == (404, 422, None, None)
            of_node(federation, connected=False, since=date(2013, 7, 8), reason="By choice.")
            of_organ(federation, state=OrganState.REVOKED, reason="The agreement ended.")
            assert await node() == (
                409,
                "muni-132152 is not connected to the network since 2013-07-08. Reason: By choice.",
                "close",
            )
            assert await organ() == (
                403,
                "The directory says that this organ is revoked. Reason: The agreement ended.",
                "close",
            )
            of_node(federation, connected=True, reason=None)
            of_organ(federation, state=OrganState.ACTIVE, reason=None)
            assert (await node(), await organ()) == (served, faulty)

    asyncio.run(work())


def test_only_who_may_not_use_the_network_at_all_loses_the_connection(federation: Federation) -> None:
    """A slip of a peer, or of another that it speaks for, is no reason to end what its city or counter has open."""
    of_node(federation, connected=False, reason="By choice.")
    ctx = federation.context(NATIONAL, "supply")
    network = network_door(federation.context(NATIONAL, NETWORK))
    supply = supply_door(ctx, Desk(ctx, database(federation)))
    frames = "/network/v1/frames/identity"
    search, for_another = (
        f"/network/v1/calls/{CallKind.CODE_SEARCH}",
        {"jukinet-from": str(KUNI), "jukinet-to": str(NATIONAL)},
    )

    async def work() -> None:
        for app, method, path, peer, headers, ends in (
            (supply, "POST", SUPPLY, TOKYO, {}, False),
            (network, "GET", "/network/v1/directory", PENSION, {}, False),
            (network, "POST", search, TOKYO, for_another, False),
            (network, "POST", frames, KUNI, {}, True),
            (supply, "POST", SUPPLY, OrganSlug("nobody"), {}, True),
            (network, "POST", frames, NodeId("muni-011002"), {}, True),
            (network, "POST", frames, None, {}, True),
        ):
            reply = await send(app, method, path, b"{}", peer=peer, headers=headers)
            assert reply.status in {401, 403, 409}
            assert (reply.headers.get("connection") == "close") is ends, (path, peer)

    asyncio.run(work())


@case("Act Art. 30-29(1)")
def test_a_certificate_that_was_replaced_is_refused_and_its_successor_served(federation: Federation) -> None:
    since = datetime(2013, 7, 8, 1, tzinfo=UTC)
    of_node(federation, certified_since=since)
    of_organ(federation, certified_since=since)
    ctx = federation.context(NATIONAL, "supply")
    network = network_door(federation.context(NATIONAL, NETWORK))
    supply = supply_door(ctx, Desk(ctx, database(federation)))

    async def work() -> None:
        async with supply.router.lifespan_context(supply):
            for begins, told in (
                (0.0, (401, 401)),
                (since.timestamp() - 1, (401, 401)),
                (since.timestamp(), (404, 422)),
            ):
                node = await send(network, "GET", "/network/v1/directory", peer=KUNI, begins=begins)
                organ = await send(supply, "POST", SUPPLY, b"{}", peer=PENSION, begins=begins)
                assert (node.status, organ.status) == told
                ends = {reply.headers.get("connection") for reply in (node, organ)}
                assert ends == {"close" if told == (401, 401) else None}
                # Health is anybody's who has a certificate of the network.
                health = await send(network, "GET", "/healthz", peer=KUNI, begins=begins)
                assert health.status == 200

    asyncio.run(work())
    refused = world.entries(federation, NATIONAL, AuditEvent.GATE_REFUSED)
    assert {(entry.actor, entry.rules[0]) for entry in refused} == {
        (KUNI.uri, "unauthentic"),
        (PENSION.uri, "unauthentic"),
    }


def test_a_door_whose_line_is_cut_says_so_to_every_node_and_organ(federation: Federation) -> None:
    second = OperatorClaim("tanaka")
    settings.enrol_operator(federation.context(NATIONAL), CLERK, "tanaka", "田中", list(Permission))
    ctx = federation.context(NATIONAL, "supply")
    network = network_door(federation.context(NATIONAL, NETWORK))
    supply = supply_door(ctx, Desk(ctx, database(federation)))

    def bring(wanted: LineState) -> None:
        number = line.ask_measure(federation.context(NATIONAL), CLERK, wanted, "Somebody is in the cellar.")
        assert isinstance(number, int)
        line.confirm_measure(federation.context(NATIONAL), second, number)

    async def work() -> None:
        async with supply.router.lifespan_context(supply):
            for wanted, told in ((LineState.IDENTITY, 404), (LineState.ALL, 503), (LineState.OPEN, 404)):
                bring(wanted)
                node = await send(network, "GET", "/network/v1/directory", peer=KUNI)
                assert node.status == told
                if wanted is LineState.ALL:
                    assert node.plain["detail"].startswith("national has cut its line since 2013-07-08")
                    assert "cellar" not in node.plain["detail"]
                organ = await send(supply, "POST", SUPPLY, json.dumps(plain()).encode(), peer=PENSION)
                refused = [one["rule"] for one in organ.plain.get("rules", ())]
                assert (organ.status, refused) == ((200, []) if wanted is LineState.OPEN else (403, ["NC1"]))
                assert (await send(network, "GET", "/healthz", peer=KUNI)).status == 200

    asyncio.run(work())
    (entry,) = world.entries(federation, NATIONAL, AuditEvent.GATE_REFUSED)
    assert (entry.actor, entry.rules) == (KUNI.uri, ("unavailable",))

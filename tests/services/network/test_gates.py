"""Every route of both doors, and who may pass it."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from starlette.responses import Response
from starlette.routing import BaseRoute
from tests.services.network.registering import OPERATIONS, door
from tests.services.supply.asking import database

from jukinet.domain.municipality import NATIONAL
from jukinet.network import openapi
from jukinet.network.gates import ANYONE, NODES, ORGANS, SYSTEMS, Gate, GatedRoute, Keeper, gated
from jukinet.network.nodes import network_door
from jukinet.network.supply import supply_door
from jukinet.services.supply.desk import Desk
from jukinet.testing.federation import NETWORK, Federation

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
    **HEALTH,
}
REGISTER_ROUTES = {
    **{(openapi.path_of(name), POST): SYSTEMS for name in OPERATIONS},
    (openapi.PATH, frozenset({"GET", "HEAD"})): SYSTEMS,
}
SUPPLY_ROUTES = {("/supply/v1/identity-verifications", POST): ORGANS, **HEALTH}


def ungated(routes: Iterable[BaseRoute]) -> list[str]:
    """The paths that anybody could reach; a gate that lets nobody pass is no slip."""
    return [getattr(route, "path", "?") for route in routes if not isinstance(route, GatedRoute)]


def gates(routes: Iterable[BaseRoute]) -> dict[tuple[str, frozenset[str]], Gate]:
    return {
        (route.path, frozenset(route.methods or ())): route.gate
        for route in routes
        if isinstance(route, GatedRoute)
    }


def test_every_route_names_its_gate(federation: Federation) -> None:
    network = network_door(federation.context(NATIONAL, NETWORK))
    ctx = federation.context(NATIONAL, "supply")
    supply = supply_door(ctx, Desk(ctx, database(federation)))
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

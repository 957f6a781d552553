"""The two doors of a node, each in a process of its own."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from starlette.types import ASGIApp

from jukinet.network.nodes import network_door
from jukinet.network.register import RegisterAccess
from jukinet.network.server import require_free, serve
from jukinet.network.supply import supply_door
from jukinet.node.config import DoorConfig
from jukinet.node.postgres import Role
from jukinet.node.processes import Part
from jukinet.node.watching import watched
from jukinet.node.wiring import POOL_SIZES, Node, batch_files, conninfo, open_office
from jukinet.services.supply.desk import Desk
from jukinet.store.database import PoolState
from jukinet.store.supply import SupplyDatabase

_MADE_BETWEEN = 20_000
"""Objects that are made between two looks of the garbage collector: what a few hundred requests leave."""

Marked = AbstractContextManager[Callable[[], None]]
"""Records the start of the process when it is entered; gives what says that it does its work."""


@contextmanager
def open_register(node: Node) -> Iterator[RegisterAccess | None]:
    """The register as the office sees it, for the systems that the configuration admits; None where it admits none.

    Only such a door holds connections of the office's role. It gets none of the office's keys.
    """
    if not node.config.systems:
        yield None
        return
    with open_office(node, most=POOL_SIZES[Role.OFFICE]) as office:
        yield RegisterAccess(office, node.config.systems, node.config.feeds)


def run_network(node: Node, access: RegisterAccess | None, marked: Marked) -> None:
    place = node.config.network
    require_free(place.host, place.port)  # no entry of a start that cannot be
    with (
        watched(node, Part.NETWORK, _pools(node, access)) as watch,
        marked as announce,
    ):
        door = network_door(node.context, access, watch.request, watch.require_ready, node.pass_on)
        _serve(place, door, node, announce)


def run_supply(node: Node, place: DoorConfig, marked: Marked) -> None:
    require_free(place.host, place.port)
    told = conninfo(node.config, Role.SUPPLY)
    database = SupplyDatabase(told, node.config.node.schema, most=POOL_SIZES[Role.SUPPLY])
    with (
        watched(node, Part.SUPPLY, {"supply": database.pool_state}) as watch,
        marked as announce,
    ):
        desk = Desk(node.context, database, node.config.limits)
        files = batch_files(node.config)
        door = supply_door(node.context, desk, watch.request, watch.require_ready, files)
        _serve(place, door, node, announce)


def _pools(node: Node, access: RegisterAccess | None) -> dict[str, Callable[[], PoolState]]:
    """The connections of the network door, by the role that logs in."""
    office = {"office": access.ctx.database.pool_state} if access else {}
    return {"network": node.context.database.pool_state, **office}


def _serve(place: DoorConfig, app: ASGIApp, node: Node, announce: Callable[[], None]) -> None:
    def ready(_port: int) -> None:
        _spare_what_stays()
        announce()

    serve(app, host=place.host, port=place.port, files=node.config.tls, ready=ready)


def _spare_what_stays() -> None:
    """Keep the garbage collector from looking through the whole program again and again while requests come and go."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MADE_BETWEEN)

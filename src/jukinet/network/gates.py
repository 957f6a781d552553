"""Which peer may call which route: one table. A route that is not in it is served to nobody."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, OrganSlug
from jukinet.messages.directory import Directory, OrganState
from jukinet.network.tls import peer_of


@dataclass(frozen=True, slots=True)
class Gate:
    """Who may pass: connected nodes of the directory, active organs of it, or anyone with a certificate."""

    nodes: bool = False
    organs: bool = False
    any_party: bool = False


NODES = Gate(nodes=True)
ORGANS = Gate(organs=True)
ANYONE = Gate(any_party=True)
"""Health only: tells nothing about anybody."""

Party = NodeId | OrganSlug
Endpoint = Callable[[Request, Party], Awaitable[Response]]


class GatedRoute(Route):
    """A route that says who may pass; one of another class has no gate, and a test finds it."""

    gate: Gate = Gate()


def gated(
    path: str, endpoint: Endpoint, gate: Gate, directory: Callable[[], Directory], *, methods: list[str]
) -> GatedRoute:
    """A route behind its gate: the certificate's party and the directory's word on it, at every request."""

    async def guarded(request: Request) -> Response:
        party = peer_of(request.scope)
        if not gate.any_party:
            _require(party, gate, directory())
        return await endpoint(request, party)

    route = GatedRoute(path, guarded, methods=methods)
    route.gate = gate
    return route


def _require(party: Party, gate: Gate, directory: Directory) -> None:
    """Raises FORBIDDEN for a party of the wrong sort, or one that the directory does not know or has revoked."""
    if isinstance(party, NodeId):
        entry = directory.node(party)
        if not gate.nodes or entry is None:
            raise JukinetError(ErrorKind.FORBIDDEN, "This certificate may not use this address.")
        if not entry.connected:
            raise JukinetError(ErrorKind.NOT_CONNECTED, "The directory says that this node is not connected.")
    else:
        organ = directory.organ(party)
        if not gate.organs or organ is None or organ.state is not OrganState.ACTIVE:
            raise JukinetError(ErrorKind.FORBIDDEN, "This certificate may not use this address.")

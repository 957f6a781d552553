"""Which peer may call which route: one table. A route that is not in it is served to nobody.

Owns the record of those who are turned away too, so that refusing can neither hold up a door nor fill its disk.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType

import anyio
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, OrganSlug, Party, SystemId
from jukinet.messages import routes
from jukinet.messages.directory import Directory, NodeEntry, OrganState, told_not_connected
from jukinet.network import watching
from jukinet.network.relaying import Ends, PassOn, Relay
from jukinet.network.tls import NotLetInError, begins, peer_of
from jukinet.services import status, trail
from jukinet.services.context import Context


@dataclass(frozen=True, slots=True)
class Gate:
    """Who may pass: connected nodes or active organs of the directory, admitted systems, anyone with a certificate.

    ``feed``: of the systems only those that follow the register.
    """

    nodes: bool = False
    organs: bool = False
    systems: bool = False
    any_party: bool = False
    feed: bool = False


NODES = Gate(nodes=True)
ORGANS = Gate(organs=True)
SYSTEMS = Gate(systems=True)
FEED = Gate(systems=True, feed=True)
ANYONE = Gate(any_party=True)
"""Health only: tells nothing about anybody."""

Endpoint = Callable[[Request, Party], Awaitable[Response]]
Handler = Callable[[Request], Awaitable[Response]]

RECORD_EVERY = timedelta(minutes=1)
"""How often at most a party is recorded to be refused for one reason."""

_NOT_HERE = "This certificate may not use this address."


class GatedRoute(Route):
    """A route that says who may pass; one of another class has no gate, and a test finds it.

    What its endpoint raises is caught by the guard around the door, and by nothing of Starlette's between them.
    """

    def __init__(self, path: str, endpoint: Handler, gate: Gate, methods: list[str]) -> None:
        super().__init__(path, endpoint, methods=methods)
        self.gate = gate
        self.app = _answering(endpoint)


def _answering(endpoint: Handler) -> ASGIApp:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        response = await endpoint(Request(scope, receive, send))
        await response(scope, receive, send)

    return app


class Keeper:
    """Keeps the gates of one door; ``systems`` are those that it admits, ``pass_on`` takes what is for others further.

    ``feeds``: those of the systems that follow the register.

    Its methods belong to the event loop and never wait for a lock or a disk in it.
    """

    def __init__(
        self,
        ctx: Context,
        systems: frozenset[SystemId] = frozenset(),
        pass_on: PassOn | None = None,
        *,
        feeds: frozenset[SystemId] = frozenset(),
    ) -> None:
        self._ctx = ctx
        self._systems = systems
        self._feeds = feeds
        self._relay = Relay(ctx, pass_on)
        # One thread of its own: those who are turned away take none from those who are served.
        self._limiter = CapacityLimiter(1)
        self._looking = CapacityLimiter(2)
        self._recorded: dict[tuple[Party, ErrorKind], datetime] = {}

    async def admit(self, party: Party, gate: Gate, certified: float) -> None:
        """Raise UNAUTHENTIC, FORBIDDEN, NOT_CONNECTED or UNAVAILABLE, and record it, unless the party may pass.

        ``certified``: when its certificate began. Asked at every request: what the directory says now counts for a
        connection that was opened when it said otherwise.
        """
        if gate.any_party:
            return
        directory = self._ctx.directory()
        try:  # As ``recording``, which would cost a supply as much again as all that is asked here.
            if isinstance(party, SystemId):
                admitted = self._systems & self._feeds if gate.feed else self._systems
                _require_system(party, gate, admitted)
            else:
                _require(party, gate, directory, certified)
            if isinstance(party, NodeId):
                # Not for organs: the desk reads it for all that wait at once. A town's own systems need no line.
                work = partial(status.require_line, self._ctx)
                await anyio.to_thread.run_sync(work, limiter=self._looking)
        except JukinetError as error:
            await self.record(party, error.kind)
            raise

    async def serve(self, request: Request, peer: NodeId, endpoint: Endpoint) -> Response:
        """Serve what a node that was admitted sends, or brings for another; pass on what is for another.

        Raises, and records, MALFORMED, FORBIDDEN or NOT_CONNECTED.
        """
        async with self.recording(peer):
            ends = _ends(self._ctx, peer, request.headers, request.url.path)
        if ends.to != self._ctx.node:
            return await self._relay.pass_on(request, ends)
        return await endpoint(request, ends.sender)

    def recording(self, party: Party) -> Recording:
        """Record what is refused inside the block, for steps that come before any service, which records its own."""
        return Recording(self, party)

    async def record(self, party: Party, why: ErrorKind) -> None:
        """Record a refusal. A failure to do so is the answer: no refusal goes out that nobody can read of later."""
        now, reason = self._ctx.now(), (party, why)
        # Only what still counts is remembered, whoever comes.
        self._recorded = {
            one: at for one, at in self._recorded.items() if timedelta(0) <= now - at < RECORD_EVERY
        }
        if reason in self._recorded:
            return
        self._recorded[reason] = now
        try:
            work = partial(trail.gate_refused, self._ctx, party, why)
            await anyio.to_thread.run_sync(work, limiter=self._limiter)
        except BaseException:
            self._recorded.pop(reason, None)
            raise


@dataclass(frozen=True, slots=True)
class Recording:
    """A block whose refusals are recorded. No generator: most requests of a door go through one."""

    keeper: Keeper
    party: Party

    async def __aenter__(self) -> None:
        return None

    async def __aexit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if isinstance(error, JukinetError):
            await self.keeper.record(self.party, error.kind)


def gated(path: str, endpoint: Endpoint, gate: Gate, keeper: Keeper, *, methods: list[str]) -> GatedRoute:
    """A route behind its gate: the certificate's party and the directory's word on it, at every request.

    The connection of a party that may not use the network, or may no more, ends with the answer, which it gets also
    while it still sends: uvloop reads on until the peer hangs up or half a minute is over.
    """

    async def guarded(request: Request) -> Response:
        watching.entered(request.scope, path, request.method)
        party = peer_of(request.scope)
        watching.named(request.scope, party.uri)
        await keeper.admit(party, gate, begins(request.scope))
        if gate.nodes and isinstance(party, NodeId):
            return await keeper.serve(request, party, endpoint)
        return await endpoint(request, party)

    return GatedRoute(path, guarded, gate, methods)


def _ends(ctx: Context, peer: NodeId, headers: Mapping[str, str], path: str) -> Ends:
    """Whom a request comes from and is for: peer and this node, where no headers name others."""
    ends = Ends(_named(headers, routes.SENDER) or peer, _named(headers, routes.ADDRESSEE) or ctx.node)
    directory = ctx.directory()
    if not routes.is_brought_by(directory, peer, ctx.node, ends.sender, ends.to, path):
        raise JukinetError(
            ErrorKind.FORBIDDEN,
            "This is not the way: what a ward says, and what is said to it, goes through its city, and a search for "
            "a code elsewhere by the governor.",
        )
    for end in {ends.sender, ends.to} - {peer, ctx.node}:
        entry = directory.node(end)
        if entry is None:
            raise JukinetError(ErrorKind.FORBIDDEN, f"{end} is not in the directory.")
        if not entry.connected:
            raise JukinetError(ErrorKind.NOT_CONNECTED, told_not_connected(entry))
    return ends


def _named(headers: Mapping[str, str], header: str) -> NodeId | None:
    if header not in headers:
        return None
    try:
        return NodeId.parse(headers[header])
    except ValueError:
        raise JukinetError(ErrorKind.MALFORMED, f"{header} must name a node.") from None


def _require_system(party: SystemId, gate: Gate, admitted: frozenset[SystemId]) -> None:
    """Raises FORBIDDEN for a system that this door does not admit by name: every one of another municipality."""
    if not gate.systems or party not in admitted:
        raise JukinetError(ErrorKind.FORBIDDEN, _NOT_HERE)


def _require(party: NodeId | OrganSlug, gate: Gate, directory: Directory, certified: float) -> None:
    """Raises FORBIDDEN for a party of the wrong sort, which may have other addresses.

    NotLetInError, FORBIDDEN, for one that the directory does not know or has revoked; NOT_CONNECTED; UNAUTHENTIC for a
    certificate that was revoked.
    """
    entry = directory.node(party) if isinstance(party, NodeId) else directory.organ(party)
    if entry is None:
        raise NotLetInError(ErrorKind.FORBIDDEN, _NOT_HERE)
    if not (gate.nodes if isinstance(party, NodeId) else gate.organs):
        raise JukinetError(ErrorKind.FORBIDDEN, _NOT_HERE)
    if entry.certified_since is not None and certified < entry.certified_since.timestamp():
        raise NotLetInError(
            ErrorKind.UNAUTHENTIC, "This certificate was revoked and replaced by another. Use the new one."
        )
    if isinstance(entry, NodeEntry):
        if not entry.connected:
            raise NotLetInError(ErrorKind.NOT_CONNECTED, told_not_connected(entry))
    elif entry.state is not OrganState.ACTIVE:
        why = f" Reason: {entry.reason}" if entry.reason else ""
        raise NotLetInError(ErrorKind.FORBIDDEN, f"The directory says that this organ is revoked.{why}")

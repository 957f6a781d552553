"""The network door: what other nodes may ask of this one, and a municipality's own systems of its register."""

from __future__ import annotations

from functools import partial

import anyio
from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, Party
from jukinet.messages import calls, frames
from jukinet.messages import handshakes as messages
from jukinet.messages.kinds import CallKind, Stream
from jukinet.network import gates, health, inbound, register
from jukinet.network.gates import Keeper
from jukinet.network.health import Ready
from jukinet.network.inbound import Inbound
from jukinet.network.problems import application
from jukinet.network.register import RegisterAccess
from jukinet.network.relaying import PassOn
from jukinet.network.requests import JSON, discard, read_bytes
from jukinet.network.watching import Observe
from jukinet.services import audit_tree, call_answers, handshakes, incoming, settings
from jukinet.services.context import Context

FRAME_THREADS, CALL_THREADS, DIRECTORY_THREADS = 4, 3, 1
"""Requests worked on at once; together as many as there are database connections (measured: more threads are slower).

Each has its own: calls, for which a person waits, never queue behind frames.
"""


def network_door(
    ctx: Context,
    access: RegisterAccess | None = None,
    observe: Observe | None = None,
    ready: Ready | None = None,
    pass_on: PassOn | None = None,
) -> Starlette:
    """The application of the network door; ``access``: it offers the register API too.

    ``observe``: who is told of every request; ``ready``: what makes it ready, if more than its database and directory;
    ``pass_on``: how what is for a ward, or comes from one, goes further.
    """
    return _NetworkDoor(ctx, access, pass_on).application(observe, ready)


class _NetworkDoor:
    def __init__(self, ctx: Context, access: RegisterAccess | None, pass_on: PassOn | None) -> None:
        self._ctx = ctx
        self._access = access
        systems, feeds = (access.systems, access.feeds) if access else (frozenset(), frozenset())
        self._keeper = Keeper(ctx, systems, pass_on, feeds=feeds)
        # Limiters of their own: peers that wait for one another must not use up the whole process's threads.
        self._frames = CapacityLimiter(FRAME_THREADS)
        self._calls = CapacityLimiter(CALL_THREADS)
        self._directory = CapacityLimiter(DIRECTORY_THREADS)
        self._inbound = Inbound()

    def application(self, observe: Observe | None, ready: Ready | None) -> Starlette:
        keeper = self._keeper
        return application(
            [
                gates.gated(
                    "/network/v1/frames/{stream}", self.frames, gates.NODES, keeper, methods=["POST"]
                ),
                gates.gated("/network/v1/calls/{kind}", self.calls, gates.NODES, keeper, methods=["POST"]),
                gates.gated("/network/v1/handshake", self.handshake, gates.NODES, keeper, methods=["POST"]),
                gates.gated("/network/v1/directory", self.directory, gates.NODES, keeper, methods=["GET"]),
                gates.gated("/network/v1/log/{path:path}", self.log, gates.NODES, keeper, methods=["GET"]),
                *(register.routes(self._access, keeper) if self._access else ()),
                *health.routes(self._ctx, keeper, ready),
            ],
            observe=observe,
        )

    async def frames(self, request: Request, party: Party) -> Response:
        async with self._keeper.recording(party):
            stream = _stream(request.path_params["stream"])
        peer = _node(party)
        if self._inbound.is_full(peer, stream):
            await discard(request, limit=frames.MAX_FRAME)
            raise inbound.busy()
        with self._inbound.place(peer, stream):
            async with self._keeper.recording(party):
                body = await read_bytes(request, limit=frames.MAX_FRAME)
            work = partial(incoming.receive_frame, self._ctx, peer, stream, body)
            answer = await anyio.to_thread.run_sync(work, limiter=self._frames)
        return Response(frames.write_answer(answer), media_type=JSON)

    async def calls(self, request: Request, party: Party) -> Response:
        async with self._keeper.recording(party):
            kind = _call(request.path_params["kind"])
            body = await read_bytes(request, limit=calls.MAX_CALL)
        work = partial(call_answers.answer_call, self._ctx, _node(party), kind, body)
        answer = await anyio.to_thread.run_sync(work, limiter=self._calls)
        return Response(answer, media_type=JSON)

    async def handshake(self, request: Request, party: Party) -> Response:
        async with self._keeper.recording(party):
            body = await read_bytes(request, limit=messages.MAX_HANDSHAKE)
        work = partial(handshakes.answer_handshake, self._ctx, _node(party), body)
        answer = await anyio.to_thread.run_sync(work, limiter=self._calls)
        return Response(answer, media_type=JSON)

    async def directory(self, _request: Request, _party: Party) -> Response:
        work = partial(settings.serve_directory, self._ctx)
        bundle = await anyio.to_thread.run_sync(work, limiter=self._directory)
        return Response(bundle, media_type=JSON)

    async def log(self, request: Request, _party: Party) -> Response:
        work = partial(audit_tree.serve, self._ctx, request.path_params["path"])
        told = await anyio.to_thread.run_sync(work, limiter=self._directory)
        return Response(told, media_type="application/octet-stream")


def _node(party: Party) -> NodeId:
    if not isinstance(party, NodeId):
        raise JukinetError(ErrorKind.FORBIDDEN, "Only a node may use this address.")
    return party


def _stream(text: str) -> Stream:
    try:
        return Stream(text)
    except ValueError:
        raise JukinetError(ErrorKind.NOT_FOUND, "There is no such stream.") from None


def _call(text: str) -> CallKind:
    try:
        return CallKind(text)
    except ValueError:
        raise JukinetError(ErrorKind.NOT_FOUND, "There is no such call.") from None

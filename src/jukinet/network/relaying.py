"""What a designated city's node passes on: what its wards say, and what is said to them (Ord. Arts. 31(2), 32(2)).

A governor's passes on a mayor's search for a code elsewhere (Act Art. 30-7(6)(iii)), in the same manner.
Owns the passing. Whether a peer may bring it here is the gate's to say; what it means, the addressee's. Nothing of it
is read or kept; who is turned away further on is recorded there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import anyio
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.messages import frames
from jukinet.messages.kinds import CallKind, Stream
from jukinet.network.requests import JSON, read_bytes
from jukinet.services import status
from jukinet.services.context import Context

PASSED_AT_ONCE = 4
"""Requests passed on at once: each waits for another node, and holds its body in memory."""

PassOn = Callable[[NodeId, NodeId, str, bytes | None], bytes]
"""(from, to, path, body): hand it one station further; the answer's bytes."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Whom a request comes from and whom it is for; neither need be who brought it or where it arrived."""

    sender: NodeId
    to: NodeId


class Relay:
    """Passes requests on, a few at a time; without ``pass_on`` none."""

    def __init__(self, ctx: Context, pass_on: PassOn | None) -> None:
        self._ctx = ctx
        self._pass_on = pass_on
        self._places = CapacityLimiter(PASSED_AT_ONCE)

    async def pass_on(self, request: Request, ends: Ends) -> Response:
        """Pass a request on, and its answer back. Raises as the addressee does, or UNAVAILABLE."""
        if self._pass_on is None:
            raise JukinetError(ErrorKind.UNAVAILABLE, "This door passes nothing on.")
        async with self._places:
            body = await read_bytes(request, limit=frames.MAX_FRAME) if request.method == "POST" else None
            work = partial(self._hand_on, self._pass_on, ends, _said(request), request.url.path, body)
            # In a thread of the process's own: those that serve have theirs, and the places bound how many wait here.
            answer = await anyio.to_thread.run_sync(work)
        return Response(answer, media_type=JSON)

    def _hand_on(
        self, pass_on: PassOn, ends: Ends, said: Stream | CallKind | None, path: str, body: bytes | None
    ) -> bytes:
        status.require_line(self._ctx, said)
        return pass_on(ends.sender, ends.to, path, body)


def _said(request: Request) -> Stream | CallKind | None:
    """What is passed on, for a line that is cut in part. An address that nobody has is for the addressee to refuse."""
    try:
        if "stream" in request.path_params:
            return Stream(request.path_params["stream"])
        return CallKind(request.path_params["kind"]) if "kind" in request.path_params else None
    except ValueError:
        return None

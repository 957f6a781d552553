"""Health of a door: that the process runs, and that it can do its work. Tells nothing about anybody."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import anyio
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jukinet.domain.municipality import Party
from jukinet.messages import strict_json
from jukinet.network import gates
from jukinet.network.gates import Keeper
from jukinet.network.requests import JSON
from jukinet.services import status
from jukinet.services.context import Context

Ready = Callable[[], None]
"""Raises UNAVAILABLE, saying why, unless the process can do its work."""


def routes(ctx: Context, keeper: Keeper, ready: Ready | None = None) -> list[Route]:
    """``/healthz``: the process runs. ``/readyz``: it can do its work; without ``ready`` as far as services can say."""
    require_ready = ready or partial(status.require_ready, ctx)

    async def healthz(_request: Request, _party: Party) -> Response:
        return Response(b'{"status":"ok"}', media_type=JSON)

    async def readyz(_request: Request, _party: Party) -> Response:
        await anyio.to_thread.run_sync(require_ready)
        return Response(strict_json.dump({"node": str(ctx.node), "status": "ready"}), media_type=JSON)

    return [
        gates.gated("/healthz", healthz, gates.ANYONE, keeper, methods=["GET"]),
        gates.gated("/readyz", readyz, gates.ANYONE, keeper, methods=["GET"]),
    ]

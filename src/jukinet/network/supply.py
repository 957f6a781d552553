"""The supply door: organs ask for identity-verification information (Act Art. 30-7)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import OrganSlug, Party
from jukinet.law.decisions import Refused
from jukinet.messages import strict_json
from jukinet.network import batches, change_facts, gates, health, supply_openapi
from jukinet.network.gates import Keeper
from jukinet.network.health import Ready
from jukinet.network.problems import application, limited, refused
from jukinet.network.requests import JSON, head_of, read_bytes
from jukinet.network.watching import Observe
from jukinet.services.context import Context
from jukinet.services.supply import answers, queries
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.desk import Answer, Desk
from jukinet.services.supply.lookups import Limited
from jukinet.services.supply.signatures import Sent

PATH = supply_openapi.VERIFY


def supply_door(
    ctx: Context,
    desk: Desk,
    observe: Observe | None = None,
    ready: Ready | None = None,
    files: BatchFiles | None = None,
) -> Starlette:
    """The application of the supply door; it opens and closes the desk with itself. Batches where it has ``files``.

    ``observe``: who is told of every request; ``ready``: what makes it ready, if more than its database and directory.
    """
    keeper = Keeper(ctx)

    async def verify(request: Request, party: Party) -> Response:
        if not isinstance(party, OrganSlug):
            raise JukinetError(ErrorKind.FORBIDDEN, "Only an organ may use this address.")
        try:
            body = await read_bytes(request, limit=queries.MAX_REQUEST)
            query = queries.read_query(strict_json.parse(body, limit=queries.MAX_REQUEST))
        except JukinetError as error:
            await desk.note_unreadable(party, error)
            raise
        sent = Sent(head_of(request.scope), hashlib.sha256(body).digest())
        return _told(request, await desk.verify(party, query, sent))

    async def affairs(request: Request, party: Party) -> Response:
        if not isinstance(party, OrganSlug):
            raise JukinetError(ErrorKind.FORBIDDEN, "Only an organ may use this address.")
        answer = await desk.may_ask(party)
        if isinstance(answer, Refused):
            return refused(request.scope, answer.failed)
        return Response(answer, media_type=JSON)

    async def describe(_request: Request, _party: Party) -> Response:
        return Response(supply_openapi.served(), media_type=JSON)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await desk.open()
        try:
            yield
        finally:
            await desk.close()

    return application(
        [
            gates.gated(PATH, verify, gates.ORGANS, keeper, methods=["POST"]),
            gates.gated(supply_openapi.AFFAIRS, affairs, gates.ORGANS, keeper, methods=["GET"]),
            gates.gated(supply_openapi.PATH, describe, gates.ORGANS, keeper, methods=["GET"]),
            *change_facts.routes(ctx, keeper, desk.note_unreadable),
            *(batches.routes(ctx, files, keeper, desk.limits, desk.note_unreadable) if files else ()),
            *health.routes(ctx, keeper, ready),
        ],
        lifespan=lifespan,
        observe=observe,
    )


def _told(request: Request, answer: Answer) -> Response:
    if isinstance(answer, Refused):
        return refused(request.scope, answer.failed)
    if isinstance(answer, Limited):
        return limited(request.scope, answer.failed, answer.retry_after)
    return Response(answers.dump_answer(answer), media_type=JSON)

"""The certification body's address at the supply door: which records were corrected or deleted (M15)."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

import anyio
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import OrganSlug, Party
from jukinet.law.decisions import Refused
from jukinet.messages import strict_json
from jukinet.network import gates
from jukinet.network.gates import Keeper
from jukinet.network.problems import refused
from jukinet.network.requests import JSON, head_of, read_bytes
from jukinet.services.context import Context
from jukinet.services.supply import change_facts, signatures
from jukinet.services.supply.change_facts import ChangeAnswer, read_change_query
from jukinet.services.supply.signatures import Sent

PATH = "/supply/v1/change-facts"
MAX_REQUEST = 64 * 1024
"""Bytes of one request."""


Unread = Callable[[OrganSlug, JukinetError], Awaitable[None]]


def routes(ctx: Context, keeper: Keeper, note_unreadable: Unread) -> list[Route]:
    """The one route, behind its gate. Its look-ups wait for the database in threads of their own.

    ``note_unreadable``: records that an organ sent what is no request.
    """
    limiter = CapacityLimiter(2)

    async def tell(request: Request, party: Party) -> Response:
        if not isinstance(party, OrganSlug):
            raise JukinetError(ErrorKind.FORBIDDEN, "Only an organ may use this address.")
        try:
            body = await read_bytes(request, limit=MAX_REQUEST)
            query = read_change_query(strict_json.parse(body, limit=MAX_REQUEST))
        except JukinetError as error:
            await note_unreadable(party, error)
            raise
        sent = Sent(head_of(request.scope), hashlib.sha256(body).digest())
        signed = signatures.check(ctx, party, sent)
        told = await anyio.to_thread.run_sync(change_facts.tell, ctx, party, query, signed, limiter=limiter)
        if isinstance(told, Refused):
            return refused(request.scope, told.failed)
        return Response(strict_json.dump(write_answer(told)), media_type=JSON)

    return [gates.gated(PATH, tell, gates.ORGANS, keeper, methods=["POST"])]


def write_answer(answer: ChangeAnswer) -> dict[str, object]:
    """An answer as plain values."""
    return {
        "request_id": answer.request_id,
        "next_since": answer.next_since.isoformat(),
        "basis": list(answer.basis),
        "facts": [
            {"code": one.code.text, "fact": one.fact.value, "told_on": one.told_on.isoformat()}
            for one in answer.facts
        ],
    }

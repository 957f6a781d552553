"""Batches at the supply door: an organ sends a file, follows it, and fetches the answer.

What is named once for all rows stands in headers, not in the address: addresses are written into logs. The body is the
file itself, taken in as it comes; the law has decided before its first byte is read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, TypeVar

import anyio
from anyio import CapacityLimiter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from jukinet.domain.batches import BatchFormat, Way
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import OrganSlug, Party
from jukinet.domain.reading import Fields, reading
from jukinet.law.catalogue import QueryKind, check_affair
from jukinet.law.decisions import Refused
from jukinet.messages import strict_json
from jukinet.messages.wire import parse_member
from jukinet.network import gates
from jukinet.network.gates import Keeper
from jukinet.network.problems import refused
from jukinet.network.requests import JSON
from jukinet.services.context import Context
from jukinet.services.supply import batch_door
from jukinet.services.supply.batch_files import MOST_ROWS, BatchFiles, Incoming
from jukinet.services.supply.batch_status import write_status
from jukinet.services.supply.batches import Asked

PATH = "/supply/v1/batches"
T = TypeVar("T")

PAUSE_SECONDS = 30.0
"""How long the next piece of a file may take to arrive."""
ROW_BYTES = 2048
"""Bytes that a row may take on average: what comes beyond is no file of so many rows."""
_PIECE = 1024 * 1024
_AT_ONCE = 4
_HEADER = "jukinet-"
_FORMS = {form.media_type: form for form in BatchFormat}


def routes(ctx: Context, files: BatchFiles, keeper: Keeper) -> list[Route]:
    """The routes of batches, each behind its gate."""
    door = _Door(ctx, files)
    one = PATH + "/{batch_id}"
    return [
        gates.gated(PATH, door.submit, gates.ORGANS, keeper, methods=["POST"]),
        gates.gated(one, door.show, gates.ORGANS, keeper, methods=["GET"]),
        gates.gated(one, door.cancel, gates.ORGANS, keeper, methods=["DELETE"]),
        gates.gated(one + "/answer", door.answer, gates.ORGANS, keeper, methods=["GET"]),
    ]


class _Door:
    """Services of batches wait for database and disk: threads of their own, so that no single query waits for them."""

    def __init__(self, ctx: Context, files: BatchFiles) -> None:
        self._ctx = ctx
        self._files = files
        self._limiter = CapacityLimiter(_AT_ONCE)

    async def submit(self, request: Request, party: Party) -> Response:
        asked = _read(_organ(party), request)
        decision = await self._off(batch_door.admit, self._ctx, asked)
        if isinstance(decision, Refused):
            return refused(request.scope, decision.failed)
        batch_id = self._ctx.randomness.token()
        try:
            with self._files.receiving(batch_id) as incoming:
                await self._take(request, incoming, asked.rows * ROW_BYTES + _PIECE)
        except OSError:
            raise JukinetError(
                ErrorKind.UNAVAILABLE, "The file cannot be kept here now. Send it again later."
            ) from None
        except ClientDisconnect:
            raise JukinetError(ErrorKind.MALFORMED, "The file was cut off.") from None
        done = await self._off(batch_door.enter, self._ctx, self._files, asked, batch_id, incoming.digest())
        if isinstance(done, Refused):
            return refused(request.scope, done.failed)
        headers = {"Location": f"{PATH}/{done.batch.id}"}
        body = strict_json.dump(write_status(done.batch))
        return Response(body, 200 if done.before else 202, headers, JSON)

    async def show(self, request: Request, party: Party) -> Response:
        batch = await self._off(batch_door.status, self._ctx, _organ(party), _id(request))
        return Response(strict_json.dump(write_status(batch)), media_type=JSON)

    async def cancel(self, request: Request, party: Party) -> Response:
        done = await self._off(batch_door.cancel, self._ctx, self._files, _organ(party), _id(request))
        if isinstance(done, Refused):
            return refused(request.scope, done.failed)
        return Response(strict_json.dump(write_status(done)), media_type=JSON)

    async def answer(self, request: Request, party: Party) -> Response:
        organ, batch_id = _organ(party), _id(request)
        batch = await self._off(batch_door.status, self._ctx, organ, batch_id)
        place = await self._off(batch_door.hand_out, self._ctx, self._files, organ, batch_id)
        if isinstance(place, Refused):
            return refused(request.scope, place.failed)
        return FileResponse(place, media_type=batch.asked.format.media_type)

    async def _take(self, request: Request, incoming: Incoming, most: int) -> None:
        """Write the body as it comes, off the loop, in pieces that are worth a thread."""
        taken, piece = 0, bytearray()
        async for block in _within(request.stream()):
            taken += len(block)
            if taken > most:
                raise JukinetError(
                    ErrorKind.TOO_LARGE, f"A file of so many rows must have at most {most} bytes."
                )
            piece += block
            if len(piece) >= _PIECE:
                await self._off(incoming.write, bytes(piece))
                piece.clear()
        await self._off(incoming.write, bytes(piece))

    async def _off(self, work: Callable[..., T], *given: Any) -> T:
        return await anyio.to_thread.run_sync(partial(work, *given), limiter=self._limiter)


async def _within(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The blocks of a body, none of which may be long in coming."""
    while True:
        try:
            async with asyncio.timeout(PAUSE_SECONDS):
                block = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            sentence = f"No part of the file may take longer than {PAUSE_SECONDS:g} seconds."
            raise JukinetError(ErrorKind.MALFORMED, sentence) from None
        yield block


def _organ(party: Party) -> OrganSlug:
    if not isinstance(party, OrganSlug):
        raise JukinetError(ErrorKind.FORBIDDEN, "Only an organ may use this address.")
    return party


def _id(request: Request) -> str:
    return str(request.path_params["batch_id"])


def _read(organ: OrganSlug, request: Request) -> Asked:
    """What the headers say of the file; raises UNSUPPORTED_TYPE, or INVALID with every fault."""
    form = _FORMS.get(request.headers.get("content-type", ""))
    plain = request.headers.get("content-encoding", "identity").strip().lower() == "identity"
    if form is None or not plain:
        listed = ", ".join(_FORMS)
        raise JukinetError(
            ErrorKind.UNSUPPORTED_TYPE, f"The file must be sent as one of {listed}, not compressed."
        )
    given = {
        name.removeprefix(_HEADER): value
        for name, value in request.headers.items()
        if name.startswith(_HEADER)
    }
    with reading(given) as fields:
        return Asked(
            organ=organ,
            affair=fields.take("affair", check_affair),
            operator=fields.text("operator", longest=64),
            case=fields.text("case", longest=64),
            by=fields.take("by", parse_member(QueryKind)),
            format=form,
            way=Way.LINE,
            rows=fields.take("rows", _parse_rows),
            since=_since(fields),
        )


def _since(fields: Fields) -> str | None:
    return fields.optional_text("since") if fields.has("since") else None


def _parse_rows(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 12 and 0 < int(text) <= MOST_ROWS):
        raise ValueError(f"must be a number from 1 to {MOST_ROWS}")
    return int(text)

"""Batches at the supply door: an organ declares a file, sends it, follows it, and fetches the answer.

A declaration is JSON, read and signed as a single request is. The file is the body of a request of its own, taken in as
it comes: the law has decided before its first byte is read, and its digest was declared.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import anyio
from anyio import CapacityLimiter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from jukinet.domain.batches import BatchFormat, Way
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import OrganSlug, Party
from jukinet.domain.reading import reading
from jukinet.law.catalogue import QueryKind, check_affair
from jukinet.law.decisions import Refused
from jukinet.messages import strict_json
from jukinet.messages.ids import parse_id
from jukinet.network import gates
from jukinet.network.change_facts import Unread
from jukinet.network.gates import Endpoint, Keeper
from jukinet.network.handing_out import WatchedFile
from jukinet.network.problems import limited, refused
from jukinet.network.requests import JSON, head_of, read_bytes, require_type
from jukinet.network.tls import begins
from jukinet.services.context import Context
from jukinet.services.filings import member
from jukinet.services.supply import batch_door, signatures
from jukinet.services.supply.batch_files import BatchFiles, Incoming
from jukinet.services.supply.batch_keys import MOST_ROWS
from jukinet.services.supply.batch_status import write_status
from jukinet.services.supply.batches import Asked, Batch
from jukinet.services.supply.limits import Limits
from jukinet.services.supply.lookups import Limited
from jukinet.services.supply.signatures import Checked, Sent

PATH = "/supply/v1/batches"
T = TypeVar("T")

MAX_DECLARATION = 16 * 1024
"""Bytes of what is said of a file."""
PAUSE_SECONDS = 30.0
"""How long the next piece of a file may take to arrive."""
ROW_BYTES = 2048
"""Bytes that a row may take on average: what comes beyond is no file of so many rows."""
_PIECE = 1024 * 1024
_AT_ONCE = 4
_DIGEST = re.compile("[0-9a-f]{64}")


def routes(
    ctx: Context, files: BatchFiles, keeper: Keeper, most: Limits, note_unreadable: Unread
) -> list[Route]:
    """The routes of batches, each behind its gate. ``most``: that may be asked, of batches as of single requests.

    ``note_unreadable``: records that an organ sent what cannot be served.
    """
    door, one = _Door(ctx, files, keeper, most), PATH + "/{batch_id}"

    def gated(path: str, serve: Endpoint, *methods: str) -> Route:
        return gates.gated(
            path, _recorded(serve, note_unreadable), gates.ORGANS, keeper, methods=list(methods)
        )

    return [
        gated(PATH, door.declare, "POST"),
        gated(one + "/file", door.send, "PUT"),
        gated(one, door.show_or_cancel, "GET", "DELETE"),
        gated(one + "/answer", door.answer, "GET"),
    ]


def _recorded(serve: Endpoint, note_unreadable: Unread) -> Endpoint:
    """The same, with an entry of what an organ sent that is no request, or is about no batch of its own."""

    async def served(request: Request, party: Party) -> Response:
        try:
            return await serve(request, party)
        except JukinetError as error:
            if isinstance(party, OrganSlug) and error.kind is not ErrorKind.UNAVAILABLE:
                await note_unreadable(party, error)
            raise

    return served


class _Door:
    """Services of batches wait for database and disk: threads of their own, so that no single query waits for them."""

    def __init__(self, ctx: Context, files: BatchFiles, keeper: Keeper, most: Limits) -> None:
        self._ctx = ctx
        self._keeper = keeper
        self._most = most
        self._files = files
        self._limiter = CapacityLimiter(_AT_ONCE)

    async def declare(self, request: Request, party: Party) -> Response:
        organ = _organ(party)
        body = await read_bytes(request, limit=MAX_DECLARATION)
        asked, digest = read_declaration(organ, strict_json.parse(body, limit=MAX_DECLARATION))
        signed = self._signed(organ, request, body)
        done = await self._off(batch_door.declare, self._ctx, signed, asked, digest, self._most)
        if isinstance(done, Limited):
            return limited(request.scope, done.failed, done.retry_after)
        if isinstance(done, Refused):
            return refused(request.scope, done.failed)
        place = {"Location": f"{PATH}/{done.batch.id}"}
        return _told(done.batch, 200 if done.before else 201, place)

    async def send(self, request: Request, party: Party) -> Response:
        organ, batch_id = _organ(party), _id(request)
        batch = await self._off(batch_door.expected, self._ctx, organ, batch_id)
        if isinstance(batch, Refused):
            return refused(request.scope, batch.failed)
        require_type(request, batch.asked.format.media_type)
        try:
            with self._files.receiving(batch_id, self._ctx.randomness.token()) as incoming:
                await self._take(request, incoming, batch.asked.rows * ROW_BYTES + _PIECE)
                batch_door.require_declared(batch, incoming.digest())
        except OSError:
            sentence = "The file cannot be kept here now. Send it again later."
            raise JukinetError(ErrorKind.UNAVAILABLE, sentence) from None
        except ClientDisconnect:
            raise JukinetError(ErrorKind.MALFORMED, "The file was cut off. Send it again.") from None
        return _told(await self._off(batch_door.take, self._ctx, organ, batch_id), 202)

    async def show_or_cancel(self, request: Request, party: Party) -> Response:
        """One route: an address names all of its methods to whoever comes with another."""
        return await (self.cancel if request.method == "DELETE" else self.show)(request, party)

    async def show(self, request: Request, party: Party) -> Response:
        organ = _organ(party)
        signed = self._signed(organ, request)
        batch = await self._off(batch_door.status, self._ctx, organ, signed, _id(request))
        return refused(request.scope, batch.failed) if isinstance(batch, Refused) else _told(batch)

    async def cancel(self, request: Request, party: Party) -> Response:
        organ = _organ(party)
        signed = self._signed(organ, request)
        done = await self._off(batch_door.cancel, self._ctx, self._files, organ, signed, _id(request))
        return refused(request.scope, done.failed) if isinstance(done, Refused) else _told(done)

    async def answer(self, request: Request, party: Party) -> Response:
        organ = _organ(party)
        _pass_over_other_ranges(request)
        signed = self._signed(organ, request)
        found = await self._off(batch_door.hand_out, self._ctx, self._files, organ, signed, _id(request))
        if isinstance(found, Refused):
            return refused(request.scope, found.failed)
        batch, place = found

        async def may_go_on() -> bool:
            try:
                await self._keeper.admit(party, gates.ORGANS, begins(request.scope))
            except JukinetError:
                return False
            return await self._off(batch_door.may_go_on, self._ctx, self._files, organ, batch.id)

        return WatchedFile(place, media_type=batch.asked.format.media_type, may_go_on=may_go_on)

    def _signed(self, organ: OrganSlug, request: Request, body: bytes = b"") -> Checked:
        sent = Sent(head_of(request.scope), hashlib.sha256(body).digest())
        return signatures.check(self._ctx, organ, sent)

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


_RANGE = re.compile("bytes=([0-9]{1,18})-([0-9]{1,18})?")


def _pass_over_other_ranges(request: Request) -> None:
    """Of what is not one range of bytes the whole file is the answer (RFC 9110, 14.2); behind the end it is 416."""
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None or (asked[2] and int(asked[2]) < int(asked[1])):
        headers = request.scope["headers"]
        request.scope["headers"] = [one for one in headers if one[0].lower() != b"range"]


def _id(request: Request) -> str:
    try:
        return parse_id(str(request.path_params["batch_id"]))
    except ValueError:
        raise batch_door.no_batch() from None


def _told(batch: Batch, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(strict_json.dump(write_status(batch)), status, headers, JSON)


def read_declaration(organ: OrganSlug, data: object) -> tuple[Asked, bytes]:
    """What an organ says of its file, and the file's digest; raises INVALID with every fault."""
    with reading(data) as fields:
        asked = Asked(
            organ=organ,
            affair=fields.take("affair", check_affair),
            operator=fields.text("operator", longest=64),
            case=fields.text("case", longest=64),
            by=fields.take("by", member(QueryKind)),
            format=fields.take("format", member(BatchFormat)),
            way=Way.LINE,
            rows=fields.integer("rows", least=1, most=MOST_ROWS),
            since=fields.optional_text("since"),
            for_organ=fields.optional("for", OrganSlug.parse),
            history=fields.flag("history", default=False),
        )
        return asked, fields.take("digest", parse_file_digest)


def parse_file_digest(text: str) -> bytes:
    if not _DIGEST.fullmatch(text):
        raise ValueError("must be the SHA-256 of the file, as 64 hex digits")
    return bytes.fromhex(text)

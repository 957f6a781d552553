"""Reading the body of a request: its type, its size, its JSON, before anything looks at what it says.

Owns what a body may be at all. What its fields mean is read with ``jukinet.domain.reading`` or by
``jukinet.messages``.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.types import Scope

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages import strict_json
from jukinet.messages.http_signatures import Head

JSON = "application/json"
SECONDS = 30.0
"""How long a body may take to arrive; a peer that sends a byte now and then holds no place for ever."""

_HARMLESS_PARAMETERS = frozenset({"", "charset=utf-8"})


async def read_bytes(
    request: Request, *, limit: int, content_type: str = JSON, seconds: float = SECONDS
) -> bytes:
    """The body, of the one content type and at most ``limit`` bytes.

    Raises ``JukinetError``: UNSUPPORTED_TYPE or TOO_LARGE without reading on, MALFORMED if it comes too
    slowly.
    """
    require_type(request, content_type)
    if _declared_size(request) > limit:
        raise _too_large(limit)
    try:
        async with asyncio.timeout(seconds):
            return await _gather(request, limit)
    except TimeoutError:
        raise JukinetError(ErrorKind.MALFORMED, f"The body must arrive within {seconds:g} seconds.") from None


async def discard(request: Request, *, limit: int, seconds: float = SECONDS) -> None:
    """Read a body of at most ``limit`` bytes and keep nothing of it.

    Who sends it hears the answer only then: a connection that is closed on a sender tells nothing.
    """
    left = limit
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                left -= len(chunk)
                if left < 0:
                    return
    except TimeoutError:
        return


async def read_json(
    request: Request, *, limit: int, content_type: str = JSON, seconds: float = SECONDS
) -> dict[str, Any]:
    """The body as one strict JSON object (``jukinet.messages.strict_json``)."""
    body = await read_bytes(request, limit=limit, content_type=content_type, seconds=seconds)
    return strict_json.parse(body, limit=limit)


def head_of(scope: Scope) -> Head:
    """The head of a request as its signature has it: the address in the bytes that were sent."""
    fields: dict[str, str] = {}
    twice = []
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1")
        if name in fields:
            twice.append(name)
        fields[name] = value.decode("latin-1").strip(" \t")
    for name in twice:
        fields.pop(name, None)
    return Head(
        scope["method"],
        scope["raw_path"].decode("latin-1"),
        scope["query_string"].decode("latin-1"),
        fields,
    )


def require_type(request: Request, content_type: str) -> None:
    """Raise UNSUPPORTED_TYPE unless the body is said to be of the one type, and not compressed."""
    given, encodings = _values(request, b"content-type"), _values(request, b"content-encoding")
    if given == [content_type] and not encodings:
        return
    media_type, _, parameters = (given[0] if len(given) == 1 else "").partition(";")
    plain = all(encoding.strip().lower() == "identity" for encoding in encodings)
    harmless = parameters.strip().lower().replace('"', "") in _HARMLESS_PARAMETERS
    if media_type.strip().lower() != content_type or not harmless or not plain:
        raise JukinetError(
            ErrorKind.UNSUPPORTED_TYPE,
            f"The body must be sent as {content_type}, in UTF-8, not compressed.",
        )


def _declared_size(request: Request) -> int:
    """The declared length. Where there is none, or no number, the count while reading decides."""
    declared = next(iter(_values(request, b"content-length")), "")
    return int(declared) if declared.isascii() and declared.isdigit() and len(declared) < 20 else 0


def _values(request: Request, name: bytes) -> list[str]:
    """What a field of the head says, as often as it came.

    Starlette makes an object of the whole head first, for which a supply would pay at each of its three questions.
    """
    return [value.decode("latin-1") for given, value in request.scope["headers"] if given == name]


async def _gather(request: Request, limit: int) -> bytes:
    body, more = bytearray(), True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        body += message.get("body", b"")
        if len(body) > limit:
            raise _too_large(limit)
        more = message.get("more_body", False)
    return bytes(body)


def _too_large(limit: int) -> JukinetError:
    return JukinetError(ErrorKind.TOO_LARGE, f"The body must have at most {limit} bytes.")

"""A file that is handed out piece by piece, for as long as whoever fetches it may have it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

EVERY = 2.0
"""Seconds between two looks: a thief who reads slowly would otherwise go on for hours after the line was cut."""


class _EndedError(Exception):
    """What follows is not sent."""


class WatchedFile(FileResponse):
    """A file, or ranges of it. Where ``may_go_on`` says no it stops without its end, and the server hangs up."""

    def __init__(self, path: Path, *, media_type: str, may_go_on: Callable[[], Awaitable[bool]]) -> None:
        super().__init__(path, media_type=media_type)
        self._may_go_on = may_go_on

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        looked = time.monotonic()

        async def watched(message: Message) -> None:
            nonlocal looked
            if message["type"] == "http.response.body" and time.monotonic() - looked >= EVERY:
                if not await self._may_go_on():
                    raise _EndedError
                looked = time.monotonic()
            await send(message)

        try:
            await super().__call__(scope, receive, watched)
        except _EndedError:
            return

"""What is told of every request once it is answered: which route, how, how long, and never what was in it.

Owns what counts as a request of a door. Who is told (metrics, a line of the log) is wired by ``node``; a value that an
outsider chose, such as a path or a method, is told only where a route of ours has it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

OTHER = "other"
"""In place of a route or a method that no route of the door has."""

_KEY = "jukinet.seen"


@dataclass(frozen=True, slots=True)
class Served:
    """One request: ``route`` is the route's own text, ``status`` None where nobody was left to answer.

    ``party`` is the name that the certificate proved. ``refused`` says of what kind each thing was that stood in the
    way: ``law``, ``policy``, or the kind of the error.
    """

    route: str
    method: str
    status: int | None
    seconds: float
    party: str | None
    refused: tuple[str, ...]


Observe = Callable[[Served], None]


@dataclass(slots=True)
class _Seen:
    """What is learnt of a request on its way through the door."""

    route: str = OTHER
    method: str = OTHER
    party: str | None = None
    refused: list[str] = field(default_factory=list)
    status: int | None = None


def entered(scope: Scope, route: str, method: str) -> None:
    """Note that a route of ours was reached."""
    seen = scope.get(_KEY)
    if seen is not None:
        seen.route, seen.method = route, method


def named(scope: Scope, party: str) -> None:
    """Note whom the certificate names."""
    seen = scope.get(_KEY)
    if seen is not None:
        seen.party = party


def refused(scope: Scope, *kinds: str) -> None:
    """Note why a request is not done."""
    seen = scope.get(_KEY)
    if seen is not None:
        seen.refused.extend(kinds)


def begun(scope: Scope) -> bool:
    """Whether the head of an answer is on its way already."""
    seen = scope.get(_KEY)
    return seen is not None and seen.status is not None


class Watch:
    """Tells ``observe`` of each request when its answer is on the way; around everything else of the door."""

    def __init__(self, app: ASGIApp, observe: Observe) -> None:
        self.app = app
        self._observe = observe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        seen = scope[_KEY] = _Seen()
        began = time.perf_counter()

        async def note_status(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note_status)
        finally:
            took = time.perf_counter() - began
            self._observe(Served(seen.route, seen.method, seen.status, took, seen.party, tuple(seen.refused)))

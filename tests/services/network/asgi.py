"""Requests to a door's application as uvicorn hands them over, with the certificate that TLS would have proved."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message

from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import Party
from jukinet.messages import strict_json
from jukinet.network.tls import PeerCertificate

Peer = Party | JukinetError | None
NEVER_ENDS = 4_000_000_000.0


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def plain(self) -> dict[str, Any]:
        return strict_json.parse(self.body, limit=2**20)

    @property
    def kind(self) -> str:
        """The kind of a problem document, after a look at its form."""
        assert self.headers["content-type"].startswith("application/problem+json")
        assert self.plain["status"] == self.status
        return str(self.plain["type"]).removeprefix("urn:jukinet:problem:")

    @property
    def fields(self) -> dict[str, str]:
        return {fault["field"]: fault["problem"] for fault in self.plain.get("faults", [])}


async def send(
    app: ASGIApp,
    method: str,
    path: str,
    body: bytes = b"",
    *,
    peer: Peer = None,
    ends: float = NEVER_ENDS,
    begins: float = 0.0,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """One request and its answer; ``peer`` is whom the client certificate names."""
    certificate = None if peer is None else PeerCertificate(peer, ends, b"", begins)
    scope = scope_of(method, path, body, certificate, headers)
    sent: list[Message] = []
    left = [body]

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()  # the peer stays: it never hangs up
        return {"type": "http.request", "body": left.pop(), "more_body": False}

    async def take(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, take)
    start = sent[0]
    return Reply(
        start["status"],
        {name.decode().lower(): value.decode() for name, value in start["headers"]},
        b"".join(message.get("body", b"") for message in sent[1:]),
    )


def scope_of(
    method: str,
    path: str,
    body: bytes,
    certificate: PeerCertificate | None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A request as the server describes it."""
    given = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
        "extensions": {"tls": {"client_certificate": certificate}},
    }

"""The requests of the load, made before it begins: whole, in the bytes that go over the line.

Random people, some of whom are not there, and some requests for an affair of another organ. Signed ones are all
different, since a nonce counts once; the others are asked again and again.
"""

from __future__ import annotations

import hashlib
import json
import random
import secrets
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

from bench.supply_people import code_of
from jukinet.client.signing import load_key
from jukinet.domain.municipality import NATIONAL
from jukinet.messages import http_signatures
from jukinet.messages.http_signatures import Head
from jukinet.network.requests import JSON
from jukinet.network.supply import PATH

MISSES, REFUSALS = 0.10, 0.05
AFFAIR, REFUSED = "t1-77-12", "t1-41-1"
BODIES = 200_000
SIGNED_A_SECOND = 8_000
"""More than one process can check in a second, at some 95 µs for a signature alone."""

QUERY = """\
query ($code: String!) { personByCode(code: $code) {
  code name nickname birthDate sex addressIn address building changeKind reason occurredOn } }"""
"""What PostGraphile is asked: the columns that the door tells of a person."""


@dataclass(frozen=True, slots=True)
class Load:
    """Which requests: of so many people; ``key``: what signs each, or none does; ``graphql``: for PostGraphile."""

    people: int
    seed: int = 1
    key: str | None = None
    graphql: bool = False

    def requests(self, seconds: float) -> Iterator[bytes]:
        """Requests for so long: made now, where each is signed, and told of as long as they last."""
        rng = random.Random(self.seed)  # noqa: S311 - the same load each time
        if self.graphql:
            return cycle([_asked_of_postgraphile(self._code(rng)) for _ in range(BODIES)])
        if self.key is None:
            return cycle([_request(self._body(rng, number)) for number in range(BODIES)])
        sign = _Signing(Path(self.key))
        return iter(
            [sign.request(self._body(rng, number)) for number in range(int(seconds * SIGNED_A_SECOND))]
        )

    def _code(self, rng: random.Random) -> str:
        known = rng.random() >= MISSES
        return code_of(rng.randrange(self.people) + (0 if known else self.people))

    def _body(self, rng: random.Random, number: int) -> bytes:
        code = self._code(rng)
        return body_of(f"bench-{number:08}", REFUSED if rng.random() < REFUSALS else AFFAIR, number, code)


def body_of(request_id: str, affair: str, number: int, code: str) -> bytes:
    """A question for a person by the code."""
    body = {
        "request_id": request_id,
        "affair": affair,
        "operator": f"clerk-{number % 50}",
        "case": "2013-0042",
        "code": code,
    }
    return json.dumps(body).encode()


def post(path: str, body: bytes, fields: Mapping[str, str] | None = None) -> bytes:
    """The bytes of a request."""
    told = {"Host": "localhost", "Content-Type": JSON, "Content-Length": str(len(body)), **(fields or {})}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def _request(body: bytes) -> bytes:
    return post(PATH, body)


class _Signing:
    """Signs for as long as the profile allows: a request waits in the generator until its turn comes."""

    def __init__(self, key: Path) -> None:
        self._key = load_key(key)

    def request(self, body: bytes) -> bytes:
        fields = http_signatures.sign(
            Head("POST", PATH, "", {"content-type": JSON}),
            body,
            self._key,
            to=NATIONAL,
            now=datetime.fromtimestamp(time.time(), UTC),
            nonce=secrets.token_urlsafe(18),
            lasting=http_signatures.LONGEST,
        )
        return post(PATH, body, fields)


def document_id() -> str:
    """By which PostGraphile knows the question, so that no request carries it."""
    return hashlib.sha256(QUERY.encode()).hexdigest()


def asked_by_code(code: str) -> dict[str, Any]:
    """The body of a question to PostGraphile."""
    return {"documentId": document_id(), "variables": {"code": code}}


def _asked_of_postgraphile(code: str) -> bytes:
    return post("/graphql", json.dumps(asked_by_code(code)).encode(), {"Accept": JSON})

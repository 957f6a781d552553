"""Bodies: what is read, what is refused, and how much of it is taken in before."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.network.requests import read_bytes, read_json

JSON = (("content-type", "application/json"),)


class Sender:
    """A peer that sends chunks, and counts those that were asked for."""

    def __init__(self, chunks: Sequence[bytes], headers: Sequence[tuple[str, str]] = JSON) -> None:
        self.chunks = list(chunks)
        self.taken = 0
        raw = [(name.encode(), value.encode()) for name, value in headers]
        self.request = Request({"type": "http", "headers": raw, "method": "POST"}, self._receive)

    async def _receive(self) -> dict[str, Any]:
        if self.taken == len(self.chunks):
            await asyncio.Event().wait()
        chunk = self.chunks[self.taken]
        self.taken += 1
        return {"type": "http.request", "body": chunk, "more_body": self.taken < len(self.chunks)}


def kind_of(sender: Sender, *, limit: int = 100, seconds: float = 5) -> ErrorKind:
    with pytest.raises(JukinetError) as caught:
        asyncio.run(read_json(sender.request, limit=limit, seconds=seconds))
    return caught.value.kind


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=8), st.integers(0, 200))
def test_a_body_is_whole_or_refused(chunks: list[bytes], limit: int) -> None:
    sender = Sender(chunks)
    whole = b"".join(chunks)
    if len(whole) <= limit:
        assert asyncio.run(read_bytes(sender.request, limit=limit)) == whole
        return
    with pytest.raises(JukinetError) as caught:
        asyncio.run(read_bytes(sender.request, limit=limit))
    assert caught.value.kind is ErrorKind.TOO_LARGE
    # Not a chunk more was taken than was needed to know.
    assert len(b"".join(chunks[: sender.taken - 1])) <= limit


def test_a_declared_size_is_refused_before_anything_is_read() -> None:
    sender = Sender([b"{}"], (*JSON, ("content-length", "101")))
    assert kind_of(sender) is ErrorKind.TOO_LARGE
    assert sender.taken == 0


@pytest.mark.parametrize("declared", ["1", "-1", "many", "９", "9" * 30])
def test_a_false_size_does_not_help(declared: str) -> None:
    headers = (*JSON, ("content-length", declared))
    assert kind_of(Sender([b"x" * 60, b"x" * 60], headers)) is ErrorKind.TOO_LARGE


def test_a_body_that_trickles_is_given_up() -> None:
    class Trickle(Sender):
        async def _receive(self) -> dict[str, Any]:
            self.taken += 1
            await asyncio.sleep(0)
            return {"type": "http.request", "body": b"", "more_body": True}

    assert kind_of(Trickle([]), seconds=0.05) is ErrorKind.MALFORMED
    assert kind_of(Sender([]), seconds=0.05) is ErrorKind.MALFORMED


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("content-type", ""),),
        (("content-type", "text/json"),),
        (("content-type", "application/jsonx"),),
        (("content-type", "application/json; charset=latin-1"),),
        (("content-type", "application/json, text/plain"),),
        (*JSON, *JSON),
        (*JSON, ("content-encoding", "gzip")),
    ],
)
def test_other_content_types_are_refused_unread(headers: tuple[tuple[str, str], ...]) -> None:
    sender = Sender([b"{}"], headers)
    assert kind_of(sender) is ErrorKind.UNSUPPORTED_TYPE
    assert sender.taken == 0


@pytest.mark.parametrize(
    "value",
    [
        "application/json",
        "Application/JSON",
        "application/json;charset=utf-8",
        'application/json; charset="UTF-8"',
    ],
)
def test_the_right_type_is_known_in_every_spelling(value: str) -> None:
    sender = Sender([b'{"a":', b"1}"], (("content-type", value),))
    assert asyncio.run(read_json(sender.request, limit=100)) == {"a": 1}


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'{"a":1,"a":1}', b'{"a":"\\u0000"}', b'{"a":"\0"}', b"{}{}", b'{"a":1e3}']
)
def test_json_is_strict(body: bytes) -> None:
    assert kind_of(Sender([body])) is ErrorKind.MALFORMED


def test_what_was_sent_is_not_in_the_error() -> None:
    sender = Sender(['{"name":"山田","name":"山田"}'.encode()])
    with pytest.raises(JukinetError) as caught:
        asyncio.run(read_json(sender.request, limit=100))
    assert "山田" not in str(caught.value)

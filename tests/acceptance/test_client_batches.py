"""The organ's client of batches against a door that keeps what it is sent, over real mutual TLS."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from tests.acceptance.certificates import Authority
from tests.acceptance.doors import running

from jukinet.client.batches import BatchClient, BatchRefused, BatchStatus, Declaration
from jukinet.client.connection import NodeLine, Patience
from jukinet.domain.batches import BatchFormat, BatchState
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, OrganSlug
from jukinet.law.supply import S1
from jukinet.messages import promises
from jukinet.messages.keys import KeyUse, SigningKey
from jukinet.network.problems import application, limited, refused

NATIONAL = NodeId("national")
SAID = Declaration("t1-77-12", "clerk-7", "2013-0042", "code", BatchFormat.CSV, rows=2)
ANSWER = b"row,result\n" + b"1,found\n" * 200_000


class BatchDoor:
    """Keeps a declared file; gives the answer, and breaks the line in the middle of it ``breaks`` times."""

    def __init__(self) -> None:
        self.said: dict[str, Any] = {}
        self.file: bytes | None = None
        self.breaks = 0
        self.done: dict[str, Any] | None = None
        self.ranges: list[str | None] = []
        self.app = application(
            [
                Route("/supply/v1/batches", self._declare, methods=["POST"]),
                Route("/supply/v1/batches/b1/file", self._take, methods=["PUT"]),
                Route("/supply/v1/batches/b1", self._status, methods=["GET"]),
                Route("/supply/v1/batches/b1/answer", self._answer, methods=["GET"]),
            ]
        )

    def _plain(self) -> dict[str, Any]:
        state = "declared" if self.file is None else "received"
        if self.done is not None:
            done = {"id": "b1", "state": "done", "rows": 2, "rows_done": 2, "results": {"found": 2}}
            return done | self.done
        told = {"id": "b1", "state": state, "rows": 2, "rows_done": 0, "results": {"found": 1}, "later": 1}
        return told | {"trouble": ["line 2: holds a NUL"]}

    async def _declare(self, request: Request) -> Response:
        self.said = json.loads(await request.body())
        if self.said["affair"] == "t1-999-1":
            return refused(request.scope, (S1,))
        if self.said["case"] == "too soon":
            return limited(request.scope, (S1,), 41.2)
        return JSONResponse(self._plain(), 201)

    async def _take(self, request: Request) -> Response:
        self.file = await request.body()
        assert request.headers["content-type"] == "text/csv"
        return JSONResponse(self._plain(), 202)

    async def _status(self, _request: Request) -> Response:
        return JSONResponse(self._plain())

    async def _answer(self, request: Request) -> Response:
        given = request.headers.get("range")
        self.ranges.append(given)
        start = int(given.removeprefix("bytes=").rstrip("-")) if given else 0
        if start == len(ANSWER):
            return Response(status_code=416)
        whole, self.breaks = self.breaks == 0, self.breaks - 1
        rest = ANSWER[start:]

        async def body() -> AsyncIterator[bytes]:
            yield rest[: len(rest) // 2]
            if not whole:
                raise ConnectionAbortedError
            yield rest[len(rest) // 2 :]

        return StreamingResponse(body(), 206 if given else 200, {"Content-Length": str(len(rest))})


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def door() -> BatchDoor:
    return BatchDoor()


@pytest.fixture
def client(authority: Authority, door: BatchDoor) -> Iterator[BatchClient]:
    national = authority.issue("national", NATIONAL.uri)
    organ = authority.issue("organ", OrganSlug("japan-pension-service").uri)
    with running(door.app, national) as (_, port):
        line = NodeLine(
            f"https://127.0.0.1:{port}",
            NATIONAL,
            cert=organ.cert,
            key=organ.key,
            ca=organ.ca,
            patience=Patience(attempts=1),
        )
        yield BatchClient(line, NATIONAL)
        line.close()


def test_a_file_is_declared_sent_and_followed(client: BatchClient, door: BatchDoor, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_bytes(b"code\n24727059608\n24727059608\n")
    sent = client.submit(file, SAID)
    assert sent == BatchStatus("b1", BatchState.RECEIVED, 2, 0, {"found": 1}, ("line 2: holds a NUL",))
    assert door.file == file.read_bytes()
    assert door.said == {
        "affair": "t1-77-12",
        "operator": "clerk-7",
        "case": "2013-0042",
        "by": "code",
        "format": "csv",
        "rows": 2,
        "digest": hashlib.sha256(file.read_bytes()).hexdigest(),
    }
    door_had, door.file = door.file, b"already here"
    assert client.submit(file, SAID) == sent, "what is there already is not sent again"
    assert (door.file, client.status("b1")) == (b"already here", sent)
    assert door_had != door.file


def test_a_batch_is_done_only_with_a_promise_of_the_node(client: BatchClient, door: BatchDoor) -> None:
    moment = datetime(2013, 7, 8, 1, 0, tzinfo=UTC)
    key = SigningKey.from_seed(b"l" * 32, KeyUse.LOG)
    public = key.public(moment - timedelta(days=1), moment + timedelta(days=1))
    (good,) = promises.promise(key, "urn:jukinet:log:national:1", [b"\1" * 32], moment)
    (foreign,) = promises.promise(key, "urn:jukinet:log:pref-13:1", [b"\1" * 32], moment)
    door.done = {"promise": good.to_plain() | {"later": 1}}
    told = client.status("b1")
    assert isinstance(told, BatchStatus)
    assert told.promise == good
    checking = BatchClient(client._line, NATIONAL, log_keys=[public])
    assert checking.status("b1") == told
    for wrong in ({}, {"promise": foreign.to_plain()}, {"promise": good.to_plain() | {"leaf": "00" * 32}}):
        door.done = wrong
        with pytest.raises(JukinetError) as caught:
            checking.status("b1")
        assert caught.value.kind is ErrorKind.UNAUTHENTIC
    door.done = {}
    assert isinstance(client.status("b1"), BatchStatus), "who has no keys takes it as it is"


@pytest.mark.parametrize("wrong", [{"state": "resting"}, {"rows": 0}, {"results": {"found": "2"}}])
def test_what_the_node_says_wrongly_is_not_taken_for_a_fault_of_the_organ(
    client: BatchClient, door: BatchDoor, wrong: dict[str, Any]
) -> None:
    door.done = wrong
    with pytest.raises(JukinetError) as caught:
        client.status("b1")
    assert caught.value.kind is ErrorKind.MALFORMED
    assert [fault.field for fault in caught.value.faults] in (["state"], ["rows"], ["results.found"])


def test_earlier_records_are_asked_for(client: BatchClient, door: BatchDoor, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_bytes(b"code\n24727059608\n24727059608\n")
    client.submit(file, replace(SAID, history=True))
    assert door.said["history"] is True


def test_a_refusal_names_its_rules(client: BatchClient, door: BatchDoor, tmp_path: Path) -> None:
    file = tmp_path / "codes.csv"
    file.write_bytes(b"code\n")
    told = client.submit(file, Declaration("t1-999-1", "clerk-7", "x", "code", BatchFormat.CSV, rows=1))
    assert isinstance(told, BatchRefused)
    assert [rule.rule for rule in told.rules] == ["S1"]
    assert door.file is None


def test_who_asked_too_much_is_told_when_to_ask_again(
    client: BatchClient, door: BatchDoor, tmp_path: Path
) -> None:
    file = tmp_path / "codes.csv"
    file.write_bytes(b"code\n")
    with pytest.raises(JukinetError) as caught:
        client.submit(file, Declaration("t1-77-12", "clerk-7", "too soon", "code", BatchFormat.CSV, rows=1))
    assert (caught.value.kind, caught.value.retry_after) == (ErrorKind.LIMITED, 42)
    assert door.file is None


@pytest.mark.parametrize("breaks", [0, 3])
def test_an_answer_is_fetched_also_over_a_line_that_breaks(
    client: BatchClient, door: BatchDoor, breaks: int
) -> None:
    door.breaks, out = breaks, io.BytesIO()
    assert client.fetch("b1", out) == len(ANSWER)
    assert out.getvalue() == ANSWER
    assert len(door.ranges) == breaks + 1
    assert all(given is not None for given in door.ranges[1:]), "nothing is fetched twice"


def test_a_line_that_brings_nothing_is_told(client: BatchClient, door: BatchDoor) -> None:
    with pytest.raises(JukinetError) as caught:
        client.fetch("b2", io.BytesIO())
    assert caught.value.kind is ErrorKind.NOT_FOUND
    door.breaks = 100
    with pytest.raises(JukinetError) as caught:
        client.fetch("b1", io.BytesIO())
    assert caught.value.kind is ErrorKind.UNAVAILABLE

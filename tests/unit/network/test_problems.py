"""What outsiders see of errors, and what they never see."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from jukinet.domain.errors import ErrorKind, Fault, JukinetError
from jukinet.messages.problem_documents import MEDIA_TYPE, read_problem
from jukinet.network.escaped import WithoutMessages
from jukinet.network.problems import TABLE, application, internal_error, problem, refused

INSIDE = {ErrorKind.INTERNAL, ErrorKind.CONFIGURATION}


def body_of(response: Response) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(bytes(response.body))
    return document


def test_every_kind_has_a_status_and_a_title() -> None:
    assert set(TABLE) == set(ErrorKind)
    assert all(title and 400 <= status < 600 for status, title in TABLE.values())


@pytest.mark.parametrize("kind", [kind for kind in ErrorKind if kind not in INSIDE])
def test_a_problem_document_has_the_members_of_the_standard(kind: ErrorKind) -> None:
    faults = (Fault("code", "must have eleven digits"), Fault("name", "is missing"))
    response = problem(JukinetError(kind, "Say what to do.", faults))
    status, title = TABLE[kind]
    assert response.status_code == status
    assert response.headers["content-type"] == MEDIA_TYPE
    assert body_of(response) == {
        "type": f"urn:jukinet:problem:{kind.value}",
        "title": title,
        "status": status,
        "detail": "Say what to do.",
        "faults": [
            {"field": "code", "problem": "must have eleven digits"},
            {"field": "name", "problem": "is missing"},
        ],
    }


@pytest.mark.parametrize("kind", sorted(INSIDE))
def test_what_concerns_the_inside_is_a_bare_internal_error(
    kind: ErrorKind, caplog: pytest.LogCaptureFixture
) -> None:
    response = problem(JukinetError(kind, "/secret/path", (Fault("name", "is 山田"),)))
    document = body_of(response)
    assert response.status_code == 500
    assert set(document) == {"type", "title", "status", "instance"}
    assert document["type"] == "urn:jukinet:problem:internal"
    assert document["instance"] in caplog.text
    assert "secret" not in caplog.text


def test_a_refusal_lists_every_rule() -> None:
    response = refused({}, [_Rule("S1", "30-7", "law", "One."), _Rule("P2", "limits", "policy", "Two.")])
    assert response.status_code == 403
    assert body_of(response) == {
        "type": "urn:jukinet:problem:forbidden",
        "title": "Not allowed",
        "status": 403,
        "detail": "One. Two.",
        "rules": [
            {"rule": "S1", "article": "30-7", "kind": "law"},
            {"rule": "P2", "article": "limits", "kind": "policy"},
        ],
    }


class _Rule:
    def __init__(self, rule: str, article: str, kind: str, sentence: str) -> None:
        self.rule, self.article, self.kind, self.sentence = rule, article, kind, sentence


def test_problems_raised_before_the_body_is_read_close_the_connection() -> None:
    closing = {kind for kind in ErrorKind if problem(JukinetError(kind, "x")).headers.get("connection")}
    assert closing == {ErrorKind.TOO_LARGE, ErrorKind.UNSUPPORTED_TYPE}


def test_unauthenticated_answers_name_the_scheme() -> None:
    assert "www-authenticate" in problem(JukinetError(ErrorKind.UNAUTHENTIC, "x")).headers


@given(st.sampled_from(sorted(set(ErrorKind) - INSIDE)), st.lists(st.sampled_from(["code", "a.b[0].c"])))
def test_what_is_written_is_read_again(kind: ErrorKind, fields: list[str]) -> None:
    error = JukinetError(kind, "A sentence.", tuple(Fault(field, "is missing") for field in fields))
    response = problem(error)
    found = read_problem(response.status_code, response.headers["content-type"], bytes(response.body))
    assert (found.kind, found.sentence, found.faults) == (kind, "A sentence.", error.faults)


# The application.


def call(endpoint: Any, method: str = "GET", path: str = "/") -> list[dict[str, Any]]:
    """What the application sends for one request; nothing may be raised out of it."""
    app = application([Route("/", endpoint, methods=["GET"])])
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [],
        "root_path": "",
        "server": None,
        "client": None,
        "scheme": "https",
        "http_version": "1.1",
    }
    asyncio.run(app(scope, receive, send))
    return sent


def answered(sent: list[dict[str, Any]]) -> tuple[int, dict[str, Any]]:
    start, body = sent
    assert dict(start["headers"])[b"content-type"] == MEDIA_TYPE.encode()
    return start["status"], json.loads(body["body"])


def test_an_error_of_ours_becomes_its_document() -> None:
    async def endpoint(_: Request) -> Response:
        raise JukinetError(ErrorKind.CONFLICT, "There is one already.")

    status, document = answered(call(endpoint))
    assert (status, document["detail"]) == (409, "There is one already.")


@pytest.mark.parametrize(
    "error", [RuntimeError("山田"), KeyError("山田"), ValueError("山田"), OSError("山田")]
)
def test_any_other_error_is_bare(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    async def endpoint(_: Request) -> Response:
        raise error

    status, document = answered(call(endpoint))
    assert (status, set(document)) == (500, {"type", "title", "status", "instance"})
    assert "山田" not in caplog.text
    assert type(error).__name__ in caplog.text


def test_a_synchronous_endpoint_is_guarded_too() -> None:
    def endpoint(_: Request) -> Response:
        raise RuntimeError("山田")

    assert answered(call(endpoint))[0] == 500


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/nothing/山田", 404, "urn:jukinet:problem:not-found"),
        ("POST", "/", 405, "about:blank"),
    ],
)
def test_unknown_paths_and_methods_are_documents(method: str, path: str, status: int, kind: str) -> None:
    async def endpoint(_: Request) -> Response:
        return Response()

    found, document = answered(call(endpoint, method, path))
    assert (found, document["status"], document["type"]) == (status, status, kind)
    assert "山田" not in str(document)


def test_other_http_exceptions_say_no_more_than_their_status() -> None:
    async def endpoint(_: Request) -> Response:
        raise HTTPException(418, "山田")

    status, document = answered(call(endpoint))
    assert (status, document) == (
        418,
        {"type": "about:blank", "title": "I'm a Teapot", "status": 418},
    )


def test_nobody_is_answered_who_has_left() -> None:
    async def endpoint(request: Request) -> Response:
        await request.body()
        raise AssertionError("the body never came")

    assert call(endpoint) == []


def test_an_error_amid_an_answer_is_left_to_the_server() -> None:
    """No second answer may follow the first; the connection is closed instead."""

    async def half() -> AsyncIterator[bytes]:
        yield b"begun"
        raise RuntimeError("山田")

    async def endpoint(_: Request) -> Response:
        return StreamingResponse(half())

    with pytest.raises((RuntimeError, ExceptionGroup)):
        call(endpoint)


def test_the_log_has_the_kind_and_place_of_what_the_server_meets() -> None:
    def fail() -> None:
        raise ValueError("山田")

    try:
        fail()
    except ValueError as error:
        record = logging.LogRecord(
            "uvicorn.error",
            logging.ERROR,
            "x",
            1,
            "Exception in ASGI application\n",
            (),
            (type(error), error, None),
        )
    assert WithoutMessages().filter(record)
    text = logging.Formatter("%(message)s").format(record)
    assert text.startswith("Exception in ASGI application: ValueError at fail")
    assert "山田" not in text


def test_internal_errors_are_numbered_apart() -> None:
    numbers = {body_of(internal_error(RuntimeError()))["instance"] for _ in range(5)}
    assert len(numbers) == 5

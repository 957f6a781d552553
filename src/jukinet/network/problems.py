"""Problem documents (RFC 9457): the one place where our errors become what an outsider sees.

Owns the table from error kinds to HTTP, and the guard that turns anything unknown into a bare internal
error. No document carries a personal value or any part of what was sent: faults name fields and say what
is expected.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Protocol
from uuid import uuid4

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Lifespan, Receive, Scope, Send

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages import strict_json
from jukinet.messages.problem_documents import MEDIA_TYPE, TYPE_PREFIX
from jukinet.network import watching
from jukinet.network.escaped import place_of
from jukinet.network.tls import NotLetInError
from jukinet.network.watching import Observe, Watch

TABLE: Mapping[ErrorKind, tuple[HTTPStatus, str]] = MappingProxyType(
    {
        ErrorKind.MALFORMED: (HTTPStatus.BAD_REQUEST, "The request cannot be read"),
        ErrorKind.INVALID: (HTTPStatus.UNPROCESSABLE_ENTITY, "The request has faults"),
        ErrorKind.UNSUPPORTED_TYPE: (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The content type is not accepted"),
        ErrorKind.TOO_LARGE: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large"),
        ErrorKind.UNAUTHENTIC: (HTTPStatus.UNAUTHORIZED, "The sender is not proved"),
        ErrorKind.FORBIDDEN: (HTTPStatus.FORBIDDEN, "Not allowed"),
        ErrorKind.NOT_FOUND: (HTTPStatus.NOT_FOUND, "Not found"),
        ErrorKind.CONFLICT: (HTTPStatus.CONFLICT, "Contradicts what is recorded"),
        ErrorKind.PRECONDITION_FAILED: (HTTPStatus.PRECONDITION_FAILED, "Changed meanwhile"),
        ErrorKind.KEY_REUSED: (HTTPStatus.UNPROCESSABLE_ENTITY, "The key was used for another request"),
        ErrorKind.EXPIRED: (HTTPStatus.GONE, "The request came too late"),
        ErrorKind.LIMITED: (HTTPStatus.TOO_MANY_REQUESTS, "Too many requests"),
        ErrorKind.NOT_CONNECTED: (HTTPStatus.CONFLICT, "Not connected to the network"),
        ErrorKind.UNAVAILABLE: (HTTPStatus.SERVICE_UNAVAILABLE, "Not available now"),
        ErrorKind.CONFIGURATION: (HTTPStatus.INTERNAL_SERVER_ERROR, "Internal error"),
        ErrorKind.INTERNAL: (HTTPStatus.INTERNAL_SERVER_ERROR, "Internal error"),
    }
)
"""Status and title of every kind."""

_INSIDE = frozenset({ErrorKind.INTERNAL, ErrorKind.CONFIGURATION})
"""Kinds whose sentence is for our operator: it may name files and machines."""

_BODY_LEFT = frozenset({ErrorKind.TOO_LARGE, ErrorKind.UNSUPPORTED_TYPE})
"""Kinds that are raised before the body is read: the connection is closed rather than the body taken in."""

_log = logging.getLogger("jukinet.network")


class FailedRule(Protocol):
    """A numbered rule that failed, as the law decides it. ``kind`` is ``law`` or ``policy``."""

    @property
    def rule(self) -> str: ...
    @property
    def article(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def sentence(self) -> str: ...


def problem(error: JukinetError) -> Response:
    """The problem document of an error. What only concerns the inside becomes a bare internal error."""
    if error.kind in _INSIDE:
        return internal_error(error)
    extra: dict[str, Any] = {"detail": error.message}
    if error.faults:
        extra["faults"] = [{"field": fault.field, "problem": fault.problem} for fault in error.faults]
    headers = {}
    if error.kind is ErrorKind.UNAUTHENTIC:
        headers["WWW-Authenticate"] = 'ClientCertificate realm="jukinet"'
    if error.retry_after is not None:
        headers["Retry-After"] = str(math.ceil(error.retry_after))
    if error.kind in _BODY_LEFT or isinstance(error, NotLetInError):
        headers["Connection"] = "close"
    return _document(error.kind, extra, headers)


def refused(scope: Scope, failed: Sequence[FailedRule]) -> Response:
    """The refusal of a request by law or policy: 403 with every rule that failed."""
    return _document(ErrorKind.FORBIDDEN, _failed(scope, failed))


def limited(scope: Scope, failed: Sequence[FailedRule], retry_after: float) -> Response:
    """The refusal of a request that comes too soon: 429 with every limit that was met, and when to come back."""
    headers = {"Retry-After": str(math.ceil(retry_after))}
    return _document(ErrorKind.LIMITED, _failed(scope, failed), headers)


def _failed(scope: Scope, failed: Sequence[FailedRule]) -> dict[str, Any]:
    watching.refused(scope, *(str(one.kind) for one in failed))
    rules = [{"rule": one.rule, "article": one.article, "kind": str(one.kind)} for one in failed]
    return {"detail": " ".join(one.sentence for one in failed), "rules": rules}


def internal_error(error: BaseException) -> Response:
    """A bare internal error. The log gets its kind and place under the number that the document shows."""
    number = f"urn:uuid:{uuid4()}"
    _log.error("internal error %s: %s", number, place_of(error))
    return _document(ErrorKind.INTERNAL, {"instance": number})


def application(
    routes: Sequence[BaseRoute],
    *,
    lifespan: Lifespan[Starlette] | None = None,
    observe: Observe | None = None,
) -> Starlette:
    """A Starlette application whose every failure is a problem document; ``observe`` is told of every request."""
    return _Application(routes, lifespan, observe)


class _Application(Starlette):
    """Starlette with one catcher around its routes, ours, in place of its own three, which cost a supply a tenth."""

    def __init__(
        self, routes: Sequence[BaseRoute], lifespan: Lifespan[Starlette] | None, observe: Observe | None
    ) -> None:
        super().__init__(routes=routes, lifespan=lifespan)
        self._observe: Observe = observe or (lambda _served: None)

    def build_middleware_stack(self) -> ASGIApp:
        return Watch(_Guard(self.router), self._observe)


class _Guard:
    """Turns whatever escapes a route into its problem document; inside a ``Watch``, which knows what was sent."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            await self.app(scope, receive, send)
        except ClientDisconnect:
            return  # nobody is left to answer
        except Exception as error:
            if watching.begun(scope):
                raise  # too late for a document; the server closes the connection
            await _answer_to(scope, error)(scope, receive, send)


def _answer_to(scope: Scope, error: Exception) -> Response:
    if isinstance(error, JukinetError):
        watching.refused(scope, ErrorKind.INTERNAL if error.kind in _INSIDE else error.kind)
        return problem(error)
    if isinstance(error, HTTPException):
        return _of_starlette(scope, error)
    watching.refused(scope, ErrorKind.INTERNAL)
    return internal_error(error)


def _of_starlette(scope: Scope, error: HTTPException) -> Response:
    """Starlette's own refusals: an unknown path is NOT_FOUND, the others keep their status alone."""
    if error.status_code == HTTPStatus.NOT_FOUND:
        watching.refused(scope, ErrorKind.NOT_FOUND)
        return problem(JukinetError(ErrorKind.NOT_FOUND, "There is nothing under this path."))
    status = HTTPStatus(error.status_code)
    return _answer(status, {"type": "about:blank", "title": status.phrase}, error.headers)


def _document(
    kind: ErrorKind, extra: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    status, title = TABLE[kind]
    shown = ErrorKind.INTERNAL if kind in _INSIDE else kind
    return _answer(status, {"type": TYPE_PREFIX + shown.value, "title": title, **extra}, headers)


def _answer(status: HTTPStatus, document: Mapping[str, Any], headers: Mapping[str, str] | None) -> Response:
    content = strict_json.dump({**document, "status": int(status)})
    return Response(content, status_code=status, headers=dict(headers or {}), media_type=MEDIA_TYPE)

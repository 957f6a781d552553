"""What is told of a request: its route, its status, what stood in its way, and nothing that a caller chose."""

from __future__ import annotations

import asyncio

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from tests.services.network.asgi import Reply, send

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.law.decisions import Refused, policy
from jukinet.network import watching
from jukinet.network.problems import application, refused
from jukinet.network.watching import OTHER, Served

P1 = policy("P1", "limits", "Not now.")
SECRET = "24727059608"


def ask(method: str, path: str) -> tuple[Reply | None, Served]:
    told: list[Served] = []

    async def well(request: Request) -> Response:
        watching.entered(request.scope, "/things/{thing}", request.method)
        watching.named(request.scope, "urn:jukinet:node:pref-13")
        return Response(b"{}")

    async def by_rule(request: Request) -> Response:
        return refused(request.scope, Refused((P1,)).failed)

    async def by_error(_request: Request) -> Response:
        raise JukinetError(ErrorKind.FORBIDDEN, "No.")

    async def inside(_request: Request) -> Response:
        raise JukinetError(ErrorKind.CONFIGURATION, "A file is missing.")

    async def broken(_request: Request) -> Response:
        raise RuntimeError(SECRET)

    async def gone(_request: Request) -> Response:
        raise ClientDisconnect

    app = application(
        [
            Route("/things/{thing}", well, methods=["POST"]),
            *(Route(f"/{one.__name__}", one) for one in (by_rule, by_error, inside, broken, gone)),
        ],
        observe=told.append,
    )

    async def run() -> Reply | None:
        try:
            return await send(app, method, path)
        except IndexError:  # nothing was sent
            return None

    reply = asyncio.run(run())
    (served,) = told
    return reply, served


def test_a_request_is_told_by_its_route_with_its_status_and_time() -> None:
    reply, served = ask("POST", f"/things/{SECRET}")
    assert reply is not None
    assert (served.route, served.method, served.status) == ("/things/{thing}", "POST", reply.status)
    assert served.party == "urn:jukinet:node:pref-13"
    assert 0 < served.seconds < 60
    assert served.refused == ()
    assert SECRET not in repr(served)


@pytest.mark.parametrize(
    ("method", "path", "status", "kinds"),
    [
        ("GET", "/by_rule", 403, ("policy",)),
        ("GET", "/by_error", 403, ("forbidden",)),
        ("GET", "/inside", 500, ("internal",)),
        ("GET", "/broken", 500, ("internal",)),
        ("GET", f"/{SECRET}", 404, ("not-found",)),
        (SECRET, "/things/1", 405, ()),
        ("GET", "/gone", None, ()),
    ],
)
def test_whatever_becomes_of_a_request_it_is_told_once(
    method: str, path: str, status: int | None, kinds: tuple[str, ...]
) -> None:
    reply, served = ask(method, path)
    assert (reply.status if reply else None) == served.status == status
    assert (served.route, served.method) == (OTHER, OTHER)
    assert served.refused == kinds
    assert SECRET not in repr(served)


def test_without_a_watcher_nothing_is_noted() -> None:
    async def well(request: Request) -> Response:
        watching.entered(request.scope, "/", "GET")
        watching.named(request.scope, "urn:jukinet:node:pref-13")
        watching.refused(request.scope, "law")
        return Response(b"{}")

    reply = asyncio.run(send(application([Route("/", well)]), "GET", "/"))
    assert reply.status == 200

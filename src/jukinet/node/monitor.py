"""The loopback endpoint of one process: ``/metrics``, ``/healthz`` and ``/readyz``, for whoever is on the machine.

Plain HTTP on 127.0.0.1 and nowhere else: what it tells names nobody, and no door's certificate is needed to look at a
node in trouble. Another machine reads it through an agent or a proxy of the operator's.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import make_wsgi_app

from jukinet.domain.errors import JukinetError
from jukinet.messages import strict_json

_log = structlog.get_logger("jukinet.node")

HOST = "127.0.0.1"

_LOCAL = frozenset({HOST, "localhost"})


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        # The parent asks the resolver for this machine's name, and a resolver that is away would hold up the start.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = HOST, self.server_address[1]
        self.setup_environ()


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's signature
        """Scrapes are not written down."""

    def address_string(self) -> str:
        return HOST


@contextmanager
def served(port: int, registry: CollectorRegistry, ready: Callable[[], None]) -> Iterator[int]:
    """Serve beside the process's work until the block ends; gives the port. ``ready`` raises where it is not.

    Where the port is taken the work goes on unwatched, with a warning, and 0 is given: the successor of a process
    that hangs is needed more than its numbers.
    """
    try:
        server = make_server(HOST, port, _application(registry, ready), _Server, _Silent)
    except OSError:
        _log.warning("metrics.unserved", port=port, reason="in use; choose another in [metrics]")
        yield 0
        return
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True, name="metrics")
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _application(registry: CollectorRegistry, ready: Callable[[], None]) -> Callable[..., Iterable[bytes]]:
    metrics = make_wsgi_app(registry, disable_compression=True)

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        # A page in somebody's browser may lead a name of its own to this address; it cannot forge this header.
        if environ.get("HTTP_HOST", "").rpartition(":")[0] not in _LOCAL:
            return _plain(start, HTTPStatus.FORBIDDEN, {"status": "forbidden"})
        match environ.get("REQUEST_METHOD"), environ.get("PATH_INFO"):
            case "GET", "/metrics":
                return list(metrics(environ, start))
            case "GET", "/healthz":
                return _plain(start, HTTPStatus.OK, {"status": "ok"})
            case "GET", "/readyz":
                return _readiness(start, ready)
            case _:
                return _plain(start, HTTPStatus.NOT_FOUND, {"status": "not-found"})

    return answer


def _readiness(start: Callable[..., Any], ready: Callable[[], None]) -> Iterable[bytes]:
    try:
        ready()
    except JukinetError as error:
        told = {"status": "not-ready", "problem": error.message}
        return _plain(start, HTTPStatus.SERVICE_UNAVAILABLE, told)
    return _plain(start, HTTPStatus.OK, {"status": "ready"})


def _plain(start: Callable[..., Any], status: HTTPStatus, told: dict[str, str]) -> Iterable[bytes]:
    start(f"{status.value} {status.phrase}", [("Content-Type", "application/json")])
    return [strict_json.dump(told)]

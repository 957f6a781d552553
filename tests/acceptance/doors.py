"""Doors that run in a thread of the test, and raw connections to them."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from starlette.types import ASGIApp

from jukinet.network.server import Door
from jukinet.transport.tls import TlsFiles

DEADLINE = 20.0


@contextmanager
def running(app: ASGIApp, files: TlsFiles, *, port: int = 0) -> Iterator[tuple[Door, int]]:
    """A door on loopback, ready; ended and joined when the block ends."""
    ready = threading.Event()
    ports: list[int] = []
    failures: list[BaseException] = []

    def note(bound: int) -> None:
        ports.append(bound)
        ready.set()

    door = Door(
        app, host="127.0.0.1", port=port, files=files, ready=note, graceful_seconds=1, watch_seconds=0.02
    )

    def run() -> None:
        try:
            door.run()
        except BaseException as error:  # noqa: BLE001 - told to the test
            failures.append(error)
            ready.set()

    thread = threading.Thread(target=run, name="door")
    thread.start()
    try:
        assert ready.wait(DEADLINE)
        if failures:
            raise failures[0]
        yield door, ports[0]
    finally:
        door.stop()
        thread.join(DEADLINE)
        assert not thread.is_alive()


@contextmanager
def connected(port: int, context: ssl.SSLContext) -> Iterator[ssl.SSLSocket]:
    """A TLS connection of its own to a door on loopback."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=DEADLINE) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as secured,
    ):
        yield secured


def request(
    method: str = "GET",
    path: str = "/whoami",
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    declare: bool = True,
) -> bytes:
    """The bytes of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if declare and (body or method == "POST"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def read_response(connection: ssl.SSLSocket) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (small letters) and body of one answer with a length."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _some(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    first, *rest = head.decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    while len(body) < int(headers["content-length"]):
        body += _some(connection)
    return int(first.split()[1]), headers, body


def until(condition: Callable[[], bool], what: str) -> None:
    """Look again and again until it is so; fail at the deadline."""
    deadline = time.monotonic() + DEADLINE
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"not in time: {what}"
        pause.wait(0.01)


def _some(connection: ssl.SSLSocket) -> bytes:
    received = connection.recv(65536)
    if not received:
        raise ConnectionError("the door closed the connection")
    return received

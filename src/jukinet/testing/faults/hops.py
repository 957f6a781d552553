"""A hop that sees frames: it shows the receiver's certificate to the sender and the sender's to the receiver.

Nobody but who made both nodes' keys can stand there, as this harness did. It replays whole requests, alters no byte of
a statement, and hands the sender an answer that the receiver gave: what a line does to datagrams, done to frames.
"""

from __future__ import annotations

import http.client
import json
import ssl
import threading
import time
from collections import deque
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jukinet.testing.faults.lines import HOST
from jukinet.transport.tls import TlsFiles, client_context, server_context

DUPLICATE, REORDER = "duplicate", "reorder"

_FRAMES = "/network/v1/frames/"
_REMEMBERED = 4
_WAITS_FOR_MORE = 3.0
"""Seconds for which a frame of one statement is lost again and again."""

Answer = tuple[int, str, bytes]


class Hop:
    """Stands between a sender and a receiver's port. ``manner`` is what it does to frames; None: hands them on."""

    def __init__(self, sender: TlsFiles, receiver: TlsFiles, target: int) -> None:
        self._target = target
        self._client: ssl.SSLContext = client_context(sender)
        self._old: dict[str, deque[bytes]] = {}
        self._lost: dict[tuple[str, int], float] = {}
        self.manner: str | None = None
        self.touched = 0
        self._server = _Server(self, server_context(receiver))
        threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def carry(self, method: str, path: str, body: bytes | None) -> Answer:
        """Hand a request on, in the manner that is asked; the answer is the receiver's last."""
        if body is None or not path.startswith(_FRAMES) or self.manner is None:
            return self._ask(method, path, body)
        old = self._old.setdefault(path, deque(maxlen=_REMEMBERED))
        again = self.manner == DUPLICATE
        answer = self._double(path, body, list(old)) if again else self._disorder(path, body)
        old.append(body)
        return answer

    def _double(self, path: str, body: bytes, old: list[bytes]) -> Answer:
        """The frame twice, and those that came before it once more behind it."""
        self._ask("POST", path, body)
        answer = self._ask("POST", path, body)
        self.touched += 1
        for late in old:
            self._ask("POST", path, late)
        return answer

    def _disorder(self, path: str, body: bytes) -> Answer:
        """The later half before the whole; a frame of one statement is lost for a while, until it comes with more."""
        frame = json.loads(body)
        half = len(frame["statements"]) // 2
        if half == 0:
            lost = self._lost.setdefault((path, frame["first_number"]), time.monotonic())
            if time.monotonic() - lost > _WAITS_FOR_MORE:
                return self._ask("POST", path, body)
            raise ConnectionAbortedError
        tail: dict[str, Any] = frame | {
            "first_number": frame["first_number"] + half,
            "statements": frame["statements"][half:],
        }
        self._ask("POST", path, json.dumps(tail, separators=(",", ":")).encode())
        self.touched += 1
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: bytes | None) -> Answer:
        connection = http.client.HTTPSConnection(HOST, self._target, timeout=20, context=self._client)
        try:
            headers = {"Accept": "application/json", "Content-Type": "application/json"}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.getheader("Content-Type", "application/json"), answer.read()
        finally:
            connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, hop: Hop, context: ssl.SSLContext) -> None:
        self.hop = hop
        self.context = context
        super().__init__((HOST, 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that breaks is what this is for."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def setup(self) -> None:
        self.request.settimeout(30)
        self.request = self.server.context.wrap_socket(self.request, server_side=True)
        super().setup()

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        self.request.close()  # the server knows only the socket that was wrapped

    def do_GET(self) -> None:
        self._carry(None)

    def do_POST(self) -> None:
        self._carry(self.rfile.read(int(self.headers["Content-Length"])))

    def _carry(self, body: bytes | None) -> None:
        try:
            status, kind, data = self.server.hop.carry(self.command, self.path, body)
        except (OSError, http.client.HTTPException):
            self.close_connection = True
            with suppress(OSError):
                self.connection.close()
            return
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the standard library's
        """Says nothing."""

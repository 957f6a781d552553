"""The fault harness itself: its lines and its hop on real sockets, and a short run of it with real processes."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.country import clean_environment

from jukinet.domain.municipality import NodeId
from jukinet.node import pki
from jukinet.testing.cluster import quick_base, throwaway_directory
from jukinet.testing.faults.hops import DUPLICATE, REORDER, Hop
from jukinet.testing.faults.lines import HOST, Line
from jukinet.transport.tls import TlsFiles, client_context, server_context

FRAMES = "/network/v1/frames/identity"


class Echo(BaseHTTPRequestHandler):
    """A receiver that remembers what came, in its order, and from whom."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.came.append(json.loads(body))  # type: ignore[attr-defined]
        self.server.callers.append(self.connection.getpeercert()["subjectAltName"])  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextmanager
def receiving(files: TlsFiles) -> Iterator[Any]:
    server: Any = ThreadingHTTPServer((HOST, 0), Echo)
    server.socket = server_context(files).wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    server.came, server.callers = [], []
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, TlsFiles]:
    home = tmp_path_factory.mktemp("pki") / "pki"
    now = datetime.now(UTC)
    pki.init_pki(home, now)
    made = {}
    for name in ("muni-131016", "pref-13"):
        pki.issue_node(home, NodeId(name), name=name, url=f"https://{HOST}:1", now=now)
        keys = home / "nodes" / name
        made[name] = TlsFiles(cert=keys / "tls.pem", key=keys / "tls.key", ca=home / "ca.pem")
    return made


def send(port: int, files: dict[str, TlsFiles], first: int, *statements: str) -> int:
    """Send a frame as the municipality; the status of the answer."""
    context = client_context(files["muni-131016"])
    connection = http.client.HTTPSConnection(HOST, port, timeout=10, context=context)
    try:
        body = json.dumps({"first_number": first, "statements": statements})
        connection.request("POST", FRAMES, body, {"Content-Type": "application/json"})
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_line_carries_breaks_and_heals(files: dict[str, TlsFiles]) -> None:
    with receiving(files["pref-13"]) as receiver:
        line = Line(receiver.server_address[1])
        assert send(line.port, files, 1, "a") == 200
        for fail in (line.cut, line.lose_answers):
            before = line.touched
            fail()
            with pytest.raises((OSError, http.client.HTTPException)):
                send(line.port, files, 2, "b")
            assert line.touched > before
            line.heal()
        assert send(line.port, files, 2, "b") == 200
        line.close()
        assert [one["first_number"] for one in receiver.came] == [1, 2]


def test_a_line_that_swallows_lets_both_ends_wait(files: dict[str, TlsFiles]) -> None:
    with receiving(files["pref-13"]) as receiver:
        line = Line(receiver.server_address[1])
        line.swallow()
        with socket.create_connection((HOST, line.port), timeout=0.3) as caller:
            caller.sendall(b"hello")
            with pytest.raises(TimeoutError):
                caller.recv(1)
            line.heal()
            assert caller.recv(1) == b""  # what was swallowed is gone: the connection breaks
        line.close()


def test_frames_are_doubled_and_old_ones_come_again(files: dict[str, TlsFiles]) -> None:
    with receiving(files["pref-13"]) as receiver:
        hop = Hop(files["muni-131016"], files["pref-13"], receiver.server_address[1])
        hop.manner = DUPLICATE
        assert [send(hop.port, files, 1, "a"), send(hop.port, files, 2, "b")] == [200, 200]
        assert [one["first_number"] for one in receiver.came] == [1, 1, 2, 2, 1]
        assert {("URI", "urn:jukinet:node:muni-131016") in names for names in receiver.callers} == {True}
        hop.close()


def test_the_later_half_of_a_frame_comes_first(files: dict[str, TlsFiles]) -> None:
    with receiving(files["pref-13"]) as receiver:
        hop = Hop(files["muni-131016"], files["pref-13"], receiver.server_address[1])
        hop.manner = REORDER
        with pytest.raises((OSError, http.client.HTTPException, ssl.SSLError)):
            send(hop.port, files, 7, "a")
        assert send(hop.port, files, 7, "a", "b", "c") == 200
        came = [(one["first_number"], one["statements"]) for one in receiver.came]
        assert came == [(8, ["b", "c"]), (7, ["a", "b", "c"])]
        hop.close()


@pytest.mark.timeout(240)
def test_a_short_run_finds_nothing_lost() -> None:
    with throwaway_directory(quick_base()) as home:
        words = ["-m", "jukinet.testing.faults", "--small", "--for", "5", "--state", str(home / "state")]
        done = subprocess.run(
            [sys.executable, *words],
            capture_output=True,
            text=True,
            check=False,
            timeout=200,
            env=clean_environment(),
        )
        told = done.stdout.splitlines()
        assert told[-1] == "lost: 0, duplicated: 0, reordered: 0, differing: 0", done.stdout + done.stderr
        assert not Path(home, "state", "chaos").exists()
        # Whether it did enough to count is for a machine of its own: here others may run beside it.
        entered = re.search(r"acts: (\d+) entered", done.stdout)
        assert entered is not None
        assert int(entered[1]) >= 10
        assert "came to rest" not in done.stdout

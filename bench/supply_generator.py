"""The load of a door: so many connections that ask again as soon as they are answered, from requests made before.

``python -m bench.supply_generator`` is a process of its own, so that what it takes of a processor can be told. It does
as little as a client can: raw TLS or plain TCP, no parser but for the length of an answer.
"""

from __future__ import annotations

import json
import selectors
import socket
import ssl
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.supply_requests import Load


@dataclass
class _Connection:
    """One connection and what it waits for."""

    line: socket.socket
    sent: float = 0.0
    got: bytes = b""


def main(told: dict[str, Any]) -> dict[str, Any]:
    """Run the load that ``told`` describes; what was seen after the warm-up."""
    requests = Load(**told["load"]).requests(told["warm"] + told["seconds"])
    context = _context(told["tls"]) if told["tls"] else None
    connections = [_connect(context, told["port"]) for _ in range(told["connections"])]
    warmed, _ = _run(connections, requests, told["warm"])
    spent, began = time.process_time(), time.perf_counter()
    took, statuses = _run(connections, requests, told["seconds"])
    seconds = time.perf_counter() - began
    if not took:
        raise SystemExit("All requests were used up in the warm-up.")
    took.sort()
    return {
        "rate": len(took) / seconds,
        "p50": 1000 * took[len(took) // 2],
        "p99": 1000 * took[len(took) * 99 // 100],
        "core": (time.process_time() - spent) / seconds,
        "seconds": seconds,
        "answers": len(warmed) + len(took),
        "statuses": {status.decode(): count for status, count in statuses.items()},
    }


def _context(files: dict[str, str]) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=files["ca"])
    context.load_cert_chain(files["cert"], files["key"])
    context.check_hostname = False
    return context


def _connect(context: ssl.SSLContext | None, port: int) -> _Connection:
    plain = socket.create_connection(("127.0.0.1", port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    line = context.wrap_socket(plain) if context else plain
    line.setblocking(False)
    return _Connection(line)


def _run(
    connections: list[_Connection], requests: Iterator[bytes], seconds: float
) -> tuple[list[float], Counter[bytes]]:
    """Ask for so long, or until no request is left, then take what is still to come.

    The seconds of each answer, and how many of each status.
    """
    took: list[float] = []
    statuses: Counter[bytes] = Counter()
    clock, end = time.perf_counter, time.perf_counter() + seconds
    selector = selectors.EpollSelector()
    waiting = 0
    for one in connections:
        request = next(requests, None)
        if request is not None:
            selector.register(one.line, selectors.EVENT_READ, one)
            waiting += 1
            one.sent = clock()
            one.line.send(request)
    while waiting:
        for key, _ in selector.select():
            one = key.data
            try:
                came = one.line.recv(65536)
            except ssl.SSLWantReadError:
                continue
            if not came:
                raise SystemExit("The door closed a connection.")
            one.got += came
            head = one.got.find(b"\r\n\r\n")
            if head < 0 or len(one.got) < head + 4 + _length(one.got, head):
                continue
            now = clock()
            took.append(now - one.sent)
            statuses[one.got[9:12]] += 1
            one.got = b""
            request = next(requests, None) if now < end else None
            if request is None:
                selector.unregister(one.line)
                waiting -= 1
                continue
            one.sent = now
            one.line.send(request)
    return took, statuses


def _length(answer: bytes, head: int) -> int:
    fields = answer[:head].lower()
    place = fields.index(b"content-length: ") + 16
    return int(fields[place : (fields + b"\r").index(b"\r", place)])


if __name__ == "__main__":
    print(json.dumps(main(json.loads(Path(sys.argv[1]).read_text("utf-8")))))

"""The load of the supply door: so many connections that ask again as soon as they are answered, from prebuilt bodies.

``python -m bench.supply_generator`` is a process of its own, so that what it takes of a processor can be told. It does
as little as a client can: raw TLS, no parser but for the length of an answer.
"""

from __future__ import annotations

import json
import random
import selectors
import socket
import ssl
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.supply_people import code_of

MISSES, REFUSALS = 0.10, 0.05
BODIES = 200_000


@dataclass
class _Connection:
    """One connection and what it waits for."""

    tls: ssl.SSLSocket
    sent: float = 0.0
    got: bytes = b""


def main(told: dict[str, Any]) -> dict[str, Any]:
    """Run the load that ``told`` describes; what was seen after the warm-up."""
    requests = _requests(told)
    context = ssl.create_default_context(cafile=told["ca"])
    context.load_cert_chain(told["cert"], told["key"])
    context.check_hostname = False
    connections = [_connect(context, told["port"]) for _ in range(told["connections"])]
    _run(connections, requests, told["warm"])
    spent, began = time.process_time(), time.perf_counter()
    took, statuses = _run(connections, requests, told["seconds"])
    seconds = time.perf_counter() - began
    took.sort()
    return {
        "rate": len(took) / seconds,
        "p50": 1000 * took[len(took) // 2],
        "p99": 1000 * took[len(took) * 99 // 100],
        "core": (time.process_time() - spent) / seconds,
        "statuses": dict(statuses),
    }


def _requests(told: dict[str, Any]) -> list[bytes]:
    """Whole requests: random people, some of whom are not there, some for an affair of another organ."""
    rng = random.Random(told["seed"])  # noqa: S311 - the same load each time
    requests = []
    for number in range(BODIES):
        known = rng.random() >= MISSES
        code = code_of(rng.randrange(told["people"]) + (0 if known else told["people"]))
        body = {
            "request_id": f"bench-{number:08}",
            "affair": told["refused" if rng.random() < REFUSALS else "affair"],
            "operator": f"clerk-{number % 50}",
            "case": "2013-0042",
            "code": code,
        }
        content = json.dumps(body).encode()
        head = (
            f"POST {told['path']} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        requests.append(head.encode() + content)
    return requests


def _connect(context: ssl.SSLContext, port: int) -> _Connection:
    plain = socket.create_connection(("127.0.0.1", port))
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    tls = context.wrap_socket(plain)
    tls.setblocking(False)
    return _Connection(tls)


def _run(
    connections: list[_Connection], requests: list[bytes], seconds: float
) -> tuple[list[float], Counter[bytes]]:
    """Ask for so long, then take what is still to come; seconds of each answer, and how many of each status."""
    took: list[float] = []
    statuses: Counter[bytes] = Counter()
    picks = iter(requests * (1 + int(seconds * 20_000) // len(requests)))
    clock, end = time.perf_counter, time.perf_counter() + seconds
    selector = selectors.EpollSelector()
    for one in connections:
        selector.register(one.tls, selectors.EVENT_READ, one)
        one.sent = clock()
        one.tls.send(next(picks))
    waiting = len(connections)
    while waiting:
        for key, _ in selector.select():
            one = key.data
            try:
                one.got += one.tls.recv(65536)
            except ssl.SSLWantReadError:
                continue
            head = one.got.find(b"\r\n\r\n")
            if head < 0 or len(one.got) < head + 4 + _length(one.got, head):
                continue
            now = clock()
            took.append(now - one.sent)
            statuses[one.got[9:12]] += 1
            one.got = b""
            if now >= end:
                selector.unregister(one.tls)
                waiting -= 1
                continue
            one.sent = now
            one.tls.send(next(picks))
    return took, statuses


def _length(answer: bytes, head: int) -> int:
    place = answer.find(b"content-length: ", 0, head) + 16
    return int(answer[place : answer.index(b"\r", place)])


if __name__ == "__main__":
    found = main(json.loads(Path(sys.argv[1]).read_text("utf-8")))
    found["statuses"] = {status.decode(): count for status, count in found["statuses"].items()}
    print(json.dumps(found))

"""The log of a process: one line an event on standard error, JSON for programs, columns for a person at a terminal.

What is logged names kinds, fields, parties and ids, never people. Libraries that log in the standard way come out in
the same form.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import time
from functools import lru_cache
from http import HTTPStatus
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor

from jukinet.network.escaped import WithoutMessages
from jukinet.network.watching import Served

_HEALTH = frozenset({"/healthz", "/readyz"})
_MOST_HEADS = 10_000
"""Kinds of requests that are remembered; parties, routes and statuses are few."""

_STAMPS: tuple[Processor, ...] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def configure(stream: TextIO | None = None) -> None:
    """Write the process's log to a stream (standard error) from now on."""
    stream = stream or sys.stderr
    last: Processor = structlog.dev.ConsoleRenderer() if stream.isatty() else _as_json
    structlog.configure(
        processors=[*_STAMPS, last],
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutMessages())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_STAMPS, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("jukinet").setLevel(logging.INFO)


def _as_json(_logger: Any, _name: str, event: EventDict) -> str:
    return msgspec.json.encode(event, enc_hook=str).decode()


class RequestLog:
    """One line for each request of a door. Health is asked for all day: only its failures are written.

    A program's lines are put together here and not by structlog, which would take a third of a supply: what
    they say besides time and duration is encoded once for all requests that are alike.
    """

    def __init__(self, part: str, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._part = part
        self._terminal = structlog.get_logger("jukinet.requests") if self._stream.isatty() else None
        self._heads: dict[tuple[object, ...], str] = {}
        self._lines: list[str] = []

    def __call__(self, served: Served) -> None:
        if served.route in _HEALTH and served.status == HTTPStatus.OK:
            return
        milliseconds = round(served.seconds * 1000, 2)
        if self._terminal is not None:
            self._terminal.info("request", **self._told(served), ms=milliseconds)
            return
        key = (served.route, served.method, served.status, served.party, served.refused)
        head = self._heads.get(key)
        if head is None:
            if len(self._heads) >= _MOST_HEADS:
                self._heads.clear()
            line = {"event": "request", "level": "info", **self._told(served)}
            head = self._heads[key] = msgspec.json.encode(line).decode().removesuffix("}")
        self._lines.append(f'{head},"ms":{milliseconds},"timestamp":"{_stamp(time.time())}"}}\n')
        if len(self._lines) == 1:
            self._soon()

    def _soon(self) -> None:
        """Write in one go the lines of all that are answered in this turn of the event loop."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self._write()
        else:
            loop.call_soon(self._write)

    def _write(self) -> None:
        # In one piece: other threads write lines, too.
        lines, self._lines = self._lines, []
        self._stream.write("".join(lines))
        self._stream.flush()

    def _told(self, served: Served) -> dict[str, Any]:
        told: dict[str, Any] = {
            "door": self._part,
            "route": served.route,
            "method": served.method,
            "status": served.status,
            "party": served.party,
        }
        return told | {"refused": served.refused} if served.refused else told


def _stamp(at: float) -> str:
    return f"{_second(int(at))}.{int(at % 1 * 1_000_000):06d}Z"


@lru_cache(maxsize=2)
def _second(at: int) -> str:
    """Thousands of requests are answered in the same one."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))

"""The log: one JSON line an event, columns at a terminal, and no message of an exception."""

from __future__ import annotations

import asyncio
import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import structlog

from jukinet.network.watching import Served
from jukinet.node import logs

NAME = "試験　花子"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_what_is_logged_either_way_is_one_json_object_a_line() -> None:
    stream = io.StringIO()
    logs.configure(stream)
    structlog.get_logger("jukinet.worker").warning("round.failed", step="send", kind="unavailable")
    logging.getLogger("jukinet.network").info("a renewed certificate is in use: %s", "tls.pem")
    logging.getLogger("somebody.else").warning("two\nlines")
    logging.getLogger("somebody.else").info("chatter")
    first, second, third = lines(stream)
    assert first.items() >= {"event": "round.failed", "level": "warning", "step": "send"}.items()
    assert second["event"] == "a renewed certificate is in use: tls.pem"
    assert second.keys() >= {"level", "timestamp", "logger"}
    assert third["event"] == "two\nlines"


def test_the_message_of_an_exception_is_not_logged_whoever_logs_it() -> None:
    stream = io.StringIO()
    logs.configure(stream)
    try:
        int(NAME)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
        logging.getLogger("somebody.else").exception("it broke")
    assert [str(line["event"]).split(": ")[1].split(" ")[0] for line in lines(stream)] == ["ValueError"] * 2
    assert NAME not in stream.getvalue()
    assert "\\u" not in stream.getvalue()


def test_a_terminal_gets_columns() -> None:
    stream = Terminal()
    logs.configure(stream)
    structlog.get_logger("jukinet.worker").warning("round.failed", step="send")
    logs.RequestLog("network", stream)(Served("/readyz", "GET", 503, 0.001, None, ("unavailable",)))
    first, second = stream.getvalue().splitlines()
    assert "round.failed" in first
    assert "request" in second
    with pytest.raises(json.JSONDecodeError):
        lines(stream)


def test_a_request_is_one_line_and_health_only_where_it_fails() -> None:
    stream = io.StringIO()
    logs.configure(stream)
    log = logs.RequestLog("network", stream)
    log(Served("/readyz", "GET", 200, 0.001, "urn:jukinet:node:pref-13", ()))
    log(Served("/readyz", "GET", 503, 0.001, "urn:jukinet:node:pref-13", ("unavailable",)))
    log(Served("/network/v1/frames/{stream}", "POST", 200, 0.0142, "urn:jukinet:node:muni-132152", ()))
    failed, frame = lines(stream)
    assert (failed["status"], failed["refused"]) == (503, ["unavailable"])
    stamp = datetime.fromisoformat(str(frame.pop("timestamp")))
    assert abs(datetime.now(UTC) - stamp) < timedelta(minutes=1)
    assert frame == {
        "event": "request",
        "level": "info",
        "door": "network",
        "route": "/network/v1/frames/{stream}",
        "method": "POST",
        "status": 200,
        "ms": 14.2,
        "party": "urn:jukinet:node:muni-132152",
    }


def test_lines_of_one_turn_of_the_event_loop_are_written_together_and_none_is_lost() -> None:
    stream = Counting()
    log = logs.RequestLog("supply", stream)

    async def serve() -> None:
        for _ in range(2):
            for _ in range(3):
                log(Served("/supply/v1/identity-verifications", "POST", 200, 0.001, None, ()))
            await asyncio.sleep(0)

    asyncio.run(serve())
    assert len(lines(stream)) == 6
    assert stream.writes == 2


class Counting(io.StringIO):
    """Counts how often it is written to."""

    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        return super().write(text)

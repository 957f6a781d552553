"""A worker ends when a signal says so, at whatever line the signal finds it."""

from __future__ import annotations

import sys
import threading
from types import FrameType
from typing import Any, cast

import pytest

from jukinet.services.context import Context
from jukinet.worker import loop
from jukinet.worker.loop import Worker


class Idle(Worker):
    """A worker that never finds anything to do."""

    def __init__(self) -> None:
        super().__init__(cast("Context", None), b"")

    def round(self) -> int:
        return 0


def lines_until_end(stop_at: int) -> int | None:
    """Run a worker and stop it at a line, as a signal handler would: on the worker's own thread.

    Returns how many lines it ran by then; None where it does not end any more.
    """
    worker = Idle()
    lines = 0

    def trace(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal lines
        if event == "line":
            lines += 1
            if lines == stop_at:
                sys.settrace(None)
                worker.stop()
        return trace

    def run() -> None:
        sys.settrace(trace)
        worker.run()

    # A daemon: where the test fails, the thread stays blocked for ever.
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(5)
    return None if thread.is_alive() else lines


def test_a_signal_ends_the_worker_wherever_it_finds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "IDLE_FIRST", 0.001)
    stuck = [line for line in range(1, 150) if lines_until_end(line) is None]
    assert stuck == []

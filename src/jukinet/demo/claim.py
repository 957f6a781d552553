"""One demonstration at a time in one place: a lock that lives as long as the process that holds it."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jukinet.demo.plan import Plan
from jukinet.domain.errors import ErrorKind, JukinetError

_ENDS_WITHIN = 120.0


@contextmanager
def claimed(plan: Plan) -> Iterator[None]:
    """Hold the demonstration's place. Raises CONFLICT, with nothing touched, where another process holds it."""
    handle = os.open(_file(plan), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not _try_lock(handle):
            raise JukinetError(
                ErrorKind.CONFLICT,
                f"The demonstration in {plan.state} runs already (pid {_written(plan) or 'unknown'}). End it"
                f" with Ctrl-C there or with jukinet demo stop --state {plan.state}; for another one beside it,"
                " set JUKINET_STATE to another directory and PORT to other ports.",
            )
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)


def end_running(plan: Plan) -> bool:
    """Tell a running demonstration to end, as Ctrl-C does, and wait for it; whether one ran."""
    if not _file(plan).exists() or not _held(plan):
        return False
    pid = _written(plan)
    if pid is not None:
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + _ENDS_WITHIN
    while _held(plan):
        if time.monotonic() > deadline:
            raise JukinetError(
                ErrorKind.UNAVAILABLE,
                f"The demonstration does not end: end it by hand (kill -9 {pid or 'its process'}), then again.",
            )
        time.sleep(0.1)
    return True


def _file(plan: Plan) -> Path:
    return plan.home / "demo.lock"


def _written(plan: Plan) -> int | None:
    """The pid of who holds the lock; what a former holder wrote is replaced at once."""
    text = _file(plan).read_text("ascii", "replace")
    return int(text) if text.isdecimal() else None


def _held(plan: Plan) -> bool:
    handle = os.open(_file(plan), os.O_RDWR | os.O_CLOEXEC)
    try:
        return not _try_lock(handle)
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

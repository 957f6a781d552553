"""The worker: prepares and sends statements, completes what is due, keeps the directory fresh.

Several workers of one node may run; the database's row locks fence them. A failure of one round is logged by
kind and tried again: the worker ends only when it is told to.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import structlog

from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NodeId, NodeRole
from jukinet.messages.directory import is_stale
from jukinet.messages.kinds import Stream
from jukinet.services import consistency, departures, designation, outgoing, recovery, settings
from jukinet.services.context import Context
from jukinet.services.journal import Journal

IDLE_SECONDS = 0.1
"""How long the worker rests where nothing waits."""
DUE_EVERY = timedelta(seconds=2)
CHECK_EVERY = timedelta(seconds=30)
"""How often the worker asks whether a comparison is due; ``jukinet.services.consistency_schedule`` says when one is."""
DIRECTORY_EVERY = timedelta(seconds=30)
STALE_TOLD_EVERY = timedelta(hours=1)
SENDERS = 4

_log = structlog.get_logger("jukinet.worker")

Lane = tuple[NodeId, Stream]


class Worker:
    """Runs rounds until it is stopped. ``root`` is the pinned root key of the directory."""

    def __init__(self, ctx: Context, root: bytes, journal: Journal | None = None) -> None:
        self._ctx = ctx
        self._root = root
        self._journal = journal
        # A plain value: an event's lock may be held by the very thread whose signal handler sets it.
        self._stopped = False
        self._pause = threading.Event()
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="send")
        # A thread of its own: a comparison from the rows takes seconds, and nothing waits for it.
        self._checker = ThreadPoolExecutor(1, thread_name_prefix="check")
        self._checking: Future[int] | None = None
        self._check_at: datetime | None = None
        self._sending: dict[Lane, Future[int]] = {}
        self._due_at: datetime | None = None
        self._stuck: set[str] = set()
        self._directory_at: datetime | None = None
        self._stale_told_at: datetime | None = None

    def stop(self) -> None:
        """Let the worker end after the round it is in; safe from a signal handler."""
        self._stopped = True

    def run(self) -> None:
        """Work until ``stop``."""
        try:
            while not self._stopped:
                if not self.round():
                    self._pause.wait(IDLE_SECONDS)
        finally:
            self._senders.shutdown(wait=True)
            self._checker.shutdown(wait=True)

    def round(self) -> int:
        """One look at everything; how many steps were taken."""
        steps = self._guard("prepare", lambda: outgoing.prepare(self._ctx))
        steps += self._guard("send", self._send_due)
        now = self._ctx.now()
        if _is_due(self._due_at, now, DUE_EVERY):
            self._due_at = now + DUE_EVERY
            steps += self._guard("recovery", lambda: recovery.go_on(self._ctx))
            steps += self._guard("due", self._complete_due)
            if self._journal is not None:
                self._guard("journal", partial(self._journal.poll, self._ctx))
        if _is_due(self._check_at, now, CHECK_EVERY) and (self._checking is None or self._checking.done()):
            self._check_at = now + CHECK_EVERY
            work = partial(consistency.check_due, self._ctx)
            self._checking = self._checker.submit(self._guard, "check", work)
        if _is_due(self._directory_at, now, DIRECTORY_EVERY):
            self._directory_at = now + DIRECTORY_EVERY
            self._guard("directory", lambda: int(settings.fetch_directory(self._ctx, self._root)))
            self._guard("directory", self._tell_stale)
        return steps

    def _tell_stale(self) -> int:
        """Warn of a directory that the centre did not renew: those it lists are served, nobody new is let in."""
        now, held = self._ctx.now(), self._ctx.directory()
        if is_stale(held, now) and _is_due(self._stale_told_at, now, STALE_TOLD_EVERY):
            self._stale_told_at = now + STALE_TOLD_EVERY
            _log.warning("directory.stale", version=held.version, issued_at=held.issued_at.isoformat())
        return 0

    def _complete_due(self) -> int:
        match self._ctx.node.role:
            case NodeRole.MUNICIPALITY:
                return departures.complete_due_move_outs(self._ctx, self._stuck)
            case NodeRole.NATIONAL:
                return designation.renew_pools(self._ctx)
        return 0

    def _send_due(self) -> int:
        """Start a sender for each due lane that has none; lanes never wait for one another."""
        self._sending = {lane: sent for lane, sent in self._sending.items() if not sent.done()}
        started = 0
        for lane in outgoing.due_lanes(self._ctx):
            if lane not in self._sending:
                self._sending[lane] = self._senders.submit(self._send_all, lane)
                started += 1
        return started

    def _send_all(self, lane: Lane) -> int:
        peer, stream = lane
        total = 0
        while not self._stopped:
            sent = self._guard("send", lambda: outgoing.send(self._ctx, peer, stream))
            if not sent:
                break
            total += sent
        return total

    def _guard(self, step: str, work: Callable[[], int]) -> int:
        try:
            return work()
        except JukinetError as error:
            _log.warning("round.failed", step=step, kind=error.kind.value, message=error.message)
        except Exception as error:  # noqa: BLE001 - one bad round must not end delivery; no message: it may name people
            _log.error("round.broke", step=step, error=type(error).__qualname__)
        return 0


def _is_due(at: datetime | None, now: datetime, every: timedelta) -> bool:
    """Whether a moment has come. One further off than the interval was set before the clock went back."""
    return at is None or not now < at <= now + every

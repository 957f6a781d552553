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
from jukinet.domain.municipality import NodeId
from jukinet.messages.directory import is_stale
from jukinet.messages.kinds import Stream
from jukinet.services import (
    audit_tree,
    card_lapses,
    code_requests,
    consistency,
    due,
    identity_store,
    merged,
    outgoing,
    recovery,
    settings,
    signing_again,
    witnesses,
)
from jukinet.services.context import Context
from jukinet.services.journal import Journal
from jukinet.services.one_by_one import Stuck
from jukinet.services.supply import batch_run, signatures
from jukinet.services.supply.batch_files import BatchFiles

IDLE_FIRST, IDLE_LONGEST = 0.01, 0.1
"""Seconds that the worker rests where nothing waits: a short while after it had something to do, then longer.

No notification of the database wakes it: see docs/explanation/decisions/the-worker-looks-and-is-not-woken.md.
"""
DUE_EVERY = timedelta(seconds=2)
STOCK_EVERY = timedelta(seconds=30)
CARDS_EVERY = timedelta(minutes=10)
"""How often it is looked for cards whose last day is over: it looks through every card, for what a day alone brings."""
BATCHES_EVERY = timedelta(seconds=1)
CHECK_EVERY = timedelta(seconds=30)
"""How often the worker asks whether a comparison is due; ``jukinet.services.consistency_schedule`` says when one is."""
SEQUENCE_EVERY = timedelta(seconds=1)
WITNESS_EVERY = timedelta(minutes=1)
DIRECTORY_EVERY = timedelta(seconds=30)
KEYS_EVERY = timedelta(minutes=10)
"""When matching keys are looked at, after an upgrade, that a process of the version before may still have written."""
STALE_TOLD_EVERY = timedelta(hours=1)
SENDERS, RETRIERS = 4, 2
"""Lanes sent on at once; those whose last attempt failed have senders of their own, who may wait for dead peers."""
TURN = 10
"""Frames that a lane may send before others have their turn."""

_log = structlog.get_logger("jukinet.worker")

Lane = tuple[NodeId, Stream]


class Worker:
    """Runs rounds until it is stopped. ``root`` is the pinned root key of the directory.

    ``published`` gives the directory as the centre signed it last: at the centre itself, which asks nobody. ``log``:
    the node as the role sees it that keeps the tree of the audit log. ``tell`` is told of each step and its outcome
    (``done``, ``failed``, ``broke``), from any of the worker's threads.
    """

    def __init__(
        self,
        ctx: Context,
        root: bytes,
        published: Callable[[], bytes] | None = None,
        *,
        journal: Journal | None = None,
        log: Context | None = None,
        batches: BatchFiles | None = None,
        tell: Callable[[str, str], None] = lambda _step, _outcome: None,
    ) -> None:
        self._tell = tell
        self._ctx = ctx
        self._root = root
        self._published = published
        self._journal = journal
        self._log_ctx = log
        self._batches = batches
        self._answering: Future[int] | None = None
        self._batches_at: datetime | None = None
        self._signed_for: int | None = None
        # A plain value: an event's lock may be held by the very thread whose signal handler sets it.
        self._stopped = False
        self._pause = threading.Event()
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="send")
        self._retriers = ThreadPoolExecutor(RETRIERS, thread_name_prefix="retry")
        # A thread of its own: a comparison from the rows takes seconds, and nothing waits for it.
        self._checker = ThreadPoolExecutor(1, thread_name_prefix="check")
        self._checking: Future[int] | None = None
        # The same of batches, which take hours.
        self._answerer = ThreadPoolExecutor(1, thread_name_prefix="batch")
        # Nor does the tree of the log wait for anything: it has promised to be there in time.
        self._sequencer = ThreadPoolExecutor(1, thread_name_prefix="log")
        self._sequencing: Future[int] | None = None
        self._sequence_at: datetime | None = None
        self._witnessing: Future[int] | None = None
        self._witness_at: datetime | None = None
        self._stock_at: datetime | None = None
        self._check_at: datetime | None = None
        self._sending: dict[Lane, Future[int]] = {}
        self._due_at: datetime | None = None
        self._cards_at: datetime | None = None
        self._stuck: Stuck = set()
        self._directory_at: datetime | None = None
        self._keys_at: datetime | None = None
        self._stale_told_at: datetime | None = None

    def stop(self) -> None:
        """Let the worker end after the round it is in; safe from a signal handler."""
        self._stopped = True

    def run(self) -> None:
        """Work until ``stop``."""
        idle = IDLE_FIRST
        try:
            while not self._stopped:
                if self.round():
                    idle = IDLE_FIRST
                else:
                    self._pause.wait(idle)
                    idle = min(IDLE_LONGEST, idle * 1.5)
        finally:
            self._senders.shutdown(wait=True)
            self._retriers.shutdown(wait=True)
            self._checker.shutdown(wait=True)
            self._sequencer.shutdown(wait=True)
            self._answerer.shutdown(wait=True)

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
        if _is_due(self._stock_at, now, STOCK_EVERY):
            self._stock_at = now + STOCK_EVERY
            steps += self._guard("stock", lambda: code_requests.ask_if_low(self._ctx))
        if _is_due(self._cards_at, now, CARDS_EVERY):
            self._cards_at = now + CARDS_EVERY
            steps += self._guard("cards", lambda: card_lapses.record(self._ctx, self._stuck))
        self._check(now)
        self._sequence(now)
        self._witness(now)
        self._answer(now)
        if _is_due(self._directory_at, now, DIRECTORY_EVERY):
            self._directory_at = now + DIRECTORY_EVERY
            self._guard("directory", self._renew_directory)
            self._guard("directory", self._tell_stale)
            steps += self._guard("sign again", self._sign_again)
            steps += self._guard("readdress", lambda: merged.readdress(self._ctx))
            steps += self._guard("nonces", lambda: signatures.forget_spent(self._ctx))
        if self._keys_at is None:
            self._keys_at = now + KEYS_EVERY
        elif _is_due(self._keys_at, now, KEYS_EVERY):
            self._keys_at = now + KEYS_EVERY
            steps += self._guard("keys", lambda: identity_store.renew_keys(self._ctx))
        return steps

    def _check(self, now: datetime) -> None:
        """Ask whether a comparison is due, for the first time some while after the start; one at a time."""
        if self._check_at is None:
            self._check_at = now + CHECK_EVERY
        elif _is_due(self._check_at, now, CHECK_EVERY) and (self._checking is None or self._checking.done()):
            self._check_at = now + CHECK_EVERY
            work = partial(consistency.check_due, self._ctx)
            self._checking = self._checker.submit(self._guard, "check", work)

    def _sequence(self, now: datetime) -> None:
        """Take what is committed into the tree of the log, one round at a time."""
        if self._log_ctx is None or not _is_due(self._sequence_at, now, SEQUENCE_EVERY):
            return
        if self._sequencing is None or self._sequencing.done():
            self._sequence_at = now + SEQUENCE_EVERY
            work = partial(audit_tree.sequence, self._log_ctx)
            self._sequencing = self._sequencer.submit(self._guard, "sequence", work)

    def _witness(self, now: datetime) -> None:
        """See how the logs go on that this node witnesses; peers that are slow hold up nothing but comparisons."""
        if self._log_ctx is None or not _is_due(self._witness_at, now, WITNESS_EVERY):
            return
        if self._witnessing is None or self._witnessing.done():
            self._witness_at = now + WITNESS_EVERY
            work = partial(witnesses.witness, self._log_ctx)
            self._witnessing = self._checker.submit(self._guard, "witness", work)

    def _answer(self, now: datetime) -> None:
        """Go on with the batches of organs, where this node has any, until nothing of them is left to do."""
        files = self._batches
        if files is None or not _is_due(self._batches_at, now, BATCHES_EVERY):
            return
        self._batches_at = now
        if self._answering is None or self._answering.done():
            work = partial(self._answer_all, files)
            self._answering = self._answerer.submit(self._guard, "batches", work)

    def _answer_all(self, files: BatchFiles) -> int:
        steps = batch_run.forget_old(self._ctx, files)
        while not self._stopped and (taken := batch_run.work(self._ctx, files)):
            steps += taken
        return steps

    def _renew_directory(self) -> int:
        if self._published is not None:
            return int(settings.take_directory(self._ctx, self._root, self._published()))
        return int(settings.fetch_directory(self._ctx, self._root))

    def _sign_again(self) -> int:
        """Once for each version of the directory: a key may have ended before this node knew of it."""
        held = self._ctx.directory().version
        if held == self._signed_for:
            return 0
        signed = signing_again.sign_again(self._ctx)
        self._signed_for = held
        return signed

    def _tell_stale(self) -> int:
        """Warn of a directory that the centre did not renew: those it lists are served, nobody new is let in."""
        now, held = self._ctx.now(), self._ctx.directory()
        if is_stale(held, now) and _is_due(self._stale_told_at, now, STALE_TOLD_EVERY):
            self._stale_told_at = now + STALE_TOLD_EVERY
            _log.warning("directory.stale", version=held.version, issued_at=held.issued_at.isoformat())
        return 0

    def _complete_due(self) -> int:
        return due.work(self._ctx, self._stuck)

    def _send_due(self) -> int:
        """Start a sender for each due lane that has none; lanes never wait for one another."""
        self._sending = {lane: sent for lane, sent in self._sending.items() if not sent.done()}
        started = 0
        for lane, failed in outgoing.due(self._ctx):
            if lane not in self._sending:
                pool = self._retriers if failed else self._senders
                self._sending[lane] = pool.submit(self._send_some, lane)
                started += 1
        return started

    def _send_some(self, lane: Lane) -> int:
        peer, stream = lane
        total = 0
        for _ in range(TURN):
            if self._stopped:
                break
            sent = self._guard("send", lambda: outgoing.send(self._ctx, peer, stream))
            if not sent:
                break
            total += sent
        return total

    def _guard(self, step: str, work: Callable[[], int]) -> int:
        try:
            steps = work()
        except JukinetError as error:
            self._tell(step, "failed")
            _log.warning("round.failed", step=step, kind=error.kind.value, message=error.message)
        except Exception as error:  # noqa: BLE001 - one bad round must not end delivery; no message: it may name people
            self._tell(step, "broke")
            _log.error("round.broke", step=step, error=type(error).__qualname__)
        else:
            self._tell(step, "done")
            return steps
        return 0


def _is_due(at: datetime | None, now: datetime, every: timedelta) -> bool:
    """Whether a moment has come. One further off than the interval was set before the clock went back."""
    return at is None or not now < at <= now + every

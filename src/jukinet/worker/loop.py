"""The worker: prepares and sends statements, completes what is due, keeps the directory fresh.

Owns the rounds and the threads; what is done, and how often, stands in ``jukinet.worker.jobs``. Several workers of one
node may run; the database's row locks fence them. A failure of one round is logged by kind and tried again: the worker
ends only when it is told to.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta

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
from jukinet.services.supply.limits import Limits
from jukinet.worker.jobs import EVERY, IDLE_FIRST, IDLE_LONGEST, LATER, Job

STALE_TOLD_EVERY = timedelta(hours=1)
SENDERS, RETRIERS = 4, 2
"""Lanes sent on at once; those whose last attempt failed have senders of their own, who may wait for dead peers."""
SHAKERS = 4
"""Peers with which a restored node shakes hands at once."""
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
        limits: Limits = batch_run.USUAL,
        tell: Callable[[str, str], None] = lambda _step, _outcome: None,
    ) -> None:
        self._tell = tell
        self._ctx = ctx
        self._root = root
        self._published = published
        self._limits = limits
        self._signed_for: int | None = None
        # A plain value: an event's lock may be held by the very thread whose signal handler sets it.
        self._stopped = False
        self._pause = threading.Event()
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="send")
        self._retriers = ThreadPoolExecutor(RETRIERS, thread_name_prefix="retry")
        # A thread for each job that asks peers outside of lanes, and some for whoever is asked after a restore.
        self._askers = ThreadPoolExecutor(2, thread_name_prefix="ask")
        self._shakers = ThreadPoolExecutor(SHAKERS, thread_name_prefix="shake")
        # A thread of its own: a comparison from the rows takes seconds, and nothing waits for it.
        self._checker = ThreadPoolExecutor(1, thread_name_prefix="check")
        # The same of batches, which take hours.
        self._answerer = ThreadPoolExecutor(1, thread_name_prefix="batch")
        # Nor does the tree of the log wait for anything: it has promised to be there in time.
        self._sequencer = ThreadPoolExecutor(1, thread_name_prefix="log")
        self._sending: dict[Lane, Future[int]] = {}
        self._stuck: Stuck = set()
        self._stale_told_at: datetime | None = None
        self._at: dict[Job, datetime] = {}
        self._beside: dict[Job, Future[int]] = {}
        self._jobs = tuple(self._wire(journal, log, batches))

    def _wire(
        self, journal: Journal | None, log: Context | None, files: BatchFiles | None
    ) -> Iterator[tuple[Job, ThreadPoolExecutor | None, Callable[[], int]]]:
        """What there is to do after sending, in the order of a round; on whose thread, None for the round's own."""
        ctx = self._ctx
        yield Job.RECOVERY, self._askers, lambda: recovery.go_on(ctx, self._shake_each)
        yield Job.DUE, None, lambda: due.work(ctx, self._stuck)
        if journal is not None:
            yield Job.JOURNAL, None, lambda: journal.poll(ctx)
        yield Job.STOCK, None, lambda: code_requests.ask_if_low(ctx)
        yield Job.CARDS, None, lambda: card_lapses.record(ctx, self._stuck)
        yield Job.CHECK, self._checker, lambda: consistency.check_due(ctx)
        if log is not None:
            yield Job.SEQUENCE, self._sequencer, lambda: audit_tree.sequence(log)
            # Peers that are slow hold up nothing but comparisons.
            yield Job.WITNESS, self._checker, lambda: witnesses.witness(log)
        if files is not None:
            yield Job.BATCHES, self._answerer, lambda: self._answer_all(files)
        yield Job.DIRECTORY, self._askers, self._renew_directory
        yield Job.STALE, None, self._tell_stale
        yield Job.SIGN_AGAIN, None, self._sign_again
        yield Job.READDRESS, None, lambda: merged.readdress(ctx)
        yield Job.NONCES, None, lambda: signatures.forget_spent(ctx)
        yield Job.KEYS, None, lambda: identity_store.renew_keys(ctx)

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
            self._askers.shutdown(wait=True)
            self._shakers.shutdown(wait=True)
            self._checker.shutdown(wait=True)
            self._sequencer.shutdown(wait=True)
            self._answerer.shutdown(wait=True)

    def round(self) -> int:
        """One look at everything; how many steps were taken, but for those on other threads."""
        steps = self._guard(Job.PREPARE, lambda: outgoing.prepare(self._ctx))
        steps += self._guard(Job.SEND, self._send_due)
        now = self._ctx.now()
        for job, pool, work in self._jobs:
            last = self._beside.get(job)
            if (last is not None and not last.done()) or not self._turn(job, now):
                continue
            if pool is None:
                steps += self._guard(job, work)
            else:
                self._beside[job] = pool.submit(self._guard, job, work)
        return steps

    def _turn(self, job: Job, now: datetime) -> bool:
        """Whether a job's time has come; its next comes one period later."""
        at, every = self._at.get(job), EVERY[job]
        come = _is_due(at, now, every) and (at is not None or job not in LATER)
        if come or at is None:
            self._at[job] = now + every
        return come

    def _answer_all(self, files: BatchFiles) -> int:
        steps = batch_run.forget_old(self._ctx, files)
        while not self._stopped and (
            taken := batch_run.work(self._ctx, files, self._limits, lambda: self._stopped)
        ):
            steps += taken
        return steps

    def _shake_each(self, shake: Callable[[NodeId], bool], peers: Iterable[NodeId]) -> Iterator[bool]:
        """Several at once: a peer that is down is waited for, some seconds or half a minute."""
        return self._shakers.map(lambda peer: not self._stopped and shake(peer), peers)

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
            sent = self._guard(Job.SEND, lambda: outgoing.send(self._ctx, peer, stream))
            if not sent:
                break
            total += sent
        return total

    def _guard(self, job: Job, work: Callable[[], int]) -> int:
        try:
            steps = work()
        except JukinetError as error:
            self._tell(job.value, "failed")
            _log.warning("round.failed", step=job.value, kind=error.kind.value, message=error.message)
        except Exception as error:  # noqa: BLE001 - one bad round must not end delivery; no message: it may name people
            self._tell(job.value, "broke")
            _log.error("round.broke", step=job.value, error=type(error).__qualname__)
        else:
            self._tell(job.value, "done")
            return steps
        return 0


def _is_due(at: datetime | None, now: datetime, every: timedelta) -> bool:
    """Whether a moment has come. One further off than the interval was set before the clock went back."""
    return at is None or not now < at <= now + every

"""Acts on the node itself: operators, the business date, the directory."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import structlog

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeRole
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.edition import require_date
from jukinet.messages import directory as directories
from jukinet.messages.directory import Directory
from jukinet.services import acts, trail
from jukinet.services.context import Clock, Context
from jukinet.services.operators import NOT_FIRST, OperatorClaim, new_operator
from jukinet.store import node_rows
from jukinet.store.database import Database


def enrol_operator(
    ctx: Context,
    claim: OperatorClaim,
    operator_id: str,
    name: str,
    permissions: Iterable[Permission],
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
    unit: str | None = None,
) -> Decision:
    """Enrol a person, or change what they may do, from a day on (None: the office's day)."""
    with ctx.begin() as tx:
        first = valid_from or ctx.business_date(tx)
        operator = new_operator(operator_id, name, permissions, first, valid_to=valid_to, unit=unit)
        act = acts.open_act(ctx, tx, claim, Permission.NODE_OPERATOR_ENROL, AuditEvent.OPERATOR_ENROLLED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=operator_id)
        node_rows.enrol(tx, operator, ctx.now())
        act.done(act.gate, reference=operator_id)
        return act.gate


def enrol_first_operator(
    ctx: Context, operator_id: str, name: str, *, valid_from: date | None = None
) -> Decision:
    """Let the node itself enrol its first operator, with every permission; refused once there is anybody.

    The one act by which somebody gets a permission that nobody gave: of two at once, one is refused.
    """
    with ctx.begin() as tx:
        operator = new_operator(operator_id, name, Permission, valid_from or ctx.business_date(tx))
        node_rows.lock_operators(tx)
        decision = acts.require((NOT_FIRST, node_rows.count_operators(tx) == 0))
        if isinstance(decision, Permitted):
            node_rows.enrol(tx, operator, ctx.now())
        trail.note(
            ctx,
            tx,
            AuditEvent.OPERATOR_ENROLLED,
            Outcome.DONE if isinstance(decision, Permitted) else Outcome.REFUSED,
            trail.SYSTEM,
            reference=operator_id,
            rules=trail.rules_of(decision),
        )
        return decision


def set_business_date(ctx: Context, claim: OperatorClaim, pinned: date | None) -> Decision:
    """Pin the office's calendar day (for a demonstration), or release it to the real one."""
    if pinned is not None:
        require_date(pinned)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NODE_CLOCK_SET, AuditEvent.CLOCK_SET)
        shown = pinned.isoformat() if pinned else "released"
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=shown)
        node_rows.pin_date(tx, pinned)
        act.done(act.gate, reference=shown)
        return act.gate


_log = structlog.get_logger("jukinet.services")


@dataclass(slots=True)
class DirectoryHolder:
    """The newest verified directory that this process knows; looked up again in the database now and then.

    ``root`` is the pinned root key (32 bytes). Every bundle is verified when it is taken from the database too:
    who can write there must not be able to name keys.
    """

    database: Database
    clock: Clock
    root: bytes
    every: timedelta = timedelta(seconds=5)
    _current: Directory | None = None
    _bundle: bytes = b""
    _looked_at: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _watched: bool = False

    def watch(self, stopped: threading.Event) -> None:
        """Keep the directory fresh until told to stop: for a thread beside an event loop, which must never wait.

        A failed look leaves what is known in place; the next one is ``every`` later.
        """
        self._watched = True
        while not stopped.wait(self.every.total_seconds()):
            try:
                with self._lock:
                    self._refresh(self.clock.now())
            except Exception as error:  # noqa: BLE001 - a thread that ends would keep the last directory for ever
                _log.warning("directory.not-refreshed", error=type(error).__qualname__)

    def __call__(self) -> Directory:
        if self._watched and self._current is not None:
            return self._current
        now = self.clock.now()
        if self._current is not None:
            self._look_again(now)
            return self._current
        with self._lock:
            if self._current is None:
                self._refresh(now)
            if self._current is None:
                raise JukinetError(
                    ErrorKind.CONFIGURATION, "This node has no directory yet. Run: jukinet node migrate."
                )
            return self._current

    def _look_again(self, now: datetime) -> None:
        """Refresh where it is time, unless somebody does: who waited here might hold the connection that is needed."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            if self._looked_at is None or now - self._looked_at >= self.every:
                self._refresh(now)
        finally:
            self._lock.release()

    def _refresh(self, now: datetime) -> None:
        self._looked_at = now
        with self.database.begin() as tx:
            bundle = node_rows.directory_bundle(tx)
        if bundle is not None and bundle != self._bundle:
            candidate = directories.open_directory(bundle, self.root, now)
            if self._current is None or directories.newer(self._current, candidate):
                self._current, self._bundle = candidate, bundle


def take_directory(ctx: Context, root: bytes, bundle: bytes) -> bool:
    """Keep a directory if it verifies and is newer than the one held; whether it was."""
    candidate = directories.open_directory(bundle, root, ctx.now())
    with ctx.begin() as tx:
        held = node_rows.directory_bundle(tx)
        if held is not None:
            current = directories.open_directory(held, root, ctx.now())
            if not directories.newer(current, candidate):
                return False
            if directories.is_stale(candidate, ctx.now()) and not directories.adds_nothing(
                current, candidate
            ):
                # Older than a day: whoever is already known is served, and nobody new is let in.
                raise JukinetError(
                    ErrorKind.EXPIRED, "The directory is older than a day: the centre must sign a new one."
                )
        if not node_rows.keep_directory(tx, candidate.version, bundle, ctx.now(), held=held):
            return False  # another process took one meanwhile: the next look compares with that
        trail.note(
            ctx,
            tx,
            AuditEvent.DIRECTORY_TAKEN,
            Outcome.DONE,
            trail.SYSTEM,
            reference=str(candidate.version),
        )
        return True


def fetch_directory(ctx: Context, root: bytes) -> bool:
    """Ask the centre for its directory and keep it if it is newer; the governor, where the centre cannot be reached.

    Whoever passes it on cannot change it: the root vouches for it, not the sender.
    """
    if ctx.node.role is NodeRole.NATIONAL:
        return False
    try:
        bundle = ctx.peers.fetch_directory(NATIONAL)
    except JukinetError as error:
        if error.kind is not ErrorKind.UNAVAILABLE or ctx.node.role is not NodeRole.MUNICIPALITY:
            raise
        bundle = ctx.peers.fetch_directory(ctx.governor)
    return take_directory(ctx, root, bundle)


def serve_directory(ctx: Context) -> bytes:
    """The signed directory as this node holds it, verbatim."""
    with ctx.begin() as tx:
        bundle = node_rows.directory_bundle(tx)
    if bundle is None:
        raise JukinetError(ErrorKind.NOT_FOUND, "This node has no directory yet.")
    return bundle

"""Wrong programs, which the judge must catch: ``make chaos BREAK=all``. Each is the product with one thing done wrong.

``process`` installs one at the start of a node's process. Nothing of the product knows of this module.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from jukinet.law.decisions import Permitted
from jukinet.messages import strict_json
from jukinet.messages.kinds import MessageKind
from jukinet.services import incoming, keyed, outgoing, register, trail
from jukinet.services.context import Context
from jukinet.store import answers, inbox, outbox
from jukinet.testing.faults.plan import FaultKind

EVERY = 8
"""What is done wrong now and then is done wrong this often."""

_LATE = 0.7
"""Seconds from an answer to its commit, in the program that answers too early."""


def _replace(module: object, name: str, wrong: Callable[[Any], Any]) -> None:
    """Put a wrong function in the place of a right one, which it is given."""
    setattr(module, name, wrong(getattr(module, name)))


def _drop() -> None:
    """A receiver acknowledges a statement and does nothing with it."""
    calls = count(1)

    def wrong(right: Any) -> Any:
        return lambda *given: None if next(calls) % EVERY == 0 else right(*given)

    _replace(incoming, "_apply", wrong)
    _one_by_one()


def _double() -> None:
    """An act puts its notice into the outbox twice."""
    calls = count(1)

    def wrong(right: Any) -> Any:
        def put(ctx: Any, tx: Any, kind: MessageKind, to: Any, body: Any) -> str:
            if kind is MessageKind.IDENTITY_NOTICE and next(calls) % EVERY == 0:
                right(ctx, tx, kind, to, body)
            return str(right(ctx, tx, kind, to, body))

        return put

    _replace(outgoing, "put", wrong)


def _swap() -> None:
    """A node forwards what came together in the opposite order, and nobody looks at the origin's numbers."""
    queries: Any = vars(outbox)["_SQL"]
    right = queries.number_lanes
    queries.number_lanes = right.replace(
        "BY w.peer, w.stream ORDER BY w.item_id", "BY w.peer, w.stream ORDER BY w.item_id DESC"
    )
    if queries.number_lanes == right:
        raise TypeError("the order of a lane is given elsewhere now")
    _ignore_origin_order()


def _ignore_origin_order() -> None:
    _replace(incoming, "_require_origin_order", lambda _right: lambda *_given: None)
    _one_by_one()


def _one_by_one() -> None:
    """Take no chunk as a whole: what is done wrong is done to single statements."""
    _replace(incoming, "_take_together", lambda _right: lambda *_given: False)


def _accept_gap() -> None:
    """A receiver takes a higher number than the next one, and acknowledges what it never got."""

    def wrong(right: Any) -> Any:
        def take(ctx: Any, tx: Any, frame: Any, arrived: Any, progress: Any) -> None:
            if arrived.number > progress.lane.cursor + 1:
                progress.lane = replace(progress.lane, cursor=arrived.number - 1)
            if arrived.number > progress.lane.cursor or inbox.arrived_at(tx, progress.lane, arrived.number):
                right(ctx, tx, frame, arrived, progress)

        return take

    _replace(incoming, "_take", wrong)
    _ignore_origin_order()


def _accept_reused_number() -> None:
    """A receiver acknowledges a number that it has, whatever comes under it."""

    def wrong(right: Any) -> Any:
        def take(ctx: Any, tx: Any, frame: Any, arrived: Any, progress: Any) -> None:
            if arrived.number > progress.lane.cursor:
                right(ctx, tx, frame, arrived, progress)

        return take

    _replace(incoming, "_take", wrong)
    _one_by_one()


def _skip_audit_entry() -> None:
    """An act now and then leaves no audit entry."""
    calls = count(1)

    def wrong(right: Any) -> Any:
        def note_act(ctx: Any, tx: Any, event: Any, claim: Any, decision: Any, **about: Any) -> None:
            if not isinstance(decision, Permitted) or next(calls) % EVERY:
                right(ctx, tx, event, claim, decision, **about)

        return note_act

    _replace(trail, "note_act", wrong)


class _Early:
    """Does an act in a thread, and hands its outcome on while the thread still waits to commit it."""

    def __init__(self, right: Callable[..., Any], given: tuple[Any, ...]) -> None:
        self._right, self._given = right, given
        self._told: list[Any] = []
        self._ready = threading.Event()
        self.answered = False

    def tell(self, outcome: object) -> None:
        self._told.append(outcome)
        self._ready.set()

    def _work(self) -> None:
        _thread.early = self
        try:
            self.tell(self._right(*self._given))
        except Exception as error:  # noqa: BLE001 - handed to who waits
            self.tell(error)

    def outcome(self) -> Any:
        """The first that is known: what the act will be told under its key, or how it ended."""
        threading.Thread(target=self._work).start()
        self._ready.wait()
        first = self._told[0]
        if isinstance(first, Exception):
            raise first
        if isinstance(first, str):
            plain = strict_json.parse(first.encode(), limit=keyed.MAX_OUTCOME)
            return vars(keyed)["_read"](plain, self._given[-1])
        return first


_thread = threading.local()


def _acknowledge_before_commit() -> None:
    """The register's door tells the clerk that an act is done before it is committed."""

    @contextmanager
    def begin(self: Context) -> Iterator[Any]:
        with self.database.begin() as tx:
            yield tx
            early = getattr(_thread, "early", None)
            if early is not None and early.answered:
                time.sleep(_LATE)

    def keeps(right: Any) -> Any:
        def keep(tx: Any, party: str, key: str, kept: Any, at: Any) -> None:
            right(tx, party, key, kept, at)
            early = getattr(_thread, "early", None)
            if early is not None:
                early.answered = True
                early.tell(kept.outcome)

        return keep

    setattr(Context, "begin", begin)  # noqa: B010 - a method is replaced on purpose
    _replace(answers, "keep", keeps)
    _replace(keyed, "do_once", lambda right: lambda *given: _Early(right, given).outcome())


def _forget_code_change() -> None:
    """The first change of a code in each process is notified to nobody."""
    calls = count(1)

    def wrong(right: Any) -> Any:
        def notify(ctx: Any, tx: Any, before: Any, after: Any, *more: Any, **named: Any) -> None:
            changed = before is not None and before.record.code != after.record.code
            if not changed or next(calls) > 1:
                right(ctx, tx, before, after, *more, **named)

        return notify

    _replace(register, "notify", wrong)


@dataclass(frozen=True, slots=True)
class Break:
    """A wrong program. ``shows``: what the judge must find of it, as a pattern; ``needs``: the faults that it needs."""

    install: Callable[[], None]
    shows: str
    needs: tuple[FaultKind, ...] = ()


BREAKS = {
    "drop": Break(_drop, r"lost: notice \w+ in \S+'s history"),
    "double": Break(_double, r"duplicated: \S+ at \S+: a "),
    "swap": Break(_swap, r"reordered: .* statements were overtaken", (FaultKind.REORDER,)),
    "gap": Break(_accept_gap, r"lost: .* statements, first number", (FaultKind.REORDER,)),
    "reused-number": Break(
        _accept_reused_number, r"differing: \S+ took another statement under a number of \S+ that it had"
    ),
    "audit": Break(_skip_audit_entry, r"lost: the audit entry of act "),
    "early": Break(_acknowledge_before_commit, r"lost: act .* is not in the register", (FaultKind.DATABASE,)),
    "forget-code": Break(_forget_code_change, r"lost: .*: a code-correction that the register calls for"),
}
"""The wrong programs by their names."""


def install(name: str) -> None:
    """Make this process run a wrong program."""
    BREAKS[name].install()

"""An act that is asked for under a key, once and only once, and only on the state that its clerk saw.

Owns idempotency and preconditions for the register API. The act stays what it is, one function with one
transaction and one audit entry: it is handed a context whose transaction is already open, with the key held in
it, and its outcome is stored under the key in that same transaction. A crash leaves both or neither.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, cast

import msgspec

from jukinet.audit.events import AuditEvent
from jukinet.audit.events import Outcome as Ended
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import SystemId
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.decisions import Refused, policy
from jukinet.messages import strict_json
from jukinet.services import acts, trail
from jukinet.services.acts import Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.tags import Tag
from jukinet.store import answers, residents
from jukinet.store.answers import Kept
from jukinet.store.database import Transaction

F = TypeVar("F")
Done = TypeVar("Done")

Y1 = policy(
    "Y1",
    "Choice of this network: two clerks at one record",
    "The record was changed since it was read. Read it again, and act on what it says now.",
)

MAX_OUTCOME = 1024 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Request(Private):
    """What a system asks for: ``act`` and ``filing`` (as parsed), under which key, on which states of records."""

    system: SystemId
    key: str
    act: str
    claim: OperatorClaim
    filing: object
    tags: tuple[Tag, ...] = ()

    @property
    def digest(self) -> bytes:
        """Of everything that makes it this request; spaces and the order of fields in the JSON do not."""
        tags = [str(tag) for tag in self.tags]
        claim = [self.claim.operator_id, self.claim.terminal, self.claim.confirmed]
        whole = [self.act, *claim, tags, self.filing]
        return hashlib.sha256(strict_json.dump(whole)).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined(Context):
    """A context whose transaction is open already. An act begins it once, as if it were its own."""

    tx: Transaction
    begun: list[None] = field(default_factory=list)

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        if self.begun:
            raise TypeError("an act is one transaction: it may not begin another")
        self.begun.append(None)
        yield self.tx


def join(ctx: Context, tx: Transaction) -> Joined:
    """The context for an act inside this transaction."""
    return Joined(**{one.name: getattr(ctx, one.name) for one in fields(Context)}, tx=tx)


class _StaleError(Exception):
    """Undoes what an act did on a state that had changed before the act locked it."""


def do_once(
    ctx: Context,
    request: Request,
    do: Callable[[Context, OperatorClaim, F], Done | Refused],
    filing: F,
    answer: type[Done],
) -> Done | Refused:
    """Do the act, or tell again what came of it under this key; ``answer``: the class of what it gives when done.

    A refusal is an outcome and is told again too. Raises KEY_REUSED for another request under the key, and
    PRECONDITION_FAILED where a record that the request names was changed meanwhile: neither keeps the key.
    """
    with ctx.begin() as tx:
        known = answers.hold(tx, str(request.system), request.key)
        if known is not None:
            return _repeat(ctx, tx, request, known, answer)
        stale = None
        try:
            with tx.savepoint():
                _require_unchanged(ctx, tx, request.tags)
                outcome = do(join(ctx, tx), request.claim, filing)
                if not isinstance(outcome, Refused):
                    _require_unchanged(ctx, tx, request.tags)
        except _StaleError:
            stale = _refuse_stale(ctx, tx, request)
        else:
            kept = Kept(request.digest, strict_json.dump(msgspec.to_builtins(outcome)).decode())
            answers.keep(tx, str(request.system), request.key, kept, ctx.now())
            return outcome
    if stale.failed != (Y1,):
        return stale
    raise JukinetError(ErrorKind.PRECONDITION_FAILED, Y1.sentence)


def _require_unchanged(ctx: Context, tx: Transaction, tags: tuple[Tag, ...]) -> None:
    if any(is_stale(ctx, tx, tag) for tag in tags):
        raise _StaleError


def is_stale(ctx: Context, tx: Transaction, tag: Tag) -> bool:
    """Whether anybody but this transaction changed the record after the state that the tag names."""
    if tag.incarnation != ctx.incarnation:
        return True
    return not residents.unchanged_since(tx, tag.resident_id, tag.history_no)


def _refuse_stale(ctx: Context, tx: Transaction, request: Request) -> Refused:
    """Y1, about the records that changed, for whoever may read records; others learn only that they may not."""
    act = acts.open_act(
        ctx, tx, request.claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.PRECONDITION_FAILED
    )
    if isinstance(act.gate, Refused):
        return act.refuse(act.gate)
    changed = [tag.resident_id for tag in request.tags if is_stale(ctx, tx, tag)]
    numbers = sorted(filter(None, {residents.number_of(tx, one) for one in changed}))
    return act.refuse(Refused((Y1,)), *(Subject(resident_no=number) for number in numbers))


def _repeat(
    ctx: Context, tx: Transaction, request: Request, known: Kept, answer: type[Done]
) -> Done | Refused:
    if known.digest != request.digest:
        raise JukinetError(
            ErrorKind.KEY_REUSED, "This Idempotency-Key was used for another request. Draw a new one."
        )
    outcome = _read(strict_json.parse(known.outcome.encode(), limit=MAX_OUTCOME), answer)
    for resident_no in getattr(outcome, "resident_nos", ()) or (None,):
        trail.note(
            ctx,
            tx,
            AuditEvent.ANSWER_REPEATED,
            Ended.DONE,
            request.claim.actor,
            terminal=request.claim.terminal,
            resident_no=resident_no,
        )
    return outcome


def _read(plain: dict[str, Any], answer: type[Done]) -> Done | Refused:
    """Our own writing back; no stranger's text comes this way."""
    try:
        return cast("Done | Refused", msgspec.convert(plain, Refused if "failed" in plain else answer))
    except msgspec.ValidationError:
        raise JukinetError(ErrorKind.INTERNAL, "A kept answer cannot be read.") from None

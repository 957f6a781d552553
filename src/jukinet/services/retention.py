"""Erasing what is past its term (保存期間), or counting it.

Owns the order of the steps. What is past its term is judged in the database, step by step, each a transaction of its
own with its own audit entry: a run that was killed lost nothing, and the next one goes on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.permissions import Permission
from jukinet.law import parameters
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.law.retention import Term
from jukinet.services import acts, trail
from jukinet.services.acts import Act
from jukinet.services.context import JAPAN, Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import keeping, retention
from jukinet.store.database import Transaction
from jukinet.store.keeping import Subject
from jukinet.store.retention import Erasing, Step

T1 = policy(
    "T1",
    "Choice of this network: what is erased cannot be brought back",
    "The business date is pinned to a day that has not come. Release it first (jukinet clock release).",
)

_STEP = 1000
"""How many rows of a subject one transaction looks at."""

Progress = Callable[[str, int], None]
"""Told after each step: the subject, and how many rows of it were found or erased until now."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run erased, or would erase: rows by table for each subject that has any.

    ``reference`` is the run's, in its audit entries. ``left``: subjects for which the operator has not said how far
    back a backup reaches.
    """

    on: date
    reference: str
    erased: bool
    subjects: Mapping[str, Mapping[str, int]]
    left: tuple[str, ...]

    @property
    def tables(self) -> Mapping[str, int]:
        """Rows by table, over all subjects."""
        return _sums(self.subjects)


def count_due(
    ctx: Context, claim: OperatorClaim, backup_days: int | None = None, progress: Progress = lambda *_: None
) -> Report | Refused:
    """Count what is past its term, and change nothing. The counting is recorded."""

    def step(tx: Transaction, act: Act, subject: Subject, after: str | None) -> Step:
        return retention.count(tx, subject.name, act.today, backup_days=backup_days, after=after, most=_STEP)

    return _run(ctx, claim, AuditEvent.RETENTION_COUNTED, backup_days, step, progress)


def erase_due(
    ctx: Context, claim: OperatorClaim, backup_days: int | None = None, progress: Progress = lambda *_: None
) -> Report | Refused:
    """Erase what is past its term (Ord. 30-6, 30-11, 34), for good."""
    reference = ctx.randomness.token()

    def step(tx: Transaction, act: Act, subject: Subject, after: str | None) -> Step:
        entry = Erasing(ctx.now(), claim.actor, claim.terminal, reference, subject.basis)
        return retention.erase(
            tx, subject.name, act.today, entry, backup_days=backup_days, after=after, most=_STEP
        )

    return _run(ctx, claim, AuditEvent.RETENTION_ENDED, backup_days, step, progress, reference)


_Take = Callable[[Transaction, Act, Subject, str | None], Step]


def _run(
    ctx: Context,
    claim: OperatorClaim,
    event: AuditEvent,
    backup_days: int | None,
    take: _Take,
    progress: Progress,
    reference: str | None = None,
) -> Report | Refused:
    subjects = keeping.subjects_of(ctx.node.role)
    left = tuple(one.name for one in subjects if one.by_backups and backup_days is None)
    found: dict[str, Counter[str]] = {}
    for subject in subjects:
        if subject.name in left:
            continue
        after = None
        while True:
            with ctx.begin() as tx:
                act = _open(ctx, tx, claim, event)
                if isinstance(act, Refused):
                    return act
                step = take(tx, act, subject, after)
            sums = found.setdefault(subject.name, Counter())
            sums.update(step.counts)
            progress(subject.name, sums.total())
            after = step.last
            if after is None:
                break
    return _end(ctx, claim, event, {name: sums for name, sums in found.items() if sums}, left, reference)


def _open(ctx: Context, tx: Transaction, claim: OperatorClaim, event: AuditEvent) -> Act | Refused:
    """The gate, asked anew at each step: a run may outlast an enrolment, and a day."""
    act = acts.open_act(ctx, tx, claim, Permission.NODE_RETENTION_RUN, event)
    real = ctx.now().astimezone(JAPAN).date()
    decision = acts.every(act.gate, acts.require((T1, act.today <= real)))
    if isinstance(decision, Refused):
        return act.refuse(decision)
    retention.require_terms(tx)
    return act


def _end(
    ctx: Context,
    claim: OperatorClaim,
    event: AuditEvent,
    found: Mapping[str, Mapping[str, int]],
    left: tuple[str, ...],
    reference: str | None,
) -> Report | Refused:
    with ctx.begin() as tx:
        act = _open(ctx, tx, claim, event)
        if isinstance(act, Refused):
            return act
        named = reference or ctx.randomness.token()
        basis = act.gate.basis if isinstance(act.gate, Permitted) else ()
        sums = tuple(f"{table} {count}" for table, count in sorted(_sums(found).items()))
        trail.note(
            ctx,
            tx,
            event,
            Outcome.DONE,
            claim.actor,
            terminal=claim.terminal,
            reference=named,
            rules=(*basis, *sums),
        )
        return Report(act.today, named, reference is not None, found, left)


def _sums(found: Mapping[str, Mapping[str, int]]) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for counts in found.values():
        total.update(counts)
    return total


@dataclass(frozen=True, slots=True)
class Listed:
    """One table of the list: what it holds of persons, until when, under what, and how long that is."""

    table: str
    holds: str
    kept: str
    basis: str
    lengths: tuple[str, ...]
    subjects: tuple[str, ...]


def list_terms() -> tuple[Listed, ...]:
    """Everything that nodes keep of persons, with the terms as they stand newest."""
    return tuple(
        Listed(one.table, one.holds, one.kept, one.basis, tuple(map(_length, one.terms)), one.subjects)
        for one in keeping.LIST
    )


def _length(term: Term) -> str:
    newest = parameters.packaged()[term.parameter].values[-1].value
    name = term.parameter.removeprefix(f"retention-{term.unit}-").replace("-", " ")
    unit = term.unit.removesuffix("s") if newest == 1 else term.unit
    return f"{name}: {newest} {unit}"

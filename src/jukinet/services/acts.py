"""One act of an operator: its transaction, its gate, its single audit entry.

A refusal is returned, never raised, so that its audit entry commits. Every failed condition is gathered
before anything is decided.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Decision, FailedRule, Permitted, Refused, policy
from jukinet.law.resident_notices import F1
from jukinet.services import trail
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim, admit
from jukinet.store import lives
from jukinet.store.database import Actor, Transaction
from jukinet.store.residents import Held

Found = TypeVar("Found")

RC1 = policy(
    "RC1",
    "Delivery, promise 4",
    "This node was put back to an earlier state and only reads until its peers have told what it lost. See jukinet"
    " recovery status.",
)


_WHILE_RECOVERING = frozenset(
    {
        Permission.NODE_RECOVERY_DECIDE,
        # What keeps people out must not wait, nor the line stay cut because of what only an open one can end.
        Permission.NETWORK_LINE_CUT,
        Permission.NETWORK_LINE_RESTORE,
        Permission.NETWORK_SUPPLY_BLOCK,
        *(one for one in Permission if one.rpartition(":")[2] in {"read", "count", "export"}),
    }
)
"""What changes nothing, and what recovery itself needs."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom an entry is about: recorded here, or only named by number or code."""

    resident_no: str | None = None
    code: ResidentRecordCode | None = None

    @classmethod
    def of(cls, held: Held) -> Subject:
        return cls(held.resident_no, held.record.code)


_NOBODY = Subject()


@dataclass(frozen=True, slots=True)
class Act:
    """An act under way: everything its steps need."""

    ctx: Context
    tx: Transaction
    claim: OperatorClaim
    event: AuditEvent
    gate: Decision
    today: date

    def refuse(
        self, refused: Refused, *subjects: Subject | Held | None, reference: str | None = None
    ) -> Refused:
        """Record the refusal, once for each whom it is about (once where it is about nobody), and hand it back."""
        for subject in subjects or (None,):
            self._note(refused, subject, reference)
        return refused

    def done(
        self, decision: Permitted, held: Subject | Held | None = None, *, reference: str | None = None
    ) -> None:
        """Record that the act was done for this resident, or for whom it was."""
        self._note(decision, held, reference)

    def refuse_unknown(self, rule: FailedRule, resident_no: str) -> Refused:
        """Nobody has this number. The gate's own refusal first: who may not act learns nothing of who is recorded."""
        refused = self.gate if isinstance(self.gate, Refused) else Refused((rule,))
        return self.refuse(refused, Subject(resident_no))

    def nobody(self, decision: Permitted, *, reference: str | None = None) -> None:
        """Record that the act was allowed and there was nobody to do it for."""
        trail.note(
            self.ctx,
            self.tx,
            self.event,
            Outcome.NONE,
            self.claim.actor,
            terminal=self.claim.terminal,
            reference=reference,
            rules=trail.rules_of(decision),
        )

    def _note(self, decision: Decision, subject: Subject | Held | None, reference: str | None) -> None:
        if isinstance(subject, Held) and isinstance(decision, Permitted):
            self.tx.acted_on.add((subject.resident_id, subject.history_no))
        about = Subject.of(subject) if isinstance(subject, Held) else subject or _NOBODY
        trail.note_act(
            self.ctx,
            self.tx,
            self.event,
            self.claim,
            decision,
            code=about.code,
            resident_no=about.resident_no,
            reference=reference,
        )


def open_act(
    ctx: Context, tx: Transaction, claim: OperatorClaim, permission: Permission, event: AuditEvent
) -> Act:
    """Begin an act in this transaction; ``gate`` says whether the operator may do it."""
    today = ctx.business_date(tx)
    tx.actor = Actor(claim.operator_id, claim.confirmed, today, ctx.now())
    return Act(ctx, tx, claim, event, _gate(ctx, tx, claim, permission, today), today)


def look(act: Act, find: Callable[[], Found]) -> Found | Refused:
    """An act that only looks: what is found, where the operator may see it. Every look is recorded."""
    if isinstance(act.gate, Refused):
        return act.refuse(act.gate)
    act.done(act.gate)
    return find()


def keep(act: Act, decision: Decision, add: Callable[[], int]) -> int | Refused:
    """An act that keeps something under a number of its own, where it is permitted: the number."""
    if isinstance(decision, Refused):
        return act.refuse(decision)
    number = add()
    act.done(decision, reference=str(number))
    return number


def as_event(act: Act, event: AuditEvent) -> Act:
    """The same act where it turns out to be another one than it began as."""
    return replace(act, event=event)


def _gate(
    ctx: Context, tx: Transaction, claim: OperatorClaim, permission: Permission, today: date
) -> Decision:
    """Whether the operator may do this, and whether this node may: one that recovers only reads (RC1)."""
    gate = admit(tx, claim, permission, today)
    if isinstance(gate, Refused) or permission in _WHILE_RECOVERING:
        return gate
    return every(gate, require((RC1, lives.is_live(tx, ctx.incarnation))))


def require(*checks: tuple[FailedRule, bool]) -> Decision:
    """Conditions of the register's own state."""
    failed = tuple(rule for rule, holds in checks if not holds)
    return Refused(failed) if failed else Permitted(())


def decide_applied(act: Act, applied_on: date | None) -> Decision:
    """Whether the day of an application (申出), where somebody asked for the act, has come: F1."""
    return require((F1, applied_on is None or applied_on <= act.today))


def every(*decisions: Decision) -> Decision:
    """All of them together: permitted only if all permit; refused with every rule that failed in any.

    An operator who may not act learns that alone, and nothing about the record.
    """
    gate = decisions[0]
    if isinstance(gate, Refused):
        return gate
    failed = tuple(rule for one in decisions if isinstance(one, Refused) for rule in one.failed)
    if failed:
        return Refused(tuple(dict.fromkeys(failed)))
    permitted = [one for one in decisions if isinstance(one, Permitted)]
    return Permitted(
        tuple(dict.fromkeys(article for one in permitted for article in one.basis)),
        tuple(dict.fromkeys(remark for one in permitted for remark in one.remarks)),
    )

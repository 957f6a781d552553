"""Remarks that the office registered for a reason of change (留意事項, specification 1.1.14).

Owns their setting, and the writing as part of the act that changes a record. How a record's remarks are shown is in
``jukinet.services.notes``.
"""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import reading
from jukinet.law.decisions import Refused, policy
from jukinet.law.remarks import SOURCE, NoteKind
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.stay_items import member
from jukinet.store import notes as store
from jukinet.store.database import Transaction
from jukinet.store.residents import Held

PR9 = policy("PR9", SOURCE, "Nothing is registered for this reason that could be taken back.")

LONGEST = 200


@dataclass(frozen=True, slots=True)
class RemarkFiling:
    """What is remarked on every change of this reason from now on; no text: nothing any more."""

    reason: RegisterReason
    text: str | None


@dataclass(frozen=True, slots=True)
class Registration:
    """The reason that it was set for, or taken back from."""

    reason: RegisterReason


def read_remark(data: object) -> RemarkFiling:
    with reading(data) as fields:
        return RemarkFiling(
            fields.take("reason", member(RegisterReason)), fields.optional_text("text", longest=LONGEST)
        )


def register_remark(ctx: Context, claim: OperatorClaim, filing: RemarkFiling) -> Registration | Refused:
    """Set what is remarked on every change of a reason, or take it back. What was remarked stays."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_REMARK_SET, AuditEvent.REMARK_REGISTERED)
        store.hold_reasons(tx)
        there = filing.reason in store.registered(tx)
        decision = acts.every(act.gate, acts.require((PR9, there or filing.text is not None)))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=filing.reason)
        store.register(
            tx, filing.reason, filing.text, at=ctx.now(), operator=claim.operator_id, terminal=claim.terminal
        )
        act.done(decision, reference=filing.reason)
        return Registration(filing.reason)


def show_registered(ctx: Context, claim: OperatorClaim) -> dict[RegisterReason, str] | Refused:
    """What is registered, by the reason; whoever writes remarks may see it."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_NOTE_WRITE, AuditEvent.REMARKS_LISTED)
        return acts.look(act, lambda: store.registered(tx))


def follow(ctx: Context, tx: Transaction, held: Held, reason: RegisterReason, claim: OperatorClaim) -> None:
    """Remark on the version just written what is registered for its reason, as part of the act that wrote it."""
    text = store.registered_for(tx, reason)
    if text is not None:
        note = store.add(tx, held, NoteKind.REMARK, held.history_no)
        store.add_version(
            tx, held, note, text, at=ctx.now(), operator=claim.operator_id, terminal=claim.terminal
        )

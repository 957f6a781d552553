"""The book of supplies (帳簿, Act Art. 30-21; Reg. Art. 31): to whom, on which day, how many, in which way.

Owns its drawing from the audit log and the parts of batches. What is erased of these after its term stays counted, in
the transaction that erases it: the book is kept for as long as the centre does the work (Reg. 31(2)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.batches import Way
from jukinet.domain.municipality import NodeRole
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import supply_book


@dataclass(frozen=True, slots=True)
class Supplies:
    """What one organ was told on one day for one affair: of how many persons."""

    on: date
    organ: str
    affair: str
    persons: int
    way: Way = Way.LINE


def draw_book(ctx: Context, claim: OperatorClaim, first: date, last: date) -> tuple[Supplies, ...] | Refused:
    """The book of these days. Who was not found was not supplied, nor what was refused. Reading it is recorded."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.AUDIT_ENTRIES_READ, AuditEvent.AUDIT_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        store = ctx.node.role is not NodeRole.MUNICIPALITY
        return tuple(Supplies(*row) for row in supply_book.supplies(tx, first, last, store=store))

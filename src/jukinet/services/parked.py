"""What was parked: shown to a person, and closed by a person once it was repaired with a new statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import inbox

L1 = policy("L1", "Delivery, promise 3", "There is no parked statement of this number that is still open.")


@dataclass(frozen=True, slots=True)
class ParkedStatement:
    """A statement that waits: where it came from, why it was parked, and since when."""

    parked_id: int
    peer: str
    stream: str
    statement_id: str
    problem: str
    parked_at: datetime


def list_parked(ctx: Context, claim: OperatorClaim) -> tuple[ParkedStatement, ...] | Refused:
    """Everything that waits for a person."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_PARKED_REPAIR, AuditEvent.PARKED_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        return tuple(
            ParkedStatement(
                row["parked_id"],
                row["peer"],
                row["stream"],
                row["statement_id"],
                row["problem"],
                row["parked_at"],
            )
            for row in inbox.parked(tx)
        )


def close_parked(ctx: Context, claim: OperatorClaim, parked_id: int) -> Permitted | Refused:
    """Close a parked statement after it was repaired with a new one; later ones for the code apply again."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_PARKED_REPAIR, AuditEvent.PARKED_RESOLVED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=str(parked_id))
        closed = inbox.resolve_parked(tx, parked_id, claim.operator_id, ctx.now())
        decision = acts.every(act.gate, acts.require((L1, closed)))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=str(parked_id))
        act.done(decision, reference=str(parked_id))
        return decision

"""Where nobody is recorded: in a municipality that was merged into another one, and in a city that has wards.

Owns the question where it stands. Which municipality succeeds, and whose wards there are, is in the signed directory;
how records are handed over is in ``jukinet.services.address_changes``.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent
from jukinet.law import mergers, wards
from jukinet.law.decisions import Decision, Refused
from jukinet.services import acts, trail
from jukinet.services.context import Context, TurnedBackError
from jukinet.services.operators import OperatorClaim
from jukinet.store.database import Transaction


def decide(ctx: Context) -> Decision:
    """Whether somebody may be recorded here (MG5, WD1)."""
    own = ctx.directory().node(ctx.node)
    merged = own is not None and own.successor is not None
    return acts.every(
        mergers.decide_recording(merged=merged),
        wards.decide_own(has_wards=ctx.directory().has_wards(ctx.node)),
    )


def require_standing(ctx: Context, claim: OperatorClaim) -> None:
    """Turn back an act that would record somebody where nobody is recorded (``TurnedBackError``)."""
    refused = decide(ctx)
    if not isinstance(refused, Refused):
        return
    merged = mergers.MG5 in refused.failed
    event = AuditEvent.MERGED_STOPPED_ACT if merged else AuditEvent.CITY_STOPPED_ACT

    def note(again: Context, alone: Transaction) -> None:
        trail.note_act(again, alone, event, claim, refused)

    raise TurnedBackError(refused, note)

"""What a municipality that was merged into another one may still do: nobody is recorded in it any more.

Owns the question where it stands. Which municipality succeeds is in the signed directory; how records are handed over
is in ``jukinet.services.address_changes``.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent
from jukinet.law import mergers
from jukinet.law.decisions import Decision, Refused
from jukinet.services import trail
from jukinet.services.context import Context, TurnedBackError
from jukinet.services.operators import OperatorClaim
from jukinet.store.database import Transaction


def decide(ctx: Context) -> Decision:
    """Whether somebody may be recorded here (MG5)."""
    own = ctx.directory().node(ctx.node)
    return mergers.decide_recording(merged=own is not None and own.successor is not None)


def require_standing(ctx: Context, claim: OperatorClaim) -> None:
    """Turn back an act that would record somebody in a municipality that was merged (``TurnedBackError``)."""
    refused = decide(ctx)
    if not isinstance(refused, Refused):
        return

    def note(again: Context, alone: Transaction) -> None:
        trail.note_act(again, alone, AuditEvent.MERGED_STOPPED_ACT, claim, refused)

    raise TurnedBackError(refused, note)

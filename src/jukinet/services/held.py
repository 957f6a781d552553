"""Everybody who is held (抑止対象者一覧, specification 9.2): the holds that stand, by the number of whom each is on."""

from __future__ import annotations

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import held
from jukinet.store.held import StandingHold


def list_held(ctx: Context, claim: OperatorClaim) -> tuple[StandingHold, ...] | Refused:
    """Every hold that stands, past its named end too, the oldest first; never why."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_HOLD_READ, AuditEvent.HOLD_READ)
        return acts.look(act, lambda: tuple(held.standing(tx)))

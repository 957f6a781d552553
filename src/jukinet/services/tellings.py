"""Whom the office has to tell: letters, postings, records laid open (Ord. Arts. 12(4), 17(2); specification 4.1.0.3).

Owns the list. An act notes what is to be told in its own transaction; the letters are written outside this program, and
nothing notes that one was sent. The written notices of codes are printed by ``jukinet.services.slips``.
"""

from __future__ import annotations

from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import tellings
from jukinet.store.tellings import Told

LISTED_AT_MOST = 1000


def list_tellings(
    ctx: Context, claim: OperatorClaim, first: date | None = None
) -> tuple[Told, ...] | Refused:
    """What was decided since a day (default: today) to be told, the oldest thousand first; residents by number."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.TELLINGS_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        return tuple(tellings.since(tx, first or act.today, most=LISTED_AT_MOST))

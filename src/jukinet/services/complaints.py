"""Complaints about a prefecture's affairs under the Act and the centre's (Act Art. 30-41): kept, listed, settled.

The Act asks for a fit and quick handling and says no more. That each is kept until it is answered is a choice of this
network: so nobody who complained is forgotten.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.law import disclosures as law
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.disclosure_filings import ComplaintFiling, SettlingFiling
from jukinet.services.disclosures import LISTED_AT_MOST, require_store, stamp_of
from jukinet.services.operators import OperatorClaim
from jukinet.store import complaints as store
from jukinet.store.complaints import Complaint as Complaint  # noqa: PLC0414  (offered here too)

_HANDLE = Permission.NETWORK_COMPLAINT_HANDLE


def note_complaint(ctx: Context, claim: OperatorClaim, filing: ComplaintFiling) -> int | Refused:
    """Keep a complaint; its number."""
    require_store(ctx)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, _HANDLE, AuditEvent.COMPLAINT_NOTED)
        decision = acts.every(
            act.gate, Permitted(("Act Art. 30-41",)), acts.decide_applied(act, filing.received_on)
        )
        return acts.keep(act, decision, lambda: store.add(tx, filing.said, filing.received_on, stamp_of(act)))


def settle_complaint(ctx: Context, claim: OperatorClaim, filing: SettlingFiling) -> Permitted | Refused:
    """Keep what was answered to a complaint."""
    require_store(ctx)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, _HANDLE, AuditEvent.COMPLAINT_SETTLED)
        kept = None if isinstance(act.gate, Refused) else store.lock(tx, filing.complaint)
        decision: Decision = acts.every(
            act.gate,
            law.decide_settling(is_open=kept is not None and kept.is_open),
            acts.decide_applied(act, filing.done_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=str(filing.complaint))
        store.settle(tx, filing.complaint, filing.said, filing.done_on, stamp_of(act))
        act.done(decision, reference=str(filing.complaint))
        return decision


def list_complaints(
    ctx: Context, claim: OperatorClaim, *, everything: bool = False
) -> tuple[Complaint, ...] | Refused:
    """The complaints that wait, or all; the oldest thousand first."""
    require_store(ctx)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, _HANDLE, AuditEvent.COMPLAINTS_READ)
        return acts.look(act, lambda: tuple(store.listed(tx, everything=everything, most=LISTED_AT_MOST)))

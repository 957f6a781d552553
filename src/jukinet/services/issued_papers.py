"""Papers issued about a resident (交付履歴照会, specification 2.2.2): copies, certificates, notices of codes.

Owns the list. It reaches back as far as the audit log does; what a copy showed, and to whom it was handed, the
municipality that issued it keeps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.services import acts, withholding
from jukinet.services.acts import Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.store import home_copies, issued_papers, residents

NATIONWIDE_COPY, MOVE_OUT_CERTIFICATE = "nationwide-copy", "move-out-certificate"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: the day, what it was, and of a copy the node that issued it and the application's id."""

    on: date
    kind: str
    issuer: str | None = None
    reference: str | None = None


def list_papers(ctx: Context, claim: OperatorClaim, resident_no: str) -> tuple[Paper, ...] | Refused:
    """Everything issued about a resident, the oldest first. It is a look at the record: a hold may keep it back."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.RESIDENT_READ)
        held = residents.lock(tx, resident_no)
        if held is None:
            return act.refuse_unknown(R1, resident_no)
        holds = withholding.on(tx, held)
        decision = acts.every(act.gate, withholding.decide(tx, holds, Process.INQUIRY))
        if isinstance(decision, Refused):
            return act.refuse(decision, Subject(resident_no))
        withholding.use_lifts(tx, holds, Process.INQUIRY)
        act.done(decision, held)
        codes = {one.record.code for one in residents.history(tx, held.resident_id) if one.record.code}
        copies = issued_papers.copies(tx, held, codes)
        papers = [Paper(on, NATIONWIDE_COPY, issuer, reference) for on, issuer, reference in copies]
        papers += [
            Paper(on, MOVE_OUT_CERTIFICATE, reference=number)
            for on, number in issued_papers.certificates(tx, held)
        ]
        papers += [
            Paper(on, f"{asker}-{paper}", reference=application)
            for on, paper, asker, application in home_copies.of_resident(tx, held.resident_id)
        ]
        papers += [Paper(on, f"code-{kind}") for on, kind in issued_papers.code_notices(tx, held)]
        return tuple(sorted(papers, key=lambda one: one.on))

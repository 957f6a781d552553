"""Papers issued about a resident (交付履歴, specification 1.3.8, 2.2.2): copies, certificates, notices of codes.

Owns the list, and the note that a paper was destroyed, as one that was issued in error is. The list reaches back as far
as the audit log does; what a nationwide copy showed, and to whom it was handed, the municipality that issued it keeps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.gazetteer import lies_in
from jukinet.domain.matching import address_key
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import reading
from jukinet.law.decisions import Refused, policy
from jukinet.law.holds import Process
from jukinet.services import acts, withholding
from jukinet.services.acts import Subject
from jukinet.services.context import Context
from jukinet.services.holds import stamp_of
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.store import issued_papers as store
from jukinet.store import residents
from jukinet.store.issued_papers import Paper as Paper  # noqa: PLC0414  (offered here too)
from jukinet.store.residents import Version

PR5 = policy(
    "PR5",
    "Resident-record specification 1.3.8",
    "No paper that this office issued bears this number. Look at the papers of the resident.",
)
PR6 = policy("PR6", "Resident-record specification 1.3.8", "This paper is noted as destroyed.")


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
        history = residents.history(tx, held.resident_id)
        codes = {one.record.code for one in history if one.record.code}
        lists = (one for one in store.area_lists(tx) if _lived_in(history, one))
        return tuple(sorted((*store.of_resident(tx, held, codes), *lists), key=lambda one: one.on))


def _lived_in(history: Sequence[Version], paper: Paper) -> bool:
    """Whether the resident was recorded that day in the town area of a list; its conditions may have left them out."""
    until = [one for one in history if one.effective_on <= paper.on]
    last = max(until, key=lambda one: (one.effective_on, one.effective_seq, one.history_no), default=None)
    if last is None or not last.present:
        return False
    key = address_key(last.record.address.text)
    return any(lies_in(address_key(area), key) for area in paper.items)


@dataclass(frozen=True, slots=True)
class DestroyedFiling:
    """That a paper was destroyed, why, and when: today where no day is said."""

    number: str
    reason: str
    destroyed_on: date | None


@dataclass(frozen=True, slots=True)
class Destroyed:
    """The number of the paper."""

    number: str


def read_destroyed(data: object) -> DestroyedFiling:
    with reading(data) as fields:
        return DestroyedFiling(
            fields.text("number", longest=40),
            fields.text("reason", longest=200),
            fields.optional_date("destroyed_on"),
        )


def note_destroyed(ctx: Context, claim: OperatorClaim, filing: DestroyedFiling) -> Destroyed | Refused:
    """Note that a paper was destroyed (処分情報): it stays in the list of what was issued."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_COPY_ISSUE, AuditEvent.PAPER_DESTROYED)
        # The number is whatever was typed: in the log stands only one that a paper bears.
        issued = not isinstance(act.gate, Refused) and store.is_issued(tx, filing.number)
        reference = filing.number if issued else None
        decision = acts.every(
            act.gate, acts.require((PR5, issued)), acts.decide_applied(act, filing.destroyed_on)
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=reference)
        if not store.destroy(
            tx, filing.number, filing.reason, filing.destroyed_on or act.today, stamp_of(act)
        ):
            return act.refuse(Refused((PR6,)), reference=reference)
        act.done(decision, reference=reference)
        return Destroyed(filing.number)

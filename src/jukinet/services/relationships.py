"""A foreign member's relationship to the foreign householder changes (Act Art. 30-48).

No identity notice: the relationship is none of the six facts. Written as a change of the household, the nearest of
the specification's reasons: it is notified, not corrected ex officio.
"""

from __future__ import annotations

from dataclasses import replace

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import RecordKind
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.kinship import SR24, RelationshipNotification, decide_relationship
from jukinet.services import acts, notifying, register
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.foreign_filings import RelationshipFiling
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry, Registered
from jukinet.store import residents
from jukinet.store.residents import Held


def change_relationship(
    ctx: Context, claim: OperatorClaim, filing: RelationshipFiling
) -> Registered | Refused:
    """Record another relationship to the householder, or refuse it with every reason."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.RELATIONSHIP_CHANGED
        )
        # Who the householder is must stay so until this is entered: the household is held, not the member alone.
        locked = residents.lock_families(tx, numbers=[filing.resident_no])
        held = next((one for one in locked if one.resident_no == filing.resident_no), None)
        if held is None:
            return act.refuse(_nobody(act), Subject(filing.resident_no))
        decision = acts.every(
            act.gate,
            _decide(act, filing, held, locked),
            register.decide_begun(tx, held, filing.changed_on),
            notifying.decide(
                act, filing.notified_by, named=1, household=[one for one in locked if one.present]
            ),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, held)
        entry = Entry(
            claim, RegisterReason.HOUSEHOLD_CHANGED, filing.changed_on, filing.filed_on, filing.notified_by
        )
        register.enter(
            ctx,
            tx,
            held,
            lambda record: replace(record, relationship=filing.relationship),
            entry,
            until_changed=True,
        )
        act.done(decision, held, reference=entry.kinds)
        return Registered((held.resident_no,), decision.remarks)


def _nobody(act: Act) -> Refused:
    """The gate's own refusal first: who may not act learns nothing of who is recorded."""
    return act.gate if isinstance(act.gate, Refused) else Refused((SR24,))


def _decide(act: Act, filing: RelationshipFiling, held: Held, locked: list[Held]) -> Permitted | Refused:
    household = residents.members(locked, held.record.household_number)
    heads = [one for one in household if one.record.is_householder]
    both = (held.record, *(head.record for head in heads))
    return decide_relationship(
        RelationshipNotification(
            changed_on=filing.changed_on,
            filed_on=filing.filed_on,
            birth_date=held.record.birth_date,
            old=held.record.relationship,
            new=filing.relationship,
            both_foreign=bool(heads) and all(record.kind is RecordKind.FOREIGN for record in both),
            proof=filing.kinship,
        ),
        recorded_here=held.present,
        on=act.today,
    )

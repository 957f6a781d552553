"""Death (死亡): the record is deleted, on a koseki filing or what another mayor told (Ord. Arts. 8, 12(2)(i))."""

from __future__ import annotations

from dataclasses import replace

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import ResidentRecord, StatedDays
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.resident_notices import D3, DeathNotice, decide_death
from jukinet.law.stated_days import decide_event
from jukinet.services import acts, households, register
from jukinet.services.context import Context
from jukinet.services.filings import DeathFiling
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry, Registered
from jukinet.store import residents


def record_death(ctx: Context, claim: OperatorClaim, filing: DeathFiling) -> Registered | Refused:
    """Delete the record of somebody who died, or refuse it with every reason."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.DEATH_RECORDED)
        locked = residents.lock_families(tx, numbers=[filing.resident_no])
        held = next((one for one in locked if one.resident_no == filing.resident_no), None)
        if held is None:
            return act.refuse_unknown(D3, filing.resident_no)
        filed_on = filing.filed_on or act.today
        notice = DeathNotice(filing.died_on, filed_on, held.record.birth_date)
        decision = acts.every(
            act.gate,
            decide_death(notice, recorded_here=held.present, on=act.today),
            decide_event(filing.stated, filing.died_on),
            register.decide_begun(tx, held, filing.died_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, held)
        entry = Entry(claim, RegisterReason.DEATH, filing.died_on, filed_on)
        ended = StatedDays(ended_on=filing.stated)
        register.enter(ctx, tx, held, lambda record: _died(record, ended), entry, present=False)
        act.done(decision, held)
        remarks = households.settle(act, households.left_behind(locked, held), entry) if held.present else ()
        return Registered((held.resident_no,), (*decision.remarks, *remarks))


def _died(record: ResidentRecord, ended: StatedDays) -> ResidentRecord:
    return replace(record, move_out=None, stated=record.stated.restated(ended))

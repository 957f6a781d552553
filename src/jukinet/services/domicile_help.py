"""Where somebody's domicile may be: what is recorded already, to choose from (specification 4.0.6).

Owns the list. Any other text may be typed, former names of places too; which koseki is right, its filing says.
"""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.audit.events import AuditEvent
from jukinet.domain.hiding import Hideable
from jukinet.domain.items import Koseki
from jukinet.domain.numbers import check_record_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.services import acts, withholding
from jukinet.services.acts import Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim, hidden_from
from jukinet.services.reads import R1
from jukinet.store import residents


@dataclass(frozen=True, slots=True, repr=False)
class DomicileCandidates(Private):
    """The koseki of the householder first, then those of the other members, each once; and the person's addresses."""

    koseki: tuple[Koseki, ...]
    address: str
    previous_address: str | None


def read_whose(data: object) -> str:
    with reading(data) as fields:
        return fields.take("resident_no", check_record_number)


def domicile_candidates(ctx: Context, claim: OperatorClaim, resident_no: str) -> DomicileCandidates | Refused:
    """What may be taken over as a domicile; a look at everybody in the household: holds keep it back (V1, V2)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.RESIDENT_READ)
        family = residents.lock_families(tx, numbers=[resident_no])
        held = next((one for one in family if one.resident_no == resident_no), None)
        if held is None:
            return act.refuse_unknown(R1, resident_no)
        home = residents.members(family, held.record.household_number)
        shown = [held, *(one for one in home if one.resident_no != resident_no)]
        holds = withholding.on_all(tx, shown)
        decision = acts.every(
            act.gate, *(withholding.decide(tx, found, Process.INQUIRY) for found in holds.values())
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, *shown)
        for one in shown:
            withholding.use_lifts(tx, holds.get(one.resident_id, []), Process.INQUIRY)
            act.done(decision, Subject.of(one))
        head_first = sorted(home, key=lambda one: not one.record.is_householder)
        hidden = Hideable.KOSEKI in hidden_from(tx, claim)
        people = () if hidden else (*head_first, held)
        known = [one.record.koseki for one in people if one.record.koseki]
        record = held.record
        before = record.previous_address.text if record.previous_address else None
        return DomicileCandidates(tuple(dict.fromkeys(known)), record.address.text, before)

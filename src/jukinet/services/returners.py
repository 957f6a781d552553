"""What a deleted record says of somebody who comes back (再転入者, specification 4.1.1.2): the items to begin with.

Owns the look. The clerk changes what is different today, adds what only the notification says, and files it as a person
of a move-in; that the resident number stays is done there, in ``newcomers``.
"""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.audit.events import AuditEvent
from jukinet.domain.hiding import Hideable, without
from jukinet.domain.items import Koseki
from jukinet.domain.matching import address_key
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law import mergers
from jukinet.law.decisions import Refused, policy
from jukinet.law.holds import Process
from jukinet.services import acts, withholding
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.filings import Person
from jukinet.services.operators import OperatorClaim, hidden_from
from jukinet.services.reads import R1
from jukinet.store import gazetteer, residents

SR42 = policy(
    "SR42",
    "Resident-record specification 4.1.1.2",
    "The record stands, or the person died: nobody comes back to it.",
)


@dataclass(frozen=True, slots=True, repr=False)
class OfBefore(Private):
    """A person as a move-in names one, the address from which they left, and items this operator may not see.

    ``domicile_gone``: the domicile of before lay in a municipality that there is no more, and is left out (4.0.6).
    """

    person: Person
    address: str
    hidden: tuple[Hideable, ...] = ()
    domicile_gone: bool = False


def items_of_before(ctx: Context, claim: OperatorClaim, resident_no: str) -> OfBefore | Refused:
    """The items of a deleted record, for the move-in of the person it is of. Holds on looking keep it back (V1, V2)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.RESIDENT_READ)
        held = residents.lock(tx, resident_no)
        if held is None:
            return act.refuse_unknown(R1, resident_no)
        holds = withholding.on(tx, held)
        decision = acts.every(
            act.gate,
            acts.require((SR42, bool(residents.may_return(tx, [held])))),
            withholding.decide(tx, holds, Process.INQUIRY),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, Subject.of(held))
        withholding.use_lifts(tx, holds, Process.INQUIRY)
        act.done(decision, Subject.of(held))
        hidden = hidden_from(tx, claim)
        record = without(held.record, hidden)
        koseki = record.koseki if record.koseki and _stands(act, record.koseki) else None
        person = Person(
            name=record.name,
            birth_date=record.birth_date,
            sex=record.sex,
            relationship=record.relationship,
            code=record.code,
            koseki=koseki,
            foreign=record.foreign,
            nickname=record.nickname,
            former_nicknames=record.former_nicknames,
            resident_no=held.resident_no.partition("/")[0],
        )
        gone = record.koseki is not None and koseki is None
        return OfBefore(person, record.address.full, hidden, gone)


def _stands(act: Act, koseki: Koseki) -> bool:
    """Whether the municipality of a domicile is one today.

    By the country's areas where they are loaded, else by the directory; a text that it does not know is left to the
    clerk.
    """
    place = act.ctx.directory().municipality_at(koseki.domicile)
    if place is not None:
        return mergers.code_on(act.ctx.standing(place), act.today) == place
    listed = gazetteer.country_begins(act.tx, address_key(koseki.domicile))
    return listed is not False

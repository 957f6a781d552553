"""Who is held back from a list that is browsed, for those alone who may lift what a support measure set.

The refusal of a list (PO3) names nobody. Before a hold is lifted for it, whoever lifts sees here whom it is about, and
what the measure says in ``jukinet.services.measures``. The lift itself is in ``jukinet.services.holds``.
"""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.audit.events import AuditEvent
from jukinet.domain.matching import address_key
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.browsing import BW10, BW13, BW18
from jukinet.law.decisions import Refused
from jukinet.law.holds import keeps_off
from jukinet.services import acts
from jukinet.services.browsing import filing_of, meant_by, town_area
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import browsing as store
from jukinet.store import holds, residents


@dataclass(frozen=True, slots=True, repr=False)
class HeldBack(Private):
    """Somebody in the area, and the numbers of the holds that keep them off its list."""

    resident_no: str
    holds: tuple[int, ...]


def list_held_back(
    ctx: Context, claim: OperatorClaim, browsing: int, area: str
) -> tuple[HeldBack, ...] | Refused:
    """Who keeps the list of a town area under this number from being shown (specification 3.4)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_MEASURE_LIFT, AuditEvent.BROWSING_HELD_READ)
        found = None if isinstance(act.gate, Refused) else store.lock(tx, browsing)
        wanted = filing_of(found).wanted if found else None
        town = None if isinstance(act.gate, Refused) else town_area(act, area)
        asked = wanted is None or address_key(area) in {address_key(one) for one in wanted.areas}
        decision = acts.every(
            act.gate,
            acts.require((BW10, asked), (BW13, wanted is not None), (BW18, town is not None)),
        )
        reference = str(browsing)
        if wanted is None or town is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((BW13,))
            return act.refuse(refused, reference=reference)
        standing = holds.on_residents(tx, meant_by(tx, [town], wanted.conditions))
        back = {person: kept for person, one in standing.items() if (kept := keeps_off(one, act.today))}
        people = residents.seen(tx, list(back))
        for held in people:
            act.done(decision, held, reference=reference)
        if not people:
            act.done(decision, reference=reference)
        return tuple(
            HeldBack(held.resident_no, tuple(hold.hold_id for hold in back[held.resident_id]))
            for held in people
        )

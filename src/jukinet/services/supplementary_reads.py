"""Looking at the supplementary registers of the koseki; who looks leaves an entry.

A register is found by its number, or by what the koseki displays: domicile and head.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from jukinet.audit.events import AuditEvent
from jukinet.domain.items import Koseki
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.domain.supplementary import Removal
from jukinet.law.decisions import Refused, policy
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.filings import read_koseki
from jukinet.services.operators import OperatorClaim
from jukinet.services.supplementary_filings import NewMember, OpeningFiling
from jukinet.store import supplementary as store
from jukinet.store.supplementary import Kept

T = TypeVar("T")

KF11 = policy(
    "KF11",
    "Choice of this network: a register is looked at by its number or its koseki",
    "There is no such register here, or it was not handed over. Look at domicile and head, as the koseki has them.",
)


def read_question(data: object) -> str | Koseki:
    """Which register is asked for: ``register_no``, or the ``koseki``."""
    with reading(data) as fields:
        number = fields.optional("register_no", check_number)
        koseki = fields.optional_object("koseki", read_koseki)
        if (number is None) == (koseki is None):
            fields.fault("koseki", "must be given, or else register_no, and not both")
        return number if number is not None else koseki or ""


@dataclass(frozen=True, slots=True, repr=False)
class HandedOver(Private):
    """What the mayor of the new domicile is told (Act Art. 19(3)), in the shape in which he enters it."""

    to: MunicipalityCode
    opening: OpeningFiling


def show(ctx: Context, claim: OperatorClaim, asked: str | Koseki) -> Kept | Refused:
    """A register with every entry, also a deleted one by its number."""
    return _read(ctx, claim, asked, lambda found: found)


def handed_over(ctx: Context, claim: OperatorClaim, asked: str | Koseki) -> HandedOver | Refused:
    """The items of a register that ended with a domicile that moved, for the mayor of the new one."""
    return _read(ctx, claim, asked, opening_of)


def opening_of(kept: Kept) -> HandedOver | None:
    """What is told of a register that was handed over; None of any other."""
    register = kept.register
    entry = register.handed_over
    if entry is None or entry.koseki is None or entry.municipality is None:
        return None
    members = [
        NewMember(
            one.name,
            one.stay.address if one.stay else None,
            one.stay.since if one.stay else None,
            one.voter,
        )
        for one in register.members
        if one.ground is Removal.DOMICILE_MOVED
    ]
    return HandedOver(entry.municipality, OpeningFiling(entry.koseki, entry.day, tuple(members)))


def _read(
    ctx: Context, claim: OperatorClaim, asked: str | Koseki, take: Callable[[Kept], T | None]
) -> T | Refused:
    with ctx.begin() as tx:
        event = AuditEvent.SUPPLEMENTARY_READ
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_SUPPLEMENTARY_READ, event)
        number = store.number_of(tx, asked) if isinstance(asked, Koseki) else asked
        kept = store.find(tx, number) if number and not isinstance(act.gate, Refused) else None
        found = take(kept) if kept else None
        decision = acts.every(act.gate, acts.require((KF11, found is not None)))
        if isinstance(decision, Refused) or found is None:
            refused = decision if isinstance(decision, Refused) else Refused((KF11,))
            return act.refuse(refused, reference=number)
        act.done(decision, reference=number)
        return found

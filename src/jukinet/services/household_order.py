"""The order of a household's members (specification 5.2): by the rule, and as the office set it, until it does anew.

Owns the act that sets it. A place counts while its member is of the household; whoever joins comes after those that
have one. The rule itself is in ``jukinet.domain.relationship``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jukinet.audit.events import AuditEvent
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import reading
from jukinet.domain.relationship import Member, order_members
from jukinet.law.decisions import Refused, policy
from jukinet.law.holds import Process
from jukinet.services import acts, withholding
from jukinet.services.acts import Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import household_places, residents
from jukinet.store.database import Transaction
from jukinet.store.holds import Stamp
from jukinet.store.residents import Held

PR3 = policy(
    "PR3",
    "Resident-record specification 5.2",
    "Each who is given a place is a present member of the household. Look at the household.",
)

MOST_MEMBERS = 200


@dataclass(frozen=True, slots=True)
class OrderFiling:
    """The members who come first, in this order; nobody: the rule alone orders them again."""

    household_number: str
    resident_nos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ordered:
    """The members in their order, as a copy has them from now on."""

    resident_nos: tuple[str, ...]


def read_order(data: object) -> OrderFiling:
    with reading(data) as fields:
        filing = OrderFiling(
            fields.take("household_number", check_number),
            fields.texts("resident_nos", check_number, most=MOST_MEMBERS),
        )
        if len(set(filing.resident_nos)) < len(filing.resident_nos):
            fields.fault("resident_nos", "must name nobody twice")
        return filing


def set_order(ctx: Context, claim: OperatorClaim, filing: OrderFiling) -> Ordered | Refused:
    """Set the order of a household's members, or leave it to the rule again."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.HOUSEHOLD_ORDERED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        members = residents.lock_household(tx, filing.household_number)
        by_number = {one.resident_no: one for one in members}
        holds = withholding.on_all(tx, members)
        decision = acts.every(
            act.gate,
            acts.require((PR3, bool(members) and by_number.keys() >= set(filing.resident_nos))),
            *(withholding.decide(tx, each, Process.CHANGE) for each in holds.values()),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, *members)
        stamp = Stamp(act.today, ctx.now(), claim.operator_id, claim.terminal)
        places = {number: place for place, number in enumerate(filing.resident_nos, 1)}
        for number, held in by_number.items():
            household_places.put(tx, held, places.get(number), stamp)
            act.done(decision, Subject.of(held), reference=filing.household_number)
        for each in holds.values():
            withholding.use_lifts(tx, each, Process.CHANGE)
        return Ordered(tuple(one.resident_no for one in in_order(tx, members)))


def in_order(tx: Transaction, shown: Sequence[Held]) -> list[Held]:
    """The members in their order: those with a place by it, then the others by the rule."""
    by_number = {held.resident_no: held for held in shown}
    places = household_places.of(tx, shown)
    members = (
        Member(
            held.resident_no,
            held.record.relationship,
            held.record.birth_date,
            position=places.get(held.resident_id),
        )
        for held in shown
    )
    return [by_number[member.number] for member in order_members(members)]

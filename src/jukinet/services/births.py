"""Birth (出生): a child is recorded in the household of its parents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import HOUSEHOLDER, ResidentRecord, StatedDays
from jukinet.domain.permissions import Permission
from jukinet.law.codes import CodeHistory
from jukinet.law.decisions import Permitted, Refused, law, policy
from jukinet.law.resident_notices import BirthNotice, decide_birth
from jukinet.services import acts, code_stock, codes, foreign_arrivals, register
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.filings import BirthFiling, Person
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry, Registered
from jukinet.store import residents
from jukinet.store.residents import Held

H1 = law("H1", "Act Arts. 6, 7(iv)", "The household must exist here. Check its number.")
H3 = law("H3", "Act Art. 7(iv)", "The household has a householder already.")
AR2 = policy(
    "AR2",
    "Resident-record specification 4.2.0.3",
    "A koseki is taken over from a member of the household who has one. Name such a member, or enter the koseki.",
)
B2 = policy(
    "B2",
    "Choice of this network: no act is entered twice",
    "A child of this name and birth date is recorded in the household already. Look at the household.",
)


def record_birth(ctx: Context, claim: OperatorClaim, filing: BirthFiling) -> Registered | Refused:
    """Record a birth with a new code (Act Arts. 8, 30-2(2); Ord. 12(2)(i)), or refuse it with every reason."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.BIRTH_RECORDED)
        household = residents.lock_household(tx, filing.household_number)
        filing = _whole(filing, household, act.today)
        notice = BirthNotice(born_on=filing.child.birth_date, filed_on=filing.filed_on or act.today)
        decision = acts.every(
            act.gate,
            decide_birth(notice, on=act.today),
            foreign_arrivals.decide_newborn_items(filing.child, act.today),
            acts.require(
                (H1, bool(household)),
                (H3, not _two_heads(filing, household)),
                (B2, not _recorded_before(filing, household)),
                (AR2, filing.koseki_of is None),
            ),
            register.decide_joining(tx, filing.household_number),
        )
        if isinstance(decision, Refused):
            # The child has no number yet: the entry names the household by its head.
            return act.refuse(decision, _head(household))
        head = _head(household)
        if head is None:
            raise TypeError("a household that exists has a member")
        return _record(act, filing, head, decision)


def _whole(filing: BirthFiling, household: list[Held], today: date) -> BirthFiling:
    """With the day, and the koseki of the member named; ``koseki_of`` stays where there is none to take over."""
    filing = replace(filing, filed_on=filing.filed_on or today)
    whose = next((held for held in household if held.resident_no == filing.koseki_of), None)
    child = filing.child
    if whose is None or whose.record.koseki is None or child.koseki or child.foreign:
        return filing
    return replace(filing, child=replace(child, koseki=whose.record.koseki), koseki_of=None)


def _two_heads(filing: BirthFiling, household: list[Held]) -> bool:
    headed = any(held.record.is_householder for held in household)
    return headed and filing.child.relationship == HOUSEHOLDER


def _recorded_before(filing: BirthFiling, household: list[Held]) -> bool:
    child = filing.child
    return any(
        (held.record.name.text, held.record.birth_date) == (child.name.text, child.birth_date)
        for held in household
    )


def _head(household: list[Held]) -> Held | None:
    """The householder; the first member between a householder's death and the filing of the next one."""
    headed = (held for held in household if held.record.is_householder)
    return next(headed, household[0] if household else None)


def _record(act: Act, filing: BirthFiling, head: Held, decision: Permitted) -> Registered:
    child = filing.child
    # A day not fully known holds from the earliest that it can be; where nothing is known, from the filing.
    resident_from = child.birth_date.earliest or filing.filed_on or act.today
    record = ResidentRecord(
        kind=child.kind,
        name=child.name,
        birth_date=child.birth_date,
        sex=child.sex,
        household_number=filing.household_number,
        relationship=child.relationship,
        address=head.record.address,
        recorded_since=act.today,
        koseki=child.koseki,
        became_resident_on=None if child.foreign else resident_from,
        foreign=child.foreign,
        stated=_as_born(child),
    )
    coded = codes.give_code(act, record, CodeHistory(record.kind, recorded_before=False))
    entry = Entry(act.claim, RegisterReason.BIRTH, resident_from, filing.filed_on)
    held = register.enter_new(act.ctx, act.tx, coded.record, entry)
    coded.note(act, held)
    act.done(decision, held)
    return Registered((held.resident_no,), (*decision.remarks, *code_stock.remarks(act.tx, act.today)))


def _as_born(child: Person) -> StatedDays:
    """A child is a resident from birth: stated as that is, as far as it allows the day that is kept."""
    born, foreign = child.birth_date, child.foreign
    if born.is_exact or (foreign and not born.allows(foreign.became_foreign_resident_on)):
        return StatedDays()
    return StatedDays(became_foreign_resident_on=born) if foreign else StatedDays(became_resident_on=born)

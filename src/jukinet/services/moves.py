"""Moves by residents: move-in (転入), move within (転居), and the filing of a move-out (転出).

What happens to a record that was left behind, by the planned day or by the other municipality's notice, is
in ``jukinet.services.departures``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import HOUSEHOLDER, MoveOutPlan, Programmes, ResidentRecord, StatedDays
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.law import additions, remarks
from jukinet.law.added import Notification, decide_added, decide_rice
from jukinet.law.codes import history_of_mover
from jukinet.law.decisions import Decision, Permitted, Refused, Remark, law
from jukinet.law.resident_notices import (
    O1,
    W3,
    MoveInEvidence,
    MoveInNotification,
    MoveOutNotification,
    MoveWithinNotification,
    decide_move_in,
    decide_move_out,
    decide_move_within,
)
from jukinet.law.stated_days import decide_stated
from jukinet.messages.bodies import MoveInNotice
from jukinet.messages.kinds import MessageKind
from jukinet.services import (
    acts,
    added,
    code_stock,
    codes,
    foreign_arrivals,
    gazetteer,
    guardianship,
    households,
    newcomers,
    notes,
    notifying,
    outgoing,
    register,
    without_notice,
)
from jukinet.services.acts import Act, Subject
from jukinet.services.births import H1, H3
from jukinet.services.codes import I7
from jukinet.services.context import Context
from jukinet.services.filings import MoveInFiling, MoveOutFiling, MoveWithinFiling, Person
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry, Registered
from jukinet.store import residents
from jukinet.store.residents import Held

H2 = law("H2", "Act Art. 7(iv)", "A household of its own needs exactly one householder among its members.")

_THEY_ARE_NOT_CONNECTED = Remark(
    "Act Art. 9(1)",
    "The previous municipality is not connected to the network: send it the move-in notice on paper.",
)
_WE_ARE_NOT_CONNECTED = Remark(
    "Act Art. 9(1)",
    "This municipality is not connected to the network: send the move-in notice to the previous one on paper.",
)


def move_in(ctx: Context, claim: OperatorClaim, filing: MoveInFiling) -> Registered | Refused:
    """Record one or several persons who took up an address here (Act Arts. 22, 30-46).

    Each keeps the code last recorded elsewhere, or is given one (30-2). The previous municipality is told (M3).
    """
    return enter_newcomers(ctx, claim, filing, AuditEvent.MOVE_IN_RECORDED, ())


def enter_newcomers(
    ctx: Context,
    claim: OperatorClaim,
    filing: MoveInFiling,
    event: AuditEvent,
    conditions: tuple[Permitted | Refused, ...],
    *,
    became_eligible: bool = False,
) -> Registered | Refused:
    """Record persons who are new to the register here; ``conditions`` are those of the act by which they come.

    ``became_eligible``: they lived here already, without a record (Act Art. 30-47).
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, event)
        stated = [person.code for person in filing.persons if person.code is not None]
        found = lock_for(act, filing, stated)
        before = newcomers.records_of_before(act, filing.persons, found)
        decision = acts.every(
            act.gate,
            *conditions,
            *(_decide_person(act, filing, person, found, became_eligible) for person in filing.persons),
            *(foreign_arrivals.decide_arrival(filing, person, act.today) for person in filing.persons),
            *(decide_enrolled(act, person) for person in filing.persons),
            *(decide_days(filing, person) for person in filing.persons),
            *_decide_added_in(act, filing, found, became_eligible=became_eligible),
            *(decide_rice(person.additions, act.today) for person in filing.persons),
            foreign_arrivals.decide_kinship_in(filing, found),
            acts.require((I7, len(set(stated)) == len(stated))),
            decide_household(act, filing, found),
            newcomers.decide_alike(act, filing, before),
            newcomers.decide_unreported(filing),
            newcomers.decide_numbers(act, filing, before),
            gazetteer.decide(act, filing.address, filing.moved_on),
            _decide_notifier_in(act, filing, found),
            remarks.decide_special(filing.special, persons=len(filing.persons)),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, *(subject_of(code, found) for code in dict.fromkeys(stated)))
        number = filing.household_number or register.new_household_no(ctx, tx)
        reason = _reason(filing)
        held = [
            record_person(act, filing, person, number, decision, reason, gone)
            for person, gone in zip(filing.persons, before, strict=True)
        ]
        return Registered(
            tuple(one.resident_no for one in held), remarks_of(act, filing, decision, returns=any(before))
        )


def decide_enrolled(act: Act, person: Person) -> Permitted | Refused:
    """Whether the enrolments added for a person can be (Arts. 28 to 29-2)."""
    return additions.decide_enrolments(person.programmes, person.birth_date, act.today)


def decide_days(filing: MoveInFiling, person: Person) -> Decision:
    """Whether days of a person may be stated as they are (specification 1.1.8)."""
    foreign = person.foreign
    days = {
        "became_resident_on": None if foreign else filing.moved_on,
        "became_foreign_resident_on": foreign.became_foreign_resident_on if foreign else None,
        "alien_registered_on": foreign.alien_registered_on if foreign else None,
    }
    return decide_stated(person.stated or StatedDays(), days)


def _decide_added_in(
    act: Act, filing: MoveInFiling, found: list[Held], *, became_eligible: bool
) -> list[Permitted | Refused]:
    joined = residents.members(found, filing.household_number) if filing.household_number else []
    previous = newcomers.left(act, filing)
    here = act.ctx.municipality
    return [
        decide_added(
            person.additions,
            person.programmes or Programmes(),
            Notification.BECAME_ELIGIBLE if became_eligible else Notification.MOVE_IN,
            joined=added.enrolled_among(joined),
            same_prefecture=previous is not None and previous.prefecture == here.prefecture,
        )
        for person in filing.persons
    ]


def _decide_notifier_in(act: Act, filing: MoveInFiling, found: list[Held]) -> Permitted | Refused:
    joined = residents.members(found, filing.household_number) if filing.household_number else []
    stated = [person.relationship for person in filing.persons]
    return notifying.decide(
        act,
        filing.notified_by,
        named=len(stated),
        household=joined,
        stated=stated,
        newcomers=len(stated),
    )


def lock_for(act: Act, filing: MoveInFiling, stated: list[ResidentRecordCode]) -> list[Held]:
    """Hold whom a move-in is about, and the household joined.

    Two clerks may be recording the same person, who has no row yet: the codes are held, or the birth dates of
    those who state none. Always in this order, and rows last, so that two acts cannot wait for each other.
    """
    for code in sorted(set(stated)):
        residents.lock_code(act.tx, code)
    for born in sorted({person.birth_date for person in filing.persons if person.code is None}, key=str):
        residents.lock_births(act.tx, born)
    households = [filing.household_number] if filing.household_number else []
    numbers = newcomers.numbers_of_before(act, filing.persons)
    return residents.lock_together(act.tx, numbers=numbers, households=households, codes=stated)


def subject_of(code: ResidentRecordCode, found: list[Held]) -> Subject | Held:
    """Whom a refusal is about: who has the code here, else the code as stated."""
    return next(iter(residents.holders(found, code)), Subject(code=code))


def _decide_person(
    act: Act, filing: MoveInFiling, person: Person, found: list[Held], became_eligible: bool
) -> Permitted | Refused:
    earlier = next(iter(residents.holders(found, person.code)), None) if person.code else None
    return decide_move_in(
        MoveInNotification(
            moved_on=filing.moved_on,
            filed_on=filing.filed_on,
            birth_date=person.birth_date,
            new_address=filing.address,
            evidence=filing.evidence,
            foreign=person.foreign.stay if person.foreign else None,
            status_shown=filing.status_shown,
            became_eligible=became_eligible,
        ),
        here=act.ctx.municipality,
        recorded_here=earlier is not None and earlier.present,
        on=act.today,
    )


def decide_household(act: Act, filing: MoveInFiling, found: list[Held]) -> Permitted | Refused:
    heads = sum(person.relationship == HOUSEHOLDER for person in filing.persons)
    if filing.household_number is None:
        return acts.require((H2, heads == 1))
    household = residents.members(found, filing.household_number)
    headed = any(held.record.is_householder for held in household)
    fits = acts.require((H1, bool(household)), (H3, not (headed and heads)))
    return acts.every(Permitted(()), fits, register.decide_joining(act.tx, filing.household_number))


def _reason(filing: MoveInFiling) -> RegisterReason:
    from_abroad = filing.evidence is MoveInEvidence.FROM_ABROAD
    return RegisterReason.MOVE_IN_FROM_ABROAD if from_abroad else RegisterReason.MOVE_IN


def record_person(
    act: Act,
    filing: MoveInFiling,
    person: Person,
    household_no: str,
    decision: Permitted,
    reason: RegisterReason,
    gone: Held | None,
) -> Held:
    """Record one person who lives here, with a code, and tell the municipality that was left (Act Art. 9(1)).

    ``gone``: the deleted record here of who comes back.
    """
    from_abroad = filing.evidence is MoveInEvidence.FROM_ABROAD
    record = ResidentRecord(
        kind=person.kind,
        name=person.name,
        birth_date=person.birth_date,
        sex=person.sex,
        household_number=household_no,
        relationship=person.relationship,
        address=filing.address,
        recorded_since=filing.filed_on,
        code=person.code,
        koseki=person.koseki,
        became_resident_on=None if person.foreign else filing.moved_on,
        address_since=None,
        previous_address=newcomers.previous_address(filing),
        last_registered_address=filing.last_registered_address,
        nickname=person.nickname,
        former_nicknames=person.former_nicknames,
        foreign=person.foreign,
        programmes=person.programmes or Programmes(),
        stated=StatedDays().restated(person.stated or StatedDays()),
    )
    history = history_of_mover(
        person.kind,
        born_on=person.birth_date,
        code_known=person.code is not None,
        from_abroad=from_abroad,
        moved_on=filing.moved_on,
        on=act.today,
        move_out=filing.move_out,
    )
    coded = codes.give_code(act, record, history)
    notified = (filing.filed_on, filing.notified_by, person.additions)
    entry = Entry(act.claim, reason, filing.moved_on, *notified)
    resident_no = newcomers.take_number(act, person, gone)
    held = register.enter_new(act.ctx, act.tx, coded.record, entry, resident_no=resident_no)
    coded.note(act, held)
    newcomers.remark_unreported(act, held)
    notes.remark_special(act, held, held.history_no, filing.special)
    _tell_previous(act, filing, person)
    act.done(decision, held, reference=entry.kinds)
    return held


def _line_between(act: Act, previous: MunicipalityCode) -> bool:
    there = act.ctx.standing(previous)
    return act.ctx.is_connected(act.ctx.node) and act.ctx.is_connected(there.node_id)


def _tell_previous(act: Act, filing: MoveInFiling, person: Person) -> None:
    """The move-in notice (転入通知, M3, Act Art. 9(1)) to the municipality that was left."""
    previous = newcomers.left(act, filing)
    if previous is None or not _line_between(act, previous):
        return
    there = act.ctx.standing(previous)
    if there == act.ctx.municipality:
        return  # merged into this municipality, whose own records they are now
    body = MoveInNotice(
        code=person.code,
        name=person.name.text,
        birth_date=person.birth_date,
        sex=person.sex,
        new_address=filing.address,
        moved_on=filing.moved_on,
    )
    outgoing.put(act.ctx, act.tx, MessageKind.MOVE_IN_NOTICE, there.node_id, body)


def remarks_of(act: Act, filing: MoveInFiling, decision: Permitted, *, returns: bool) -> tuple[Remark, ...]:
    previous = newcomers.left(act, filing)
    back = (newcomers.RETURNS,) if returns else ()
    remarks = (*decision.remarks, *back, *code_stock.remarks(act.tx, act.today))
    if previous is None or _line_between(act, previous):
        return remarks
    by_paper = _THEY_ARE_NOT_CONNECTED if act.ctx.is_connected(act.ctx.node) else _WE_ARE_NOT_CONNECTED
    return (*remarks, by_paper)


def move_within(ctx: Context, claim: OperatorClaim, filing: MoveWithinFiling) -> Registered | Refused:
    """Correct the address of one or several persons who moved inside the municipality (Act Art. 23)."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.MOVE_WITHIN_RECORDED
        )
        relationships = {mover.resident_no: mover.relationship for mover in filing.movers}
        left = residents.households_of(tx, relationships)
        locked = residents.lock_together(tx, numbers=relationships, households=left)
        movers = [held for held in locked if held.resident_no in relationships]
        decision = acts.every(
            act.gate,
            acts.require((W3, len(movers) == len(set(relationships)))),
            *(_decide_within(act, filing, held) for held in movers),
            *(register.decide_begun(tx, held, filing.moved_on) for held in movers),
            _decide_heads(filing, movers, locked, left),
            foreign_arrivals.decide_kinship_within(filing, movers, locked),
            *added.decide(filing.additions, movers, Notification.MOVE_WITHIN, act.today),
            gazetteer.decide(act, filing.address, filing.moved_on),
            without_notice.decide(filing.basis)
            if filing.basis
            else notifying.decide(
                act,
                filing.notified_by,
                named=len(relationships),
                household=[held for held in locked if held.present],
                stated=[one for one in relationships.values() if one],
            ),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, *_subjects(relationships, movers))
        number = register.new_household_no(ctx, tx) if filing.new_household else None
        # What was not notified is no 転居 to the network (Reg. Art. 11(3)).
        reason = RegisterReason.CORRECTED_EX_OFFICIO if filing.basis else RegisterReason.MOVE_WITHIN
        entry = Entry(claim, reason, filing.moved_on, filing.filed_on, filing.notified_by)
        entry = without_notice.entry_of(entry, filing.basis)
        for held in movers:
            change = _moved_within(filing, number, relationships[held.resident_no])
            adding = replace(entry, additions=added.of(filing.additions, held))
            changed = register.enter(ctx, tx, held, change, adding, until_changed=True)
            without_notice.tell(act, changed, filing.basis)
            act.done(decision, changed, reference=entry.kinds)
        remarks = _settle_left(act, locked, movers, entry) if filing.new_household else ()
        return Registered(tuple(held.resident_no for held in movers), (*decision.remarks, *remarks))


def _settle_left(act: Act, locked: list[Held], movers: list[Held], entry: Entry) -> tuple[Remark, ...]:
    """What follows for those who stay in the households that the movers left."""
    left = dict.fromkeys(held.record.household_number for held in movers)
    return tuple(
        remark
        for household in left
        for remark in households.settle(
            act, [held for held in residents.members(locked, household) if held not in movers], entry
        )
    )


def _subjects(resident_nos: Iterable[str], found: list[Held]) -> list[Subject | Held]:
    """Whom a refusal is about: each number as stated, with what is recorded of it."""
    recorded = {held.resident_no: held for held in found}
    return [recorded.get(number) or Subject(number) for number in dict.fromkeys(resident_nos)]


def _decide_within(act: Act, filing: MoveWithinFiling, held: Held) -> Permitted | Refused:
    return decide_move_within(
        MoveWithinNotification(
            moved_on=filing.moved_on,
            filed_on=without_notice.filed_on(filing.filed_on, filing.moved_on, filing.basis),
            birth_date=held.record.birth_date,
            old_address=held.record.address,
            new_address=filing.address,
            other_house=filing.other_house,
        ),
        here=act.ctx.municipality,
        recorded_here=held.present,
        on=act.today,
    )


def _decide_heads(
    filing: MoveWithinFiling, movers: list[Held], locked: list[Held], households: list[str]
) -> Permitted | Refused:
    """One householder in a new household, and no second one in the household that the movers stay in."""
    stated = {mover.resident_no: mover.relationship for mover in filing.movers}

    def heads(members: list[Held]) -> int:
        return sum(
            (stated.get(held.resident_no) or held.record.relationship) == HOUSEHOLDER for held in members
        )

    if filing.new_household:
        return acts.require((H2, heads(movers) == 1))
    if HOUSEHOLDER not in stated.values():
        return Permitted(())
    if not {held.record.household_number for held in movers if held.present} <= set(households):
        raise JukinetError(ErrorKind.CONFLICT, "The household was changed meanwhile; nothing was stored.")
    return acts.require((H3, all(heads(residents.members(locked, one)) <= 1 for one in households)))


def _moved_within(
    filing: MoveWithinFiling, household_no: str | None, relationship: str | None
) -> register.Change:
    def change(record: ResidentRecord) -> ResidentRecord:
        return replace(
            record,
            address=filing.address,
            address_since=filing.moved_on,
            household_number=household_no or record.household_number,
            relationship=relationship or record.relationship,
            stated=replace(record.stated, address_since=None),
        )

    return change


def file_move_out(ctx: Context, claim: OperatorClaim, filing: MoveOutFiling) -> Registered | Refused:
    """File a move-out beforehand (Act Art. 24): the plan is written, the person stays present until the day."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.MOVE_OUT_FILED)
        left = residents.households_of(tx, filing.resident_nos)
        locked = residents.lock_together(tx, numbers=filing.resident_nos, households=left)
        leaving = [held for held in locked if held.resident_no in filing.resident_nos]
        decision = acts.every(
            act.gate,
            acts.require((O1, len(leaving) == len(set(filing.resident_nos)))),
            *(_decide_out(act, filing, held) for held in leaving),
            *(register.decide_begun(tx, held, min(filing.planned_on, filing.filed_on)) for held in leaving),
            *added.decide(filing.additions, leaving, Notification.MOVE_OUT, act.today),
            notifying.decide(
                act,
                filing.notified_by,
                named=len(set(filing.resident_nos)),
                household=[held for held in locked if held.present],
            ),
            remarks.decide_special(filing.special, persons=len(set(filing.resident_nos))),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, *_subjects(filing.resident_nos, leaving))
        plan = MoveOutPlan(filing.destination, filing.planned_on, filing.filed_on, filing.special)
        entry = Entry(
            claim, RegisterReason.MOVE_OUT_FILED, filing.filed_on, filing.filed_on, filing.notified_by
        )
        for held in leaving:
            adding = replace(entry, additions=added.of(filing.additions, held))
            filed = register.enter(ctx, tx, held, lambda record: replace(record, move_out=plan), adding)
            guardianship.tell_destination(act, filed)
            notes.remark_special(act, filed, filed.history_no, filing.special)
            act.done(decision, filed, reference=entry.kinds)
        return Registered(tuple(held.resident_no for held in leaving), decision.remarks)


def _decide_out(act: Act, filing: MoveOutFiling, held: Held) -> Permitted | Refused:
    return decide_move_out(
        MoveOutNotification(filing.planned_on, filing.filed_on, held.record.birth_date),
        recorded_here=held.present,
        already_filed=held.record.move_out is not None,
        on=act.today,
    )

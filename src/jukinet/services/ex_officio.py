"""Acts ex officio (職権): somebody is recorded, a record is deleted or corrected, without a notification.

Owns the order of the steps. On which grounds the mayor may act is in ``jukinet.law.ex_officio``. What a koseki office
(Act Art. 9(2)) or another authority told is entered through these acts, on its ground.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import DeletionCause, MoveOutPlan, StatedDays
from jukinet.domain.permissions import Permission
from jukinet.law import additions
from jukinet.law import ex_officio as law
from jukinet.law.added import decide_unnotified
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.ex_officio import Basis, Correction, CorrectionKind, Ground
from jukinet.law.stated_days import decide_event, decide_stated
from jukinet.services import (
    acts,
    at_request,
    foreign_arrivals,
    gazetteer,
    households,
    moves,
    newcomers,
    notes,
    register,
)
from jukinet.services.acts import Act
from jukinet.services.codes import I7
from jukinet.services.context import Context
from jukinet.services.ex_officio_filings import CorrectionFiling, DeletionFiling, RecordingFiling
from jukinet.services.filings import Person
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry, Registered
from jukinet.store import residents, tellings
from jukinet.store.residents import Held

_CORRECTIONS = {
    CorrectionKind.CHANGE: RegisterReason.CORRECTED_EX_OFFICIO,
    CorrectionKind.MINOR: RegisterReason.MINOR_CORRECTION,
    CorrectionKind.ERROR: RegisterReason.ERROR_CORRECTED,
    CorrectionKind.SPECIAL_ADOPTION: RegisterReason.SPECIAL_ADOPTION,
    CorrectionKind.SPECIAL_ADOPTION_ENDED: RegisterReason.SPECIAL_ADOPTION_ENDED,
}


def record_ex_officio(ctx: Context, claim: OperatorClaim, filing: RecordingFiling) -> Registered | Refused:
    """Record who lives here and did not notify, or was left out (Ord. Arts. 7, 12). Their old municipality is told."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.RECORDED_EX_OFFICIO
        )
        entry = filing.entry
        stated = [person.code for person in entry.persons if person.code is not None]
        found = moves.lock_for(act, entry, stated)
        before = newcomers.records_of_before(act, entry.persons, found)
        decision = acts.every(
            act.gate,
            *(_decide_recording(act, filing, person, found) for person in entry.persons),
            acts.require((I7, len(set(stated)) == len(stated))),
            *(foreign_arrivals.decide_recorded(person, act.today) for person in entry.persons),
            *(moves.decide_enrolled(act, person) for person in entry.persons),
            *(moves.decide_days(entry, person) for person in entry.persons),
            *(decide_unnotified(person.additions) for person in entry.persons),
            moves.decide_household(act, entry, found),
            newcomers.decide_alike(act, entry, before),
            newcomers.decide_unreported(entry),
            newcomers.decide_numbers(act, entry, before),
            gazetteer.decide(act, entry.address, entry.moved_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, *(moves.subject_of(code, found) for code in dict.fromkeys(stated)))
        number = entry.household_number or register.new_household_no(ctx, tx)
        reason = RegisterReason.RECORDED_EX_OFFICIO
        recorded = [
            moves.record_person(act, entry, person, number, decision, reason, gone)
            for person, gone in zip(entry.persons, before, strict=True)
        ]
        for held in recorded:
            tell(act, held, filing.basis)
            if filing.at_request:
                notes.remark(act, held, held.history_no, at_request.REMARK)
        return Registered(
            tuple(held.resident_no for held in recorded),
            moves.remarks_of(act, entry, decision, returns=any(before)),
        )


def _decide_recording(act: Act, filing: RecordingFiling, person: Person, found: list[Held]) -> Decision:
    earlier = next(iter(residents.holders(found, person.code)), None) if person.code else None
    return law.decide_recording(
        filing.basis,
        since=filing.entry.moved_on,
        entered_on=filing.entry.filed_on,
        birth_date=person.birth_date,
        address=filing.entry.address,
        here=act.ctx.municipality,
        recorded_here=earlier is not None and earlier.present,
        on=act.today,
    )


def delete_ex_officio(ctx: Context, claim: OperatorClaim, filing: DeletionFiling) -> Registered | Refused:
    """Delete a record without a notification (Ord. Arts. 8, 12, 13): also a move-out reported too late."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.DELETED_EX_OFFICIO
        )
        locked = residents.lock_families(tx, numbers=[filing.resident_no])
        held = next((one for one in locked if one.resident_no == filing.resident_no), None)
        if held is None:
            return act.refuse_unknown(law.X7, filing.resident_no)
        asked_on = _filed_on(act, filing)
        decision = acts.every(
            act.gate,
            law.decide_deletion(
                filing.basis,
                cause=filing.cause,
                record=held.record.kind,
                occurred_on=filing.occurred_on,
                birth_date=held.record.birth_date,
                recorded_here=held.present,
                on=act.today,
            ),
            decide_event(filing.stated, filing.occurred_on),
            register.decide_begun(tx, held, filing.occurred_on),
            acts.decide_applied(act, asked_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, held)
        entry = Entry(claim, RegisterReason.DELETED_EX_OFFICIO, filing.occurred_on, asked_on)
        gone = register.enter(ctx, tx, held, _deleted(act, filing), entry, present=False)
        tell(act, gone, filing.basis)
        at_request.remark(act, held, asked=filing.at_request)
        act.done(decision, held)
        remarks = households.settle(act, households.left_behind(locked, held), entry)
        return Registered((held.resident_no,), (*decision.remarks, *remarks))


def _filed_on(act: Act, filing: DeletionFiling | CorrectionFiling) -> date | None:
    """The day of the application, or of the filing or notice about the koseki: today, where no other is stated."""
    dated = filing.at_request or filing.basis.ground is Ground.KOSEKI
    return at_request.day_of(act, filing.applied_on, asked=dated)


def _deleted(act: Act, filing: DeletionFiling) -> register.Change:
    """With the reason written into the record (Ord. 13(1)); a move that was not notified in time leaves its place."""
    left = filing.destination if filing.cause is DeletionCause.MOVED_OUT else None
    plan = MoveOutPlan(left, filing.occurred_on, filing.applied_on or act.today) if left else None
    ended = StatedDays(ended_on=filing.stated)
    return lambda record: replace(
        record, move_out=plan, deletion_cause=filing.cause, stated=record.stated.restated(ended)
    )


def correct_ex_officio(ctx: Context, claim: OperatorClaim, filing: CorrectionFiling) -> Registered | Refused:
    """Correct items of a record: a change nobody notified, a minor matter, or an error (Ord. Arts. 9, 12; Reg. 21-2).

    What stood is kept, also where it was wrong (specification 4.2.3.3). Later versions keep what they changed. A koseki
    may be corrected for several persons at once (4.0.6).
    """
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RECORD_CORRECT, AuditEvent.CORRECTED_EX_OFFICIO
        )
        numbers = dict.fromkeys((filing.resident_no, *filing.also))
        found = {one.resident_no: one for one in residents.lock_together(tx, numbers=numbers)}
        unknown = next((number for number in numbers if number not in found), None)
        if unknown is not None:
            return act.refuse_unknown(law.X7, unknown)
        asked_on = _filed_on(act, filing)
        address = filing.corrections.address
        decision = acts.every(
            act.gate,
            *chain.from_iterable(_decide_each(act, filing, found[number]) for number in numbers),
            *([gazetteer.decide(act, address, filing.occurred_on)] if address else []),
            acts.decide_applied(act, asked_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, *found.values())
        entry = Entry(claim, _CORRECTIONS[filing.kind], filing.occurred_on, asked_on)

        for held in (found[number] for number in numbers):
            changed = register.enter(ctx, tx, held, filing.corrections.applied, entry, until_changed=True)
            notes.remark_special(act, held, held.history_no + 1, law.SPECIAL.get(filing.kind))
            tell(act, changed, filing.basis)
            at_request.remark(act, held, asked=filing.at_request)
            act.done(decision, held)
        return Registered(tuple(numbers), decision.remarks)


def _decide_each(act: Act, filing: CorrectionFiling, held: Held) -> Iterator[Decision]:
    yield _decide_correction(act, filing, held)
    yield foreign_arrivals.decide_corrected(held.record, filing.corrections.foreign, act.today)
    yield _decide_enrolments(act, filing, held)
    yield _decide_days(act, filing, held)
    yield register.decide_begun(act.tx, held, filing.occurred_on)


def _decide_correction(act: Act, filing: CorrectionFiling, held: Held) -> Decision:
    stood = register.stood(act.tx, held, filing.occurred_on)
    return law.decide_correction(
        filing.basis,
        Correction(
            kind=filing.kind,
            occurred_on=filing.occurred_on,
            items=filing.corrections.changed(stood),
            record=held.record.kind,
            address=filing.corrections.address or held.record.address,
            has_nickname=stood.nickname is not None,
        ),
        here=act.ctx.municipality,
        recorded_here=held.present,
        on=act.today,
    )


def _decide_enrolments(act: Act, filing: CorrectionFiling, held: Held) -> Decision:
    corrections = filing.corrections
    stood = register.stood(act.tx, held, filing.occurred_on)
    changed = corrections.changed(stood)
    birth_date = corrections.birth_date or held.record.birth_date
    return acts.every(
        Permitted(()),
        additions.decide_ground(filing.basis.ground, changed),
        additions.decide_enrolments(corrections.programmes, birth_date, act.today),
        additions.decide_kept(stood.programmes, corrections.programmes, filing.basis.ground),
    )


def _decide_days(act: Act, filing: CorrectionFiling, held: Held) -> Decision:
    """Of the days that the record is to have."""
    stood = register.stood(act.tx, held, filing.occurred_on)
    corrections = filing.corrections
    return decide_stated(corrections.stated or StatedDays(), corrections.applied(stood).whole_days)


def tell(act: Act, held: Held, basis: Basis) -> None:
    """Note that the person is told of the version just written, or that it is posted (Ord. 12(4))."""
    if basis.told is not None:
        tellings.add(act.tx, held, basis.told, act.today)

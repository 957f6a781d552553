"""Notices from the Minister of Justice (M13, Act Art. 30-50): each is entered, or left for a clerk with every reason.

One transaction and one audit entry a notice. An operator starts it; a notice that contradicts the record, or whose
person is not found, changes nothing. It is listed as waiting until it is (``sending.list_unanswered``): what a
clerk has made good is entered by the same file once more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from jukinet.audit.events import AuditEvent
from jukinet.domain import matching
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import DeletionCause, ForeignItems, PersonName, RecordKind, ResidentRecord
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Decision, FailedRule, Permitted, Refused, Remark, policy
from jukinet.law.foreign_items import ItemsCase, decide_items
from jukinet.law.minister_notices import MJ1, MJ4, MJ5, NoticeCase, decide_notice
from jukinet.services import acts, households, register, second_person
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.minister_files import MinisterNotice, NewItems, NoticeKind
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry
from jukinet.store import minister_notices as taken
from jukinet.store import residents
from jukinet.store.residents import Held

MS17 = policy("MS17", "Resident-record specification 7.1.1.1", "No notice of this number waits for a clerk.")


class NoticeOutcome(StrEnum):
    """What became of a notice."""

    ENTERED = "entered"
    REPEATED = "repeated"
    """It was entered before: nothing was done."""
    FOR_CLERK = "for-clerk"
    """Nothing was done; somebody must look."""


@dataclass(frozen=True, slots=True)
class NoticeReport:
    """One line of the report: the notice's number, what became of it, why not, and whose record it changed."""

    notice_id: str
    outcome: NoticeOutcome
    resident_no: str | None = None
    failed: tuple[FailedRule, ...] = ()
    remarks: tuple[Remark, ...] = ()


REASONS = {
    NoticeKind.CHANGE: RegisterReason.CORRECTED_EX_OFFICIO,
    NoticeKind.CORRECTION: RegisterReason.ERROR_CORRECTED,
    NoticeKind.ENDED: RegisterReason.DELETED_EX_OFFICIO,
}


def take_notices(
    ctx: Context, claim: OperatorClaim, notices: Sequence[MinisterNotice]
) -> tuple[NoticeReport, ...] | Refused:
    """Enter the notices of a file in their order; refused, once, where the operator may not."""
    looked = _decide_looked(ctx, claim, notices)
    if isinstance(looked, Refused):
        return looked
    reports: list[NoticeReport] = []
    for notice in notices:
        report = _take(ctx, claim, notice)
        if isinstance(report, Refused):
            return report
        reports.append(report)
    return tuple(reports)


def file_of(notices: Sequence[MinisterNotice]) -> str:
    """What the log calls a file by: a number of its notices, which no notice can bear."""
    digest = hashlib.sha256(b"".join(notice.digest for notice in notices))
    return f"file {digest.hexdigest()}"


def _decide_looked(ctx: Context, claim: OperatorClaim, notices: Sequence[MinisterNotice]) -> Decision:
    """Where a second person is demanded, another one has looked at the slips of this file (DR7)."""
    if not ctx.second_person:
        return Permitted(())
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.MINISTER_NOTICE_TAKEN
        )
        name = file_of(notices)
        looked = second_person.decide_list(act, AuditEvent.MINISTER_NOTICE_SHOWN, name)
        decision = acts.every(act.gate, looked)
        return act.refuse(decision, reference=name) if isinstance(decision, Refused) else decision


def _take(ctx: Context, claim: OperatorClaim, notice: MinisterNotice) -> NoticeReport | Refused:
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.MINISTER_NOTICE_TAKEN
        )
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=notice.notice_id)
        entered = taken.lock(tx, notice.notice_id)
        if entered is not None:
            return _repeated(act, notice, same=entered == notice.digest)
        alike, locked = those_meant(act, notice)
        held = alike[0] if len(alike) == 1 else None
        decision = acts.every(act.gate, *decide_taking(act, notice, alike))
        if held is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((MJ1,))
            act.refuse(refused, held, reference=notice.notice_id)
            taken.wait(tx, notice.notice_id, [rule.rule for rule in refused.failed], ctx.now())
            number = held.resident_no if held else None
            return NoticeReport(notice.notice_id, NoticeOutcome.FOR_CLERK, number, refused.failed)
        taken.note(tx, notice.notice_id, notice.digest, ctx.now())
        remarks = (*decision.remarks, *_enter(act, notice, held, locked, decision))
        return NoticeReport(notice.notice_id, NoticeOutcome.ENTERED, held.resident_no, remarks=remarks)


def close_notice(ctx: Context, claim: OperatorClaim, notice_id: str) -> Permitted | Refused:
    """Note that a clerk has seen to a notice without entering it: the record says by now what is right."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.MINISTER_NOTICE_CLOSED
        )
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=notice_id)
        closed = taken.close(tx, notice_id, ctx.now())
        decision = acts.every(act.gate, acts.require((MS17, closed)))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=notice_id)
        act.done(decision, reference=notice_id)
        return decision


def _repeated(act: Act, notice: MinisterNotice, *, same: bool) -> NoticeReport:
    rule, outcome = (MJ4, NoticeOutcome.REPEATED) if same else (MJ5, NoticeOutcome.FOR_CLERK)
    act.refuse(Refused((rule,)), reference=notice.notice_id)
    return NoticeReport(notice.notice_id, outcome, failed=(rule,))


def those_meant(act: Act, notice: MinisterNotice) -> tuple[list[Held], list[Held]]:
    """The present foreign residents of this name, birth date and sex; and these locked with their households."""
    about, key = notice.about, matching.query_name_key(notice.about.name)
    found = residents.present_by_facts(act.tx, about.name, about.birth_date)
    numbers = {held.resident_no for held in found}
    locked = residents.lock_families(act.tx, numbers=numbers)
    alike = [
        held
        for held in locked
        if held.resident_no in numbers
        and held.present
        and held.record.kind is RecordKind.FOREIGN
        and (held.record.birth_date, held.record.sex) == (about.birth_date, about.sex)
        and key in matching.name_keys(held.record.name.text, held.record.name.latin)
    ]
    return alike, locked


def decide_taking(act: Act, notice: MinisterNotice, alike: list[Held]) -> Iterator[Decision]:
    """Whether a notice can be entered by itself: MJ1 to MJ8 and the rules of its class."""
    held = alike[0] if len(alike) == 1 else None
    changed = changed_by(notice, held.record) if held else None
    yield decide_notice(
        NoticeCase(
            occurred_on=notice.occurred_on,
            issued_on=notice.issued_on,
            matching=len(alike),
            agrees=held is not None and _agrees(notice, held.record.foreign),
            overtaken=held is not None and _overtaken(act, notice, held),
            changes=held is not None and (notice.kind is NoticeKind.ENDED or changed != held.record),
        ),
        on=act.today,
    )
    if held is None or changed is None or changed.foreign is None:
        return
    yield register.decide_begun(act.tx, held, notice.occurred_on)
    if (changed.foreign, changed.birth_date) != (held.record.foreign, held.record.birth_date):
        yield decide_items(ItemsCase(changed.foreign, changed.birth_date), on=act.today)


def _agrees(notice: MinisterNotice, recorded: ForeignItems | None) -> bool:
    about = notice.about
    return recorded is not None and (recorded.nationality, recorded.document_number) == (
        about.nationality,
        about.document_number,
    )


def _overtaken(act: Act, notice: MinisterNotice, held: Held) -> bool:
    """Whether an act effective later changed what this notice changes; for a deletion, whether there is any act."""
    later = residents.later_effective(act.tx, held, notice.occurred_on)
    if not later or notice.items is None:
        return bool(later)
    known = residents.as_known(act.tx, held, on=notice.occurred_on)
    records = [*([known[1]] if known else []), *(version.record for version in later)]
    return any(
        old != new
        for before, after in pairwise(records)
        for old, new in zip(_touched(notice.items, before), _touched(notice.items, after), strict=True)
    )


def _touched(items: NewItems, record: ResidentRecord) -> list[object]:
    """The items of a record that a notice names."""
    foreign = record.foreign
    stay = replace(foreign, nationality="") if foreign else None
    given = (
        (items.name, record.name),
        (items.birth_date, record.birth_date),
        (items.sex, record.sex),
        (items.nationality, foreign.nationality if foreign else None),
        (items.stay, stay),
    )
    return [recorded for named, recorded in given if named is not None]


def changed_by(notice: MinisterNotice, record: ResidentRecord) -> ResidentRecord:
    """The record with the notice's items in it."""
    items, foreign = notice.items, record.foreign
    if items is None or foreign is None:
        return record
    if items.stay is not None:
        foreign = replace(
            items.stay,
            nationality=foreign.nationality,
            became_foreign_resident_on=foreign.became_foreign_resident_on,
            alien_registered_on=foreign.alien_registered_on,
            residence_notified=foreign.residence_notified,
        )
    return replace(
        record,
        name=_name(items.name, record.name),
        birth_date=items.birth_date or record.birth_date,
        sex=items.sex or record.sex,
        foreign=replace(foreign, nationality=items.nationality or foreign.nationality),
    )


def _name(new: PersonName | None, old: PersonName) -> PersonName:
    """The new name. The Minister's notice has no kana: it stays where the name is read as before."""
    if new is None:
        return old
    return replace(new, kana=new.kana or old.kana) if new.text == old.text else new


def _enter(
    act: Act, notice: MinisterNotice, held: Held, locked: list[Held], decision: Permitted
) -> tuple[Remark, ...]:
    """Correct or delete the record; what the clerk should know of the household that is left."""
    entry = Entry(act.claim, REASONS[notice.kind], notice.occurred_on, notice.issued_on)
    if notice.kind is NoticeKind.ENDED:
        register.enter(act.ctx, act.tx, held, _ended, entry, present=False)
        act.done(decision, held, reference=notice.notice_id)
        return households.settle(act, households.left_behind(locked, held), entry)
    register.enter(act.ctx, act.tx, held, lambda record: changed_by(notice, record), entry)
    act.done(decision, held, reference=notice.notice_id)
    return ()


def _ended(record: ResidentRecord) -> ResidentRecord:
    return replace(record, move_out=None, deletion_cause=DeletionCause.OUTSIDE_THE_ACT)

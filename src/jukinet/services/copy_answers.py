"""Nationwide copy at the home municipality: a request (M5) is answered with the record's items (M6), or not.

Act Art. 12-4(3). That the same request gets the same bytes again, and leaves an entry each time, is in ``answering``.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import RecordKind, ResidentRecord
from jukinet.domain.municipality import NodeId
from jukinet.domain.relationship import Member, order_members
from jukinet.law import copies as law_copies
from jukinet.law.copies import CopyItem, CopySubject, OnRequest, Standing
from jukinet.law.decisions import Decision, Refused
from jukinet.messages.copies import (
    CopyData,
    CopyPerson,
    CopyRefusal,
    CopyRefusalReason,
    CopyRequest,
    HouseholdItems,
    MemberScope,
    NationalityAndClass,
    WantedItem,
)
from jukinet.messages.kinds import CallKind
from jukinet.services import answering, withholding
from jukinet.services.answering import Answerer, Prepared, is_named
from jukinet.services.context import Context
from jukinet.store import residents
from jukinet.store.database import Transaction
from jukinet.store.residents import Held


def answer_copy_request(ctx: Context, peer: NodeId, envelope: bytes) -> bytes:
    """Answer a request for a nationwide copy; see ``answering.answer``."""
    return answering.answer(ctx, peer, envelope, _ANSWERER)


def _prepare(ctx: Context, tx: Transaction, request: CopyRequest) -> Prepared:
    requester, household = _lock(tx, request.requester_code)
    named = requester is not None and is_named(requester.record, request.requester_name)
    shown = _shown(request, requester, household) if requester is not None and named else None
    today = ctx.business_date(tx)
    kept_back = withholding.keeps_copies_back(tx, household)
    decision = law_copies.decide_copy_answer(
        _subjects(requester, shown, household, kept_back, named=named), today
    )
    head = next((held.record for held in household if held.record.is_householder), None)
    if head is None and WantedItem.HOUSEHOLD in request.wanted and not isinstance(decision, Refused):
        # Between a householder's death and the filing of the next one: nobody can be named as such.
        decision = Refused((law_copies.K13,))
    if isinstance(decision, Refused) or shown is None:
        return _refused(decision)
    wanted = frozenset(OnRequest(item.value) for item in request.wanted)
    ordered = _in_order(shown)
    persons = tuple(_person(held.record, head, wanted) for held in ordered)
    return Prepared(CopyData(persons), decision, tuple(ordered))


def _refused(decision: Decision) -> Prepared:
    failed = decision.failed if isinstance(decision, Refused) else ()
    consult = any(rule.rule == law_copies.K13.rule for rule in failed)
    reason = CopyRefusalReason.CONSULT_HOME if consult else CopyRefusalReason.NOT_RECORDED
    return Prepared(CopyRefusal(reason), decision, ())


def _lock(tx: Transaction, code: ResidentRecordCode) -> tuple[Held | None, list[Held]]:
    """The holder of the code with the present members of the household.

    The household is locked as a whole, in its order: two members who apply at once, each locked first, would
    wait for each other.
    """
    number = residents.household_of(tx, code)
    household = residents.lock_household(tx, number) if number is not None else []
    holder = next((held for held in household if held.record.code == code), None)
    if holder is None:
        holder = residents.lock_by_code(tx, code)
        if holder is not None and holder.present:
            raise JukinetError(ErrorKind.UNAVAILABLE, "The record is being changed. Try again.")
    return holder, household


def _subjects(
    requester: Held | None,
    shown: list[Held] | None,
    household: list[Held],
    kept_back: frozenset[int],
    *,
    named: bool,
) -> list[CopySubject]:
    """What the law asks of the requester, who comes first, and of those to be shown.

    A hold counts only where the record would be shown but for it: who guesses a name, or asks for somebody who has
    left, is told what everybody is told.
    """
    nobody = CopySubject(Standing.UNKNOWN, RecordKind.JAPANESE)
    if requester is None:
        return [nobody]
    standing = Standing.RECORDED if requester.present else Standing.DELETED
    first = CopySubject(
        standing if named else Standing.UNKNOWN,
        requester.record.kind,
        held=named and requester.resident_id in kept_back,
    )
    if not household or not named:
        return [first]
    if shown is None:
        return [first, nobody]
    others = [held for held in shown if held.resident_no != requester.resident_no]
    return [
        first,
        *(
            CopySubject(Standing.RECORDED, one.record.kind, held=one.resident_id in kept_back)
            for one in others
        ),
    ]


def _shown(request: CopyRequest, requester: Held, household: list[Held]) -> list[Held] | None:
    """Whom the copy is to show; None where a name fits nobody of the household, or more than one."""
    match request.members:
        case MemberScope.SELF:
            return [requester]
        case MemberScope.HOUSEHOLD:
            return household
        case MemberScope.NAMED:
            fitting = [[held for held in household if is_named(held.record, name)] for name in request.names]
            if any(len(held) != 1 for held in fitting):
                return None
            return list({held[0].resident_no: held[0] for held in fitting}.values())


def _in_order(chosen: list[Held]) -> list[Held]:
    """The order of members (specification 5.2)."""
    by_number = {held.resident_no: held for held in chosen}
    members = (Member(held.resident_no, held.record.relationship, held.record.birth_date) for held in chosen)
    return [by_number[member.number] for member in order_members(members)]


def _person(record: ResidentRecord, head: ResidentRecord | None, wanted: frozenset[OnRequest]) -> CopyPerson:
    """The items that the table of ``law.copies`` lets this copy show, and no other."""
    visible = law_copies.visible_items(record.kind, wanted)
    foreign = record.foreign

    def shows(item: CopyItem) -> bool:
        return item in visible

    return CopyPerson(
        name=record.name.written,
        birth_date=record.birth_date,
        sex=record.sex,
        address=record.address,
        recorded_since=record.recorded_since,
        became_resident_on=record.became_resident_on if shows(CopyItem.BECAME_RESIDENT) else None,
        became_foreign_resident_on=(
            foreign.became_foreign_resident_on
            if foreign and shows(CopyItem.BECAME_FOREIGN_RESIDENT)
            else None
        ),
        nickname=record.nickname.text if record.nickname and shows(CopyItem.NICKNAME) else None,
        address_since=record.address_since if shows(CopyItem.ADDRESS_SINCE) else None,
        previous_address=record.previous_address if shows(CopyItem.PREVIOUS_ADDRESS) else None,
        household=(
            HouseholdItems(head.name.written, record.relationship)
            if head is not None and shows(CopyItem.RELATIONSHIP)
            else None
        ),
        code=record.code if shows(CopyItem.CODE) else None,
        foreign=(
            NationalityAndClass(
                nationality=foreign.nationality,
                stay=foreign.stay,
                status=foreign.status,
                period=foreign.period,
                expires_on=foreign.expires_on,
                document_number=foreign.document_number,
            )
            if foreign and shows(CopyItem.NATIONALITY) and shows(CopyItem.STAY)
            else None
        ),
    )


_ANSWERER = Answerer(
    kind=CallKind.NATIONWIDE_COPY,
    question=CopyRequest,
    supplied=AuditEvent.COPY_DATA_SUPPLIED,
    again=AuditEvent.COPY_DATA_GIVEN_AGAIN,
    about=lambda request: request.requester_code,
    prepare=_prepare,
)

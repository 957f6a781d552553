"""Nationwide copy at the home municipality: a request (M5) is answered with the record's items (M6), or not.

Act Art. 12-4(3). That the same request gets the same bytes again, and leaves an entry each time, is in ``answering``.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import NodeId
from jukinet.law import copies as law_copies
from jukinet.law.copies import CopySubject, OnRequest, Standing
from jukinet.law.decisions import Decision, Refused
from jukinet.messages.copies import (
    CopyData,
    CopyRefusal,
    CopyRefusalReason,
    CopyRequest,
    WantedItem,
)
from jukinet.messages.kinds import CallKind
from jukinet.services import answering, copied, household_order, withholding
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
    shown = None
    if requester is not None and named:
        shown = copied.chosen(request.members, request.names, requester, household)
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
    ordered = household_order.in_order(tx, shown)
    persons = tuple(
        copied.person_of(held.record, head, law_copies.visible_items(held.record.kind, wanted))
        for held in ordered
    )
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


_ANSWERER = Answerer(
    kind=CallKind.NATIONWIDE_COPY,
    question=CopyRequest,
    supplied=AuditEvent.COPY_DATA_SUPPLIED,
    again=AuditEvent.COPY_DATA_GIVEN_AGAIN,
    about=lambda request: request.requester_code,
    prepare=_prepare,
)

"""Particulars of a move-out (転出証明書情報) at the municipality that was left: M7 is answered with M8, or refused.

Act Art. 24-2(4), Ord. 24-3. A hold on the record keeps nothing back here: the answer goes to the municipality that
records the person, and to nobody who asks about another.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent
from jukinet.domain.items import MoveOutPlan, Programme, ResidentRecord
from jukinet.domain.municipality import NodeId
from jukinet.law import move_in_by_card as law
from jukinet.law.decisions import Permitted
from jukinet.law.move_in_by_card import Mover
from jukinet.messages.kinds import CallKind
from jukinet.messages.particulars import (
    CardDays,
    Enrolment,
    ForeignParticulars,
    Particulars,
    ParticularsRefusal,
    ParticularsRefusalReason,
    ParticularsRequest,
    PersonParticulars,
)
from jukinet.services import answering
from jukinet.services.answering import Answerer, Prepared, is_named
from jukinet.services.context import Context
from jukinet.store import cards, residents
from jukinet.store.cards import Card
from jukinet.store.database import Transaction
from jukinet.store.residents import Held

REASONS = {
    law.MS7: ParticularsRefusalReason.NOT_RECORDED,
    law.MS8: ParticularsRefusalReason.NO_MOVE_OUT,
    law.MS9: ParticularsRefusalReason.NO_CARD,
    law.MS10: ParticularsRefusalReason.RECORDED_ELSEWHERE,
}
"""What is answered where a rule fails; of several, the first."""


def answer_particulars(ctx: Context, peer: NodeId, envelope: bytes) -> bytes:
    """Answer a question for particulars; see ``answering.answer``."""
    return answering.answer(ctx, peer, envelope, _ANSWERER)


def _prepare(_ctx: Context, tx: Transaction, asked: ParticularsRequest) -> Prepared:
    household = _lock(tx, asked)
    holder = next(iter(residents.holders(household, asked.code)), None)
    if holder is not None and not is_named(holder.record, asked.name):
        holder = None
    members = [_member(household, holder, name) for name in asked.names] if holder else []
    card = _card(tx, holder, asked) if holder else None
    plan = holder.record.move_out if holder else None
    decision = law.decide_answer(
        _mover(holder, plan, asked, card),
        tuple(_mover(one, plan, asked, _any_card(tx, one, asked)) for one in members),
        is_head=holder is not None and holder.record.is_householder,
        filed_on=asked.filed_on,
    )
    everybody = tuple(one for one in (holder, *members) if one is not None)
    if not isinstance(decision, Permitted):
        return Prepared(ParticularsRefusal(REASONS[decision.failed[0]]), decision, ())
    head = next((one.record for one in household if one.record.is_householder), None)
    persons = tuple(_person(one.record, head, card if one is holder else None) for one in everybody)
    return Prepared(Particulars(persons), decision, everybody)


def _lock(tx: Transaction, asked: ParticularsRequest) -> list[Held]:
    """Who had the code last, with the household: those who are there, and those who left it."""
    number = residents.last_household_of(tx, asked.code)
    return residents.lock_household_ever(tx, number) if number is not None else []


def _member(household: list[Held], holder: Held | None, name: str) -> Held | None:
    """The one other member of this name; None where it fits nobody, or more than one."""
    fitting = [one for one in household if one is not holder and is_named(one.record, name)]
    # Who left and came back stands twice.
    fitting = [one for one in fitting if one.record.move_out] or fitting
    return fitting[0] if len(fitting) == 1 else None


def _card(tx: Transaction, holder: Held, asked: ParticularsRequest) -> Card | None:
    found = cards.of_resident(tx, holder.resident_id)
    return next((card for card in found if card.number == asked.card), None)


def _any_card(tx: Transaction, member: Held | None, asked: ParticularsRequest) -> Card | None:
    found = cards.of_resident(tx, member.resident_id) if member else []
    return next((card for card in found if law.serves(card.facts, asked.filed_on)), None)


def _mover(
    held: Held | None, plan: MoveOutPlan | None, asked: ParticularsRequest, card: Card | None
) -> Mover:
    record = held.record if held else None
    own = record.move_out if record else None
    together = own is not None and plan is not None and own == plan
    return Mover(
        found=record is not None,
        planned=together and plan is not None and _inside(plan) and plan.filed_on <= asked.filed_on,
        reported=record is not None and record.confirmed_move is not None,
        card=card.facts if card else None,
    )


def _inside(plan: MoveOutPlan) -> bool:
    """Whether the move-out goes to a municipality: one to another country has none."""
    return plan.destination.municipality is not None


def _person(record: ResidentRecord, head: ResidentRecord | None, card: Card | None) -> PersonParticulars:
    plan = record.move_out
    if plan is None:
        raise TypeError("the particulars were decided on a move-out that stands")
    return PersonParticulars(
        name=record.name.text,
        latin=record.name.latin,
        birth_date=record.birth_date,
        sex=record.sex,
        householder=(head or record).name.text,
        relationship=record.relationship,
        koseki=record.koseki,
        code=record.code,
        address=record.address,
        destination=plan.destination,
        planned_on=plan.planned_on,
        enrolment=_enrolment(record),
        foreign=_foreign(record),
        card=CardDays(card.issued_on, card.facts.expires_on, card.form) if card else None,
    )


def _enrolment(record: ResidentRecord) -> Enrolment:
    of = record.programmes
    in_pension = of.stands(Programme.PENSION)
    return Enrolment(
        health_insurance=of.stands(Programme.HEALTH_INSURANCE),
        elderly_medical=of.stands(Programme.ELDERLY_MEDICAL),
        care_insurance=of.stands(Programme.CARE_INSURANCE),
        pension_class=of.pension_class if in_pension else None,
        pension_number=of.pension_number if in_pension else None,
        child_allowance=of.stands(Programme.CHILD_ALLOWANCE),
    )


def _foreign(record: ResidentRecord) -> ForeignParticulars | None:
    if record.foreign is None:
        return None
    stay = record.foreign
    return ForeignParticulars(
        nationality=stay.nationality,
        stay=stay.stay,
        status=stay.status,
        period=stay.period,
        expires_on=stay.expires_on,
        document_number=stay.document_number,
        nickname=record.nickname,
        former_nicknames=record.former_nicknames,
    )


_ANSWERER = Answerer(
    kind=CallKind.MOVE_OUT_PARTICULARS,
    question=ParticularsRequest,
    supplied=AuditEvent.PARTICULARS_SUPPLIED,
    again=AuditEvent.PARTICULARS_GIVEN_AGAIN,
    about=lambda asked: asked.code,
    prepare=_prepare,
)

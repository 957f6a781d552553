"""What a move-out certificate would say, by the line (転出証明書情報): question M7 and answer M8.

Owns their shape (Act Art. 24-2(3), (4), Ord. 24-3; for foreign residents as read by Ord. 30-27(3), 30-32), and the
check that an answer tells of nobody who was not asked for. Whether one may be given is decided in
``jukinet.law.move_in_by_card``. Not here, since no record has it: what proves that a card is genuine (Reg. 7-2), which
is of the chip. There is no field for voting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from jukinet.domain.card import CardForm, CardNumber
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.items import ForeignClass, Koseki, Nickname
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import check_pension_number
from jukinet.domain.persons import Address, Place, Private, Sex
from jukinet.domain.reading import Fields
from jukinet.messages.wire import parse_member, present, read_address, read_place, write_address, write_place

MAX_MEMBERS = 50
"""Members who move in with a householder."""
MAX_NICKNAMES = 50


@dataclass(frozen=True, slots=True, repr=False)
class ParticularsRequest(Private):
    """M7: that a first move-in was filed with a card, by whom, and for which members of the household besides.

    ``names``: members without a card, as they wrote themselves (24-2(2)).
    """

    card: CardNumber
    code: ResidentRecordCode
    name: str
    filed_on: date
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Enrolment(Private):
    """Whether somebody is insured, and receives child allowance (Ord. 24-3(iii)-(vi))."""

    health_insurance: bool = False
    elderly_medical: bool = False
    care_insurance: bool = False
    pension_class: str | None = None
    pension_number: str | None = None
    child_allowance: bool = False


@dataclass(frozen=True, slots=True)
class CardDays:
    """The days of the card (Ord. 24-3(vii)) and its form (Reg. 7-2), where it is recorded."""

    issued_on: date
    expires_on: date
    form: CardForm | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ForeignParticulars(Private):
    """Nationality, the items of the class, and every nickname that was recorded and deleted."""

    nationality: str
    stay: ForeignClass
    status: str | None = None
    period: str | None = None
    expires_on: date | None = None
    document_number: str | None = None
    nickname: Nickname | None = None
    former_nicknames: tuple[Nickname, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class PersonParticulars(Private):
    """One person of M8. ``latin``: the name as a foreign resident's card bears it. ``card``: of the card's holder."""

    name: str
    birth_date: PartialDate
    sex: Sex
    householder: str
    relationship: str
    address: Address
    destination: Place
    planned_on: date
    enrolment: Enrolment
    latin: str | None = None
    koseki: Koseki | None = None
    code: ResidentRecordCode | None = None
    foreign: ForeignParticulars | None = None
    card: CardDays | None = None


@dataclass(frozen=True, slots=True)
class Particulars:
    """M8: the card's holder first, then the members who were named."""

    persons: tuple[PersonParticulars, ...]


class ParticularsRefusalReason(StrEnum):
    """Why the municipality that was left gives none."""

    NOT_RECORDED = "not-recorded"
    NO_MOVE_OUT = "no-move-out"
    NO_CARD = "no-card"
    RECORDED_ELSEWHERE = "recorded-elsewhere"


@dataclass(frozen=True, slots=True)
class ParticularsRefusal:
    reason: ParticularsRefusalReason


ParticularsAnswer = Particulars | ParticularsRefusal


def write_request(request: ParticularsRequest) -> dict[str, Any]:
    return present(
        card=request.card.text,
        code=request.code.text,
        name=request.name,
        filed_on=request.filed_on.isoformat(),
        names=list(request.names) or None,
    )


def read_request(fields: Fields) -> ParticularsRequest:
    request = ParticularsRequest(
        card=fields.take("card", CardNumber.parse),
        code=fields.take("code", ResidentRecordCode.parse),
        name=fields.text("name"),
        filed_on=fields.date("filed_on"),
        names=fields.texts("names", str.strip, most=MAX_MEMBERS) if fields.has("names") else (),
    )
    fields.raw("names")
    return request


def write_answer(answer: ParticularsAnswer) -> dict[str, Any]:
    if isinstance(answer, ParticularsRefusal):
        return {"refused": answer.reason.value}
    return {"persons": [_write_person(person) for person in answer.persons]}


def read_answer(fields: Fields) -> ParticularsAnswer:
    if fields.has("refused"):
        return ParticularsRefusal(fields.take("refused", parse_member(ParticularsRefusalReason)))
    fields.raw("refused")
    return Particulars(fields.each("persons", _read_person, most=MAX_MEMBERS + 1))


def answer_faults(request: ParticularsRequest, answer: ParticularsAnswer) -> tuple[Fault, ...]:
    """Where an answer tells of others than were asked for. Both ends check it."""
    if isinstance(answer, ParticularsRefusal):
        return ()
    faults = []
    if len(answer.persons) != 1 + len(request.names):
        faults.append(Fault("persons", "must be the holder and each member who was named"))
    for index, person in enumerate(answer.persons):
        if index == 0 and person.code != request.code:
            faults.append(Fault("persons[0].code", "must be the code that was asked for"))
        if (person.card is not None) != (index == 0):
            faults.append(Fault(f"persons[{index}].card", "belongs to the card's holder, and to nobody else"))
    return tuple(faults)


def _write_person(person: PersonParticulars) -> dict[str, Any]:
    faults = _person_faults(person)
    if faults:
        raise invalid(*faults)
    koseki, card = person.koseki, person.card
    return present(
        name=person.name,
        latin=person.latin,
        birth_date=person.birth_date.text,
        sex=person.sex.value,
        householder=person.householder,
        relationship=person.relationship,
        koseki={"domicile": koseki.domicile, "head": koseki.head} if koseki else None,
        code=person.code.text if person.code else None,
        address=write_address(person.address),
        destination=write_place(person.destination),
        planned_on=person.planned_on.isoformat(),
        enrolment=_write_enrolment(person.enrolment),
        foreign=_write_foreign(person.foreign) if person.foreign else None,
        card=present(
            issued_on=card.issued_on.isoformat(),
            expires_on=card.expires_on.isoformat(),
            form=card.form.value if card.form else None,
        )
        if card
        else None,
    )


def _read_card(fields: Fields) -> CardDays:
    form = fields.optional("form", parse_member(CardForm))
    return CardDays(fields.date("issued_on"), fields.date("expires_on"), form)


def _read_person(fields: Fields) -> PersonParticulars:
    person = PersonParticulars(
        name=fields.text("name"),
        latin=fields.optional_text("latin"),
        birth_date=fields.take("birth_date", PartialDate.parse),
        sex=fields.take("sex", parse_member(Sex)),
        householder=fields.text("householder"),
        relationship=fields.text("relationship"),
        koseki=fields.optional_object("koseki", lambda at: Koseki(at.text("domicile"), at.text("head"))),
        code=fields.optional("code", ResidentRecordCode.parse),
        address=fields.object("address", read_address),
        destination=fields.object("destination", read_place),
        planned_on=fields.date("planned_on"),
        enrolment=fields.object("enrolment", _read_enrolment),
        foreign=fields.optional_object("foreign", _read_foreign),
        card=fields.optional_object("card", _read_card),
    )
    for fault in _person_faults(person):
        fields.fault(fault.field, fault.problem)
    return person


def _person_faults(person: PersonParticulars) -> list[Fault]:
    if person.foreign is None:
        return [Fault("latin", "belongs to a foreign resident only")] if person.latin else []
    return [Fault("koseki", "belongs to a Japanese national only")] if person.koseki else []


def _write_enrolment(enrolment: Enrolment) -> dict[str, Any]:
    return present(
        health_insurance=enrolment.health_insurance,
        elderly_medical=enrolment.elderly_medical,
        care_insurance=enrolment.care_insurance,
        pension_class=enrolment.pension_class,
        pension_number=enrolment.pension_number,
        child_allowance=enrolment.child_allowance,
    )


def _read_enrolment(fields: Fields) -> Enrolment:
    return Enrolment(
        health_insurance=fields.flag("health_insurance"),
        elderly_medical=fields.flag("elderly_medical"),
        care_insurance=fields.flag("care_insurance"),
        pension_class=fields.optional_text("pension_class"),
        pension_number=fields.optional("pension_number", check_pension_number),
        child_allowance=fields.flag("child_allowance"),
    )


def _write_foreign(items: ForeignParticulars) -> dict[str, Any]:
    return present(
        nationality=items.nationality,
        stay=items.stay.value,
        status=items.status,
        period=items.period,
        expires_on=items.expires_on.isoformat() if items.expires_on else None,
        document_number=items.document_number,
        nickname=_write_nickname(items.nickname) if items.nickname else None,
        former_nicknames=[_write_nickname(one) for one in items.former_nicknames] or None,
    )


def _read_foreign(fields: Fields) -> ForeignParticulars:
    former: tuple[Nickname, ...] = ()
    if fields.has("former_nicknames"):
        former = fields.each("former_nicknames", _read_nickname, most=MAX_NICKNAMES)
    fields.raw("former_nicknames")
    return ForeignParticulars(
        nationality=fields.text("nationality"),
        stay=fields.take("stay", parse_member(ForeignClass)),
        status=fields.optional_text("status"),
        period=fields.optional_text("period"),
        expires_on=fields.optional_date("expires_on"),
        document_number=fields.optional_text("document_number"),
        nickname=fields.optional_object("nickname", _read_nickname),
        former_nicknames=former,
    )


def _write_nickname(nickname: Nickname) -> dict[str, Any]:
    return present(
        text=nickname.text,
        recorded_on=nickname.recorded_on.isoformat(),
        recorded_by=nickname.recorded_by.text,
        deleted_on=nickname.deleted_on.isoformat() if nickname.deleted_on else None,
        deleted_by=nickname.deleted_by.text if nickname.deleted_by else None,
    )


def _read_nickname(fields: Fields) -> Nickname:
    return Nickname(
        text=fields.text("text"),
        recorded_on=fields.date("recorded_on"),
        recorded_by=fields.take("recorded_by", MunicipalityCode.parse),
        deleted_on=fields.optional_date("deleted_on"),
        deleted_by=fields.optional("deleted_by", MunicipalityCode.parse),
    )

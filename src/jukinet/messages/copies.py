"""The nationwide copy (住民票の写しの広域交付) between two municipalities: question M5 and answer M6.

Owns their shape, and the check that an answer holds no item that the question did not ask for (Act
Art. 12-4, Ord. 15-3, for foreign residents as read by Art. 30-51 and Ord. 30-32). Whether a copy may be made
is decided in ``jukinet.law.copies``. There is no field for the koseki, nor for any other item that never
travels here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.items import ForeignClass
from jukinet.domain.persons import Address, Place, Private, Sex
from jukinet.domain.reading import Fields
from jukinet.messages.wire import parse_member, present, read_address, read_place, write_address, write_place

MAX_PERSONS = 100
"""Members of one household on one copy."""


class WantedItem(StrEnum):
    """What is on the copy only where it is asked for."""

    HOUSEHOLD = "household-items"
    """Item 4: householder and relationship"""
    CODE = "code"
    """Item 13"""
    NATIONALITY_AND_CLASS = "nationality-and-class"
    """A foreign resident's nationality or region and the items of his class (Art. 30-45)"""


class MemberScope(StrEnum):
    """Which members of the requester's household the copy is to show (Ord. 15-3(1)(iii))."""

    SELF = "self"
    HOUSEHOLD = "household"
    NAMED = "named"


@dataclass(frozen=True, slots=True, repr=False)
class CopyRequest(Private):
    """M5 (Art. 12-4(2), Ord. 15-3(1)). The call that carries it names the request.

    ``names``: the members to be shown, as the requester wrote them; only with ``MemberScope.NAMED``.
    """

    requester_name: str
    requester_code: ResidentRecordCode
    members: MemberScope
    wanted: frozenset[WantedItem] = frozenset()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class HouseholdItems(Private):
    """Item 4: the householder's name, and the relationship to him (世帯主 for the householder)."""

    householder: str
    relationship: str


@dataclass(frozen=True, slots=True, repr=False)
class NationalityAndClass(Private):
    """A foreign resident's items that are shown on request only; see ``domain.items.ForeignItems``."""

    nationality: str
    stay: ForeignClass
    status: str | None = None
    period: str | None = None
    expires_on: date | None = None
    document_number: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class CopyPerson(Private):
    """One person of M6: items 1 to 3 and 6 to 8, and what was asked for (Ord. 15-3(2)).

    A foreign resident has ``became_foreign_resident_on`` in place of item 6 and perhaps a ``nickname``.
    """

    name: str
    birth_date: PartialDate
    sex: Sex
    address: Address
    recorded_since: date
    became_resident_on: PartialDate | None = None
    became_foreign_resident_on: PartialDate | None = None
    nickname: str | None = None
    address_since: PartialDate | None = None
    previous_address: Place | None = None
    household: HouseholdItems | None = None
    code: ResidentRecordCode | None = None
    foreign: NationalityAndClass | None = None


@dataclass(frozen=True, slots=True)
class CopyData:
    """M6: the persons to be shown, in the order of the household."""

    persons: tuple[CopyPerson, ...]


class CopyRefusalReason(StrEnum):
    """Why the home municipality gives no data."""

    NOT_RECORDED = "not-recorded"
    """No live record of the requester fits."""
    CONSULT_HOME = "consult-home"
    """The person is to ask at home; no reason is given, on purpose."""
    NOT_CONNECTED = "not-connected"


@dataclass(frozen=True, slots=True)
class CopyRefusal:
    reason: CopyRefusalReason


CopyAnswer = CopyData | CopyRefusal


def write_request(request: CopyRequest) -> dict[str, Any]:
    faults = _request_faults(request)
    if faults:
        raise invalid(*faults)
    return present(
        requester_name=request.requester_name,
        requester_code=request.requester_code.text,
        members=request.members.value,
        names=list(request.names) or None,
        wanted=sorted(item.value for item in request.wanted),
    )


def read_request(fields: Fields) -> CopyRequest:
    wanted = fields.texts("wanted", parse_member(WantedItem), most=len(WantedItem))
    request = CopyRequest(
        requester_name=fields.text("requester_name"),
        requester_code=fields.take("requester_code", ResidentRecordCode.parse),
        members=fields.take("members", parse_member(MemberScope)),
        wanted=frozenset(wanted),
        names=fields.texts("names", str.strip, most=MAX_PERSONS) if fields.has("names") else (),
    )
    fields.raw("names")
    if len(request.wanted) != len(wanted):
        fields.fault("wanted", "must not repeat")
    for fault in _request_faults(request):
        fields.fault(fault.field, fault.problem)
    return request


def write_answer(answer: CopyAnswer) -> dict[str, Any]:
    if isinstance(answer, CopyRefusal):
        return {"refused": answer.reason.value}
    return {"persons": [_write_person(person) for person in answer.persons]}


def read_answer(fields: Fields) -> CopyAnswer:
    if fields.has("refused"):
        return CopyRefusal(fields.take("refused", parse_member(CopyRefusalReason)))
    fields.raw("refused")
    return CopyData(fields.each("persons", _read_person, most=MAX_PERSONS))


def answer_faults(request: CopyRequest, answer: CopyAnswer) -> tuple[Fault, ...]:
    """Where an answer holds what was not asked for, or lacks what was. Both ends check it.

    The code may be lacking even where it was asked for: not every resident has one.
    """
    if isinstance(answer, CopyRefusal):
        return ()
    faults = [] if answer.persons else [Fault("persons", "must not be empty")]
    if request.members is MemberScope.SELF and len(answer.persons) > 1:
        faults.append(Fault("persons", "must be the requester alone"))
    if request.members is MemberScope.NAMED and len(answer.persons) > len(request.names):
        faults.append(Fault("persons", "must be those who were named"))
    for index, person in enumerate(answer.persons):
        at = f"persons[{index}]"
        faults += [Fault(f"{at}.{name}", problem) for name, problem in _item_faults(request, person)]
    return tuple(faults)


def _item_faults(request: CopyRequest, person: CopyPerson) -> list[tuple[str, str]]:
    unasked = "was not asked for"
    faults = []
    if (person.household is not None) != (WantedItem.HOUSEHOLD in request.wanted):
        faults.append(("household", unasked if person.household else "was asked for"))
    if person.code is not None and WantedItem.CODE not in request.wanted:
        faults.append(("code", unasked))
    wanted = WantedItem.NATIONALITY_AND_CLASS in request.wanted and _is_foreign(person)
    if (person.foreign is not None) != wanted:
        faults.append(("foreign", unasked if person.foreign else "was asked for"))
    return faults


def _is_foreign(person: CopyPerson) -> bool:
    return person.became_foreign_resident_on is not None


def _request_faults(request: CopyRequest) -> list[Fault]:
    if (request.members is MemberScope.NAMED) == bool(request.names):
        return []
    return [Fault("names", "belong to a copy for named members, and to no other")]


def _write_person(person: CopyPerson) -> dict[str, Any]:
    faults = _person_faults(person)
    if faults:
        raise invalid(*faults)
    return present(
        name=person.name,
        nickname=person.nickname,
        birth_date=person.birth_date.text,
        sex=person.sex.value,
        address=write_address(person.address),
        address_since=_stated(person.address_since),
        recorded_since=person.recorded_since.isoformat(),
        became_resident_on=_stated(person.became_resident_on),
        became_foreign_resident_on=_stated(person.became_foreign_resident_on),
        previous_address=write_place(person.previous_address) if person.previous_address else None,
        household=_write_household(person.household) if person.household else None,
        code=person.code.text if person.code else None,
        foreign=_write_foreign(person.foreign) if person.foreign else None,
    )


def _stated(day: PartialDate | None) -> str | None:
    return day.text if day else None


def _read_person(fields: Fields) -> CopyPerson:
    person = CopyPerson(
        name=fields.text("name"),
        nickname=fields.optional_text("nickname"),
        birth_date=fields.take("birth_date", PartialDate.parse),
        sex=fields.take("sex", parse_member(Sex)),
        address=fields.object("address", read_address),
        address_since=fields.optional("address_since", PartialDate.parse),
        recorded_since=fields.date("recorded_since"),
        became_resident_on=fields.optional("became_resident_on", PartialDate.parse),
        became_foreign_resident_on=fields.optional("became_foreign_resident_on", PartialDate.parse),
        previous_address=fields.optional_object("previous_address", read_place),
        household=fields.optional_object("household", _read_household),
        code=fields.optional("code", ResidentRecordCode.parse),
        foreign=fields.optional_object("foreign", _read_foreign),
    )
    for fault in _person_faults(person):
        fields.fault(fault.field, fault.problem)
    return person


def _person_faults(person: CopyPerson) -> list[Fault]:
    faults = []
    if (person.became_resident_on is None) == (person.became_foreign_resident_on is None):
        faults.append(Fault("became_resident_on", "or became_foreign_resident_on must be given, not both"))
    if person.nickname is not None and not _is_foreign(person):
        faults.append(Fault("nickname", "belongs to a foreign resident only"))
    if person.foreign is not None and not _is_foreign(person):
        faults.append(Fault("foreign", "belongs to a foreign resident only"))
    return faults


def _write_household(items: HouseholdItems) -> dict[str, Any]:
    return {"householder": items.householder, "relationship": items.relationship}


def _read_household(fields: Fields) -> HouseholdItems:
    return HouseholdItems(fields.text("householder"), fields.text("relationship"))


def _write_foreign(items: NationalityAndClass) -> dict[str, Any]:
    return present(
        nationality=items.nationality,
        stay=items.stay.value,
        status=items.status,
        period=items.period,
        expires_on=_day(items.expires_on),
        document_number=items.document_number,
    )


def _read_foreign(fields: Fields) -> NationalityAndClass:
    return NationalityAndClass(
        nationality=fields.text("nationality"),
        stay=fields.take("stay", parse_member(ForeignClass)),
        status=fields.optional_text("status"),
        period=fields.optional_text("period"),
        expires_on=fields.optional_date("expires_on"),
        document_number=fields.optional_text("document_number"),
    )


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()

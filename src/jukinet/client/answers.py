"""What is asked and answered at ``/supply/v1/identity-verifications``, as typed values.

Reads answers leniently where that is safe: a field that this version does not know is passed over, so that an
organ need not be updated on the day a node is. Values are never in a ``repr``: they are about a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import OrganSlug
from jukinet.domain.persons import IdentityFacts, Sex
from jukinet.domain.reading import Fields, reading
from jukinet.messages import strict_json
from jukinet.messages.problem_documents import ProblemRule
from jukinet.messages.promises import Promise
from jukinet.messages.wire import parse_member, read_address

MAX_ANSWER = 1024 * 1024
"""Bytes of one answer; one person with a long history needs a few thousand."""


class Result(StrEnum):
    """How a verification ended."""

    FOUND = "found"
    NONE = "none"
    AMBIGUOUS = "ambiguous"
    """The four items fit more than one person; ask with the code."""
    UNDETERMINED = "undetermined"
    """Two municipalities report the person, and it is not settled which is right."""


class Reason(StrEnum):
    """Why there is no present record."""

    SUPERSEDED = "superseded"
    """The code was changed; the new one is not told (Art. 30-3)."""


@dataclass(frozen=True, slots=True, repr=False)
class FourItems:
    """All four, equal after normalisation: no part of a name and no range of dates."""

    name: str
    address: str
    birth_date: PartialDate
    sex: Sex


@dataclass(frozen=True, slots=True)
class Change:
    """What last happened to a record (変更情報): the kind of change, its reason, and the day it arose."""

    kind: ChangeKind
    reason: NoticeReason
    occurred_on: date


@dataclass(frozen=True, slots=True, repr=False)
class KnownPerson:
    """The six facts as the network holds them, with the change that made them so, where it is told."""

    facts: IdentityFacts
    change: Change | None = None


@dataclass(frozen=True, slots=True, repr=False)
class VerificationAnswer:
    """An answer. ``basis`` names articles of law; ``policy`` what is our choice and not law.

    ``person`` is there if and only if the result is FOUND; ``history`` is the earlier records, oldest first.
    """

    request_id: str
    result: Result
    basis: tuple[str, ...]
    policy: tuple[str, ...] = ()
    reason: Reason | None = None
    person: KnownPerson | None = None
    history: tuple[KnownPerson, ...] = ()
    promise: Promise | None = None
    """To be kept with the case: it proves the omission, should the node's log lack this answer."""


@dataclass(frozen=True, slots=True)
class VerificationRefused:
    """The law or a policy does not allow the supply; ``rules`` are all that failed."""

    request_id: str
    rules: tuple[ProblemRule, ...]
    sentence: str


def write_request(
    request_id: str,
    affair: str,
    operator: str,
    case: str,
    who: ResidentRecordCode | FourItems,
    for_organ: OrganSlug | None = None,
    consent: tuple[date, str] | None = None,
) -> bytes:
    """The request body; ``for_organ`` where a governor asks for a municipality's organ, ``consent`` for a30-8-1-3."""
    body: dict[str, Any] = {"request_id": request_id, "affair": affair, "operator": operator, "case": case}
    if for_organ is not None:
        body["for"] = for_organ.text
    if consent is not None:
        body["consent"] = {"given_on": consent[0].isoformat(), "affair": consent[1]}
    if isinstance(who, FourItems):
        body |= {
            "name": who.name,
            "address": who.address,
            "birth_date": who.birth_date.text,
            "sex": who.sex.value,
        }
    else:
        body["code"] = who.text
    return strict_json.dump(body)


def read_answer(data: bytes, request_id: str) -> VerificationAnswer:
    """Read a 200 answer to the request of this id; raises MALFORMED, with faults, if it is not one."""
    try:
        with reading(known(strict_json.parse(data, limit=MAX_ANSWER), _ANSWER)) as fields:
            answer = _read(fields)
            if answer.request_id != request_id:
                fields.fault("request_id", "must be that of the request")
            if (answer.person is not None) != (answer.result is Result.FOUND):
                fields.fault("person", "must be there if and only if the result is found")
    except JukinetError as error:
        raise JukinetError(
            ErrorKind.MALFORMED, "The node's answer is not understood.", error.faults
        ) from error
    return answer


def _read(fields: Fields) -> VerificationAnswer:
    return VerificationAnswer(
        request_id=fields.text("request_id"),
        result=fields.take("result", parse_member(Result)),
        basis=fields.texts("basis", str),
        policy=fields.texts("policy", str) if fields.has("policy") else (),
        reason=fields.optional("reason", parse_member(Reason)),
        person=fields.optional_object("person", _read_person),
        history=fields.each("history", _read_person) if fields.has("history") else (),
        promise=fields.optional_object("promise", Promise.from_fields),
    )


def _read_person(fields: Fields) -> KnownPerson:
    facts = IdentityFacts(
        name=fields.text("name"),
        nickname=fields.optional_text("nickname"),
        birth_date=fields.take("birth_date", PartialDate.parse),
        sex=fields.take("sex", parse_member(Sex)),
        address=fields.object("address", read_address),
        code=fields.optional("code", ResidentRecordCode.parse),
    )
    return KnownPerson(facts, fields.optional_object("change", _read_change))


def _read_change(fields: Fields) -> Change:
    return Change(
        kind=fields.take("kind", parse_member(ChangeKind)),
        reason=fields.take("reason", parse_member(NoticeReason)),
        occurred_on=fields.date("occurred_on"),
    )


_PERSON = {
    **dict.fromkeys(("name", "nickname", "birth_date", "sex", "code")),
    "address": dict.fromkeys(("municipality", "text", "building")),
    "change": dict.fromkeys(("kind", "reason", "occurred_on")),
}
PROMISE = dict.fromkeys(("log", "leaf", "index", "size", "path", "integrate_by", "key", "signature"))
_ANSWER = {
    **dict.fromkeys(("request_id", "result", "reason", "basis", "policy")),
    "person": _PERSON,
    "history": [_PERSON],
    "promise": PROMISE,
}
"""The fields that this version knows."""


def known(value: Any, layout: Any) -> Any:
    """The value without the fields that the layout lacks."""
    if isinstance(layout, dict) and isinstance(value, dict):
        return {name: known(value[name], inner) for name, inner in layout.items() if name in value}
    if isinstance(layout, list) and isinstance(value, list):
        return [known(item, layout[0]) for item in value]
    return value

"""M7 and M8: what a move-out certificate would say and not a field more, read strictly."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.unit.messages import samples
from tests.unit.messages.samples import CARD, CODE, KUNITACHI, NOW, OTHER_CODE
from tests.unit.messages.samples import CHIYODA as ASKING

from jukinet.domain.card import CardForm
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import ForeignClass, Koseki, Nickname
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, Place, Sex
from jukinet.domain.reading import reading
from jukinet.messages import calls, particulars
from jukinet.messages.calls import Call
from jukinet.messages.copies import CopyRequest, MemberScope
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind
from jukinet.messages.particulars import (
    CardDays,
    Enrolment,
    ForeignParticulars,
    Particulars,
    ParticularsAnswer,
    ParticularsRefusal,
    ParticularsRefusalReason,
    ParticularsRequest,
    PersonParticulars,
)

DAY = date(2013, 7, 8)
HERE = MunicipalityCode("132152")
REQUEST = ParticularsRequest(CARD, CODE, "国立 花子", DAY, ("国立 一郎",))
HOLDER = PersonParticulars(
    name="国立 花子",
    birth_date=PartialDate("1980-04-17"),
    sex=Sex.FEMALE,
    householder="国立 花子",
    relationship="世帯主",
    address=Address(HERE, "東京都国立市東一丁目1番地", "さくら荘"),
    destination=Place("東京都千代田区", MunicipalityCode("131016")),
    planned_on=DAY,
    enrolment=Enrolment(True, False, False, "1", "1234-567890", True),
    koseki=Koseki("東京都国立市東一丁目1番地", "国立 太郎"),
    code=CODE,
    card=CardDays(DAY, date(2023, 7, 7), CardForm.PHOTO),
)
MEMBER = PersonParticulars(
    name="スミス",
    latin="SMITH",
    birth_date=PartialDate("1980-04-XX"),
    sex=Sex.MALE,
    householder="国立 花子",
    relationship="夫",
    address=HOLDER.address,
    destination=HOLDER.destination,
    planned_on=DAY,
    enrolment=Enrolment(),
    code=OTHER_CODE,
    foreign=ForeignParticulars(
        "USA",
        ForeignClass.MID_TO_LONG_TERM,
        "技術",
        "3年",
        DAY,
        "AB00000000CD",
        Nickname("須美", DAY, HERE),
        (Nickname("墨", DAY, HERE, DAY, HERE),),
    ),
)
ANSWER = Particulars((HOLDER, MEMBER))

# Act Art. 24-2(3): the fact; of whom, by which card, when.
LAWFUL_QUESTION = {"card", "code", "name", "filed_on", "names"}
# Ord. 24-3: items 1 to 5 and 13 of Act Art. 7; nos. i to vii; for foreign residents Ord. 30-27(3), 30-32.
LAWFUL_ANSWER = {
    *("name", "birth_date", "sex", "householder", "relationship", "koseki.domicile", "koseki.head", "code"),
    *("address.municipality", "address.text", "address.building"),
    *("destination.municipality", "destination.text", "planned_on"),
    *(f"enrolment.{one}" for one in ("health_insurance", "elderly_medical", "care_insurance")),
    *(
        "enrolment.pension_class",
        "enrolment.pension_number",
        "enrolment.child_allowance",
        "card.issued_on",
        "card.expires_on",
        "card.form",  # Reg. 7-2
    ),
    *(f"foreign.{one}" for one in ("nationality", "stay", "status", "period", "expires_on")),
    *("foreign.document_number", "foreign.nickname", "foreign.former_nicknames", "latin"),
}
NICKNAME = {"text", "recorded_on", "recorded_by", "deleted_on", "deleted_by"}


def leaves(plain: dict[str, Any], at: str = "") -> set[str]:
    found: set[str] = set()
    for name, value in plain.items():
        deeper = isinstance(value, dict) and name != "nickname"
        found |= leaves(value, f"{at}{name}.") if deeper else {at + name}
    return found


def read_back(plain: dict[str, Any]) -> ParticularsAnswer:
    with reading({"body": plain}) as outer:
        return outer.object("body", particulars.read_answer)


def faults_of(plain: dict[str, Any]) -> set[str]:
    with pytest.raises(JukinetError) as caught:
        read_back(plain)
    return {fault.field.removeprefix("body.") for fault in caught.value.faults}


@case("Ord. Art. 24-3", "Ord. Arts. 30-27(3), 30-32")
def test_nothing_travels_that_the_order_does_not_name() -> None:
    assert particulars.write_request(REQUEST).keys() == LAWFUL_QUESTION
    persons = particulars.write_answer(ANSWER)["persons"]
    assert leaves(persons[0]) | leaves(persons[1]) == LAWFUL_ANSWER
    assert persons[1]["foreign"]["former_nicknames"][0].keys() == NICKNAME


def test_everything_is_read_back_as_it_was_written() -> None:
    assert read_back(particulars.write_answer(ANSWER)) == ANSWER
    for reason in ParticularsRefusalReason:
        refusal = ParticularsRefusal(reason)
        assert read_back(particulars.write_answer(refusal)) == refusal
    alone = dataclasses.replace(REQUEST, names=())
    for request in (REQUEST, alone):
        with reading({"body": particulars.write_request(request)}) as outer:
            assert outer.object("body", particulars.read_request) == request


@pytest.mark.parametrize("extra", ["kana", "household_number", "voter", "deletion_cause", "pension_number"])
def test_nothing_else_is_taken(extra: str) -> None:
    plain = particulars.write_answer(Particulars((HOLDER,)))
    plain["persons"][0][extra] = "x"
    assert faults_of(plain) == {f"persons[0].{extra}"}


def test_a_koseki_is_of_a_japanese_and_a_latin_name_of_a_foreign_resident() -> None:
    for wrong in (
        dataclasses.replace(MEMBER, koseki=HOLDER.koseki),
        dataclasses.replace(HOLDER, latin="KUNITACHI"),
    ):
        with pytest.raises(JukinetError) as caught:
            particulars.write_answer(Particulars((wrong,)))
        assert caught.value.kind is ErrorKind.INVALID
    plain = particulars.write_answer(Particulars((HOLDER,)))
    plain["persons"][0]["latin"] = "X"
    assert faults_of(plain) == {"persons[0].latin"}


@pytest.mark.parametrize(
    "answer",
    [
        Particulars((HOLDER,)),
        Particulars((HOLDER, MEMBER, MEMBER)),
        Particulars((MEMBER, HOLDER)),
        Particulars((dataclasses.replace(HOLDER, code=OTHER_CODE), MEMBER)),
        Particulars((dataclasses.replace(HOLDER, card=None), MEMBER)),
        Particulars((HOLDER, dataclasses.replace(MEMBER, card=HOLDER.card))),
    ],
)
def test_an_answer_tells_of_those_who_were_named_and_of_nobody_else(answer: Particulars) -> None:
    assert particulars.answer_faults(REQUEST, answer)
    call = Call(
        "a" * 32, CallKind.MOVE_OUT_PARTICULARS, ASKING, KUNITACHI, NOW, NOW + calls.LIFETIME, REQUEST
    )
    key = samples.signing_key(KUNITACHI, KeyUse.ANSWER)
    with pytest.raises(JukinetError) as caught:
        calls.seal_answer(calls.answer_to(call, answer, NOW), key, call=call)
    assert caught.value.kind is ErrorKind.INVALID
    fitting = calls.seal_answer(calls.answer_to(call, ANSWER, NOW), key, call=call)
    assert calls.open_answer(fitting, samples.DIRECTORY.owned_key, call=call).body == ANSWER


def test_a_question_is_of_its_own_kind() -> None:
    other = CopyRequest("国立 花子", CODE, MemberScope.SELF)
    call = Call("a" * 32, CallKind.MOVE_OUT_PARTICULARS, ASKING, KUNITACHI, NOW, NOW + calls.LIFETIME, other)
    with pytest.raises(JukinetError) as caught:
        calls.seal_call(call, samples.signing_key(ASKING))
    assert caught.value.kind is ErrorKind.INVALID

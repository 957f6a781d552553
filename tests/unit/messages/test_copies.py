from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest
from tests.unit.messages.samples import CODE

from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import JukinetError
from jukinet.domain.items import ForeignClass
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, Place, Sex
from jukinet.domain.reading import reading
from jukinet.messages import copies
from jukinet.messages.copies import (
    CopyAnswer,
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

ADDRESS = Address(MunicipalityCode("132152"), "東京都国立市東一丁目1番地")
JAPANESE = CopyPerson(
    name="国立 花子",
    birth_date=PartialDate("1980-04-17"),
    sex=Sex.FEMALE,
    address=ADDRESS,
    recorded_since=date(2010, 4, 1),
    became_resident_on=PartialDate("2009-04-01"),
    address_since=PartialDate("2012-04-01"),
    previous_address=Place("東京都千代田区丸の内一丁目", MunicipalityCode("131016")),
)
FOREIGN = CopyPerson(
    name="XIMENA FLORES",
    birth_date=PartialDate("1980-XX-XX"),
    sex=Sex.FEMALE,
    address=ADDRESS,
    recorded_since=date(2012, 7, 9),
    became_foreign_resident_on=PartialDate("2012-07-09"),
    nickname="国立 ヒメナ",
    previous_address=Place("ペルー"),
)
STAY = NationalityAndClass(
    "PER", ForeignClass.MID_TO_LONG_TERM, "永住者", None, date(2015, 7, 8), "AB12345678CD"
)
HOUSEHOLD = HouseholdItems("国立 太郎", "妻")
EVERYTHING = frozenset(WantedItem)

# Ord. 15-3(2): items 1 to 3 and 6 to 8, and each requested item; foreign residents by Ord. 30-32, Art. 30-51.
LAWFUL_FIELDS = {
    "name",
    "nickname",
    "birth_date",
    "sex",
    "became_resident_on",
    "became_foreign_resident_on",
    "address",
    "address_since",
    "recorded_since",
    "previous_address",
    "household",
    "code",
    "foreign",
}


def request(**changed: Any) -> CopyRequest:
    return dataclasses.replace(CopyRequest("国立 花子", CODE, MemberScope.HOUSEHOLD), **changed)


def read_request(plain: dict[str, Any]) -> CopyRequest:
    with reading({"body": plain}) as fields:
        return fields.object("body", copies.read_request)


def read_answer(plain: dict[str, Any]) -> CopyAnswer:
    with reading({"body": plain}) as fields:
        return fields.object("body", copies.read_answer)


def faults_of(plain: dict[str, Any], read: Any) -> list[str]:
    with pytest.raises(JukinetError) as caught:
        read(plain)
    return [fault.field.removeprefix("body.") for fault in caught.value.faults]


@pytest.mark.parametrize(
    "asked",
    [
        request(),
        request(members=MemberScope.SELF, wanted=EVERYTHING),
        request(members=MemberScope.NAMED, names=("国立 花子", "国立 太郎"), wanted={WantedItem.CODE}),
    ],
)
def test_a_request_is_read_as_written(asked: CopyRequest) -> None:
    assert read_request(copies.write_request(asked)) == asked


def test_a_request_says_what_ordinance_15_3_names_and_nothing_else() -> None:
    asked = request(members=MemberScope.NAMED, names=("国立 花子",), wanted=EVERYTHING)
    assert set(copies.write_request(asked)) == {
        "requester_name",
        "requester_code",
        "members",
        "names",
        "wanted",
    }


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"members": "everyone"}, "members"),
        ({"members": "named"}, "names"),
        ({"names": ["国立 花子"]}, "names"),
        ({"members": "named", "names": []}, "names"),
        ({"members": "named", "names": [""]}, "names[0]"),
        ({"wanted": ["koseki"]}, "wanted[0]"),
        ({"wanted": ["code", "code"]}, "wanted"),
        ({"wanted": None}, "wanted"),
        ({"requester_code": "24727059609"}, "requester_code"),
        ({"requester_name": " "}, "requester_name"),
        ({"purpose": "x"}, "purpose"),
    ],
)
def test_a_faulty_request_is_refused(changed: dict[str, Any], fault: str) -> None:
    assert fault in faults_of(copies.write_request(request()) | changed, read_request)


@pytest.mark.parametrize(
    "answer",
    [
        CopyData((JAPANESE,)),
        CopyData((JAPANESE, FOREIGN)),
        CopyData(
            (
                dataclasses.replace(JAPANESE, household=HOUSEHOLD, code=CODE),
                dataclasses.replace(FOREIGN, household=HOUSEHOLD, code=CODE, foreign=STAY),
            )
        ),
        *(CopyRefusal(reason) for reason in CopyRefusalReason),
    ],
)
def test_an_answer_is_read_as_written(answer: CopyAnswer) -> None:
    assert read_answer(copies.write_answer(answer)) == answer


def test_a_person_has_the_lawful_items_and_nothing_else() -> None:
    full = [dataclasses.replace(person, household=HOUSEHOLD, code=CODE) for person in (JAPANESE, FOREIGN)]
    full[1] = dataclasses.replace(full[1], foreign=STAY)
    written = copies.write_answer(CopyData(tuple(full)))["persons"]
    assert set(written[0]) | set(written[1]) == LAWFUL_FIELDS
    for never in ("koseki", "kana", "voter", "programmes", "household_number"):
        assert faults_of({"persons": [written[0] | {never: "x"}]}, read_answer) == [f"persons[0].{never}"]


@pytest.mark.parametrize(
    ("person", "fault"),
    [
        (dataclasses.replace(JAPANESE, became_resident_on=None), "became_resident_on"),
        (
            dataclasses.replace(JAPANESE, became_foreign_resident_on=PartialDate("2012-07-09")),
            "became_resident_on",
        ),
        (dataclasses.replace(JAPANESE, nickname="x"), "nickname"),
        (dataclasses.replace(JAPANESE, foreign=STAY), "foreign"),
    ],
)
def test_a_person_is_japanese_or_foreign(person: CopyPerson, fault: str) -> None:
    with pytest.raises(JukinetError) as caught:
        copies.write_answer(CopyData((person,)))
    assert fault in {found.field for found in caught.value.faults}


def test_an_answer_is_data_or_a_refusal() -> None:
    data = copies.write_answer(CopyData((JAPANESE,)))
    refusal = copies.write_answer(CopyRefusal(CopyRefusalReason.NOT_RECORDED))
    assert faults_of(data | refusal, read_answer) == ["persons"]
    assert faults_of({}, read_answer) == ["persons"]
    assert faults_of({"refused": "hold"}, read_answer) == ["refused"]


def fitting(asked: CopyRequest, *persons: CopyPerson) -> set[str]:
    return {fault.field for fault in copies.answer_faults(asked, CopyData(persons))}


def test_an_item_travels_only_if_it_was_asked_for() -> None:
    full = dataclasses.replace(FOREIGN, household=HOUSEHOLD, code=CODE, foreign=STAY)
    at = "persons[0]."
    assert fitting(request(), FOREIGN) == set()
    assert fitting(request(), full) == {at + "household", at + "code", at + "foreign"}
    assert fitting(request(wanted=EVERYTHING), full) == set()
    for item, field in [
        (WantedItem.HOUSEHOLD, "household"),
        (WantedItem.CODE, "code"),
        (WantedItem.NATIONALITY_AND_CLASS, "foreign"),
    ]:
        assert fitting(request(wanted=EVERYTHING - {item}), full) == {at + field}


def test_what_was_asked_for_is_there_but_for_a_code_that_does_not_exist() -> None:
    asked = request(wanted=EVERYTHING)
    assert fitting(asked, FOREIGN) == {"persons[0].household", "persons[0].foreign"}
    assert fitting(asked, dataclasses.replace(JAPANESE, household=HOUSEHOLD)) == set()


def test_only_those_asked_for_are_told() -> None:
    assert fitting(request(members=MemberScope.SELF), JAPANESE) == set()
    assert fitting(request(members=MemberScope.SELF), JAPANESE, FOREIGN) == {"persons"}
    named = request(members=MemberScope.NAMED, names=("国立 花子",))
    assert fitting(named, JAPANESE, FOREIGN) == {"persons"}
    assert fitting(request()) == {"persons"}


def test_a_refusal_fits_every_question() -> None:
    assert copies.answer_faults(request(), CopyRefusal(CopyRefusalReason.CONSULT_HOME)) == ()


def test_nothing_of_the_person_is_shown() -> None:
    for shown in (repr(CopyData((JAPANESE,))), repr(request()), repr(HOUSEHOLD), repr(STAY)):
        assert "国立" not in shown
        assert "AB12345678CD" not in shown

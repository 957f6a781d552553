"""Persons, items and changes: what leaves a record, and what the vocabularies hold."""

import dataclasses
import datetime as dt

import pytest

from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason, RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import (
    ForeignClass,
    ForeignItems,
    Koseki,
    Nickname,
    PersonName,
    Programmes,
    RecordKind,
    ResidentRecord,
)
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, IdentityFacts, Place, Sex

KUNITACHI = MunicipalityCode("132152")
DAY = dt.date(2013, 7, 8)

RECORD = ResidentRecord(
    kind=RecordKind.FOREIGN,
    name=PersonName("阮 文英", kana="グエン ヴァン アイン", latin="NGUYEN VAN ANH"),
    birth_date=PartialDate("1980-04-17"),
    sex=Sex.FEMALE,
    household_number="00000001",
    relationship="世帯主",
    address=Address(KUNITACHI, "東京都国立市東一丁目2番3号", "架空荘101"),
    recorded_since=DAY,
    code=ResidentRecordCode("24727059608"),
    koseki=Koseki("福島県", "架空 太郎"),
    previous_address=Place("ベトナム"),
    programmes=Programmes(pension_class="1"),
    nickname=Nickname("山田 英", DAY, KUNITACHI),
    foreign=ForeignItems(
        "VNM", DAY, ForeignClass.MID_TO_LONG_TERM, status="engineer", document_number="AB12345678CD"
    ),
)


def test_six_facts_leave_a_record_and_nothing_else():
    assert RECORD.identity_facts() == IdentityFacts(
        name="阮 文英",
        birth_date=PartialDate("1980-04-17"),
        sex=Sex.FEMALE,
        address=RECORD.address,
        code=ResidentRecordCode("24727059608"),
        nickname="山田 英",
    )
    assert {field.name for field in dataclasses.fields(IdentityFacts)} == {
        "name",
        "nickname",
        "birth_date",
        "sex",
        "address",
        "code",
    }


def test_a_record_without_nickname_or_code_says_so():
    facts = dataclasses.replace(RECORD, nickname=None, code=None).identity_facts()
    assert facts.nickname is None
    assert facts.code is None


def test_who_is_the_householder():
    assert RECORD.is_householder
    assert not dataclasses.replace(RECORD, relationship="妻").is_householder


def test_an_address_on_one_line():
    assert RECORD.address.full == "東京都国立市東一丁目2番3号　架空荘101"
    assert Address(KUNITACHI, "東京都国立市東").full == "東京都国立市東"


def test_records_never_change():
    with pytest.raises(dataclasses.FrozenInstanceError):
        RECORD.sex = Sex.MALE  # type: ignore[misc]
    assert dataclasses.replace(RECORD) == RECORD
    assert hash(dataclasses.replace(RECORD)) == hash(RECORD)


def test_each_vocabulary_is_of_plain_words():
    for vocabulary in (ChangeKind, NoticeReason, RegisterReason, Sex, RecordKind, ForeignClass):
        for word in vocabulary:
            assert word.value == word.name.lower().replace("_", "-")


def test_the_reasons_of_a_notice_are_the_eleven_of_the_regulation():
    assert len(NoticeReason) == 3 + 3 + 3 + 2
    assert len(ChangeKind) == 4


def test_a_change_names_a_previous_code_only_where_given():
    change = ChangeInformation(ChangeKind.RECORDING, NoticeReason.BIRTH, DAY, foreign_record=False)
    assert change.previous_code is None

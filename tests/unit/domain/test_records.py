"""Persons, items and changes: what leaves a record, and what the vocabularies hold."""

import ast
import dataclasses
import datetime as dt
import inspect
import re
from pathlib import Path

import pytest
from tests.conformance.cases import case

from jukinet.domain import changes
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


SPECIFIED = (
    # 記載の事由
    *("国内転入", "国外転入等", "出生", "職権記載(帰化等)", "職権記載(国籍喪失)", "職権記載"),
    *("改製", "再製", "異動の取消し(増)"),
    # 消除の事由; 改製 and 再製 delete no record here: the record of before is a version of the same one.
    *(
        "国内転出",
        "国外転出",
        "死亡",
        "職権消除(帰化等)",
        "職権消除(国籍喪失)",
        "職権消除",
        "異動の取消し(減)",
    ),
    # 修正の事由
    *("転居", "軽微な修正", "職権修正", "誤記修正", "住民票コードの変更請求", "住民票コードの職権記載"),
    *("世帯分離", "世帯合併", "世帯変更", "世帯主変更", "通称の記載", "通称の削除", "異動の取消し(修正)"),
)
"""The list of specification 1.2.2 in its order, without what came after 2013: Individual Numbers, former surnames."""


@case("spec 1.2.2")
def test_the_reasons_of_the_history_are_those_of_the_specification_each_by_a_word_of_its_own():
    source = ast.parse(inspect.getsource(RegisterReason)).body[0]
    assert isinstance(source, ast.ClassDef)
    said = [ast.literal_eval(line.value) for line in source.body if isinstance(line, ast.Expr)][1:]
    japanese = [re.split(r"[: ]", text, maxsplit=1)[0] for text in said]
    assert len(japanese) == len(RegisterReason)
    assert japanese[:-6] == list(SPECIFIED)
    # Six of ours: a move-out filed and confirmed, a record taken over and one handed over, and a special adoption with
    # its end, which no copy tells of unasked (1.1.4).
    # None undoes a move within by a reason of its own (転居取消).
    ours = [
        *(RegisterReason.MOVE_OUT_FILED, RegisterReason.MOVE_OUT_CONFIRMED),
        *(RegisterReason.TAKEN_OVER, RegisterReason.HANDED_OVER),
        *(RegisterReason.SPECIAL_ADOPTION, RegisterReason.SPECIAL_ADOPTION_ENDED),
    ]
    assert list(RegisterReason)[-6:] == ours


@case("spec 1.2.2")
def test_every_reason_of_the_history_is_written_by_an_act():
    folder = Path(changes.__file__).parents[1]
    acts = "".join(
        file.read_text("utf-8") for part in ("services", "law") for file in (folder / part).glob("*.py")
    )
    assert [one.name for one in RegisterReason if f"RegisterReason.{one.name}" not in acts] == []


def test_the_reasons_of_a_notice_are_the_eleven_of_the_regulation():
    assert len(NoticeReason) == 3 + 3 + 3 + 2
    assert len(ChangeKind) == 4


def test_a_change_names_a_previous_code_only_where_given():
    change = ChangeInformation(ChangeKind.RECORDING, NoticeReason.BIRTH, DAY, foreign_record=False)
    assert change.previous_code is None

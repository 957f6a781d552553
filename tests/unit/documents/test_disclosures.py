"""What is kept of a person, told to them on paper: everything stands there, and letters say what the law asks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from tests.conformance.cases import case

from jukinet.documents import disclosure_letters
from jukinet.documents.disclosures import (
    DisclosureDocument,
    DisclosurePrinter,
    LetterDocument,
    Notice,
)
from jukinet.documents.fonts import FontSet
from jukinet.documents.household_form import Certifier
from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, IdentityFacts, Sex
from jukinet.law.disclosures import Ground
from jukinet.messages.bodies import ErrorItem, ErrorOutcome

OLD, NEW = ResidentRecordCode("24727059608"), ResidentRecordCode("24846016224")
FACTS = IdentityFacts(
    "渡邉\U000e0110　太郎",
    PartialDate("1980-04-17"),
    Sex.MALE,
    Address(MunicipalityCode("132152"), "東京都国立市富士見台二丁目47番地の1", "国立荘3号"),
    OLD,
)
CAME = Notice(
    "東京都国立市",
    FACTS,
    ChangeInformation(ChangeKind.RECORDING, NoticeReason.MOVE_IN, date(2013, 7, 1), foreign_record=False),
    date(2013, 7, 8),
    held_by=None,
)
CHANGED = Notice(
    "東京都国立市",
    replace(FACTS, code=NEW),
    ChangeInformation(
        ChangeKind.CODE_CORRECTION,
        NoticeReason.CODE_CHANGE_REQUESTED,
        date(2013, 8, 2),
        foreign_record=False,
        previous_code=OLD,
    ),
    date(2013, 8, 3),
    held_by="東京都国立市",
)
PAPER = DisclosureDocument(
    name="渡邉\U000e0110　太郎",
    address="東京都国立市富士見台二丁目47番地の1　国立荘3号",
    represented=None,
    received_on=date(2013, 9, 1),
    made_on=date(2013, 9, 5),
    reference="17",
    issuer=Certifier("東京都知事", "見本　一郎"),
    notices=(CAME, CHANGED),
)


@pytest.fixture(scope="module")
def papers(fonts: FontSet) -> DisclosurePrinter:
    return DisclosurePrinter(fonts)


def text(papers: DisclosurePrinter, document: DisclosureDocument | LetterDocument) -> str:
    with pypdfium2.PdfDocument(papers.render(document)) as opened:
        return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in opened))


@case("Act Art. 30-37(2)", "Act Art. 30-5(1)", "Ord. Art. 30-5")
def test_everything_that_is_kept_stands_on_the_paper(papers: DisclosurePrinter) -> None:
    page = text(papers, PAPER)
    for said in (
        *("太郎様", "平成25年9月1日付けで請求のあったあなたに係る", "第30条の37第2項", "東京都知事見本一郎"),
        *("昭和55年4月17日", "性別男", "国立荘3号", "平成25年7月8日東京都国立市", "本人確認情報開示書第17号"),
        *(
            "住民票の記載事由転入等生じた日平成25年7月1日",
            "住民票コード24727059608",
            "住民票コード24846016224",
        ),
        *("住民票コードの記載の修正", "住民票コードの記載の変更請求", "修正前のコード24727059608"),
        *("第30条の40", "第30条の41", "提供されたかを示すものではありません"),
    ):
        assert said in page, said
    present, history = page.split("2本人確認情報の通知の経過")
    assert "24846016224" in present
    assert "24727059608" not in present
    assert history.index("24727059608") < history.index("24846016224")
    assert "通称" not in history.split("第30条の40")[0]
    assert "everything" not in page


@case("Act Art. 30-37(1)")
def test_that_nothing_is_kept_is_told_too(papers: DisclosurePrinter) -> None:
    page = text(papers, replace(PAPER, notices=()))
    assert "存在しません" in page
    assert "第30条の40" not in page
    assert "現在の本人確認情報" not in page


def test_who_is_recorded_no_more_and_who_is_represented(papers: DisclosurePrinter) -> None:
    page = text(papers, replace(PAPER, notices=(CAME,), represented="国立　花子"))
    assert "現在の本人確認情報はありません" in page
    assert "（国立花子に係るもの）" in page
    assert "あなたに係る" not in page


def test_a_foreign_resident_has_nickname_western_birth_date_and_english(papers: DisclosurePrinter) -> None:
    facts = replace(FACTS, name="NGUYỄN THỊ ÁNH", nickname="国立　花", sex=Sex.UNKNOWN, code=None)
    change = replace(CAME.change, kind=ChangeKind.DELETION, reason=NoticeReason.MOVE_OUT, foreign_record=True)
    page = text(papers, replace(PAPER, notices=(replace(CAME, facts=facts, change=change),)))
    for said in (
        "NGUYỄNTHỊÁNH",
        "通称国立花",
        "1980年4月17日",
        "性別―",
        "住民票コード―",
        "everything",
        "外国人住民",
    ):
        assert said in page, said


def test_many_notices_go_over_to_the_next_page_and_none_is_lost(papers: DisclosurePrinter) -> None:
    many = [replace(CAME, notified_on=date(2013, 8, day)) for day in range(1, 32)]
    page = text(papers, replace(PAPER, notices=many))
    assert all(f"平成25年8月{day}日東京都国立市" in page for day in range(1, 32))


LETTERS = (
    (
        disclosure_letters.put_off(date(2013, 9, 1), "請求が集中したため", date(2013, 10, 15)),
        ("開示期限延長通知書", "第30条の38第1項", "請求が集中したため", "開示の期限平成25年10月15日"),
    ),
    (
        disclosure_letters.closed(date(2013, 9, 1), Ground.WITHDRAWN, "9月3日に取下書を受理した。"),
        ("開示をしません", "取下げがあったため", "取下書を受理した"),
    ),
    (
        disclosure_letters.inquired(
            date(2013, 9, 2), [ErrorItem.NAME, ErrorItem.CODE], ErrorOutcome.RIGHT, "市の記録と一致する。"
        ),
        ("第30条の40", "氏名、住民票コード", "誤りは認められませんでした", "市の記録と一致する"),
    ),
)


@pytest.mark.parametrize(("words", "says"), LETTERS)
@case("Act Art. 30-38(2)", "Act Art. 30-40")
def test_letters_say_why_and_until_when(
    papers: DisclosurePrinter, words: disclosure_letters.Words, says: tuple[str, ...]
) -> None:
    heading, sentence, rows = words
    letter = LetterDocument(
        PAPER.name, PAPER.address, heading, sentence, rows, PAPER.made_on, "17", PAPER.issuer, specimen=True
    )
    page = text(papers, letter)
    for said in (*says, "太郎様", "平成25年9月5日", "東京都知事見本一郎", "架空の人物"):
        assert said in page, said


def test_every_ground_item_and_outcome_has_its_words() -> None:
    for ground in Ground:
        assert disclosure_letters.closed(date(2013, 9, 1), ground, "")[2][1][1]
    for outcome in ErrorOutcome:
        assert disclosure_letters.inquired(date(2013, 9, 1), list(ErrorItem), outcome, "")[2][2][1]


def test_the_same_paper_is_the_same_bytes_and_a_specimen_says_so(papers: DisclosurePrinter) -> None:
    assert papers.render(PAPER) == papers.render(PAPER)
    assert "架空の人物" in text(papers, replace(PAPER, specimen=True))
    assert "架空の人物" not in text(papers, PAPER)


def test_what_no_font_has_is_told_before_and_never_printed_with_a_gap(papers: DisclosurePrinter) -> None:
    assert papers.printable(PAPER)
    for gap in (
        replace(PAPER, name="\U0001f600"),
        replace(PAPER, notices=(replace(CAME, facts=replace(FACTS, name="\U0001f600")),)),
    ):
        assert not papers.printable(gap)
        with pytest.raises(JukinetError) as caught:
            papers.render(gap)
        assert caught.value.kind is ErrorKind.CONFIGURATION

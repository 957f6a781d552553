"""Copies and certificates at home as PDF: what stands on them and what does not."""

from __future__ import annotations

import itertools
from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.unit.documents.invented import ADDRESS, LINH, TARO
from tests.unit.documents.test_copies import RIGHT, pages, squeeze, text_boxes

from jukinet.documents.fonts import FontSet
from jukinet.documents.history_rows import REASONS, change_rows, deletion_rows
from jukinet.documents.home_copies import HomeDocument, HomePrinter, form_of
from jukinet.documents.home_person import HomePerson
from jukinet.documents.household_form import Certifier
from jukinet.documents.too_long import TooLong
from jukinet.domain.changes import ChangeKind, RegisterReason
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import DeletionCause, Koseki, Nickname, Programmes
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address
from jukinet.law.copies import Asker, CopyItem, OnRequest
from jukinet.law.copy_history import TOLD, Change, Deletion, ItemChange
from jukinet.law.home_copies import PARTLY, Paper
from jukinet.messages.copies import CopyPerson

KUNITACHI = MunicipalityCode("132152")
EVERYTHING = frozenset(OnRequest)
SECRETS = {
    OnRequest.CODE: ("24727059608", "24846016224"),
    OnRequest.KOSEKI: ("北海道架空町", "見本権兵衛"),
    OnRequest.VOTER: ("登録あり",),
    OnRequest.PROGRAMMES: ("平成20年5月1日", "第1号"),
    OnRequest.NICKNAME_HISTORY: ("旧見本",),
    OnRequest.HOUSEHOLD_ITEMS: ("妻",),
    OnRequest.NATIONALITY_AND_CLASS: ("ベトナム", "AB00000000CD"),
}
"""What the two persons have of each item that is shown on request."""
ALL = [one for values in SECRETS.values() for one in values]


def at_home(person: CopyPerson, **changes: Any) -> HomePerson:
    return HomePerson(**{one.name: getattr(person, one.name) for one in fields(CopyPerson)}, **changes)


MAN = at_home(
    TARO,
    koseki=Koseki("北海道架空町一番地", "見本 権兵衛"),
    voter=True,
    programmes=Programmes(health_insurance_since=date(2008, 5, 1), pension_class="第1号"),
)
WOMAN = at_home(
    LINH,
    programmes=Programmes(),
    nicknames=(
        Nickname("旧見本", date(2012, 7, 9), KUNITACHI, date(2013, 1, 8), KUNITACHI),
        Nickname("見本 りん", date(2013, 1, 8), KUNITACHI),
    ),
)


def document(*persons: HomePerson, **changes: Any) -> HomeDocument:
    plain = HomeDocument(
        paper=Paper.COPY,
        asker=Asker.HOUSEHOLD,
        persons=persons or (MAN, WOMAN),
        wanted=frozenset(),
        left_out=frozenset(),
        whole=True,
        issuer=Certifier("東京都国立市長", "架空 一郎"),
        issued_on=date(2013, 7, 8),
        issue_numbers=("20130708-000001",),
        municipalities={KUNITACHI: "東京都国立市"},
    )
    return replace(plain, **changes)


@pytest.fixture(scope="module")
def press(fonts: FontSet) -> HomePrinter:
    return HomePrinter(fonts)


def printed(press: HomePrinter, asked: HomeDocument) -> str:
    (page,) = pages(press.render(asked))
    return str(squeeze(page))


@case("Ord. Art. 15", "spec 5.1", "spec 5.5", "spec 5.6")
def test_a_copy_ends_with_the_words_of_the_order_the_day_and_the_mayor(press: HomePrinter) -> None:
    page = printed(press, document())
    sentence = "この写しは、世帯全員の住民票の原本と相違ないことを証明する。"
    told = ("住民票の写し", sentence, "平成25年7月8日", "東京都国立市長")
    places = [page.index(one) for one in told]
    assert places == sorted(places)
    assert page.endswith("20130708-0000011/1")
    part = printed(press, document(MAN, whole=False))
    assert "この写しは、住民票の原本と相違ないことを証明する。" in part
    assert "世帯全員" not in part
    assert "広域" not in page


@case("Act Art. 12(5)", "spec 5.1")
def test_unasked_no_box_holds_what_is_left_out(press: HomePrinter) -> None:
    page = printed(press, document())
    assert not [one for one in ALL if one in page]
    for shown in ("見本太郎", "見本りん", "見本ハイツ101号室", "昭和50年3月2日", "平成20年4月1日"):
        assert shown in page
    assert "特別の請求がないため記載を省略" in page


@case("spec 5.1")
def test_asked_for_everything_stands_there_and_nothing_is_called_left_out(press: HomePrinter) -> None:
    page = printed(press, document(wanted=EVERYTHING))
    assert not [one for one in ALL if one not in page]
    assert "旧見本平成24年7月9日記載（東京都国立市）平成25年1月8日削除（東京都国立市）" in page
    assert "省略" not in page


@case("Ord. Arts. 3, 3-2, 3-3, 5, 6", "Act Art. 7", "spec 1.1.1")
def test_enrolments_stand_with_their_ends_and_the_pension_with_its_number(press: HomePrinter) -> None:
    day, month = date(2013, 6, 1), date(2013, 5, 31)
    programmes = Programmes(
        *(day, None, day, "任意加入被保険者", date(2012, 7, 9), date(2012, 6, 15)),
        health_insurance_ended=date(2013, 7, 2),
        pension_class_since=date(2013, 1, 8),
        pension_number="1234-567890",
        child_allowance_ended=month,
    )
    asked = document(replace(MAN, programmes=programmes), wanted=frozenset({OnRequest.PROGRAMMES}))
    page = printed(press, asked)
    for said in (
        *("平成25年6月1日平成25年7月2日喪失", "任意加入被保険者平成25年1月8日種別変更平成24年7月9日"),
        *("1234-567890", "平成24年6月平成25年5月終了"),
    ):
        assert said in page, said
    assert "15日" not in page
    assert "1234-567890" not in printed(press, replace(asked, wanted=frozenset()))


@pytest.mark.parametrize("request_", OnRequest)
def test_what_is_given_by_mistake_is_not_printed(press: HomePrinter, request_: OnRequest) -> None:
    """The table decides a second time, whatever the persons hold."""
    page = printed(press, document(wanted=EVERYTHING - {request_}))
    assert {one for one in ALL if one not in page} == set(SECRETS[request_])


@case("Act Art. 12(1)", "spec 5.1")
def test_a_certificate_says_of_which_items_it_is_one(press: HomePrinter) -> None:
    left_out = frozenset({CopyItem.BIRTH_DATE, CopyItem.ADDRESS, CopyItem.PREVIOUS_ADDRESS})
    page = printed(
        press,
        document(
            MAN, WOMAN, paper=Paper.CERTIFICATE, left_out=left_out, wanted=frozenset({OnRequest.KOSEKI})
        ),
    )
    assert "住民票記載事項証明書" in page
    assert "住民票に上記のとおり記載されていることを証明する。" in page
    assert "原本" not in page
    assert "北海道架空町一番地" in page
    for kept_back in ("昭和50年3月2日", "1980年4月17日", "見本ハイツ", "札幌市"):
        assert kept_back not in page


def test_different_addresses_stand_with_each_person_unless_left_out(press: HomePrinter) -> None:
    moved = replace(WOMAN, address=Address(ADDRESS.municipality, "東京都国立市架空一丁目1番地"))
    assert "架空一丁目1番地" in printed(press, document(MAN, moved))
    left_out = frozenset({CopyItem.ADDRESS})
    asked = document(MAN, moved, paper=Paper.CERTIFICATE, left_out=left_out)
    page = printed(press, asked)
    assert "架空一丁目" not in page
    assert "各人の欄" not in page


@case("spec 1.1.3", "spec 5.1")
def test_four_persons_with_every_item_stand_on_one_page_and_a_fifth_on_the_next(press: HomePrinter) -> None:
    four = document(MAN, WOMAN, WOMAN, MAN, wanted=EVERYTHING)
    assert len(pages(press.render(four))) == 1
    first, second = pages(press.render(replace(four, persons=(*four.persons, MAN))))
    assert "相違ない" not in first
    assert "相違ない" in second


def test_a_character_that_no_font_has_is_told_before_and_never_printed(press: HomePrinter) -> None:
    assert press.pages(document()) == 1
    odd = replace(MAN, name="見本\U0001f600")
    assert press.pages(document(odd)) == 0
    with pytest.raises(JukinetError):
        press.render(document(odd))


def test_a_paper_about_nobody_is_none() -> None:
    with pytest.raises(JukinetError):
        form_of(replace(document(), persons=()))


def test_the_same_paper_twice_is_the_same_file(press: HomePrinter) -> None:
    assert press.render(document()) == press.render(document())


@case("Ord. Art. 15", "spec 5.7")
@pytest.mark.parametrize("asker", [Asker.PUBLIC_BODY, Asker.THIRD_PARTY])
def test_only_a_paper_for_a_public_body_is_marked_for_official_use(press: HomePrinter, asker: Asker) -> None:
    page = printed(press, document(asker=asker, wanted=EVERYTHING))
    assert ("公用" in page) is (asker is Asker.PUBLIC_BODY)
    assert "24727059608" not in page
    assert "北海道架空町一番地" in page
    assert "第12条の2" in page if asker is Asker.PUBLIC_BODY else "第12条の3" in page
    assert "原本と相違ないことを証明する" in page
    assert "公用" not in printed(press, document())


@case("spec 5.1")
def test_what_comes_together_of_a_foreign_resident_can_be_left_out_one_by_one(press: HomePrinter) -> None:
    """Act Art. 12(5) as read by 30-51: all or a part."""
    told = {
        CopyItem.NATIONALITY: "ベトナム",
        CopyItem.STAY: "中長期在留者",
        CopyItem.STATUS: "日本人の配偶者等",
        CopyItem.PERIOD: "3年",
        CopyItem.EXPIRES_ON: "2015年6月30日",
        CopyItem.DOCUMENT_NUMBER: "AB00000000CD",
    }
    assert told.keys() == PARTLY
    for item, text in told.items():
        page = printed(press, document(wanted=EVERYTHING, left_out=frozenset({item})))
        assert [one for one in told.values() if one not in page] == [text]
        assert page.count("（省略）") == 2, "the box, and the note that says why"
    page = printed(press, document(wanted=EVERYTHING, left_out=PARTLY))
    assert [one for one in told.values() if one in page] == []


LONG = "架空の長い名前" * 60
ALONE = replace(MAN, name=LONG, koseki=Koseki("架空町" * 200, "見本 権兵衛"))


@case("spec 5.8", "spec 10.7")
@pytest.mark.parametrize("way", [TooLong.LIMIT, TooLong.BLANK])
def test_what_does_not_fit_is_cut_or_left_out_as_chosen_and_told_whole(
    press: HomePrinter, way: TooLong
) -> None:
    asked = document(ALONE, whole=False, wanted=frozenset({OnRequest.KOSEKI}))
    sheets = press.render_as_far(asked, way)
    assert dict(sheets.too_long) == {
        "persons[0].name": LONG,
        "persons[0].koseki.domicile": "架空町" * 200,
    }
    page = squeeze(pages(sheets.pdf)[0])
    printed_of_it = page[page.index("氏名") + 2 : page.index("住民票コード")]
    assert LONG.startswith(printed_of_it)
    assert (len(printed_of_it) > 100) is (way is TooLong.LIMIT)
    assert "見本権兵衛" in page
    assert all(right <= RIGHT + 1 for _, right in text_boxes(sheets.pdf))
    assert repr(sheets) == object.__repr__(sheets)


@case("spec 5.8")
def test_by_default_nothing_is_printed_and_every_field_is_named(press: HomePrinter) -> None:
    asked = document(ALONE, whole=False, wanted=frozenset({OnRequest.KOSEKI}))
    with pytest.raises(JukinetError) as raised:
        press.render(asked)
    assert raised.value.kind is ErrorKind.INVALID
    named = {fault.field for fault in raised.value.faults}
    assert named == {"persons[0].name", "persons[0].koseki.domicile"}
    assert "架空" not in str(raised.value)


def test_a_paper_that_all_fits_is_the_same_whatever_is_chosen(press: HomePrinter) -> None:
    whole = press.render(document())
    for way in TooLong:
        assert press.render_as_far(document(), way).pdf == whole


@case("spec 5.5", "spec 10.7")
def test_each_print_has_every_page_and_a_number_of_its_own(press: HomePrinter) -> None:
    several = document(MAN, WOMAN, personal=True, issue_numbers=("A-1", "A-2", "A-3"))
    assert press.pages(several) == 6
    texts = [squeeze(page) for page in pages(press.render(several))]
    ends = [f"発行番号A-{number}{page}/2" for number in (1, 2, 3) for page in (1, 2)]
    assert [text[-len(end) :] for text, end in zip(texts, ends, strict=True)] == ends
    assert ["相違ない" in text for text in texts] == [False, True] * 3


@case("spec 5.6")
@pytest.mark.parametrize("words", ["", "公印省略"])
def test_the_place_of_the_seal_can_stay_free_of_one(press: HomePrinter, words: str) -> None:
    plain = document()
    free = replace(plain, issuer=replace(plain.issuer, unsealed=True, words=words))
    page = printed(press, free)
    assert "電子公印" not in page
    assert words in page


@case("spec 5.1", "spec 1.1.3")
def test_each_person_can_have_a_page_of_their_own_without_the_history(press: HomePrinter) -> None:
    assert len(pages(press.render(document(personal=True)))) == 2


# With the history, and of a deleted record


def moved(number: int) -> Change:
    item = ItemChange(CopyItem.ADDRESS, f"国立市北{number}番地", f"国立市南{number}番地")
    return Change(
        ChangeKind.CORRECTION, RegisterReason.MOVE_WITHIN, date(2013, 7, 6), date(2013, 7, 8), (item,)
    )


HISTORY = (
    Change(ChangeKind.RECORDING, RegisterReason.MOVE_IN, date(2008, 4, 1), date(2008, 4, 3)),
    moved(1),
    Change(
        ChangeKind.CORRECTION,
        RegisterReason.CORRECTED_EX_OFFICIO,
        date(2013, 7, 7),
        None,
        (ItemChange(CopyItem.SEX, "female", "male"), ItemChange(CopyItem.NATIONALITY, "VNM", None)),
    ),
)
DELETION = Deletion(
    reason=RegisterReason.DELETED_EX_OFFICIO,
    cause=DeletionCause.NOT_LIVING_HERE,
    on=date(2013, 7, 8),
    notified_on=None,
    destination="東京都千代田区架空町",
    confirmed_at="東京都港区架空町",
    confirmed_on=date(2013, 7, 9),
)


@case("spec 5.1", "spec 1.1.9")
def test_the_history_stands_below_the_items_each_change_with_both_its_values(press: HomePrinter) -> None:
    page = printed(press, document(replace(MAN, changes=HISTORY), history=True, whole=False))
    told = (
        "平成20年4月1日転入住民票を記載",
        "平成25年7月6日転居住所「国立市北1番地」を「国立市南1番地」に修正",
        "平成25年7月7日職権修正性別「女」を「男」に修正",
        "国籍・地域「ベトナム」を「―」に修正",
    )
    places = [page.index(one) for one in told]
    assert places == sorted(places)


@case("spec 1.1.14")
def test_remarks_stand_with_their_change_and_those_on_none_at_the_end(press: HomePrinter) -> None:
    first, *more = HISTORY
    changes = (replace(first, remarks=("未届転入",)), *more)
    man = replace(MAN, changes=changes, remarks=("事実上の世帯主　見本　園長", "住所地特例"))
    page = printed(press, document(man, history=True, whole=False))
    told = (
        "住民票を記載",
        "留意事項未届転入",
        "住所「国立市北1番地」",
        "事実上の世帯主見本園長",
        "住所地特例",
    )
    places = [page.index(one) for one in told]
    assert places == sorted(places)


@case("spec 1.1.3", "spec 5.1")
def test_with_the_history_each_person_has_a_page_and_a_long_one_more(press: HomePrinter) -> None:
    two = document(replace(MAN, changes=HISTORY), WOMAN, history=True)
    assert len(pages(press.render(two))) == 2
    long = document(replace(MAN, changes=tuple(map(moved, range(60)))), history=True)
    texts = [squeeze(page) for page in pages(press.render(long))]
    assert len(texts) == 3
    assert [sum(f"国立市北{number}番地" in text for text in texts) for number in range(60)] == [1] * 60
    assert ["相違ない" in text for text in texts] == [False, False, True]


@case("spec 1.1.5", "spec 5.1", "Ord. Art. 15")
def test_a_deleted_record_says_so_and_why(press: HomePrinter) -> None:
    page = printed(press, document(replace(MAN, deletion=DELETION), deleted=True, whole=False))
    for told in (
        "住民票の除票の写し",
        "職権消除（実態なし）",
        "東京都千代田区架空町",
        "東京都港区架空町",
        "平成25年7月9日",
        "この写しは、消除された住民票の原本と相違ないことを証明する。",
    ):
        assert told in page
    certificate = document(MAN, deleted=True, paper=Paper.CERTIFICATE)
    assert "住民票除票記載事項証明書" in printed(press, certificate)


def test_every_reason_and_every_item_that_is_told_has_its_word() -> None:
    assert REASONS.keys() == set(RegisterReason)
    changes = tuple(
        Change(ChangeKind.CORRECTION, reason, date(2013, 7, 8), None, (ItemChange(item, None, None),))
        for reason, item in zip(RegisterReason, itertools.cycle(TOLD), strict=False)
    )
    assert len(change_rows(changes, "p")) == len(changes)
    for cause in DeletionCause:
        assert deletion_rows(replace(DELETION, cause=cause), "p")

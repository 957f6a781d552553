from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.unit.documents.invented import LINH, STAY, TARO

from jukinet.documents.boxes import NOTHING, OMITTED
from jukinet.documents.history_rows import change_rows
from jukinet.documents.person_rows import COLUMNS, kind_of, person_rows
from jukinet.domain.changes import ChangeKind, RegisterReason
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignClass
from jukinet.domain.persons import Place, Sex
from jukinet.law.copies import CopyItem, OnRequest, visible_items
from jukinet.law.copy_history import Change, ItemChange

ALL = frozenset(OnRequest)
DAY = date(2013, 7, 8)


def form(person, requested=ALL, *, own_address=False):
    """Each label of the form with the value beside it."""
    boxes = [
        box
        for row in person_rows(
            person, visible_items(kind_of(person), requested), "p", DAY, own_address=own_address
        )
        for box in row.boxes
    ]
    return {
        label.text.replace("\n", ""): value.text for label, value in zip(boxes[::2], boxes[1::2], strict=True)
    }


@case("spec 1.1.9", "spec 5.1")
def test_every_item_of_a_japanese_person():
    assert form(TARO) == {
        "氏名": "見本 太郎",
        "住民票コード": "24727059608",
        "生年月日": "昭和50年3月2日",
        "性別": "男",
        "続柄": "世帯主",
        "住民となった年月日": "平成20年4月1日",
        "住所を定めた年月日": "平成24年10月1日",
        "届出等の年月日": "平成20年4月3日",
        "転入前の住所": "北海道札幌市中央区架空町1番地",
    }


@case("spec 1.1.9", "spec 5.1")
def test_every_item_of_a_foreign_resident_with_birth_and_expiry_in_the_western_calendar():
    shown = form(LINH)
    assert shown["通称"] == "見本 りん"
    assert shown["生年月日"] == "1980年4月17日"
    assert shown["在留期間の満了の日"] == "2015年6月30日"
    assert shown["外国人住民となった年月日"] == "平成24年7月9日"
    assert shown["国籍・地域"] == "ベトナム"
    assert shown["第30条の45に規定する区分"] == "中長期在留者"
    assert shown["在留資格"] == "日本人の配偶者等"
    assert shown["在留期間"] == "3年"
    assert shown["在留カードの番号"] == "AB00000000CD"
    assert "住民となった年月日" not in shown


@case("spec 5.1")
def test_items_given_but_not_asked_for_are_not_printed():
    shown = form(LINH, frozenset())
    assert shown["住民票コード"] == shown["続柄"] == shown["国籍・地域、在留資格等"] == OMITTED
    printed = "".join(shown.values())
    for kept_back in ("24846016224", "妻", "ベトナム", "日本人の配偶者等", "2015", "AB00000000CD"):
        assert kept_back not in printed
    assert shown["通称"] == "見本 りん"  # never left out


@pytest.mark.parametrize(
    ("request_", "appears"),
    [
        (OnRequest.CODE, "24846016224"),
        (OnRequest.HOUSEHOLD_ITEMS, "妻"),
        (OnRequest.NATIONALITY_AND_CLASS, "ベトナム"),
    ],
)
@case("spec 5.1")
def test_each_request_brings_its_own_items(request_, appears):
    assert appears in form(LINH, frozenset({request_})).values()
    assert appears not in form(LINH, ALL - {request_}).values()


def test_what_is_not_recorded_is_struck_out_and_not_called_omitted():
    bare = replace(
        TARO, code=None, household=None, address_since=None, previous_address=None, sex=Sex.UNKNOWN
    )
    shown = form(bare)
    for item in ("住民票コード", "続柄", "住所を定めた年月日", "転入前の住所", "性別"):
        assert shown[item] == NOTHING
    assert form(replace(LINH, foreign=None))["国籍・地域、在留資格等"] == NOTHING


@pytest.mark.parametrize(
    ("stay", "label", "text"),
    [
        (ForeignClass.SPECIAL_PERMANENT, "特別永住者証明書の番号", "AB00000000CD"),
        (ForeignClass.TEMPORARY_REFUGE, "上陸期間", "6月"),
        (ForeignClass.PROVISIONAL_STAY, "仮滞在期間", "6月"),
    ],
)
def test_each_class_has_the_items_of_its_row_in_the_table_of_article_30_45(stay, label, text):
    shown = form(replace(LINH, foreign=replace(STAY, stay=stay, period="6月")))
    assert shown[label] == text
    assert "在留資格" not in shown


def test_a_transitional_resident_has_the_class_only():
    shown = form(replace(LINH, foreign=replace(STAY, stay=ForeignClass.TRANSITIONAL)))
    assert shown["第30条の45に規定する区分"] == "出生又は国籍喪失による経過滞在者"
    assert "AB00000000CD" not in shown.values()


def test_a_birth_date_partly_unknown_is_not_made_up():
    assert form(replace(TARO, birth_date=PartialDate("1930-XX-XX")))["生年月日"] == "昭和5年 月日不詳"
    assert form(replace(LINH, birth_date=PartialDate("1980-01-XX")))["生年月日"] == "1980年1月 日不詳"


def test_a_person_without_a_nickname_has_no_row_for_it():
    assert "通称" not in form(replace(LINH, nickname=None))


@case("spec 5.4")
def test_an_address_of_ones_own_has_the_building_with_it():
    assert form(TARO, own_address=True)["住所"].endswith("999番地の99　見本ハイツ 101号室")


@pytest.mark.parametrize("requested", [ALL, frozenset()])
@pytest.mark.parametrize("own_address", [True, False])
def test_every_row_is_as_wide_as_the_form(requested, own_address):
    for person in (
        TARO,
        LINH,
        replace(LINH, previous_address=Place("ベトナム"), recorded_since=date(2013, 1, 1)),
    ):
        for row in person_rows(
            person, visible_items(kind_of(person), requested), "p", DAY, own_address=own_address
        ):
            assert sum(box.span for box in row.boxes) == len(COLUMNS) - 1


@case("spec 1.3.3")
def test_a_nationality_stands_there_by_its_name_on_the_day_of_the_paper():
    person = replace(LINH, foreign=replace(STAY, nationality="GEO"))
    shown = visible_items(kind_of(person), ALL)
    for day, name in ((date(2015, 4, 21), "グルジア"), (date(2015, 4, 22), "ジョージア")):
        rows = person_rows(person, shown, "p", day, own_address=False)
        assert name in {box.text for row in rows for box in row.boxes}
    item = ItemChange(CopyItem.NATIONALITY, "USA", "GEO")
    change = Change(
        ChangeKind.CORRECTION, RegisterReason.CORRECTED_EX_OFFICIO, date(2015, 4, 21), None, (item,)
    )
    (row,) = change_rows((change,), "p")
    assert row.boxes[1].text.endswith("「米国」を「グルジア」に修正")


@case("spec 1.1.8")
def test_other_days_stand_as_stated_too():
    about, never = PartialDate("1980-04~"), PartialDate("1983-02-29%")
    shown = form(replace(TARO, became_resident_on=about, address_since=never))
    assert (shown["住民となった年月日"], shown["住所を定めた年月日"]) == ("昭和55年4月頃", "昭和58年2月29日")
    foreign = form(replace(LINH, became_foreign_resident_on=PartialDate("XXXX-XX-XX")))
    assert foreign["外国人住民となった年月日"] == "年月日不詳"

import ctypes
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.conformance.cases import case
from tests.unit.documents.invented import ADDRESS, EVERYTHING, HEAD, LINH, TARO, document

from jukinet.documents.copies import closing_sentence, render_copy
from jukinet.documents.household_form import Certifier
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.persons import Address, Place
from jukinet.law.copies import MASKS, Asker, OnRequest
from jukinet.messages.copies import WantedItem

POINTS = 72 / 25.4
LEFT, RIGHT = 16 * POINTS, 194 * POINTS


def pages(pdf):
    """The text of each page, without line breaks."""
    with pypdfium2.PdfDocument(pdf) as opened:
        return [re.sub(r"\s*\n\s*", "", page.get_textpage().get_text_range()) for page in opened]


def squeeze(text):
    return re.sub(r"\s", "", text)


def text_boxes(pdf):
    """Left and right edges of every drawn character, in points, but the specimen's background."""
    with pypdfium2.PdfDocument(pdf) as opened:
        for page in opened:
            text = page.get_textpage()
            for index in range(text.count_chars()):
                left, _bottom, right, _top = text.get_charbox(index)
                if right > left:
                    yield left, right


# --- what it says


@case("Ord. Art. 15-4(2)", "spec 5.4", "spec 5.5")
def test_a_copy_shows_the_household_and_ends_with_the_sentence_of_the_order(printer):
    (page,) = pages(printer.render(document()))
    for text in ("（広域交付）", "見本 太郎", "TRAN THI LINH", "見本ハイツ 101号室", "1980年4月17日", "1/1"):
        assert squeeze(text) in squeeze(page)
    assert closing_sentence("東京都国立市長") in squeeze(page)
    assert squeeze("発行番号20130708 福島市 窓口1 001 011") in squeeze(page)


@case("Ord. Art. 15-4(2)")
def test_the_closing_sentence_says_who_notified_what_and_that_the_copy_rests_on_it():
    sentence = closing_sentence("東京都国立市長")
    for said in ("住所地市町村長である東京都国立市長", "第12条の4第3項", "通知", "基づいて作成"):
        assert said in sentence


@case("Ord. Art. 15-4(2)", "spec 5.6")
def test_the_closing_stands_in_the_order_sentence_date_mayor_seal(printer):
    (page,) = map(squeeze, pages(printer.render(document())))
    places = [
        page.index(text) for text in ("作成したものである", "平成25年7月8日", "福島県福島市長", "架空一郎")
    ]
    assert places == sorted(places)
    assert "電子公印の印影はありません" in page


def test_without_a_request_the_copy_says_omitted_and_shows_none_of_it(printer):
    (page,) = pages(printer.render(document()))
    for kept_back in ("24727059608", "24846016224", "世帯主見本", "妻", "ベトナム", "AB00000000CD"):
        assert kept_back not in squeeze(page)
    # Householder; code and relationship of two; nationality; and the remark that explains the word.
    assert page.count("（省略）") == 7


def test_with_everything_asked_for_nothing_is_omitted(printer):
    (page,) = pages(printer.render(document(wanted=EVERYTHING)))
    assert "（省略）" not in page
    for shown in ("24727059608", "24846016224", "ベトナム", "AB00000000CD", "2015年6月30日"):
        assert shown in page


def test_the_koseki_is_mentioned_only_where_a_japanese_record_is_copied(printer):
    assert "本籍" in pages(printer.render(document(TARO)))[0]
    assert "本籍" not in pages(printer.render(document(LINH)))[0]


@pytest.mark.parametrize("flag", [True, False])
def test_a_specimen_says_so_on_every_page_and_only_a_specimen(printer, flag):
    persons = [TARO] * 5
    for page in pages(printer.render(document(*persons, specimen=flag))):
        assert ("架空の人物" in squeeze(page)) is flag


def test_the_words_of_request_are_the_same_in_law_and_on_the_wire():
    asked_for = {mask.shown[Asker.NATIONWIDE] for mask in MASKS} & set(OnRequest)
    assert {item.value for item in asked_for} == {item.value for item in WantedItem}


# --- pages


@pytest.mark.parametrize(("persons", "expected"), [(1, 1), (4, 1), (5, 2), (8, 2), (9, 3)])
@case("spec 1.1.3", "spec 5.1")
def test_four_persons_a_page_and_the_closing_on_the_last_only(printer, persons, expected):
    people = [replace(LINH, name=f"PERSON {number}") for number in range(persons)]
    texts = [squeeze(page) for page in pages(printer.render(document(*people, wanted=EVERYTHING)))]
    assert len(texts) == expected
    for number, text in enumerate(texts, 1):
        assert text.endswith(f"{number}/{expected}")
        assert ("作成したものである" in text) is (number == expected)
        assert ("次のページに続く" in text) is (number < expected)
        for person in range(persons):
            assert (f"PERSON{person}通称" in text or f"PERSON{person}住民票" in text) is (
                person // 4 == number - 1
            )


def test_different_addresses_stand_with_each_person(printer):
    moved = replace(LINH, address=Address(ADDRESS.municipality, "東京都国立市架空一丁目1番地"))
    text = squeeze(pages(printer.render(document(TARO, moved)))[0])
    assert "各人の欄に記載" in text
    assert "見本ハイツ101号室" in text
    assert "架空一丁目1番地" in text


def test_nobody_to_show_is_an_error(printer):
    with pytest.raises(JukinetError, match="persons: must not be empty"):
        printer.render(replace(document(), persons=()))


# --- long texts


LONG_NAMES = [
    "NGUYỄN THỊ ÁNH NGUYỆT CÔNG TẰNG TÔN NỮ HOÀNG BẢO NGỌC PHƯƠNG THẢO",
    "WICKRAMASINGHE ARACHCHIGE DON SAMANTHA PRIYADARSHANA KUMARA BANDARA DISSANAYAKE MUDIYANSELAGE",
    "W" * 50,
    "寿限無" * 20,
    "김수한무거북이와두루미삼천갑자동방삭치치카포사리사리센타워리워리세브리깡",
]


@pytest.mark.parametrize("name", LONG_NAMES)
@case("spec 5.8")
def test_long_names_shrink_and_stay_within_the_form(printer, name):
    person = replace(LINH, name=name, nickname=name[:40])
    pdf = printer.render(document(*[person] * 4, wanted=EVERYTHING))
    assert squeeze(name) in squeeze(pages(pdf)[0])
    assert all(left >= LEFT - 1 and right <= RIGHT + 1 for left, right in text_boxes(pdf))


@case("spec 5.8")
def test_long_addresses_stay_within_the_form(printer):
    text = "東京都国立市架空町大字見本字試験" * 4
    person = replace(
        TARO, address=replace(ADDRESS, text=text, building=text), previous_address=Place(text * 2)
    )
    pdf = printer.render(document(*[person] * 4))
    assert squeeze(pages(pdf)[0]).count(text) >= 5
    assert all(left >= LEFT - 1 and right <= RIGHT + 1 for left, right in text_boxes(pdf))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (document(replace(TARO, name="W" * 300)), "persons[0].name"),
        (document(TARO, replace(LINH, nickname="架" * 500)), "persons[1].nickname"),
        (document(issue_number="9" * 200), "issue_number"),
        (document(issuer=Certifier("架" * 200, "名")), "issuer.title"),
    ],
)
@case("spec 5.8")
def test_what_cannot_fit_stops_the_copy_and_names_the_field_only(printer, changed, field):
    with pytest.raises(JukinetError) as caught:
        printer.render(changed)
    assert caught.value.kind is ErrorKind.INVALID
    assert [fault.field for fault in caught.value.faults] == [field]
    assert "架架" not in str(caught.value)
    assert "WW" not in str(caught.value)


# --- text is text


@pytest.mark.parametrize(
    "name",
    [
        '#eval("1+1") #panic()',
        "*b* _i_ `c` $x^2$ @ref <label>",
        "\\u{41} \\ \\\\ // x /* y */",
        '"]; #sys.inputs [',
        "= A -- B --- C ~ D ... ' \" ",
        "https://example.invalid/#a",
    ],
)
def test_markup_in_a_name_is_printed_as_it_stands(printer, name):
    pdf = printer.render(document(replace(TARO, name=name)))
    assert squeeze(name) in squeeze(pages(pdf)[0])
    with pypdfium2.PdfDocument(pdf) as opened:
        assert not list(opened[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_FORM]))
    assert b"/URI" not in pdf


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=40))
def test_any_ascii_name_is_printed_as_it_stands(printer, name):
    assert name in squeeze(pages(printer.render(document(replace(TARO, name=name))))[0])


def ink(pdf):
    """The pixels of the first page."""
    with pypdfium2.PdfDocument(pdf) as opened:
        bitmap = opened[0].render(scale=2)
        return ctypes.string_at(bitmap.buffer, bitmap.height * bitmap.stride)


def test_a_variation_sequence_is_drawn_as_its_own_shape(printer):
    drawn = [
        ink(printer.render(document(replace(TARO, name=name))))
        for name in ("邉", "邉\U000e0110", "邉\U000e0111")
    ]
    assert len(set(drawn)) == 3


@case("spec 5.8")
def test_every_character_without_a_glyph_is_named_at_once_and_no_name(printer):
    persons = (replace(TARO, name="架空\U00031350"), replace(LINH, nickname="辻\U000e01ef"))
    with pytest.raises(JukinetError) as caught:
        printer.render(document(*persons))
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert [(fault.field, fault.problem) for fault in caught.value.faults] == [
        ("persons[0].name", "cannot be printed: no font has U+31350"),
        ("persons[1].nickname", "cannot be printed: no font has U+8FBB U+E01EF"),
    ]
    assert "架空" not in str(caught.value)


def test_a_kept_back_item_that_cannot_be_printed_does_no_harm(printer):
    broken = replace(TARO, household=replace(HEAD, relationship="\U00031350"))
    assert printer.render(document(broken))


# --- the file


def test_the_same_copy_has_the_same_bytes_whoever_prints_it(printer, fonts):
    copy = document(wanted=EVERYTHING)
    first = printer.render(copy)
    assert render_copy(copy, fonts) == first
    assert printer.render(replace(copy, issued_on=date(2013, 7, 9))) != first


def test_several_threads_may_print_at_once(printer):
    copies = [document(replace(TARO, name=f"NUMBER {number}")) for number in range(8)]
    with ThreadPoolExecutor(4) as pool:
        printed = list(pool.map(printer.render, copies))
    assert printed == [printer.render(copy) for copy in copies]


def test_the_file_is_pdf_a_2a_tagged_dated_and_named_without_a_person(printer):
    pdf = printer.render(document())
    assert re.search(rb"<pdfaid:part>2</pdfaid:part>", pdf)
    assert re.search(rb"<pdfaid:conformance>A</pdfaid:conformance>", pdf)
    assert b"/Lang(ja-JP)" in pdf
    with pypdfium2.PdfDocument(pdf) as opened:
        about = opened.get_metadata_dict()
        assert opened.is_tagged()
        assert opened[0].get_size() == pytest.approx((210 * POINTS, 297 * POINTS), abs=0.1)
    assert about["Title"] == "住民票の写し（広域交付）"
    assert about["CreationDate"].startswith("D:20130707150000")  # midnight in Japan
    assert not about["Author"]
    assert not about["Subject"]
    assert not about["Keywords"]


def test_no_repr_shows_a_person():
    assert "見本" not in repr(document())
    assert "架空" not in repr(document())

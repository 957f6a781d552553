"""The part of the register that is open to browsing: what stands on its pages, and that nothing else does."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from tests.conformance.cases import case

from jukinet.documents.area_lists import AreaListDocument, AreaListPrinter, ListRow
from jukinet.documents.fonts import FontSet
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.persons import Sex

ROWS = [
    ListRow("渡邉\U000e0110　太郎", None, PartialDate("1980-04-17"), Sex.MALE, "東京都国立市中一丁目1番地"),
    ListRow(
        "NGUYEN THI ANH",
        "国立　花",
        PartialDate("1985-11-XX"),
        Sex.UNKNOWN,
        "東京都国立市中一丁目2番地　国立荘",
    ),
]
LIST = AreaListDocument("東京都国立市中一丁目", date(2013, 7, 8), "17", "東京都国立市長", ROWS)


@pytest.fixture(scope="module")
def lists(fonts: FontSet) -> AreaListPrinter:
    return AreaListPrinter(fonts)


def pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as opened:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in opened]


@case("Act Art. 11(1)", "Ord. Art. 14", "spec 9.5")
def test_a_page_says_area_day_and_the_facts_of_each(lists: AreaListPrinter) -> None:
    (page,) = pages(lists.render(LIST))
    for said in (
        *("住民基本台帳の一部の写し（閲覧用）", "東京都国立市中一丁目平成25年7月8日東京都国立市長"),
        *("太郎", "昭和55年4月17日男東京都国立市中一丁目1番地"),
        *("NGUYENTHIANH（国立花）", "昭和60年11月日不詳", "国立荘", "目的以外", "171/1"),
    ):
        assert said in page, said


def test_each_page_of_a_long_list_has_its_head(lists: AreaListPrinter) -> None:
    long = replace(LIST, rows=ROWS * 60)
    found = pages(lists.render(long))
    assert lists.pages(long) == len(found)
    assert len(found) > 2
    for number, page in enumerate(found, 1):
        assert "東京都国立市中一丁目平成25年7月8日" in page
        assert "氏名（通称）生年月日性別住所" in page
        assert f"17{number}/{len(found)}" in page
    assert sum(page.count("NGUYENTHIANH") for page in found) == 60


def test_an_area_without_anybody_is_a_page_too(lists: AreaListPrinter) -> None:
    (page,) = pages(lists.render(replace(LIST, rows=[])))
    assert "記載する者はありません" in page


def test_a_character_that_cannot_be_printed_stops_the_list(lists: AreaListPrinter) -> None:
    odd = replace(LIST, rows=[replace(ROWS[0], name="\U0003fffd太郎")])
    assert lists.printable(LIST)
    assert not lists.printable(odd)
    with pytest.raises(JukinetError) as raised:
        lists.render(odd)
    assert raised.value.kind is ErrorKind.CONFIGURATION
    assert "太郎" not in str(raised.value)


def test_the_same_list_gives_the_same_bytes_and_a_specimen_says_so(lists: AreaListPrinter) -> None:
    assert lists.render(LIST) == lists.render(LIST)
    (page,) = pages(lists.render(replace(LIST, specimen=True)))
    assert "見本" in page

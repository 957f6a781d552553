"""Lists on paper: a table with its heads on each page, and labels that hold a long address or stop."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from tests.conformance.cases import case

from jukinet.documents.fonts import FontSet
from jukinet.documents.sheets import LabelText, SheetDocument, SheetPrinter
from jukinet.domain.errors import ErrorKind, JukinetError

DAY = date(2013, 7, 8)
HEADS = ("resident_no", "name", "address")
ROW = ("00000000019", "国立　一郎", "東京都国立市中一丁目1番地")
TABLE = SheetDocument(DAY, "東京都国立市", HEADS, [ROW])
ONE = LabelText("国立　一郎", "1860004", ("東京都国立市中一丁目1番地", "国立荘101"))
LABELS = SheetDocument(DAY, "東京都国立市", labels=[ONE])


@pytest.fixture(scope="module")
def sheets(fonts: FontSet) -> SheetPrinter:
    return SheetPrinter(fonts)


def pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as opened:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in opened]


def test_a_table_has_its_heads_and_day_on_each_page(sheets: SheetPrinter) -> None:
    found = pages(sheets.render(replace(TABLE, rows=[ROW] * 120)))
    assert len(found) > 1
    for number, page in enumerate(found, 1):
        assert "".join(HEADS) in page
        assert "平成25年7月8日東京都国立市" in page
        assert f"{number}/{len(found)}" in page
    assert sum(page.count("国立一郎") for page in found) == 120
    assert "該当する者はありません。" in pages(sheets.render(replace(TABLE, rows=[])))[0]


@case("spec 9.6")
def test_labels_stand_twelve_on_a_page_and_say_whom_and_where(sheets: SheetPrinter) -> None:
    found = pages(sheets.render(replace(LABELS, labels=[ONE] * 13)))
    assert [page.count("国立一郎様") for page in found] == [12, 1]
    assert "〒186-0004東京都国立市中一丁目1番地国立荘101国立一郎様" in found[1]
    (bare,) = pages(sheets.render(replace(LABELS, labels=[replace(ONE, postcode="", address=("東一丁目",))])))
    assert "〒" not in bare


def test_a_long_address_shrinks_and_one_beyond_all_measure_stops_the_sheet(sheets: SheetPrinter) -> None:
    long = replace(ONE, address=("東京都国立市中一丁目1番地" * 8,))
    assert pages(sheets.render(replace(LABELS, labels=[long])))[0].count("中一丁目1番地") == 8
    with pytest.raises(JukinetError) as stopped:
        sheets.render(replace(LABELS, labels=[ONE, replace(ONE, address=("東京都国立市" * 200,))]))
    assert stopped.value.kind is ErrorKind.INVALID
    assert stopped.value.faults[0].field == "rows[2].address"
    assert not sheets.printable(replace(TABLE, rows=[("\U0002ffff",) * 3]))

"""Lists of the network's commands, as the sheet prints them."""

from __future__ import annotations

from datetime import date

from tests.conformance.cases import case
from tests.unit.documents.test_copies import RIGHT, pages, squeeze, text_boxes

from jukinet.cli import tables
from jukinet.documents.fonts import FontSet
from jukinet.documents.sheets import SheetDocument, SheetPrinter

COLUMNS = tables.NUMBER | tables.WHEN | tables.KIND | tables.PEER | tables.ID | tables.STATE
ID = "0f3d2c1b4a5968778695a4b3c2d1e0f0"
ROW = (
    "812",
    "平成25年12月28日 19:00",
    "戸籍附票記載事項通知",
    "muni-131016",
    ID,
    "送信済",
)


@case("spec 7.1.1.1")
def test_a_list_has_its_title_and_the_longest_values_stay_in_their_columns(fonts: FontSet) -> None:
    sheet = SheetDocument(
        date(2013, 7, 8),
        "国立市",
        tuple(COLUMNS),
        [ROW] * 100,
        title="送信電文一覧表",
        shares=tuple(COLUMNS.values()),
    )
    pdf = SheetPrinter(fonts).render(sheet)
    found = [squeeze(page) for page in pages(pdf)]
    assert len(found) > 1
    assert all("送信電文一覧表" in page and "電文の識別番号" in page for page in found)
    assert sum(page.count(ID) for page in found) == 100, "in one line each"
    assert all(right <= RIGHT + 6 for _, right in text_boxes(pdf))

"""Lists of the office as PDF."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.unit.documents.test_copies import pages, squeeze

from jukinet.documents.fonts import FontSet
from jukinet.documents.tables import TableDocument, TablePrinter

LIST = TableDocument(
    "送信電文一覧表",
    date(2013, 7, 8),
    "国立市",
    ("番号", "電文の種類", "送信先"),
    [("812", "move-in-notice", "muni-131016")],
)


@pytest.fixture(scope="module")
def tables(fonts: FontSet) -> TablePrinter:
    return TablePrinter(fonts)


@case("spec 7.1.1.1")
def test_a_list_has_its_heading_its_day_its_office_and_its_rows(tables: TablePrinter) -> None:
    (page,) = pages(tables.render(LIST))
    for said in (
        "送信電文一覧表",
        "平成25年7月8日",
        "国立市",
        "番号",
        "812",
        "move-in-notice",
        "muni-131016",
        "1/1",
    ):
        assert said in squeeze(page), said
    assert "該当するものはありません" in squeeze(pages(tables.render(replace(LIST, rows=[])))[0])


def test_a_long_list_goes_on_with_its_heads(tables: TablePrinter) -> None:
    found = [squeeze(page) for page in pages(tables.render(replace(LIST, rows=[*LIST.rows] * 100)))]
    assert len(found) > 1
    assert all("送信電文一覧表" in page and "番号" in page for page in found)
    assert sum(page.count("812") for page in found) == 100


def test_a_specimen_says_so(tables: TablePrinter) -> None:
    assert "架空の人物" in squeeze(pages(tables.render(replace(LIST, specimen=True)))[0])

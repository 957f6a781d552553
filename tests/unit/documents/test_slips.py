"""The written notice of a code: what each kind says, one sheet a person, and what cannot be printed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from tests.conformance.cases import case

from jukinet.documents.fonts import FontSet
from jukinet.documents.household_form import Certifier
from jukinet.documents.slips import SlipDocument, SlipPrinter
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.law.code_notices import NoticeGround

MAYOR = Certifier("東京都国立市長", "見本 一郎")
DAY = date(2013, 7, 9)
SLIP = SlipDocument(
    "渡邉\U000e0110 太郎",
    ("東京都国立市富士見台二丁目999番地の99", "見本ハイツ 101号室"),
    ResidentRecordCode("24727059608"),
    NoticeGround.RECORDED,
    date(2013, 7, 8),
    "17",
)
SAYS = {
    NoticeGround.RECORDED: ("住民票コード通知票", "法第30条の2第3項", "施行令第30条の2第2項", "記載しました"),
    NoticeGround.START: ("住民票コード通知票", "平成22年政令第253号）附則第9条第3項", "記載しました"),
    NoticeGround.CHANGED: (
        "住民票コード変更通知票",
        "法第30条の3第4項",
        "変更をしました",
        "返納してください",
    ),
    NoticeGround.CORRECTED: (
        "住民票コード修正通知票",
        "施行令第30条の4第2項",
        "修正をしました",
        "返納してください",
    ),
}


@pytest.fixture(scope="module")
def slips(fonts: FontSet) -> SlipPrinter:
    return SlipPrinter(fonts)


def sheets(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as opened:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in opened]


@pytest.mark.parametrize("ground", NoticeGround)
@case("Act Arts. 30-2(3), 30-3(4)", "Ord. Arts. 30-2(2), 30-4(2)", "spec 4.3.3")
def test_a_notice_says_what_was_done_and_the_code(slips: SlipPrinter, ground: NoticeGround) -> None:
    (page,) = sheets(slips.render((replace(SLIP, ground=ground),), MAYOR, DAY))
    for said in (*SAYS[ground], "24727059608", "平成25年7月8日", "平成25年7月9日", "東京都国立市長見本一郎"):
        assert said in page, said
    for said in (
        "太郎様",
        "東京都国立市富士見台二丁目999番地の99",
        "見本ハイツ101号室",
        "いつでも",
        "第30条の43",
    ):
        assert said in page, said
    assert "ResidentRecord" not in page
    assert ("返納" in page) == (ground in {NoticeGround.CHANGED, NoticeGround.CORRECTED})


def test_nobody_else_stands_on_a_sheet(slips: SlipPrinter) -> None:
    other = replace(
        SLIP,
        name="NGUYỄN THỊ ÁNH",
        code=ResidentRecordCode("24846016224"),
        address=("東京都国立市東九丁目",),
        english=True,
        reference="18",
    )
    first, second = sheets(slips.render((SLIP, other), MAYOR, DAY))
    assert "24727059608" in first
    assert "24846016224" not in first
    assert "NGUYỄNTHỊÁNH" in second
    assert "24727059608" not in second
    assert "太郎" not in second
    assert "ResidentRecordcode" in second


def test_a_very_long_name_and_address_stay_on_the_sheet(slips: SlipPrinter) -> None:
    long = replace(
        SLIP, name="MARIA DOLORES " * 10, address=("東京都国立市富士見台二丁目999番地の99" * 6, "見本" * 40)
    )
    assert len(sheets(slips.render((long, SLIP), MAYOR, DAY))) == 2


def test_the_same_notices_are_the_same_bytes_and_a_specimen_says_so(slips: SlipPrinter) -> None:
    once, again = (slips.render((SLIP,), MAYOR, DAY) for _ in range(2))
    assert once == again
    assert "架空の人物" in sheets(slips.render((SLIP,), MAYOR, DAY, specimen=True))[0]
    assert "架空の人物" not in sheets(once)[0]


def test_what_no_font_has_is_told_before_and_never_printed_with_a_gap(slips: SlipPrinter) -> None:
    assert slips.printable(SLIP)
    for gap in (replace(SLIP, name="\U0001f600"), replace(SLIP, address=("\U0001f600",))):
        assert not slips.printable(gap)
        with pytest.raises(JukinetError) as caught:
            slips.render((gap,), MAYOR, DAY)
        assert caught.value.kind is ErrorKind.CONFIGURATION


def test_there_is_no_empty_document(slips: SlipPrinter) -> None:
    with pytest.raises(JukinetError) as caught:
        slips.render((), MAYOR, DAY)
    assert caught.value.kind is ErrorKind.INVALID

"""The certificate of a move-out and the letter of an acceptance: what stands on them, and what cannot be printed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
from tests.conformance.cases import case

from jukinet.documents.certificates import CertificateDocument, CertificatePrinter
from jukinet.documents.fonts import FontSet
from jukinet.documents.household_form import Certifier
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
from jukinet.domain.persons import Address, Place, Sex

MAYOR = Certifier("東京都国立市長", "見本 一郎")
KUNITACHI, CHIYODA = MunicipalityCode("132152"), MunicipalityCode("131016")
TARO = ResidentRecord(
    kind=RecordKind.JAPANESE,
    name=PersonName("渡邉\U000e0110 太郎", "ワタナベ タロウ"),
    birth_date=PartialDate("1980-04-17"),
    sex=Sex.MALE,
    household_number="00000000019",
    relationship="世帯主",
    address=Address(KUNITACHI, "東京都国立市富士見台二丁目999番地の99", "見本ハイツ 101号室"),
    recorded_since=date(2012, 10, 1),
    code=ResidentRecordCode("24727059608"),
    koseki=Koseki("東京都国立市東九丁目999番地", "渡邉 次郎"),
    previous_address=Place("北海道札幌市中央区架空町1番地"),
    voter=True,
    programmes=Programmes(
        date(2010, 4, 1),
        None,
        date(2011, 2, 3),
        "第1号被保険者",
        None,
        date(2012, 6, 1),
        pension_number="1234-567890",
    ),
)
ANH = replace(
    TARO,
    kind=RecordKind.FOREIGN,
    name=PersonName("NGUYỄN THỊ ÁNH", latin="NGUYỄN THỊ ÁNH"),
    sex=Sex.FEMALE,
    relationship="妻",
    koseki=None,
    voter=False,
    code=ResidentRecordCode("24846016224"),
    nickname=Nickname("見本 杏", date(2012, 7, 9), KUNITACHI),
    former_nicknames=(Nickname("架空 杏", date(2011, 1, 5), CHIYODA, date(2012, 7, 8), KUNITACHI),),
    foreign=ForeignItems(
        "VNM",
        date(2012, 7, 9),
        ForeignClass.MID_TO_LONG_TERM,
        "留学",
        "1年",
        date(2014, 7, 5),
        "AB00000001CD",
    ),
    programmes=Programmes(),
)
DOCUMENT = CertificateDocument(
    persons=(TARO, ANH),
    householder="渡邉 太郎",
    destination=Place("東京都千代田区九段南一丁目2番1号", CHIYODA),
    planned_on=date(2013, 7, 20),
    issuer=MAYOR,
    issued_on=date(2013, 7, 8),
    number="17-0001",
    municipalities={KUNITACHI: "東京都国立市", CHIYODA: "東京都千代田区"},
)


@pytest.fixture(scope="module")
def certificates(fonts: FontSet) -> CertificatePrinter:
    return CertificatePrinter(fonts)


def pages(pdf: bytes) -> list[str]:
    with pypdfium2.PdfDocument(pdf) as opened:
        return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in opened]


@case("Ord. Art. 23", "Ord. Art. 30-32", "spec 4.1.3.0.3")
def test_a_certificate_says_every_item_of_the_order(certificates: CertificatePrinter) -> None:
    (page,) = pages(certificates.render(DOCUMENT))
    for said in (
        *("転出証明書", "太郎", "昭和55年4月17日", "男", "世帯主", "東京都国立市東九丁目999番地", "渡邉次郎"),
        *("24727059608", "東京都国立市富士見台二丁目999番地の99見本ハイツ101号室", "平成25年7月20日"),
        *("東京都千代田区九段南一丁目2番1号", "国民健康保険", "介護保険", "第1号被保険者", "児童手当"),
        "1234-567890",
        *("NGUYỄNTHỊÁNH", "24846016224", "ベトナム", "中長期在留者", "留学", "1年", "AB00000001CD"),
        "架空杏平成23年1月5日記載（東京都千代田区）平成24年7月8日削除（東京都国立市）",
        "見本杏平成24年7月9日記載（東京都国立市）",
        *("証明する", "東京都国立市長見本一郎", "平成25年7月8日", "17-0001", "1/1"),
    ):
        assert said in page, said
    assert page.count("該当") == 3, "in which programmes, not since when"
    for kept in ("平成22年4月1日", "札幌", "再交付", "選挙"):
        assert kept not in page, kept


@case("Ord. Art. 23")
def test_of_what_ended_a_certificate_says_nothing(certificates: CertificatePrinter) -> None:
    ended = replace(
        TARO.programmes,
        pension_since=date(2010, 4, 1),
        health_insurance_ended=date(2013, 6, 1),
        pension_ended=date(2013, 6, 1),
        child_allowance_ended=date(2013, 6, 1),
    )
    (page,) = pages(certificates.render(replace(DOCUMENT, persons=(replace(TARO, programmes=ended),))))
    assert page.count("該当") == 1
    for kept in ("第1号", "1234-567890", "平成25年6月"):
        assert kept not in page, kept


def test_a_foreign_resident_has_no_koseki_and_a_japanese_no_nickname(
    certificates: CertificatePrinter,
) -> None:
    (japanese,) = pages(certificates.render(replace(DOCUMENT, persons=(TARO,))))
    (foreign,) = pages(certificates.render(replace(DOCUMENT, persons=(ANH,))))
    assert "本籍" in japanese
    assert "本籍" not in foreign
    assert "通称" not in japanese
    assert "在留資格" not in japanese
    # An item given by mistake is not printed: the table of the law says what is.
    (page,) = pages(certificates.render(replace(DOCUMENT, persons=(replace(ANH, koseki=TARO.koseki),))))
    assert "渡邉次郎" not in page


@case("Ord. Art. 24(2)", "spec 4.1.3.0.3")
def test_one_that_is_issued_again_says_so(certificates: CertificatePrinter) -> None:
    (page,) = pages(certificates.render(replace(DOCUMENT, again=True)))
    assert "転出証明書（再交付）" in page


@case("spec 4.1.3.0.3", "spec 4.1.3.0.4")
def test_the_paper_in_its_place_and_one_beside_the_card_say_what_they_are(
    certificates: CertificatePrinter,
) -> None:
    (late,) = pages(certificates.render(replace(DOCUMENT, late=True, again=True)))
    for said in (
        "転出証明書に準ずる証明書（再交付）",
        "転出の年月日",
        "転出証明書に代えて、転入届に添付すべき書類として発行したもの",
        "職権により上記のとおり住民票を消除した者であることを証明する。",
    ):
        assert said in late, said
    for other in ("転出の予定年月日", "第24条の規定により"):
        assert other not in late
    (card,) = pages(certificates.render(replace(DOCUMENT, with_card=True)))
    assert "特例による転出処理済" in card
    assert "準ずる" not in card
    (plain,) = pages(certificates.render(DOCUMENT))
    assert "特例" not in plain


@pytest.mark.parametrize("count", [1, 3, 4, 9])
def test_a_large_household_goes_on_over_pages(certificates: CertificatePrinter, count: int) -> None:
    many = replace(ANH, former_nicknames=ANH.former_nicknames * 3)
    found = pages(certificates.render(replace(DOCUMENT, persons=(many,) * count)))
    assert len(found) == (count + 2) // 3
    assert sum(page.count("24846016224") for page in found) == count
    assert ["証明する" in page for page in found] == [False] * (len(found) - 1) + [True]


def test_what_the_fonts_lack_is_known_before_anything_is_issued(certificates: CertificatePrinter) -> None:
    lacking = replace(TARO, name=PersonName("\U000f0000"))
    assert certificates.pages(DOCUMENT) == 1
    assert not certificates.pages(replace(DOCUMENT, persons=(TARO, lacking)))

"""The letters of the office as printed sheets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.unit.documents.test_certificates import ANH, MAYOR, TARO, pages

from jukinet.documents.fonts import FontSet
from jukinet.documents.letters import (
    ADDRESS_CHANGED,
    ADDRESS_WILL_CHANGE,
    CHECK_SLIP,
    FORMS,
    Form,
    LetterDocument,
    LetterPrinter,
)
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import DeletionCause
from jukinet.domain.persons import Sex
from jukinet.law.doubts import DoubtStep
from jukinet.law.letters import Handling, LetterKind, Rows, Said, changed_items
from jukinet.law.notifications import Capacity

DAY = date(2013, 7, 8)


@pytest.fixture(scope="module")
def letters(fonts: FontSet) -> LetterPrinter:
    return LetterPrinter(fonts)


def letter(kind: LetterKind, rows: Rows, **changes: object) -> LetterDocument:
    plain = LetterDocument(
        FORMS[kind], "見本 太郎", ("東京都国立市富士見台二丁目999番地の99", "見本ハイツ 101号室"), rows, "17"
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # field → its own value


def page_of(printer: LetterPrinter, document: LetterDocument) -> str:
    (page,) = pages(printer.render(document, MAYOR, date(2013, 7, 9)))
    return page


ACCEPTED = letter(
    LetterKind.ACCEPTED,
    (
        (Said.NOTIFIED_ON, DAY),
        (Said.NOTIFICATION, RegisterReason.MOVE_OUT_FILED),
        (Said.CAPACITY, Capacity.AGENT),
        (Said.PERSON, "見本 太郎"),
    ),
)


@case("spec 4.1.0.3")
@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (RegisterReason.MOVE_IN, "転入届"),
        (RegisterReason.MOVE_WITHIN, "転居届"),
        (RegisterReason.MOVE_OUT_FILED, "転出届"),
        (RegisterReason.HOUSEHOLDER_CHANGED, "世帯変更届"),
        (RegisterReason.BIRTH, "届出"),
    ],
)
def test_a_letter_says_what_was_accepted_and_in_what_capacity_it_was_brought(
    letters: LetterPrinter, reason: RegisterReason, said: str
) -> None:
    document = replace(ACCEPTED, rows=(*ACCEPTED.rows[:1], (Said.NOTIFICATION, reason), *ACCEPTED.rows[2:]))
    page = page_of(letters, document)
    for text in ("住民異動届受理通知", "見本太郎様", "見本ハイツ101号室", "平成25年7月8日", "代理人", said):
        assert text in page, text
    for text in ("受理しました", "平成25年7月9日", "東京都国立市長見本一郎"):
        assert text in page, text


def test_who_is_foreign_reads_it_in_english_too_and_what_the_fonts_lack_is_known_before(
    letters: LetterPrinter,
) -> None:
    assert "Thisoffice" not in page_of(letters, ACCEPTED)
    assert "Thisofficehasaccepted" in page_of(letters, replace(ACCEPTED, english=True))
    assert letters.printable(ACCEPTED)
    assert not letters.printable(replace(ACCEPTED, name="\U000f0000"))
    assert not letters.printable(replace(ACCEPTED, rows=((Said.PERSON, "\U000f0000"),)))


MOVED = replace(TARO, address=replace(TARO.address, text="東京都国立市東一丁目1番地"), voter=False)
WHO: Rows = ((Said.NAME, "見本 太郎"), (Said.BIRTH_DATE, "昭和55年4月17日"), (Said.SEX, Sex.MALE))


@pytest.mark.parametrize(
    ("kind", "rows", "said"),
    [
        pytest.param(
            LetterKind.EX_OFFICIO,
            (
                (Said.REASON, RegisterReason.CORRECTED_EX_OFFICIO),
                (Said.OCCURRED_ON, DAY),
                *changed_items(TARO, MOVED),
            ),
            (
                *("職権記載等通知書", "第12条第4項", "職権修正"),
                "「東京都国立市富士見台二丁目999番地の99見本ハイツ101号室」を「東京都国立市東一丁目1番地見本ハイツ101号室」に修正",
            ),
            marks=case("spec 4.2.0.1", "Ord. Art. 12(4)"),
        ),
        pytest.param(
            LetterKind.EX_OFFICIO,
            (
                (Said.REASON, RegisterReason.DELETED_EX_OFFICIO),
                (Said.CAUSE, DeletionCause.NOT_LIVING_HERE),
            ),
            ("消除の原因", "実態なし"),
            marks=case("spec 4.2.0.1"),
        ),
        pytest.param(
            LetterKind.GUARDIANSHIP,
            (*WHO, (Said.DESTINATION, "東京都千代田区"), (Said.PLANNED_ON, DAY)),
            ("成年被後見人", "見本太郎", "昭和55年4月17日", "男", "東京都千代田区", "平成25年7月8日"),
            marks=case("spec 9.4"),
        ),
        pytest.param(
            LetterKind.CALL,
            ((Said.PERSON, "見本 次郎"), (Said.DUE_ON, DAY)),
            ("催告", "第14条第1項", "見本次郎", "届出の期限平成25年7月8日"),
            marks=case("Act Art. 14(1)"),
        ),
        pytest.param(
            LetterKind.ANSWER,
            ((Said.RECEIVED_ON, DAY), (Said.OUTCOME, DoubtStep.RIGHT)),
            ("回答", "第14条第2項", "平成25年7月8日", "誤りは認められませんでした"),
            marks=case("Act Art. 14(2)"),
        ),
        pytest.param(
            LetterKind.ANSWER,
            ((Said.OUTCOME, DoubtStep.CORRECTED),),
            ("修正をしました",),
            marks=case("Act Art. 14(2)"),
        ),
        pytest.param(
            LetterKind.PERIOD_ENDS,
            ((Said.BEGINS_ON, DAY), (Said.ENDS_ON, date(2014, 7, 7)), (Said.EXTENDED_FROM, date(2014, 6, 7))),
            ("支援措置期間終了通知", "末日平成26年7月7日", "平成26年6月7日から"),
            marks=case("spec 3.4"),
        ),
        pytest.param(
            LetterKind.MISSING_NOTICE,
            (*WHO, (Said.OLD_ADDRESS, "東京都国立市"), (Said.LEFT_ON, DAY)),
            (
                "転入通知未着照会書",
                "第9条第1項",
                "転出の年月日平成25年7月8日",
                "転入の有無",
                "転入をした年月日",
            ),
            marks=case("spec 4.1.3.1.4"),
        ),
        pytest.param(
            LetterKind.HOUSEHOLDER,
            ((Said.HOUSEHOLDER, "見本 次郎"), (Said.OCCURRED_ON, DAY)),
            ("世帯主変更通知書", "職権", "新たな世帯主見本次郎"),
            marks=case("spec 4.0.4"),
        ),
        pytest.param(
            LetterKind.NO_HOUSEHOLDER,
            ((Said.MEMBERS, "見本 次郎、見本 三郎"),),
            ("世帯主変更依頼通知書", "第25条", "見本次郎、見本三郎"),
            marks=case("spec 4.0.4"),
        ),
        pytest.param(
            LetterKind.CARD_ENQUIRY,
            ((Said.PERSON, "見本 次郎"), (Said.APPLIED_ON, DAY)),
            ("照会書", "第36条", "見本次郎", "申請の年月日平成25年7月8日", "本人の意思による申請", "署名"),
            marks=case("Reg. Art. 36"),
        ),
    ],
)
def test_each_letter_says_what_it_is_about(
    letters: LetterPrinter, kind: LetterKind, rows: Rows, said: tuple[str, ...]
) -> None:
    page = page_of(letters, letter(kind, rows))
    for text in ("見本太郎様", "見本ハイツ101号室", "平成25年7月9日", "東京都国立市長見本一郎", "17", *said):
        assert text in page, text


@case("spec 4.2.0.1")
def test_the_offices_own_sheet_says_everything_that_was_recorded_to_nobody_and_no_code(
    letters: LetterPrinter,
) -> None:
    """On one page, also for a record with every item."""
    full = replace(ANH, voter=True, became_resident_on=DAY, address_since=DAY, programmes=TARO.programmes)
    rows: Rows = ((Said.PERSON, "NGUYỄN THỊ ÁNH"), (Said.ENTERED_ON, DAY), *changed_items(None, full))
    page = page_of(letters, letter(LetterKind.RECORD_SHEET, rows, name="", address=()))
    for text in (
        "職権記録書",
        "ベトナム",
        "中長期在留者",
        "留学",
        "AB00000001CD",
        "選挙人名簿への登録有",
        "審査・決裁",
    ):
        assert text in page, text
    assert "様" not in page
    assert str(ANH.code) not in page


def test_every_letter_has_a_form(letters: LetterPrinter) -> None:
    assert set(FORMS) == set(LetterKind)
    for kind in LetterKind:
        assert FORMS[kind].title.split("（")[0] in page_of(letters, letter(kind, ((Said.DUE_ON, None),)))


@case("spec 4.5.6")
def test_what_notices_of_the_minister_would_change_stands_on_a_sheet_each(letters: LetterPrinter) -> None:
    assert ANH.foreign is not None
    changed = replace(ANH, foreign=replace(ANH.foreign, status="技術", period="3年"))
    first: Rows = ((Said.NOTICE_NO, "MJ-1"), (Said.HANDLING, Handling.READY), *changed_items(ANH, changed))
    second: Rows = ((Said.NOTICE_NO, "MJ-2"), (Said.HANDLING, Handling.FOR_CLERK), (Said.RULES, "MJ1"))
    sheets = tuple(LetterDocument(CHECK_SLIP, "", (), rows, "") for rows in (first, second))
    one, two = pages(letters.render_all(sheets, MAYOR, DAY))
    for text in ("処理結果確認票", "MJ-1", "取込み可", "「留学」を「技術」に修正", "「1年」を「3年」に修正"):
        assert text in one, text
    assert "職員の確認が必要" in two
    assert "MJ1" in two
    assert "技術" not in two


@case("spec 9.7")
@pytest.mark.parametrize(("form", "word"), [(ADDRESS_WILL_CHANGE, "予定"), (ADDRESS_CHANGED, "修正しました")])
def test_a_letter_about_another_address_says_both_and_that_nothing_is_to_be_notified(
    letters: LetterPrinter, form: Form, word: str
) -> None:
    rows: Rows = (
        (Said.MEMBERS, "見本 太郎"),
        (Said.ADDRESS_BEFORE, "東京都国立市中1番地"),
        (Said.ADDRESS, "東京都国立市中一丁目2番3号"),
        (Said.OCCURRED_ON, DAY),
    )
    one = LetterDocument(form, "見本 太郎", ("東京都国立市中1番地",), rows, "00000000019", english=True)
    (page,) = pages(letters.render_all((one,), MAYOR, DAY))
    for text in (
        word,
        "変更前の住所",
        "東京都国立市中1番地",
        "中一丁目2番3号",
        "届出の必要はありません",
        "address",
    ):
        assert text in page, text

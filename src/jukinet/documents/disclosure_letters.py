"""The words of the letters about a request for disclosure: put off, closed, what an inquiry came to."""

from __future__ import annotations

from datetime import date

from jukinet.domain.dates import japanese_era
from jukinet.law.disclosures import Ground
from jukinet.messages.bodies import ErrorItem, ErrorOutcome

_ACT = "住民基本台帳法"
_PUT_OFF = (
    f"本人確認情報の開示の請求については、次の理由により{_ACT}第30条の38第1項に規定する期間内に開示をすることができませんので、"
    "同条第2項の規定により、開示の期限を次のとおり通知します。"
)
_GROUNDS = {
    Ground.NOT_OWN: "請求をした方に係る本人確認情報の開示の請求と認められないため",
    Ground.WITHDRAWN: "請求の取下げがあったため",
}
_ITEMS = {
    ErrorItem.NAME: "氏名",
    ErrorItem.NICKNAME: "通称",
    ErrorItem.BIRTH_DATE: "生年月日",
    ErrorItem.SEX: "性別",
    ErrorItem.ADDRESS: "住所",
    ErrorItem.CODE: "住民票コード",
}
_OUTCOMES = {
    ErrorOutcome.CORRECTED: "申出に係る事項に誤りがあり、市区町村において訂正等がされました。",
    ErrorOutcome.RIGHT: "申出に係る事項に誤りは認められませんでした。",
}

Words = tuple[str, str, list[tuple[str, str]]]
"""Heading, sentence, rows."""


def put_off(received_on: date, reason: str, due_on: date) -> Words:
    """開示期限の延長 (Art. 30-38(2)): the reason and the new last day."""
    return (
        "開示期限延長通知書",
        _PUT_OFF,
        [
            ("請求を受理した日", japanese_era(received_on)),
            ("期間内に開示をすることができない理由", reason),
            ("開示の期限", japanese_era(due_on)),
        ],
    )


def closed(received_on: date, ground: Ground, reason: str) -> Words:
    """That nothing is disclosed, and why."""
    return (
        "本人確認情報の開示の請求について（通知）",
        "次の請求については、次の理由により開示をしませんので、通知します。",
        [
            ("請求を受理した日", japanese_era(received_on)),
            ("理由", _GROUNDS[ground]),
            ("説明", reason),
        ],
    )


def inquired(asked_on: date, items: list[ErrorItem], outcome: ErrorOutcome, said: str) -> Words:
    """調査の結果 (Art. 30-40)."""
    return (
        "本人確認情報調査結果通知書",
        f"開示に係る本人確認情報の訂正等の申出について調査を行いましたので、{_ACT}第30条の40の規定により、その結果を通知します。",
        [
            ("申出のあった日", japanese_era(asked_on)),
            ("申出に係る事項", "、".join(_ITEMS[one] for one in items)),
            ("調査の結果", _OUTCOMES[outcome]),
            ("説明", said),
        ],
    )

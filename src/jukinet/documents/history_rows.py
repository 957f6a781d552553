"""The rows of a paper that tell of changes (履歴) and of a deletion (除票): which words stand in which box.

Owns the Japanese names of the reasons. What is told at all is in ``jukinet.law.copy_history``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from jukinet.documents.boxes import NOTHING, Row, label, value
from jukinet.documents.nationalities import japanese_name
from jukinet.documents.person_rows import SEXES, STAYS, day_text
from jukinet.domain.changes import ChangeKind, RegisterReason
from jukinet.domain.dates import japanese_era
from jukinet.domain.items import DeletionCause, ForeignClass
from jukinet.domain.japanese_dates import era_text
from jukinet.domain.persons import Sex
from jukinet.law.copies import CopyItem
from jukinet.law.copy_history import Change, Deletion, ItemChange

REASONS = {
    RegisterReason.MOVE_IN: "転入",
    RegisterReason.MOVE_IN_FROM_ABROAD: "国外からの転入",
    RegisterReason.BIRTH: "出生",
    RegisterReason.RECORDED_NATURALISED: "職権記載（帰化等）",
    RegisterReason.RECORDED_NATIONALITY_LOST: "職権記載（国籍喪失）",
    RegisterReason.RECORDED_EX_OFFICIO: "職権記載",
    RegisterReason.REWRITTEN: "改製",
    RegisterReason.REMADE: "再製",
    RegisterReason.UNDONE_ADDING: "消除の取消し",
    RegisterReason.MOVE_OUT: "転出",
    RegisterReason.MOVE_OUT_ABROAD: "国外への転出",
    RegisterReason.DEATH: "死亡",
    RegisterReason.DELETED_NATURALISED: "職権消除（帰化等）",
    RegisterReason.DELETED_NATIONALITY_LOST: "職権消除（国籍喪失）",
    RegisterReason.DELETED_EX_OFFICIO: "職権消除",
    RegisterReason.UNDONE_REMOVING: "記載の取消し",
    RegisterReason.MOVE_WITHIN: "転居",
    RegisterReason.MINOR_CORRECTION: "軽微な修正",
    RegisterReason.CORRECTED_EX_OFFICIO: "職権修正",
    RegisterReason.ERROR_CORRECTED: "誤記修正",
    RegisterReason.CODE_CHANGE_REQUESTED: "住民票コードの変更",
    RegisterReason.CODE_RECORDED_EX_OFFICIO: "住民票コードの職権記載",
    RegisterReason.HOUSEHOLD_SPLIT: "世帯分離",
    RegisterReason.HOUSEHOLD_MERGED: "世帯合併",
    RegisterReason.HOUSEHOLD_CHANGED: "世帯変更",
    RegisterReason.HOUSEHOLDER_CHANGED: "世帯主変更",
    RegisterReason.NICKNAME_RECORDED: "通称の記載",
    RegisterReason.NICKNAME_DELETED: "通称の削除",
    RegisterReason.UNDONE_CORRECTING: "修正の取消し",
    RegisterReason.MOVE_OUT_FILED: "転出届",
    RegisterReason.MOVE_OUT_CONFIRMED: "転出確定",
    RegisterReason.TAKEN_OVER: "引継ぎ",
    RegisterReason.HANDED_OVER: "引渡し",
    RegisterReason.SPECIAL_ADOPTION: "特別養子縁組",
    RegisterReason.SPECIAL_ADOPTION_ENDED: "特別養子縁組の解消",
}
"""異動事由 (specification 1.2.2), as a paper names them."""

CAUSES = {
    DeletionCause.MOVED_OUT: "転出",
    DeletionCause.NOT_LIVING_HERE: "実態なし",
    DeletionCause.DISAPPEARED: "失踪宣告",
    DeletionCause.RECORDED_TWICE: "二重記載",
    DeletionCause.OUTSIDE_THE_ACT: "法の適用を受けない者となったこと",
    DeletionCause.NEVER_LIVED_HERE: "誤載",
}

_ITEMS = {
    CopyItem.NAME: "氏名",
    CopyItem.NICKNAME: "通称",
    CopyItem.BIRTH_DATE: "生年月日",
    CopyItem.SEX: "性別",
    CopyItem.RELATIONSHIP: "続柄",
    CopyItem.ADDRESS: "住所",
    CopyItem.PREVIOUS_ADDRESS: "転入前の住所",
    CopyItem.KOSEKI: "本籍及び筆頭者",
    CopyItem.CODE: "住民票コード",
    CopyItem.NATIONALITY: "国籍・地域",
    CopyItem.STAY: "第30条の45に規定する区分",
    CopyItem.STATUS: "在留資格",
    CopyItem.PERIOD: "在留期間等",
    CopyItem.EXPIRES_ON: "在留期間等の満了の日",
    CopyItem.DOCUMENT_NUMBER: "在留カード等の番号",
}


def change_rows(changes: tuple[Change, ...], at: str) -> list[Row]:
    """The history, one row an item, the oldest first; what was remarked on a change stands below it."""
    return [row for number, change in enumerate(changes) for row in _rows(change, f"{at}.changes[{number}]")]


def _rows(change: Change, at: str) -> Iterator[Row]:
    for text in _told(change):
        yield Row(
            (
                label(f"{_day(change)}\n{REASONS[change.reason]}"),
                value(text, at, span=3),
                label("届出等の\n年月日"),
                value(day_text(change.notified_on), at),
            )
        )
    for text in change.remarks:
        yield Row((label("留意事項"), value(text, at, span=5)))


def _day(event: Change | Deletion) -> str:
    return era_text(event.stated) if event.stated else japanese_era(event.on)


def _told(change: Change) -> list[str]:
    begun = "改製" if change.reason is RegisterReason.REWRITTEN else "記載"
    whole = {ChangeKind.RECORDING: [f"住民票を{begun}"], ChangeKind.DELETION: ["住民票を消除"]}
    return [*(_item(one, change.on) for one in change.items), *whole.get(change.kind, [])]


def _item(one: ItemChange, on: date) -> str:
    def said(text: str | None) -> str:
        if text is None:
            return NOTHING
        if one.item is CopyItem.SEX:
            return SEXES[Sex(text)] or NOTHING
        if one.item is CopyItem.STAY:
            return STAYS[ForeignClass(text)]
        return japanese_name(text, on) if one.item is CopyItem.NATIONALITY else text

    return f"{_ITEMS[one.item]}　「{said(one.before)}」を「{said(one.after)}」に修正"


def deletion_rows(deletion: Deletion, at: str) -> list[Row]:
    """Why and when the record was deleted, and where the person went (specification 1.1.5)."""
    reason = REASONS[deletion.reason]
    if deletion.cause is not None:
        reason = f"{reason}（{CAUSES[deletion.cause]}）"
    rows = [
        Row(
            (
                label("消除の事由"),
                value(reason, f"{at}.deletion.reason"),
                label("事由の生じた\n年月日"),
                value(_day(deletion), f"{at}.deletion.on"),
                label("届出等の\n年月日"),
                value(day_text(deletion.notified_on), f"{at}.deletion.notified_on"),
            )
        )
    ]
    if deletion.destination is not None:
        planned = value(deletion.destination, f"{at}.deletion.destination", span=5)
        rows.append(Row((label("転出先の住所\n（予定）"), planned)))
    if deletion.confirmed_at is not None:
        rows.append(
            Row(
                (
                    label("転出先の住所\n（確定）"),
                    value(deletion.confirmed_at, f"{at}.deletion.confirmed_at", span=3),
                    label("転入した\n年月日"),
                    value(day_text(deletion.confirmed_on), f"{at}.deletion.confirmed_on"),
                )
            )
        )
    return rows

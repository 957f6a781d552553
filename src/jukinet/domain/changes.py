"""What happened to a record: the events of the register and what is told of them.

Two vocabularies that must not be mixed: ``RegisterReason`` is the office's own list (異動事由,
resident-record specification 1.2.2), written into the history; ``NoticeReason`` is the shorter list of
Reg. Art. 11 that travels in an identity notice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import MunicipalityCode


class ChangeKind(StrEnum):
    """Which of the four cases of Ord. 30-5 a notice reports."""

    RECORDING = "recording"
    """記載 (no. i)"""
    DELETION = "deletion"
    """消除 (no. ii)"""
    CORRECTION = "correction"
    """修正 of items 1–3 or the address (no. iii)"""
    CODE_CORRECTION = "code-correction"
    """修正 of the Resident Record code (no. iv)"""


class NoticeReason(StrEnum):
    """The reasons of Reg. Art. 11, each belonging to one ``ChangeKind``."""

    MOVE_IN = "move-in"
    """転入等 (Reg. 11(1)(i))"""
    BIRTH = "birth"
    """出生 (Reg. 11(1)(ii))"""
    RECORDED_EX_OFFICIO = "recorded-ex-officio"
    """職権記載等 (Reg. 11(1)(iii))"""
    MOVE_OUT = "move-out"
    """転出 (Reg. 11(2)(i))"""
    DEATH = "death"
    """死亡 (Reg. 11(2)(ii))"""
    DELETED_EX_OFFICIO = "deleted-ex-officio"
    """職権消除等 (Reg. 11(2)(iii))"""
    MOVE_WITHIN = "move-within"
    """転居 (Reg. 11(3)(i))"""
    MINOR_CORRECTION = "minor-correction"
    """軽微な修正 (Reg. 11(3)(ii), 21-2)"""
    CORRECTED_EX_OFFICIO = "corrected-ex-officio"
    """職権修正等 (Reg. 11(3)(iii))"""
    CODE_CHANGE_REQUESTED = "code-change-requested"
    """住民票コードの記載の変更請求 (Reg. 11(4)(i))"""
    CODE_RECORDED_EX_OFFICIO = "code-recorded-ex-officio"
    """住民票コードの職権記載等 (Reg. 11(4)(ii))"""


class RegisterReason(StrEnum):
    """異動事由: why a version of a resident record was written (specification 1.2.2).

    The specification's own list, then six of ours. Reasons of My Number and of former surnames are later than 2013.
    """

    MOVE_IN = "move-in"
    """国内転入"""
    MOVE_IN_FROM_ABROAD = "move-in-from-abroad"
    """国外転入等"""
    BIRTH = "birth"
    """出生"""
    RECORDED_NATURALISED = "recorded-naturalised"
    """職権記載(帰化等): the Japanese record of who became a Japanese national (Ord. 8-2(1))"""
    RECORDED_NATIONALITY_LOST = "recorded-nationality-lost"
    """職権記載(国籍喪失): the foreign record of who lost Japanese nationality (Ord. 8-2(2))"""
    RECORDED_EX_OFFICIO = "recorded-ex-officio"
    """職権記載"""
    REWRITTEN = "rewritten"
    """改製: the record is written anew by hand, from its present items (Ord. 16)"""
    REMADE = "remade"
    """再製: a lost record is made again ex officio (Ord. 17)"""
    UNDONE_ADDING = "undone-adding"
    """異動の取消し(増): who was wrongly deleted is recorded again"""

    MOVE_OUT = "move-out"
    """国内転出"""
    MOVE_OUT_ABROAD = "move-out-abroad"
    """国外転出"""
    DEATH = "death"
    """死亡"""
    DELETED_NATURALISED = "deleted-naturalised"
    """職権消除(帰化等): the foreign record of who became a Japanese national"""
    DELETED_NATIONALITY_LOST = "deleted-nationality-lost"
    """職権消除(国籍喪失): the Japanese record of who lost the nationality"""
    DELETED_EX_OFFICIO = "deleted-ex-officio"
    """職権消除"""
    UNDONE_REMOVING = "undone-removing"
    """異動の取消し(減): who was wrongly recorded is deleted"""

    MOVE_WITHIN = "move-within"
    """転居"""
    MINOR_CORRECTION = "minor-correction"
    """軽微な修正 (Reg. 21-2)"""
    CORRECTED_EX_OFFICIO = "corrected-ex-officio"
    """職権修正"""
    ERROR_CORRECTED = "error-corrected"
    """誤記修正"""
    CODE_CHANGE_REQUESTED = "code-change-requested"
    """住民票コードの変更請求"""
    CODE_RECORDED_EX_OFFICIO = "code-recorded-ex-officio"
    """住民票コードの職権記載"""
    HOUSEHOLD_SPLIT = "household-split"
    """世帯分離"""
    HOUSEHOLD_MERGED = "household-merged"
    """世帯合併"""
    HOUSEHOLD_CHANGED = "household-changed"
    """世帯変更"""
    HOUSEHOLDER_CHANGED = "householder-changed"
    """世帯主変更"""
    NICKNAME_RECORDED = "nickname-recorded"
    """通称の記載"""
    NICKNAME_DELETED = "nickname-deleted"
    """通称の削除"""
    UNDONE_CORRECTING = "undone-correcting"
    """異動の取消し(修正): what was wrongly corrected stands again"""

    MOVE_OUT_FILED = "move-out-filed"
    """転出届の受理: the planned date stands; the person stays present until the deletion"""
    MOVE_OUT_CONFIRMED = "move-out-confirmed"
    """転出確定: address and date named by the new municipality (M3), added to a deleted record"""
    TAKEN_OVER = "taken-over"
    """引継ぎ: the record as it stood in an earlier system, or in the municipality that handed it over"""
    HANDED_OVER = "handed-over"
    """引渡し: the area of the address is another municipality's now, which keeps the record from here on"""
    SPECIAL_ADOPTION = "special-adoption"
    """特別養子縁組: items of a child's record changed by it; a copy's history leaves it out unless asked (1.1.4)"""
    SPECIAL_ADOPTION_ENDED = "special-adoption-ended"
    """特別養子縁組の解消: told in the same way"""


@dataclass(frozen=True, slots=True)
class ChangeInformation:
    """変更情報: what an identity notice says besides the six facts (Ord. 30-5, Reg. 11).

    ``occurred_on`` is the day the reason arose; for a move-out that was notified it is the planned day.
    ``previous_code`` is given only for a code correction: the code that stood there, or None for "none
    recorded".
    ``foreign_record`` marks a foreign resident's record (Ord. 30-32).
    """

    kind: ChangeKind
    reason: NoticeReason
    occurred_on: date
    foreign_record: bool
    previous_code: ResidentRecordCode | None = None


def passes_to(
    change: ChangeInformation, origin: MunicipalityCode, address_in: MunicipalityCode
) -> MunicipalityCode | None:
    """Which municipality keeps a record from a notice on, if it is another one than notifies: an area passed to it.

    Only a minor correction within one prefecture says so (``jukinet.law.mergers``): who moves is deleted in one place
    and recorded in the other.
    """
    minor = change.reason is NoticeReason.MINOR_CORRECTION and address_in.prefecture == origin.prefecture
    return address_in if minor and address_in != origin else None

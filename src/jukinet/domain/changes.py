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
    """異動事由: why a version of a resident record was written (specification 1.2.2)."""

    MOVE_IN = "move-in"
    """国内転入"""
    MOVE_IN_FROM_ABROAD = "move-in-from-abroad"
    """国外転入等"""
    BIRTH = "birth"
    """出生"""
    RECORDED_EX_OFFICIO = "recorded-ex-officio"
    """職権記載"""
    MOVE_OUT = "move-out"
    """国内転出"""
    MOVE_OUT_ABROAD = "move-out-abroad"
    """国外転出"""
    DEATH = "death"
    """死亡"""
    DELETED_EX_OFFICIO = "deleted-ex-officio"
    """職権消除"""
    MOVE_WITHIN = "move-within"
    """転居"""
    CORRECTED_EX_OFFICIO = "corrected-ex-officio"
    """職権修正"""
    CODE_CHANGE_REQUESTED = "code-change-requested"
    """住民票コードの変更請求"""
    CODE_RECORDED_EX_OFFICIO = "code-recorded-ex-officio"
    """住民票コードの職権記載"""
    HOUSEHOLD_CHANGED = "household-changed"
    """世帯変更 (also a new householder after a death or a move)"""
    MOVE_OUT_FILED = "move-out-filed"
    """転出届の受理: the planned date stands; the person stays present until the deletion"""
    MOVE_OUT_CONFIRMED = "move-out-confirmed"
    """転出確定: address and date named by the new municipality (M3), added to a deleted record"""


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

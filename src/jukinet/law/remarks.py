"""What clerks write beside a record: remarks of the combined field (統合記載欄) and memos.

The Act knows neither: they are the specification's (1.1.14, 1.1.15, 4.1.4.3), so every rule here is policy.

Acts enter three remarks by themselves: that the move before was not notified (4.1.1.4), that somebody asked for an
act ex officio or an undoing (4.2.0.5, 4.6.1.1), and that it was for a special adoption (1.1.14); and those that the
office registers for a reason of change.
"""

from __future__ import annotations

from enum import StrEnum

from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import SpecialAdoption
from jukinet.law.decisions import Decision, FailedRule, judge, policy

SOURCE = "Resident-record specification 1.1.14"

BW25 = policy("BW25", SOURCE, "The record has no version of this number. Look at its history.")
BW26 = policy("BW26", SOURCE, "No note of this number stands beside this record. Look at its remarks.")
BW27 = policy(
    "BW27",
    "Resident-record specification 4.1.4.3",
    "A householder in fact is named where the household has none who is recorded.",
)


AR4 = policy(
    "AR4",
    "Resident-record specification 1.1.4",
    "A special adoption, and its end, are told by the koseki: correct the record on that ground.",
)
AR5 = policy(
    "AR5",
    "Resident-record specification 1.1.5, 1.1.14",
    "A move for a special adoption is the child's. File it for the child alone.",
)
PR4 = policy(
    "PR4",
    SOURCE,
    "A remark on a special adoption or on its end stands on the move into or out of here that came with it.",
)


def decide_special(special: SpecialAdoption | None, *, persons: int) -> Decision:
    """Whether a move may be filed as one for a special adoption: AR5."""
    return judge((AR5, special is None or persons == 1), basis=())


class NoteKind(StrEnum):
    """What a note is."""

    REMARK = "remark"
    """留意事項 where it is about a version (type B), else 備考 (type C)"""
    HOUSEHOLDER_IN_FACT = "householder-in-fact"
    """事実上の世帯主: the name of one to whom the Act does not apply, or of the head of a home (type C)"""
    SPECIAL_ADOPTION = "special-adoption"
    """特別養子縁組 on a move in or out that came with one (type B): on a copy only where that is asked for"""
    SPECIAL_ADOPTION_ENDED = "special-adoption-ended"
    """特別養子縁組解消, likewise"""
    MEMO = "memo"
    """メモ: for the office alone, never on a copy"""


WORDS = {
    NoteKind.SPECIAL_ADOPTION: "特別養子縁組",
    NoteKind.SPECIAL_ADOPTION_ENDED: "特別養子縁組解消",
}
"""What such a remark says, whatever else the clerk writes with it."""
KINDS = {
    SpecialAdoption.MADE: NoteKind.SPECIAL_ADOPTION,
    SpecialAdoption.ENDED: NoteKind.SPECIAL_ADOPTION_ENDED,
}
ON_REQUEST = frozenset(WORDS)
"""Remarks that a copy has only where changes are asked for that are left out unasked (specification 1.1.4)."""

_MOVES = frozenset(
    {
        RegisterReason.MOVE_IN,
        RegisterReason.MOVE_IN_FROM_ABROAD,
        RegisterReason.MOVE_OUT_FILED,
        RegisterReason.MOVE_OUT,
        RegisterReason.MOVE_OUT_ABROAD,
        RegisterReason.MOVE_OUT_CONFIRMED,
        RegisterReason.RECORDED_EX_OFFICIO,
        RegisterReason.DELETED_EX_OFFICIO,
    }
)


def decide_note(
    kind: NoteKind,
    *,
    about_version: bool,
    version_there: bool,
    headed: bool,
    reason: RegisterReason | None = None,
) -> Decision:
    """Whether a note may be written: BW25, BW27, PR4.

    ``about_version``: it names a version of the record; ``reason``: of that version.
    """
    return judge(
        (BW25, version_there or not about_version),
        (PR4, kind not in WORDS or reason in _MOVES),
        (BW27, not headed or kind is not NoteKind.HOUSEHOLDER_IN_FACT),
        basis=(SOURCE,),
    )


def decide_change(*, stands: bool) -> Decision:
    """Whether a note may be changed or deleted: BW26."""
    return judge((BW26, stands), basis=(SOURCE,))


RULES: tuple[FailedRule, ...] = (BW25, BW26, BW27, AR4, AR5, PR4)

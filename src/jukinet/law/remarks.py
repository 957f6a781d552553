"""What clerks write beside a record: remarks of the combined field (統合記載欄) and memos.

The Act knows neither: they are the specification's (1.1.14, 1.1.15, 4.1.4.3), so every rule here is policy.

Acts enter three remarks by themselves: that the move before was not notified (4.1.1.4), that somebody asked for an
act ex officio or an undoing (4.2.0.5, 4.6.1.1), and that it was for a special adoption (1.1.14). Not modelled: others,
which municipalities that are no designated cities may leave out.
"""

from __future__ import annotations

from enum import StrEnum

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


SPECIAL_ADOPTION = {
    SpecialAdoption.MADE: "特別養子縁組",
    SpecialAdoption.ENDED: "特別養子縁組解消",
}
"""The words that the specification wants (1.1.14)."""

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


def decide_special(special: SpecialAdoption | None, *, persons: int) -> Decision:
    """Whether a move may be filed as one for a special adoption: AR5."""
    return judge((AR5, special is None or persons == 1), basis=())


class NoteKind(StrEnum):
    """What a note is."""

    REMARK = "remark"
    """留意事項 where it is about a version (type B), else 備考 (type C)"""
    HOUSEHOLDER_IN_FACT = "householder-in-fact"
    """事実上の世帯主: the name of one to whom the Act does not apply, or of the head of a home (type C)"""
    MEMO = "memo"
    """メモ: for the office alone, never on a copy"""


def decide_note(kind: NoteKind, *, about_version: bool, version_there: bool, headed: bool) -> Decision:
    """Whether a note may be written: BW25, BW27. ``about_version``: it names a version of the record."""
    return judge(
        (BW25, version_there or not about_version),
        (BW27, not headed or kind is not NoteKind.HOUSEHOLDER_IN_FACT),
        basis=(SOURCE,),
    )


def decide_change(*, stands: bool) -> Decision:
    """Whether a note may be changed or deleted: BW26."""
    return judge((BW26, stands), basis=(SOURCE,))


RULES: tuple[FailedRule, ...] = (BW25, BW26, BW27, AR4, AR5)

"""The written notice of a code: Act Arts. 30-2(3), 30-3(4); Ord. 30-2(2), 30-4(2); Ord. 2010 no. 253 suppl. 9(3).

Owns on which ground a person is told. That the notice is due is decided with the code (``jukinet.law.codes``); the
words of the sheet are in ``jukinet.documents.slips``. The law says "promptly" (速やかに) and names no day.
"""

from __future__ import annotations

from enum import StrEnum

from jukinet.domain.changes import RegisterReason
from jukinet.law.decisions import FailedRule, law, policy


class NoticeGround(StrEnum):
    """Why a person is told of a code."""

    RECORDED = "recorded"
    """A new code was recorded (30-2(3); where the last one is not known, Ord. 30-2(2))"""
    START = "start"
    """A foreign resident's first code, on the day on which the network began for them (suppl. 9(3))"""
    CHANGED = "changed"
    """Changed on request (30-3(4))"""
    CORRECTED = "corrected"
    """Corrected ex officio (Ord. 30-4(2))"""

    @property
    def article(self) -> str:
        return _ARTICLES[self]


_ARTICLES = {
    NoticeGround.RECORDED: "Act Art. 30-2(3)",
    NoticeGround.START: "Ord. 2010 no. 253 suppl. Art. 9(3)",
    NoticeGround.CHANGED: "Act Art. 30-3(4)",
    NoticeGround.CORRECTED: "Ord. Art. 30-4(2)",
}


def ground_of(kind: str, reason: RegisterReason) -> NoticeGround:
    """The ground of a notice of this kind that was decided with a version of this reason."""
    if kind in {NoticeGround.CHANGED, NoticeGround.CORRECTED}:
        return NoticeGround(kind)
    # A first code is recorded ex officio into a record that stands only on that day; else with the record.
    started = reason is RegisterReason.CODE_RECORDED_EX_OFFICIO
    return NoticeGround.START if started else NoticeGround.RECORDED


CD22 = law(
    "CD22",
    "Act Arts. 30-2(3), 30-3(4)",
    "This municipality gave this person no code that stands now: there is nothing to tell in writing.",
)
CD23 = policy(
    "CD23",
    "Choice of this network: what is printed again was printed",
    "There is no batch of notices under this number, or what it was of is erased. Check the number.",
)
CD24 = policy(
    "CD24",
    "Choice of this network: no notice with a gap in a name",
    "The fonts of this machine lack a character of the name or address. Install a font that has it.",
)

RULES: tuple[FailedRule, ...] = (CD22, CD23, CD24)

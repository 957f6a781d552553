"""The mayor's written enquiries (照会書) and their answers (回答書).

Owns how they are sent, and the steps of one about an application for a card (Reg. Art. 36(1)(ii), (2)(i)). That an
answer counts for the card only where it confirms is rule CT9 of ``jukinet.law.cards``. An enquiry to somebody who is to
browse (Copies Ordinance Art. 2(3)(ii)) is a step of ``jukinet.law.browsing``.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from jukinet.law.cards import CD1, CD8
from jukinet.law.decisions import Decision, FailedRule, judge, policy
from jukinet.law.edition import require_date

CT10 = policy(
    "CT10",
    "Choice of this network: an answer is to an enquiry",
    "No enquiry about this application waits for an answer. Enter that it was sent.",
)


class EnquiryStep(StrEnum):
    """What became of the mayor's enquiry about an application (Reg. Art. 36)."""

    SENT = "sent"
    """照会書"""
    CONFIRMED = "confirmed"
    """回答書: they are the applicant, and it is their own will"""
    DENIED = "denied"
    """It was answered otherwise."""
    CAME_BACK = "came-back"
    """Nobody took the letter."""


class EnquiryWay(StrEnum):
    """How it was sent (Reg. Art. 36(1)(ii); Copies Ordinance Art. 2(3)(ii))."""

    POST = "post"
    OTHER_WAY = "other-way"
    """Another way that the mayor finds suitable"""


def decide_enquiry(
    step: EnquiryStep,
    before: EnquiryStep | None,
    *,
    recorded_here: bool,
    applied_on: date,
    since: date | None,
    done_on: date,
    on: date,
) -> Decision:
    """Whether a step of an enquiry is entered: CD1, CD8, CT10. ``before``: the last step, of the day ``since``."""
    require_date(on)
    return judge(
        (CD1, recorded_here),
        (CD8, max(applied_on, since or applied_on) <= done_on <= on),
        (CT10, step is EnquiryStep.SENT or before is EnquiryStep.SENT),
        basis=("Reg. Art. 36",),
    )


RULES: tuple[FailedRule, ...] = (CT10,)

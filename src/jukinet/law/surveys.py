"""Surveys of what has to stand in the register (調査, Act Art. 34): regular ones, and one whenever it is needed.

Owns who may ask and by what they show who they are. What a survey finds is a doubt (``jukinet.law.doubts``) and is put
right by the register's own acts.

Not modelled: how often a survey is regular (34(1)), which the mayor lays down; the fine for who does not answer (Act
Art. 50), which is a court's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum

from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.doubts import BW24

KO7 = law(
    "KO7",
    "Act Art. 34(4)",
    "Whoever asks bears a card that shows who they are: name the staff of a survey, each with a card of their own.",
)
KO8 = law(
    "KO8",
    "Act Art. 34(3)",
    "Questions are asked and papers asked for by staff of the survey alone: say by whom, with the number in it.",
)
KO9 = law(
    "KO9",
    "Act Art. 34(4)",
    "Who is asked may ask to see the card, and was not shown it: that counts as no question. Show it, and ask again.",
)
KO10 = policy(
    "KO10", "Choice of this network: a survey ends once", "No such survey is under way. Look at the list."
)


class SurveyKind(StrEnum):
    """On which paragraph it rests."""

    REGULAR = "regular"
    """定期 (34(1))"""
    NEEDED = "needed"
    """必要と認めるとき (34(2))"""


class SurveyStep(StrEnum):
    """What was done."""

    QUESTIONED = "questioned"
    """質問 (34(3))"""
    PAPERS = "papers"
    """文書の提示 was asked for (34(3))"""
    ENDED = "ended"


class Card(StrEnum):
    """Whether who was asked wished to see the card (34(4))."""

    SHOWN = "shown"
    NOT_SHOWN = "not-shown"
    NOT_ASKED_FOR = "not-asked-for"


class Answer(StrEnum):
    """What came of it."""

    GIVEN = "given"
    REFUSED = "refused"
    NOBODY_THERE = "nobody-there"


_ARTICLES = {SurveyKind.REGULAR: "Act Art. 34(1)", SurveyKind.NEEDED: "Act Art. 34(2)"}


def decide_survey(kind: SurveyKind, cards: Sequence[str]) -> Decision:
    """Whether a survey may begin: KO7. ``cards``: the numbers of its staff's cards."""
    return judge((KO7, bool(cards) and len(set(cards)) == len(cards)), basis=(_ARTICLES[kind],))


def decide_step(
    step: SurveyStep,
    *,
    is_open: bool,
    staff: Collection[int],
    by: int | None,
    card: Card | None,
    done_on: date,
    last: date,
) -> Decision:
    """Whether a step may be noted: KO8 to KO10, BW24. ``by``: who asked; ``last``: the day of the step before."""
    asks = step is not SurveyStep.ENDED
    return judge(
        (KO8, not is_open or (by in staff if asks else by is None)),
        (KO9, card is not Card.NOT_SHOWN),
        (KO10, is_open),
        (BW24, last <= done_on),
        basis=("Act Art. 34(3)", "Act Art. 34(4)") if asks else ("Act Art. 34",),
    )


RULES: tuple[FailedRule, ...] = (KO7, KO8, KO9, KO10)

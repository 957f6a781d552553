"""Mayors who are of another opinion on where somebody lives (関係市町村長の意見が異なる場合の措置, Act Art. 33).

Owns how a dispute goes on: the mayors consult; where they do not agree, a decision is asked for; it comes with its
reasons; it may be taken to a court; and the register says what was decided. A dispute is a doubt that another mayor has
(``jukinet.law.doubts``), and is closed like any other.

Not modelled: the file of the governor or the Minister who decides (33(2)), and that of the court: what they told is
entered here. How the mayors consult is theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.decisions import Decision, FailedRule, judge, law
from jukinet.law.doubts import BW24, CLOSING, DoubtStep, Source
from jukinet.law.parameters import number

KO2 = law(
    "KO2",
    "Act Art. 33(1)",
    "Only the mayor of another municipality is of another opinion on where somebody lives: name it, and it alone.",
)
KO3 = law(
    "KO3",
    "Act Art. 33",
    "Where the mayors do not agree a decision is asked for; then it is told, may be taken to a court, and is judged."
    " Nothing of that is noted twice, or of another doubt, nor is a matter closed that is before the court.",
)
KO4 = law(
    "KO4",
    "Act Art. 33(2), (4)",
    "A decision, and a judgment on it, says in which municipality the person lives: name it, and with no other step.",
)
KO5 = law(
    "KO5", "Act Art. 33(4)", "The term in which a decision is taken to a court is over: the decision stands."
)
KO6 = law(
    "KO6",
    "Act Art. 33(2); Ord. Art. 12(2)(vi)",
    "The register does not say what was decided. Record or delete the person ex officio on that ground first.",
)


class Decider(StrEnum):
    """Who is asked for the decision (33(1))."""

    GOVERNOR = "governor"
    """都道府県知事"""
    MINISTER = "minister"
    """主務大臣: where the municipalities lie in two prefectures"""


_AFTER = {
    DoubtStep.ASKED: None,
    DoubtStep.DECIDED: DoubtStep.ASKED,
    DoubtStep.SUED: DoubtStep.DECIDED,
    DoubtStep.JUDGED: DoubtStep.SUED,
}
"""Each step of a dispute, and the one that it follows."""
_PARAGRAPHS = {
    DoubtStep.ASKED: "Act Art. 33(1)",
    DoubtStep.DECIDED: "Act Art. 33(3)",
    DoubtStep.SUED: "Act Art. 33(4)",
    DoubtStep.JUDGED: "Act Art. 33(4)",
}
_DECIDING = frozenset({DoubtStep.DECIDED, DoubtStep.JUDGED})


@dataclass(frozen=True, slots=True)
class Dispute:
    """How far it has come: what was done when, and where the person lives by what was decided last."""

    done: tuple[tuple[DoubtStep, date], ...] = ()
    lives_in: MunicipalityCode | None = None

    @property
    def stands_at(self) -> tuple[DoubtStep, date] | None:
        """Its last step and the day of that; None: the mayors consult."""
        return next((one for one in reversed(self.done) if one[0] in _AFTER), None)


def decider(one: MunicipalityCode, other: MunicipalityCode) -> Decider:
    """Who decides between two municipalities."""
    return Decider.GOVERNOR if one.prefecture == other.prefecture else Decider.MINISTER


def due_on(dispute: Dispute) -> date | None:
    """Until when a decision is due that was asked for (33(2)), or one that was told can be taken to a court (33(4))."""
    match dispute.stands_at:
        case (DoubtStep.ASKED, day):
            return day + timedelta(days=number("dispute-decision-days", day))
        case (DoubtStep.DECIDED, day):
            return day + timedelta(days=number("dispute-court-days", day))
        case _:
            return None


def decide_dispute(source: Source, other: MunicipalityCode | None, *, here: MunicipalityCode) -> Decision:
    """Whether a doubt is a dispute with another mayor, or none: KO2."""
    disputed = source is Source.MUNICIPALITY
    return judge((KO2, other is not None and other != here if disputed else other is None), basis=())


def decide_step(
    dispute: Dispute | None,
    step: DoubtStep,
    *,
    done_on: date,
    lives_in: MunicipalityCode | None,
    says_so: bool,
) -> Decision:
    """Whether a step may be noted: KO3 to KO6, BW24. ``dispute``: None where no other mayor has the doubt.

    ``says_so``: the person is recorded here, or is not, as the last decision has it.
    """
    at = dispute.stands_at if dispute else None
    stage, day = at or (None, date.min)
    of_dispute, closing = step in _AFTER, step in CLOSING
    follows = (dispute is not None and stage is _AFTER[step]) if of_dispute else True
    until = due_on(dispute) if dispute and stage is DoubtStep.DECIDED else None
    decided = dispute is not None and dispute.lives_in is not None
    return judge(
        (KO3, follows and not (closing and stage is DoubtStep.SUED)),
        (KO4, (lives_in is not None) == (step in _DECIDING)),
        (KO5, step is not DoubtStep.SUED or until is None or done_on <= until),
        (KO6, not closing or not decided or says_so),
        (BW24, not of_dispute or day <= done_on),
        basis=(_PARAGRAPHS[step],) if of_dispute else (),
    )


RULES: tuple[FailedRule, ...] = (KO2, KO3, KO4, KO5, KO6)

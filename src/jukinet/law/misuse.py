"""What a governor does about misuse of Resident Record codes (Act Art. 30-43(2)-(5)), and his council (30-9(2)).

Owns the order of the steps: violation, recommendation, that it was not followed, the council's opinion, the order.
(5) is read in the order of its words: the council is heard about who did not follow, and anew about each order.

Not modelled: whether conduct is a violation, and by somebody outside the offices that (1) names, which the
governor finds; reports and inspections (34-2); the penalty for who does not obey (Art. 43), which is a court's; how the
council is made up (30-9(3)), which an ordinance says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.doubts import BW24

MU1 = law(
    "MU1",
    "Act Art. 30-43(4)",
    "The governor recommends where he finds danger that it is done again, and only then. That he does is not entered.",
)
MU2 = law(
    "MU2",
    "Act Art. 30-43(5)",
    "An order, and the council's opinion on it, come after a recommendation that was not followed. Enter that first.",
)
MU3 = law(
    "MU3",
    "Act Art. 30-43(5)",
    "The council is heard before each order. Enter its opinion on this one.",
)
MU4 = law(
    "MU4",
    "Act Art. 30-43(5)",
    "An order sets a term within which the recommendation is to be followed: a day after that of the order.",
)
MU5 = policy(
    "MU5", "Choice of this network: a case is settled once", "No such case is open. Look at the list."
)
MU6 = policy(
    "MU6",
    "Choice of this network: one step after the other",
    "No recommendation in this case waits to be followed. Look at the list.",
)
MU7 = policy(
    "MU7",
    "Choice of this network: what is told has happened",
    "The council answers what it was asked before.",
)


class Violation(StrEnum):
    """Which prohibition was violated."""

    ASKED = "asked"
    """In business, somebody was asked for a code on a contract (30-43(2))"""
    DATABASE = "database"
    """In business, a database with codes was made to be supplied to others (30-43(3))"""


class Measure(StrEnum):
    """What is recommended (30-43(4))."""

    STOP = "stop"
    """中止"""
    ENSURE = "ensure"
    """中止されることを確保するために必要な措置"""


class MisuseStep(StrEnum):
    """What was done."""

    RECOMMENDED = "recommended"
    """勧告 (30-43(4))"""
    NOT_FOLLOWED = "not-followed"
    HEARD = "heard"
    """都道府県の審議会の意見 (30-43(5))"""
    ORDERED = "ordered"
    """命令 (30-43(5))"""
    SETTLED = "settled"


_ARTICLES = {
    MisuseStep.RECOMMENDED: ("Act Art. 30-43(4)",),
    MisuseStep.NOT_FOLLOWED: ("Act Art. 30-43(5)",),
    MisuseStep.HEARD: ("Act Art. 30-43(5)", "Act Art. 30-9(2)"),
    MisuseStep.ORDERED: ("Act Art. 30-43(5)",),
    MisuseStep.SETTLED: ("Act Art. 30-43",),
}
_OF_AN_ORDER = frozenset({MisuseStep.HEARD, MisuseStep.ORDERED})
PAPERS = frozenset({MisuseStep.RECOMMENDED}) | _OF_AN_ORDER
"""The steps that are done by a paper."""


@dataclass(frozen=True, slots=True)
class Course:
    """A case as far as it has come. ``last``: the day of what was done last."""

    steps: tuple[MisuseStep, ...]
    last: date

    @property
    def is_open(self) -> bool:
        return MisuseStep.SETTLED not in self.steps

    @property
    def waits(self) -> bool:
        """Whether there is a recommendation, and nothing says that it was not followed."""
        return self._place(MisuseStep.RECOMMENDED) > self._place(MisuseStep.NOT_FOLLOWED)

    @property
    def disregarded(self) -> bool:
        """Whether the newest recommendation was not followed."""
        return self._place(MisuseStep.NOT_FOLLOWED) > self._place(MisuseStep.RECOMMENDED)

    @property
    def heard(self) -> bool:
        """Whether the council was heard since: its opinion is on one order."""
        before = max(self._place(one) for one in (MisuseStep.NOT_FOLLOWED, MisuseStep.ORDERED))
        return self._place(MisuseStep.HEARD) > before

    def _place(self, step: MisuseStep) -> int:
        """Where the newest such step stands, from 1; 0: nowhere."""
        return max((place for place, one in enumerate(self.steps, 1) if one is step), default=0)


def decide_violation(violation: Violation) -> Decision:
    """A violation that became known is kept."""
    return judge(basis=(f"Act Art. 30-43({2 if violation is Violation.ASKED else 3})",))


def decide_step(
    course: Course | None, step: MisuseStep, *, done_on: date, danger: bool, until: date | None
) -> Decision:
    """Whether a step may be noted: MU1 to MU6, BW24. ``danger``: of repetition; ``until``: the term of an order."""
    if course is None:
        return judge((MU5, False), basis=())
    ordered = step is MisuseStep.ORDERED
    return judge(
        (MU1, danger or step is not MisuseStep.RECOMMENDED),
        (MU2, course.disregarded or step not in _OF_AN_ORDER),
        (MU3, course.heard or not ordered),
        (MU4, not ordered or (until is not None and done_on < until)),
        (MU5, course.is_open),
        (MU6, course.waits or step is not MisuseStep.NOT_FOLLOWED),
        (BW24, course.last <= done_on),
        basis=_ARTICLES[step],
    )


def decide_opinion(*, asked_on: date | None, given_on: date) -> Decision:
    """Whether the council said this: MU7. ``asked_on``: None for a proposal of its own (建議)."""
    return judge((MU7, asked_on is None or asked_on <= given_on), basis=("Act Art. 30-9(2)",))


RULES: tuple[FailedRule, ...] = (MU1, MU2, MU3, MU4, MU5, MU6, MU7)

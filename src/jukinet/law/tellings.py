"""Letters, postings and records laid open (Ord. Arts. 12(4), 17(2); Reg. Art. 5-2(2)): what is noted, until when.

Owns which steps a telling has. That somebody is told, and how, is decided with the act. The law wants the telling, and
for a remade record the fifteen days; that the office notes when it was done is ours.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.law import guardianship
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy

_CHOICE = "Choice of this network: what was to be told is noted once it was"

MG9 = policy("MG9", _CHOICE, "There is no telling with this number. Look at the list.")
MG10 = policy(
    "MG10",
    _CHOICE,
    "A letter is sent; a posting, and a record laid open, begins and ends. Note what belongs to it.",
)
MG11 = policy(
    "MG11", _CHOICE, "This was noted before, or a posting would end that has not begun. Look at the list."
)
MG12 = policy(
    "MG12", _CHOICE, "The day must have come, and must not lie before the act, nor before the beginning."
)
MG13 = law("MG13", "Ord. Art. 17(2)", "A remade record stays open to those concerned until its last day.")


class Step(StrEnum):
    """What a person did to tell somebody."""

    SENT = "sent"
    BEGUN = "begun"
    """The posting is up, the record lies open."""
    ENDED = "ended"


DOMICILE = "domicile"
"""A letter to the mayor of the domicile, where the line does not reach it (Act Art. 19(1), (4); Reg. Art. 5-2(2))."""
_POSTED = frozenset({"posted", "laid-open"})
"""Ways that last; the others are letters."""


def steps_of(way: str) -> tuple[Step, ...]:
    """The steps of a way of telling, in their order; after the last one it is open no more."""
    return (Step.BEGUN, Step.ENDED) if way in _POSTED else (Step.SENT,)


@dataclass(frozen=True, slots=True)
class Telling:
    """One telling, as a decision sees it; ``open_until``: the last day of a laying open."""

    way: str
    decided_on: date
    open_until: date | None = None
    done: tuple[tuple[Step, date], ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return steps_of(self.way)[-1] not in dict(self.done)


def decide_step(telling: Telling | None, step: Step, day: date, *, on: date) -> Decision:
    """Whether a step may be noted of a day: MG9 to MG13."""
    if telling is None:
        return judge((MG9, False), basis=())
    steps, done = steps_of(telling.way), dict(telling.done)
    fits = step in steps
    return judge(
        (MG9, True),
        (MG10, fits),
        (MG11, not fits or _is_next(step, steps, done)),
        (MG12, max([telling.decided_on, *done.values()]) <= day <= on),
        (MG13, step is not Step.ENDED or telling.open_until is None or telling.open_until <= day),
        basis=(_basis(telling),),
    )


def _basis(telling: Telling) -> str:
    if telling.way == DOMICILE:
        return "Reg. Art. 5-2(2)"
    if telling.way == guardianship.TOLD:
        return guardianship.SOURCE
    return "Ord. Art. 17(2)" if telling.open_until else "Ord. Art. 12(4)"


def _is_next(step: Step, steps: tuple[Step, ...], done: Collection[Step]) -> bool:
    return next((one for one in steps if one not in done), None) is step


RULES: tuple[FailedRule, ...] = (MG9, MG10, MG11, MG12, MG13)

"""Drafts (仮登録): an act that one person enters and a second one completes (審査・決裁).

Owns who may complete, return and withdraw a draft, and on which state of the records. Nothing here is law: the Act does
not say how an office examines an entry before it stands in the register. It is the ministry's specification's (4.0.8,
4.0.9, 11.1), and every rule is policy.

Not modelled: a third person who examines between the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from jukinet.law.decisions import Decision, judge, policy
from jukinet.law.parameters import number

SOURCE = "Resident-record specification 4.0.8"

DR1 = policy("DR1", SOURCE, "There is no draft with this number. List the drafts.")
DR2 = policy("DR2", SOURCE, "The draft does not wait any more: it was completed, returned or withdrawn.")
DR3 = policy("DR3", SOURCE, "A draft is completed or returned by another person than entered it.")
DR4 = policy(
    "DR4",
    f"{SOURCE}; choice of this network: two clerks at one record",
    "A record was changed since the draft was entered. Look at it again; return or withdraw the draft, and enter it"
    " anew on what the record says now.",
)
DR5 = policy(
    "DR5",
    "Resident-record specification 4.0.9",
    "A draft is withdrawn by who entered it, or by somebody who may complete drafts.",
)
DR6 = policy(
    "DR6",
    SOURCE,
    "This municipality has a second person complete every act. Enter it as a draft.",
)
DR7 = policy(
    "DR7",
    SOURCE,
    "This municipality has a second person complete every act. Another one simulates or checks this very list first.",
)


class Step(StrEnum):
    """What became of a draft. Until then it waits."""

    COMPLETED = "completed"
    """本登録: the act was done."""
    RETURNED = "returned"
    """差戻し: with a note to who entered it, who withdraws it and enters it anew."""
    WITHDRAWN = "withdrawn"
    """取消し"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A draft as a decision sees it: who entered it, its last step, whether its records are as they were then."""

    drafter: str
    step: Step | None
    unchanged: bool


def decide_completion(draft: Standing | None, operator: str) -> Decision:
    """Whether an operator may complete a draft: DR1 to DR4."""
    waits = draft is None or draft.step is None
    return judge(
        (DR1, draft is not None),
        (DR2, waits),
        (DR3, draft is None or operator != draft.drafter),
        (DR4, draft is None or draft.unchanged or not waits),
        basis=(SOURCE,),
    )


def decide_return(draft: Standing | None, operator: str) -> Decision:
    """Whether an operator may return a draft: DR1 to DR3."""
    return judge(
        (DR1, draft is not None),
        (DR2, draft is None or draft.step is None),
        (DR3, draft is None or operator != draft.drafter),
        basis=(SOURCE,),
    )


def decide_withdrawal(draft: Standing | None, operator: str, *, may_complete: bool) -> Decision:
    """Whether an operator may withdraw a draft, also one that was returned: DR1, DR2, DR5."""
    return judge(
        (DR1, draft is not None),
        (DR2, draft is None or draft.step in {None, Step.RETURNED}),
        (DR5, draft is None or may_complete or operator == draft.drafter),
        basis=(SOURCE,),
    )


def decide_at_once(*, second_person: bool) -> Decision:
    """Whether one person may do an act alone; ``second_person``: the municipality demands a second: DR6."""
    return judge((DR6, not second_person), basis=())


def decide_list(*, second_person: bool, looked_at: bool) -> Decision:
    """Whether one person may run a list; ``looked_at``: another one has simulated or checked the same list: DR7."""
    return judge((DR7, looked_at or not second_person), basis=())


def alert_from(entered_on: date) -> date:
    """From which day a draft that still waits is pointed out."""
    return entered_on + timedelta(days=number("draft-alert-days", entered_on))

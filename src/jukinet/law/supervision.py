"""Orders, instructions, reports and inspections at the centre (Act Arts. 30-22, 30-23): who may demand what of it.

Owns from whom a demand can come, and when it is answered. What it demands, whether it was needed, and what is done
about it are of persons. That an inspection is no search for a crime (30-23(4)) bears on what is done with it elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.law.decisions import Decision, FailedRule, judge, law, policy

SV1 = law(
    "SV1",
    "Act Arts. 30-22, 30-23",
    "These demands are made of the designated organ. Enter them at the centre.",
)
SV2 = law(
    "SV2",
    "Act Art. 30-22(1), (2)",
    "The Minister gives orders, a governor instructions. Enter it as what it is.",
)
SV3 = law(
    "SV3",
    "Act Arts. 30-22(2), 30-23(2)",
    "A governor demands it of the organ to which he delegates the work. This one does not delegate.",
)
SV4 = law(
    "SV4",
    "Act Art. 30-23(3)",
    "Who inspects carries proof of being staff and shows it on request. Ask for it, and enter that it was shown.",
)
SV5 = policy(
    "SV5",
    "Choice of this network: demands on the centre",
    "The paper is of today or before, and entered once; a term is no earlier than the paper.",
)
SV6 = policy(
    "SV6",
    "Choice of this network: demands on the centre",
    "No such demand waits for an answer of this day. Look at the list.",
)


class DemandKind(StrEnum):
    """What is demanded."""

    ORDER = "order"
    """監督上必要な命令 (30-22(1))."""
    INSTRUCTION = "instruction"
    """必要な措置を講ずることの指示 (30-22(2))."""
    REPORT = "report"
    """報告 (30-23(1), (2))."""
    INSPECTION = "inspection"
    """立入検査 (30-23(1), (2))."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is decided on. ``governor``: a governor's, else the Minister's; ``delegates``: that governor does.

    ``proof_shown``: by who inspects. ``known``: the same paper was entered before.
    """

    kind: DemandKind
    governor: bool
    delegates: bool
    proof_shown: bool
    document_on: date
    due_on: date | None
    known: bool = False


def decide_demand(demand: Demand, *, centre: bool, on: date) -> Decision:
    """Whether a demand is entered: SV1 to SV5."""
    kind = demand.kind
    its_kind = kind is not (DemandKind.ORDER if demand.governor else DemandKind.INSTRUCTION)
    in_time = demand.document_on <= on and (demand.due_on is None or demand.due_on >= demand.document_on)
    article = "30-22" if kind in {DemandKind.ORDER, DemandKind.INSTRUCTION} else "30-23"
    return judge(
        (SV1, centre),
        (SV2, its_kind),
        (SV3, demand.delegates or not demand.governor),
        (SV4, demand.proof_shown or kind is not DemandKind.INSPECTION),
        (SV5, in_time and not demand.known),
        basis=(f"Act Art. {article}({2 if demand.governor else 1})",),
    )


def decide_answer(*, document_on: date | None, done_on: date, on: date) -> Decision:
    """Whether an answer is entered: SV6. ``document_on``: of the demand, None where none of this number waits."""
    return judge((SV6, document_on is not None and document_on <= done_on <= on), basis=())


RULES: tuple[FailedRule, ...] = (SV1, SV2, SV3, SV4, SV5, SV6)

"""The fee of the organs of Appended Table 1 for what they are told: Act Art. 30-10(4), (5).

Owns who sets it, who approves it, and which amount counts on a day. A governor may let the centre take the fee for him;
its amount the centre sets as the ordinance of his prefecture says, with his approval before it counts. Here it is one
amount for the country, and counts once every governor who delegates has approved it (a choice): so nobody need tell
whose people an organ was told of.

Not modelled: the bill, and that it is paid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from jukinet.domain.municipality import PrefectureCode
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy

CE11 = law("CE11", "Act Art. 30-10(4), (5)", "The centre sets the fee and takes it. Record it there.")
CE12 = policy(
    "CE12", "Choice of this network: no act is entered twice", "A fee of this paper is recorded already."
)
CE13 = law(
    "CE13",
    "Act Art. 30-10(5)",
    "A governor who delegates approves an amount, before the first day on which it counts.",
)
CE14 = policy(
    "CE14",
    "Choice of this network: no act is entered twice",
    "His approval of this amount is recorded already.",
)


@dataclass(frozen=True, slots=True)
class Fee:
    """Yen for each person of whom an organ is told, from a day on; ``approved_by``: the governors who approved it."""

    yen: int
    first: date
    approved_by: frozenset[PrefectureCode] = frozenset()


def decide_fee(*, centre: bool, known: bool) -> Decision:
    """Whether an amount is recorded: CE11, CE12. ``known``: one of this paper is."""
    return judge((CE11, centre), (CE12, not known), basis=("Act Art. 30-10(5)",))


def decide_approval(
    fee: Fee | None, prefecture: PrefectureCode, *, centre: bool, delegates: bool, approved_on: date
) -> Decision:
    """Whether a governor's approval is recorded: CE11, CE13, CE14. ``delegates``: he does."""
    before = fee is not None and delegates and approved_on < fee.first
    return judge(
        (CE11, centre),
        (CE13, before),
        (CE14, fee is None or prefecture not in fee.approved_by),
        basis=("Act Art. 30-10(5)",),
    )


def decide_account(*, centre: bool) -> Decision:
    """Whether what organs owe is drawn at a node: CE11."""
    return judge((CE11, centre), basis=("Act Art. 30-10(4)",))


def fee_on(fees: Iterable[Fee], delegating: frozenset[PrefectureCode], on: date) -> int:
    """Yen for each person on a day: the newest amount that counts then and that all of these approved; 0 for none."""
    counting = [fee for fee in fees if fee.first <= on and delegating <= fee.approved_by]
    return max(counting, key=lambda fee: fee.first).yen if counting else 0


RULES: tuple[FailedRule, ...] = (CE11, CE12, CE13, CE14)

"""Changes of households without a move: Act Art. 25, Ord. Art. 25.

Owns which of them may be entered: a household splits (世帯分離), is merged into another (世帯合併), somebody changes
from one to another (世帯変更), or another member becomes householder (世帯主変更). None of them is an identity
notice: the householder and the relationship are not among the six facts (Act Art. 30-5(1)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.law.decisions import Decision, FailedRule, Remark, judge, law, policy
from jukinet.law.edition import require_date
from jukinet.law.resident_notices import F1, late_remarks

_ARTICLE = "Act Art. 25"


class HouseholdAct(StrEnum):
    """What happens to the household."""

    SPLIT = "split"
    """世帯分離: some members form a new household at the same address."""
    MERGE = "merge"
    """世帯合併: a whole household joins another one at the same address."""
    CHANGE = "change"
    """世帯変更: some members join another household at the same address."""
    HOUSEHOLDER = "householder"
    """世帯主変更: another member is the householder."""


HH1 = law(
    "HH1", _ARTICLE, "A change of household is notified after it happened: not for a day in the future."
)
HH2 = law("HH2", _ARTICLE, "Only who is recorded here can change the household.")
HH3 = policy(
    "HH3",
    "Resident-record specification 4.1.4.1",
    "A split leaves somebody behind and makes a new household; a merger takes everybody into another one; "
    "a change takes some. Choose the act that fits.",
)
HH4 = law("HH4", "Act Art. 7(iv)", "A household has exactly one householder. State everybody's relationship.")
HH5 = policy(
    "HH5",
    "Resident-record specification 4.1.4.1",
    "The households must have the same address. Take a move as a move within, or correct the address first.",
)
HH6 = policy(
    "HH6",
    "Choice of this network: one household is left at a time",
    "Who changes the household must come from one household, and others named must belong to one of the two.",
)

HH7 = law(
    "HH7", "Act Art. 7(iv)", "Another person is the householder: state the relationship of everybody to them."
)


@dataclass(frozen=True, slots=True)
class HouseholdNotification:
    """世帯変更届, as far as the decision needs it.

    ``all_leave``: nobody stays in the household that is left. ``joins``: an existing household is joined.
    ``householders``: how many the changed household would have. ``all_stated``: nobody in it is left with a
    relationship to somebody who is no longer its householder. ``same_address``: everybody in it lives at one address.
    ``related``: the persons named belong to the households concerned.
    """

    act: HouseholdAct
    changed_on: date
    filed_on: date
    all_leave: bool
    joins: bool
    householders: int
    same_address: bool
    all_stated: bool = True
    related: bool = True


def decide_household(notice: HouseholdNotification, *, recorded_here: bool, on: date) -> Decision:
    """Whether a change of household may be entered (Art. 25): F1, HH1 to HH7. A late notice is remarked on."""
    require_date(on)
    return judge(
        (F1, notice.filed_on <= on),
        (HH1, notice.changed_on <= min(notice.filed_on, on)),
        (HH2, recorded_here),
        (HH3, _fits(notice)),
        (HH4, notice.householders == 1),
        (HH5, notice.same_address),
        (HH6, notice.related),
        (HH7, notice.all_stated),
        basis=(_ARTICLE, "Ord. Arts. 9, 10, 11"),
        remarks=late_remarks(notice.changed_on, notice.filed_on, _ARTICLE, on, what="change"),
    )


def _fits(notice: HouseholdNotification) -> bool:
    return {
        HouseholdAct.SPLIT: not notice.all_leave and not notice.joins,
        HouseholdAct.MERGE: notice.all_leave and notice.joins,
        HouseholdAct.CHANGE: not notice.all_leave and notice.joins,
        HouseholdAct.HOUSEHOLDER: True,
    }[notice.act]


LAST_MEMBER = Remark(
    "Ord. Art. 25",
    "The only member left was recorded as householder ex officio; no notification is due. Tell them.",
)
"""Who is left alone need not notify; the mayor records it (Ord. 12(1), specification 4.0.4)."""

WITHOUT_HOUSEHOLDER = Remark(
    "Act Art. 25; resident-record specification 4.0.4",
    "A household is left without a householder. Its members notify within 14 days who it is; ask them.",
)

RULES: tuple[FailedRule, ...] = (HH1, HH2, HH3, HH4, HH5, HH6, HH7)

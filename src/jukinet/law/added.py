"""What is added to a notification (付記): Act Arts. 28 to 30, Ord. Arts. 27 to 29.

Owns which notification has what, of whom, and what the clerk is to ask for. Whether the papers themselves were brought
along (Ord. Art. 30) is seen at the counter: their numbers say so. Since when somebody is enrolled, the class of the
pension and the basic pension number are items of the record, and judged in ``jukinet.law.additions``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from jukinet.domain.additions import Additions
from jukinet.domain.items import Programme, Programmes
from jukinet.law.decisions import Decision, FailedRule, Remark, judge, law
from jukinet.law.parameters import number


class Notification(StrEnum):
    """The notifications as Ord. Arts. 27 to 29 divide them."""

    MOVE_IN = "move-in"
    """転入届, also by Act Art. 30-46"""
    BECAME_ELIGIBLE = "became-eligible"
    """Act Art. 30-47"""
    MOVE_WITHIN = "move-within"
    """転居届"""
    MOVE_OUT = "move-out"
    """転出届"""
    HOUSEHOLD = "household"
    """世帯変更届"""


IN18 = law(
    "IN18",
    "Ord. Arts. 27 to 29",
    "This is not added here: an occupation and a former name are to an arrival, that somebody is in the pension or "
    "receives the allowance to a move within or out, the number of a care insurance card to none from elsewhere.",
)
IN19 = law(
    "IN19",
    "Act Arts. 28 to 29-2",
    "Who is insured, or receives the allowance, adds it. Record that enrolment too, or leave the addition out.",
)
IN20 = law(
    "IN20",
    "Ord. Art. 27-2(i)",
    "Of medical care for the elderly nothing is added to a move in from the same prefecture.",
)
IN21 = law(
    "IN21",
    "Ord. Arts. 27(i), 27-2(i)",
    "On a move in the papers of the household that is joined are added, where somebody in it is insured already.",
)

MU8 = law(
    "MU8",
    "Act Arts. 7(xii), 30",
    "Who receives rationed rice adds it while an order rations rice. None does at this date: leave it out.",
)

_OF: Mapping[str, Programme] = {
    "health_insurance": Programme.HEALTH_INSURANCE,
    "occupation": Programme.HEALTH_INSURANCE,
    "elderly_medical": Programme.ELDERLY_MEDICAL,
    "care_insurance_card": Programme.CARE_INSURANCE,
    "pension": Programme.PENSION,
    "former_name": Programme.PENSION,
    "child_allowance": Programme.CHILD_ALLOWANCE,
}
"""Of which programme an addition is."""

_PAPERS = frozenset({"health_insurance", "elderly_medical"})
_ARRIVING = _PAPERS | {"occupation", "former_name"}
_RECORDED = _PAPERS | {"care_insurance_card"}
_MOVING = _RECORDED | {"pension", "child_allowance"}

TABLE: Mapping[Notification, frozenset[str]] = {
    Notification.MOVE_IN: _ARRIVING,
    Notification.BECAME_ELIGIBLE: _ARRIVING | {"care_insurance_card"},
    Notification.MOVE_WITHIN: _MOVING,
    Notification.MOVE_OUT: _MOVING,
    Notification.HOUSEHOLD: _RECORDED,
}
"""What may be added to which."""

_DUE: Mapping[Notification, frozenset[str]] = {
    **TABLE,
    Notification.MOVE_IN: frozenset({"occupation"}),
    Notification.BECAME_ELIGIBLE: frozenset({"occupation"}),
}
"""What whoever is enrolled adds in every case."""

ASK = Remark(
    "Act Arts. 28 to 29-2",
    "Somebody named is insured, or receives the allowance, and did not add what the Order asks. Ask for the papers.",
)


def decide_added(
    added: Additions | None,
    enrolled: Programmes,
    notification: Notification,
    *,
    joined: frozenset[Programme] = frozenset(),
    same_prefecture: bool = False,
) -> Decision:
    """Whether this is what one person adds: IN18 to IN21. What is missing is remarked on.

    ``enrolled``: as the record says, or the notification itself. ``joined``: in what somebody of the household that is
    joined is enrolled already; ``same_prefecture``: the move stays in it. Rice is ``decide_rice``'s.
    """
    items = added.items - {"rice"} if added is not None else frozenset()
    arrives = notification is Notification.MOVE_IN
    spared = {Programme.ELDERLY_MEDICAL} if arrives and same_prefecture else set()
    due = {one for one in _DUE[notification] if enrolled.stands(_OF[one]) and _OF[one] not in spared}
    return judge(
        (IN18, items <= TABLE[notification]),
        (IN19, all(enrolled.stands(_OF[one]) for one in items)),
        (IN20, not any(_OF[one] in spared for one in items)),
        (IN21, not arrives or all(_OF[one] in joined for one in items & _PAPERS)),
        basis=("Act Arts. 28 to 29-2",) if items else (),
        remarks=(ASK,) if due - items else (),
    )


def decide_rice(added: Additions | None, on: date) -> Decision:
    """Whether rationed rice may be added to any notification on this day: MU8.

    Not modelled: what an order that rations rice would ask for besides; there is none to read.
    """
    stated = added is not None and added.rice
    return judge(
        (MU8, not stated or number("rice-rationed", on) != 0), basis=("Act Art. 30",) if stated else ()
    )


def decide_unnotified(added: Additions | None) -> Decision:
    """Whether anything may be added where nobody notified: IN18."""
    return judge((IN18, added is None), basis=())


RULES: tuple[FailedRule, ...] = (IN18, IN19, IN20, IN21, MU8)

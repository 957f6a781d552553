"""Enrolments in a municipality's programmes and in the voters' roll: Act Arts. 7(ix) to (xi-2), 10, 28 to 29-2.

Owns which days they can have (Ord. Arts. 3 to 6), stated with a notification or told by the office that runs the
programme, and on which ground the office corrects them of itself (Ord. Art. 12(2)(ii) to (v)).

What else is added to notifications, and is no item of a record, is in ``jukinet.law.added``.
"""

from __future__ import annotations

from datetime import date

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import Programme, Programmes
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.ex_officio import Ground
from jukinet.law.resident_notices import not_before

AD1 = law(
    "AD1",
    "Act Art. 10; Ord. Art. 12(2)(ii)",
    "Entry in the voters' roll is recorded on the election commission's notice, and that notice is about nothing else.",
)
AD2 = law(
    "AD2",
    "Ord. Art. 12(2)(iii)-(v)",
    "What is learned about insurance, pension or child allowance changes these items alone.",
)
AD3 = policy(
    "AD3",
    "Choice of this network: days that cannot be",
    "Nobody is enrolled before birth or from a day in the future. Check the day and the birth date.",
)

IN16 = law(
    "IN16",
    "Ord. Arts. 3 to 3-3, 5, 6",
    "An enrolment ends on or after the day on which it began, and a class of the pension begins between the two.",
)
IN17 = law(
    "IN17",
    "Ord. Arts. 3 to 3-3, 5, 6; 12(2)(iii)-(v)",
    "An enrolment that was recorded is not taken away when it ends: give the day on which it ended.",
)

_ANY_ITEM = frozenset({Ground.ERROR, Ground.DECISION})


def decide_enrolments(programmes: Programmes | None, birth_date: PartialDate, on: date) -> Decision:
    """Whether stated enrolments can be (AD3, IN16); None: nothing is stated."""
    days = _days(programmes) if programmes else []
    possible = all(day <= on and not_before(day, birth_date) for day in days)
    return judge(
        (AD3, possible),
        (IN16, programmes is None or all(_in_order(programmes, one) for one in Programme)),
        basis=("Act Arts. 28 to 29-2",) if days else (),
    )


def decide_order(programmes: Programmes, one: Programme) -> Decision:
    """Whether the recorded days of an enrolment agree with each other: IN16."""
    return judge((IN16, _in_order(programmes, one)), basis=())


def decide_kept(before: Programmes, after: Programmes | None, ground: Ground) -> Decision:
    """Whether what is to stand keeps what is recorded (IN17); what was recorded wrongly may go. None: untouched."""
    kept = after is None or all(
        (before.since(one) is None) or (after.since(one) is not None) for one in Programme
    )
    return judge((IN17, kept or ground in _ANY_ITEM), basis=())


def decide_ground(ground: Ground, items: frozenset[str]) -> Decision:
    """Whether items may be corrected on this ground as far as enrolments go (AD1, AD2)."""
    roll = ground is Ground.VOTERS_ROLL
    return judge(
        (AD1, (not roll or items <= {"voter"}) and ("voter" not in items or roll or ground in _ANY_ITEM)),
        (AD2, ground is not Ground.PROGRAMME or items <= {"programmes"}),
        basis=("Act Art. 10",) if roll else (),
    )


def _days(programmes: Programmes) -> list[date]:
    both = (day for one in Programme for day in (programmes.since(one), programmes.ended(one)))
    return [day for day in (*both, programmes.pension_class_since) if day is not None]


def _in_order(programmes: Programmes, one: Programme) -> bool:
    since, ended = programmes.since(one), programmes.ended(one)
    changed = programmes.pension_class_since if one is Programme.PENSION else None
    days = [day for day in (since, changed, ended) if day is not None]
    return days == sorted(days) and (since is not None or not days)


RULES: tuple[FailedRule, ...] = (AD1, AD2, AD3, IN16, IN17)

"""Notices from the Minister of Justice (M13): Act Art. 30-50, Ord. 12(2)(i) as read by 30-32, 30-31.

Owns when such a notice may be entered without a clerk's judgement. It may where it is about one person who is
recorded as it says; everything else is for a clerk to examine, who then corrects or deletes ex officio.

That a status which ended ends the record follows from Ord. Art. 8: only who belongs to a class of Art. 30-45 is a
foreign resident.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.edition import require_date

_OURS = "Choice of this network: what a notice may change by itself"

MJ1 = law(
    "MJ1", "Act Art. 30-50", "Nobody of this name, birth date and sex is recorded here as a foreign resident."
)
MJ2 = policy("MJ2", _OURS, "More than one person here matches the notice. Examine which of them is meant.")
MJ3 = policy(
    "MJ3",
    _OURS,
    "The recorded nationality, class or number of the card is not what the notice says it was. Examine both.",
)
MJ4 = policy(
    "MJ4",
    "Choice of this network: no act is entered twice",
    "This notice was entered before. Nothing is to be done.",
)
MJ5 = policy(
    "MJ5",
    "Choice of this network: no act is entered twice",
    "Another notice with this number was entered before. Ask the Minister's office for the right one.",
)
MJ6 = law(
    "MJ6", "Act Art. 30-50", "A notice tells what happened: neither it nor its event lies in the future."
)
MJ7 = policy(
    "MJ7",
    _OURS,
    "A later act on the same items is recorded here. Examine which of the two holds.",
)
MJ8 = policy("MJ8", _OURS, "The record says this already. Nothing is to be changed.")


@dataclass(frozen=True, slots=True)
class NoticeCase:
    """A notice against what is recorded.

    ``matching``: how many present foreign residents have its name, birth date and sex. ``agrees``: the one who
    does is recorded with the nationality, class and number that it names. ``overtaken``: a later act changed the
    same items. ``changes``: the record would be another one.
    """

    occurred_on: date
    issued_on: date
    matching: int
    agrees: bool
    overtaken: bool
    changes: bool


def decide_notice(case: NoticeCase, *, on: date) -> Decision:
    """Whether a notice may be entered as it stands (Art. 30-50): MJ1 to MJ3, MJ6 to MJ8."""
    require_date(on)
    one = case.matching == 1
    return judge(
        (MJ1, case.matching > 0),
        (MJ2, case.matching <= 1),
        (MJ3, case.agrees or not one),
        (MJ6, case.occurred_on <= case.issued_on <= on),
        (MJ7, not case.overtaken or not one),
        (MJ8, case.changes or not one),
        basis=("Act Art. 30-50", "Ord. Arts. 12(2)(i), 30-32"),
    )


RULES: tuple[FailedRule, ...] = (MJ1, MJ2, MJ3, MJ4, MJ5, MJ6, MJ7, MJ8)

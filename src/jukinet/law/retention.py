"""How long identity-verification information is kept: Ord. Art. 30-6 (governor), 30-11 (centre).

Owns the last day of each term. Who deletes what is past it is not decided here.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.municipality import NodeRole
from jukinet.law.parameters import number


@dataclass(frozen=True, slots=True)
class KeptNotice:
    """One identity notice as a store holds it, and what came after it.

    ``next_on``: day of the next notice about the person. Only the governor's term looks at
    ``confirmed_on`` (the move-out confirmed notice, Ord. 13(3)) and ``recorded_elsewhere_on`` (the day he
    learned that the person was recorded in a municipality for the first time).
    """

    kind: ChangeKind
    reason: NoticeReason
    notified_on: date
    next_on: date | None = None
    confirmed_on: date | None = None
    recorded_elsewhere_on: date | None = None


def kept_until(notice: KeptNotice, holder: NodeRole) -> date | None:
    """The last day of the term, or None while it has no end: the present record is kept (Ord. 30-6, 30-11).

    ``ValueError`` for a municipality, which keeps records under another rule (Ord. 34, not modelled).
    """
    if holder is NodeRole.MUNICIPALITY:
        raise ValueError("a municipality keeps resident records under Ord. Art. 34")
    day = notice.notified_on
    if notice.kind is not ChangeKind.DELETION:  # no. i
        if notice.next_on is None:
            return None
        return last_day_of_years(notice.next_on, number("retention-years-replaced", day))
    if notice.reason is NoticeReason.DEATH:  # no. iii
        return last_day_of_years(day, number("retention-years-death", day))
    return _deletion_kept_until(notice, holder)


def _deletion_kept_until(notice: KeptNotice, holder: NodeRole) -> date:
    """No. ii: the later of five years and of the first follow-up, which is after 80 years at the latest."""
    day = notice.notified_on
    follow_ups = [notice.next_on]
    if holder is NodeRole.PREFECTURE:
        follow_ups += [notice.confirmed_on, notice.recorded_elsewhere_on]
    longest = last_day_of_years(day, number("retention-years-deleted-longest", day))
    followed_up = min(when for when in (*follow_ups, longest) if when is not None)
    return max(last_day_of_years(day, number("retention-years-deleted", day)), followed_up)


def last_day_of_years(first: date, years: int) -> date:
    """The day on which so many years end, counted from and including the first (起算して…年を経過する日).

    The day before the same day of the year; from 29 February to a common year, 28 February
    (Civil Code Art. 143(2)).
    """
    year = first.year + years
    if first.month == 2 and first.day == 29 and not calendar.isleap(year):
        return date(year, 2, 28)
    return first.replace(year=year) - timedelta(days=1)

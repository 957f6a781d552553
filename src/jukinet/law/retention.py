"""How long things are kept: identity-verification information (Ord. 30-6, 30-11), resident records, filings (Ord. 34).

Owns the last day of each term. What is erased after it, and when a term begins, stands in ``jukinet.store.keeping``.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

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

    ``ValueError`` for a municipality, which keeps records under another rule (Ord. 34: ``DELETED_RECORDS``).
    """
    if holder is NodeRole.MUNICIPALITY:
        raise ValueError("a municipality keeps resident records under Ord. Art. 34")
    day = notice.notified_on
    if notice.kind is not ChangeKind.DELETION:  # no. i
        if notice.next_on is None:
            return None
        return REPLACED.last_day(notice.next_on, day)
    if notice.reason is NoticeReason.DEATH:  # no. iii
        return DEATH.last_day(day)
    return _deletion_kept_until(notice, holder)


def _deletion_kept_until(notice: KeptNotice, holder: NodeRole) -> date:
    """No. ii: the later of five years and of the first follow-up, which is after 80 years at the latest."""
    day = notice.notified_on
    follow_ups = [notice.next_on]
    if holder is NodeRole.PREFECTURE:
        follow_ups += [notice.confirmed_on, notice.recorded_elsewhere_on]
    longest = DELETED_LONGEST.last_day(day)
    followed_up = min(when for when in (*follow_ups, longest) if when is not None)
    return max(DELETED.last_day(day), followed_up)


class Unit(StrEnum):
    """What a term is counted in."""

    YEARS = "years"
    """The first day is counted (起算して): five years from 8 July end on 7 July."""
    DAYS = "days"
    """The first day is not counted."""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of fixed length; how long stands in a dated parameter."""

    parameter: str
    unit: Unit

    def length(self, on: date) -> int:
        """Its length as it stands on a day."""
        return number(self.parameter, on)

    def last_day(self, first: date, on: date | None = None) -> date:
        """The last day of a term that begins on a day, at the length that holds on another (None: the same)."""
        length = self.length(on or first)
        return last_day_of_years(first, length) if self.unit is Unit.YEARS else first + timedelta(days=length)

    def over_since(self, on: date) -> date:
        """The last first day of which a term of years is over on a day: what began later is kept on it."""
        year = on.year - self.length(on)
        leap_day = on.month == 2 and on.day == 29 and not calendar.isleap(year)
        return on.replace(year=year, day=28) if leap_day else on.replace(year=year)


REPLACED = Term("retention-years-replaced", Unit.YEARS)
DELETED = Term("retention-years-deleted", Unit.YEARS)
DELETED_LONGEST = Term("retention-years-deleted-longest", Unit.YEARS)
DEATH = Term("retention-years-death", Unit.YEARS)

DELETED_RECORDS = Term("retention-years-deleted-records", Unit.YEARS)
"""消除された住民票: from the day on which the record was deleted (Ord. 34(1))."""
REWRITTEN_RECORDS = Term("retention-years-rewritten-records", Unit.YEARS)
"""改製前の住民票: the record before a rewriting, from the day of that (Ord. 34(1), 16)."""
SUPPLEMENTARY = Term("retention-years-supplementary", Unit.YEARS)
"""消除された戸籍の附票: from the day on which all of it was deleted (Ord. 34(1))."""
SUPPLEMENTARY_ABROAD = Term("retention-years-supplementary-abroad", Unit.YEARS)
"""The same where somebody was removed from it with no address in the country, and not by death (Ord. 34(2))."""
FILINGS = Term("retention-years-filings", Unit.YEARS)
"""届出書、通知書その他の書類: from the day on which they were accepted (Ord. 34(3))."""
AUDIT = Term("retention-years-audit", Unit.YEARS)
CARD_STATUS = Term("retention-years-card-status", Unit.YEARS)
"""M11: Ord. 30-24 sets no term. A card is in force for ten years at most (30-16)."""
COPY_PAGES = Term("retention-days-copy-pages", Unit.DAYS)
ANSWERS = Term("retention-days-answers", Unit.DAYS)
BATCH_FILES = Term("retention-days-batch-files", Unit.DAYS)
DRAFTS = Term("retention-days-drafts", Unit.DAYS)
RECENT_SEARCHES = Term("retention-days-recent-searches", Unit.DAYS)
BATCH_SETTINGS = Term("retention-days-batch-settings", Unit.DAYS)

TERMS = (
    *(REPLACED, DELETED, DELETED_LONGEST, DEATH),
    *(DELETED_RECORDS, REWRITTEN_RECORDS, FILINGS, AUDIT, COPY_PAGES, ANSWERS, BATCH_FILES),
    *(SUPPLEMENTARY, SUPPLEMENTARY_ABROAD),
    *(CARD_STATUS, DRAFTS, RECENT_SEARCHES, BATCH_SETTINGS),
)
"""Every term: what the database is told (``jukinet.store.schema``)."""


def last_day_of_years(first: date, years: int) -> date:
    """The day on which so many years end, counted from and including the first (起算して…年を経過する日).

    The day before the same day of the year; from 29 February to a common year, 28 February
    (Civil Code Art. 143(2)).
    """
    year = first.year + years
    if first.month == 2 and first.day == 29 and not calendar.isleap(year):
        return date(year, 2, 28)
    return first.replace(year=year) - timedelta(days=1)

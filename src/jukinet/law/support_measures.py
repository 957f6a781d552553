"""Support measures (支援措置) for victims of domestic violence, stalking and child abuse.

Owns the course of a measure: applied for, provisional from that day, decided for a year, extended, and never
over by itself. The Act has only the ground: a request whose purpose is plainly improper may be refused
(Arts. 12(6), 12-4(6)), and the applicant may be asked for the purpose (Copies Ordinance Art. 4(2)(i)). The course
is the ministry's specification's (1.1.16, 2.2.4, 3.4), so every rule here is policy.

Not modelled: which opinions of which offices make a measure necessary (a notice of the ministry that the project
has not read); that a measure holds back a supplementary register (戸籍の附票) by itself: that register does not name by
code whom it holds, so a person finds it and holds it back, naming the measure.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from jukinet.law.decisions import Decision, FailedRule, judge, policy
from jukinet.law.parameters import number
from jukinet.law.retention import last_day_of_years

SOURCE = "Resident-record specification 3.4"
_DATA = "Resident-record specification 1.1.16"

V11 = policy("V11", _DATA, "The applicant and everybody joined must be recorded here, now or before.")
V12 = policy("V12", SOURCE, "An application, a decision or a letter is dated today or before.")
V13 = policy("V13", SOURCE, "A measure stands for the applicant already. Decide or extend that one.")
V14 = policy(
    "V14", SOURCE, "The period begins on the day of the application or later, and lasts a year at most."
)
V15 = policy("V15", SOURCE, "The measure is decided already and its period is not over. Extend or end it.")
V16 = policy("V16", SOURCE, "A measure is extended once it is decided, from a month before its last day.")
V17 = policy("V17", SOURCE, "No measure with this number stands. Look at the measures of the resident.")
V18 = policy("V18", SOURCE, "The period is not over yet. State another ground, or wait for its last day.")
V19 = policy("V19", _DATA, "A measure is forwarded to another municipality than this one.")
V20 = policy("V20", SOURCE, "The extended period would be over already. Decide the measure anew.")


class Victim(StrEnum):
    """What the applicant suffers from, as stated."""

    DOMESTIC_VIOLENCE = "domestic-violence"
    """配偶者からの暴力"""
    STALKING = "stalking"
    """ストーカー行為等"""
    CHILD_ABUSE = "child-abuse"
    """児童虐待"""
    OTHER = "other"
    """その他前記に準ずるもの"""


class EndGround(StrEnum):
    """Why a person ended a measure."""

    REQUESTED = "requested"
    """支援の終了を求める旨の申出: the person asked for it"""
    PERIOD_OVER = "period-over"
    """支援措置の期間を経過し、延長がされなかった: and somebody looked at it and ended it"""
    NOT_NEEDED = "not-needed"
    """支援の必要性がない: found so before a decision or later"""


class Phase(StrEnum):
    """Where a measure is in its course. It protects in every phase but the last."""

    PROVISIONAL = "provisional"
    """仮支援措置: applied for, or decided from a day that is still to come"""
    IN_FORCE = "in-force"
    ENDING = "ending"
    """Within the month before its last day"""
    LAPSED = "lapsed"
    """Its last day is over: it goes on provisionally until a person extends, decides or ends it"""
    MOVED = "moved"
    """The applicant is recorded here no longer: it goes on provisionally (前住所地としての仮支援措置)"""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure as its last version says. ``starts_on`` and ``ends_on`` are None until it is decided."""

    measure_id: int
    applied_on: date
    starts_on: date | None = None
    ends_on: date | None = None
    ended_on: date | None = None
    ended_for: EndGround | None = None

    @property
    def stands(self) -> bool:
        """Whether it protects. No day changes this: only a person's act does."""
        return self.ended_on is None


def month_before(day: date, months: int = 1) -> date:
    """The same day so many months earlier; the last day of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def alert_from(measure: Measure, on: date) -> date | None:
    """The first day on which the coming end is pointed out and the measure may be extended."""
    return measure.ends_on and month_before(measure.ends_on, number("support-measure-alert-months", on))


def phase(measure: Measure, *, present: bool, on: date) -> Phase:
    """Where it is on a day; ``present``: the applicant is recorded here."""
    alert = alert_from(measure, on)
    if not measure.stands:
        return Phase.ENDED
    if measure.starts_on is None or measure.ends_on is None or alert is None or on < measure.starts_on:
        return Phase.PROVISIONAL
    if on > measure.ends_on:
        return Phase.LAPSED
    if not present:
        return Phase.MOVED
    return Phase.ENDING if on >= alert else Phase.IN_FORCE


def last_day(starts_on: date, on: date) -> date:
    """The last day of a period that begins on a day: a year, that day included."""
    return last_day_of_years(starts_on, number("support-measure-years", on))


def extended(measure: Measure, on: date) -> tuple[date, date]:
    """The period that follows the present one without a gap (``ValueError`` where there is none)."""
    if measure.ends_on is None:
        raise ValueError("must be decided before it is extended")
    start = measure.ends_on + timedelta(days=1)
    return start, last_day(start, on)


def decide_application(
    *, applied_on: date, everybody_known: bool, standing_already: bool, on: date
) -> Decision:
    """Whether an application may be recorded, from when on the measure holds provisionally: V11 to V13."""
    return judge(
        (V11, everybody_known),
        (V12, applied_on <= on),
        (V13, not standing_already),
        basis=(SOURCE, "Act Arts. 12(6), 12-4(6)"),
    )


def decide_decision(measure: Measure | None, *, starts_on: date, ends_on: date, on: date) -> Decision:
    """Whether a measure may be decided for these days: V14, V15, V17. Also anew, once its period is over."""
    known = measure is not None and measure.stands
    open_ = measure is None or measure.ends_on is None or on > measure.ends_on
    first = measure.applied_on if measure else starts_on
    return judge(
        (V14, first <= starts_on <= ends_on <= last_day(starts_on, on)),
        (V15, not known or open_),
        (V17, known),
        basis=(SOURCE,),
    )


def decide_extension(measure: Measure | None, *, ends_on: date | None, on: date) -> Decision:
    """Whether a measure may be extended, to its full term or to an earlier day: V14, V16, V17, V20."""
    standing = measure if measure is not None and measure.stands else None
    alert = alert_from(standing, on) if standing else None
    ending = alert is not None and alert <= on
    checks = ((V16, standing is None or ending), (V17, standing is not None))
    if standing is None or not ending:  # there is no period that would follow
        return judge(*checks, basis=(SOURCE,))
    start, last = extended(standing, on)
    end = ends_on or last
    return judge((V14, start <= end <= last), *checks, (V20, on <= end), basis=(SOURCE,))


def decide_ending(measure: Measure | None, ground: EndGround, *, on: date) -> Decision:
    """Whether a person may end a measure on this ground: V17, V18."""
    known = measure is not None and measure.stands
    over = measure is not None and measure.ends_on is not None and measure.ends_on < on
    return judge(
        (V17, known), (V18, not known or ground is not EndGround.PERIOD_OVER or over), basis=(SOURCE,)
    )


def decide_forwarding(measure: Measure | None, *, elsewhere: bool, forwarded_on: date, on: date) -> Decision:
    """Whether it may be noted that another municipality was told of a measure: V12, V17, V19."""
    return judge(
        (V12, forwarded_on <= on),
        (V17, measure is not None and measure.stands),
        (V19, elsewhere),
        basis=(_DATA,),
    )


RULES: tuple[FailedRule, ...] = (V11, V12, V13, V14, V15, V16, V17, V18, V19, V20)

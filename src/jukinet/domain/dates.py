"""Dates as a register knows them: exact, partly unknown, about, or not on the calendar.

Owns partly unknown dates (不詳日, resident-record specification 1.1.8) and their wire form. Era
names are in ``jukinet.domain.eras``; ``japanese_era`` is offered here too.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from jukinet.domain.eras import japanese_era
from jukinet.domain.scalars import Scalar

__all__ = ["FIRST_YEAR", "PartialDate", "Point", "age_on", "attains_age_on", "japanese_era"]

FIRST_YEAR = 1873
"""Meiji 6, the first year of the Gregorian calendar in Japan; older dates would need another calendar."""
_LAST_YEAR = 9997
"""About a year reaches one further up, and Python's calendar ends with 9999."""

_EXPECTED = (
    "must be a date such as 1980-04-17, 1980-04-XX, 1980-XX-XX or XXXX-XX-XX, "
    "a season (1980-21), with ~ for about or ? for estimated, or two such with /"
)
_POINT = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d|XX))?(?:-(?P<day>\d\d|XX))?(?P<mark>[~?%]?)", re.ASCII
)
_UNKNOWN = "XXXX-XX-XX"
_SEASONS = {21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (1, 12)}
"""EDTF season: its months. Winter may lie at either end of the year that is named: the whole year."""


@dataclass(frozen=True, slots=True)
class Point:
    """One end of a written date, or the whole of it.

    ``mark`` says how sure it is: ``""``, ``~`` about, ``?`` estimated, ``%`` as written in a koseki though
    not on the calendar.
    """

    year: int
    month: int | None
    day: int | None
    season: int | None
    mark: str

    @property
    def earliest(self) -> date:
        """The first day it can be; about and estimated reach one unit further down."""
        if self.mark == "%":
            return _last_of_month(self.year, self.month or 1)
        first = date(self.year, self._months[0], self.day or 1)
        return _shift(first, self._unit, -1) if self.mark else first

    @property
    def latest(self) -> date:
        """The last day it can be; about and estimated reach one unit further up."""
        if self.mark == "%":
            return _last_of_month(self.year, self.month or 1) + timedelta(days=1)
        month = self._months[1]
        last = date(self.year, month, self.day) if self.day else _last_of_month(self.year, month)
        if not self.mark:
            return last
        # The day after the period is shifted: shifting the last day of a month would fall short.
        return _shift(last + timedelta(days=1), self._unit, 1) - timedelta(days=1)

    @property
    def _months(self) -> tuple[int, int]:
        if self.season:
            return _SEASONS[self.season]
        return (self.month, self.month) if self.month else (1, 12)

    @property
    def _unit(self) -> str:
        return "day" if self.day else "month" if self.month else "year"


def _last_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _shift(day: date, unit: str, by: int) -> date:
    if unit == "day":
        return day + timedelta(days=by)
    months = day.year * 12 + day.month - 1 + by * (1 if unit == "month" else 12)
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _read_point(text: str) -> Point:
    found = _POINT.fullmatch(text)
    if found is None:
        raise ValueError(_EXPECTED)
    month, day, mark = found["month"], found["day"], found["mark"]
    year = int(found["year"])
    if not FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"must be from {FIRST_YEAR} to {_LAST_YEAR}")
    number = int(month) if month and month != "XX" else None
    if number in _SEASONS and day is None and not mark:
        return Point(year, None, None, number, "")
    _check_shape(month, day, mark)
    if number is not None and not 1 <= number <= 12:
        raise ValueError(_EXPECTED)
    point = Point(year, number, int(day) if day and day != "XX" else None, None, mark)
    _check_calendar(point)
    return point


def _check_shape(month: str | None, day: str | None, mark: str) -> None:
    """One spelling each: what is unknown is written XX, but about and estimated dates end where they end."""
    unknown = "XX" in (month, day)
    if unknown and (mark or day != "XX"):
        raise ValueError(_EXPECTED)
    if not mark and day is None:
        raise ValueError(_EXPECTED)


def _check_calendar(point: Point) -> None:
    if point.day is None:
        if point.mark == "%":
            raise ValueError(_EXPECTED)
        return
    if not 1 <= point.day <= 31:
        raise ValueError(_EXPECTED)
    on_calendar = point.day <= calendar.monthrange(point.year, point.month or 1)[1]
    if on_calendar and point.mark == "%":
        raise ValueError("must have % only where the day is not on the calendar")
    if not on_calendar and point.mark != "%":
        raise ValueError("must be on the calendar, or have % where a koseki has it so")


class PartialDate(Scalar):
    """A date that may be partly unknown, as one text: a subset of EDTF (ISO 8601-2).

    ``1980-04-17`` · ``1980-04-XX`` day unknown · ``1980-XX-XX`` · ``XXXX-XX-XX`` · ``1980~``, ``1980-04~``,
    ``1980-04-17~`` about (頃) · ``1980-04?``, ``1980-04-17?`` estimated (推定) · ``1980-21`` spring ·
    ``1980-04-01/1980-04-10`` between, either end about or estimated · ``1983-02-29%`` a day that is not
    on the calendar but stands in a koseki. Nothing is ever made up: no substitute date (みなし生年月日).
    """

    __slots__ = ()
    personal = True

    @classmethod
    def check(cls, text: str) -> str:
        if text != _UNKNOWN:
            points = [_read_point(part) for part in text.split("/", 1)]
            if len(points) == 2:
                _check_interval(points[0], points[1])
        return text

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """The exact date."""
        return cls(day.isoformat())

    @property
    def points(self) -> tuple[Point, ...]:
        """None for a date wholly unknown, two for an interval, else one."""
        return () if self.text == _UNKNOWN else tuple(_read_point(part) for part in self.text.split("/"))

    @property
    def earliest(self) -> date | None:
        """The first day it can be, or None where nothing is known."""
        points = self.points
        return points[0].earliest if points else None

    @property
    def latest(self) -> date | None:
        """The last day it can be, or None where nothing is known."""
        points = self.points
        return points[-1].latest if points else None

    @property
    def year(self) -> int | None:
        """The year, where one is written and both ends of an interval share it."""
        years = {point.year for point in self.points}
        return years.pop() if len(years) == 1 else None

    @property
    def month(self) -> int | None:
        months = {(point.year, point.month) for point in self.points}
        return months.pop()[1] if len(months) == 1 else None

    @property
    def day(self) -> int | None:
        days = {(point.year, point.month, point.day) for point in self.points}
        return days.pop()[2] if len(days) == 1 else None

    @property
    def is_exact(self) -> bool:
        """Whether it is one calendar day, with nothing unknown or estimated."""
        points = self.points
        return len(points) == 1 and points[0].day is not None and not points[0].mark

    @property
    def exact(self) -> date:
        """The calendar day; ``ValueError`` where it is not exact."""
        if not self.is_exact:
            raise ValueError("must be an exact date")
        return date.fromisoformat(self.text)

    def allows(self, day: date) -> bool:
        """Whether it can be that day; of what is not on the calendar, the days beside it."""
        earliest, latest = self.earliest, self.latest
        return earliest is None or latest is None or earliest <= day <= latest

    @property
    def sorts_as(self) -> date:
        """The day by which it is put in order, and nothing else: its earliest; wholly unknown comes last."""
        return self.earliest or date.max

    def age_on(self, day: date) -> int | None:
        """The age in full years, or None where what is known allows more than one."""
        if self.earliest is None or self.latest is None:
            return None
        oldest, youngest = age_on(self.earliest, day), age_on(self.latest, day)
        return oldest if oldest == youngest else None


def _check_interval(first: Point, last: Point) -> None:
    if first.day is None or last.day is None or "%" in (first.mark, last.mark):
        raise ValueError("must have a full date at both ends of an interval")
    if first.mark == "?" and not last.mark:
        # Forms put 推定 before the first day and mean both.
        raise ValueError("must be estimated at both ends, or at the last only")
    if (first.year, first.month, first.day) >= (last.year, last.month, last.day):
        raise ValueError("must have the earlier date first in an interval")


def age_on(birth: date, day: date) -> int:
    """The age in full years on a day, negative before birth.

    A year is full on the birthday, and for those born on 29 February on 1 March of a common year.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def attains_age_on(birth: date, age: int) -> date:
    """The day at whose end an age is attained: the day before the birthday (年齢計算ニ関スル法律)."""
    try:
        birthday = birth.replace(year=birth.year + age)
    except ValueError:
        birthday = date(birth.year + age, 3, 1)
    return birthday - timedelta(days=1)

"""Japanese eras (元号): the table, and dates written in them.

Owns the years of each era with their overlap days: 30 July 1912 and 25 December 1926 belong to two eras,
and a koseki may name either (resident-record specification 1.1.8). A new era is one more row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Era:
    """One era. Its year 1 is the year of ``first``; ``last`` is None for the present one."""

    name: str
    year_zero: int
    first: date
    last: date | None

    def year_text(self, year: int) -> str:
        """A Gregorian year in this era, such as 平成25年; year 1 is 元年."""
        number = year - self.year_zero
        return f"{self.name}{'元' if number == 1 else number}年"

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


ERAS = (
    # Meiji began in 1868; Japan counts in the Gregorian calendar from 1 January of Meiji 6.
    Era("明治", 1867, date(1873, 1, 1), date(1912, 7, 30)),
    Era("大正", 1911, date(1912, 7, 30), date(1926, 12, 25)),
    Era("昭和", 1925, date(1926, 12, 25), date(1989, 1, 7)),
    Era("平成", 1988, date(1989, 1, 8), date(2019, 4, 30)),
    Era("令和", 2018, date(2019, 5, 1), None),
)


def eras_between(first: date, last: date) -> tuple[Era, ...]:
    """The eras of a span of days, oldest first."""
    return tuple(era for era in ERAS if era.first <= last and (era.last is None or era.last >= first))


def japanese_era(day: date) -> str:
    """A date in its era, such as 平成25年7月8日; a day of two eras is given in the later one.

    ``ValueError`` before 1873.
    """
    eras = eras_between(day, day)
    if not eras:
        raise ValueError("must not be before 1 January 1873")
    return f"{eras[-1].year_text(day.year)}{day.month}月{day.day}日"

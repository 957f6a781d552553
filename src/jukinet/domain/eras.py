"""Japanese eras (元号): the table, and dates written in them.

Owns how the table (``eras.toml``) is read, with its overlap days: 30 July 1912 and 25 December 1926 belong to two eras,
and a koseki may name either (resident-record specification 1.1.8). A new era is one more row of the file.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files


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


def read_eras(text: str) -> tuple[Era, ...]:
    """The table as its file has it; ``ValueError`` where an era does not follow the one before."""
    rows = tomllib.loads(text)["eras"]
    found = []
    for row, after in zip(rows, [*rows[1:], None], strict=True):
        first, ends = row["first"], after["first"] - timedelta(days=1) if after else None
        last = row.get("last", ends)
        if ends is not None and not first <= ends <= last <= after["first"]:
            raise ValueError(f"the era after {row['name']} must begin after it, and at its end")
        found.append(Era(row["name"], row.get("year_one", first.year) - 1, first, last))
    return tuple(found)


ERAS = read_eras((files("jukinet.domain") / "eras.toml").read_text("utf-8"))


def eras_between(first: date, last: date, eras: tuple[Era, ...] = ERAS) -> tuple[Era, ...]:
    """The eras of a span of days, oldest first."""
    return tuple(era for era in eras if era.first <= last and (era.last is None or era.last >= first))


def japanese_era(day: date, eras: tuple[Era, ...] = ERAS) -> str:
    """A date in its era, such as 平成25年7月8日; a day of two eras is given in the later one.

    ``ValueError`` before 1873.
    """
    found = eras_between(day, day, eras)
    if not found:
        raise ValueError("must not be before 1 January 1873")
    return f"{found[-1].year_text(day.year)}{day.month}月{day.day}日"

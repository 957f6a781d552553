"""Dates in the words of a resident record, on the era calendar or the Western one.

Owns the written forms of partly unknown dates (resident-record specification 1.1.8). Dates stand in the
era, but a foreign resident's birth date and the expiry of a stay in the Western calendar, and never in
both (1.1.9).
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import date

from jukinet.domain.dates import PartialDate, Point
from jukinet.domain.eras import eras_between

_SEASONS = {21: "春", 22: "夏", 23: "秋", 24: "冬"}


def era_date(day: date) -> str:
    """A full date in its era, such as 平成25年7月8日."""
    return written_in_era(PartialDate.of(day))


def western_date(day: date) -> str:
    """A full date in the Western calendar, such as 1985年4月17日."""
    return written_in_western(PartialDate.of(day))


def written_in_era(when: PartialDate) -> str:
    """A date that may be partly unknown, such as 昭和55年 月日不詳 or 大正3年頃."""
    return _written(when, _era_year)


def written_in_western(when: PartialDate) -> str:
    """The same with Western years, such as 1980年 月日不詳."""
    return _written(when, lambda point: f"{point.year}年")


def _written(when: PartialDate, year: Callable[[Point], str]) -> str:
    points = when.points
    if not points:
        return "年月日不詳"
    if len(points) == 1:
        return _one(points[0], year)
    first, last = points
    shared_month = (first.year, first.month) == (last.year, last.month)
    opening = f"{year(last) if first.year != last.year else ''}"
    end = f"{opening}{'' if shared_month else f'{last.month}月'}{last.day}日"
    return f"{_end(first, _one_start(first, year))}から{_end(last, end)}までの間"


def _one_start(point: Point, year: Callable[[Point], str]) -> str:
    return f"{year(point)}{point.month}月{point.day}日"


def _end(point: Point, text: str) -> str:
    return {"~": f"{text}頃", "?": f"推定{text}"}.get(point.mark, text)


def _one(point: Point, year: Callable[[Point], str]) -> str:
    if point.season:
        return f"{year(point)}{_SEASONS[point.season]}"
    known = year(point)
    if point.month:
        known += f"{point.month}月"
    if point.day:
        known += f"{point.day}日"
    if point.mark in {"~", "?"}:
        return _end(point, known)
    if point.day:
        return known
    return f"{known} {'日不詳' if point.month else '月日不詳'}"


def _era_year(point: Point) -> str:
    """The year in its era; both eras where what is known of the day lies in two."""
    months = (point.month, point.month) if point.month else (1, 12)
    length = calendar.monthrange(point.year, months[1])[1]
    on_calendar = point.day is not None and point.day <= length
    first = date(point.year, months[0], point.day if point.day and on_calendar else 1)
    last = date(point.year, months[1], point.day if point.day and on_calendar else length)
    eras = eras_between(first, last)
    if first == last:
        eras = eras[-1:]  # a day of two eras is given in the later one
    return "又は".join(era.year_text(point.year) for era in eras)

"""Dates as a Japanese form writes them, whole and partly unknown, and their reading.

Owns the fourteen written forms of resident-record specification 1.1.8 and no others. Which calendar a form
uses is the form's affair: eras, but the Western calendar for a foreign resident's birth date (1.1.9).
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable
from datetime import date

from jukinet.domain.dates import PartialDate, Point
from jukinet.domain.eras import ERAS, Era, eras_between
from jukinet.domain.numerals import arabic

_SEASONS = {21: "春", 22: "夏", 23: "秋", 24: "冬"}
_NOTHING_KNOWN = "年月日不詳"
_EXPECTED = "must be a date in Japanese, such as 昭和55年4月17日, 昭和55年4月 日不詳 or 昭和55年頃"


def era_text(day: PartialDate) -> str:
    """The date in Japanese eras: 昭和55年4月17日, 昭和55年4月 日不詳, 昭和55年頃.

    A year of two eras of which the month is not known is given in both: 平成31年（令和元年） 月日不詳.
    """
    return _written(day, _era_year)


def western_text(day: PartialDate) -> str:
    """The date in the Western calendar: 1980年4月17日, 1980年4月 日不詳."""
    return _written(day, lambda point: f"{point.year}年")


def _written(day: PartialDate, year: Callable[[Point], str]) -> str:
    points = day.points
    if not points:
        return _NOTHING_KNOWN
    return _one(points[0], year) if len(points) == 1 else _between(points[0], points[1], year)


def _one(point: Point, year: Callable[[Point], str]) -> str:
    estimated = "推定" if point.mark == "?" else ""
    about = "頃" if point.mark == "~" else ""
    return f"{estimated}{year(point)}{_after_year(point)}{about}"


def _after_year(point: Point) -> str:
    if point.season:
        return _SEASONS[point.season]
    if point.day:
        return f"{point.month}月{point.day}日"
    if point.mark:
        return f"{point.month}月" if point.month else ""
    return f"{point.month}月 日不詳" if point.month else " 月日不詳"


def _between(first: Point, last: Point, year: Callable[[Point], str]) -> str:
    same_month, marks = (first.year, first.month) == (last.year, last.month), (first.mark, last.mark)
    third = _third_of_month(first, last) if same_month else None
    if third:
        return f"{year(first)}{first.month}月{third}"
    begin = f"{year(first)}{first.month}月{_day(first)}"
    if same_month and marks == ("?", "?"):
        return f"{begin}から{last.day}日までの間"
    if same_month:
        return f"{begin}から{_day(last)}までの間"
    again = "" if first.year == last.year else year(last)
    return f"{begin}から{again}{last.month}月{_day(last)}までの間"


def _day(point: Point) -> str:
    return f"{'推定' if point.mark == '?' else ''}{point.day}日{'頃' if point.mark == '~' else ''}"


def _thirds(year: int, month: int) -> dict[str, tuple[int, int]]:
    return {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, calendar.monthrange(year, month)[1])}


def _third_of_month(first: Point, last: Point) -> str | None:
    marks = (first.mark, last.mark)
    if marks not in (("", ""), ("~", "~")):
        return None
    for name, days in _thirds(first.year, first.month or 1).items():
        if days == (first.day, last.day):
            return name + ("頃" if first.mark else "")
    return None


def _era_year(point: Point) -> str:
    eras = eras_between(*_stated_span(point.year, point.month, point.day))
    if point.day:
        eras = eras[-1:]
    names = [era.year_text(point.year) for era in eras]
    return names[0] if len(names) == 1 else f"{names[0]}（{names[1]}）"


def _stated_span(year: int, month: int | None, day: int | None) -> tuple[date, date]:
    """First and last day of what is written, a day beyond the month's end counting as that end."""
    last_month = month or 12
    length = calendar.monthrange(year, last_month)[1]
    return date(year, month or 1, min(day or 1, length)), date(year, last_month, min(day or length, length))


_YEAR = "(?P<era>" + "|".join(era.name for era in ERAS) + r")?(?P<year>元|\d{1,4})年(?:（[^（）]*）)?"
_SINGLE = re.compile(
    rf"(?P<estimated>推定)?{_YEAR}(?:(?P<month>\d\d?)月(?:(?P<day>\d\d?)日|(?P<third>[上中下]旬))?|(?P<season>[春夏秋冬]))?"
    r"(?P<unknown>月日不詳|日不詳)?(?P<about>頃)?"
)
_END = r"(?P<{0}_estimated>推定)?(?P<{0}>\d\d?)日(?P<{0}_about>頃)?"
_INTERVAL = re.compile(
    rf"{_YEAR}(?P<month>\d\d?)月{_END.format('first')}から"
    rf"(?:(?P<last_year>.{{3,5}}年)?(?P<last_month>\d\d?)月)?{_END.format('last')}までの間"
)


def read_japanese(text: str) -> PartialDate:
    """Read any of the written forms, in eras or the Western calendar; ``ValueError`` with what is expected.

    Digits may be of either width or kanji. A day of two eras may be written in either.
    """
    plain = arabic(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    plain = plain.replace("(", "（").replace(")", "）")
    if plain == _NOTHING_KNOWN:
        return PartialDate("XXXX-XX-XX")
    if found := _SINGLE.fullmatch(plain):
        return PartialDate(_single(found))
    if found := _INTERVAL.fullmatch(plain):
        return PartialDate(_interval(found))
    raise ValueError(_EXPECTED)


def _single(found: re.Match[str]) -> str:
    month, day = _number(found["month"]), _number(found["day"])
    year = _year(found["era"], found["year"], month, day)
    if found["third"]:
        return _third(year, month or 1, found)
    mark = ("?" if found["estimated"] else "") + ("~" if found["about"] else "")
    unknown = {None: 0, "日不詳": 1, "月日不詳": 2}[found["unknown"]]
    if found["season"] and not mark and not unknown:
        return f"{year:04}-{next(n for n, name in _SEASONS.items() if name == found['season'])}"
    missing = (month is None) + (day is None)
    if found["season"] or len(mark) > 1 or unknown not in (0, missing) or (mark and unknown):
        raise ValueError(_EXPECTED)
    if day is not None and not mark and day > _length(year, month):
        return f"{year:04}-{month:02}-{day:02}%"
    if not mark and not unknown and missing:
        raise ValueError(_EXPECTED)
    return _parts(year, month, day, known_only=bool(mark)) + mark


def _length(year: int, month: int | None) -> int:
    return calendar.monthrange(year, month)[1] if month and 1 <= month <= 12 else 31


def _parts(year: int, month: int | None, day: int | None, *, known_only: bool) -> str:
    parts = [f"{year:04}"] + ["XX" if part is None else f"{part:02}" for part in (month, day)]
    return "-".join(part for part in parts if not known_only or part != "XX")


def _third(year: int, month: int, found: re.Match[str]) -> str:
    if found["estimated"] or found["unknown"] or not 1 <= month <= 12:
        raise ValueError(_EXPECTED)
    first, last = _thirds(year, month)[found["third"]]
    mark = "~" if found["about"] else ""
    return f"{year:04}-{month:02}-{first:02}{mark}/{year:04}-{month:02}-{last:02}{mark}"


def _interval(found: re.Match[str]) -> str:
    month, first, last = int(found["month"]), int(found["first"]), int(found["last"])
    year = _year(found["era"], found["year"], month, first)
    last_month = _number(found["last_month"]) or month
    last_year = year
    if found["last_year"]:
        again = re.fullmatch(_YEAR, found["last_year"])
        if again is None:
            raise ValueError(_EXPECTED)
        last_year = _year(again["era"], again["year"], last_month, last)
    # 推定5日から8日: the word before the first day holds for both.
    last_mark = _mark(found, "last") or ("?" if found["first_estimated"] else "")
    begin = f"{year:04}-{month:02}-{first:02}{_mark(found, 'first')}"
    return f"{begin}/{last_year:04}-{last_month:02}-{last:02}{last_mark}"


def _mark(found: re.Match[str], end: str) -> str:
    if found[f"{end}_estimated"] and found[f"{end}_about"]:
        raise ValueError(_EXPECTED)
    return "?" if found[f"{end}_estimated"] else "~" if found[f"{end}_about"] else ""


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _year(era_name: str | None, text: str, month: int | None, day: int | None) -> int:
    if era_name is None:
        if text == "元":
            raise ValueError(_EXPECTED)
        return int(text)
    era = next(era for era in ERAS if era.name == era_name)
    year = era.year_zero + (1 if text == "元" else int(text))
    if (month is not None and not 1 <= month <= 12) or era not in _eras_of(year, month, day):
        raise ValueError("must lie within the era that is named")
    return year


def _eras_of(year: int, month: int | None, day: int | None) -> tuple[Era, ...]:
    return eras_between(*_stated_span(year, month, day))

"""Days on which offices are closed, and terms that end on one."""

from __future__ import annotations

from datetime import date

import pytest

from jukinet.law.days_off import end_of_term, is_day_off

TUESDAY, SATURDAY, MARINE_DAY = date(2013, 7, 9), date(2013, 7, 13), date(2013, 7, 15)


@pytest.mark.parametrize(
    ("day", "off"),
    [
        (TUESDAY, False),
        (SATURDAY, True),
        (date(2013, 7, 14), True),
        (MARINE_DAY, True),
        (date(2013, 5, 6), True),  # a holiday moved from Sunday
        (date(2013, 12, 28), True),
        (date(2014, 12, 29), True),
        (date(2014, 12, 26), False),
        (date(2014, 1, 3), True),
        (date(2014, 1, 6), False),
    ],
)
def test_days_off(day: date, off: bool) -> None:
    assert is_day_off(day) is off


@pytest.mark.parametrize(
    ("last", "end"),
    [(TUESDAY, TUESDAY), (SATURDAY, date(2013, 7, 16)), (date(2013, 12, 29), date(2014, 1, 6))],
)
def test_a_term_ends_with_the_next_day_that_is_no_holiday(last: date, end: date) -> None:
    assert end_of_term(last) == end

"""Days on which offices are closed (休日), and a term whose last day is one.

Owns both. A term that is counted in days and has no rule of its own is counted by the Civil Code (Art. 138): where its
last day is a holiday on which by custom no business is done, it ends with the next day (Art. 142). That Local Autonomy
Act Art. 4-2(4) says the same of what is filed with an office is not asked here: the terms of residents are remarked on.
"""

from __future__ import annotations

from datetime import date, timedelta

import jpholiday


def is_day_off(day: date) -> bool:
    """Whether offices are closed: Saturdays, Sundays, national holidays, 29 December to 3 January.

    Local Autonomy Act Art. 4-2 has each office lay them down within these.
    """
    turn_of_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() >= 5 or turn_of_year or bool(jpholiday.is_holiday(day))


def end_of_term(last: date) -> date:
    """The day with which a term ends whose last day this is (Civil Code Art. 142)."""
    while is_day_off(last):
        last += timedelta(days=1)
    return last

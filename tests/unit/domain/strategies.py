"""Hypothesis strategies for the values of the domain."""

import calendar
import datetime as dt

from hypothesis import strategies as st

from jukinet.domain.dates import FIRST_YEAR

DAYS = st.dates(dt.date(FIRST_YEAR, 1, 1), dt.date(2099, 12, 31))


@st.composite
def partial_dates(draw):
    """The text of a partial date of any accepted form."""
    day = draw(DAYS)
    year, month, exact = f"{day:%Y}", f"{day:%Y-%m}", day.isoformat()
    later = day + dt.timedelta(days=draw(st.integers(1, 400)))
    ends = st.sampled_from(
        [("", ""), ("", "~"), ("", "?"), ("~", ""), ("~", "~"), ("~", "?"), ("?", "~"), ("?", "?")]
    )
    first, last = draw(ends)
    return draw(
        st.sampled_from(
            [
                exact,
                f"{year}-XX-XX",
                f"{month}-XX",
                "XXXX-XX-XX",
                f"{year}-{draw(st.integers(21, 24))}",
                f"{draw(st.sampled_from([year, month, exact]))}{draw(st.sampled_from('~?'))}",
                f"{exact}{first}/{later.isoformat()}{last}",
                draw(impossible_days()),
            ]
        )
    )


@st.composite
def impossible_days(draw):
    """A day beyond the end of its month, as a koseki may have it."""
    year, month = draw(st.integers(FIRST_YEAR, 2099)), draw(st.sampled_from([2, 4, 6, 9, 11]))
    return f"{year}-{month:02}-{draw(st.integers(calendar.monthrange(year, month)[1] + 1, 31))}%"

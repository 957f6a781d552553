"""Partly unknown dates: what is accepted, what is known of it, and the library that knows EDTF as the judge."""

import datetime as dt
import warnings

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from tests.unit.domain.strategies import DAYS, impossible_days, partial_dates

from jukinet.domain.dates import PartialDate, age_on, attains_age_on

with warnings.catch_warnings():
    # The library's grammar uses a part of pyparsing that warns of a coming change.
    warnings.simplefilter("ignore")
    from edtf import parse_edtf, struct_time_to_date

D = dt.date


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "parts"),
    [
        ("1980-04-17", D(1980, 4, 17), D(1980, 4, 17), (1980, 4, 17)),
        ("1980-XX-XX", D(1980, 1, 1), D(1980, 12, 31), (1980, None, None)),
        ("1980-02-XX", D(1980, 2, 1), D(1980, 2, 29), (1980, 2, None)),
        ("1981-02-XX", D(1981, 2, 1), D(1981, 2, 28), (1981, 2, None)),
        ("XXXX-XX-XX", None, None, (None, None, None)),
        ("1980~", D(1979, 1, 1), D(1981, 12, 31), (1980, None, None)),
        ("1980?", D(1979, 1, 1), D(1981, 12, 31), (1980, None, None)),
        ("1980-01~", D(1979, 12, 1), D(1980, 2, 29), (1980, 1, None)),
        ("1980-12?", D(1980, 11, 1), D(1981, 1, 31), (1980, 12, None)),
        ("1980-03-01~", D(1980, 2, 29), D(1980, 3, 2), (1980, 3, 1)),
        ("1980-04-17?", D(1980, 4, 16), D(1980, 4, 18), (1980, 4, 17)),
        ("1980-21", D(1980, 3, 1), D(1980, 5, 31), (1980, None, None)),
        ("1980-22", D(1980, 6, 1), D(1980, 8, 31), (1980, None, None)),
        ("1980-23", D(1980, 9, 1), D(1980, 11, 30), (1980, None, None)),
        ("1980-24", D(1980, 1, 1), D(1980, 12, 31), (1980, None, None)),
        ("1980-04-01/1980-04-10", D(1980, 4, 1), D(1980, 4, 10), (1980, 4, None)),
        ("1980-04-01~/1980-05-10", D(1980, 3, 31), D(1980, 5, 10), (1980, None, None)),
        ("1980-12-30/1981-01-02?", D(1980, 12, 30), D(1981, 1, 3), (None, None, None)),
        ("1983-02-29%", D(1983, 2, 28), D(1983, 3, 1), (1983, 2, 29)),
        ("1983-12-31", D(1983, 12, 31), D(1983, 12, 31), (1983, 12, 31)),
        ("1983-11-31%", D(1983, 11, 30), D(1983, 12, 1), (1983, 11, 31)),
    ],
)
def test_what_is_known_of_a_date(text, earliest, latest, parts):
    day = PartialDate.parse(text)
    assert day.text == text
    assert (day.earliest, day.latest) == (earliest, latest)
    assert (day.year, day.month, day.day) == parts
    assert day.is_exact is (text in {"1980-04-17", "1983-12-31"})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1980",
        "1980-04",
        "1980-4-17",
        "80-04-17",
        "1980/04/17",
        "1980-04-17T00:00:00Z",
        "1980-W16-4",
        "1983-02-29",
        "1980-02-30",
        "1980-04-31",
        "1980-04-32%",
        "1980-13-01",
        "1980-00-01",
        "1980-04-00",
        "1980-13-XX",
        "1980-XX-17",
        "1980-XX",
        "198X",
        "XXXX",
        "XXXX-04-17",
        "XXXX-XX-17",
        "xxxx-xx-xx",
        "1980-04-xx",
        "1980-XX-XX~",
        "1980-04-XX?",
        "XXXX-XX-XX~",
        "1980-04-17%",
        "1980-04%",
        "1980%",
        "1980-02-30~",
        "1980-21~",
        "1980-20",
        "1980-25",
        "1980-21-01",
        "1980-21-XX",
        "1980-13",
        "1980-13~",
        "1980-04-17~?",
        "1980-04-17/",
        "/1980-04-17",
        "1980-04-17/1980-04-17",
        "1980-04-18/1980-04-17",
        "1980-04-17/1980-05",
        "1980/1981",
        "1980~/1981~",
        "1980-04-17/1980-04-18/1980-04-19",
        "1980-02-30%/1980-03-05",
        "1980-21/1980-22",
        "1980-04-17?/1980-04-18",
        "XXXX-XX-XX/1980-04-17",
        "1980-04-17/..",
        "1872-12-31",
        "0000-01-01",
        "9999-12-31",
        "１９８０-04-17",
        "1980-04-17\n",
        " 1980-04-17",
        "+1980-04-17",
        "-1980-04-17",
        "Y1980",
        "unknown",
    ],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match="must"):
        PartialDate(text)


@given(DAYS)
def test_an_exact_date_is_itself(day):
    made = PartialDate.of(day)
    assert made.is_exact
    assert made.exact == made.earliest == made.latest == made.sorts_as == day
    assert PartialDate(made.text) == made


@given(partial_dates())
def test_whatever_is_accepted_is_consistent(text):
    day = PartialDate(text)
    if day.earliest is None or day.latest is None:
        assert text == "XXXX-XX-XX"
        assert day.sorts_as == D.max
    else:
        assert day.earliest <= day.latest
        assert day.sorts_as == day.earliest
    if not day.is_exact:
        with pytest.raises(ValueError, match="exact"):
            _ = day.exact


@given(partial_dates())
@settings(max_examples=60, deadline=None)
@example("1980-02-XX")
def test_the_library_for_edtf_agrees(text):
    assume(text != "XXXX-XX-XX")  # the library reads it but cannot bound it
    assume("%" not in text)  # days that the library, too, does not know
    judged = parse_edtf(text)
    day = PartialDate(text)
    lower, upper = struct_time_to_date(judged.lower_strict()), struct_time_to_date(judged.upper_strict())
    assert day.earliest is not None
    assert day.latest is not None
    if text.endswith("-24") or "~" in text or "?" in text:
        assert day.earliest <= lower <= upper <= day.latest
    else:
        assert (day.earliest, day.latest) == (lower, upper)


@given(impossible_days())
def test_a_day_beyond_its_month_lies_at_the_months_end(text):
    day = PartialDate(text)
    assert day.earliest is not None
    assert day.latest == day.earliest + dt.timedelta(days=1)
    assert day.latest.day == 1
    with pytest.raises(ValueError, match="on the calendar"):
        PartialDate(text.removesuffix("%"))


@given(st.text("0123456789X-~?%/", max_size=24))
def test_no_text_breaks_the_reader(text):
    try:
        day = PartialDate(text)
    except ValueError:
        return
    assert day.text == text
    assert (day.earliest is None) == (text == "XXXX-XX-XX")


def test_a_date_of_birth_is_not_shown_by_accident():
    assert "1980" not in repr(PartialDate("1980-04-17"))
    with pytest.raises(ValueError, match="must") as caught:
        PartialDate("1977-04-31")
    assert "1977" not in str(caught.value)


@pytest.mark.parametrize(
    ("birth", "on", "age"),
    [
        (D(1980, 4, 17), D(2013, 4, 16), 32),
        (D(1980, 4, 17), D(2013, 4, 17), 33),
        (D(2012, 2, 29), D(2013, 2, 28), 0),
        (D(2012, 2, 29), D(2013, 3, 1), 1),
        (D(2012, 2, 29), D(2016, 2, 29), 4),
        (D(2013, 7, 8), D(2013, 7, 8), 0),
        (D(2013, 7, 9), D(2013, 7, 8), -1),
    ],
)
def test_ages(birth, on, age):
    assert age_on(birth, on) == age
    assert PartialDate.of(birth).age_on(on) == age


@given(DAYS, st.integers(1, 120))
def test_an_age_is_attained_at_the_end_of_the_day_before(birth, age):
    day = attains_age_on(birth, age)
    assert age_on(birth, day) == age - 1
    assert age_on(birth, day + dt.timedelta(days=1)) == age


def test_who_was_born_on_29_february_attains_an_age_on_28_february():
    assert attains_age_on(D(2012, 2, 29), 1) == D(2013, 2, 28)
    assert attains_age_on(D(2012, 2, 29), 4) == D(2016, 2, 28)
    assert attains_age_on(D(2012, 3, 1), 4) == D(2016, 2, 29)


@pytest.mark.parametrize(
    ("text", "on", "age"),
    [
        ("1980-XX-XX", D(2013, 12, 31), 33),
        ("1980-XX-XX", D(2013, 7, 8), None),
        ("1980-04-XX", D(2013, 7, 8), 33),
        ("1980~", D(2013, 7, 8), None),
        ("XXXX-XX-XX", D(2013, 7, 8), None),
        ("1983-02-29%", D(2013, 2, 28), None),
        ("1983-02-29%", D(2013, 3, 1), 30),
    ],
)
def test_an_age_is_told_only_where_it_is_certain(text, on, age):
    assert PartialDate(text).age_on(on) == age


@pytest.mark.parametrize("mark", ["", "~", "?"])
def test_the_ends_of_the_calendar_are_reached_or_refused_and_nothing_between(mark):
    for year in (1873, 9997):
        assert PartialDate(f"{year}{mark}" if mark else f"{year}-XX-XX").latest is not None
    for year in (1872, 9998, 9999):
        with pytest.raises(ValueError, match="must be from 1873 to 9997"):
            PartialDate(f"{year}{mark}" if mark else f"{year}-XX-XX")

"""Eras and their borders."""

import datetime as dt
from importlib.resources import files

import pytest
from hypothesis import given
from tests.conformance.cases import case
from tests.unit.domain.strategies import DAYS

from jukinet.domain.dates import japanese_era
from jukinet.domain.eras import ERAS, eras_between, read_eras

D = dt.date


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (D(1873, 1, 1), "明治6年1月1日"),
        (D(1912, 7, 29), "明治45年7月29日"),
        (D(1912, 7, 30), "大正元年7月30日"),
        (D(1926, 12, 24), "大正15年12月24日"),
        (D(1926, 12, 25), "昭和元年12月25日"),
        (D(1989, 1, 7), "昭和64年1月7日"),
        (D(1989, 1, 8), "平成元年1月8日"),
        (D(2013, 7, 8), "平成25年7月8日"),
        (D(2019, 4, 30), "平成31年4月30日"),
        (D(2019, 5, 1), "令和元年5月1日"),
        (D(2026, 11, 23), "令和8年11月23日"),
    ],
)
@case("spec 1.3.6")
def test_days_at_the_borders(day, text):
    assert japanese_era(day) == text


def test_no_date_before_the_gregorian_calendar():
    with pytest.raises(ValueError, match="1873"):
        japanese_era(D(1872, 12, 31))


def test_two_days_belong_to_two_eras():
    assert [era.name for era in eras_between(D(1912, 7, 30), D(1912, 7, 30))] == ["明治", "大正"]
    assert [era.name for era in eras_between(D(1926, 12, 25), D(1926, 12, 25))] == ["大正", "昭和"]
    assert [era.name for era in eras_between(D(1912, 7, 31), D(1926, 12, 24))] == ["大正"]


@given(DAYS)
@case("spec 1.3.6")
def test_every_day_has_an_era_and_at_most_two(day):
    eras = [era for era in ERAS if era.covers(day)]
    assert eras == list(eras_between(day, day))
    assert 1 <= len(eras) <= 2
    assert all(day.year - era.year_zero >= 1 for era in eras)


TABLE = (files("jukinet.domain") / "eras.toml").read_text("utf-8")
NEXT = '\n[[eras]]\nname = "架空"\nfirst = 2040-04-01\n'


@case("spec 1.3.6")
def test_a_new_era_is_one_row_more_and_ends_the_one_before():
    changed = read_eras(TABLE + NEXT)
    assert changed[:-2] == ERAS[:-1]
    days = (D(2040, 3, 31), D(2040, 4, 1), D(2041, 1, 1))
    written = ["令和22年3月31日", "架空元年4月1日", "架空2年1月1日"]
    assert [japanese_era(day, changed) for day in days] == written
    assert japanese_era(D(2040, 4, 1)) == "令和22年4月1日", "without the row"


@pytest.mark.parametrize("first", ["2018-04-01", "2019-05-01"])
def test_a_table_out_of_order_is_none(first):
    with pytest.raises(ValueError, match="must begin after it"):
        read_eras(TABLE + NEXT.replace("2040-04-01", first))

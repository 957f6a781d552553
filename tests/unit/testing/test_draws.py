from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.testing.draws import Draws, Weighted


def test_a_seed_gives_the_same_draws_for_ever():
    draws = Draws(7, "132152")
    assert [draws.between(0, 999) for _ in range(6)] == [531, 481, 44, 391, 810, 557]


def test_parts_of_a_seed_are_told_apart():
    assert Draws("a", "b").digits(9) != Draws("ab").digits(9)


@given(st.integers(), st.integers(-50, 50), st.integers(0, 50))
def test_between_stays_within_both_ends(seed, least, span):
    draws = Draws(seed)
    assert all(least <= draws.between(least, least + span) <= least + span for _ in range(50))


@given(st.integers(), st.integers(-50, 50), st.integers(0, 30))
def test_near_stays_within_its_spread(seed, middle, spread):
    draws = Draws(seed)
    assert all(abs(draws.near(middle, spread) - middle) <= spread for _ in range(50))


@given(st.integers(), st.dates(), st.integers(0, 4000))
def test_days_stay_within_both_ends(seed, first, span):
    draws = Draws(seed)
    last = date.fromordinal(min(first.toordinal() + span, date.max.toordinal()))
    assert all(first <= draws.day(first, last) <= last for _ in range(20))
    assert all(first <= draws.recent(first, last) <= last for _ in range(20))


def test_both_ends_are_reached():
    draws = Draws("ends")
    assert {draws.between(1, 3) for _ in range(200)} == {1, 2, 3}
    assert {draws.near(0, 1) for _ in range(2000)} == {-1, 0, 1}


def test_an_empty_span_gives_one_day():
    early, late = date(2000, 1, 1), date(2001, 1, 1)
    assert Draws(1).day(late, early) == late
    assert Draws(1).recent(late, early) == early


@pytest.mark.parametrize(("share", "value"), [(0.0, "a"), (0.249, "a"), (0.25, "c"), (0.999, "c")])
def test_weights_decide_and_a_weight_of_nothing_is_never_drawn(share, value):
    assert Weighted({"a": 1, "b": 0, "c": 3}).at(share) == value


def test_early_values_are_likelier():
    draws = Draws("early")
    drawn = [draws.early("abcd") for _ in range(4000)]
    assert drawn.count("a") > drawn.count("b") > drawn.count("d") > 0


def test_recent_days_are_likelier():
    draws = Draws("recent")
    days = [draws.recent(date(2000, 1, 1), date(2010, 1, 1)) for _ in range(2000)]
    assert sum(day >= date(2005, 1, 1) for day in days) > 1100

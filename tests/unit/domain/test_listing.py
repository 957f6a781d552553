"""Lists of residents: conditions, the order of addresses, and samples."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import RecordKind
from jukinet.domain.listing import Conditions, draw, every_nth, house_of, place_of
from jukinet.domain.matching import address_key
from jukinet.domain.persons import Sex

NUMBERS = [f"{number:011d}" for number in range(200)]


@pytest.mark.parametrize(
    ("born", "meets"),
    [
        ("1980-01-01", True),
        ("1980-12-31", True),
        ("1979-12-31", False),
        ("1981-01-01", False),
        ("1980-XX-XX", True),
        ("1980-01-01/1981-01-01", False),
        ("XXXX-XX-XX", False),
    ],
)
def test_of_a_birth_date_that_is_partly_known_every_day_must_lie_in_the_span(born: str, meets: bool) -> None:
    span = Conditions(date(1980, 1, 1), date(1980, 12, 31))
    assert span.meet(PartialDate(born), Sex.MALE, RecordKind.JAPANESE) is meets
    assert Conditions().meet(PartialDate(born), Sex.MALE, RecordKind.JAPANESE)


def test_sex_and_kind_are_conditions_of_their_own() -> None:
    born = PartialDate("1980-01-01")
    only = Conditions(sex=Sex.FEMALE, kind=RecordKind.FOREIGN)
    assert only.meet(born, Sex.FEMALE, RecordKind.FOREIGN)
    assert not only.meet(born, Sex.MALE, RecordKind.FOREIGN)
    assert not only.meet(born, Sex.FEMALE, RecordKind.JAPANESE)
    assert only.texts == ("sex female", "kind foreign")


def test_addresses_stand_in_the_order_of_their_numbers() -> None:
    texts = [f"東京都国立市中一丁目{number}" for number in ("2番地の1", "2番地の10", "2番地の9", "10番地")]
    ordered = sorted(texts, key=lambda text: place_of(address_key(text)))
    assert [texts.index(text) for text in ordered] == [0, 2, 1, 3]


@case("spec 1.3.2")
def test_rooms_stand_in_the_order_of_their_numbers_behind_their_lot() -> None:
    homes = [
        ("東京都国立市中一丁目10番地", None),
        ("東京都国立市中一丁目2番地", "見本荘１０２"),
        ("東京都国立市中一丁目2番地", "見本荘 21"),
        ("東京都国立市中一丁目2番地", "見本荘9"),
        ("東京都国立市中一丁目2番地", None),
    ]
    ordered = sorted(homes, key=lambda home: house_of(address_key(home[0]), home[1]))
    assert [homes.index(home) for home in ordered] == [4, 3, 2, 1, 0]


@case("spec 9.6")
def test_a_seed_draws_the_same_again_whatever_the_order_and_another_one_others() -> None:
    drawn = draw(NUMBERS, 20, "a1")
    assert len(drawn) == 20
    assert draw(reversed(NUMBERS), 20, "a1") == drawn
    assert draw(NUMBERS, 20, "a2") != drawn
    assert draw(NUMBERS, 500, "a1") == set(NUMBERS)


def test_each_is_drawn_as_often_as_another() -> None:
    """Of 200 each is expected 50 times in 500 draws of 20, give or take 7 (its standard deviation)."""
    times = Counter(number for seed in range(500) for number in draw(NUMBERS, 20, str(seed)))
    assert set(times) == set(NUMBERS)
    assert all(20 < count < 85 for count in times.values())


@given(st.integers(1, 60), st.integers(1, 60), st.text("abc0", min_size=1, max_size=4))
def test_at_intervals_the_gaps_are_equal_and_nobody_comes_twice(many: int, count: int, seed: str) -> None:
    chosen = every_nth(list(range(many)), count, seed)
    assert len(chosen) == min(many, count)
    assert chosen == sorted(set(chosen))
    gaps = {later - earlier for earlier, later in pairwise(chosen)}
    assert not gaps or max(gaps) - min(gaps) <= 1

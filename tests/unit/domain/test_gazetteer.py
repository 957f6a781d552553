"""Town areas: which address lies in which, however both are written."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.domain.gazetteer import TownArea
from jukinet.domain.matching import address_key


def area(name: str) -> TownArea:
    return TownArea("001002", name, "マチ", date(2012, 7, 9), date(2013, 7, 8))


@pytest.mark.parametrize(
    ("town", "address", "inside"),
    [
        ("東京都国立市富士見台二丁目", "東京都国立市富士見台二丁目47番地の1", True),
        ("東京都国立市富士見台二丁目", "東京都国立市富士見台２丁目４７－１", True),
        ("国立市富士見台2丁目", "東京都国立市富士見台二丁目47番地の1", True),
        ("東京都国立市富士見台二丁目", "東京都国立市富士見台二十丁目1番地", False),
        ("東京都国立市富士見台二丁目", "東京都国立市富士見台三丁目1番地", False),
        ("東京都国立市富士見台", "東京都国立市富士見台三丁目1番地", True),
        ("東京都国立市富士見", "東京都国立市富士見台三丁目1番地", False),
        ("東京都国立市東", "東京都国立市東町1番地", False),
        ("東京都国立市東", "東京都国立市東1番地", True),
        ("東京都国立市谷保", "東京都国立市谷保甲12番地", True),
        ("東京都国立市谷保", "東京都国立市谷保無番地", True),
        ("東京都国立市谷保", "東京都国立市谷保", True),
        ("福島県東白川郡矢祭町大字東舘字舘本", "福島県東白川郡矢祭町大字東舘字舘本66番地", True),
        ("福島県東白川郡矢祭町大字東舘", "福島県東白川郡矢祭町大字東舘字舘本66番地", False),
        ("東京都国立市", "東京都国立市富士見台二丁目47番地", False),
    ],
)
def test_an_address_lies_in_the_area_whose_whole_name_it_begins_with(
    town: str, address: str, inside: bool
) -> None:
    assert area(town).covers(address_key(address)) is inside


@pytest.mark.parametrize(
    ("on", "holds"),
    [
        (date(2012, 7, 8), False),
        (date(2012, 7, 9), True),
        (date(2013, 7, 8), True),
        (date(2013, 7, 9), False),
    ],
)
def test_both_days_belong_to_it(on: date, holds: bool) -> None:
    assert area("東京都国立市東").holds(on) is holds


def test_without_an_end_it_goes_on() -> None:
    assert TownArea("001", "東京都国立市東", "ヒガシ", date(2012, 7, 9)).holds(date(2100, 1, 1))


@given(st.integers(1, 99), st.integers(1, 99), st.integers(1, 999))
def test_a_numbered_area_covers_its_own_lots_and_no_other(town: int, other: int, lot: int) -> None:
    numbered = area(f"東京都国立市東{town}丁目")
    assert numbered.covers(address_key(f"東京都国立市東{other}丁目{lot}番地")) is (town == other)

"""How commands show days to a person."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conformance.cases import case

from jukinet.cli import days
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import RecordKind


@case("spec 1.1.9")
@pytest.mark.parametrize(
    ("value", "told"),
    [
        (date(2013, 7, 8), "平成25年7月8日"),
        ("2013-07-08", "平成25年7月8日"),
        ("2013-07-08 10:00", "2013-07-08 10:00"),
        ("富士見台2-999-1", "富士見台2-999-1"),
        (None, ""),
        (True, "True"),
    ],
)
def test_a_day_is_in_its_era_and_all_else_as_it_is(value: object, told: str) -> None:
    assert days.shown(value) == told


@case("spec 1.1.9", "spec 1.1.8")
def test_a_foreign_resident_was_born_in_the_western_calendar() -> None:
    day = PartialDate("1980-04-XX")
    assert days.born(day, RecordKind.JAPANESE) == "昭和55年4月 日不詳"
    assert days.born(day, RecordKind.FOREIGN) == "1980年4月 日不詳"

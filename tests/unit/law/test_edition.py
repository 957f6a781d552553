"""The edition and its first day."""

from __future__ import annotations

from datetime import date

import pytest

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.law.edition import EDITION, VALID_FROM, require_date


def test_the_edition_begins_when_foreign_residents_came_under_the_act() -> None:
    assert EDITION == "2013-11"
    assert date(2012, 7, 9) == VALID_FROM


@pytest.mark.parametrize("day", [date(2012, 7, 9), date(2013, 7, 8), date(2040, 1, 1)])
def test_a_business_date_in_the_edition_or_after_its_text_is_accepted(day: date) -> None:
    require_date(day)


def test_the_day_before_the_edition_is_refused_with_what_to_do() -> None:
    with pytest.raises(JukinetError, match="Set the business date") as caught:
        require_date(date(2012, 7, 8))
    assert caught.value.kind is ErrorKind.INVALID

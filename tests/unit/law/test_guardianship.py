"""What may be recorded of a guardianship: OF5, OF6."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.conformance.cases import case

from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.guardianship import decide_guardianship

TODAY, BORN = date(2013, 7, 8), date(1940, 1, 1)
DAY = timedelta(days=1)


def decide(newest: tuple[bool, date] | None = None, *, stands: bool = True, day: date = TODAY) -> Decision:
    return decide_guardianship(newest, stands=stands, day=day, born=BORN, on=TODAY)


def failed(decision: Decision) -> list[str]:
    return [rule.rule for rule in decision.failed] if isinstance(decision, Refused) else []


@case("spec 9.4", permitted="OF5 OF6")
def test_it_begins_ends_and_begins_again() -> None:
    assert decide(day=BORN) == Permitted(())
    assert decide((True, TODAY), stands=False) == Permitted(())
    assert decide((False, TODAY)) == Permitted(())
    assert decide_guardianship(None, stands=True, day=TODAY, born=None, on=TODAY) == Permitted(())


@pytest.mark.parametrize(("newest", "stands"), [(None, False), ((True, BORN), True), ((False, BORN), False)])
@case("spec 9.4", refused="OF5")
def test_only_what_is_not_so_yet_is_recorded(newest: tuple[bool, date] | None, stands: bool) -> None:
    assert failed(decide(newest, stands=stands)) == ["OF5"]


@pytest.mark.parametrize(
    ("newest", "day"), [(None, TODAY + DAY), (None, BORN - DAY), ((False, TODAY), TODAY - DAY)]
)
@case("spec 9.4", refused="OF6")
def test_the_day_has_come_and_lies_after_the_last(newest: tuple[bool, date] | None, day: date) -> None:
    assert failed(decide(newest, day=day)) == ["OF6"]

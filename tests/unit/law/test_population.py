"""PO1, PO2: a period lies in order and not in the future."""

from __future__ import annotations

from datetime import date

from tests.conformance.cases import case

from jukinet.law.decisions import Permitted, Refused
from jukinet.law.population import decide_count

DAY, NEXT = date(2013, 7, 8), date(2013, 7, 9)


def failed(first: date, last: date, *, on: date) -> list[str]:
    decision = decide_count(first, last, on=on)
    return [rule.rule for rule in decision.failed] if isinstance(decision, Refused) else []


@case(permitted="PO1 PO2")
def test_one_day_is_a_period_and_today_may_be_its_last() -> None:
    assert isinstance(decide_count(DAY, DAY, on=DAY), Permitted)
    assert isinstance(decide_count(DAY, NEXT, on=NEXT), Permitted)


@case(refused="PO1")
def test_a_period_does_not_end_before_it_begins() -> None:
    assert failed(NEXT, DAY, on=NEXT) == ["PO1"]


@case(refused="PO2")
def test_what_has_not_come_is_not_counted() -> None:
    assert failed(DAY, NEXT, on=DAY) == ["PO2"]

"""A governor does the centre's work himself: Act Art. 30-27."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.conformance.cases import case

from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.serving_alone import (
    Alone,
    Work,
    decide_end,
    decide_notice,
    decide_publication,
    serves,
)

DAY = date(2013, 7, 8)
TOMORROW, YESTERDAY = DAY + timedelta(days=1), DAY - timedelta(days=1)
RUNNING = Alone(frozenset({Work.TABLE_1}), DAY)
ENDED = Alone(frozenset({Work.TABLE_1, Work.TABLE_3}), DAY, DAY + timedelta(days=5))


def failed(decision: Decision) -> list[str]:
    return [] if isinstance(decision, Permitted) else [one.rule for one in decision.failed]


@case("Act Art. 30-27(1), (2)")
def test_it_lasts_from_the_day_of_the_notice_to_the_day_of_its_end() -> None:
    days = [DAY + timedelta(days=n) for n in range(-1, 7)]
    assert [serves([ENDED], 1, on) for on in days] == [False, True, True, True, True, True, False, False]
    assert [serves([RUNNING], 1, on) for on in days] == [False, True, True, True, True, True, True, True]


@case("Act Art. 30-27(1)")
def test_it_is_for_the_works_that_the_notice_names_and_no_others() -> None:
    assert [serves([RUNNING], table, DAY) for table in range(1, 6)] == [True, False, False, False, False]
    whole = Alone(frozenset(Work), DAY)
    assert [serves([whole], table, DAY) for table in range(1, 6)] == [True, False, True, True, False]
    assert not serves([], 1, DAY)
    # Each notice stands for itself: that one ended ends no other.
    assert serves([ENDED, RUNNING], 1, DAY + timedelta(days=9))


@case(permitted="PA1 PA2 PA3")
@pytest.mark.parametrize("on", [DAY, TOMORROW])
def test_a_governor_who_delegates_records_the_notice_on_its_day_or_later(on: date) -> None:
    decision = decide_notice(delegating_governor=True, known=False, notified_on=DAY, on=on)
    assert decision == Permitted(("Act Art. 30-27(1), (2)",))


@case(refused="PA1")
def test_who_has_delegated_nothing_is_in_nobodys_place() -> None:
    assert failed(decide_notice(delegating_governor=False, known=False, notified_on=DAY, on=DAY)) == ["PA1"]


@case(refused="PA2 PA3")
def test_a_notice_of_tomorrow_has_not_come_and_one_recorded_is_not_recorded_twice() -> None:
    assert failed(decide_notice(delegating_governor=True, known=True, notified_on=TOMORROW, on=DAY)) == [
        "PA2",
        "PA3",
    ]


@case(permitted="PA2 PA4")
def test_a_running_notice_ends_on_its_own_day_or_later() -> None:
    assert failed(decide_end(RUNNING, notified_on=DAY, on=DAY)) == []
    assert failed(decide_end(RUNNING, notified_on=DAY, on=TOMORROW)) == []


@case(refused="PA2 PA4")
def test_what_does_not_run_cannot_end() -> None:
    assert failed(decide_end(None, notified_on=DAY, on=DAY)) == ["PA4"]
    assert failed(decide_end(ENDED, notified_on=DAY, on=DAY)) == ["PA4"]
    assert failed(decide_end(RUNNING, notified_on=YESTERDAY, on=DAY)) == ["PA4"]
    assert failed(decide_end(RUNNING, notified_on=TOMORROW, on=DAY)) == ["PA2"]


@case(permitted="PA5 PA6")
def test_a_notice_is_made_public_on_its_day_or_later() -> None:
    assert failed(decide_publication(DAY, known=False, published_on=DAY, on=DAY)) == []
    assert failed(decide_publication(DAY, known=False, published_on=TOMORROW, on=TOMORROW)) == []


@case(refused="PA5 PA6")
def test_what_has_not_come_is_not_made_public_nor_anything_twice() -> None:
    for came, published in ((None, DAY), (DAY, YESTERDAY), (DAY, TOMORROW)):
        assert failed(decide_publication(came, known=False, published_on=published, on=DAY)) == ["PA5"]
    refused = decide_publication(DAY, known=True, published_on=DAY, on=DAY)
    assert isinstance(refused, Refused)
    assert failed(refused) == ["PA6"]

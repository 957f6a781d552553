"""Records written anew and made again (Ord. 16, 17)."""

from __future__ import annotations

from datetime import date, timedelta

from tests.conformance.cases import case

from jukinet.law.decisions import Decision, Permitted
from jukinet.law.rewriting import decide_remaking, decide_rewriting, open_until

TODAY = date(2013, 7, 8)


def failed(decision: Decision) -> list[str]:
    return [] if isinstance(decision, Permitted) else [rule.rule for rule in decision.failed]


@case(refused="RW1", permitted="RW1")
def test_a_record_that_stands_is_written_anew_and_no_other() -> None:
    assert failed(decide_rewriting(recorded_here=True, on=TODAY)) == []
    assert failed(decide_rewriting(recorded_here=False, on=TODAY)) == ["RW1"]


@case(refused="RW2 RW3", permitted="RW2 RW3")
def test_a_record_is_made_again_after_its_loss() -> None:
    tomorrow = TODAY + timedelta(days=1)
    assert failed(decide_remaking(lost_on=TODAY, recorded_here=True, on=TODAY)) == []
    assert failed(decide_remaking(lost_on=TODAY, recorded_here=False, on=TODAY)) == ["RW2"]
    assert failed(decide_remaking(lost_on=tomorrow, recorded_here=True, on=TODAY)) == ["RW3"]
    assert failed(decide_remaking(lost_on=tomorrow, recorded_here=False, on=TODAY)) == ["RW2", "RW3"]


@case("Ord. Art. 17(2)")
def test_it_lies_open_for_fifteen_days_after_the_day_of_the_posting() -> None:
    assert open_until(TODAY) == date(2013, 7, 23)

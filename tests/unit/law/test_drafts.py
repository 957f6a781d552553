"""Drafts: who may complete, return and withdraw one, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case

from jukinet.law import drafts
from jukinet.law.decisions import Decision, Permitted, Refused, RuleKind
from jukinet.law.drafts import Standing, Step

WAITS = Standing("sato", None, unchanged=True)


def failed(decision: Decision) -> list[str]:
    return [rule.rule for rule in decision.failed] if isinstance(decision, Refused) else []


@case(refused="DR1 DR2 DR3 DR4", permitted="DR1 DR2 DR3 DR4")
def test_a_second_person_completes_what_waits_on_the_records_as_they_were() -> None:
    assert isinstance(drafts.decide_completion(WAITS, "suzuki"), Permitted)
    assert failed(drafts.decide_completion(None, "suzuki")) == ["DR1"]
    assert failed(drafts.decide_completion(WAITS, "sato")) == ["DR3"]
    changed = replace(WAITS, unchanged=False)
    assert failed(drafts.decide_completion(changed, "suzuki")) == ["DR4"]
    # Every reason at once; but a draft that does not wait has changed the records itself.
    assert failed(drafts.decide_completion(changed, "sato")) == ["DR3", "DR4"]
    for step in Step:
        assert failed(drafts.decide_completion(replace(changed, step=step), "suzuki")) == ["DR2"]


@case(refused="DR1 DR2 DR3", permitted="DR1 DR2 DR3")
def test_a_second_person_returns_what_waits_changed_or_not() -> None:
    for unchanged in (True, False):
        assert isinstance(drafts.decide_return(replace(WAITS, unchanged=unchanged), "suzuki"), Permitted)
    assert failed(drafts.decide_return(None, "suzuki")) == ["DR1"]
    assert failed(drafts.decide_return(WAITS, "sato")) == ["DR3"]
    for step in Step:
        assert failed(drafts.decide_return(replace(WAITS, step=step), "suzuki")) == ["DR2"]


@case(refused="DR1 DR2 DR5", permitted="DR1 DR2 DR5")
@pytest.mark.parametrize("unchanged", [True, False])
def test_who_entered_it_or_may_complete_withdraws_it_also_once_returned(unchanged: bool) -> None:
    for step in (None, Step.RETURNED):
        draft = replace(WAITS, step=step, unchanged=unchanged)
        assert isinstance(drafts.decide_withdrawal(draft, "sato", may_complete=False), Permitted)
        assert isinstance(drafts.decide_withdrawal(draft, "suzuki", may_complete=True), Permitted)
        assert failed(drafts.decide_withdrawal(draft, "suzuki", may_complete=False)) == ["DR5"]
    for step in (Step.COMPLETED, Step.WITHDRAWN):
        draft = replace(WAITS, step=step)
        assert failed(drafts.decide_withdrawal(draft, "suzuki", may_complete=False)) == ["DR2", "DR5"]
    assert failed(drafts.decide_withdrawal(None, "sato", may_complete=True)) == ["DR1"]


@case(refused="DR7", permitted="DR7")
def test_a_list_is_run_by_another_person_than_looked_at_it() -> None:
    assert failed(drafts.decide_list(second_person=True, looked_at=False)) == ["DR7"]
    assert drafts.decide_list(second_person=True, looked_at=True) == Permitted(())
    assert drafts.decide_list(second_person=False, looked_at=False) == Permitted(())


@case(refused="DR6", permitted="DR6")
def test_one_person_acts_alone_unless_the_municipality_demands_a_second() -> None:
    assert drafts.decide_at_once(second_person=False) == Permitted(())
    assert failed(drafts.decide_at_once(second_person=True)) == ["DR6"]


def test_none_of_it_is_shown_as_law() -> None:
    rules = [drafts.DR1, drafts.DR2, drafts.DR3, drafts.DR4, drafts.DR5, drafts.DR6, drafts.DR7]
    assert {rule.kind for rule in rules} == {RuleKind.POLICY}


@case("spec 4.0.8")
def test_what_waits_is_pointed_out_from_the_next_day_on() -> None:
    assert drafts.alert_from(date(2013, 7, 8)) == date(2013, 7, 9)

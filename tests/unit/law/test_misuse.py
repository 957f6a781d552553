"""Misuse of codes, from a violation to the governor's order, and the council: Act Arts. 30-43(2)-(5), 30-9(2)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, judged

from jukinet.law import misuse
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.misuse import Course, MisuseStep, Violation

BEFORE, DAY, AFTER = date(2013, 7, 7), date(2013, 7, 8), date(2013, 7, 9)
RECOMMENDED, NOT_FOLLOWED = MisuseStep.RECOMMENDED, MisuseStep.NOT_FOLLOWED
HEARD, ORDERED, SETTLED = MisuseStep.HEARD, MisuseStep.ORDERED, MisuseStep.SETTLED
WAITS = (RECOMMENDED,)
DISREGARDED = (*WAITS, NOT_FOLLOWED)
READY = (*DISREGARDED, HEARD)


def rules(decision: Decision) -> list[str]:
    return [one.rule for one in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize(
    ("steps", "step", "facts", "refused"),
    judged(
        ((), RECOMMENDED, {}, []),
        (DISREGARDED, RECOMMENDED, {}, []),
        (WAITS, NOT_FOLLOWED, {}, []),
        ((*DISREGARDED, RECOMMENDED), NOT_FOLLOWED, {}, []),
        (DISREGARDED, HEARD, {}, []),
        (READY, ORDERED, {}, []),
        ((*READY, ORDERED, HEARD), ORDERED, {}, []),
        ((), SETTLED, {}, []),
        ((*READY, ORDERED), SETTLED, {}, []),
        ((), RECOMMENDED, {"danger": False}, ["MU1"]),
        ((), HEARD, {}, ["MU2"]),
        (WAITS, HEARD, {}, ["MU2"]),
        ((*DISREGARDED, RECOMMENDED), HEARD, {}, ["MU2"]),
        ((*READY, RECOMMENDED), ORDERED, {}, ["MU2"]),
        (WAITS, ORDERED, {}, ["MU2", "MU3"]),
        (DISREGARDED, ORDERED, {}, ["MU3"]),
        ((*READY, ORDERED), ORDERED, {}, ["MU3"]),
        ((*READY, RECOMMENDED, NOT_FOLLOWED), ORDERED, {}, ["MU3"]),
        (READY, ORDERED, {"until": None}, ["MU4"]),
        (READY, ORDERED, {"until": DAY}, ["MU4"]),
        ((SETTLED,), RECOMMENDED, {}, ["MU5"]),
        ((), NOT_FOLLOWED, {}, ["MU6"]),
        (DISREGARDED, NOT_FOLLOWED, {}, ["MU6"]),
        (READY, ORDERED, {"done_on": BEFORE}, ["BW24"]),
        permitted="MU1 MU2 MU3 MU4 MU5 MU6 BW24",
    ),
)
@case("Act Art. 30-43(4)", "Act Art. 30-43(5)")
def test_which_step_may_come_when(
    steps: tuple[MisuseStep, ...], step: MisuseStep, facts: dict[str, Any], refused: list[str]
) -> None:
    given: dict[str, Any] = {
        "done_on": DAY,
        "danger": step is RECOMMENDED,
        "until": AFTER if step is ORDERED else None,
    }
    assert rules(misuse.decide_step(Course(steps, DAY), step, **(given | facts))) == refused


@case(refused="MU5")
def test_no_step_is_taken_where_there_is_no_case() -> None:
    decision = misuse.decide_step(None, RECOMMENDED, done_on=DAY, danger=True, until=None)
    assert rules(decision) == ["MU5"]


@case("Act Art. 30-43(2)", "Act Art. 30-43(3)")
def test_a_violation_is_of_one_paragraph() -> None:
    assert misuse.decide_violation(Violation.ASKED) == Permitted(("Act Art. 30-43(2)",))
    assert misuse.decide_violation(Violation.DATABASE) == Permitted(("Act Art. 30-43(3)",))


@pytest.mark.parametrize(
    ("asked_on", "refused"),
    judged((None, []), (BEFORE, []), (DAY, []), (AFTER, ["MU7"]), permitted="MU7"),
)
@case("Act Art. 30-9(2)")
def test_the_council_answers_what_it_was_asked_or_proposes(asked_on: date | None, refused: list[str]) -> None:
    assert rules(misuse.decide_opinion(asked_on=asked_on, given_on=DAY)) == refused


def test_every_rule_stands_in_the_list() -> None:
    assert [rule.rule for rule in misuse.RULES] == [f"MU{number}" for number in range(1, 8)]

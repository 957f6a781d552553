"""Surveys (Act Art. 34): who asks, by which card, and when one has ended."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, judged

from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.surveys import Card, SurveyKind, SurveyStep, decide_step, decide_survey

DAY = date(2013, 7, 8)


def rules(decision: Decision) -> list[str]:
    return [rule.rule for rule in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize(
    ("cards", "refused"),
    judged((["1"], []), (["1", "2"], []), ([], ["KO7"]), (["1", "1"], ["KO7"]), permitted="KO7"),
)
def test_each_of_the_staff_bears_a_card_of_their_own(cards: list[str], refused: list[str]) -> None:
    assert rules(decide_survey(SurveyKind.REGULAR, cards)) == refused


@pytest.mark.parametrize(
    ("kind", "article"), [(SurveyKind.REGULAR, "Act Art. 34(1)"), (SurveyKind.NEEDED, "Act Art. 34(2)")]
)
@case("Act Art. 34(1), (2)")
def test_a_survey_is_regular_or_needed(kind: SurveyKind, article: str) -> None:
    assert decide_survey(kind, ["1"]) == Permitted((article,))


@pytest.mark.parametrize(
    ("step", "changes", "refused"),
    judged(
        (SurveyStep.QUESTIONED, {}, []),
        (SurveyStep.PAPERS, {"by": 2, "card": Card.NOT_ASKED_FOR}, []),
        (SurveyStep.ENDED, {"by": None, "card": None}, []),
        (SurveyStep.QUESTIONED, {"by": 3}, ["KO8"]),
        (SurveyStep.PAPERS, {"by": None}, ["KO8"]),
        (SurveyStep.ENDED, {"card": None}, ["KO8"]),
        (SurveyStep.QUESTIONED, {"card": Card.NOT_SHOWN}, ["KO9"]),
        (SurveyStep.QUESTIONED, {"is_open": False}, ["KO10"]),
        (SurveyStep.ENDED, {"is_open": False, "by": None, "card": None}, ["KO10"]),
        (SurveyStep.QUESTIONED, {"last": date(2013, 7, 9)}, ["BW24"]),
        permitted="KO8 KO9 KO10 BW24",
    ),
)
def test_who_asks_and_how(step: SurveyStep, changes: dict[str, Any], refused: list[str]) -> None:
    facts: dict[str, Any] = {"is_open": True, "staff": (1, 2), "by": 1, "card": Card.SHOWN}
    facts |= {"done_on": DAY, "last": DAY}
    assert rules(decide_step(step, **(facts | changes))) == refused

"""Disputes over where somebody lives (Act Art. 33): who decides, what follows what, in which terms."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.disputes import Decider, Dispute, decide_dispute, decide_step, decider, due_on
from jukinet.law.doubts import DoubtStep, Source

HERE, NEAR, FAR = (MunicipalityCode(code) for code in ("132152", "131016", "072010"))
ASKED, TOLD, SUED = date(2013, 3, 1), date(2013, 4, 30), date(2013, 5, 30)
CALLED = (DoubtStep.CALLED_ON, date(2013, 2, 1))
FIRST = (CALLED, (DoubtStep.ASKED, ASKED))
SECOND = (*FIRST, (DoubtStep.DECIDED, TOLD))
THIRD = (*SECOND, (DoubtStep.SUED, SUED))
LAST = (*THIRD, (DoubtStep.JUDGED, date(2014, 1, 1)))
CONSULTING, WAITING = Dispute((CALLED,)), Dispute(FIRST)
DECIDED, AT_COURT, JUDGED = (Dispute(done, NEAR) for done in (SECOND, THIRD, LAST))


def rules(decision: Decision) -> list[str]:
    return [rule.rule for rule in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize(
    ("source", "other", "refused"),
    judged(
        (Source.MUNICIPALITY, NEAR, []),
        (Source.OFFICE, None, []),
        (Source.MUNICIPALITY, None, ["KO2"]),
        (Source.MUNICIPALITY, HERE, ["KO2"]),
        (Source.RESIDENT, NEAR, ["KO2"]),
        permitted="KO2",
    ),
)
def test_another_mayor_alone_is_of_another_opinion(
    source: Source, other: MunicipalityCode | None, refused: list[str]
) -> None:
    assert rules(decide_dispute(source, other, here=HERE)) == refused


@case("Act Art. 33(1)")
def test_the_governor_decides_in_one_prefecture_and_the_minister_between_two() -> None:
    assert decider(HERE, NEAR) is Decider.GOVERNOR
    assert decider(HERE, FAR) is Decider.MINISTER


@case("Act Art. 33(2), (4)")
def test_a_decision_is_due_in_sixty_days_and_can_be_taken_to_a_court_for_thirty() -> None:
    dues = [due_on(one) for one in (CONSULTING, WAITING, DECIDED, AT_COURT, JUDGED)]
    assert dues == [None, date(2013, 4, 30), date(2013, 5, 30), None, None]


LATER = date(2014, 2, 1)


@pytest.mark.parametrize(
    ("dispute", "step", "changes", "refused"),
    judged(
        (CONSULTING, DoubtStep.ASKED, {}, []),
        (Dispute(), DoubtStep.ASKED, {}, []),
        (WAITING, DoubtStep.DECIDED, {"lives_in": NEAR}, []),
        (DECIDED, DoubtStep.SUED, {"done_on": SUED}, []),
        (AT_COURT, DoubtStep.JUDGED, {"lives_in": HERE}, []),
        (DECIDED, DoubtStep.CORRECTED, {}, []),
        (JUDGED, DoubtStep.RIGHT, {}, []),
        (CONSULTING, DoubtStep.RIGHT, {"says_so": False}, []),
        (WAITING, DoubtStep.CORRECTED, {"says_so": False}, []),
        (AT_COURT, DoubtStep.CALLED_ON, {}, []),
        (None, DoubtStep.RIGHT, {"says_so": False}, []),
        (None, DoubtStep.ASKED, {}, ["KO3"]),
        (WAITING, DoubtStep.ASKED, {}, ["KO3"]),
        (CONSULTING, DoubtStep.DECIDED, {"lives_in": NEAR}, ["KO3"]),
        (WAITING, DoubtStep.SUED, {}, ["KO3"]),
        (DECIDED, DoubtStep.JUDGED, {"lives_in": NEAR}, ["KO3"]),
        (JUDGED, DoubtStep.SUED, {}, ["KO3"]),
        (AT_COURT, DoubtStep.RIGHT, {}, ["KO3"]),
        (WAITING, DoubtStep.DECIDED, {}, ["KO4"]),
        (CONSULTING, DoubtStep.ASKED, {"lives_in": NEAR}, ["KO4"]),
        (DECIDED, DoubtStep.SUED, {"done_on": date(2013, 5, 31)}, ["KO5"]),
        (DECIDED, DoubtStep.CORRECTED, {"says_so": False}, ["KO6"]),
        (JUDGED, DoubtStep.RIGHT, {"says_so": False}, ["KO6"]),
        (WAITING, DoubtStep.DECIDED, {"lives_in": NEAR, "done_on": date(2013, 2, 28)}, ["BW24"]),
        permitted="KO3 KO4 KO5 KO6 BW24",
    ),
)
def test_what_follows_what(
    dispute: Dispute | None, step: DoubtStep, changes: dict[str, Any], refused: list[str]
) -> None:
    facts: dict[str, Any] = {"done_on": LATER, "lives_in": None, "says_so": True}
    assert rules(decide_step(dispute, step, **(facts | changes))) == refused


@pytest.mark.parametrize(
    ("dispute", "step", "paragraph"),
    [
        (CONSULTING, DoubtStep.ASKED, "33(1)"),
        (WAITING, DoubtStep.DECIDED, "33(3)"),
        (DECIDED, DoubtStep.SUED, "33(4)"),
        (AT_COURT, DoubtStep.JUDGED, "33(4)"),
    ],
)
@case("Act Art. 33")
def test_each_step_names_its_paragraph(dispute: Dispute, step: DoubtStep, paragraph: str) -> None:
    lives_in = NEAR if step in {DoubtStep.DECIDED, DoubtStep.JUDGED} else None
    decision = decide_step(dispute, step, done_on=SUED, lives_in=lives_in, says_so=True)
    assert decision == Permitted((f"Act Art. {paragraph}",))

"""What is noted of letters, postings and records laid open, and until when they are open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.conformance.cases import case, judged

from jukinet.law.decisions import Permitted
from jukinet.law.tellings import Step, Telling, decide_step, steps_of

DAY = date(2013, 7, 8)
NEXT, LAST = DAY + timedelta(days=1), DAY + timedelta(days=14)
LETTER, POSTED = Telling("notice", DAY), Telling("posted", DAY)
OPEN = Telling("laid-open", DAY, LAST)
BEGUN = ((Step.BEGUN, NEXT),)


@pytest.mark.parametrize(
    ("telling", "step", "day", "rules"),
    judged(
        (LETTER, Step.SENT, DAY, []),
        (LETTER, Step.SENT, LAST, []),
        (POSTED, Step.BEGUN, DAY, []),
        (replace(POSTED, done=BEGUN), Step.ENDED, NEXT, []),
        (replace(OPEN, done=BEGUN), Step.ENDED, LAST, []),
        (None, Step.SENT, DAY, ["MG9"]),
        (LETTER, Step.BEGUN, DAY, ["MG10"]),
        (POSTED, Step.SENT, DAY, ["MG10"]),
        (replace(LETTER, done=((Step.SENT, DAY),)), Step.SENT, DAY, ["MG11"]),
        (POSTED, Step.ENDED, DAY, ["MG11"]),
        (LETTER, Step.SENT, DAY - timedelta(days=1), ["MG12"]),
        (LETTER, Step.SENT, LAST + timedelta(days=1), ["MG12"]),
        (replace(POSTED, done=BEGUN), Step.ENDED, DAY, ["MG12"]),
        (replace(OPEN, done=BEGUN), Step.ENDED, LAST - timedelta(days=1), ["MG13"]),
        permitted="MG9 MG10 MG11 MG12 MG13",
    ),
)
def test_what_may_be_noted_of_a_telling(
    telling: Telling | None, step: Step, day: date, rules: list[str]
) -> None:
    decision = decide_step(telling, step, day, on=LAST)
    assert ([] if isinstance(decision, Permitted) else [rule.rule for rule in decision.failed]) == rules


@case("Ord. Art. 12(4)")
def test_it_is_open_until_the_last_step_of_its_way_is_noted() -> None:
    assert steps_of("acceptance-letter") == steps_of("notice") == (Step.SENT,)
    assert steps_of("posted") == steps_of("laid-open") == (Step.BEGUN, Step.ENDED)
    assert LETTER.is_open
    assert replace(POSTED, done=BEGUN).is_open
    assert not replace(LETTER, done=((Step.SENT, NEXT),)).is_open
    assert not replace(POSTED, done=(*BEGUN, (Step.ENDED, LAST))).is_open

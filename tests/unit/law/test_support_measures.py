"""Support measures: their course through the days, and that no day ends one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conformance.cases import case, judged

from jukinet.law import support_measures as law
from jukinet.law.decisions import Decision, Permitted, Refused, RuleKind
from jukinet.law.support_measures import EndGround, Measure, Phase, month_before, phase

APPLIED = date(2013, 3, 25)
OPEN = Measure(1, APPLIED)
DECIDED = replace(OPEN, starts_on=date(2013, 4, 1), ends_on=date(2014, 3, 31))
ENDED = replace(DECIDED, ended_on=date(2013, 6, 1), ended_for=EndGround.REQUESTED)


def failed(decision: Decision) -> list[str]:
    return [rule.rule for rule in decision.failed] if isinstance(decision, Refused) else []


@case("spec 3.4")
def test_the_example_of_the_specification() -> None:
    """From 1 April 2020 to 31 March 2021 (3.4)."""
    assert law.last_day(date(2020, 4, 1), date(2020, 4, 1)) == date(2021, 3, 31)
    assert law.last_day(date(2016, 2, 29), date(2016, 2, 29)) == date(2017, 2, 28)


@pytest.mark.parametrize(
    ("day", "before"),
    [("2014-03-31", "2014-02-28"), ("2014-03-15", "2014-02-15"), ("2014-01-31", "2013-12-31")],
)
def test_a_month_before(day: str, before: str) -> None:
    assert month_before(date.fromisoformat(day)) == date.fromisoformat(before)


@pytest.mark.parametrize(
    ("measure", "day", "present", "expected"),
    [
        (OPEN, date(2013, 3, 25), True, Phase.PROVISIONAL),
        (OPEN, date(2033, 3, 25), True, Phase.PROVISIONAL),
        (DECIDED, date(2013, 3, 31), True, Phase.PROVISIONAL),
        (DECIDED, date(2013, 4, 1), True, Phase.IN_FORCE),
        (DECIDED, date(2014, 2, 27), True, Phase.IN_FORCE),
        (DECIDED, date(2014, 2, 28), True, Phase.ENDING),
        (DECIDED, date(2014, 3, 31), True, Phase.ENDING),
        (DECIDED, date(2014, 4, 1), True, Phase.LAPSED),
        (DECIDED, date(2099, 4, 1), True, Phase.LAPSED),
        (DECIDED, date(2013, 9, 1), False, Phase.MOVED),
        (DECIDED, date(2014, 4, 1), False, Phase.LAPSED),
        (OPEN, date(2013, 9, 1), False, Phase.PROVISIONAL),
        (ENDED, date(2013, 6, 1), True, Phase.ENDED),
        (ENDED, date(2013, 4, 1), True, Phase.ENDED),
    ],
)
@case("spec 1.1.16", "spec 3.4")
def test_the_phases_day_by_day(measure: Measure, day: date, present: bool, expected: Phase) -> None:
    assert phase(measure, present=present, on=day) is expected


@case(refused="V11 V12 V13", permitted="V11 V12 V13")
def test_an_application() -> None:
    def decide(day: date, *, known: bool = True, already: bool = False) -> list[str]:
        return failed(
            law.decide_application(
                applied_on=APPLIED, everybody_known=known, standing_already=already, on=day
            )
        )

    assert decide(APPLIED) == []
    assert decide(APPLIED - timedelta(days=1)) == ["V12"]
    assert decide(APPLIED, known=False, already=True) == ["V11", "V13"]


@pytest.mark.parametrize(
    ("measure", "starts", "ends", "day", "rules"),
    judged(
        (OPEN, "2013-04-01", "2014-03-31", "2013-04-01", []),
        (OPEN, "2013-03-25", "2014-03-24", "2013-04-01", []),
        (OPEN, "2013-04-01", "2013-04-01", "2013-04-01", []),
        (OPEN, "2013-03-24", "2014-03-01", "2013-04-01", ["V14"]),
        (OPEN, "2013-04-01", "2013-03-31", "2013-04-01", ["V14"]),
        (OPEN, "2013-04-01", "2014-04-01", "2013-04-01", ["V14"]),
        (DECIDED, "2014-04-01", "2015-03-31", "2014-03-31", ["V15"]),
        (DECIDED, "2014-04-01", "2015-03-31", "2014-04-01", []),
        (ENDED, "2014-04-01", "2015-03-31", "2014-05-01", ["V17"]),
        (ENDED, "2014-04-01", "2015-03-31", "2013-06-02", ["V17"]),
        (None, "2014-04-01", "2015-03-31", "2014-05-01", ["V17"]),
        permitted="V14 V15 V17",
    ),
)
def test_a_decision(measure: Measure | None, starts: str, ends: str, day: str, rules: list[str]) -> None:
    decision = law.decide_decision(
        measure,
        starts_on=date.fromisoformat(starts),
        ends_on=date.fromisoformat(ends),
        on=date.fromisoformat(day),
    )
    assert failed(decision) == rules


@pytest.mark.parametrize(
    ("measure", "ends", "day", "rules"),
    judged(
        (DECIDED, None, "2014-02-27", ["V16"]),
        (DECIDED, None, "2014-02-28", []),
        (DECIDED, None, "2014-03-31", []),
        (DECIDED, None, "2014-09-01", []),
        (DECIDED, None, "2015-03-31", []),
        (DECIDED, None, "2015-04-01", ["V20"]),
        (DECIDED, "2014-09-30", "2014-03-01", []),
        (DECIDED, "2014-09-30", "2014-10-01", ["V20"]),
        (DECIDED, "2015-04-01", "2014-03-01", ["V14"]),
        (DECIDED, "2014-03-31", "2014-03-01", ["V14"]),
        (OPEN, None, "2014-03-01", ["V16"]),
        (ENDED, None, "2014-03-01", ["V17"]),
        (None, None, "2014-03-01", ["V17"]),
        permitted="V14 V16 V17 V20",
    ),
)
def test_an_extension(measure: Measure | None, ends: str | None, day: str, rules: list[str]) -> None:
    ends_on = date.fromisoformat(ends) if ends else None
    assert failed(law.decide_extension(measure, ends_on=ends_on, on=date.fromisoformat(day))) == rules


@case("spec 3.4")
def test_an_extension_follows_without_a_gap() -> None:
    assert law.extended(DECIDED, date(2014, 3, 1)) == (date(2014, 4, 1), date(2015, 3, 31))
    with pytest.raises(ValueError, match="decided"):
        law.extended(OPEN, date(2014, 3, 1))


@case(refused="V17 V18", permitted="V17 V18")
def test_an_end_is_a_persons_act_on_a_ground_that_is_true() -> None:
    def end(measure: Measure | None, ground: EndGround, day: date) -> list[str]:
        return failed(law.decide_ending(measure, ground, on=day))

    for ground in (EndGround.REQUESTED, EndGround.NOT_NEEDED):
        assert end(OPEN, ground, APPLIED) == end(DECIDED, ground, APPLIED) == []
    over = EndGround.PERIOD_OVER
    assert end(OPEN, over, date(2099, 1, 1)) == ["V18"], "what was never decided has no period"
    assert end(DECIDED, over, date(2014, 3, 31)) == ["V18"]
    assert end(DECIDED, over, date(2014, 4, 1)) == []
    assert end(ENDED, over, date(2013, 7, 1)) == end(None, over, date(2013, 7, 1)) == ["V17"]


@case(refused="V12 V17 V19", permitted="V12 V17 V19")
def test_a_forwarding() -> None:
    def forward(measure: Measure | None, day: date, *, elsewhere: bool = True) -> list[str]:
        return failed(
            law.decide_forwarding(measure, elsewhere=elsewhere, forwarded_on=date(2013, 5, 1), on=day)
        )

    assert forward(OPEN, date(2013, 5, 1)) == []
    assert forward(ENDED, date(2013, 4, 30), elsewhere=False) == ["V12", "V17", "V19"]
    assert forward(None, date(2013, 5, 1)) == ["V17"]


ACTS = st.sampled_from(["decide", "extend", "move", "return", "end"])


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(-400, 800), ACTS, st.sampled_from(EndGround)), max_size=30))
def test_no_sequence_of_days_and_acts_ends_a_measure_but_a_persons_end(
    steps: list[tuple[int, str, EndGround]],
) -> None:
    """The calendar may jump, also back: a clock that is pinned does."""
    measure, day, present, ended = OPEN, APPLIED, True, False
    for days, act, ground in steps:
        day = max(date(2012, 7, 9), min(day + timedelta(days=days), date(2200, 1, 1)))
        if act == "decide":
            last = law.last_day(day, day)
            if isinstance(law.decide_decision(measure, starts_on=day, ends_on=last, on=day), Permitted):
                measure = replace(measure, starts_on=day, ends_on=last)
        elif act == "extend":
            if isinstance(law.decide_extension(measure, ends_on=None, on=day), Permitted):
                measure = replace(measure, ends_on=law.extended(measure, day)[1])
        elif act == "end":
            if isinstance(law.decide_ending(measure, ground, on=day), Permitted):
                measure, ended = replace(measure, ended_on=day, ended_for=ground), True
        else:
            present = act == "return"
        assert measure.stands is not ended
        assert (phase(measure, present=present, on=day) is Phase.ENDED) is ended


def test_no_rule_is_shown_as_law() -> None:
    assert {rule.kind for rule in law.RULES} == {RuleKind.POLICY}
    assert [rule.rule for rule in law.RULES] == [f"V{number}" for number in range(11, 21)]

"""Disclosure to the person, corrections and complaints: Act Arts. 30-37 to 30-41."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case, judged

from jukinet.law import disclosures
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.disclosures import LATE, LEFT_OUT, Answer, Asker, Course, DisclosureStep, Finding
from jukinet.law.notifications import AuthorityShown, Capacity, IdentityShown

DAY, LAST, AFTER = date(2013, 7, 8), date(2013, 8, 6), date(2013, 8, 7)
BEFORE = date(2013, 7, 7)
PERSON = Asker(Capacity.PERSON, IdentityShown.CARD, None, in_writing=True, fee=None)
CHILDS = replace(PERSON, capacity=Capacity.STATUTORY, authority=AuthorityShown.STATUS)
OPEN = Course(DAY, ())
EXTENDED = Course(DAY, (DisclosureStep.EXTENDED,))
ANSWERED = Course(DAY, (DisclosureStep.ANSWERED,))
REFUSED = Course(DAY, (DisclosureStep.REFUSED,))
ASKED = Course(DAY, (DisclosureStep.ANSWERED, DisclosureStep.CORRECTION_ASKED))
ASKED_AND_ANSWERED_AGAIN = Course(DAY, (*ASKED.steps, DisclosureStep.ANSWERED))
TOLD = Course(DAY, (*ASKED.steps, DisclosureStep.CORRECTION_TOLD))


def rules(decision: Decision) -> list[str]:
    return [one.rule for one in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize(
    ("asker", "centre", "refused"),
    judged(
        (PERSON, False, []),
        (CHILDS, False, []),
        (replace(PERSON, fee=300), True, []),
        (replace(PERSON, fee=300), False, []),
        (replace(PERSON, identity=IdentityShown.OTHER_PAPERS), False, []),
        (replace(PERSON, in_writing=False), False, ["DI1"]),
        (replace(PERSON, capacity=Capacity.AGENT, authority=AuthorityShown.LETTER), False, ["DI2"]),
        (replace(PERSON, capacity=Capacity.MEMBER), False, ["DI2"]),
        (replace(PERSON, capacity=Capacity.HOUSEHOLDER), False, ["DI2"]),
        (replace(PERSON, identity=IdentityShown.NOTHING), False, ["DI3"]),
        (replace(PERSON, identity=IdentityShown.QUESTIONS), False, ["DI3"]),
        (replace(CHILDS, authority=None), False, ["DI4"]),
        (replace(CHILDS, authority=AuthorityShown.EXPLAINED), False, ["DI4"]),
        (replace(PERSON, authority=AuthorityShown.STATUS), False, ["DI4"]),
        (PERSON, True, ["DI5"]),
        (replace(PERSON, fee=0), True, ["DI5"]),
        permitted="DI1 DI2 DI3 DI4 DI5",
    ),
)
def test_who_is_told_what_is_kept_of_them(asker: Asker, centre: bool, refused: list[str]) -> None:
    assert rules(disclosures.decide_request(asker, centre=centre)) == refused


@case("Act Art. 30-37(1)", "Act Art. 30-39")
def test_the_fee_is_the_centres() -> None:
    assert disclosures.decide_request(PERSON, centre=False) == Permitted(("Act Art. 30-37(1)",))
    paid = disclosures.decide_request(replace(PERSON, fee=300), centre=True)
    assert paid == Permitted(("Act Art. 30-37(1)", "Act Art. 30-39"))


@case("Act Art. 30-38(1)")
def test_thirty_days_with_the_day_of_acceptance_as_the_first() -> None:
    assert disclosures.last_day(DAY) == LAST
    assert disclosures.last_day(date(2014, 2, 3)) == date(2014, 3, 4)


@pytest.mark.parametrize(
    ("received_on", "last"),
    [
        (date(2014, 2, 1), date(2014, 3, 3)),  # 2 March 2014 is a Sunday
        (date(2013, 8, 16), date(2013, 9, 17)),  # Saturday, Sunday, the Day of Respect for the Aged
        (date(2013, 11, 30), date(2014, 1, 6)),  # the turn of the year, then a weekend
    ],
)
@case("Act Art. 30-38(1)")
def test_a_term_whose_last_day_is_a_holiday_ends_with_the_next_day(received_on: date, last: date) -> None:
    assert disclosures.last_day(received_on) == last
    told = disclosures.decide_extension(
        Course(received_on, ()), told_on=last, due_on=last + timedelta(days=1)
    )
    assert rules(told) == []
    late = disclosures.decide_extension(Course(received_on, ()), told_on=last, due_on=last)
    assert rules(late) == ["DI9"]


@pytest.mark.parametrize(
    ("course", "told_on", "due_on", "refused"),
    judged(
        (OPEN, DAY, AFTER, []),
        (OPEN, LAST, AFTER, []),
        (EXTENDED, LAST, date(2013, 9, 1), []),
        (ANSWERED, DAY, AFTER, ["DI6"]),
        (REFUSED, DAY, AFTER, ["DI6"]),
        (OPEN, BEFORE, AFTER, ["DI7"]),
        (OPEN, AFTER, date(2013, 9, 1), ["DI8"]),
        (OPEN, DAY, LAST, ["DI9"]),
        permitted="DI6 DI7 DI8 DI9",
    ),
)
@case("Act Art. 30-38(2)")
def test_an_answer_is_put_off_within_the_thirty_days(
    course: Course, told_on: date, due_on: date, refused: list[str]
) -> None:
    assert rules(disclosures.decide_extension(course, told_on=told_on, due_on=due_on)) == refused


@pytest.mark.parametrize(
    ("course", "told_on", "refused"),
    judged(
        (OPEN, DAY, []),
        (EXTENDED, DAY, []),
        (ANSWERED, DAY, ["DI6"]),
        (OPEN, BEFORE, ["DI7"]),
        permitted="DI6 DI7",
    ),
)
def test_a_request_is_closed_once(course: Course, told_on: date, refused: list[str]) -> None:
    assert rules(disclosures.decide_refusal(course, told_on=told_on)) == refused


HOW = Answer(DAY, again=False, otherwise=False, agreed=False, hidden=False, confirmed=False)
FOUND = Finding(agrees=True, several=False)


@pytest.mark.parametrize(
    ("course", "how", "finding", "refused"),
    judged(
        (OPEN, {}, {}, []),
        (EXTENDED, {}, {}, []),
        (ANSWERED, {"again": True}, {}, []),
        (TOLD, {"again": True}, {}, []),
        (OPEN, {"otherwise": True, "agreed": True}, {}, []),
        (OPEN, {"confirmed": True}, {"agrees": False}, []),
        (OPEN, {"hidden": True, "confirmed": True}, {}, []),
        (ANSWERED, {}, {}, ["DI6"]),
        (REFUSED, {}, {}, ["DI6"]),
        (OPEN, {"on": BEFORE}, {}, ["DI7"]),
        (OPEN, {"again": True}, {}, ["DI10"]),
        (REFUSED, {"again": True}, {}, ["DI10"]),
        (OPEN, {"otherwise": True}, {}, ["DI11"]),
        (OPEN, {}, {"agrees": False}, ["DI12"]),
        (OPEN, {"confirmed": True}, {"several": True}, ["DI13"]),
        (OPEN, {"hidden": True}, {}, ["DI14"]),
        (REFUSED, {"otherwise": True, "hidden": True}, {"several": True}, ["DI6", "DI11", "DI13", "DI14"]),
        permitted="DI6 DI7 DI10 DI11 DI12 DI13 DI14",
    ),
)
@case("Act Art. 30-37(2)")
def test_how_a_request_is_answered(
    course: Course, how: dict[str, Any], finding: dict[str, Any], refused: list[str]
) -> None:
    decision = disclosures.decide_answer(course, replace(HOW, **how), replace(FOUND, **finding), due_on=LAST)
    assert rules(decision) == refused


@case("Act Art. 30-38(1)")
def test_a_late_answer_is_given_and_says_that_it_is_late() -> None:
    for on, again, remarks in ((LAST, False, ()), (AFTER, False, (LATE,)), (AFTER, True, ())):
        course = ANSWERED if again else OPEN
        decision = disclosures.decide_answer(course, replace(HOW, on=on, again=again), FOUND, due_on=LAST)
        assert decision == Permitted(("Act Art. 30-37(2)",), remarks)


def test_what_was_left_out_is_told_to_the_office() -> None:
    decision = disclosures.decide_answer(OPEN, HOW, replace(FOUND, left_out=True), due_on=LAST)
    assert decision == Permitted(("Act Art. 30-37(2)",), (LEFT_OUT,))


@pytest.mark.parametrize(
    ("course", "changes", "refused"),
    judged(
        (ANSWERED, {}, []),
        (TOLD, {}, []),
        (OPEN, {"disclosed": False, "told_by": False}, ["DI15"]),
        (ANSWERED, {"in_writing": False}, ["DI16"]),
        (ANSWERED, {"told_by": False}, ["DI17"]),
        (ASKED, {}, ["DI18"]),
        (ASKED_AND_ANSWERED_AGAIN, {}, ["DI18"]),
        permitted="DI15 DI16 DI17 DI18",
    ),
)
@case("Act Art. 30-40")
def test_who_was_told_asks_for_a_correction(
    course: Course, changes: dict[str, bool], refused: list[str]
) -> None:
    facts = {"disclosed": True, "in_writing": True, "told_by": True} | changes
    assert rules(disclosures.decide_correction(course, **facts)) == refused


@pytest.mark.parametrize(
    ("course", "found", "refused"),
    judged(
        (ASKED, True, []),
        (ASKED_AND_ANSWERED_AGAIN, True, []),
        (ANSWERED, False, ["DI19"]),
        (TOLD, True, ["DI19"]),
        (ASKED, False, ["DI20"]),
        permitted="DI19 DI20",
    ),
)
@case("Act Art. 30-40")
def test_the_result_of_an_inquiry_is_told_once(course: Course, found: bool, refused: list[str]) -> None:
    assert rules(disclosures.decide_result(course, found=found)) == refused


@pytest.mark.parametrize(("is_open", "refused"), judged((True, []), (False, ["DI21"]), permitted="DI21"))
@case("Act Art. 30-41")
def test_a_complaint_is_settled_once(is_open: bool, refused: list[str]) -> None:
    assert rules(disclosures.decide_settling(is_open=is_open)) == refused


def test_every_rule_stands_in_the_list() -> None:
    assert [rule.rule for rule in disclosures.RULES] == [f"DI{number}" for number in range(1, 23)]

"""The move-in with the card: both ends' rules, and the days on which its terms end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.conformance.cases import case

from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.card_lapse import CardFacts, CardState, Lapse
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.move_in_by_card import (
    Entering,
    Filed,
    Mover,
    decide_answer,
    decide_asking,
    decide_entering,
)

TODAY = date(2013, 7, 8)
KUNITACHI, CHIYODA = MunicipalityCode("132152"), MunicipalityCode("131016")
FILED = Filed(date(2013, 7, 6), TODAY, True, CHIYODA, True, True)
ENTERING = Entering(True, True, TODAY, date(2013, 7, 6), (date(2013, 7, 5),))
CARD = CardFacts(CardState.LIVE, date(2022, 9, 3))
HOLDER = Mover(True, True, False, CARD)
MEMBER = Mover(True, True, False, None)


def rules(decision: Decision) -> list[str]:
    return [one.rule for one in decision.failed] if isinstance(decision, Refused) else []


def asked(**changes: object) -> list[str]:
    return rules(decide_asking(replace(FILED, **changes), here=KUNITACHI, on=TODAY))  # type: ignore[arg-type]


def answered(holder: Mover = HOLDER, *members: Mover, is_head: bool = True, on: date = TODAY) -> list[str]:
    return rules(decide_answer(holder, members, is_head=is_head, filed_on=on))


@case("Act Art. 24-2(3)", permitted="MS1 MS2 MS3 MS4 F1 I1")
def test_a_first_move_in_is_told_to_the_municipality_that_was_left() -> None:
    decision = decide_asking(FILED, here=KUNITACHI, on=TODAY)
    assert isinstance(decision, Permitted)
    assert decision.basis[0] == "Act Art. 24-2(1), (3)"


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        pytest.param({"card_submitted": False}, "MS1", marks=case(refused="MS1")),
        pytest.param({"here_connected": False}, "MS2", marks=case(refused="MS2")),
        pytest.param({"there_connected": False}, "MS2", marks=case(refused="MS2")),
        pytest.param({"previous": KUNITACHI}, "MS4", marks=case(refused="MS4")),
        pytest.param({"filed_on": date(2013, 7, 9)}, "F1", marks=case(refused="F1")),
        pytest.param({"moved_on": date(2013, 7, 9)}, "I1", marks=case(refused="I1")),
    ],
)
def test_it_is_not_told_otherwise(changes: dict[str, object], rule: str) -> None:
    assert asked(**changes) == [rule]


@case("Ord. Art. 24-2(1)(ii)", refused="MS3", permitted="MS3")
def test_fourteen_days_from_the_move() -> None:
    """転入をした日から十四日を経過した日: the day of the move is not counted, and that day is too late."""
    assert asked(moved_on=TODAY - timedelta(days=14)) == []
    assert asked(moved_on=TODAY - timedelta(days=15)) == ["MS3"]


@case("Ord. Art. 24-2(1)(ii), (2)(ii)", refused="MS3", permitted="MS3 MS5 MS6")
def test_thirty_days_from_the_planned_day_of_each() -> None:
    def entered(*planned_on: date) -> list[str]:
        return rules(decide_entering(replace(ENTERING, planned_on=planned_on)))

    thirty, more = TODAY - timedelta(days=30), TODAY - timedelta(days=31)
    assert entered(thirty) == []
    assert entered(more) == ["MS3"]
    assert entered(thirty, more) == ["MS3"]


@case("Ord. Art. 24-2(1)(ii)", refused="MS3")
def test_the_earlier_of_the_two_days_counts() -> None:
    late = replace(ENTERING, moved_on=TODAY - timedelta(days=15))
    assert rules(decide_entering(late)) == ["MS3"]


@case(refused="MS5 MS6")
def test_nobody_is_recorded_without_particulars() -> None:
    assert rules(decide_entering(Entering(False, False, None, None, ()))) == ["MS5"]
    assert rules(decide_entering(replace(ENTERING, named=False, planned_on=()))) == ["MS6"]


@case("Act Art. 24-2(1), (2), (4)", permitted="MS7 MS8 MS9 MS10")
def test_the_particulars_are_given_of_the_holder_and_of_members_without_a_card() -> None:
    assert answered() == []
    assert answered(is_head=False) == []
    assert answered(HOLDER, MEMBER, MEMBER) == []
    waiting = CardFacts(CardState.LEFT, date(2022, 9, 3), wait_until=TODAY)
    assert answered(replace(HOLDER, card=waiting)) == []


@pytest.mark.parametrize(
    ("holder", "members", "rule"),
    [
        pytest.param(Mover(False, False, False, None), (), "MS7", marks=case(refused="MS7")),
        pytest.param(HOLDER, (MEMBER, replace(MEMBER, found=False)), "MS7", marks=case(refused="MS7")),
        pytest.param(replace(HOLDER, planned=False), (), "MS8", marks=case(refused="MS8")),
        pytest.param(HOLDER, (replace(MEMBER, planned=False),), "MS8", marks=case(refused="MS8")),
        pytest.param(replace(HOLDER, card=None), (), "MS9", marks=case(refused="MS9")),
        pytest.param(HOLDER, (HOLDER,), "MS9", marks=case(refused="MS9")),
        pytest.param(replace(HOLDER, reported=True), (), "MS10", marks=case(refused="MS10")),
        pytest.param(HOLDER, (replace(MEMBER, reported=True),), "MS10", marks=case(refused="MS10")),
    ],
)
def test_the_particulars_are_not_given_otherwise(
    holder: Mover, members: tuple[Mover, ...], rule: str
) -> None:
    assert answered(holder, *members) == [rule]


@case(refused="MS9")
def test_members_without_a_card_come_with_the_householder_alone() -> None:
    assert answered(HOLDER, MEMBER, is_head=False) == ["MS9"]


@pytest.mark.parametrize(
    "card",
    [
        replace(CARD, lost_on=TODAY),
        CardFacts(CardState.LAPSED, date(2022, 9, 3), None, None, Lapse.RETURNED, TODAY),
        CardFacts(CardState.MOVED, date(2022, 9, 3)),
        CardFacts(CardState.LEFT, date(2022, 9, 3), wait_until=TODAY - timedelta(days=1)),
        CardFacts(CardState.LIVE, TODAY - timedelta(days=1)),
    ],
)
@case(refused="MS9")
def test_a_card_that_has_no_force_opens_nothing(card: CardFacts) -> None:
    assert answered(replace(HOLDER, card=card)) == ["MS9"]


@case(permitted="MS9")
def test_the_card_is_judged_by_the_day_of_the_filing() -> None:
    """The line was down for a while: the notification was in time."""
    waiting = CardFacts(CardState.LEFT, date(2022, 9, 3), wait_until=TODAY)
    assert answered(replace(HOLDER, card=waiting), on=TODAY) == []
    assert answered(replace(HOLDER, card=waiting), on=TODAY + timedelta(days=1)) == ["MS9"]

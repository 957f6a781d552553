"""IN1 to IN15: when a register is taken in from a file, and what each of its records must be."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest
from tests.conformance.cases import case

from jukinet.domain.items import RecordKind
from jukinet.law import intake
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.intake import AmongOthers
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

TODAY = date(2013, 7, 8)
BORN = date(1980, 4, 17)


def failed(decision: Decision) -> list[str]:
    return [rule.rule for rule in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize(
    ("empty", "connected", "known", "rules"),
    [
        pytest.param(True, False, False, [], marks=case(permitted="IN1 IN4")),
        pytest.param(True, True, True, [], marks=case(permitted="IN1 IN4")),
        pytest.param(False, False, False, ["IN1"], marks=case(refused="IN1")),
        pytest.param(True, True, False, ["IN4"], marks=case(refused="IN4")),
        (False, True, False, ["IN1", "IN4"]),
        (False, True, True, ["IN1"]),
    ],
)
def test_into_which_register(empty: bool, connected: bool, known: bool, rules: list[str]) -> None:
    assert failed(intake.decide_register(empty=empty, connected=connected, known=known)) == rules


@pytest.mark.parametrize(
    ("faults", "alerts", "confirmed", "rules"),
    [
        pytest.param(False, False, False, [], marks=case(permitted="IN2 IN3")),
        (False, True, True, []),
        pytest.param(True, False, True, ["IN2"], marks=case(refused="IN2")),
        pytest.param(False, True, False, ["IN3"], marks=case(refused="IN3")),
        (True, True, False, ["IN2", "IN3"]),
    ],
)
def test_which_file(faults: bool, alerts: bool, confirmed: bool, rules: list[str]) -> None:
    assert failed(intake.decide_file(faults=faults, alerts=alerts, confirmed=confirmed)) == rules


@pytest.mark.parametrize(
    ("day", "rules"),
    [
        pytest.param(TODAY, [], marks=case(permitted="IN10 IN11")),
        (BORN, []),
        pytest.param(date(2013, 7, 9), ["IN10"], marks=case(refused="IN10")),
        pytest.param(date(1980, 4, 16), ["IN11"], marks=case(refused="IN11")),
    ],
)
def test_days_between_birth_and_today(day: date, rules: list[str]) -> None:
    assert failed(intake.decide_day(day, BORN, on=TODAY)) == rules


def test_a_birth_that_is_not_known_is_before_everything() -> None:
    assert failed(intake.decide_day(date(1873, 1, 1), None, on=TODAY)) == []
    assert failed(intake.decide_birth(None, on=TODAY)) == failed(intake.decide_birth(TODAY, on=TODAY)) == []
    assert failed(intake.decide_birth(date(2013, 7, 9), on=TODAY)) == ["IN10"]


@case(refused="IN12", permitted="IN12")
def test_each_kind_of_record_has_its_own_items() -> None:
    japanese, foreign = RecordKind.JAPANESE, RecordKind.FOREIGN
    assert (
        failed(intake.decide_item(japanese, japanese)) == failed(intake.decide_item(foreign, foreign)) == []
    )
    assert (
        failed(intake.decide_item(japanese, foreign))
        == failed(intake.decide_item(foreign, japanese))
        == ["IN12"]
    )
    assert failed(intake.decide_kind(foreign, foreign_items=False)) == ["IN12"]
    assert failed(intake.decide_kind(foreign, foreign_items=True)) == []
    assert failed(intake.decide_kind(japanese, foreign_items=False)) == []


@case(refused="IN13", permitted="IN13")
def test_a_register_is_of_one_municipality() -> None:
    assert failed(intake.decide_address(KUNITACHI, KUNITACHI)) == []
    assert failed(intake.decide_address(CHIYODA, KUNITACHI)) == ["IN13"]


@case(refused="IN15", permitted="IN15")
def test_marks_for_lost_characters_are_seen() -> None:
    assert failed(intake.decide_text("髙﨑　葛\U000e0100＝")) == []
    assert (
        failed(intake.decide_text("国立　\ufffd子")) == failed(intake.decide_text("〓田　花子")) == ["IN15"]
    )


@case("spec 1.1.13", refused="IN14", permitted="IN14")
def test_numbers_leave_room_for_new_ones() -> None:
    assert failed(intake.decide_number("89999999996")) == []
    assert failed(intake.decide_number("90000000004")) == ["IN14"]


@pytest.mark.parametrize(
    ("what", "rule"),
    [
        pytest.param("second_householder", "IN5", marks=case(refused="IN5")),
        pytest.param("without_householder", "IN6", marks=case(refused="IN6")),
        pytest.param("apart", "IN7", marks=case(refused="IN7")),
        pytest.param("code_again", "IN8", marks=case(refused="IN8")),
        pytest.param("number_again", "IN9", marks=case(refused="IN9")),
    ],
)
def test_a_row_that_does_not_agree_with_another(what: str, rule: str) -> None:
    assert failed(intake.decide_among(AmongOthers(**{what: True}))) == [rule]


@case(permitted="IN5 IN6 IN7 IN8 IN9")
def test_a_row_that_agrees_with_all_others() -> None:
    assert isinstance(intake.decide_among(AmongOthers()), Permitted)


def test_alerts_are_what_may_be_so_in_a_register_that_is_kept_well() -> None:
    """A disagreement is one or the other, and neither passes unseen."""
    rules = {failed(intake.decide_among(AmongOthers(**{one.name: True})))[0] for one in fields(AmongOthers)}
    assert rules == {"IN5", "IN6", "IN7", "IN8", "IN9"}
    assert {rule.rule for rule in intake.ALERTS} == {"IN6", "IN7", "IN15", "SR11"}

"""Undoing an act (specification 4.6): the three kinds, and what is not undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case, judged, refusals

from jukinet.domain.changes import RegisterReason
from jukinet.law.decisions import Decision, Permitted
from jukinet.law.undoing import CONFIRMED, Undoing, decide_undoing, reason_of

TODAY = date(2013, 7, 8)
MOVE_OUT = Undoing(RegisterReason.MOVE_OUT, stands=True)

CODES = {RegisterReason.CODE_CHANGE_REQUESTED, RegisterReason.CODE_RECORDED_EX_OFFICIO}
UNDOINGS = {
    RegisterReason.UNDONE_ADDING,
    RegisterReason.UNDONE_REMOVING,
    RegisterReason.UNDONE_CORRECTING,
}


def failed(decision: Decision) -> list[str]:
    return [] if isinstance(decision, Permitted) else [rule.rule for rule in decision.failed]


def rules_of(reason: RegisterReason) -> list[str]:
    groups = {"U4": CODES, "U5": UNDOINGS}
    return [rule for rule, reasons in groups.items() if reason in reasons]


@pytest.mark.parametrize(
    ("reason", "rules"),
    judged(
        *((reason, rules_of(reason)) for reason in RegisterReason),
        permitted="U1 U2 U3 U4 U5 U7",
    ),
)
def test_every_reason_can_be_undone_but_those_with_a_rule(reason: RegisterReason, rules: list[str]) -> None:
    assert failed(decide_undoing(replace(MOVE_OUT, reason=reason), on=TODAY)) == rules


@pytest.mark.parametrize(
    ("undoing", "rules"),
    refusals(
        (Undoing(None, stands=False), ["U1"]),
        (replace(MOVE_OUT, stands=False), ["U2"]),
        (replace(MOVE_OUT, recorded_again=True), ["U3"]),
        (replace(MOVE_OUT, two_heads=True), ["U7"]),
        (replace(MOVE_OUT, stands=False, recorded_again=True, two_heads=True), ["U2", "U3", "U7"]),
    ),
)
def test_what_is_refused(undoing: Undoing, rules: list[str]) -> None:
    assert failed(decide_undoing(undoing, on=TODAY)) == rules


@case("spec 4.6.0.1")
def test_a_move_confirmed_elsewhere_is_remarked_on() -> None:
    decision = decide_undoing(replace(MOVE_OUT, confirmed_elsewhere=True), on=TODAY)
    assert isinstance(decision, Permitted)
    assert decision.remarks == (CONFIRMED,)


@case("spec 4.6.0.1")
def test_the_three_kinds() -> None:
    assert reason_of(before=False, after=True) is RegisterReason.UNDONE_ADDING
    assert reason_of(before=True, after=False) is RegisterReason.UNDONE_REMOVING
    assert reason_of(before=True, after=True) is RegisterReason.UNDONE_CORRECTING
    assert reason_of(before=False, after=False) is RegisterReason.UNDONE_CORRECTING

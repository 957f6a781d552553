"""Acts ex officio (Ord. 7 to 9, 12, 13): every ground, every rule, permitted and refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import DeletionCause, RecordKind
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.ex_officio import (
    Basis,
    Correction,
    CorrectionKind,
    Ground,
    Telling,
    decide_correction,
    decide_deletion,
    decide_recording,
)

TODAY = date(2013, 7, 8)
TOMORROW = TODAY + timedelta(days=1)
BORN = PartialDate("1980-04-17")
CHIYODA, KUNITACHI = MunicipalityCode("131016"), MunicipalityCode("132152")
HOME = Address(KUNITACHI, "東京都国立市富士見台二丁目1番地")
AWAY = Address(CHIYODA, "東京都千代田区九段南一丁目2番1号")

NOT_NOTIFIED = Basis(Ground.NOT_NOTIFIED, confirmed=True, told=Telling.NOTICE)
KOSEKI = Basis(Ground.KOSEKI, confirmed=True)
ERROR = Basis(Ground.ERROR, confirmed=True)


def failed(decision: Decision) -> list[str]:
    return [] if isinstance(decision, Permitted) else [rule.rule for rule in decision.failed]


def recording(basis: Basis = NOT_NOTIFIED, **changes) -> Decision:
    facts: dict[str, Any] = {
        "since": TODAY,
        "entered_on": TODAY,
        "birth_date": BORN,
        "address": HOME,
        "here": KUNITACHI,
        "recorded_here": False,
    }
    return decide_recording(basis, **(facts | changes), on=TODAY)


def deletion(basis: Basis = NOT_NOTIFIED, **changes) -> Decision:
    facts: dict[str, Any] = {
        "cause": DeletionCause.NOT_LIVING_HERE,
        "record": RecordKind.JAPANESE,
        "occurred_on": TODAY,
        "birth_date": BORN,
        "recorded_here": True,
    }
    return decide_deletion(basis, **(facts | changes), on=TODAY)


NAME = Correction(CorrectionKind.CHANGE, TODAY, frozenset({"name"}), RecordKind.JAPANESE, HOME)


def correction(basis: Basis = KOSEKI, *, recorded_here: bool = True, **changes) -> Decision:
    return decide_correction(
        basis, replace(NAME, **changes), here=KUNITACHI, recorded_here=recorded_here, on=TODAY
    )


def nickname(basis: Basis = KOSEKI, **changes) -> Decision:
    facts: dict[str, Any] = {
        "kind": CorrectionKind.MINOR,
        "items": frozenset({"nickname"}),
        "record": RecordKind.FOREIGN,
        "has_nickname": True,
    }
    return correction(basis, **(facts | changes))


@pytest.mark.parametrize("ground", Ground)
@case("Ord. Art. 12(1), (4)", permitted="X1 X2 X3 X4 X5 X6 X7 X8 X9 X10 X11 X12 X13 LC6")
def test_every_ground_of_article_12_permits_and_is_named(ground: Ground) -> None:
    basis = Basis(ground, confirmed=True, told=Telling.POSTED)
    kind = CorrectionKind.ERROR if ground is Ground.ERROR else CorrectionKind.CHANGE
    for decision in (recording(basis), deletion(basis), correction(basis, kind=kind)):
        assert isinstance(decision, Permitted)
        assert decision.basis[1].startswith("Ord. Art. 12(")
        assert "Ord. Art. 12(4)" in decision.basis


@pytest.mark.parametrize(
    ("decide", "rules"),
    judged(
        (lambda: recording(since=TOMORROW), ["X1"]),
        (lambda: recording(replace(NOT_NOTIFIED, confirmed=False)), ["X2"]),
        (lambda: recording(replace(NOT_NOTIFIED, told=None)), ["X3"]),
        (lambda: recording(recorded_here=True), ["X4"]),
        (lambda: recording(address=AWAY), ["X5"]),
        (lambda: recording(since=date(1980, 4, 16)), ["X6"]),
        (lambda: recording(KOSEKI, since=date(1980, 4, 17)), []),
        (lambda: recording(entered_on=TOMORROW), ["LC6"]),
        (lambda: recording(entered_on=TODAY - timedelta(days=1)), ["LC6"]),
        (
            lambda: recording(replace(NOT_NOTIFIED, confirmed=False, told=None), since=TOMORROW),
            ["X1", "X2", "X3"],
        ),
        (lambda: deletion(occurred_on=TOMORROW), ["X1"]),
        (lambda: deletion(replace(KOSEKI, confirmed=False)), ["X2"]),
        (lambda: deletion(replace(NOT_NOTIFIED, told=None)), ["X3"]),
        (lambda: deletion(replace(NOT_NOTIFIED, told=Telling.POSTED)), []),
        (lambda: deletion(occurred_on=date(1980, 4, 16)), ["X6"]),
        (lambda: deletion(recorded_here=False), ["X7"]),
        (lambda: correction(occurred_on=TOMORROW), ["X1"]),
        (lambda: correction(replace(KOSEKI, confirmed=False)), ["X2"]),
        (lambda: correction(replace(NOT_NOTIFIED, told=None)), ["X3"]),
        (lambda: correction(address=AWAY), ["X5"]),
        (lambda: correction(recorded_here=False), ["X7"]),
        (lambda: correction(items=frozenset()), ["X8"]),
        (lambda: correction(kind=CorrectionKind.MINOR), []),
        (lambda: correction(kind=CorrectionKind.MINOR, items=frozenset({"name", "address"})), []),
        (lambda: correction(kind=CorrectionKind.MINOR, items=frozenset({"name", "sex"})), ["X9"]),
        (lambda: correction(kind=CorrectionKind.ERROR), ["X10"]),
        (lambda: correction(ERROR), ["X10"]),
        (lambda: correction(ERROR, kind=CorrectionKind.ERROR), []),
        (lambda: correction(items=frozenset({"koseki"})), []),
        (lambda: correction(items=frozenset({"koseki"}), record=RecordKind.FOREIGN), ["X11"]),
        (lambda: correction(items=frozenset({"became_resident_on"}), record=RecordKind.FOREIGN), ["X11"]),
        (lambda: correction(items=frozenset({"name"}), record=RecordKind.FOREIGN), []),
        (lambda: nickname(has_nickname=False), ["X12"]),
        (lambda: nickname(kind=CorrectionKind.CHANGE), ["X13"]),
        (lambda: nickname(kind=CorrectionKind.CHANGE, has_nickname=False), ["X12", "X13"]),
        (nickname, []),
        (lambda: nickname(ERROR, kind=CorrectionKind.ERROR), []),
        permitted="X1 X2 X3",
    ),
)
def test_each_rule_refuses_alone_and_all_are_told_at_once(
    decide: Callable[[], Decision], rules: list[str]
) -> None:
    assert failed(decide()) == rules


@pytest.mark.parametrize(
    ("basis", "record", "rules"),
    judged(
        (NOT_NOTIFIED, RecordKind.JAPANESE, ["KO1"]),
        (KOSEKI, RecordKind.JAPANESE, []),
        (NOT_NOTIFIED, RecordKind.FOREIGN, []),
        permitted="KO1",
    ),
)
def test_that_the_act_ends_for_a_japanese_the_koseki_office_says(
    basis: Basis, record: RecordKind, rules: list[str]
) -> None:
    assert failed(deletion(basis, cause=DeletionCause.OUTSIDE_THE_ACT, record=record)) == rules


@case("Reg. Art. 21-2", "spec 4.2.3.2", permitted="X9")
def test_a_minor_correction_names_its_article() -> None:
    decision = correction(kind=CorrectionKind.MINOR)
    assert isinstance(decision, Permitted)
    assert "Reg. Art. 21-2" in decision.basis
    assert not isinstance(correction(), Refused)


@case("Reg. Art. 46", permitted="X9 X12 X13")
def test_a_minor_correction_of_a_nickname_rests_on_article_46_too() -> None:
    for items, more in ((frozenset({"nickname"}), True), (frozenset({"name"}), False)):
        decision = nickname(items=items)
        assert isinstance(decision, Permitted)
        assert ("Reg. Art. 46" in decision.basis) is more
        assert "Reg. Art. 21-2" in decision.basis
    error = nickname(ERROR, kind=CorrectionKind.ERROR)
    assert isinstance(error, Permitted)
    assert "Reg. Art. 46" not in error.basis

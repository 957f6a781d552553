"""Acts ex officio (Ord. 7 to 9, 12, 13): every ground, every rule, permitted and refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import RecordKind
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
        "birth_date": BORN,
        "address": HOME,
        "here": KUNITACHI,
        "recorded_here": False,
    }
    return decide_recording(basis, **(facts | changes), on=TODAY)


def deletion(basis: Basis = NOT_NOTIFIED, **changes) -> Decision:
    facts: dict[str, Any] = {"occurred_on": TODAY, "birth_date": BORN, "recorded_here": True}
    return decide_deletion(basis, **(facts | changes), on=TODAY)


NAME = Correction(CorrectionKind.CHANGE, TODAY, frozenset({"name"}), RecordKind.JAPANESE, HOME)


def correction(basis: Basis = KOSEKI, *, recorded_here: bool = True, **changes) -> Decision:
    return decide_correction(
        basis, replace(NAME, **changes), here=KUNITACHI, recorded_here=recorded_here, on=TODAY
    )


@pytest.mark.parametrize("ground", Ground)
def test_every_ground_of_article_12_permits_and_is_named(ground: Ground) -> None:
    basis = Basis(ground, confirmed=True, told=Telling.POSTED)
    kind = CorrectionKind.ERROR if ground is Ground.ERROR else CorrectionKind.CHANGE
    for decision in (recording(basis), deletion(basis), correction(basis, kind=kind)):
        assert isinstance(decision, Permitted)
        assert decision.basis[1].startswith("Ord. Art. 12(")
        assert "Ord. Art. 12(4)" in decision.basis


@pytest.mark.parametrize(
    ("decision", "rules"),
    [
        (recording(since=TOMORROW), ["X1"]),
        (recording(replace(NOT_NOTIFIED, confirmed=False)), ["X2"]),
        (recording(replace(NOT_NOTIFIED, told=None)), ["X3"]),
        (recording(recorded_here=True), ["X4"]),
        (recording(address=AWAY), ["X5"]),
        (recording(since=date(1980, 4, 16)), ["X6"]),
        (recording(KOSEKI, since=date(1980, 4, 17)), []),
        (recording(replace(NOT_NOTIFIED, confirmed=False, told=None), since=TOMORROW), ["X1", "X2", "X3"]),
        (deletion(occurred_on=TOMORROW), ["X1"]),
        (deletion(replace(KOSEKI, confirmed=False)), ["X2"]),
        (deletion(replace(NOT_NOTIFIED, told=None)), ["X3"]),
        (deletion(replace(NOT_NOTIFIED, told=Telling.POSTED)), []),
        (deletion(occurred_on=date(1980, 4, 16)), ["X6"]),
        (deletion(recorded_here=False), ["X7"]),
        (correction(occurred_on=TOMORROW), ["X1"]),
        (correction(replace(KOSEKI, confirmed=False)), ["X2"]),
        (correction(replace(NOT_NOTIFIED, told=None)), ["X3"]),
        (correction(address=AWAY), ["X5"]),
        (correction(recorded_here=False), ["X7"]),
        (correction(items=frozenset()), ["X8"]),
        (correction(kind=CorrectionKind.MINOR), []),
        (correction(kind=CorrectionKind.MINOR, items=frozenset({"name", "address"})), []),
        (correction(kind=CorrectionKind.MINOR, items=frozenset({"name", "sex"})), ["X9"]),
        (correction(kind=CorrectionKind.ERROR), ["X10"]),
        (correction(ERROR), ["X10"]),
        (correction(ERROR, kind=CorrectionKind.ERROR), []),
        (correction(items=frozenset({"koseki"})), []),
        (correction(items=frozenset({"koseki"}), record=RecordKind.FOREIGN), ["X11"]),
        (correction(items=frozenset({"became_resident_on"}), record=RecordKind.FOREIGN), ["X11"]),
        (correction(items=frozenset({"name"}), record=RecordKind.FOREIGN), []),
    ],
)
def test_each_rule_refuses_alone_and_all_are_told_at_once(decision: Decision, rules: list[str]) -> None:
    assert failed(decision) == rules


def test_a_minor_correction_names_its_article() -> None:
    decision = correction(kind=CorrectionKind.MINOR)
    assert isinstance(decision, Permitted)
    assert "Reg. Art. 21-2" in decision.basis
    assert not isinstance(correction(), Refused)

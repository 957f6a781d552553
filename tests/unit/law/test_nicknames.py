"""Nicknames: Ord. Arts. 30-26 and 30-27, each rule permitted and refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, judged, refusals

from jukinet.domain.items import Nickname, PersonName
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.ex_officio import Telling
from jukinet.law.nicknames import (
    NicknameApplication,
    decide_carried,
    decide_deletion,
    decide_recording,
    decide_removal,
)
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

TODAY = date(2013, 7, 8)
NAME = PersonName("王　小明", latin="WANG XIAOMING")
APPLICATION = NicknameApplication("中野　明", TODAY, proof_shown=True, found_needed=True)
RECORDED = Nickname("中野　明", date(2013, 1, 7), CHIYODA)
FORMER = Nickname("中村　明", date(2012, 7, 9), CHIYODA, date(2013, 1, 7), CHIYODA)


def rules(decision: Decision) -> list[str]:
    return [failed.rule for failed in decision.failed] if isinstance(decision, Refused) else []


def recording(
    application: NicknameApplication = APPLICATION, nickname: Nickname | None = None, **facts: Any
) -> Decision:
    given: dict[str, Any] = {"former": (), "recorded_here": True, "foreign": True, "on": TODAY} | facts
    former = given.pop("former")
    return decide_recording(application, NAME, nickname, former, **given)


@case("Ord. Art. 30-26(1), (2)", "spec 1.1.7", permitted="F1 FN1 FN2 FN3 FN4 FN5 FN6")
def test_a_nickname_that_is_proved_is_recorded() -> None:
    decision = recording()
    assert isinstance(decision, Permitted)
    assert decision.remarks == ()


@case("Ord. Art. 30-26(2)")
def test_a_history_of_deletions_is_remarked_on() -> None:
    decision = recording(former=(FORMER,))
    assert isinstance(decision, Permitted)
    assert [remark.article for remark in decision.remarks] == ["Ord. Art. 30-26(2)"]


@pytest.mark.parametrize(
    ("change", "facts", "failed"),
    refusals(
        ({"filed_on": date(2013, 7, 9)}, {}, ["F1"]),
        ({}, {"recorded_here": False}, ["FN1"]),
        ({}, {"foreign": False}, ["FN2"]),
        ({"text": "王　小明"}, {}, ["FN3"]),
        ({"text": "王小明"}, {}, ["FN3"]),
        ({"text": "ｗａｎｇ xiaoming"}, {}, ["FN3"]),
        ({"proof_shown": False}, {}, ["FN4"]),
        ({"found_needed": False}, {}, ["FN5"]),
        ({}, {"nickname": RECORDED}, ["FN6"]),
        ({"proof_shown": False, "text": "王小明"}, {"foreign": False}, ["FN2", "FN3", "FN4"]),
    ),
)
def test_a_nickname_is_refused_with_every_rule(
    change: dict[str, Any], facts: dict[str, Any], failed: list[str]
) -> None:
    assert rules(recording(replace(APPLICATION, **change), **facts)) == failed


@case("Ord. Art. 30-26(4)", "spec 1.1.7", refused="F1 FN1 FN7", permitted="F1 FN1 FN7")
def test_a_deletion_on_request_needs_no_reason() -> None:
    """Ord. 30-26(4): the mayor must delete it. What is asked is that there is one."""
    assert rules(decide_deletion(RECORDED, TODAY, recorded_here=True, on=TODAY)) == []
    assert rules(decide_deletion(None, TODAY, recorded_here=True, on=TODAY)) == ["FN7"]
    assert rules(decide_deletion(RECORDED, TODAY, recorded_here=False, on=TODAY)) == ["FN1"]
    assert rules(decide_deletion(RECORDED, date(2013, 7, 9), recorded_here=True, on=TODAY)) == ["F1"]


@pytest.mark.parametrize(
    ("nickname", "telling", "found", "here", "failed"),
    judged(
        (RECORDED, Telling.NOTICE, True, True, []),
        (RECORDED, Telling.POSTED, True, True, []),
        (RECORDED, None, True, True, ["FN9"]),
        (RECORDED, Telling.NOTICE, False, True, ["FN8"]),
        (None, Telling.NOTICE, True, True, ["FN7"]),
        (RECORDED, Telling.NOTICE, True, False, ["FN1"]),
        (None, None, False, False, ["FN1", "FN7", "FN8", "FN9"]),
        permitted="FN1 FN7 FN8 FN9",
    ),
)
def test_a_removal_ex_officio_is_examined_and_told(
    nickname: Nickname | None,
    telling: Telling | None,
    found: bool,
    here: bool,
    failed: list[str],
) -> None:
    decision = decide_removal(nickname, telling, found_needless=found, recorded_here=here, on=TODAY)
    assert rules(decision) == failed


@pytest.mark.parametrize(
    ("nickname", "former", "facts", "failed"),
    judged(
        (RECORDED, (FORMER,), {}, []),
        (None, (FORMER,), {}, []),
        (RECORDED, (), {"foreign": False}, ["FN2"]),
        (RECORDED, (), {"by_certificate": False}, ["FN10"]),
        (None, (FORMER,), {"by_certificate": False}, ["FN10"]),
        (replace(RECORDED, deleted_on=TODAY), (), {}, ["FN11"]),
        (replace(RECORDED, deleted_by=KUNITACHI), (), {}, ["FN11"]),
        (RECORDED, (replace(FORMER, deleted_on=None),), {}, ["FN11"]),
        (RECORDED, (replace(FORMER, deleted_by=None),), {}, ["FN11"]),
        (RECORDED, (replace(FORMER, deleted_on=date(2012, 7, 8)),), {}, ["FN11"]),
        (None, (replace(FORMER, deleted_on=date(2013, 7, 7)),), {}, ["FN11"]),
        (replace(RECORDED, recorded_on=date(2013, 7, 7)), (), {}, ["FN11"]),
        permitted="FN2 FN10 FN11",
    ),
)
def test_what_a_certificate_brings_along(
    nickname: Nickname | None, former: tuple[Nickname, ...], facts: dict[str, Any], failed: list[str]
) -> None:
    given: dict[str, Any] = {"by_certificate": True, "foreign": True, "moved_on": date(2013, 7, 6)} | facts
    assert rules(decide_carried(nickname, former, **given)) == failed


@case("Ord. Art. 30-26(3)")
def test_where_nothing_came_along_nothing_is_asked() -> None:
    for by_certificate, foreign in ((True, True), (False, True), (False, False)):
        decision = decide_carried(None, (), by_certificate=by_certificate, foreign=foreign, moved_on=TODAY)
        assert rules(decision) == []

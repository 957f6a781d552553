"""Records that pass to another municipality: who may hand them over, who takes them, which code an area has when."""

from __future__ import annotations

from datetime import date

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason, RegisterReason, passes_to
from jukinet.domain.municipality import MunicipalityCode
from jukinet.law import mergers
from jukinet.law.decisions import Decision, Permitted
from jukinet.law.mergers import TakenRow

CHIYODA, KUNITACHI, FUKUSHIMA = map(MunicipalityCode, ("131016", "132152", "072010"))
BOTH, NEITHER, ONE = (True, True), (False, False), (True, False)


def failed(decision: Decision) -> list[str]:
    return [] if isinstance(decision, Permitted) else [rule.rule for rule in decision.failed]


@pytest.mark.parametrize(
    ("to", "addresses", "connected", "rules"),
    judged(
        (CHIYODA, {CHIYODA}, BOTH, []),
        (CHIYODA, {CHIYODA}, NEITHER, []),
        (CHIYODA, {CHIYODA, KUNITACHI}, BOTH, ["MG1"]),
        (KUNITACHI, {KUNITACHI}, BOTH, ["MG1"]),
        (FUKUSHIMA, {FUKUSHIMA}, BOTH, ["MG2"]),
        (CHIYODA, {CHIYODA}, ONE, ["MG3"]),
        (CHIYODA, {CHIYODA}, ONE[::-1], ["MG3"]),
        permitted="MG1 MG2 MG3",
    ),
)
def test_what_may_be_handed_over(
    to: MunicipalityCode, addresses: set[MunicipalityCode], connected: tuple[bool, bool], rules: list[str]
) -> None:
    decision = mergers.decide_handing_over(to, frozenset(addresses), here=KUNITACHI, connected=connected)
    assert failed(decision) == rules


@pytest.mark.parametrize(
    ("predecessor", "connected", "rules"),
    judged(
        (KUNITACHI, BOTH, []),
        (KUNITACHI, NEITHER, []),
        (CHIYODA, BOTH, ["MG1"]),
        (FUKUSHIMA, BOTH, ["MG2"]),
        (KUNITACHI, ONE, ["MG3"]),
        permitted="MG1 MG2 MG3",
    ),
)
def test_what_may_be_taken_over(
    predecessor: MunicipalityCode, connected: tuple[bool, bool], rules: list[str]
) -> None:
    assert failed(mergers.decide_taking_over(predecessor, here=CHIYODA, connected=connected)) == rules


@case(refused="MG4", permitted="MG4")
def test_only_the_handing_over_is_not_undone_by_who_did_it() -> None:
    refused = [one for one in RegisterReason if failed(mergers.decide_undoing(one)) == ["MG4"]]
    assert refused == [RegisterReason.HANDED_OVER]
    assert failed(mergers.decide_undoing(None)) == []


@case(refused="MG5", permitted="MG5")
def test_nobody_is_recorded_in_a_municipality_that_was_merged() -> None:
    assert failed(mergers.decide_recording(merged=True)) == ["MG5"]
    assert failed(mergers.decide_recording(merged=False)) == []


@case(refused="MG6 MG7 MG8", permitted="MG6 MG7 MG8")
def test_a_row_is_taken_once_for_nobody_who_is_here_and_with_what_stood_before() -> None:
    assert failed(mergers.decide_row(TakenRow())) == []
    assert failed(mergers.decide_row(TakenRow(code_here=True))) == ["MG6"]
    assert failed(mergers.decide_row(TakenRow(taken_before=True))) == ["MG7"]
    assert failed(mergers.decide_row(TakenRow(stood_before=False))) == ["MG8"]


@pytest.mark.parametrize("reason", NoticeReason)
def test_only_a_minor_correction_says_that_an_area_passed(reason: NoticeReason) -> None:
    change = ChangeInformation(ChangeKind.CORRECTION, reason, date(2013, 7, 8), foreign_record=False)
    passed = CHIYODA if reason is NoticeReason.MINOR_CORRECTION else None
    assert passes_to(change, KUNITACHI, CHIYODA) == passed
    assert passes_to(change, KUNITACHI, KUNITACHI) is None
    assert passes_to(change, KUNITACHI, FUKUSHIMA) is None


@pytest.mark.parametrize(
    ("old", "day", "code"),
    [
        ("114456", date(2012, 9, 30), "114456"),
        ("114456", date(2012, 10, 1), "112461"),
        ("124028", date(2012, 12, 31), "124028"),
        ("124028", date(2013, 1, 1), "122394"),
        ("033057", date(2014, 1, 1), "032166"),
        ("093670", date(2014, 4, 5), "092037"),
        ("132152", date(2014, 4, 5), "132152"),
    ],
)
def test_an_area_has_the_code_of_the_day(old: str, day: date, code: str) -> None:
    assert mergers.code_on(MunicipalityCode(old), day) == MunicipalityCode(code)


def test_the_map_of_codes_stays_in_one_prefecture_and_comes_to_an_end() -> None:
    for change in mergers.code_changes().values():
        assert change.old.prefecture == change.new.prefecture
        assert change.source
        assert mergers.code_on(change.old, date(2100, 1, 1)) not in mergers.code_changes()

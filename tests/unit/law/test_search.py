"""Q1: which searches narrow enough to be made."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.cases import case

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.persons import Sex
from jukinet.domain.searches import BirthSpan, Condition, Search
from jukinet.law.decisions import Permitted, Refused, RuleKind
from jukinet.law.search import Q1, decide_search, selective

HOME = "国立市"
SEX: dict[str, Any] = {"sex": Sex.FEMALE}


def failed(search: Search) -> list[str]:
    decision = decide_search(search, HOME)
    return [rule.rule for rule in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize(
    "conditions",
    [
        {"code": ResidentRecordCode("24727059608")},
        {"resident_no": "1"},
        {"household_number": "1"},
        {"name": "林"},
        {"name": "さく"},
        {"name": "LI"},
        {"name": "A B"},
        {"given_name": "花"},
        {"kana": "サト"},
        {"latin": "SM"},
        {"nickname": "山"},
        {"birth_date": BirthSpan("1980-04")},
        {"birth_date": BirthSpan("1980-04-17")},
        {"birth_date": BirthSpan("1980-XX-XX")},
        {"birth_date": BirthSpan("XXXX-XX-XX")},
        {"address": "国立市東"},
        {"address": "富士見台"},
        {"address": "横浜市"},
    ],
)
@case("spec 2.1.3", permitted="Q1")
def test_one_condition_that_narrows_is_enough(conditions: dict[str, Any]) -> None:
    assert isinstance(decide_search(Search(**conditions), HOME), Permitted)
    assert isinstance(decide_search(Search(**conditions, **SEX), HOME), Permitted)


@pytest.mark.parametrize(
    "conditions",
    [
        {},
        {"sex": Sex.MALE},
        {"name": "さ"},
        {"name": "A"},
        {"given_name": "ハ"},
        {"kana": "サ"},
        {"kana": "サー"},
        {"latin": "Á"},
        {"nickname": "B"},
        {"birth_date": BirthSpan("1980")},
        {"birth_date": BirthSpan("昭和55年")},
        {"address": "国立市"},
        {"address": "東京都国立市"},
        {"address": "国"},
        {"address": "東"},
    ],
)
@case("spec 2.1.3", refused="Q1")
def test_what_lists_a_part_of_the_town_is_refused(conditions: dict[str, Any]) -> None:
    for more in ({}, {"sex": Sex.FEMALE}, {"deleted": True}):
        assert failed(Search(**{**conditions, **more})) == ["Q1"]
    assert Q1.kind is RuleKind.POLICY


@case("spec 2.1.3", refused="Q1")
def test_two_that_do_not_narrow_do_not_together() -> None:
    assert failed(Search(kana="サ", birth_date=BirthSpan("1980"), **SEX)) == ["Q1"]


def test_what_narrows_is_named() -> None:
    asked = Search(name="林", kana="ハ", birth_date=BirthSpan("1980"), address="国立市", sex=Sex.MALE)
    assert selective(asked, HOME) == {Condition.NAME}

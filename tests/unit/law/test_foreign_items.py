"""The table of Act Art. 30-45: each class with all it must have, and with each thing that it must not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case, judged, refusals

from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import JukinetError
from jukinet.domain.items import ForeignClass, ForeignItems
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.foreign_items import ItemsCase, decide_items, decide_newborn, transitional_until

TODAY = date(2013, 7, 8)
BORN = PartialDate("1985-11-02")
SINCE = date(2013, 6, 1)

CARD = ForeignItems(
    "USA", SINCE, ForeignClass.MID_TO_LONG_TERM, "留学", "1年", date(2014, 5, 31), "AB00000001CD"
)
PERMANENT = replace(CARD, status="永住者", period="無期限", expires_on=None)
SPECIAL = ForeignItems("KOR", SINCE, ForeignClass.SPECIAL_PERMANENT, document_number="AB00000001CD")
REFUGE = ForeignItems("MMR", SINCE, ForeignClass.TEMPORARY_REFUGE, period="6月", expires_on=date(2013, 12, 1))
PROVISIONAL = replace(REFUGE, stay=ForeignClass.PROVISIONAL_STAY, expires_on=None)
TRANSITIONAL = ForeignItems("USA", SINCE, ForeignClass.TRANSITIONAL)


def rules_of(items: ForeignItems, **facts: Any) -> list[str]:
    decision = decide_items(replace(ItemsCase(items, BORN), **facts), on=TODAY)
    return [failed.rule for failed in decision.failed] if isinstance(decision, Refused) else []


_CARD = case(permitted="SR1 SR2 SR3 SR4")
_REFUGE = case(permitted="SR5 SR6")


@pytest.mark.parametrize(
    "items",
    [
        pytest.param(CARD, marks=_CARD),
        pytest.param(PERMANENT, marks=_CARD),
        pytest.param(SPECIAL, marks=case(permitted="SR4 SR6")),
        pytest.param(REFUGE, marks=_REFUGE),
        pytest.param(PROVISIONAL, marks=_REFUGE),
        pytest.param(TRANSITIONAL, marks=case(permitted="SR6 SR11")),
        # Reg. Art. 47: the passport says that the card is delivered later.
        pytest.param(replace(CARD, document_number=None, card_later=True), marks=_CARD),
        # An alien registration certificate counts as a card (2009 Act no. 77 suppl. Art. 7).
        pytest.param(
            replace(CARD, document_number="B第123456789号"),
            marks=case("Act Art. 30-45", "2009 Act no. 77 suppl. Art. 7", permitted="SR1 SR2 SR3 SR4"),
        ),
        # A day more than three months (Immigration Act Art. 19-3(i)).
        pytest.param(replace(CARD, period="3月1日"), marks=_CARD),
        replace(CARD, nationality="stateless"),
        # A provisional record became one that day, whenever the person had come to live here.
        pytest.param(
            replace(CARD, became_foreign_resident_on=date(2012, 7, 9)),
            marks=case("2009 Act no. 77 suppl. Arts. 4, 6"),
        ),
        replace(CARD, became_foreign_resident_on=TODAY),
        replace(CARD, alien_registered_on=date(2012, 7, 8), residence_notified=True),
    ],
)
@case("Act Art. 30-45", "spec 1.1.2", permitted="SR7 SR8 SR9 IN22")
def test_each_class_with_the_items_it_has(items: ForeignItems) -> None:
    assert rules_of(items) == []


@pytest.mark.parametrize(
    ("items", "rules"),
    refusals(
        (replace(CARD, status=None), ["SR1"]),
        (replace(CARD, status="student"), ["SR1"]),
        (replace(CARD, status="経営・管理"), ["SR1"]),
        (replace(CARD, status="短期滞在"), ["SR2"]),
        (replace(CARD, status="外交"), ["SR2"]),
        (replace(CARD, status="公用"), ["SR2"]),
        (replace(CARD, period="3月"), ["SR2"]),
        (replace(CARD, period="90日"), ["SR2"]),
        (replace(CARD, period=None), ["SR3"]),
        (replace(CARD, period="a year"), ["SR3"]),
        (replace(CARD, period="無期限"), ["SR3"]),
        (replace(CARD, expires_on=None), ["SR3"]),
        (replace(PERMANENT, period=None), ["SR3"]),
        (replace(PERMANENT, period="5年"), ["SR3"]),
        (replace(PERMANENT, expires_on=date(2018, 1, 1)), ["SR3"]),
        (replace(CARD, document_number=None), ["SR4"]),
        (replace(CARD, card_later=True), ["SR4"]),
        (replace(CARD, status=None, period=None, document_number=None), ["SR1", "SR3", "SR4"]),
        (replace(SPECIAL, document_number=None), ["SR4"]),
        (replace(SPECIAL, status="永住者"), ["SR6"]),
        (replace(SPECIAL, period="無期限"), ["SR6"]),
        (replace(SPECIAL, expires_on=date(2018, 1, 1)), ["SR6"]),
        (replace(SPECIAL, document_number=None, card_later=True), ["SR4", "SR6"]),
        (replace(REFUGE, period=None), ["SR5"]),
        (replace(REFUGE, period="for a while"), ["SR5"]),
        (replace(PROVISIONAL, status="特定活動"), ["SR6"]),
        (replace(REFUGE, document_number="AB00000001CD"), ["SR6"]),
        (replace(REFUGE, card_later=True), ["SR6"]),
        (replace(TRANSITIONAL, status="留学"), ["SR6"]),
        (replace(TRANSITIONAL, period="1年"), ["SR6"]),
        (replace(TRANSITIONAL, expires_on=TODAY), ["SR6"]),
        (replace(TRANSITIONAL, document_number="AB00000001CD"), ["SR6"]),
        (replace(TRANSITIONAL, card_later=True), ["SR6"]),
        (replace(CARD, became_foreign_resident_on=date(2012, 7, 8)), ["SR7"]),
        (replace(CARD, became_foreign_resident_on=date(2013, 7, 9)), ["SR7"]),
        (replace(CARD, nationality="JPN"), ["SR9"]),
        (replace(CARD, alien_registered_on=date(2012, 7, 9)), ["IN22"]),
        (replace(CARD, alien_registered_on=date(1900, 1, 1)), ["IN22"]),
    ),
)
def test_each_class_without_what_it_has_or_with_what_it_has_not(
    items: ForeignItems, rules: list[str]
) -> None:
    assert rules_of(items) == rules


@case(refused="SR7 SR8", permitted="SR7")
def test_nobody_became_a_foreign_resident_before_birth_and_none_has_a_koseki() -> None:
    assert rules_of(CARD, birth_date=PartialDate("2013-06-02")) == ["SR7"]
    assert rules_of(CARD, birth_date=PartialDate("2013-06-01")) == []
    assert rules_of(CARD, birth_date=PartialDate("XXXX-XX-XX")) == []
    assert rules_of(CARD, has_koseki=True) == ["SR8"]


@case("Act Art. 30-45")
def test_what_is_unusual_and_possible_is_remarked_on() -> None:
    def remarks(items: ForeignItems) -> list[str]:
        decision = decide_items(ItemsCase(items, BORN), on=TODAY)
        assert isinstance(decision, Permitted)
        return [remark.article for remark in decision.remarks]

    assert remarks(CARD) == []
    assert remarks(replace(CARD, period="1年6月")) == ["Immigration Regulation, Appended Table 2"]
    # The Minister may name another period for these.
    assert remarks(replace(CARD, status="定住者", period="2年6月")) == []
    # Over, and an extension may be under way (Immigration Act Art. 20(5)).
    assert remarks(replace(CARD, expires_on=date(2013, 7, 7))) == ["Act Art. 30-50"]
    assert remarks(replace(CARD, expires_on=TODAY)) == []


CHILD = replace(TRANSITIONAL, became_foreign_resident_on=date(2013, 7, 7))


@pytest.mark.parametrize(
    ("items", "born", "rules"),
    judged(
        (CHILD, "2013-07-07", []),
        (CHILD, "2013-07-XX", []),
        (CHILD, "XXXX-XX-XX", []),
        (CHILD, "2013-07-06", ["SR10"]),
        (CHILD, "2013-06-XX", ["SR10"]),
        (CHILD, "2013-07-08", ["SR10"]),
        (replace(CARD, became_foreign_resident_on=date(2013, 7, 7)), "2013-07-07", ["SR10"]),
        permitted="SR10",
    ),
)
def test_a_foreign_child_is_transitional_from_birth(items: ForeignItems, born: str, rules: list[str]) -> None:
    decision = decide_newborn(items, PartialDate(born))
    assert ([one.rule for one in decision.failed] if isinstance(decision, Refused) else []) == rules


@case(refused="SR11", permitted="SR11")
def test_the_sixty_days_do_not_count_the_day_itself() -> None:
    """Immigration Act Art. 22-2(1): 9 May and sixty days is 8 July."""
    assert transitional_until(date(2013, 5, 9), TODAY) == TODAY
    assert rules_of(replace(TRANSITIONAL, became_foreign_resident_on=date(2013, 5, 9))) == []
    assert rules_of(replace(TRANSITIONAL, became_foreign_resident_on=date(2013, 5, 8))) == ["SR11"]
    assert rules_of(replace(CARD, became_foreign_resident_on=date(2013, 5, 8))) == []


def test_before_the_edition_another_law_held() -> None:
    with pytest.raises(JukinetError):
        decide_items(ItemsCase(CARD, BORN), on=date(2012, 7, 8))


@given(
    stay=st.sampled_from(ForeignClass),
    status=st.sampled_from([None, "留学", "永住者", "短期滞在", "何か"]),
    period=st.sampled_from([None, "1年", "3月", "無期限", "?"]),
    expires_on=st.sampled_from([None, date(2014, 1, 1)]),
    document_number=st.sampled_from([None, "AB00000001CD"]),
    card_later=st.booleans(),
)
def test_what_is_permitted_has_nothing_of_another_class(**items: Any) -> None:
    made = ForeignItems("USA", SINCE, **items)
    if rules_of(made):
        return
    has_card = made.stay is ForeignClass.MID_TO_LONG_TERM
    assert (made.status is not None) is has_card
    assert (made.document_number is not None or made.card_later) is (
        has_card or made.stay is ForeignClass.SPECIAL_PERMANENT
    )
    if made.stay in {ForeignClass.SPECIAL_PERMANENT, ForeignClass.TRANSITIONAL}:
        assert made.period is None
        assert made.expires_on is None
    else:
        assert made.period not in {None, "?"}

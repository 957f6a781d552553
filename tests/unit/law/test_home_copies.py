"""Copies at home: what is shown to whom (Act Arts. 7, 12, 30-51), and when a resident has one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case, judged

from jukinet.domain.errors import JukinetError
from jukinet.domain.items import RecordKind
from jukinet.law.copies import Asker, CopyItem, OnRequest, omitted_items, visible_items
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.home_copies import LEFT_OUT, PARTLY, Asked, ByPost, Paper, SentTo, decide_home_copy
from jukinet.law.notifications import AuthorityShown, Capacity, IdentityShown, Notifier

DAY = date(2013, 7, 8)
BASIC = {
    *(CopyItem.NAME, CopyItem.BIRTH_DATE, CopyItem.SEX, CopyItem.ADDRESS),
    *(CopyItem.ADDRESS_SINCE, CopyItem.RECORDED_SINCE, CopyItem.PREVIOUS_ADDRESS),
}
OWN = {
    RecordKind.JAPANESE: {CopyItem.BECAME_RESIDENT},
    RecordKind.FOREIGN: {CopyItem.BECAME_FOREIGN_RESIDENT, CopyItem.NICKNAME},
}
IN_PERSON = Notifier(Capacity.PERSON, IdentityShown.PASSPORT, in_writing=True)
AGENT = replace(IN_PERSON, capacity=Capacity.AGENT, authority=AuthorityShown.LETTER)
OTHER_PAPERS, OTHER_WAY, PLAIN_CARD = (
    replace(IN_PERSON, identity=shown)
    for shown in (IdentityShown.OTHER_PAPERS, IdentityShown.OTHER_WAY, IdentityShown.PLAIN_CARD)
)
PARENT = replace(IN_PERSON, capacity=Capacity.STATUTORY, authority=AuthorityShown.STATUS)
GOOD = Asked(DAY, Paper.COPY, recorded=True, as_stated=True, found=True, headed=True, brought_by=IN_PERSON)

BY_COPIES = {"sent_to": SentTo.OWN_ADDRESS, "by_post": ByPost.COPIES}
"""Asked for by post, with copies of the papers, and to be sent to who asks."""

GONE = {"recorded": False, "of_deleted": True}
"""The record is deleted, and it is asked for as such."""


def rules(decision: Permitted | Refused) -> list[str]:
    return [rule.rule for rule in decision.failed] if isinstance(decision, Refused) else []


# What is shown


@case("Act Art. 12(5)", "Act Art. 30-51", "Ord. Art. 30-26(7)", "spec 5.1")
@pytest.mark.parametrize("kind", RecordKind)
def test_unasked_a_copy_shows_what_may_not_be_left_out_and_no_more(kind: RecordKind) -> None:
    """A nickname goes with the name, though it is among the other items of Art. 7(xiv)."""
    assert visible_items(kind, frozenset(), Asker.HOUSEHOLD) == BASIC | OWN[kind]


@case("Act Art. 12(5)", "Act Art. 30-51", "spec 5.1")
@pytest.mark.parametrize(
    ("request_", "japanese", "foreign"),
    [
        (OnRequest.HOUSEHOLD_ITEMS, *[{CopyItem.HOUSEHOLDER, CopyItem.RELATIONSHIP}] * 2),
        (OnRequest.KOSEKI, {CopyItem.KOSEKI}, set()),
        (OnRequest.VOTER, {CopyItem.VOTER}, set()),
        (OnRequest.PROGRAMMES, *[{CopyItem.PROGRAMMES}] * 2),
        (OnRequest.CODE, *[{CopyItem.CODE}] * 2),
        (OnRequest.NICKNAME_HISTORY, set(), {CopyItem.NICKNAME_HISTORY}),
        (OnRequest.NATIONALITY_AND_CLASS, set(), PARTLY),
    ],
)
def test_each_request_adds_its_items_and_no_other(
    request_: OnRequest, japanese: frozenset[CopyItem], foreign: frozenset[CopyItem]
) -> None:
    for kind, added in ((RecordKind.JAPANESE, japanese), (RecordKind.FOREIGN, foreign)):
        shown = visible_items(kind, frozenset({request_}), Asker.HOUSEHOLD)
        assert shown - visible_items(kind, frozenset(), Asker.HOUSEHOLD) == added


@given(
    st.sampled_from(RecordKind),
    st.frozensets(st.sampled_from(OnRequest)),
    st.sampled_from(Asker),
)
def test_to_nobody_is_anything_both_shown_and_left_out(
    kind: RecordKind, requested: frozenset[OnRequest], asker: Asker
) -> None:
    shown, omitted = visible_items(kind, requested, asker), omitted_items(kind, requested, asker)
    assert not shown & omitted
    assert shown | omitted == visible_items(kind, frozenset(OnRequest), asker)
    assert shown >= BASIC | OWN[kind]


def test_a_certificate_can_leave_out_whatever_is_shown_unasked_but_the_name() -> None:
    unasked = BASIC | OWN[RecordKind.JAPANESE] | OWN[RecordKind.FOREIGN]
    assert unasked - LEFT_OUT == {CopyItem.NAME, CopyItem.NICKNAME}
    assert LEFT_OUT - unasked == PARTLY


# Who may have it


@pytest.mark.parametrize(
    ("changes", "expected"),
    judged(
        ({}, []),
        ({"brought_by": AGENT}, []),
        ({"brought_by": PARENT}, []),
        ({"brought_by": replace(IN_PERSON, identity=IdentityShown.QUESTIONS, papers_excused=True)}, []),
        ({"brought_by": replace(AGENT, authority=AuthorityShown.EXPLAINED, authority_excused=True)}, []),
        ({"held": True, "reason_stated": True}, []),
        ({"sent_to": SentTo.OWN_ADDRESS}, []),
        ({"sent_to": SentTo.ELSEWHERE, "sending_reason": True}, []),
        (BY_COPIES, []),
        ({**BY_COPIES, "brought_by": replace(OTHER_PAPERS, papers_excused=True)}, []),
        ({**BY_COPIES, "brought_by": AGENT, "sent_to": SentTo.BRINGER, "sending_reason": True}, []),
        ({**BY_COPIES, "by_post": ByPost.OTHER_WAY, "brought_by": OTHER_WAY}, []),
        ({"brought_by": replace(AGENT, represented=IdentityShown.OTHER_PAPERS)}, []),
        ({"brought_by": replace(PLAIN_CARD, papers_excused=True)}, []),
        ({"paper": Paper.CERTIFICATE, "left_out": LEFT_OUT}, []),
        ({"left_out": PARTLY}, []),
        (GONE, []),
        ({"alone": False, "in_term": False}, []),
        ({"recorded": False}, ["HC1"]),
        ({"recorded": False, "as_stated": False}, ["HC1"]),
        ({"found": False}, ["HC2"]),
        ({"as_stated": False}, ["HC3"]),
        ({"brought_by": replace(IN_PERSON, identity=IdentityShown.NOTHING)}, ["HC4"]),
        ({"brought_by": OTHER_PAPERS}, ["HC5"]),
        ({"brought_by": OTHER_WAY}, ["HC5"]),
        ({"brought_by": PLAIN_CARD}, ["HC5"]),
        ({**BY_COPIES, "brought_by": OTHER_PAPERS}, ["HC5"]),
        ({"brought_by": replace(AGENT, represented=IdentityShown.NOTHING)}, ["CT2"]),
        ({"brought_by": replace(AGENT, represented=IdentityShown.QUESTIONS)}, ["CT2"]),
        ({"brought_by": replace(AGENT, represented=IdentityShown.OTHER_WAY)}, ["CT2"]),
        ({**BY_COPIES, "brought_by": AGENT}, ["CT3"]),
        ({**BY_COPIES, "sent_to": SentTo.ELSEWHERE, "sending_reason": True}, ["CT3"]),
        ({**BY_COPIES, "by_post": ByPost.COPIES_AND_OFFICE}, ["CT3"]),
        ({**BY_COPIES, "by_post": ByPost.PUBLISHED}, ["CT3"]),
        ({**BY_COPIES, "brought_by": replace(OTHER_WAY, papers_excused=True)}, ["CT3"]),
        ({"sent_to": SentTo.BRINGER, "brought_by": AGENT}, ["HC11"]),
        ({"sent_to": SentTo.OFFICE}, ["HC11"]),
        ({"brought_by": replace(AGENT, authority=None)}, ["HC6"]),
        ({"brought_by": replace(AGENT, authority=AuthorityShown.STATUS)}, ["HC6"]),
        ({"brought_by": replace(PARENT, authority=AuthorityShown.LETTER)}, ["HC6"]),
        ({"brought_by": replace(AGENT, authority=AuthorityShown.EXPLAINED)}, ["HC7"]),
        ({"plainly_improper": True}, ["HC8"]),
        ({"offender": True}, ["HC9"]),
        ({"held": True}, ["HC10"]),
        ({"sent_to": SentTo.ELSEWHERE}, ["HC11"]),
        ({"left_out": PARTLY | {CopyItem.SEX}}, ["HC12"]),
        ({"without_building": True}, ["HC12"]),
        ({"headed": False}, ["HC13"]),
        ({"brought_by": replace(IN_PERSON, in_writing=False)}, ["HC14"]),
        ({**GONE, "recorded": True}, ["HC30"]),
        ({**GONE, "in_term": False}, ["HC31"]),
        ({**GONE, "alone": False}, ["HC32"]),
        ({**GONE, "as_stated": False}, ["HC3"]),
        permitted="HC1 HC2 HC3 HC4 HC5 HC6 HC7 HC8 HC9 HC10 HC11 HC12 HC13 HC14 HC30 HC31 HC32 CT2 CT3",
    ),
)
def test_when_a_resident_has_a_copy(changes: dict[str, object], expected: list[str]) -> None:
    assert rules(decide_home_copy(replace(GOOD, **changes))) == expected  # type: ignore[arg-type]


@case("Act Art. 12(4), (7)", "Copies Ordinance Arts. 5, 7")
def test_the_decision_says_on_what_it_rests() -> None:
    posted = replace(GOOD, brought_by=AGENT, sent_to=SentTo.OWN_ADDRESS)
    decision = decide_home_copy(posted)
    assert isinstance(decision, Permitted)
    basis = ("Act Art. 12(1)", "Copies Ordinance Art. 5(i)", "Act Art. 12(4)", "Act Art. 12(7)")
    assert decision.basis == basis
    excused = replace(
        GOOD, brought_by=replace(IN_PERSON, identity=IdentityShown.OTHER_WAY, papers_excused=True)
    )
    other = decide_home_copy(excused)
    assert isinstance(other, Permitted)
    assert other.basis == ("Act Art. 12(1)", "Copies Ordinance Art. 5(ii)")
    by_copies = decide_home_copy(replace(GOOD, **BY_COPIES))  # type: ignore[arg-type]
    assert isinstance(by_copies, Permitted)
    assert by_copies.basis == ("Act Art. 12(1)", "Copies Ordinance Art. 5(iii)", "Act Art. 12(7)")


def test_every_reason_is_told_at_once() -> None:
    bad = replace(GOOD, found=False, plainly_improper=True, held=True, headed=False)
    assert rules(decide_home_copy(bad)) == ["HC2", "HC8", "HC10", "HC13"]


def test_a_day_before_the_edition_is_no_day_of_these_rules() -> None:
    with pytest.raises(JukinetError):
        decide_home_copy(replace(GOOD, on=date(2012, 7, 8)))

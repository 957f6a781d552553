"""Copies at home for public bodies and third parties: what is shown to them, and when they have one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case, judged
from tests.unit.law.test_home_copies import AGENT, BASIC, BY_COPIES, GONE, GOOD, IN_PERSON, OWN, rules

from jukinet.domain.errors import JukinetError
from jukinet.domain.items import RecordKind
from jukinet.law.copies import Asker, CopyItem, OnRequest, omitted_items, visible_items
from jukinet.law.copies_for_others import (
    Body,
    Ground,
    Mandate,
    Other,
    PurposeShown,
    decide_for_body,
    decide_for_other,
)
from jukinet.law.decisions import Permitted
from jukinet.law.home_copies import Asked, ByPost, Paper, SentTo
from jukinet.law.notifications import AuthorityShown, IdentityShown, Notifier
from jukinet.law.professions import WORKS, Profession, Work, works_without_client

BODY = Body(
    necessary=True,
    reason_stated=True,
    secrecy_explained=False,
    official_letter=True,
    staff_card=True,
    office_stated=False,
)
OTHER = Other(Ground.RIGHT_OR_DUTY, suitable=True)
MANDATE = Mandate(Profession.ATTORNEY, letter=True, member_card=False, client_named=True)
NOBODY: frozenset[OnRequest] = frozenset()
CODE = frozenset({OnRequest.CODE})
KOSEKI = frozenset({OnRequest.KOSEKI})
SHARED = [
    ({"recorded": False}, ["HC15"]),
    ({"recorded": False, "as_stated": False, "found": False}, ["HC15"]),
    ({"as_stated": False}, ["HC16"]),
    ({"found": False}, ["HC16"]),
    ({"offender": True}, ["HC9"]),
    ({"left_out": frozenset({CopyItem.SEX})}, ["HC12"]),
    ({"headed": False}, ["HC13"]),
    ({**GONE, "recorded": True}, ["HC30"]),
    ({**GONE, "in_term": False}, ["HC31"]),
    ({**GONE, "alone": False}, ["HC32"]),
    ({**GONE, "as_stated": False}, ["HC16"]),
    ({"brought_by": replace(IN_PERSON, in_writing=False)}, ["HC14"]),
]


def by(identity: IdentityShown, *, excused: bool = False) -> Notifier:
    return replace(IN_PERSON, identity=identity, papers_excused=excused)


# What is shown


@case("Act Art. 12-2(1), (4)", "Act Art. 12-3(1), (7)", "Act Art. 30-51", "Ord. Art. 30-26(7)", "spec 5.1")
@pytest.mark.parametrize("asker", [Asker.PUBLIC_BODY, Asker.THIRD_PARTY])
@pytest.mark.parametrize("kind", RecordKind)
def test_unasked_they_see_the_basic_items_and_the_code_never(asker: Asker, kind: RecordKind) -> None:
    every = frozenset(OnRequest)
    assert visible_items(kind, NOBODY, asker) == BASIC | OWN[kind]
    assert CopyItem.CODE not in visible_items(kind, every, asker) | omitted_items(kind, every, asker)
    assert visible_items(kind, every, asker) == visible_items(kind, every, Asker.HOUSEHOLD) - {CopyItem.CODE}


# Public bodies


@pytest.mark.parametrize(
    ("asked", "body", "requested", "expected"),
    judged(
        ({}, {}, NOBODY, []),
        ({}, {}, KOSEKI, []),
        (GONE, {}, NOBODY, []),
        ({"history": True}, {}, NOBODY, []),
        ({}, {"reason_stated": False, "secrecy_explained": True}, NOBODY, []),
        ({"brought_by": by(IdentityShown.PASSPORT, excused=True)}, {"staff_card": False}, NOBODY, []),
        ({"brought_by": by(IdentityShown.NOTHING)}, {}, NOBODY, []),
        ({"sent_to": SentTo.OWN_ADDRESS}, {"office_stated": True}, NOBODY, []),
        (BY_COPIES, {"office_stated": True}, NOBODY, []),
        (
            {**BY_COPIES, "by_post": ByPost.OTHER_WAY, "brought_by": by(IdentityShown.OTHER_WAY)},
            {"office_stated": True, "staff_card": False},
            NOBODY,
            [],
        ),
        ({**BY_COPIES, "by_post": ByPost.PUBLISHED}, {"office_stated": True}, NOBODY, ["CT4"]),
        ({**BY_COPIES, "by_post": ByPost.COPIES_AND_OFFICE}, {"office_stated": True}, NOBODY, ["CT4"]),
        (
            {**BY_COPIES, "brought_by": by(IdentityShown.OTHER_WAY)},
            {"office_stated": True, "staff_card": False},
            NOBODY,
            ["HC20"],
        ),
        ({"paper": Paper.CERTIFICATE, "left_out": frozenset({CopyItem.SEX})}, {}, NOBODY, []),
        *((changes, {}, NOBODY, expected) for changes, expected in SHARED),
        ({}, {"necessary": False}, NOBODY, ["HC17"]),
        ({}, {"reason_stated": False}, NOBODY, ["HC18"]),
        ({}, {"official_letter": False}, NOBODY, ["HC19"]),
        ({}, {"staff_card": False}, NOBODY, ["HC20"]),
        (
            {"brought_by": by(IdentityShown.OTHER_PAPERS, excused=True)},
            {"staff_card": False},
            NOBODY,
            ["HC20"],
        ),
        ({}, {}, CODE | KOSEKI, ["HC21"]),
        ({"sent_to": SentTo.OWN_ADDRESS}, {}, NOBODY, ["HC29"]),
        permitted="HC9 HC12 HC13 HC14 HC30 HC31 HC32 HC15 HC16 HC17 HC18 HC19 HC20 HC21 HC29 CT4",
    ),
)
def test_when_a_public_body_has_one(
    asked: dict[str, object], body: dict[str, bool], requested: frozenset[OnRequest], expected: list[str]
) -> None:
    decision = decide_for_body(_asked(asked), replace(BODY, **body), requested)
    assert rules(decision) == expected


def _asked(changes: dict[str, object]) -> Asked:
    return replace(GOOD, **changes)  # type: ignore[arg-type]


# Third parties

TO_OFFICE = {"sent_to": SentTo.OFFICE, "by_post": ByPost.COPIES_AND_OFFICE}
"""Asked for by post by a corporation, with copies and a paper on its main office, and to be sent to there."""


@pytest.mark.parametrize(
    ("asked", "other", "requested", "expected"),
    judged(
        *(({}, {"ground": ground}, NOBODY, []) for ground in Ground),
        ({}, {"more_suitable": True}, KOSEKI, []),
        (GONE, {}, NOBODY, []),
        ({"history": True}, {"more_suitable": True}, NOBODY, []),
        ({"history": True}, {}, NOBODY, ["HC23"]),
        ({"brought_by": by(IdentityShown.OTHER_PAPERS, excused=True)}, {}, NOBODY, []),
        ({"brought_by": AGENT}, {}, NOBODY, []),
        ({"sent_to": SentTo.ELSEWHERE, "sending_reason": True}, {}, NOBODY, []),
        ({"sent_to": SentTo.OWN_ADDRESS}, {}, NOBODY, []),
        ({"sent_to": SentTo.OFFICE}, {"corporation": True}, NOBODY, []),
        (BY_COPIES, {}, NOBODY, []),
        (TO_OFFICE, {"corporation": True}, NOBODY, []),
        (
            {**BY_COPIES, "by_post": ByPost.OTHER_WAY, "brought_by": by(IdentityShown.OTHER_WAY)},
            {},
            NOBODY,
            [],
        ),
        *(({}, {"purpose_shown": came}, NOBODY, []) for came in (PurposeShown.SHOWN, PurposeShown.HANDED_IN)),
        ({}, {"purpose_shown": PurposeShown.NOTHING}, NOBODY, ["CT7"]),
        ({"brought_by": replace(AGENT, represented=IdentityShown.NOTHING)}, {}, NOBODY, ["CT2"]),
        ({**BY_COPIES, "brought_by": AGENT}, {}, NOBODY, ["CT5"]),
        ({**TO_OFFICE, "by_post": ByPost.COPIES}, {"corporation": True}, NOBODY, ["CT5"]),
        ({**TO_OFFICE, "sent_to": SentTo.OWN_ADDRESS}, {"corporation": True}, NOBODY, ["CT5"]),
        (
            {**TO_OFFICE, "brought_by": by(IdentityShown.QUESTIONS, excused=True)},
            {"corporation": True},
            NOBODY,
            ["CT5"],
        ),
        ({**TO_OFFICE, "sending_reason": True}, {}, NOBODY, ["CT5"]),
        (TO_OFFICE, {}, NOBODY, ["CT5", "HC28"]),
        ({**BY_COPIES, "by_post": ByPost.PUBLISHED}, {}, NOBODY, ["CT5"]),
        *((changes, {}, NOBODY, expected) for changes, expected in SHARED),
        ({}, {"more_suitable": True}, CODE, ["HC21"]),
        ({}, {}, CODE, ["HC21"]),
        ({}, {"suitable": False}, NOBODY, ["HC22"]),
        ({}, {}, KOSEKI, ["HC23"]),
        ({"brought_by": by(IdentityShown.NOTHING)}, {}, NOBODY, ["HC26"]),
        ({"brought_by": by(IdentityShown.OTHER_PAPERS)}, {}, NOBODY, ["HC26"]),
        ({"brought_by": replace(AGENT, authority=None)}, {}, NOBODY, ["HC27"]),
        ({"brought_by": replace(AGENT, authority=AuthorityShown.EXPLAINED)}, {}, NOBODY, ["HC27"]),
        ({"sent_to": SentTo.ELSEWHERE}, {}, NOBODY, ["HC28"]),
        permitted="HC9 HC12 HC13 HC14 HC30 HC31 HC32 HC15 HC16 HC21 HC22 HC23 HC26 HC27 HC28 CT2 CT5 CT7",
    ),
)
def test_when_a_third_party_has_one(
    asked: dict[str, object], other: dict[str, object], requested: frozenset[OnRequest], expected: list[str]
) -> None:
    decision = decide_for_other(_asked(asked), replace(OTHER, **other), requested)  # type: ignore[arg-type]
    assert rules(decision) == expected


@pytest.mark.parametrize(
    ("identity", "mandate", "expected"),
    judged(
        (IdentityShown.PASSPORT, {}, []),
        (IdentityShown.OTHER_WAY, {}, []),
        (IdentityShown.NOTHING, {"member_card": True}, []),
        (IdentityShown.PASSPORT, {"client_named": False, "work": Work.ATTORNEY_30_6}, []),
        (IdentityShown.PASSPORT, {"client_named": False, "work": Work.ATTORNEY, "corporation": True}, []),
        (IdentityShown.NOTHING, {}, ["HC24"]),
        (IdentityShown.OTHER_PAPERS, {}, ["HC24"]),
        (IdentityShown.PASSPORT, {"letter": False}, ["HC24"]),
        (IdentityShown.PASSPORT, {"client_named": False}, ["HC25"]),
        (
            IdentityShown.PASSPORT,
            {"client_named": False, "work": Work.ATTORNEY_30_6, "corporation": True},
            ["HC25"],
        ),
        (
            IdentityShown.PASSPORT,
            {"client_named": False, "work": Work.ATTORNEY, "profession": Profession.JUDICIAL_SCRIVENER},
            ["HC25"],
        ),
        permitted="HC24 HC25",
    ),
)
def test_when_a_specified_professional_has_one(
    identity: IdentityShown, mandate: dict[str, object], expected: list[str]
) -> None:
    asks = replace(OTHER, mandate=replace(MANDATE, **mandate))  # type: ignore[arg-type]
    assert rules(decide_for_other(_asked({"brought_by": by(identity)}), asks, NOBODY)) == expected


POSTED = {"sent_to": SentTo.OFFICE, "by_post": ByPost.COPIES}


@pytest.mark.parametrize(
    ("asked", "mandate", "expected"),
    judged(
        (POSTED, {}, []),
        ({**POSTED, "brought_by": by(IdentityShown.NOTHING)}, {"member_card": True}, []),
        ({**POSTED, "by_post": ByPost.PUBLISHED, "brought_by": by(IdentityShown.NOTHING)}, {}, []),
        ({**POSTED, "sent_to": SentTo.OWN_ADDRESS}, {}, ["CT6"]),
        ({**POSTED, "by_post": ByPost.OTHER_WAY}, {}, ["CT6"]),
        ({**POSTED, "by_post": ByPost.COPIES_AND_OFFICE}, {}, ["CT6"]),
        ({**POSTED, "brought_by": by(IdentityShown.OTHER_WAY)}, {}, ["CT6"]),
        ({**POSTED, "by_post": ByPost.PUBLISHED}, {"letter": False}, ["HC24"]),
        permitted="CT6 HC24 HC28",
    ),
)
def test_when_a_specified_professional_has_one_by_post(
    asked: dict[str, object], mandate: dict[str, object], expected: list[str]
) -> None:
    asks = replace(OTHER, mandate=replace(MANDATE, **mandate))  # type: ignore[arg-type]
    assert rules(decide_for_other(_asked(asked), asks, NOBODY)) == expected


@case("Act Art. 12-3(3)", "Ord. Art. 15-2")
def test_eight_professions_may_ask_and_six_have_works_of_their_own_without_a_client() -> None:
    """The numbers of Act Art. 12-3(3) and of Ord. 15-2, each counted in the text."""
    assert len(Profession) == 8
    assert {one for one in Profession if not WORKS[one]} == {
        Profession.MARITIME_AGENT,
        Profession.ADMINISTRATIVE_SCRIVENER,
    }
    assert sorted(work for works in WORKS.values() for work in works) == sorted(Work)


@case("Ord. Art. 15-2")
def test_three_corporations_lack_works_that_their_members_have() -> None:
    """Ord. 15-2(i), (ii) and (vi), each 「…については…を除く」."""
    taken_out = {
        one: works_without_client(one, corporation=False) - works_without_client(one, corporation=True)
        for one in Profession
    }
    assert {one: works for one, works in taken_out.items() if works} == {
        Profession.ATTORNEY: {Work.ATTORNEY_30_6},
        Profession.JUDICIAL_SCRIVENER: {Work.SCRIVENER_3_1_6},
        Profession.PATENT_ATTORNEY: {Work.PATENT_6, Work.PATENT_6_2},
    }


@case("Act Art. 12-2(5)", "Act Art. 12-3(2), (9)", "Copies Ordinance Arts. 8, 10")
def test_the_decision_says_on_what_it_rests() -> None:
    posted = _asked({"sent_to": SentTo.OWN_ADDRESS})
    for decision, basis in (
        (
            decide_for_body(posted, replace(BODY, office_stated=True), NOBODY),
            ("Act Art. 12-2(1)", "Act Art. 12-2(5)"),
        ),
        (
            decide_for_other(posted, replace(OTHER, more_suitable=True), KOSEKI),
            ("Act Art. 12-3(1)", "Act Art. 12-3(8)", "Act Art. 12-3(9)"),
        ),
        (decide_for_other(GOOD, replace(OTHER, mandate=MANDATE), NOBODY), ("Act Art. 12-3(2)",)),
    ):
        assert isinstance(decision, Permitted)
        assert decision.basis == basis


def test_a_day_before_the_edition_is_no_day_of_these_rules() -> None:
    early = replace(GOOD, on=date(2012, 7, 8))
    with pytest.raises(JukinetError):
        decide_for_body(early, BODY, NOBODY)
    with pytest.raises(JukinetError):
        decide_for_other(early, OTHER, NOBODY)

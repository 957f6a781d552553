"""Copies at home for public bodies and third parties, over a real register."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, holding, protecting
from tests.services.services.home_copying import (
    AGAIN,
    BY_AGENT,
    IN_PERSON,
    ISSUED,
    LINH,
    TARO,
    at_home,
    filing,
    issue,
    issued,
)

from jukinet.domain.errors import JukinetError
from jukinet.law.copies import Asker
from jukinet.law.decisions import Refused
from jukinet.services import issued_papers, measures
from jukinet.services.context import Context
from jukinet.services.home_copies import HomeCopy
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

BODY = {
    "name": "東京都立川都税事務所",
    "official": "徴収課主事　見本　五郎",
    "affair": "地方税法",
    "reason": "滞納処分のため",
    "necessary": True,
    "official_letter": True,
    "staff_card": True,
}
OTHER = {
    "name": "架空信用金庫",
    "address": "東京都立川市架空一丁目1番地",
    "representative": "架空　六郎",
    "ground": "right-or-duty",
    "purpose": "貸付金の回収",
    "suitable": True,
}
LAWYER = {"kind": "attorney", "business": "損害賠償請求", "client": "無名　権兵衛", "letter": True}
EVERYTHING = ["household-items", "koseki", "voter", "programmes", "nationality-and-class", "nickname-history"]


def asked(**changes: Any) -> Any:
    """What is asked about the husband alone."""
    return filing(**{"members": "self", "brought_by": IN_PERSON} | changes)


def given(ctx: Context, **changes: Any) -> HomeCopy:
    return issued(ctx, **{"members": "self"} | changes)


def rules(done: HomeCopy | Refused) -> list[str]:
    return [failed.rule for failed in done.failed] if isinstance(done, Refused) else []


def kept(federation: Federation) -> list[tuple[str, str, str | None]]:
    query = "SELECT asker, brought_by, body FROM home_copies ORDER BY copy_id"
    return [
        (r["asker"], r["brought_by"], r["body"])
        for r in counter.owner_rows(federation, KUNITACHI.node_id, query)
    ]


@case(
    "Act Art. 12-2(1), (2)(iii), (4)",
    "spec 1.3.8",
    permitted="HC9 HC12 HC13 HC14 HC15 HC16 HC17 HC18 HC19 HC20 HC21 HC29",
)
def test_a_public_body_has_what_its_affair_needs_and_never_the_code(federation: Federation) -> None:
    ctx = at_home(federation)
    paper = given(ctx, public_body=BODY, wanted=["koseki"], members="household")
    assert (paper.asker, paper.whole) == (Asker.PUBLIC_BODY, True)
    assert paper.persons[0].koseki is not None
    assert all(one.code is None for one in paper.persons)
    assert rules(issue(ctx, asked(public_body=BODY, wanted=["code"], application_id="d1" * 16))) == ["HC21"]
    entries = counter.audit(federation, KUNITACHI, ISSUED)
    assert ["Act Art. 12-2(1)" in one["rules"] for one in entries] == [True, True, True, False]
    assert kept(federation) == [("public-body", "person, driving-licence", BODY["name"])]


@case("Act Art. 12-3(1), (4), (7), (8)", permitted="HC15 HC16 HC21 HC22 HC23 HC26 HC27 HC28")
def test_a_third_party_has_the_basic_items_and_more_only_as_found_suitable(federation: Federation) -> None:
    ctx = at_home(federation)
    plain = given(ctx, third_party=OTHER)
    (man,) = plain.persons
    assert (man.household, man.koseki, man.programmes, man.voter, man.code) == (None, None, None, False, None)
    assert rules(issue(ctx, asked(third_party=OTHER, wanted=["koseki"], application_id="d1" * 16))) == [
        "HC23"
    ]
    more = given(
        ctx, third_party=OTHER | {"more_suitable": True}, wanted=EVERYTHING, application_id="d2" * 16
    )
    assert more.persons[0].koseki is not None
    assert more.persons[0].code is None
    assert kept(federation)[0] == ("third-party", "person, driving-licence, right-or-duty", None)


@case("Act Art. 12-3(2), (3), (4)(v)", "Ord. Art. 15-2", refused="HC25", permitted="HC24 HC25")
def test_a_professional_names_the_client_but_in_a_dispute(federation: Federation) -> None:
    ctx = at_home(federation)
    no_client = {**LAWYER, "client": None}
    for bare in ({}, {"work": "attorney-30-6-1", "corporation": True}, {"work": "patent-6"}):
        assert rules(issue(ctx, asked(third_party=OTHER | {"profession": no_client | bare}))) == ["HC25"]
    given(ctx, third_party=OTHER | {"profession": no_client | {"work": "attorney-30-6-1"}})
    given(ctx, third_party=OTHER | {"profession": LAWYER}, application_id="d1" * 16)
    assert [brought for _, brought, _ in kept(federation)] == [
        "person, driving-licence, right-or-duty, attorney, work attorney-30-6-1",
        "person, driving-licence, right-or-duty, attorney",
    ]


@case("Copies Ordinance Art. 10(1)", "Copies Ordinance Art. 11", refused="CT5 CT7", permitted="CT5 CT7")
def test_what_came_by_post_and_on_the_purpose_is_kept_in_kinds(federation: Federation) -> None:
    ctx = at_home(federation)
    posted = {"sent_to": "office", "by_post": "copies-and-office"}
    nothing = OTHER | {"purpose_papers": "nothing"}
    assert rules(issue(ctx, asked(third_party=nothing, **posted, application_id="d1" * 16))) == ["CT7"]
    wrong = asked(third_party=OTHER, sent_to="office", by_post="copies", application_id="d2" * 16)
    assert rules(issue(ctx, wrong)) == ["CT5"]
    given(ctx, third_party=OTHER | {"purpose_papers": "handed-in"}, **posted)
    ((_, brought, _),) = kept(federation)
    assert brought == (
        "person, driving-licence, right-or-duty, purpose handed-in, sent to office, by post copies-and-office"
    )


@case(refused="HC15 HC16 HC13")
def test_the_person_is_stated_as_recorded(federation: Federation) -> None:
    ctx = at_home(federation)
    for who in ({"public_body": BODY}, {"third_party": OTHER}):
        assert rules(issue(ctx, asked(**who, name="渡邉　花子"))) == ["HC16"]
        assert rules(issue(ctx, asked(**who, address="東京都国立市東一丁目1番地"))) == ["HC16"]
        assert rules(issue(ctx, asked(**who, members="named", names=["国立　花子"]))) == ["HC16"]
    counter.die(federation, KUNITACHI, TARO)
    for who in ({"public_body": BODY}, {"third_party": OTHER}):
        assert rules(issue(ctx, asked(**who))) == ["HC15"]
    her = {"resident_no": LINH, "name": "見本　りん", "wanted": ["household-items"]}
    assert rules(issue(ctx, asked(public_body=BODY, **her))) == ["HC13"]
    assert rules(issue(ctx, asked(third_party=OTHER | {"more_suitable": True}, **her))) == ["HC13"]
    assert not kept(federation)


OFFENDERS_SIDE: list[dict[str, Any]] = [
    {"third_party": OTHER | {"name": "無名権兵衛"}},
    {"third_party": OTHER | {"representative": "無名　権兵衛"}},
    {"third_party": OTHER | {"profession": LAWYER}},
    {"third_party": OTHER, "brought_by": BY_AGENT, "agent": {"name": "無名　権兵衛", "address": "不明"}},
]
"""Themselves, a corporation of theirs, their lawyer, and theirs as somebody's agent."""


@case("spec 3.4", "Act Art. 12-3(1)", refused="HC9 V1", permitted="V1")
def test_nothing_goes_to_the_offenders_side(federation: Federation) -> None:
    """In whatever part the one whom the measure names appears; and to others only when the hold is lifted."""
    ctx = at_home(federation)
    her = {"resident_no": LINH, "name": "TRAN THI LINH"}
    protecting.done(
        measures.apply_for_measure(
            ctx, CLERK, replace(protecting.application(LINH), details=protecting.details())
        )
    )
    for who in OFFENDERS_SIDE:
        assert rules(issue(ctx, asked(**who, **her))) == ["HC9", "V1"]
    assert rules(issue(ctx, asked(public_body=BODY, **her))) == ["V1"]
    (hold,) = counter.owner_rows(federation, KUNITACHI.node_id, "SELECT hold_id FROM holds")
    holding.lift(federation, hold["hold_id"], one_act=False)
    for who in OFFENDERS_SIDE:
        assert rules(issue(ctx, asked(**who, **her))) == ["HC9"]
    assert isinstance(issue(ctx, asked(public_body=BODY, **her)), HomeCopy)


def test_a_retry_of_theirs_is_the_same_paper_and_no_other_asker_has_it(federation: Federation) -> None:
    ctx = at_home(federation)
    first = given(ctx, public_body=BODY)
    assert given(ctx, public_body=BODY) == replace(first, again=True)
    assert len(counter.audit(federation, KUNITACHI, AGAIN)) == 1
    with pytest.raises(JukinetError):
        issue(ctx, asked(public_body=BODY | {"name": "別の役所"}))
    assert len(kept(federation)) == 1
    counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda now: issue(now, asked(third_party=OTHER, application_id="d3" * 16))
    )


@case("spec 2.2.2")
def test_the_person_learns_that_a_body_and_a_third_party_had_one(federation: Federation) -> None:
    ctx = at_home(federation)
    given(ctx, public_body=BODY)
    given(ctx, third_party=OTHER, paper="certificate", application_id="d1" * 16)
    listed = issued_papers.list_papers(ctx, CLERK, TARO)
    assert not isinstance(listed, Refused)
    assert {one.kind for one in listed} == {"public-body-copy", "third-party-certificate"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"public_body": BODY, "third_party": OTHER}, "third_party"),
        ({"public_body": {**BODY, "affair": ""}}, "public_body.affair"),
        ({"public_body": {**BODY, "officer": "x"}}, "public_body.officer"),
        (
            {"public_body": BODY, "brought_by": BY_AGENT, "agent": {"name": "甲", "address": "乙"}},
            "brought_by.capacity",
        ),
        ({"third_party": {**OTHER, "purpose": None}}, "third_party.purpose"),
        ({"third_party": {**OTHER, "ground": "curiosity"}}, "third_party.ground"),
        (
            {"third_party": {**OTHER, "profession": {**LAWYER, "kind": "detective"}}},
            "third_party.profession.kind",
        ),
        (
            {"third_party": {**OTHER, "profession": {**LAWYER, "business": ""}}},
            "third_party.profession.business",
        ),
        ({"third_party": "x"}, "third_party"),
    ],
)
def test_what_is_no_application_of_theirs_is_named_by_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(JukinetError) as caught:
        asked(**changes)
    assert any(fault.field.startswith(field) for fault in caught.value.faults), caught.value.faults


def test_nothing_that_they_state_shows_in_a_log() -> None:
    for one in (asked(public_body=BODY), asked(third_party=OTHER | {"profession": LAWYER})):
        assert repr(one) + repr(one.asked_by) == f"HomeCopyFiling(…){type(one.asked_by).__name__}(…)"

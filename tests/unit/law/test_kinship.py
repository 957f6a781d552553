"""Proof of the relationship to a foreign householder: Arts. 30-48 and 30-49 with their exceptions."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, refusals

from jukinet.domain.dates import PartialDate
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.kinship import (
    KinshipCase,
    KinshipProof,
    RelationshipNotification,
    decide_proof,
    decide_relationship,
)

TODAY = date(2013, 7, 8)
CASE = KinshipCase("妻", foreign_member=True, foreign_householder=True, came_along=False, proof=None)
NOTICE = RelationshipNotification(
    changed_on=date(2013, 7, 6),
    filed_on=TODAY,
    birth_date=PartialDate("1985-11-02"),
    old="縁故者",
    new="妻",
    both_foreign=True,
    proof=KinshipProof.DOCUMENT,
)


def rules(decision: Decision) -> list[str]:
    return [failed.rule for failed in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize("proof", [KinshipProof.DOCUMENT, KinshipProof.TRANSLATED, KinshipProof.CONFIRMED])
@case("Act Art. 30-49", "Reg. Art. 50", permitted="SR21 SR22")
def test_who_proves_the_relationship_may_have_it_recorded(proof: KinshipProof) -> None:
    decision = decide_proof(replace(CASE, proof=proof))
    assert isinstance(decision, Permitted)
    assert decision.basis == ("Act Art. 30-49",)


@case("Act Art. 30-49", "spec 1.1.11", refused="SR21 SR22")
def test_without_proof_it_is_refused_and_without_translation_too() -> None:
    assert rules(decide_proof(CASE)) == ["SR21"]
    assert rules(decide_proof(replace(CASE, proof=KinshipProof.UNTRANSLATED))) == ["SR22"]


@pytest.mark.parametrize(
    "change",
    [
        {"foreign_member": False},
        {"foreign_householder": False},
        {"came_along": True},
        {"relationship": "世帯主"},
        # No kinship (Ord. 30-29(i)); kin in fact without a paper (specification 1.1.11).
        {"relationship": "同居人"},
        {"relationship": "縁故者"},
    ],
)
@case("Act Art. 30-49", "Ord. Art. 30-29", "spec 1.1.11")
def test_where_no_proof_is_asked(change: dict[str, Any]) -> None:
    assert rules(decide_proof(replace(CASE, **change))) == []


@case(permitted="F1 SR21 SR22 SR23 SR24 SR25 SR26")
def test_a_changed_relationship_is_recorded_with_its_proof() -> None:
    decision = decide_relationship(NOTICE, recorded_here=True, on=TODAY)
    assert isinstance(decision, Permitted)
    assert decision.remarks == ()
    translated = replace(NOTICE, proof=KinshipProof.TRANSLATED)
    assert rules(decide_relationship(translated, recorded_here=True, on=TODAY)) == []


@pytest.mark.parametrize(("changed_on", "late"), [(date(2013, 6, 24), False), (date(2013, 6, 23), True)])
@case("Act Art. 30-48", permitted="SR23")
def test_a_late_notice_is_taken_and_remarked_on(changed_on: date, late: bool) -> None:
    decision = decide_relationship(replace(NOTICE, changed_on=changed_on), recorded_here=True, on=TODAY)
    assert isinstance(decision, Permitted)
    assert [remark.article for remark in decision.remarks] == ["Act Art. 30-48"] * late


@pytest.mark.parametrize(
    ("change", "failed"),
    refusals(
        ({"filed_on": date(2013, 7, 9)}, ["F1"]),
        ({"proof": None}, ["SR21"]),
        # The mayor's own finding is an exception of Art. 30-49 alone.
        ({"proof": KinshipProof.CONFIRMED}, ["SR21"]),
        ({"proof": KinshipProof.UNTRANSLATED}, ["SR22"]),
        ({"changed_on": date(2013, 7, 9)}, ["SR23"]),
        ({"changed_on": date(2013, 7, 7), "filed_on": date(2013, 7, 6)}, ["SR23"]),
        ({"changed_on": date(1985, 11, 1)}, ["SR23"]),
        ({"both_foreign": False}, ["SR25"]),
        ({"old": "世帯主"}, ["SR25"]),
        ({"new": "縁故者"}, ["SR26"]),
        ({"new": "世帯主"}, ["SR26"]),
        ({"proof": None, "new": "世帯主", "both_foreign": False}, ["SR21", "SR25", "SR26"]),
    ),
)
def test_a_changed_relationship_is_refused_with_every_rule(change: dict[str, Any], failed: list[str]) -> None:
    assert rules(decide_relationship(replace(NOTICE, **change), recorded_here=True, on=TODAY)) == failed


@case(refused="SR24")
def test_only_who_is_recorded_here() -> None:
    assert rules(decide_relationship(NOTICE, recorded_here=False, on=TODAY)) == ["SR24"]
    alone = replace(NOTICE, both_foreign=False)
    assert rules(decide_relationship(alone, recorded_here=False, on=TODAY)) == ["SR24"]

"""Art. 30-48: a foreign member's relationship to the foreign householder changes; nobody outside is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case, refusals
from tests.services.services import counter

from jukinet.domain.items import PersonName
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Sex
from jukinet.law.kinship import KinshipProof
from jukinet.services import relationships
from jukinet.services.foreign_filings import RelationshipFiling
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.notifying import IN_PERSON

EVENT = "register:relationship:changed"
NOBODY = "99999999999"


def filing(number: str, **changes: Any) -> RelationshipFiling:
    made = RelationshipFiling(
        number,
        "夫",
        date(2013, 7, 7),
        counter.TODAY,
        KinshipProof.TRANSLATED,
        notified_by=IN_PERSON,
    )
    return replace(made, **changes)


def couple(federation: Federation) -> tuple[str, str]:
    lodger = counter.foreign(
        name=PersonName("SMITH BEN", latin="SMITH BEN"), sex=Sex.MALE, relationship="同居人"
    )
    head, member = counter.move_in(federation, KUNITACHI, counter.foreign(), lodger).resident_nos
    return head, member


@case("Act Art. 30-48", permitted="F1 SR21 SR22 SR23 SR24 SR25 SR26")
def test_a_marriage_abroad_changes_the_relationship_and_nothing_is_told(federation: Federation) -> None:
    head, member = couple(federation)
    sent, untouched = counter.notices(federation, KUNITACHI), counter.read(federation, KUNITACHI, head)
    ctx = federation.context(KUNITACHI)
    counter.registered(relationships.change_relationship(ctx, CLERK, filing(member)))
    found = counter.read(federation, KUNITACHI, member)
    assert found.record == replace(found.versions[0].record, relationship="夫")
    version = found.versions[-1]
    assert (version.reason, version.effective_on, version.notified_on) == (
        "household-changed",
        date(2013, 7, 7),
        counter.TODAY,
    )
    assert counter.notices(federation, KUNITACHI) == sent
    assert counter.read(federation, KUNITACHI, head) == untouched
    (entry,) = counter.audit(federation, KUNITACHI, EVENT)
    assert (entry["outcome"], entry["resident_no"]) == ("done", member)


@pytest.mark.parametrize(
    ("change", "rules"),
    refusals(
        ({"filed_on": date(2013, 7, 9)}, ["F1"]),
        ({"kinship": None}, ["SR21"]),
        ({"kinship": KinshipProof.CONFIRMED}, ["SR21"]),
        ({"kinship": KinshipProof.UNTRANSLATED}, ["SR22"]),
        ({"changed_on": date(2013, 7, 9)}, ["SR23"]),
        ({"changed_on": date(2013, 7, 5)}, ["E1"]),
        ({"relationship": "世帯主"}, ["SR26"]),
        ({"relationship": "同居人", "kinship": None}, ["SR21", "SR26"]),
    ),
)
def test_it_is_refused_with_every_rule_that_fails(
    federation: Federation, change: dict[str, Any], rules: list[str]
) -> None:
    _, member = couple(federation)
    ctx, wrong = federation.context(KUNITACHI), filing(member, **change)
    counter.assert_refused(
        federation, KUNITACHI, EVENT, lambda: relationships.change_relationship(ctx, CLERK, wrong), *rules
    )


@case(refused="SR24 SR25")
def test_it_is_not_for_householders_nor_for_japanese_on_either_side_nor_for_who_left(
    federation: Federation,
) -> None:
    ctx = federation.context(KUNITACHI)

    def refused(wrong: RelationshipFiling, *rules: str) -> None:
        counter.assert_refused(
            federation, KUNITACHI, EVENT, lambda: relationships.change_relationship(ctx, CLERK, wrong), *rules
        )

    head, member = couple(federation)
    refused(filing(head), "SR25")
    japanese = counter.japanese(name=PersonName("国立　太郎"), sex=Sex.MALE, relationship="同居人")
    house = counter.read(federation, KUNITACHI, head).record.household_number
    (lodger,) = counter.move_in(federation, KUNITACHI, japanese, household_number=house).resident_nos
    refused(filing(lodger), "SR25")
    (citizen,) = counter.load(federation)
    under = counter.foreign(birth_date=japanese.birth_date, relationship="同居人")
    (guest,) = counter.move_in(
        federation, KUNITACHI, under, household_number=citizen.record.household_number
    ).resident_nos
    refused(filing(guest), "SR25")
    counter.die(federation, KUNITACHI, member, counter.TODAY)
    refused(filing(member), "SR24")
    refused(filing(NOBODY), "SR24")


def test_only_an_operator_who_may(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        EVENT,
        Permission.REGISTER_RESIDENT_RECORD,
        lambda ctx, claim: relationships.change_relationship(ctx, claim, filing(NOBODY)),
    )


def test_a_crash_at_any_step_leaves_nothing(federation: Federation) -> None:
    _, member = couple(federation)
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: relationships.change_relationship(ctx, CLERK, filing(member))
    )
    assert crashes >= 2  # the version, the trail

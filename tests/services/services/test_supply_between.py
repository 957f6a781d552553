"""A mayor supplies to an organ of another municipality by his own ordinance (Act Art. 30-6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services.counter import CrashingClock
from tests.services.services.holding import died, hold, terms
from tests.services.supply.asking import CODES, hanako, load
from tests.services.world import KUNI, TOKYO

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.changes import RegisterReason
from jukinet.domain.municipality import NodeId, OrganSlug
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.holds import Process
from jukinet.law.ordinances import Ground, OrdinanceAffair
from jukinet.messages.directory import OrganEntry, OrganState, SignaturePolicy
from jukinet.services import ordinances, reads, supply_between
from jukinet.services.operators import OperatorClaim
from jukinet.services.ordinances import Entered
from jukinet.services.reads import Found
from jukinet.services.supply_between import Asked, Supplied
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import FUKUSHIMA, KUNITACHI

pytestmark = pytest.mark.core

DAY, END = date(2013, 7, 8), date(2013, 8, 1)
NAME = "o-132152-1"
MAYOR, OWN = OrganSlug("fukushima-mayor"), OrganSlug("kunitachi-mayor")
SAID = OrdinanceAffair(
    Ground.BETWEEN_MUNICIPALITIES, OrganSlug("mayor"), "国立市住基条例", "第2条", "見本の助成", DAY
)
ASKED = Asked(NAME, MAYOR, "福市第1号")


def rules(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [one.rule for one in outcome.failed]


@pytest.fixture
def between(federation: Federation) -> Federation:
    """Kunitachi with Hanako and an ordinance, and two mayors in the directory."""
    load(federation, hanako())
    organs = tuple(
        OrganEntry(slug, name, (), SignaturePolicy.TLS_ONLY, seat=seat, acts_as=(OrganSlug("mayor"),))
        for slug, name, seat in (
            (MAYOR, "福島市長", FUKUSHIMA.node_id),
            (OWN, "国立市長", KUNITACHI.node_id),
        )
    )
    federation.directory = replace(federation.directory, organs=(*federation.directory.organs, *organs))
    assert ordinances.enter(federation.context(KUNI), CLERK, SAID) == Entered(NAME, SAID)
    return federation


def supplied(federation: Federation, *, node: NodeId = KUNI, **changes: Any) -> Supplied | Refused:
    return supply_between.supply(federation.context(node), CLERK, replace(ASKED, **changes), CODES[0])


def outcomes(federation: Federation) -> list[Outcome]:
    return [one.outcome for one in world.entries(federation, KUNI, AuditEvent.SUPPLIED_BETWEEN)]


@case("Act Art. 30-6", permitted="S20 S27 S28", refused="S27")
def test_the_six_facts_are_supplied_from_the_first_day_of_the_ordinance_to_its_last(
    between: Federation,
) -> None:
    done = supplied(between)
    assert isinstance(done, Supplied)
    assert done.facts == hanako().identity_facts()
    assert (done.present, done.reason, done.basis) == (
        True,
        RegisterReason.RECORDED_EX_OFFICIO,
        ("Act Art. 30-6", "国立市住基条例 第2条"),
    )
    (entry,) = world.entries(between, KUNI, AuditEvent.SUPPLIED_BETWEEN)
    assert (entry.outcome, entry.subject_code) == (Outcome.DONE, CODES[0])
    assert entry.reference == "o-132152-1 / fukushima-mayor / 福市第1号"
    ctx = between.context(KUNI)
    assert isinstance(ordinances.end(ctx, CLERK, NAME, END), Permitted)
    assert isinstance(supplied(between), Supplied)
    between.set_date(END)
    assert rules(supplied(between)) == ["S27"]
    assert outcomes(between) == [Outcome.DONE, Outcome.DONE, Outcome.REFUSED]


@case("Act Art. 30-6", refused="S27 S28 S11 R1")
def test_to_nobody_else_for_nothing_else_and_every_refusal_is_recorded(between: Federation) -> None:
    assert rules(supplied(between, organ=OWN)) == ["S28"]
    assert rules(supplied(between, affair="o-132152-2")) == ["S27"]
    assert rules(supplied(between, organ=OrganSlug("nobody"))) == ["S27", "S28", "S11"]
    ctx = between.context(KUNI)
    assert rules(supply_between.supply(ctx, CLERK, ASKED, CODES[5])) == ["R1"]
    assert rules(supply_between.supply(ctx, OperatorClaim("nobody"), ASKED, CODES[0])) == ["G1"]
    revoked = tuple(
        replace(one, state=OrganState.REVOKED) if one.slug == MAYOR else one
        for one in between.directory.organs
    )
    between.directory = replace(between.directory, organs=revoked)
    assert rules(supplied(between)) == ["S11"]
    found = world.entries(between, KUNI, AuditEvent.SUPPLIED_BETWEEN)
    assert [one.outcome for one in found] == [Outcome.REFUSED] * 6
    assert {one.subject_code for one in found} == {CODES[0], CODES[5]}


@case("Act Art. 30-6", refused="S20")
def test_what_a_municipality_may_supply_is_entered_at_no_other_node(between: Federation) -> None:
    assert rules(ordinances.enter(between.context(TOKYO), CLERK, SAID)) == ["S20"]
    prefectures = replace(SAID, ground=Ground.OWN_MUNICIPALITIES)
    assert rules(ordinances.enter(between.context(KUNI), CLERK, prefectures)) == ["S20"]


@case(refused="V1")
def test_a_hold_on_what_is_issued_keeps_the_information_back(between: Federation) -> None:
    found = reads.read_resident(between.context(KUNI), CLERK, CODES[0])
    assert isinstance(found, Found)
    hold(between, found, terms(Process.ISSUE))
    assert rules(supplied(between)) == ["V1"]
    assert outcomes(between) == [Outcome.REFUSED]


@case("Act Arts. 30-5(1), 30-6", permitted="S27")
def test_of_a_record_that_was_deleted_the_facts_are_those_of_before_and_why_it_was_is_told(
    between: Federation,
) -> None:
    """What is supplied includes what was done to the record, as in a notice (30-5(1))."""
    ctx = between.context(KUNI)
    found = reads.read_resident(ctx, CLERK, CODES[0])
    assert isinstance(found, Found)
    assert not isinstance(died(ctx, CLERK, found), Refused)
    gone = supplied(between)
    assert isinstance(gone, Supplied)
    assert (gone.present, gone.reason, gone.occurred_on) == (False, RegisterReason.DEATH, DAY)
    assert gone.facts == hanako().identity_facts()


def test_nobody_is_told_without_an_entry(between: Federation) -> None:
    """The clock, which each step asks, stops the act at every one of them."""
    for step in range(20):
        ctx = replace(between.context(KUNI), clock=CrashingClock(step))
        try:
            done = supply_between.supply(ctx, CLERK, ASKED, CODES[0])
        except SystemError:
            assert outcomes(between) == []
        else:
            break
    assert step > 0
    assert isinstance(done, Supplied)
    assert outcomes(between) == [Outcome.DONE]

"""Figures of whom a node holds: drawn by the governor, handed to a national administrative organ, and recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.supply.asking import CODES, hanako, linh, load
from tests.services.world import KUNI, TOKYO

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import JukinetError
from jukinet.domain.municipality import NATIONAL
from jukinet.domain.persons import Sex
from jukinet.law.decisions import Refused
from jukinet.law.figures import MaterialAsker
from jukinet.services import figures
from jukinet.services.figures import MaterialRequest
from jukinet.services.operators import OperatorClaim
from jukinet.store.figures import Heads
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

ASKED = MaterialRequest("見本省", MaterialAsker.NATIONAL, "見本統計", "見統第1号")


def rules(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [one.rule for one in outcome.failed]


@case("Act Art. 30-8(1)(iv)", permitted="S24", refused="S24")
def test_a_governor_draws_statistics_by_municipality_sex_and_age(federation: Federation) -> None:
    partly = hanako(CODES[2], birth_date=PartialDate("1979-XX-XX"))
    load(federation, hanako(), linh(), partly)
    drawn = figures.make_statistics(federation.context(TOKYO), CLERK, "年報")
    assert drawn == (
        Heads(KUNITACHI, Sex.FEMALE, 25, 1),
        Heads(KUNITACHI, Sex.FEMALE, 30, 1),
        Heads(KUNITACHI, Sex.FEMALE, None, 1),
    )
    federation.set_date(date(2014, 3, 1))  # Linh, born on 29 February 1984, has become thirty.
    later = figures.make_statistics(federation.context(TOKYO), CLERK, "年報")
    assert later == (Heads(KUNITACHI, Sex.FEMALE, 30, 2), Heads(KUNITACHI, Sex.FEMALE, None, 1))
    assert rules(figures.make_statistics(federation.context(NATIONAL), CLERK, "年報")) == ["S24"]
    entries = world.entries(federation, TOKYO, AuditEvent.STATISTICS_MADE)
    assert [(one.outcome, one.reference) for one in entries] == [(Outcome.DONE, "年報")] * 2


@case("Act Art. 37(2)", permitted="S25", refused="S25")
def test_material_is_handed_to_a_national_administrative_organ_and_recorded(federation: Federation) -> None:
    load(federation, hanako())
    for node in (TOKYO, NATIONAL):
        assert figures.hand_out(federation.context(node), CLERK, ASKED) == (
            Heads(KUNITACHI, Sex.FEMALE, 30, 1),
        )
    other = replace(ASKED, kind=MaterialAsker.OTHER)
    assert rules(figures.hand_out(federation.context(NATIONAL), CLERK, other)) == ["S25"]
    entries = world.entries(federation, NATIONAL, AuditEvent.MATERIAL_SUPPLIED)
    assert [one.outcome for one in entries] == [Outcome.DONE, Outcome.REFUSED]
    assert {one.reference for one in entries} == {"見本省 / 見本統計 / 見統第1号"}


@case("Act Art. 37(1)", permitted="CE1", refused="CE1")
def test_a_mayor_hands_out_figures_of_the_register_to_a_governor_too(federation: Federation) -> None:
    person = counter.japanese()
    counter.move_in(federation, KUNITACHI, person)
    gone = counter.move_in(federation, KUNITACHI, person, although_alike=True)
    counter.die(federation, KUNITACHI, gone.resident_nos[0])
    ctx = federation.context(KUNITACHI)
    for kind in (MaterialAsker.NATIONAL, MaterialAsker.GOVERNOR):
        drawn = figures.hand_out(ctx, CLERK, replace(ASKED, kind=kind))
        assert not isinstance(drawn, Refused)
        (one,) = drawn
        assert (one.municipality, one.sex, one.persons) == (KUNITACHI, person.sex, 1)
    assert rules(figures.hand_out(ctx, CLERK, replace(ASKED, kind=MaterialAsker.LOCAL))) == ["CE1"]
    entries = world.entries(federation, KUNI, AuditEvent.MATERIAL_SUPPLIED)
    assert [one.outcome for one in entries] == [Outcome.DONE, Outcome.DONE, Outcome.REFUSED]


def test_a_stranger_draws_nothing_and_every_fault_of_a_request_is_named(standing: Federation) -> None:
    ctx, nobody = standing.context(TOKYO), OperatorClaim("nobody")
    assert rules(figures.make_statistics(ctx, nobody, "年報")) == ["G1"]
    assert rules(figures.hand_out(ctx, nobody, ASKED)) == ["G1"]
    with pytest.raises(JukinetError) as caught:
        figures.hand_out(ctx, CLERK, MaterialRequest(" ", MaterialAsker.NATIONAL, "\x00", "x" * 101))
    assert [fault.field for fault in caught.value.faults] == ["organ", "affair", "document"]

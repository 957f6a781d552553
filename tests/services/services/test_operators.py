"""Who may act: enrolled, valid today, allowed to do this; every refusal is recorded."""

from __future__ import annotations

from datetime import date

import pytest
from tests.services import world
from tests.services.world import KUNI

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import JukinetError
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.services import settings
from jukinet.services.operators import OperatorClaim, admit
from jukinet.store import node_rows
from jukinet.store.node_rows import Operator
from jukinet.testing.federation import CLERK, NETWORK, Federation

STRANGER = OperatorClaim("nobody", "counter-9")
TEMPORARY = OperatorClaim("tanaka", "counter-3")
START, END = date(2013, 7, 1), date(2013, 7, 31)


def enrol(federation: Federation, *permissions: Permission) -> None:
    """A person who is enrolled for July 2013."""
    with federation.context(KUNI).begin() as tx:
        operator = Operator(TEMPORARY.operator_id, "田中", frozenset(permissions), START, END)
        node_rows.enrol(tx, operator, federation.clock.now())


def rules(federation: Federation, claim: OperatorClaim, permission: Permission, on: date) -> list[str]:
    with federation.context(KUNI).begin() as tx:
        decision = admit(tx, claim, permission, on)
    return [failed.rule for failed in decision.failed] if isinstance(decision, Refused) else []


@pytest.mark.parametrize("permission", list(Permission))
def test_a_stranger_may_nothing(federation: Federation, permission: Permission) -> None:
    assert rules(federation, STRANGER, permission, START) == ["G1"]


@pytest.mark.parametrize("permission", list(Permission))
def test_a_permission_is_that_one_and_no_other(federation: Federation, permission: Permission) -> None:
    enrol(federation, permission)
    for asked in Permission:
        expected = [] if asked is permission else ["G3"]
        assert rules(federation, TEMPORARY, asked, START) == expected


@pytest.mark.parametrize(
    ("on", "failed"),
    [
        (date(2013, 6, 30), ["G2"]),
        (START, []),
        (END, []),
        (date(2013, 8, 1), ["G2"]),
    ],
)
def test_an_enrolment_holds_from_its_first_day_to_its_last(
    federation: Federation, on: date, failed: list[str]
) -> None:
    enrol(federation, Permission.NODE_CLOCK_SET)
    assert rules(federation, TEMPORARY, Permission.NODE_CLOCK_SET, on) == failed


def test_every_reason_is_told_at_once(federation: Federation) -> None:
    enrol(federation)
    assert rules(federation, TEMPORARY, Permission.NODE_CLOCK_SET, date(2013, 8, 1)) == ["G2", "G3"]


def test_a_name_that_is_almost_right_is_unknown(federation: Federation) -> None:
    for near in ("Sato", "sato ", "sat", "%", "", "sato'--"):
        assert rules(federation, OperatorClaim(near), Permission.NODE_CLOCK_SET, START) == ["G1"]


def test_what_an_operator_may_do_is_that_nodes_own(federation: Federation) -> None:
    enrol(federation, *Permission)
    for node in federation.nodes:
        if node != KUNI:
            with federation.context(node, NETWORK).begin() as tx:
                assert isinstance(admit(tx, TEMPORARY, Permission.NODE_CLOCK_SET, START), Refused)


@pytest.mark.parametrize(
    ("claim", "today", "failed"),
    [
        (STRANGER, date(2013, 7, 8), ["G1"]),
        (TEMPORARY, date(2013, 7, 8), ["G3"]),
        (TEMPORARY, date(2013, 8, 1), ["G2", "G3"]),
    ],
)
def test_a_refusal_is_recorded_and_changes_nothing(
    federation: Federation, claim: OperatorClaim, today: date, failed: list[str]
) -> None:
    enrol(federation)
    federation.set_date(today)
    ctx = federation.context(KUNI)
    for act, event in (
        (lambda: settings.set_business_date(ctx, claim, None), AuditEvent.CLOCK_SET),
        (
            lambda: settings.enrol_operator(ctx, claim, claim.operator_id, "x", list(Permission)),
            AuditEvent.OPERATOR_ENROLLED,
        ),
    ):
        before = world.tables(federation, KUNI)
        decision = act()
        assert isinstance(decision, Refused)
        assert [one.rule for one in decision.failed] == failed
        assert world.changed(before, world.tables(federation, KUNI)) == {"audit_entries"}
        entry = world.entries(federation, KUNI, event)[-1]
        assert (entry.actor, entry.terminal, entry.outcome) == (claim.actor, claim.terminal, Outcome.REFUSED)
        assert [rule.split()[0] for rule in entry.rules] == failed


def test_the_node_itself_enrols_its_first_operator_and_says_that_it_did(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    done = settings.enrol_operator(ctx, None, "first", "最初", [Permission.NODE_CLOCK_SET])
    assert isinstance(done, Permitted)
    entry = world.entries(federation, KUNI, AuditEvent.OPERATOR_ENROLLED)[-1]
    assert (entry.actor, entry.outcome, entry.reference) == ("system", Outcome.DONE, "first")
    assert rules(federation, OperatorClaim("first"), Permission.NODE_CLOCK_SET, date(2013, 7, 8)) == []


def test_enrolling_again_takes_permissions_away_and_names_who_did_it(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    enrol(federation, *Permission)
    done = settings.enrol_operator(ctx, CLERK, TEMPORARY.operator_id, "田中", [])
    assert isinstance(done, Permitted)
    entry = world.entries(federation, KUNI, AuditEvent.OPERATOR_ENROLLED)[-1]
    assert (entry.actor, entry.terminal, entry.rules) == (
        CLERK.actor,
        CLERK.terminal,
        (Permission.NODE_OPERATOR_ENROL,),
    )
    assert rules(federation, TEMPORARY, Permission.NODE_CLOCK_SET, date(2013, 7, 8)) == ["G3"]


def test_the_clock_is_pinned_and_released_and_never_before_the_edition(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    assert isinstance(settings.set_business_date(ctx, CLERK, date(2013, 7, 20)), Permitted)
    assert world.rows(federation, KUNI, "SELECT pinned FROM business_clock") == [(date(2013, 7, 20),)]
    before = world.tables(federation, KUNI)
    with pytest.raises(JukinetError):
        settings.set_business_date(ctx, CLERK, date(2012, 7, 8))
    assert world.changed(before, world.tables(federation, KUNI)) == set()
    assert isinstance(settings.set_business_date(ctx, CLERK, None), Permitted)
    assert [entry.reference for entry in world.entries(federation, KUNI, AuditEvent.CLOCK_SET)][-2:] == [
        "2013-07-20",
        "released",
    ]

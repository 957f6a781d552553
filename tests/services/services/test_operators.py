"""Who may act: enrolled, valid today, allowed to do this; every refusal is recorded."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from tests.conformance.cases import case, refusals
from tests.services import world
from tests.services.world import KUNI

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.services import settings
from jukinet.services.operators import OperatorClaim, admit
from jukinet.store import node_rows
from jukinet.store.node_rows import Operator
from jukinet.testing.federation import CLERK, Federation

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


@case(refused="G1")
def test_a_stranger_may_nothing(federation: Federation) -> None:
    for permission in Permission:
        assert rules(federation, STRANGER, permission, START) == ["G1"]


@case(refused="G3", permitted="G1 G2 G3")
def test_a_permission_is_that_one_and_no_other(federation: Federation) -> None:
    for permission in Permission:
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
            with federation.context(node).begin() as tx:
                assert isinstance(admit(tx, TEMPORARY, Permission.NODE_CLOCK_SET, START), Refused)


@pytest.mark.parametrize(
    ("claim", "today", "failed"),
    refusals(
        (STRANGER, date(2013, 7, 8), ["G1"]),
        (TEMPORARY, date(2013, 7, 8), ["G3"]),
        (TEMPORARY, date(2013, 8, 1), ["G2", "G3"]),
    ),
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


def nobody_enrolled(federation: Federation) -> None:
    with world.connect(federation, KUNI) as owner:
        owner.execute("DELETE FROM operators")


@case(permitted="G4")
def test_the_node_itself_enrols_its_first_operator_and_says_that_it_did(federation: Federation) -> None:
    nobody_enrolled(federation)
    done = settings.enrol_first_operator(federation.context(KUNI), "first", "最初")
    assert isinstance(done, Permitted)
    entry = world.entries(federation, KUNI, AuditEvent.OPERATOR_ENROLLED)[-1]
    assert (entry.actor, entry.outcome, entry.reference) == ("system", Outcome.DONE, "first")
    for permission in Permission:
        assert rules(federation, OperatorClaim("first"), permission, date(2013, 7, 8)) == []


@case(refused="G4")
def test_the_node_enrols_nobody_where_somebody_is(federation: Federation) -> None:
    before = world.tables(federation, KUNI)
    refused = settings.enrol_first_operator(federation.context(KUNI), "second", "第二")
    assert isinstance(refused, Refused)
    assert [failed.rule for failed in refused.failed] == ["G4"]
    assert world.changed(before, world.tables(federation, KUNI)) == {"audit_entries"}
    entry = world.entries(federation, KUNI, AuditEvent.OPERATOR_ENROLLED)[-1]
    assert (entry.actor, entry.outcome, entry.reference) == ("system", Outcome.REFUSED, "second")


def test_of_two_first_operators_at_once_one_is_refused(federation: Federation) -> None:
    """Both begin before either has committed: what each sees at its start would say that nobody is there."""
    nobody_enrolled(federation)
    ctx = federation.context(KUNI)
    with world.connect(federation, KUNI) as watcher, ThreadPoolExecutor(2) as threads:
        with watcher.transaction():
            watcher.execute("LOCK TABLE operators IN ROW EXCLUSIVE MODE")  # both come to wait behind this
            enrolling = [
                threads.submit(settings.enrol_first_operator, ctx, name, name) for name in ("first", "other")
            ]
            with world.connect(federation, KUNI) as looker:
                waiting = (
                    "SELECT count(*) FROM pg_locks WHERE relation = 'operators'::regclass AND NOT granted"
                )
                deadline = time.monotonic() + 9
                while looker.execute(waiting).fetchone() != (2,):
                    assert time.monotonic() < deadline, "they do not take turns"
        decisions = [one.result() for one in enrolling]
    assert sorted(isinstance(one, Permitted) for one in decisions) == [False, True]
    assert world.rows(federation, KUNI, "SELECT count(*) FROM operators") == [(1,)]


@pytest.mark.parametrize(
    "operator_id",
    [
        "",
        "s",
        "Sato",
        "佐藤",
        "1st",
        ".sato",
        "sato ",
        "sato\n",
        "sa to",
        "operator:sato",
        "system",
        "s" * 33,
    ],
)
def test_what_is_no_operators_id_enrols_nobody(federation: Federation, operator_id: str) -> None:
    ctx = federation.context(KUNI)
    before = world.tables(federation, KUNI)
    for enrol_one in (
        lambda: settings.enrol_operator(ctx, CLERK, operator_id, "田中", []),
        lambda: settings.enrol_first_operator(ctx, operator_id, "田中"),
    ):
        with pytest.raises(JukinetError) as caught:
            enrol_one()
        assert caught.value.kind is ErrorKind.INVALID
        assert [fault.field for fault in caught.value.faults] == ["operator_id"]
    assert world.changed(before, world.tables(federation, KUNI)) == set()


@pytest.mark.parametrize("operator_id", ["st", "sato.taro", "sato-2", "s_1", "s" * 32, "systems"])
def test_an_operators_id_is_a_short_plain_word(federation: Federation, operator_id: str) -> None:
    done = settings.enrol_operator(federation.context(KUNI), CLERK, operator_id, "田中", [])
    assert isinstance(done, Permitted)


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

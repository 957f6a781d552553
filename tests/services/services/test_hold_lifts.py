"""Holds lifted for a while, shown, and refused: what passes once, who learns why, and who may do what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.services.holding import (
    CHANGES,
    DAY,
    OTHER,
    SECRET,
    SEEN,
    Act,
    died,
    end,
    hold,
    lift,
    moved,
    pair,
    recoded,
    terms,
)

from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.holds import Level, Process
from jukinet.services import holds, moves, reads, settings
from jukinet.services.context import Context
from jukinet.services.hold_filings import HoldEndFiling, HoldFiling, HoldTerms, LiftFiling
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import Found
from jukinet.services.register import Registered
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI


@pytest.mark.parametrize(("event", "act"), CHANGES, ids=[event for event, _ in CHANGES])
def test_a_lift_for_one_act_lets_one_act_pass(federation: Federation, event: str, act: Act) -> None:
    (found,) = counter.load(federation)
    (number,) = hold(federation, found)
    ctx = federation.context(KUNITACHI)
    lift(federation, number)
    assert isinstance(act(ctx, CLERK, found), Registered)
    entry = counter.audit(federation, KUNITACHI, event)[-1]
    assert f"hold {number} lifted" in entry["rules"]
    assert len(counter.owner_rows(federation, KUNITACHI.node_id, "SELECT * FROM hold_lift_uses")) == 1


def test_a_lift_for_one_act_covers_all_that_the_act_writes(federation: Federation) -> None:
    """A household moves, two records of it, under one hold: one act."""
    head, member = pair(federation)
    (number,) = hold(federation, head, household=True)
    lift(federation, number)
    filing = counter.move_within_filing(KUNITACHI, head.resident_no, member.resident_no, moved_on=DAY)
    assert isinstance(moves.move_within(federation.context(KUNITACHI), CLERK, filing), Registered)
    assert len(counter.owner_rows(federation, KUNITACHI.node_id, "SELECT * FROM hold_lift_uses")) == 1


def test_a_refused_act_uses_no_lift(federation: Federation) -> None:
    (found,) = counter.load(federation)
    (number,) = hold(federation, found)
    lift(federation, number)
    ctx = federation.context(KUNITACHI)
    filing = counter.move_within_filing(KUNITACHI, found.resident_no, address=counter.elsewhere_in(CHIYODA))
    assert isinstance(moves.move_within(ctx, CLERK, filing), Refused)
    assert isinstance(died(ctx, CLERK, found), Registered)


def test_a_lift_ends_by_itself_at_its_moment(federation: Federation) -> None:
    (found,) = counter.load(federation)
    (number,) = hold(federation, found)
    ctx, clock = federation.context(KUNITACHI), federation.clock
    until = clock.now() + timedelta(minutes=30)
    assert lift(federation, number, one_act=False, until=until).until == until
    assert isinstance(moved(ctx, CLERK, found), Registered)
    assert isinstance(recoded(ctx, CLERK, counter.read(federation, KUNITACHI, found.resident_no)), Registered)
    clock.advance(timedelta(minutes=30))
    counter.assert_refused(
        federation, KUNITACHI, "register:death:recorded", lambda: died(ctx, CLERK, found), "V1"
    )


@case("spec 3.1")
def test_a_lift_that_nobody_used_ends_with_the_working_day(federation: Federation) -> None:
    (found,) = counter.load(federation)
    (number,) = hold(federation, found)
    done = lift(federation, number)
    assert done.until == federation.clock.now() + timedelta(hours=8)
    federation.clock.advance(timedelta(hours=8))
    assert isinstance(died(federation.context(KUNITACHI), CLERK, found), Refused)


def test_a_lift_is_for_the_operator_it_names(federation: Federation) -> None:
    (found,) = counter.load(federation)
    (number,) = hold(federation, found)
    ctx = federation.context(KUNITACHI)
    settings.enrol_operator(ctx, CLERK, OTHER.operator_id, "田中", list(Permission))
    lift(federation, number, operator=OTHER.operator_id)
    assert isinstance(died(ctx, CLERK, found), Refused)
    assert isinstance(died(ctx, OTHER, found), Registered)


def test_the_end_of_a_hold_outlives_its_lift(federation: Federation) -> None:
    """A lift is never taken for an end: the hold that was lifted is still there to be ended."""
    (found,) = counter.load(federation)
    (number,) = hold(federation, found)
    lift(federation, number)
    assert [one.hold_id for one in counter.read(federation, KUNITACHI, found.resident_no).holds] == [number]
    end(federation, number)
    assert isinstance(died(federation.context(KUNITACHI), CLERK, found), Registered)


# Looking


def test_a_look_says_what_is_held_and_never_why(federation: Federation) -> None:
    (found,) = counter.load(federation)
    (number,) = hold(federation, found, terms(Process.ISSUE, to_on=DAY))
    seen = counter.read(federation, KUNITACHI, found.resident_no)
    (one,) = seen.holds
    assert (one.hold_id, one.process, one.level, one.to_on) == (number, Process.ISSUE, Level.ERROR, DAY)
    assert SECRET not in repr(seen) + str([getattr(one, name) for name in one.__slots__])


def test_a_hold_on_inquiries_keeps_the_record_back(federation: Federation) -> None:
    (found,) = counter.load(federation)
    ctx, event = federation.context(KUNITACHI), "register:resident:read"
    (error,) = hold(federation, found, terms(Process.INQUIRY))
    for key in (found.resident_no, counter.code_of(found)):
        counter.assert_refused(
            federation, KUNITACHI, event, partial(reads.read_resident, ctx, SEEN, key), "V1"
        )
    lift(federation, error)
    assert counter.read(federation, KUNITACHI, found.resident_no).holds
    counter.assert_refused(
        federation, KUNITACHI, event, lambda: reads.read_resident(ctx, CLERK, found.resident_no), "V1"
    )
    end(federation, error)
    hold(federation, found, terms(Process.INQUIRY, Level.ALERT))
    counter.assert_refused(
        federation, KUNITACHI, event, lambda: reads.read_resident(ctx, CLERK, found.resident_no), "V2"
    )
    assert isinstance(reads.read_resident(ctx, SEEN, found.resident_no), Found)
    assert "V2 confirmed" in counter.audit(federation, KUNITACHI, event)[-1]["rules"]


def test_reasons_are_for_those_who_may_read_them(federation: Federation) -> None:
    (found,) = counter.load(federation)
    (number,) = hold(federation, found)
    lift(federation, number)
    end(federation, number)
    ctx = federation.context(KUNITACHI)
    whole = holds.show_holds(ctx, CLERK, found.resident_no)
    novice = counter.without(federation, KUNITACHI, Permission.REGISTER_REASON_READ)
    bare = holds.show_holds(ctx, novice, counter.code_of(found))
    assert isinstance(whole, holds.HoldsFound)
    assert isinstance(bare, holds.HoldsFound)
    ((one,), (other,)) = whole.holds, bare.holds
    assert (one.reason, one.end_reason, one.lifts[0].reason) == (SECRET, "照会終了", "窓口で確認")
    assert (other.reason, other.end_reason, other.lifts[0].reason) == (None, None, "")
    assert (other.set_by, other.ended_on, other.lifts[0].given_by) == ("sato", DAY, "sato")
    looks = counter.audit(federation, KUNITACHI, "register:hold:read")
    assert ["register:reason:read" in look["rules"] for look in looks] == [True, False]


# Refusals, gates, crashes


def set_filing(found: Found | None = None, *wanted: HoldTerms) -> HoldFiling:
    number = found.resident_no if found else "99999999999"
    return HoldFiling(number, None, wanted or (terms(),), SECRET)


@case(refused="V3 V4")
def test_holds_that_cannot_be_set(standing: Federation) -> None:
    found = counter.somebody(standing)
    ctx = standing.context(KUNITACHI)
    before = DAY - timedelta(days=1)
    cases = [
        (set_filing(), ["V3"]),
        (HoldFiling(None, "99999999999", (terms(),), SECRET), ["V3"]),
        (set_filing(None, terms(to_on=before)), ["V3", "V4"]),
        (set_filing(found, terms(), terms(to_on=before)), ["V4"]),
    ]
    for filing, rules in cases:
        counter.assert_refused(
            standing, KUNITACHI, "register:hold:set", partial(holds.set_holds, ctx, CLERK, filing), *rules
        )


@case(refused="V5 V6 V8")
def test_lifts_and_ends_that_cannot_be(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number, ended = hold(federation, found, terms(), terms())
    end(federation, ended)
    ctx, now = federation.context(KUNITACHI), federation.clock.now()
    lifts: list[tuple[LiftFiling, list[str]]] = [
        (LiftFiling(ended, "x", one_act=True), ["V5"]),
        (LiftFiling(999, "x", one_act=True), ["V5"]),
        (LiftFiling(number, "x", one_act=False, until=now), ["V6"]),
        (LiftFiling(number, "x", one_act=True, until=now + timedelta(hours=8, seconds=1)), ["V6"]),
        (LiftFiling(number, "x", one_act=True, operator="nobody"), ["V8"]),
    ]
    for filing, rules in lifts:
        counter.assert_refused(
            federation,
            KUNITACHI,
            "register:hold:lifted",
            partial(holds.lift_hold, ctx, CLERK, filing),
            *rules,
        )
    for gone in (ended, 999):
        counter.assert_refused(
            federation,
            KUNITACHI,
            "register:hold:ended",
            partial(holds.end_hold, ctx, CLERK, HoldEndFiling(gone, "x")),
            "V5",
        )


GATES: list[tuple[str, Permission, Callable[[Context, OperatorClaim], object]]] = [
    (
        "register:hold:set",
        Permission.REGISTER_HOLD_SET,
        lambda ctx, claim: holds.set_holds(ctx, claim, set_filing()),
    ),
    (
        "register:hold:lifted",
        Permission.REGISTER_HOLD_LIFT,
        lambda ctx, claim: holds.lift_hold(ctx, claim, LiftFiling(1, "x", one_act=True)),
    ),
    (
        "register:hold:ended",
        Permission.REGISTER_HOLD_END,
        lambda ctx, claim: holds.end_hold(ctx, claim, HoldEndFiling(1, "x")),
    ),
    (
        "register:hold:read",
        Permission.REGISTER_HOLD_READ,
        lambda ctx, claim: holds.show_holds(ctx, claim, "99999999999"),
    ),
]


@pytest.mark.parametrize(("event", "permission", "act"), GATES, ids=[event for event, _, _ in GATES])
def test_each_act_on_holds_has_a_permission_of_its_own(
    standing: Federation,
    event: str,
    permission: Permission,
    act: Callable[[Context, OperatorClaim], object],
) -> None:
    counter.assert_gated(standing, KUNITACHI, event, permission, act)


def test_nobody_to_show_is_on_record(standing: Federation) -> None:
    ctx = standing.context(KUNITACHI)
    counter.assert_refused(
        standing, KUNITACHI, "register:hold:read", lambda: holds.show_holds(ctx, CLERK, "99999999999"), "V3"
    )


def test_a_crash_at_any_step_leaves_nothing(federation: Federation) -> None:
    (found,) = counter.load(federation)
    set_two = set_filing(found, terms(), terms(Process.ISSUE))
    steps = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: holds.set_holds(ctx, CLERK, set_two)
    )
    number, _ = (one.hold_id for one in counter.read(federation, KUNITACHI, found.resident_no).holds)
    steps += counter.assert_all_or_nothing(
        federation,
        KUNITACHI,
        lambda ctx: holds.lift_hold(ctx, CLERK, LiftFiling(number, "x", one_act=True)),
    )
    # The act that uses the lift writes both, or neither.
    steps += counter.assert_all_or_nothing(federation, KUNITACHI, lambda ctx: moved(ctx, CLERK, found))
    steps += counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: holds.end_hold(ctx, CLERK, HoldEndFiling(number, "x"))
    )
    assert steps > 8


def test_history_is_only_added_to(federation: Federation) -> None:
    (found,) = counter.load(federation)
    (number,) = hold(federation, found)
    query = "SELECT version_no, ended, level, operator FROM hold_versions ORDER BY version_no"
    before = counter.owner_rows(federation, KUNITACHI.node_id, query)
    end(federation, number)
    after = counter.owner_rows(federation, KUNITACHI.node_id, query)
    assert after[:1] == before
    assert [(row["version_no"], row["ended"]) for row in after] == [(1, False), (2, True)]

"""Holds on the real register: what they keep back, what passes, and that only a person ends them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from tests.services.services import counter

from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import RecordKind
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.holds import Level, Process
from jukinet.services import births, codes, deaths, holds, loading, moves, reads, register, settings
from jukinet.services.context import Context, TurnedBackError
from jukinet.services.filings import BirthFiling, DeathFiling, Mover
from jukinet.services.hold_filings import HoldEndFiling, HoldFiling, HoldTerms, LiftFiling
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import Found
from jukinet.services.register import Registered
from jukinet.store import residents
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core

DAY = counter.TODAY
SEEN = OperatorClaim("sato", "counter-1", confirmed=True)
"""The clerk, who has looked into the alerts."""
OTHER = OperatorClaim("tanaka", "counter-3")
SECRET = "裁判所の照会中"

Act = Callable[[Context, OperatorClaim, Found], object]


def terms(process: Process = Process.CHANGE, level: Level = Level.ERROR, **changes: Any) -> HoldTerms:
    return replace(HoldTerms(process, level, DAY), **changes)


def hold(federation: Federation, found: Found, *wanted: HoldTerms, household: bool = False) -> list[int]:
    """Set holds on a resident, or on their household; a change hold of level error by default."""
    filing = HoldFiling(
        resident_no=None if household else found.resident_no,
        household_number=found.record.household_number if household else None,
        holds=wanted or (terms(),),
        reason=SECRET,
    )
    done = holds.set_holds(federation.context(KUNITACHI), CLERK, filing)
    assert isinstance(done, holds.HoldsSet), done
    return list(done.holds)


def lift(federation: Federation, number: int, **changes: Any) -> holds.Lifted:
    filing = replace(LiftFiling(number, "窓口で確認", one_act=True), **changes)
    done = holds.lift_hold(federation.context(KUNITACHI), CLERK, filing)
    assert isinstance(done, holds.Lifted), done
    return done


def end(federation: Federation, number: int) -> None:
    done = holds.end_hold(federation.context(KUNITACHI), CLERK, HoldEndFiling(number, "照会終了"))
    assert isinstance(done, holds.Ended), done


def pair(federation: Federation) -> tuple[Found, Found]:
    """A householder and a member of the same household."""
    head = make_person(seed=1, municipality=KUNITACHI)
    one, other = counter.load(
        federation, KUNITACHI, [head, replace(make_person(seed=2, municipality=KUNITACHI), relationship="子")]
    )
    return one, other


def born(ctx: Context, claim: OperatorClaim, found: Found) -> object:
    return births.record_birth(ctx, claim, BirthFiling(found.record.household_number, counter.child(), DAY))


def joined(ctx: Context, claim: OperatorClaim, found: Found) -> object:
    who = counter.japanese(relationship="子")
    filing = counter.move_in_filing(KUNITACHI, who, household_number=found.record.household_number)
    return moves.move_in(ctx, claim, filing)


def moved(ctx: Context, claim: OperatorClaim, found: Found) -> object:
    filing = counter.move_within_filing(KUNITACHI, found.resident_no, moved_on=DAY)
    return moves.move_within(ctx, claim, filing)


def left(ctx: Context, claim: OperatorClaim, found: Found) -> object:
    return moves.file_move_out(ctx, claim, counter.move_out_filing([found.resident_no]))


def died(ctx: Context, claim: OperatorClaim, found: Found) -> object:
    return deaths.record_death(ctx, claim, DeathFiling(found.resident_no, DAY, DAY))


def recoded(ctx: Context, claim: OperatorClaim, found: Found) -> object:
    return codes.change_code(ctx, claim, counter.code_change_filing(found))


CHANGES: list[tuple[str, Act]] = [
    ("register:move-within:recorded", moved),
    ("register:move-out:filed", left),
    ("register:death:recorded", died),
    ("register:code:changed", recoded),
]
"""Acts that change a record which stands."""
JOINS: list[tuple[str, Act]] = [("register:birth:recorded", born), ("register:move-in:recorded", joined)]
"""Acts that add somebody to a household."""


@pytest.mark.parametrize(("event", "act"), CHANGES, ids=[event for event, _ in CHANGES])
def test_a_hold_on_changes_keeps_every_act_back_until_it_is_ended(
    federation: Federation, event: str, act: Act
) -> None:
    (found,) = counter.load(federation)
    ctx = federation.context(KUNITACHI)
    (number,) = hold(federation, found)
    counter.assert_refused(federation, KUNITACHI, event, lambda: act(ctx, CLERK, found), "V1")
    counter.assert_refused(federation, KUNITACHI, event, lambda: act(ctx, SEEN, found), "V1")
    end(federation, number)
    assert isinstance(act(ctx, CLERK, found), Registered)


@pytest.mark.parametrize(("event", "act"), CHANGES + JOINS, ids=[event for event, _ in CHANGES + JOINS])
def test_a_household_under_hold_is_neither_changed_nor_joined(
    federation: Federation, event: str, act: Act
) -> None:
    (found,) = counter.load(federation)
    ctx = federation.context(KUNITACHI)
    (number,) = hold(federation, found, household=True)
    for claim in (CLERK, SEEN):
        refused = act(ctx, claim, found)
        assert isinstance(refused, Refused)
        assert [rule.rule for rule in refused.failed] == ["V1"]
    assert counter.audit(federation, KUNITACHI, event)[-1]["outcome"] == "refused"
    assert len(counter.known_numbers(federation, KUNITACHI)) == 1
    end(federation, number)
    assert isinstance(act(ctx, CLERK, found), Registered)


@pytest.mark.parametrize(("event", "act"), CHANGES + JOINS, ids=[event for event, _ in CHANGES + JOINS])
def test_an_alert_asks_for_confirmation_which_is_written_down(
    federation: Federation, event: str, act: Act
) -> None:
    (found,) = counter.load(federation)
    ctx = federation.context(KUNITACHI)
    hold(federation, found, terms(level=Level.ALERT), household=True)
    counter.assert_refused(federation, KUNITACHI, event, lambda: act(ctx, CLERK, found), "V2")
    done = act(ctx, SEEN, found)
    assert isinstance(done, Registered)
    assert any("confirmation" in remark.sentence for remark in done.remarks)
    entry = counter.audit(federation, KUNITACHI, event)[-1]
    assert entry["outcome"] == "done"
    assert "V2 confirmed" in entry["rules"]


def test_a_hold_is_told_with_every_other_reason(federation: Federation) -> None:
    (found,) = counter.load(federation)
    hold(federation, found)
    ctx = federation.context(KUNITACHI)
    filing = counter.move_within_filing(
        KUNITACHI, found.resident_no, address=counter.elsewhere_in(CHIYODA), moved_on=DAY
    )
    event = "register:move-within:recorded"
    counter.assert_refused(
        federation, KUNITACHI, event, lambda: moves.move_within(ctx, CLERK, filing), "W4", "V1"
    )


def test_who_may_not_act_learns_nothing_of_a_hold(federation: Federation) -> None:
    (found,) = counter.load(federation)
    hold(federation, found)
    counter.assert_gated(
        federation,
        KUNITACHI,
        "register:death:recorded",
        Permission.REGISTER_RESIDENT_RECORD,
        lambda ctx, claim: died(ctx, claim, found),
    )


def test_a_hold_on_one_person_leaves_the_household_alone(federation: Federation) -> None:
    head, member = pair(federation)
    hold(federation, member)
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation, KUNITACHI, "register:death:recorded", lambda: died(ctx, CLERK, member), "V1"
    )
    assert isinstance(moved(ctx, CLERK, head), Registered)
    assert isinstance(born(ctx, CLERK, head), Registered)


@pytest.mark.parametrize("process", [Process.ISSUE, Process.INQUIRY])
def test_a_hold_on_something_else_keeps_no_change_back(federation: Federation, process: Process) -> None:
    (found,) = counter.load(federation)
    hold(federation, found, terms(process))
    ctx = federation.context(KUNITACHI)
    assert isinstance(born(ctx, CLERK, found), Registered)
    assert isinstance(moved(ctx, CLERK, found), Registered)


def test_a_hold_stands_from_its_first_day_and_past_its_last(federation: Federation) -> None:
    (found,) = counter.load(federation)
    first = DAY + timedelta(days=2)
    hold(federation, found, terms(from_on=first, to_on=first))
    ctx = federation.context(KUNITACHI)
    assert isinstance(moved(ctx, CLERK, found), Registered), "not begun"
    for day in (first, first + timedelta(days=1), date(2015, 7, 8)):
        federation.set_date(day)
        counter.assert_refused(
            federation, KUNITACHI, "register:death:recorded", lambda: died(ctx, CLERK, found), "V1"
        )


def test_several_holds_at_once_each_with_its_own_end(federation: Federation) -> None:
    (found,) = counter.load(federation)
    entries = len(counter.audit(federation, KUNITACHI))
    error, alert, _ = hold(
        federation, found, terms(), terms(level=Level.ALERT), terms(Process.INQUIRY, Level.ALERT)
    )
    assert [entry["event"] for entry in counter.audit(federation, KUNITACHI)[entries:]] == [
        "register:hold:set"
    ]
    ctx, event = federation.context(KUNITACHI), "register:death:recorded"
    counter.assert_refused(federation, KUNITACHI, event, lambda: died(ctx, CLERK, found), "V1", "V2")
    end(federation, error)
    counter.assert_refused(federation, KUNITACHI, event, lambda: died(ctx, CLERK, found), "V2")
    end(federation, alert)
    assert isinstance(died(ctx, CLERK, found), Registered)


# The office of the node itself


def test_what_the_node_does_of_itself_is_not_kept_back(federation: Federation) -> None:
    """A move-out that was filed is carried out on its day: two live records would help nobody."""
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no])
    hold(federation, found, household=True)
    federation.set_date(date(2013, 7, 10))
    federation.run()
    assert not counter.read(federation, KUNITACHI, found.resident_no).present


def test_the_codes_of_8_july_2013_are_given_whatever_is_held(federation: Federation) -> None:
    counter.turn_back(federation, date(2013, 7, 7))
    found = counter.somebody(federation, kind=RecordKind.FOREIGN)
    assert found.record.code is None
    hold(federation, found, terms(from_on=date(2013, 7, 1)))
    federation.set_date(DAY)
    done = codes.assign_codes_to_foreign_residents(federation.context(KUNITACHI), CLERK)
    assert done == codes.Assigned(1, ())


def test_an_act_that_does_not_ask_is_turned_back_whole_and_on_record(federation: Federation) -> None:
    """Whatever act is added later: the place where versions are entered asks by itself."""
    (found,) = counter.load(federation)
    hold(federation, found)
    before, entries = counter.contents(federation, KUNITACHI), len(counter.audit(federation, KUNITACHI))

    def careless(claim: OperatorClaim) -> None:
        ctx = federation.context(KUNITACHI)
        with ctx.begin() as tx:
            held = residents.lock(tx, found.resident_no)
            assert held is not None
            entry = register.Entry(claim, RegisterReason.CORRECTED_EX_OFFICIO, DAY)
            register.enter(ctx, tx, held, lambda record: replace(record, relationship="同居人"), entry)

    with pytest.raises(TurnedBackError) as caught:
        careless(CLERK)
    assert [rule.rule for rule in caught.value.refused.failed] == ["V1"]
    assert counter.contents(federation, KUNITACHI) == before
    (entry,) = counter.audit(federation, KUNITACHI)[entries:]
    assert (entry["event"], entry["outcome"], entry["resident_no"]) == (
        "register:hold:stopped-an-act",
        "refused",
        found.resident_no,
    )
    assert [rule.split()[0] for rule in entry["rules"]] == ["V1"]


def test_a_register_is_loaded_beside_a_hold(federation: Federation) -> None:
    (found,) = counter.load(federation)
    hold(federation, found, household=True)
    households = [[make_person(seed=9, municipality=KUNITACHI)]]
    done = loading.load_households(federation.context(KUNITACHI), CLERK, households)
    assert done == loading.Loaded(1)


# Who is under the hold of a household, and where it follows


def test_who_joins_a_household_comes_under_its_hold(federation: Federation) -> None:
    (found,) = counter.load(federation)
    (number,) = hold(federation, found, terms(level=Level.ALERT), household=True)
    done = born(federation.context(KUNITACHI), SEEN, found)
    assert isinstance(done, Registered)
    child = counter.read(federation, KUNITACHI, done.resident_nos[0])
    assert [one.hold_id for one in child.holds] == [number]


def test_a_hold_follows_who_leaves_the_household(federation: Federation) -> None:
    head, member = pair(federation)
    (number,) = hold(federation, head, terms(Process.ISSUE), household=True)
    filing = counter.move_within_filing(KUNITACHI, new_household=True, moved_on=DAY)
    filing = replace(filing, movers=(Mover(member.resident_no, "世帯主"),))
    assert isinstance(moves.move_within(federation.context(KUNITACHI), CLERK, filing), Registered)
    gone = counter.read(federation, KUNITACHI, member.resident_no)
    assert gone.record.household_number != head.record.household_number
    assert [one.hold_id for one in gone.holds] == [number]
    end(federation, number)
    for resident in (head, member):
        assert counter.read(federation, KUNITACHI, resident.resident_no).holds == ()


@pytest.mark.parametrize("household", [False, True])
def test_a_hold_waits_for_who_comes_back(federation: Federation, household: bool) -> None:
    (found,) = counter.load(federation)
    (number,) = hold(federation, found, terms(Process.ISSUE), household=household)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=DAY)
    federation.run()
    assert [one.hold_id for one in counter.read(federation, KUNITACHI, found.resident_no).holds] == [number]
    (back,) = counter.move_in(federation, KUNITACHI, counter.as_person(found)).resident_nos
    assert back != found.resident_no
    assert [one.hold_id for one in counter.read(federation, KUNITACHI, back).holds] == [number]


def test_a_move_in_with_another_code_meets_no_hold(federation: Federation) -> None:
    (found,) = counter.load(federation)
    hold(federation, found)
    (number,) = counter.move_in(federation, KUNITACHI).resident_nos
    assert counter.read(federation, KUNITACHI, number).holds == ()


# Lifts


def test_a_lift_for_one_act_lets_one_act_pass(federation: Federation) -> None:
    (found,) = counter.load(federation)
    (number,) = hold(federation, found)
    ctx = federation.context(KUNITACHI)
    lift(federation, number)
    assert isinstance(moved(ctx, CLERK, found), Registered)
    entry = counter.audit(federation, KUNITACHI, "register:move-within:recorded")[-1]
    assert f"hold {number} lifted" in entry["rules"]
    counter.assert_refused(
        federation, KUNITACHI, "register:death:recorded", lambda: died(ctx, CLERK, found), "V1"
    )


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

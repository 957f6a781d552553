"""Holds on the real register: what they keep back, what passes, and that only a person ends them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.conformance.cases import case
from tests.services.services import counter
from tests.services.services.copying import owner
from tests.services.services.holding import (
    CHANGES,
    DAY,
    JOINS,
    SEEN,
    Act,
    born,
    died,
    end,
    hold,
    moved,
    pair,
    terms,
)
from tests.services.services.test_copy_answers import answered, until_somebody_waits

from jukinet.domain.changes import RegisterReason
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import RecordKind
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.holds import Level, Process
from jukinet.messages.copies import CopyRefusal, CopyRefusalReason, CopyRequest, MemberScope
from jukinet.services import codes, loading, moves, register
from jukinet.services.context import TurnedBackError
from jukinet.services.filings import Mover
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Registered
from jukinet.store import residents
from jukinet.testing.federation import CLERK, NETWORK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core


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


@case(refused="V1 W4")
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


@case(refused="V1")
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
    assert (back, counter.read(federation, KUNITACHI, f"{back}/1").present) == (found.resident_no, False)
    assert [one.hold_id for one in counter.read(federation, KUNITACHI, back).holds] == [number]


def test_a_hold_waits_also_for_who_comes_back_with_another_code(federation: Federation) -> None:
    """Who fled may have changed the code meanwhile. Somebody else meets no hold."""
    (found,) = counter.load(federation)
    (number,) = hold(federation, found, terms(Process.ISSUE))
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=DAY)
    federation.run()
    again = counter.as_person(found, code=None)
    for who, holds_on in (
        (again, [number]),
        (replace(again, birth_date=PartialDate("1950-01-01")), []),
        (counter.japanese(birth_date=found.record.birth_date), []),
    ):
        (new,) = counter.move_in(federation, KUNITACHI, who, although_alike=True).resident_nos
        assert [one.hold_id for one in counter.read(federation, KUNITACHI, new).holds] == holds_on


def test_an_act_that_meets_a_hold_being_set_waits_and_is_under_it(federation: Federation) -> None:
    """Who sets a hold locks the row that every act on the person locks first."""
    (found,) = counter.load(federation)
    ctx, code = federation.context(KUNITACHI), counter.code_of(found)
    body = CopyRequest(found.record.name.written, code, MemberScope.SELF)
    federation.context(KUNITACHI, NETWORK)
    acts: list[Callable[[], object]] = [lambda: died(ctx, CLERK, found), lambda: answered(federation, body)]
    for act in acts:
        with owner(federation, KUNITACHI.node_id) as first, ThreadPoolExecutor(1) as threads:
            first.execute("SELECT 1 FROM residents WHERE resident_no = %s FOR UPDATE", [found.resident_no])
            waiting = threads.submit(act)
            try:
                until_somebody_waits(federation)
                for process in ("change", "issue"):
                    first.execute(
                        "WITH h AS (INSERT INTO holds (resident_id) SELECT resident_id FROM residents"
                        " WHERE resident_no = %s RETURNING hold_id)"
                        " INSERT INTO hold_versions SELECT hold_id, 1, %s, 'error', %s, NULL, false, %s, now(), 'x'"
                        " FROM h",
                        [found.resident_no, process, DAY, DAY],
                    )
            finally:
                first.commit()
            refused = waiting.result(timeout=30)
        if isinstance(refused, Refused):
            assert [rule.rule for rule in refused.failed] == ["V1"]
        else:
            assert refused == CopyRefusal(CopyRefusalReason.CONSULT_HOME)
        with owner(federation, KUNITACHI.node_id) as after:
            after.execute(
                "INSERT INTO hold_versions SELECT hold_id, 2, process, level, from_on, to_on, true,"
                " recorded_on, recorded_at, operator FROM hold_versions WHERE version_no = 1"
                " ON CONFLICT DO NOTHING"
            )

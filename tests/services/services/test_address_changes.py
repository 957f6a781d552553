"""Addresses changed in bulk: simulated, run, resumed, and who is left out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import counter, holding

from jukinet.domain.items import PersonName
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address
from jukinet.services import address_changes, settings
from jukinet.services.address_changes import AddressList, AddressRow, Report, RowResult
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

EVENT, SIMULATED = "register:addresses:changed", "register:addresses:simulated"
ACTS: tuple[tuple[Any, str], ...] = (
    (address_changes.simulate, SIMULATED),
    (address_changes.change_addresses, EVENT),
)
DAY = date(2013, 7, 7)
OLD = counter.ADDRESSES[KUNITACHI]
NEW = Address(KUNITACHI, "東京都国立市富士見台二丁目1番9号", OLD.building)


def household(federation: Federation, **changes: Any) -> tuple[str, list[str]]:
    """A household of two at the old address: its number and theirs."""
    name = f"国立　{counter.known_numbers(federation, KUNITACHI)}"[-20:].replace("'", "")
    persons = (
        counter.japanese(name=PersonName(f"一{name}")),
        counter.japanese(name=PersonName(f"二{name}"), relationship="妻"),
    )
    numbers = list(
        counter.move_in(federation, KUNITACHI, *persons, although_alike=True, **changes).resident_nos
    )
    return counter.read(federation, KUNITACHI, numbers[0]).record.household_number, numbers


def given(*households: str, **changes: Any) -> AddressList:
    rows = tuple(AddressRow(number, OLD, NEW) for number in households)
    return replace(AddressList(DAY, rows), **changes)


def run(federation: Federation, addresses: AddressList) -> Report:
    done = address_changes.change_addresses(federation.context(KUNITACHI), CLERK, addresses)
    assert isinstance(done, Report), done
    return done


def address_of(federation: Federation, number: str) -> Address:
    return counter.read(federation, KUNITACHI, number).record.address


@case("spec 9.7", "Reg. Art. 21-2")
def test_everybody_who_still_lives_there_gets_the_new_address_as_a_minor_correction(
    federation: Federation,
) -> None:
    home, numbers = household(federation, moved_on=date(2013, 7, 1))
    since = counter.read(federation, KUNITACHI, numbers[0]).record
    told = len(counter.notices(federation, KUNITACHI))
    assert run(federation, given(home)) == Report(((home, RowResult.CHANGED),), 2)
    for number in numbers:
        after = counter.read(federation, KUNITACHI, number)
        assert after.record.address == NEW
        assert (after.versions[-1].reason, after.versions[-1].effective_on) == ("minor-correction", DAY)
    after = counter.read(federation, KUNITACHI, numbers[0])
    assert after.record == replace(since, address=NEW), "nobody moved"
    changes = [notice["change"] for notice in counter.notices(federation, KUNITACHI)[told:]]
    assert [(change["reason"], change["occurred_on"]) for change in changes] == [
        ("minor-correction", DAY.isoformat())
    ] * 2
    federation.run()
    counter.both_stores(federation, KUNITACHI, numbers[1])
    assert [entry["resident_no"] for entry in counter.audit(federation, KUNITACHI, EVENT)] == numbers


@case("spec 9.7")
def test_who_moved_since_or_is_leaving_is_left_out_and_told_of(federation: Federation) -> None:
    moved, movers = household(federation)
    leaving, leavers = household(federation)
    staying, _ = household(federation)
    counter.move_within(federation, KUNITACHI, *movers)
    counter.file_move_out(federation, KUNITACHI, leavers[:1], CHIYODA)
    listed = given(moved, leaving, staying, "00000000051")
    expected = (
        (moved, RowResult.MOVED_SINCE),
        (leaving, RowResult.LEAVING),
        (staying, RowResult.CHANGED),
        ("00000000051", RowResult.NOBODY),
    )
    before = counter.contents(federation, KUNITACHI)
    simulated = address_changes.simulate(federation.context(KUNITACHI), CLERK, listed)
    assert simulated == Report(expected, 2)
    assert counter.contents(federation, KUNITACHI) == before, "a simulation changes nothing"
    (entry,) = counter.audit(federation, KUNITACHI, SIMULATED)
    assert (entry["outcome"], entry["resident_no"]) == ("none", None)
    assert entry["reference"] == address_changes.digest_of(listed)
    assert run(federation, listed) == simulated
    assert address_of(federation, leavers[1]) == OLD


def test_a_household_under_a_hold_is_left_out_and_told_of(federation: Federation) -> None:
    home, numbers = household(federation)
    holding.hold(federation, counter.read(federation, KUNITACHI, numbers[1]))
    assert run(federation, given(home)) == Report(((home, RowResult.HELD),), 0)
    assert address_of(federation, numbers[0]) == OLD


def test_a_run_that_was_stopped_goes_on_and_changes_nobody_twice(federation: Federation) -> None:
    first, numbers = household(federation)
    second, _ = household(federation)

    class StoppedError(Exception):
        pass

    def stop(done: int) -> None:
        raise StoppedError(done)

    with pytest.raises(StoppedError):
        address_changes.change_addresses(
            federation.context(KUNITACHI), CLERK, given(first, second), progress=stop
        )
    assert run(federation, given(first, second)).results == (
        (first, RowResult.DONE_BEFORE),
        (second, RowResult.CHANGED),
    )
    assert len(counter.read(federation, KUNITACHI, numbers[0]).versions) == 2


def test_the_whole_list_is_gone_through_once_however_long_it_is(federation: Federation) -> None:
    """Deciding all of it again for each household would take a town of 30,000 homes a day."""

    class Counted(tuple[AddressRow, ...]):  # noqa: SLOT001  (it counts on the class)
        """Rows that count how often they are gone through; ``rows`` is asked for nothing but that."""

        times = 0

        def __iter__(self) -> Any:
            type(self).times += 1
            return super().__iter__()

    def times(count: int) -> int:
        Counted.times = 0
        rows = Counted(AddressRow(f"{10 * number:011}", OLD, NEW) for number in range(count))
        listed = AddressList(DAY, rows)
        assert len(run(federation, listed).results) == count
        return Counted.times

    assert times(12) == times(2) == 3, "to know it again, to decide, to do"


@case(refused="BA1 BA2")
def test_what_is_refused_stores_nothing(federation: Federation) -> None:
    home, _ = household(federation)
    away = (AddressRow(home, OLD, counter.ADDRESSES[CHIYODA]),)
    for listed, rules in (
        (given(home, changed_on=date(2013, 7, 9)), ["BA1"]),
        (given(home, rows=away), ["BA2"]),
    ):
        for act, event in ACTS:
            counter.assert_refused(
                federation,
                KUNITACHI,
                event,
                lambda act=act, listed=listed: act(federation.context(KUNITACHI), CLERK, listed),  # type: ignore[misc]
                *rules,
            )


def test_only_who_may_correct_may_change_addresses(federation: Federation) -> None:
    home, _ = household(federation)
    for act, event in ACTS:

        def attempt(ctx: Context, claim: OperatorClaim, act: Any = act) -> object:
            return act(ctx, claim, given(home))

        counter.assert_gated(federation, KUNITACHI, event, Permission.REGISTER_RECORD_CORRECT, attempt)


@case(refused="DR7", permitted="DR7")
def test_where_a_second_person_is_demanded_another_one_has_looked_at_the_same_list(
    federation: Federation,
) -> None:
    home, numbers = household(federation)
    other = OperatorClaim("suzuki", "counter-2")
    settings.enrol_operator(federation.context(KUNITACHI), CLERK, other.operator_id, "鈴木", list(Permission))
    ctx = replace(federation.context(KUNITACHI), second_person=True)
    listed = given(home)

    def attempt() -> object:
        return address_changes.change_addresses(ctx, CLERK, listed)

    counter.assert_refused(federation, KUNITACHI, EVENT, attempt, "DR7")
    # The same person twice, and another list, are no second person.
    assert isinstance(address_changes.simulate(ctx, CLERK, listed), Report)
    assert isinstance(address_changes.simulate(ctx, other, given(home, changed_on=date(2013, 7, 6))), Report)
    counter.assert_refused(federation, KUNITACHI, EVENT, attempt, "DR7")
    assert isinstance(address_changes.simulate(ctx, other, listed), Report)
    assert isinstance(attempt(), Report)
    assert address_of(federation, numbers[0]) == NEW

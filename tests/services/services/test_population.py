"""Counting: each number by hand after a small town's week, by event and as the register knows it now."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import RecordKind
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Sex
from jukinet.law.decisions import Refused
from jukinet.services import undoing
from jukinet.services.context import JAPAN
from jukinet.services.population import Counted, CountedEntries, count_entries, count_population
from jukinet.services.undoing import UndoFiling
from jukinet.store.population import Ages, Change, EnteredChange, Homes, Notified
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI

FIRST, LAST = date(2013, 7, 1), date(2013, 7, 10)
JAPANESE, FOREIGN = RecordKind.JAPANESE, RecordKind.FOREIGN


def count(federation: Federation, first: date = FIRST, last: date = LAST) -> Counted:
    counted = count_population(federation.context(KUNITACHI), CLERK, first, last)
    assert isinstance(counted, Counted), counted
    return counted


def test_an_empty_register_has_nobody(federation: Federation) -> None:
    counted = count(federation, FIRST, FIRST)
    assert (counted.before.residents, counted.changes, counted.after.homes) == (0, (), Homes(0, 0, 0))


@case("spec 6.1")
def test_who_came_and_went_is_counted_by_reason_and_the_sums_agree(federation: Federation) -> None:
    parents = counter.move_in(federation, KUNITACHI, counter.japanese(), moved_on=date(2013, 7, 3))
    number = parents.resident_nos[0]
    home = counter.read(federation, KUNITACHI, number).record.household_number
    counter.give_birth(federation, KUNITACHI, home)
    foreigner = counter.move_in(
        federation, KUNITACHI, counter.foreign(), moved_on=date(2013, 7, 6)
    ).resident_nos[0]
    gone = counter.move_in(
        federation, KUNITACHI, counter.japanese(), moved_on=date(2013, 7, 2), although_alike=True
    ).resident_nos[0]
    counter.die(federation, KUNITACHI, gone, date(2013, 7, 6))
    counter.file_move_out(federation, KUNITACHI, [foreigner])
    federation.set_date(LAST)
    assert count(federation, FIRST, date(2013, 7, 9)).after.residents == 3, "until the planned day a resident"
    federation.run()
    counted = count(federation)
    assert counted.before.residents == 0
    assert set(counted.changes) == {
        Change(True, RegisterReason.MOVE_IN, JAPANESE, 2),
        Change(True, RegisterReason.BIRTH, JAPANESE, 1),
        Change(True, RegisterReason.MOVE_IN, FOREIGN, 1),
        Change(False, RegisterReason.DEATH, JAPANESE, 1),
        Change(False, RegisterReason.MOVE_OUT, FOREIGN, 1),
    }
    assert counted.after.residents == 2
    assert counted.after.homes == Homes(japanese=1, foreigners=0, mixed=0)
    on_the_sixth = count(federation, date(2013, 7, 6), date(2013, 7, 6))
    assert on_the_sixth.before.residents == 2
    assert {(change.added, change.kind) for change in on_the_sixth.changes} == {
        (True, FOREIGN),
        (False, JAPANESE),
    }


@case("spec 6.1")
def test_heads_are_told_by_kind_and_sex_and_households_by_who_lives_in_them(federation: Federation) -> None:
    first = counter.move_in(federation, KUNITACHI, counter.japanese(sex=Sex.FEMALE))
    home = counter.read(federation, KUNITACHI, first.resident_nos[0]).record.household_number
    joining = counter.foreign(relationship="夫", sex=Sex.MALE)
    counter.move_in(federation, KUNITACHI, joining, household_number=home)
    counter.move_in(federation, KUNITACHI, counter.foreign(sex=Sex.FEMALE), although_alike=True)
    federation.set_date(LAST)
    after = count(federation).after
    assert {(one.kind, one.sex): one.residents for one in after.heads} == {
        (JAPANESE, Sex.FEMALE): 1,
        (FOREIGN, Sex.MALE): 1,
        (FOREIGN, Sex.FEMALE): 1,
    }
    assert after.homes == Homes(japanese=0, foreigners=1, mixed=1)


def test_what_was_undone_is_counted_no_longer(federation: Federation) -> None:
    done = counter.move_in(federation, KUNITACHI, counter.japanese(), moved_on=date(2013, 7, 3))
    today = counter.today(federation, KUNITACHI)
    assert count(federation, FIRST, today).after.residents == 1
    undone = undoing.undo(federation.context(KUNITACHI), CLERK, UndoFiling(done.resident_nos[0], 1))
    counter.registered(undone)
    counted = count(federation, FIRST, today)
    assert (counted.before.residents, counted.changes, counted.after.residents) == (0, (), 0)


def entries(federation: Federation, first: date | None = None) -> CountedEntries:
    counted = count_entries(federation.context(KUNITACHI), CLERK, first)
    assert isinstance(counted, CountedEntries), counted
    return counted


@case("spec 6.1")
def test_by_the_day_of_entry_an_undo_and_a_late_death_are_counted_when_they_are_entered(
    federation: Federation,
) -> None:
    """What a count by events cannot say: a late entry counts today, and an undo beside what it undoes."""
    here = federation.context(KUNITACHI)
    today = here.now().astimezone(JAPAN).date()
    born = counter.japanese(sex=Sex.FEMALE)
    wrongly = counter.move_in(federation, KUNITACHI, born, moved_on=date(2013, 7, 3)).resident_nos[0]
    man = counter.japanese(sex=Sex.MALE)
    dead = counter.move_in(federation, KUNITACHI, man, moved_on=date(2013, 7, 2), although_alike=True)
    foreigner = counter.move_in(federation, KUNITACHI, counter.foreign(), moved_on=date(2013, 7, 6))
    counter.file_move_out(federation, KUNITACHI, [foreigner.resident_nos[0]])
    counter.die(federation, KUNITACHI, dead.resident_nos[0], date(2013, 7, 3))
    counter.registered(undoing.undo(here, CLERK, UndoFiling(wrongly, 1)))
    counted = entries(federation)
    female, male = born.sex, man.sex
    assert set(counted.changes) == {
        EnteredChange(True, RegisterReason.MOVE_IN, JAPANESE, female, 1),
        EnteredChange(True, RegisterReason.MOVE_IN, JAPANESE, male, 1),
        EnteredChange(True, RegisterReason.MOVE_IN, FOREIGN, counter.foreign().sex, 1),
        EnteredChange(False, RegisterReason.DEATH, JAPANESE, male, 1),
        EnteredChange(False, RegisterReason.UNDONE_REMOVING, JAPANESE, female, 1),
    }
    assert (counted.before.residents, counted.after.residents, counted.agrees) == (0, 1, True)
    years = counter.foreign().birth_date.earliest
    assert years is not None
    age = today.year - years.year - ((today.month, today.day) < (years.month, years.day))
    assert counted.ages == (Ages(FOREIGN, counter.foreign().sex, age // 5 * 5, 1),)
    stay = counter.foreign().foreign
    assert stay is not None
    assert Notified(RegisterReason.MOVE_IN, stay.stay, 1) in counted.notifications
    assert entries(federation, today - timedelta(days=1)).before.residents == 0, "nobody was entered before"


def test_a_count_by_entries_has_its_gate_and_ends_today(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        "register:population:counted",
        Permission.REGISTER_POPULATION_COUNT,
        count_entries,
    )
    today = standing.context(KUNITACHI).now().astimezone(JAPAN).date()
    refused = count_entries(standing.context(KUNITACHI), CLERK, today, today + timedelta(days=1))
    assert isinstance(refused, Refused)
    assert [failed.rule for failed in refused.failed] == ["PO2"]


def test_a_count_has_its_gate_and_names_its_period(standing: Federation) -> None:
    counter.assert_gated(
        standing,
        KUNITACHI,
        "register:population:counted",
        Permission.REGISTER_POPULATION_COUNT,
        count_population,
    )


@pytest.mark.parametrize(("first", "days", "rule"), [(1, 0, "PO1"), (0, 1, "PO2"), (2, 1, "PO1")])
def test_a_period_out_of_order_or_in_the_future_is_refused(
    standing: Federation, first: int, days: int, rule: str
) -> None:
    today = counter.today(standing, KUNITACHI)
    ask = partial(count_population, standing.context(KUNITACHI), CLERK)
    refused = ask(today + timedelta(days=first), today + timedelta(days=days))
    assert isinstance(refused, Refused)
    assert rule in [failed.rule for failed in refused.failed]

"""Cards that lapse by a day alone: recorded once by the worker, and told to governor and centre."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import pytest
from psycopg import sql
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import carding, counter
from tests.services.world import KUNI, TOKYO

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.law.card_lapse import CardState
from jukinet.law.decisions import Refused
from jukinet.services import card_lapses, cards
from jukinet.services.one_by_one import Stuck
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, WORKER, Federation
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

LAST = date(2023, 7, 8)
DAY = timedelta(days=1)


def told(federation: Federation) -> list[tuple[str, str, date]]:
    """What the centre heard: of which card, what, and on which day it was."""
    asked = "SELECT card, event, happened_on FROM card_statuses ORDER BY status_id"
    at_centre = [(row[0], row[1], row[2]) for row in world.rows(federation, NATIONAL, asked)]
    assert at_centre == [(row[0], row[1], row[2]) for row in world.rows(federation, TOKYO, asked)]
    return at_centre


def holder_on(federation: Federation, on: date) -> Found:
    """Somebody with a card, on another day."""
    found = carding.holder(federation)
    federation.set_date(on)
    federation.run()
    return found


@case("Act Art. 30-44(9)", "Ord. Art. 30-24(1)")
def test_a_card_whose_last_day_is_over_is_told_once(federation: Federation) -> None:
    found = holder_on(federation, LAST)
    assert [event for _, event, _ in told(federation)] == ["issued"]
    federation.set_date(LAST + 3 * DAY)
    federation.run()
    assert told(federation)[1:] == [(str(carding.FIRST), "lapsed", LAST + DAY)]
    assert carding.events(federation) == ["issued", "lapsed"]
    (entry,) = world.entries(federation, KUNI, AuditEvent.CARD_LAPSED)
    assert (entry.outcome, entry.actor, entry.resident_no) == (Outcome.DONE, "system", found.resident_no)
    assert entry.rules == ("Act Art. 30-44(9)",)
    whole = world.tables(federation, KUNI)
    assert card_lapses.record(federation.context(KUNITACHI, WORKER)) == 0
    assert world.changed(whole, world.tables(federation, KUNI)) == set()


@case("Ord. Arts. 30-20(ii), 30-24(2)")
def test_the_mayor_before_tells_that_no_move_in_was_notified(federation: Federation) -> None:
    found = carding.holder(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], CHIYODA, planned_on=counter.TODAY)
    federation.run()
    federation.set_date(counter.TODAY + 30 * DAY)
    federation.run()
    assert len(told(federation)) == 1
    federation.set_date(counter.TODAY + 31 * DAY)
    federation.run()
    assert told(federation)[1:] == [(str(carding.FIRST), "lapsed", counter.TODAY + 31 * DAY)]
    assert carding.events(federation) == ["issued", "left", "lapsed"]


def test_a_card_that_lapsed_otherwise_or_is_another_ones_is_not_told_again(federation: Federation) -> None:
    first = carding.holder(federation)
    counter.change_code(federation, KUNITACHI, first)
    there = carding.holder(federation, CHIYODA, number=carding.SECOND)
    counter.file_move_out(federation, CHIYODA, [there.resident_no], KUNITACHI, planned_on=counter.TODAY)
    federation.run()
    counter.move_in(federation, KUNITACHI, counter.as_person(there))
    federation.run()
    assert carding.card(federation, there, CHIYODA).state is CardState.MOVED
    before = told(federation)
    federation.set_date(LAST + 3 * DAY)
    federation.run()
    assert told(federation) == before


def test_a_merged_municipality_leaves_it_to_its_successor(federation: Federation) -> None:
    holder_on(federation, LAST)
    nodes = tuple(
        replace(one, successor=CHIYODA.node_id) if one.id == KUNI else one
        for one in federation.directory.nodes
    )
    federation.directory = replace(federation.directory, nodes=nodes)
    federation.set_date(LAST + DAY)
    assert card_lapses.record(federation.context(KUNITACHI, WORKER)) == 0


@pytest.mark.parametrize(
    "city",
    [
        pytest.param(FUKUSHIMA.node_id, marks=case("Ord. Arts. 31(2), 32(2)", permitted="CD18 CD19")),
        pytest.param(None, marks=case("Ord. Arts. 31(2), 32(2)", refused="CD18 CD19")),
    ],
)
def test_over_a_move_between_wards_of_a_city_a_card_is_good_without_terms(
    federation: Federation, city: NodeId | None
) -> None:
    """The tests' gazetteer has no wards: another city stands for that of two of its towns. Without one, terms run."""
    nodes = [
        replace(one, city=city) if one.id in {KUNI, CHIYODA.node_id} else one
        for one in federation.directory.nodes
    ]
    federation.directory = replace(federation.directory, nodes=tuple(nodes))
    there, today = carding.holder(federation), counter.TODAY
    counter.file_move_out(federation, KUNITACHI, [there.resident_no], CHIYODA, planned_on=today)
    federation.run()
    federation.set_date(today + 40 * DAY)
    federation.run()
    state = carding.card(federation, there).state
    assert state is (CardState.LEFT if city else CardState.LAPSED)
    moved = {"moved_on": today + 2 * DAY, "filed_on": today + 40 * DAY}
    mover = counter.as_person(there, resident_no=there.resident_no if city else None)
    (number,) = counter.move_in(
        federation, CHIYODA, mover, previous_address=counter.place(KUNITACHI), **moved
    ).resident_nos
    assert city is None or number == there.resident_no
    federation.run()
    federation.set_date(today + 200 * DAY)
    federation.run()
    assert carding.card(federation, there).state is (CardState.LEFT if city else CardState.LAPSED)
    filing = carding.continuation(
        number, issued_on=today, expires_on=LAST, planned_on=today, submitted_on=today + 200 * DAY
    )
    done = cards.continue_card(federation.context(CHIYODA), CLERK, filing)
    if city is None:
        assert isinstance(done, Refused)
        assert [rule.rule for rule in done.failed] == ["CD18", "CD19"]
        return
    counter.registered(done)
    federation.run()
    assert carding.card(federation, there).state is CardState.MOVED
    assert carding.card(federation, number, CHIYODA).state is CardState.LIVE
    assert [event for _, event, _ in told(federation)] == ["issued", "continued"]


def test_a_crash_at_any_step_leaves_it_to_the_next_round(federation: Federation) -> None:
    holder_on(federation, LAST)
    federation.set_date(LAST + DAY)
    before, worker = counter.contents(federation, KUNITACHI), federation.context(KUNITACHI, WORKER)
    for step in range(2):
        with pytest.raises(SystemError):
            card_lapses.record(replace(worker, clock=counter.CrashingClock(step)))
        assert counter.contents(federation, KUNITACHI) == before
    assert card_lapses.record(worker) == 1
    assert counter.statements(federation, KUNITACHI, "card-status")


@contextmanager
def unable(federation: Federation, resident_no: str) -> Iterator[None]:
    """The database takes no further version of one resident's cards."""
    with counter.owner(federation, KUNI) as owner:
        row = owner.execute(
            "SELECT resident_id FROM residents WHERE resident_no = %s", (resident_no,)
        ).fetchone()
        assert row is not None
        rule = sql.SQL("ALTER TABLE card_versions ADD CONSTRAINT broken CHECK (resident_id <> {}) NOT VALID")
        owner.execute(rule.format(sql.Literal(row["resident_id"])))
        yield
        owner.execute("ALTER TABLE card_versions DROP CONSTRAINT broken")


def test_one_that_cannot_be_recorded_stops_no_other_and_is_an_alarm(federation: Federation) -> None:
    broken, stuck = carding.holder(federation), Stuck()
    well = carding.holder(federation, number=carding.SECOND)
    federation.set_date(LAST + DAY)
    worker = federation.context(KUNITACHI, WORKER)
    with unable(federation, broken.resident_no):
        assert [card_lapses.record(worker, stuck) for _ in range(2)] == [1, 0]
        (alarm,) = world.entries(federation, KUNI, AuditEvent.CARD_LAPSE_STUCK)
        assert (alarm.outcome, alarm.resident_no) == (Outcome.FAILED, broken.resident_no)
        (done,) = world.entries(federation, KUNI, AuditEvent.CARD_LAPSED)
        assert done.resident_no == well.resident_no
    assert card_lapses.record(worker, stuck) == 1
    assert not stuck

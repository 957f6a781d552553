"""As the office knew it on one day about another: days in Japan, and random histories against a model.

Owns the oracle. It knows moves and which of them were undone when, and nothing of versions, places and re-statements.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.conformance.cases import case
from tests.services.conftest import network_on
from tests.services.services import counter, holding

from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.node.postgres import Cluster
from jukinet.services import moves, reads, undoing
from jukinet.services.context import JAPAN
from jukinet.services.reads import KnownThen
from jukinet.services.register import Registered
from jukinet.services.undoing import UndoFiling
from jukinet.store import residents
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core

EVENT = "register:resident:read"


def known(federation: Federation, number: str, about: date, on: date) -> KnownThen:
    found = reads.read_as_known(federation.context(KUNITACHI), CLERK, number, about, on)
    assert isinstance(found, KnownThen), found
    return found


def address(federation: Federation, number: str, about: date, on: date) -> str | None:
    version = known(federation, number, about, on).version
    return version.record.address.text if version else None


@case("spec 1.2.1", "spec 2.2.1", permitted="R1 R2")
def test_what_was_recorded_before_midnight_in_japan_was_known_on_that_day(federation: Federation) -> None:
    """15:00 UTC is midnight there: one microsecond decides."""
    (found,) = counter.load(federation)
    number, home = found.resident_no, found.record.address.text
    day, moved = date(2013, 7, 8), counter.elsewhere_in(KUNITACHI)
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), JAPAN)
    federation.clock.advance(midnight - timedelta(microseconds=1) - federation.clock.now())
    counter.move_within(federation, KUNITACHI, number, address=moved)
    federation.clock.advance(timedelta(microseconds=1))
    assert federation.clock.now() == midnight
    later = counter.elsewhere_in(KUNITACHI, 2)
    counter.move_within(federation, KUNITACHI, number, address=later, moved_on=date(2013, 7, 7))
    seen = {on: address(federation, number, day, on) for on in (date(2013, 7, 7), day, date(2013, 7, 9))}
    assert seen == {date(2013, 7, 7): None, day: moved.text, date(2013, 7, 9): later.text}
    about = {on: address(federation, number, on, day) for on in (date(2013, 7, 5), date(2013, 7, 6))}
    assert about == {date(2013, 7, 5): home, date(2013, 7, 6): moved.text}


def test_the_version_says_who_recorded_it_where_and_why(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    version = known(federation, found.resident_no, counter.TODAY, counter.TODAY).version
    assert version == counter.read(federation, KUNITACHI, found.resident_no).versions[-1]
    assert version is not None
    assert (version.reason, version.operator, version.terminal) == ("move-within", "sato", CLERK.terminal)
    assert repr(known(federation, found.resident_no, counter.TODAY, counter.TODAY)) == "KnownThen(…)"


@case("spec 10.2")
def test_the_look_is_one_entry_about_the_person_and_says_of_which_days(federation: Federation) -> None:
    (found,) = counter.load(federation)
    before, entries = counter.contents(federation, KUNITACHI), len(counter.audit(federation, KUNITACHI))
    by_code = known_by_code(federation, found)
    assert by_code.resident_no == found.resident_no
    assert counter.contents(federation, KUNITACHI) == before
    (entry,) = counter.audit(federation, KUNITACHI)[entries:]
    assert (entry["event"], entry["resident_no"]) == (EVENT, found.resident_no)
    assert entry["rules"][-1] == "as known on 2013-07-08 about 2013-07-01"


def known_by_code(federation: Federation, found: reads.Found) -> KnownThen:
    seen = reads.read_as_known(
        federation.context(KUNITACHI), CLERK, counter.code_of(found), date(2013, 7, 1), counter.TODAY
    )
    assert isinstance(seen, KnownThen)
    return seen


@case(refused="R1 R2")
def test_neither_nobody_nor_a_day_to_come(federation: Federation) -> None:
    (found,) = counter.load(federation)
    ctx = federation.context(KUNITACHI)
    tomorrow = counter.TODAY + timedelta(days=1)
    for number, on, rule in (("00000000027", counter.TODAY, "R1"), (found.resident_no, tomorrow, "R2")):
        counter.assert_refused(
            federation,
            KUNITACHI,
            EVENT,
            partial(reads.read_as_known, ctx, CLERK, number, counter.TODAY, on),
            rule,
        )
    # A day about which is asked may be still to come: a planned one stands in the record.
    assert known(federation, found.resident_no, date.max, counter.TODAY).version is not None
    refused = reads.read_as_known(ctx, CLERK, found.resident_no, counter.TODAY, date.max)
    assert isinstance(refused, Refused)


def test_the_gate_and_a_hold_keep_it_back_as_they_keep_the_record(federation: Federation) -> None:
    (found,) = counter.load(federation)
    number, today = found.resident_no, counter.TODAY
    counter.assert_gated(
        federation,
        KUNITACHI,
        EVENT,
        Permission.REGISTER_RESIDENT_READ,
        lambda ctx, claim: reads.read_as_known(ctx, claim, number, today, today),
    )
    (hold,) = holding.hold(federation, found, holding.terms(Process.INQUIRY))
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation, KUNITACHI, EVENT, lambda: reads.read_as_known(ctx, CLERK, number, today, today), "V1"
    )
    holding.lift(federation, hold)
    assert known(federation, number, today, today).version is not None
    counter.assert_refused(
        federation, KUNITACHI, EVENT, lambda: reads.read_as_known(ctx, CLERK, number, today, today), "V1"
    )


def test_days_that_nobody_names_are_today(federation: Federation) -> None:
    federation.clock.advance(timedelta(days=3))
    ctx = federation.context(KUNITACHI)
    assert reads.days_of(ctx, None, None) == (date(2013, 7, 8), date(2013, 7, 11))
    assert reads.days_of(ctx, date(2013, 7, 1), date(2013, 7, 2)) == (date(2013, 7, 1), date(2013, 7, 2))


# Random histories


@pytest.mark.parametrize("seed", range(12))
def test_of_any_versions_the_last_of_the_last_place_stands(federation: Federation, seed: int) -> None:
    """As the table has them, also where no act of the program would have left them so."""
    (found,) = counter.load(federation)
    dice = random.Random(seed)
    start = federation.clock.now()
    with federation.context(KUNITACHI).begin() as tx:
        held = residents.lock(tx, found.resident_no)
        assert held is not None
        model = list(found.versions)
        for number in range(2, 12):
            version = replace(
                found.versions[0],
                effective_on=date(2013, 7, dice.randint(1, 4)),
                effective_seq=dice.randint(1, 3),
                recorded_at=start + timedelta(hours=dice.choice([number, number, 3])),
                present=dice.random() < 0.7,
                history_no=number,
            )
            held = residents.append(tx, held, version)
            model.append(version)
        for about in (date(2013, 7, day) for day in range(1, 6)):
            for at in (start + timedelta(hours=hours) for hours in range(-1, 13)):
                stood = [one for one in model if one.recorded_at <= at and one.effective_on <= about]
                last = max(
                    stood, key=lambda one: (one.effective_on, one.effective_seq, one.history_no), default=None
                )
                seen = residents.version_as_known(tx, held.resident_id, on=about, known_at=at)
                assert (seen and seen.history_no) == (last and last.history_no)


@dataclass
class _Move:
    """A move to an address of its own, and when the office learned of it, and that it was none."""

    moved_on: date
    to: Address
    learned: datetime
    undone: datetime | None = None


@dataclass
class Oracle:
    """Where somebody lived, from what the office had been told: the last move by then that was not undone by then."""

    home: str
    loaded: datetime
    moves: list[_Move] = field(default_factory=list)

    def at(self, about: date, until: datetime) -> str | None:
        """``until``: the first moment that does not count any more."""
        if self.loaded >= until:
            return None
        stood = [
            one
            for one in self.moves
            if one.learned < until and one.moved_on <= about and (one.undone is None or one.undone >= until)
        ]
        return (
            max(stood, key=lambda one: (one.moved_on, self.moves.index(one))).to.text if stood else self.home
        )


PAUSES = st.sampled_from([timedelta(hours=5), timedelta(hours=9), timedelta(hours=13), timedelta(days=1)])
STEPS = st.lists(
    st.tuples(st.sampled_from(["move", "move", "undo"]), st.integers(0, 6), PAUSES), min_size=3, max_size=9
)


@pytest.mark.timeout(900)
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=True,
)
@given(steps=STEPS)
def test_every_day_about_every_other_is_as_the_oracle_says(
    cluster: Cluster, prepared: str, steps: list[tuple[str, int, timedelta]]
) -> None:
    with throwaway_database(cluster, prepared) as name, network_on(cluster, name, seed=1) as federation:
        number, oracle = play(federation, steps)
        last = federation.clock.now().astimezone(JAPAN).date()
        days = [date(2013, 7, 1) + timedelta(days=n) for n in range((last - date(2013, 7, 1)).days + 1)]
        for on in [day for day in days if day >= date(2013, 7, 7)]:
            until = datetime.combine(on + timedelta(days=1), datetime.min.time(), JAPAN)
            for about in days:
                assert address(federation, number, about, on) == oracle.at(about, until), (about, on)


def play(federation: Federation, steps: list[tuple[str, int, timedelta]]) -> tuple[str, Oracle]:
    """The acts on the register and on the oracle; only what the register did is told the oracle."""
    person = make_person(municipality=KUNITACHI, recorded_since=date(2013, 6, 1))
    oracle = Oracle(person.address.text, federation.clock.now())
    (found,) = counter.load(federation, KUNITACHI, [person])
    for serial, (act, pick, pause) in enumerate(steps):
        federation.clock.advance(pause)
        today = federation.clock.now().astimezone(JAPAN).date()
        federation.set_date(today)
        if act == "move":
            move(federation, found.resident_no, oracle, today - timedelta(days=pick), serial)
        elif oracle.moves:
            undo(federation, found.resident_no, oracle, oracle.moves[pick % len(oracle.moves)])
    return found.resident_no, oracle


def move(federation: Federation, number: str, oracle: Oracle, moved_on: date, serial: int) -> None:
    to = counter.elsewhere_in(KUNITACHI, serial + 1)
    today = counter.today(federation, KUNITACHI)
    filing = counter.move_within_filing(KUNITACHI, number, address=to, moved_on=moved_on, filed_on=today)
    if isinstance(moves.move_within(federation.context(KUNITACHI), CLERK, filing), Registered):
        oracle.moves.append(_Move(moved_on, to, federation.clock.now()))


def undo(federation: Federation, number: str, oracle: Oracle, which: _Move) -> None:
    """Undo the act that last stands for a move: by its reason, day and address, as a clerk would pick it."""
    versions = counter.read(federation, KUNITACHI, number).versions
    mine = [
        one
        for one in versions
        if (one.reason, one.effective_on, one.record.address) == ("move-within", which.moved_on, which.to)
    ]
    done = undoing.undo(federation.context(KUNITACHI), CLERK, UndoFiling(number, mine[-1].history_no))
    if isinstance(done, Registered):
        which.undone = federation.clock.now()

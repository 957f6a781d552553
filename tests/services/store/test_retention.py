"""The terms as the database judges them, against those of the law, over random days and histories."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.services.services import erasing
from tests.services.services.erasing import Rows
from tests.services.store.purging import (
    DAY,
    KUNI,
    STORES,
    TOKYO,
    as_owner,
    connect,
    says,
    walk,
)

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, NodeRole
from jukinet.law import retention as terms
from jukinet.law.edition import VALID_FROM
from jukinet.law.retention import KeptNotice, Term, kept_until
from jukinet.node.postgres import Cluster, Role
from jukinet.store import keeping, retention, schema
from jukinet.store.database import Database
from jukinet.testing.cluster import throwaway_database

pytestmark = pytest.mark.core


@pytest.fixture(scope="module")
def database(cluster: Cluster, migrated: str) -> Iterator[str]:
    with throwaway_database(cluster, template=migrated) as name:
        yield name


# Terms


def test_the_database_holds_the_terms_of_the_law(cluster: Cluster, database: str) -> None:
    purge = Database(cluster.dsn(Role.PURGE, database), KUNI.schema, most=1)
    purge.open()
    try:
        with purge.begin() as tx:
            retention.require_terms(tx)
        with cluster.connect(Role.OWNER, database, autocommit=True) as connection:
            query = f"UPDATE {KUNI.schema}.retention_terms SET value = value + 1 WHERE parameter = %s"
            connection.execute(query.encode(), ["retention-years-audit"])
        with pytest.raises(JukinetError) as caught, purge.begin() as tx:
            retention.require_terms(tx)
        assert caught.value.kind is ErrorKind.CONFIGURATION
        assert "jukinet node migrate" in caught.value.message
        schema.migrate(cluster.dsn(Role.OWNER, database), KUNI)
        with purge.begin() as tx:
            retention.require_terms(tx)
    finally:
        purge.close()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.dates(date(2012, 7, 9), date(2200, 12, 31)), beyond=st.integers(-400, 400), data=st.data())
def test_a_term_ends_in_the_database_on_the_day_on_which_it_ends_in_law(
    cluster: Cluster, database: str, first: date, beyond: int, data: st.DataObject
) -> None:
    term: Term = data.draw(st.sampled_from(terms.TERMS))
    last = term.last_day(first)
    function = "retention_began" if term.unit is terms.Unit.YEARS else "retention_before"
    with _shared_owner(cluster, database) as connection:
        for day in (last, last + timedelta(days=1), max(last + timedelta(days=beyond), VALID_FROM)):
            over = says(connection, f"%s <= {function}(%s, %s)", first, term.parameter, day)
            assert over is (day > last), (term.parameter, day)


_OWNERS: dict[str, psycopg.Connection[Any]] = {}


@contextmanager
def _shared_owner(cluster: Cluster, database: str, node: NodeId = KUNI) -> Iterator[psycopg.Connection[Any]]:
    """One connection for all examples: each is undone at its end."""
    key = f"{database} {node}"
    if key not in _OWNERS:
        _OWNERS[key] = connect(cluster, database, node, Role.OWNER)
    try:
        yield _OWNERS[key]
    finally:
        _OWNERS[key].rollback()


@pytest.fixture(scope="module", autouse=True)
def _closed(database: str) -> Iterator[None]:
    yield
    for connection in _OWNERS.values():
        connection.close()
    _OWNERS.clear()


# Notices: the same judgement as jukinet.law.retention.kept_until


@dataclass(frozen=True)
class Came:
    """A notice about one person, so many days after the first."""

    days: int
    kind: ChangeKind
    reason: NoticeReason
    municipality: str
    confirmed_after: int | None = field(default=None)


REASONS = {
    ChangeKind.RECORDING: (NoticeReason.MOVE_IN,),
    ChangeKind.CORRECTION: (NoticeReason.MOVE_WITHIN,),
    ChangeKind.DELETION: (NoticeReason.MOVE_OUT, NoticeReason.DEATH, NoticeReason.DELETED_EX_OFFICIO),
}
CAME = st.sampled_from(sorted(REASONS)).flatmap(
    lambda kind: st.builds(
        Came,
        days=st.integers(0, 4000),
        kind=st.just(kind),
        reason=st.sampled_from(REASONS[kind]),
        municipality=st.sampled_from(["132152", "131016"]),
        confirmed_after=st.none() | st.integers(0, 3000),
    )
)


def by_law(history: list[Came], place: int, holder: NodeRole) -> date | None:
    """The last day of a notice's term: the next is any later one, for a deletion; else one that is not a deletion
    of another municipality."""
    own = history[place]
    came = DAY + timedelta(days=own.days)
    followers = [
        DAY + timedelta(days=one.days)
        for one in history[place + 1 :]
        if own.kind is ChangeKind.DELETION
        or one.kind is not ChangeKind.DELETION
        or one.municipality == own.municipality
    ]
    confirmed = [
        DAY + timedelta(days=one.days + one.confirmed_after)
        for one in history
        if one.confirmed_after is not None and one.municipality == own.municipality
    ]
    return kept_until(
        KeptNotice(
            own.kind,
            own.reason,
            came,
            next_on=min(followers, default=None),
            confirmed_on=min((day for day in confirmed if day >= came), default=None),
        ),
        holder,
    )


@pytest.mark.parametrize("node", STORES)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(CAME, min_size=1, max_size=5), beyond=st.integers(-2000, 2000))
def test_a_notice_is_judged_as_the_law_judges_it(
    cluster: Cluster, database: str, node: NodeId, history: list[Came], beyond: int
) -> None:
    history = sorted(history, key=lambda one: one.days)
    with _shared_owner(cluster, database, node) as connection:
        rows = Rows(connection)
        numbers = []
        for one in history:
            on = DAY + timedelta(days=one.days)
            numbers.append(rows.notice(on, one.kind, one.reason, municipality=one.municipality))
            if one.confirmed_after is not None and node == TOKYO:
                rows.confirmation(on + timedelta(days=one.confirmed_after), municipality=one.municipality)
        for place, number in enumerate(numbers):
            last = by_law(history, place, node.role)
            around = last or DAY + timedelta(days=40_000)
            for day in (around, around + timedelta(days=1), around + timedelta(days=beyond)):
                past = says(connection, "retention_past_identity(%s, %s, NULL)", number, day)
                assert past is (last is not None and day > last), (place, last, day)


@pytest.mark.parametrize("node", STORES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    persons=st.lists(st.lists(CAME, min_size=1, max_size=4), min_size=1, max_size=3),
    today=st.integers(0, 4500),
    most=st.integers(1, 3),
)
def test_a_walk_erases_what_is_past_its_term_and_nothing_else(
    cluster: Cluster, database: str, node: NodeId, persons: list[list[Came]], today: int, most: int
) -> None:
    """In steps of any size: none goes before another whose term it ends, and none that a standing record needs."""
    day = DAY + timedelta(days=today)
    with _shared_owner(cluster, database, node) as owner:
        owner.execute("UPDATE business_clock SET pinned = %s", [day])
        expected = _put_persons(Rows(owner), persons, node, day)
        counted = walk(owner, "count", "identity", day, most)
        assert walk(owner, "erase", "identity", day, most) == counted
        left = {row["history_id"] for row in owner.execute("SELECT history_id FROM identity_history")}
        assert left == expected


def _put_persons(rows: Rows, persons: list[list[Came]], node: NodeId, day: date) -> set[int]:
    """Put histories there, mixed as they came, each with its records; what must be left on a day."""
    came = sorted(
        ((one.days, who, place) for who, history in enumerate(persons) for place, one in enumerate(history)),
    )
    histories: list[list[Came]] = [sorted(history, key=lambda one: one.days) for history in persons]
    numbers: dict[tuple[int, int], int] = {}
    after: dict[int, int] = {}
    for _, who, _ in came:
        place = after.get(who, 0)
        after[who] = place + 1
        one, on, code = histories[who][place], DAY + timedelta(days=histories[who][place].days), f"code-{who}"
        numbers[who, place] = rows.notice(on, one.kind, one.reason, municipality=one.municipality, code=code)
        if one.confirmed_after is not None and node == TOKYO:
            rows.confirmation(on + timedelta(days=one.confirmed_after), code, one.municipality)
    left = set()
    for (who, place), number in numbers.items():
        history = histories[who]
        one, last = history[place], by_law(history, place, node.role)
        stands = one.municipality not in {later.municipality for later in history[place + 1 :]}
        live = stands and one.kind is not ChangeKind.DELETION
        if stands:
            rows.record(number, live=live, until=None if live else last)
        if live or last is None or day <= last:
            left.add(number)
    return left


@pytest.mark.parametrize("node", STORES)
def test_a_term_of_eighty_years_ends_on_its_day_ord_30_6_ii(
    cluster: Cluster, database: str, node: NodeId
) -> None:
    with as_owner(cluster, database, node) as connection:
        number = Rows(connection).notice(date(2016, 2, 29), "deletion", "move-out")
        last = date(2096, 2, 28)
        assert terms.DELETED_LONGEST.last_day(date(2016, 2, 29)) == last
        assert not says(connection, "retention_past_identity(%s, %s, NULL)", number, last)
        assert says(connection, "retention_past_identity(%s, %s, NULL)", number, last + timedelta(days=1))


def test_a_changed_code_leads_to_the_next_notice_about_the_person(cluster: Cluster, database: str) -> None:
    with as_owner(cluster, database, TOKYO) as connection:
        rows = Rows(connection)
        old = rows.notice(DAY, code="24727059608")
        rows.notice(date(2015, 1, 1), code="24846016224")  # somebody else
        rows.notice(
            date(2016, 1, 1),
            "code-correction",
            "code-change-requested",
            code="25208017643",
            previous="24727059608",
        )
        assert not says(connection, "retention_past_identity(%s, '2020-12-31', NULL)", old)
        assert says(connection, "retention_past_identity(%s, '2021-01-01', NULL)", old)


def test_the_later_of_both_calendars_counts(cluster: Cluster, database: str) -> None:
    with as_owner(cluster, database, TOKYO) as connection:
        died = Rows(connection).notice(DAY, "deletion", "death", seen_on=date(2014, 7, 8))
        assert not says(connection, "retention_past_identity(%s, '2019-07-07', NULL)", died)
        assert says(connection, "retention_past_identity(%s, '2019-07-08', NULL)", died)


# Whatever the days, a run leaves what is within its term


THINGS = st.lists(
    st.tuples(
        st.sampled_from(["resident", "copy", "answer", "statement", "parked", "entry"]), st.integers(0, 3000)
    ),
    max_size=8,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(things=THINGS, today=st.integers(0, 4500), most=st.integers(1, 4))
def test_nothing_within_its_term_is_erased_and_a_count_tells_what_would_be(
    cluster: Cluster, database: str, things: list[tuple[str, int]], today: int, most: int
) -> None:
    day = DAY + timedelta(days=today)
    with _shared_owner(cluster, database) as owner:
        owner.execute("UPDATE business_clock SET pinned = %s", [day])
        rows = Rows(owner)
        kept = {
            "residents": 0,
            "pages": 0,
            "copies": 0,
            "answers": 0,
            "statements": 0,
            "parked": 0,
            "entries": 0,
        }
        for what, days in sorted(things, key=lambda one: one[1]):  # audit entries are numbered as time goes
            on = DAY + timedelta(days=days)
            past = _put(rows, what, on, day)
            for name, gone in past.items():
                kept[name] += not gone
        counted: dict[str, dict[str, int]] = {}
        erased: dict[str, dict[str, int]] = {}
        for function, sums in (("count", counted), ("erase", erased)):
            for subject in keeping.subjects_of(NodeRole.MUNICIPALITY):
                sums[subject.name] = walk(owner, function, subject.name, day, most)
        assert erased == counted
        left = {
            "residents": "residents",
            "pages": "nationwide_copies WHERE pages IS NOT NULL",
            "copies": "nationwide_copies",
            "answers": "calls_answered",
            "statements": "statements",
            "parked": "parked",
            "entries": "audit_entries WHERE event = 'register:resident:read'",
        }
        for name, table in left.items():
            assert says(owner, f"(SELECT count(*) FROM {table})") == kept[name], name
        entries = [
            dict(row) for row in owner.execute("SELECT * FROM audit_entries WHERE event LIKE 'retention%'")
        ]
        assert all(erasing.leaf_of(entry) == bytes(entry["leaf"]) for entry in entries)
        told = erasing.told(entries)
        assert sum(told.values()) == sum(n for counts in erased.values() for n in counts.values())


def _put(rows: Rows, what: str, on: date, day: date) -> dict[str, bool]:
    """Put one thing there; which of its parts are past their term on a day, by the law."""
    filing = day > terms.FILINGS.last_day(on)
    match what:
        case "resident":
            rows.resident(on)
            return {"residents": day > terms.DELETED_RECORDS.last_day(on)}
        case "copy":
            rows.copy(on)
            return {"copies": filing, "pages": day > terms.COPY_PAGES.last_day(on)}
        case "answer":
            rows.answer(on)
            return {"answers": day > terms.ANSWERS.last_day(on)}
        case "statement":
            rows.statement(on)
            return {"statements": filing}
        case "parked":
            rows.parked(on, closed_on=on, acknowledged=True)
            return {"statements": filing, "parked": filing}
    rows.entry(on)
    return {"entries": day > terms.AUDIT.last_day(on)}

"""The terms as the database judges them, against those of the law; and that nothing else can be erased by anybody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row
from scripts import database_grants
from tests.services.services import erasing
from tests.services.services.erasing import Rows, noon

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, NodeRole
from jukinet.law import retention as terms
from jukinet.law.edition import VALID_FROM
from jukinet.law.retention import KeptNotice, Term, kept_until
from jukinet.node.postgres import Cluster, Role
from jukinet.store import keeping, retention, schema
from jukinet.store.database import Database
from jukinet.testing.cluster import throwaway_database

pytestmark = pytest.mark.core

KUNI, TOKYO = NodeId("muni-132152"), NodeId("pref-13")
NODES = (KUNI, TOKYO, NATIONAL)
STORES = (TOKYO, NATIONAL)
DAY = date(2013, 7, 8)


@pytest.fixture(scope="module")
def database(cluster: Cluster, migrated: str) -> Iterator[str]:
    with throwaway_database(cluster, template=migrated) as name:
        yield name


@contextmanager
def as_role(cluster: Cluster, database: str, node: NodeId, role: Role) -> Iterator[psycopg.Connection[Any]]:
    with _connect(cluster, database, node, role) as connection:
        yield connection


def _connect(cluster: Cluster, database: str, node: NodeId, role: Role) -> psycopg.Connection[Any]:
    options = f"-c search_path={node.schema}"
    return psycopg.connect(cluster.dsn(role, database), options=options, row_factory=dict_row)


@contextmanager
def as_owner(cluster: Cluster, database: str, node: NodeId) -> Iterator[psycopg.Connection[Any]]:
    """What is done here is undone at the end."""
    with as_role(cluster, database, node, Role.OWNER) as connection:
        yield connection
        connection.rollback()


def says(connection: psycopg.Connection[Any], expression: str, *params: object) -> Any:
    row = connection.execute(f"SELECT {expression} AS answer".encode(), params).fetchone()
    assert row is not None
    return row["answer"]


# The list


def columns(connection: psycopg.Connection[Any], node: NodeId) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in connection.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %s",
        [node.schema],
    ):
        found.setdefault(row["table_name"], set()).add(row["column_name"])
    return found


def test_every_table_that_may_hold_a_person_has_a_term_in_the_list(cluster: Cluster, database: str) -> None:
    everything: set[str] = set()
    for node in NODES:
        with as_owner(cluster, database, node) as connection:
            tables = columns(connection, node)
        assert keeping.unlisted(tables) == {}, node
        everything |= tables.keys()
    listed = [one.table for one in keeping.LIST]
    assert len(listed) == len(set(listed))
    assert not set(listed) & keeping.PLAIN_TABLES.keys()
    assert set(listed) | keeping.PLAIN_TABLES.keys() == everything


@pytest.mark.parametrize(
    ("ddl", "table", "names"),
    [
        ("CREATE TABLE visitors (visitor_id bigint, name text)", "visitors", {"visitor_id", "name"}),
        ("ALTER TABLE lanes_in ADD COLUMN clerk text", "lanes_in", {"clerk"}),
    ],
    ids=["a table", "a column"],
)
def test_one_that_is_not_in_the_list_is_found(
    cluster: Cluster, database: str, ddl: str, table: str, names: set[str]
) -> None:
    with as_owner(cluster, database, KUNI) as connection:
        connection.execute(ddl.encode())
        assert keeping.unlisted(columns(connection, KUNI)) == {table: names}


@pytest.mark.parametrize("node", NODES)
def test_the_list_names_what_the_database_erases(cluster: Cluster, database: str, node: NodeId) -> None:
    with as_owner(cluster, database, node) as connection:
        parts = connection.execute("SELECT subject, part FROM retention_parts").fetchall()
        subjects = {row["subject"] for row in connection.execute("SELECT subject FROM retention_subjects")}
        functions = {
            row["proname"]
            for row in connection.execute(
                "SELECT proname FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
            )
        }
        tables = columns(connection, node)
    here = {one.name for one in keeping.subjects_of(node.role)}
    assert subjects == here
    assert {f"retention_past_{name}" for name in here} <= functions
    erased = {(row["subject"], row["part"]) for row in parts}
    assert erased == {
        (subject, one.table) for one in keeping.LIST if one.table in tables for subject in one.subjects
    }
    for one in keeping.LIST:
        assert bool(one.terms) is bool(one.subjects), one.table


def test_whatever_refers_to_a_resident_goes_with_the_resident_or_keeps_them(
    cluster: Cluster, database: str
) -> None:
    """Else a record past its term could not be erased, and a run would break on it."""
    with as_owner(cluster, database, KUNI) as connection:
        referring = {
            row["name"]
            for row in connection.execute(
                "SELECT conrelid::regclass::text AS name FROM pg_constraint WHERE contype = 'f'"
                " AND confrelid IN ('residents'::regclass, 'resident_versions'::regclass)"
            )
        }
        parts = {
            row["part"]
            for row in connection.execute("SELECT part FROM retention_parts WHERE subject = 'residents'")
        }
        judged = says(
            connection, "(SELECT prosrc FROM pg_proc WHERE oid = 'retention_past_residents'::regproc)"
        )
    assert {"code_notices", "resident_versions"} <= referring & parts
    assert [
        name for name in referring - parts if f"NOT EXISTS (SELECT 1 FROM {name} WHERE" not in judged
    ] == []


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
        _OWNERS[key] = _connect(cluster, database, node, Role.OWNER)
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
        counted = _walk(owner, "count", "identity", day, most)
        assert _walk(owner, "erase", "identity", day, most) == counted
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


# Nothing else


ERASE = (
    "SELECT last, counts FROM"
    " retention_erase(%s, %s, 90, NULL, 1000, %s, 'operator:sato', NULL, 'run', 'basis', %s)"
)
SALT = b"s" * 16


def erase(
    connection: psycopg.Connection[Any], subject: str, on: date | None, salt: bytes | None = SALT
) -> Any:
    return connection.execute(ERASE.encode(), [subject, on, noon(DAY), salt]).fetchone()


@contextmanager
def pinned(cluster: Cluster, database: str, day: date | None) -> Iterator[psycopg.Connection[Any]]:
    """The purge, with the office's day pinned and a death of 2013 that is past its term in 2018."""
    with _connect(cluster, database, KUNI, Role.OWNER) as owner:
        owner.autocommit = True
        owner.execute("UPDATE business_clock SET pinned = %s", [day])
        resident = Rows(owner).resident(DAY)
        try:
            with as_role(cluster, database, KUNI, Role.PURGE) as connection:
                yield connection
        finally:
            for table in ("resident_versions", "residents"):
                owner.execute(f"DELETE FROM {table} WHERE resident_id = %s".encode(), [resident])
            owner.execute("DELETE FROM audit_entries")
            owner.execute("UPDATE business_clock SET pinned = NULL")


def real_today(connection: psycopg.Connection[Any]) -> date:
    return says(connection, "(clock_timestamp() AT TIME ZONE interval '+09:00')::date")  # type: ignore[no-any-return]


def test_a_day_later_than_the_pinned_one_is_refused(cluster: Cluster, database: str) -> None:
    with pinned(cluster, database, date(2018, 7, 7)) as purge:
        for forged in (date(2018, 7, 8), date(2099, 1, 1), None):
            with pytest.raises(psycopg.errors.InvalidParameterValue), purge.transaction():
                erase(purge, "residents", forged)
        assert erase(purge, "residents", date(2018, 7, 7))["counts"] == {}
    with pinned(cluster, database, date(2018, 7, 8)) as purge:
        assert erase(purge, "residents", date(2018, 7, 8))["counts"]["residents"] == 1
        purge.rollback()


def test_a_day_later_than_the_real_one_is_refused_pinned_or_not(cluster: Cluster, database: str) -> None:
    for day in (None, date(2199, 1, 1)):
        with pinned(cluster, database, day) as purge:
            today = real_today(purge)
            with pytest.raises(psycopg.errors.InvalidParameterValue), purge.transaction():
                erase(purge, "residents", today + timedelta(days=2))
            assert erase(purge, "residents", today)["counts"]["residents"] == 1
            purge.rollback()


@pytest.mark.parametrize("salt", [None, b"", b"s" * 15], ids=["none", "empty", "short"])
def test_nothing_is_erased_without_a_whole_entry(cluster: Cluster, database: str, salt: bytes | None) -> None:
    with pinned(cluster, database, date(2018, 7, 8)) as purge:
        with pytest.raises(psycopg.errors.InvalidParameterValue), purge.transaction():
            erase(purge, "residents", date(2018, 7, 8), salt)
        assert erase(purge, "residents", date(2018, 7, 8))["counts"]["residents"] == 1
        purge.rollback()


@pytest.mark.parametrize(
    "subject", ["operators", "designated_codes", 'residents"; DROP TABLE residents; --', ""]
)
def test_only_what_is_listed_can_be_erased(cluster: Cluster, database: str, subject: str) -> None:
    with pinned(cluster, database, date(2018, 7, 8)) as purge:
        with pytest.raises(psycopg.errors.NoDataFound), purge.transaction():
            erase(purge, subject, date(2018, 7, 8))
        assert erase(purge, "residents", date(2018, 7, 8))["counts"]["residents"] == 1
        purge.rollback()


@pytest.mark.parametrize("node", NODES)
def test_the_purge_may_call_two_functions_and_nobody_else_any(
    cluster: Cluster, database: str, node: NodeId
) -> None:
    query = (
        "SELECT p.proname, p.oid::regprocedure::text AS function, r.rolname FROM pg_proc p, pg_roles r"
        " WHERE p.pronamespace = current_schema()::regnamespace AND p.proname LIKE 'retention%'"
        " AND r.rolname LIKE 'jukinet%' AND r.rolname <> 'jukinet_owner'"
        " AND has_function_privilege(r.oid, p.oid, 'EXECUTE')"
    )
    with as_owner(cluster, database, node) as connection:
        may = {(row["rolname"], row["proname"]) for row in connection.execute(query.encode())}
        unsafe = connection.execute(
            "SELECT proname, proconfig FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
            " AND prosecdef"
        ).fetchall()
    assert may == {("jukinet_purge", "retention_count"), ("jukinet_purge", "retention_erase")}
    assert {row["proname"] for row in unsafe} >= {"retention_count", "retention_erase"}
    for row in unsafe:
        assert [one.replace('"', "") for one in row["proconfig"]] == [f"search_path={node.schema}, pg_temp"]


@pytest.mark.parametrize("node", NODES)
def test_the_purge_reads_and_deletes_no_table_by_itself(
    cluster: Cluster, database: str, node: NodeId
) -> None:
    """Every table is tried: the purge sees whose node it is, the day, operators and terms, and nothing of residents."""
    with as_owner(cluster, database, node) as owner:
        tables = columns(owner, node)
    reads = set()
    with as_role(cluster, database, node, Role.PURGE) as purge:
        for table in tables:
            for text in (
                f"SELECT 1 FROM {table} LIMIT 0",
                f"DELETE FROM {table} WHERE false",
                f"TRUNCATE {table}",
                f"UPDATE {table} SET {min(tables[table])} = DEFAULT WHERE false",
            ):
                try:
                    with purge.transaction(force_rollback=True):
                        purge.execute(text.encode())
                except psycopg.errors.InsufficientPrivilege:
                    continue
                assert text.startswith("SELECT"), text
                reads.add(table)
    assert reads == {"business_clock", "node_facts", "operators", "retention_terms", "schema_version"}


def test_what_stands_under_another_path_is_not_touched(cluster: Cluster, database: str) -> None:
    """The function keeps its own path: a caller's says nothing to it."""
    with pinned(cluster, database, date(2018, 7, 8)) as purge:
        purge.execute("SET search_path TO pg_temp, pg_catalog")
        text = ERASE.replace("retention_erase", f"{KUNI.schema}.retention_erase")
        row = purge.execute(text.encode(), ["residents", date(2018, 7, 8), noon(DAY), SALT]).fetchone()
        assert row is not None
        assert row["counts"]["residents"] == 1
        purge.rollback()


def test_an_entry_cannot_be_deleted_without_leaving_its_leaf(cluster: Cluster, database: str) -> None:
    with as_owner(cluster, database, KUNI) as owner:
        number = Rows(owner).entry(DAY)
        leaf = says(owner, "(SELECT leaf FROM audit_entries WHERE entry_id = %s)", number)
        owner.execute("DELETE FROM audit_entries WHERE entry_id = %s", [number])
        assert says(owner, "(SELECT leaf FROM audit_erased WHERE entry_id = %s)", number) == leaf


def test_the_page_of_grants_shows_the_two_functions() -> None:
    page = database_grants.PAGE.read_text("utf-8")
    rows = re.findall(r"^\| `(retention_\w+)\(\)` \|.*\| call \|$", page, re.MULTILINE)
    assert rows == ["retention_count", "retention_erase"] * len(NODES)


LATER = """
CREATE TABLE stickers (sticker_id bigint PRIMARY KEY, resident_id bigint NOT NULL REFERENCES residents);
CREATE TABLE sticker_notes (sticker_id bigint NOT NULL REFERENCES stickers, said text NOT NULL);
CREATE FUNCTION retention_stickers_of(p_residents bigint[]) RETURNS SETOF bigint LANGUAGE sql STABLE AS
    $$ SELECT sticker_id FROM stickers WHERE resident_id = ANY (p_residents) $$;
INSERT INTO retention_parts (subject, place, part, part_column, keys_by) VALUES
    ('residents', -2, 'sticker_notes', 'sticker_id', 'retention_stickers_of'),
    ('residents', -1, 'stickers', 'resident_id', NULL);
SELECT retention_close();
"""


def test_a_later_migration_adds_its_tables_to_what_goes_with_a_resident(
    cluster: Cluster, database: str
) -> None:
    with as_owner(cluster, database, KUNI) as owner:
        rows = Rows(owner)
        gone, stays = rows.resident(DAY), rows.resident(None)
        owner.execute(LATER)
        for sticker, resident in ((1, gone), (2, gone), (3, stays)):
            owner.execute("INSERT INTO stickers VALUES (%s, %s)", [sticker, resident])
            owner.execute("INSERT INTO sticker_notes VALUES (%s, 'x')", [sticker])
        owner.execute("UPDATE business_clock SET pinned = '2018-07-08'")
        counts = _walk(owner, "erase", "residents", date(2018, 7, 8), 10)
        assert counts == {"sticker_notes": 2, "stickers": 2, "resident_versions": 2, "residents": 1}
        assert says(owner, "(SELECT array_agg(sticker_id) FROM sticker_notes)") == [3]
        assert not says(
            owner, "has_function_privilege('jukinet_purge', 'retention_stickers_of(bigint[])', 'EXECUTE')"
        )


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
                sums[subject.name] = _walk(owner, function, subject.name, day, most)
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


def _walk(
    connection: psycopg.Connection[Any], function: str, subject: str, day: date, most: int
) -> dict[str, int]:
    sums: dict[str, int] = {}
    after = None
    for _ in range(1000):
        if function == "count":
            query = "SELECT last, counts FROM retention_count(%s, %s, 90, %s, %s)"
            row = connection.execute(query.encode(), [subject, day, after, most]).fetchone()
        else:
            query = ERASE.replace("NULL, 1000, %s", "%s, %s, %s", 1)
            row = connection.execute(query.encode(), [subject, day, after, most, noon(day), SALT]).fetchone()
        assert row is not None
        for table, count in row["counts"].items():
            sums[table] = sums.get(table, 0) + count
        after = row["last"]
        if after is None:
            return sums
    raise AssertionError("the walk never comes to an end")

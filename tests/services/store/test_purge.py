"""Nothing else can be erased, by nobody else, on no other day, and never without its entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from scripts import database_grants
from tests.services.services.erasing import Rows, noon
from tests.services.store.purging import (
    DAY,
    ERASE,
    KUNI,
    NODES,
    SALT,
    as_owner,
    as_role,
    columns,
    connect,
    erase,
    says,
)

from jukinet.domain.municipality import NodeId
from jukinet.node.postgres import Cluster, Role
from jukinet.testing.cluster import throwaway_database

pytestmark = pytest.mark.core


@pytest.fixture(scope="module")
def database(cluster: Cluster, migrated: str) -> Iterator[str]:
    with throwaway_database(cluster, template=migrated) as name:
        yield name


@contextmanager
def pinned(cluster: Cluster, database: str, day: date | None) -> Iterator[psycopg.Connection[Any]]:
    """The purge, with the office's day pinned and a death of 2013 that is past its term in 2018."""
    with connect(cluster, database, KUNI, Role.OWNER) as owner:
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
    about_the_node = {"business_clock", "node_facts", "node_lives", "operators", "retention_terms"}
    about_the_node.add("schema_version")
    # By which rules keys were made: a register says it, and every process asks at its start.
    assert reads == about_the_node | (tables.keys() & {"match_key_facts", "search_key_facts"})


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

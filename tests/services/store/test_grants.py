"""What each database role may do: the page lists it, and everything else is tried here and refused."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from scripts import database_grants
from tests.conformance.cases import case

from jukinet.domain.municipality import NodeId
from jukinet.node.postgres import Cluster, Role
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import Federation

pytestmark = pytest.mark.core

SERVING = [role for role in Role if role is not Role.OWNER]
NODES = list(database_grants.NODES.values())
ACTIONS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")

NEVER_CHANGED = {"audit_entries", "resident_versions", "identity_history", "statements", "lane_in_items"} | {
    *("holds", "hold_versions", "hold_followers", "hold_reasons", "hold_lifts", "hold_lift_uses"),
    *("support_measures", "support_measure_versions", "support_measure_details"),
    *("support_measure_persons", "support_measure_forwards"),
}
"""Rows of these tables are added and never altered."""

Granted = set[tuple[str, str, str | None]]


@pytest.fixture(scope="module")
def owner(cluster: Cluster, migrated: str) -> Iterator[str]:
    """A database with every schema, to try things in."""
    with throwaway_database(cluster, template=migrated) as name:
        yield name


def granted(cluster: Cluster, database: str, node: NodeId, role: Role) -> Granted:
    """(table, privilege, column or None) as the catalogue of the server says."""
    with cluster.connect(Role.OWNER, database) as connection:
        rows = database_grants._rows(connection, database_grants.GRANTS, node.schema)
    short = role.removeprefix("jukinet_")
    return {(table, privilege, column) for table, who, privilege, column in rows if who == short}


def columns(cluster: Cluster, database: str, node: NodeId) -> dict[str, list[str]]:
    """The columns of every table."""
    with cluster.connect(Role.OWNER, database) as connection:
        found: dict[str, list[str]] = {}
        for table, column in connection.execute(
            "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
            " JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE n.nspname = %s AND c.relkind = 'r' AND a.attnum > 0"
            " AND NOT a.attisdropped ORDER BY 1, a.attnum",
            (node.schema,),
        ):
            found.setdefault(table, []).append(column)
    return found


def attempts(table: str, action: str, names: list[str]) -> list[tuple[str | None, sql.Composed]]:
    """Statements that do an action and touch no row, with the column they need where it is only one."""
    t = sql.Identifier(table)
    match action:
        case "SELECT":
            return [(None, sql.SQL("SELECT 1 FROM {} LIMIT 0").format(t))]
        case "INSERT":
            return [(None, sql.SQL("INSERT INTO {} DEFAULT VALUES").format(t))]
        case "UPDATE":
            return [
                (name, sql.SQL("UPDATE {} SET {} = DEFAULT WHERE false").format(t, sql.Identifier(name)))
                for name in names
            ]
        case "DELETE":
            return [(None, sql.SQL("DELETE FROM {} WHERE false").format(t))]
    return [(None, sql.SQL("TRUNCATE {} CASCADE").format(t))]


def is_refused(connection: psycopg.Connection, statement: sql.Composed) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    except psycopg.Error:
        return False  # allowed to, and wrong for another reason
    return False


@pytest.mark.parametrize("role", SERVING)
@pytest.mark.parametrize("node", NODES)
def test_everything_that_is_not_granted_is_refused(
    cluster: Cluster, owner: str, node: NodeId, role: Role
) -> None:
    may = granted(cluster, owner, node, role)
    wrong, tried = [], 0
    with cluster.connect(role, owner, options=f"-c search_path={node.schema}") as connection:
        for table, names in columns(cluster, owner, node).items():
            for action in ACTIONS:
                tries = attempts(table, action, names)
                if action == "SELECT" and any((table, action, one) in may for one in names):
                    # Some columns may be seen, and the others may not.
                    t, select = sql.Identifier(table), sql.SQL("SELECT {} FROM {} LIMIT 0")
                    tries = [(one, select.format(sql.Identifier(one), t)) for one in names]
                for column, statement in tries:
                    allowed = (table, action, None) in may or (table, action, column) in may
                    tried += 1
                    if is_refused(connection, statement) is allowed:
                        wrong.append((table, action, column))
    assert wrong == []
    assert tried > 100


@pytest.mark.parametrize("role", SERVING)
@pytest.mark.parametrize("node", NODES)
@case("Ord. Art. 2", "Act Art. 30-29(1)")
def test_no_serving_role_alters_history_or_deletes_anything(
    cluster: Cluster, owner: str, node: NodeId, role: Role
) -> None:
    tables = columns(cluster, owner, node)
    with cluster.connect(role, owner, options=f"-c search_path={node.schema}") as connection:
        for table, names in tables.items():
            for action in ("DELETE", "TRUNCATE"):
                for _, statement in attempts(table, action, names):
                    assert is_refused(connection, statement), (table, action)
        for table in NEVER_CHANGED & tables.keys():
            for column, statement in attempts(table, "UPDATE", tables[table]):
                assert is_refused(connection, statement), (table, column)


@pytest.mark.parametrize("node", NODES)
@case("Act Art. 30-29(1)")
def test_what_faces_the_network_can_name_neither_keys_nor_operators(
    cluster: Cluster, owner: str, node: NodeId
) -> None:
    """Who takes over a door gains no say in who is trusted; and nobody may do what their process never does."""
    network, worker = (granted(cluster, owner, node, role) for role in (Role.NETWORK, Role.WORKER))
    supply = granted(cluster, owner, node, Role.SUPPLY)
    for may in (network, supply):
        assert {what for table, what, _ in may if table == "signed_directory"} == {"SELECT"}
    for may in (network, supply, worker):
        assert not [grant for grant in may if grant[0] == "operators"]
    # What the handshake after a restore takes, and no more: to send again, to trust a later life, to take what is back.
    again = {
        "acknowledged",
        "failures",
        "failing_since",
        "attempt_after",
        "halted",
        "halted_at",
        "last_problem",
    }
    assert granted_on(network, "lanes_out") == {("SELECT", None), *(("UPDATE", column) for column in again)}
    assert granted_on(worker, "lanes_in") == {("SELECT", None), ("INSERT", None), ("UPDATE", "incarnation")}
    assert granted_on(worker, "parked") == {("SELECT", None), ("INSERT", None)}
    reports = node.municipality is not None
    says = [("INSERT", None) in granted_on(may, "outbox") for may in (network, worker)]
    assert says == [reports, True]  # the worker also takes back what was said


def granted_on(may: Granted, table: str) -> set[tuple[str, str | None]]:
    return {(what, column) for one, what, column in may if one == table}


def test_the_network_door_sees_that_a_record_is_held_and_never_why(cluster: Cluster, owner: str) -> None:
    """Nor whether a support measure set the hold, nor whether somebody at the office lifted it for a while."""
    node = next(one for one in NODES if one.municipality is not None)
    tables = {table for table in columns(cluster, owner, node) if table.startswith(("hold", "support"))}
    assert len(tables) == 11
    for role in SERVING:
        seen = {table for table, _, _ in granted(cluster, owner, node, role)} & tables
        some = {"holds", "hold_versions", "hold_followers"} if role is Role.NETWORK else set()
        assert seen == (tables if role is Role.OFFICE else some)


@pytest.mark.parametrize("role", SERVING)
def test_no_serving_role_makes_or_breaks_tables_or_becomes_another(
    cluster: Cluster, owner: str, role: Role
) -> None:
    node = NODES[0]
    with cluster.connect(role, owner, options=f"-c search_path={node.schema}") as connection:
        for text in (
            "CREATE TABLE mine (x int)",
            "CREATE SCHEMA mine",
            "CREATE TEMPORARY TABLE mine (x int)",
            "DROP TABLE audit_entries",
            "ALTER TABLE audit_entries DISABLE TRIGGER ALL",
            "CREATE RULE r AS ON INSERT TO audit_entries DO INSTEAD NOTHING",
            "CREATE INDEX ON audit_entries (at)",
            "SET ROLE jukinet_owner",
            "SET SESSION AUTHORIZATION postgres",
            "SELECT pg_read_file('postgresql.conf')",
            "COPY (SELECT 1) TO PROGRAM 'true'",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        ):
            assert is_refused(connection, sql.SQL(text).format()), text


def test_a_grant_that_exists_is_not_called_refused(cluster: Cluster, owner: str) -> None:
    """The test above can fail: what is granted is done."""
    node = NODES[0]
    with cluster.connect(Role.OFFICE, owner, options=f"-c search_path={node.schema}") as connection:
        assert not is_refused(connection, sql.SQL("SELECT 1 FROM residents LIMIT 0").format())
        assert not is_refused(connection, sql.SQL("INSERT INTO operators DEFAULT VALUES").format())
        assert not is_refused(connection, sql.SQL("UPDATE operators SET name = 'x' WHERE false").format())


def test_nothing_is_granted_to_everybody(cluster: Cluster, owner: str) -> None:
    with cluster.connect(Role.OWNER, owner) as connection:
        for node in NODES:
            rows = database_grants._rows(connection, database_grants.GRANTS, node.schema)
            assert len(rows) > 20
            assert {who for _, who, _, _ in rows} <= {role.removeprefix("jukinet_") for role in SERVING}


def test_the_page_of_grants_is_up_to_date(cluster: Cluster, owner: str) -> None:
    with cluster.connect(Role.OWNER, owner) as connection:
        written = database_grants.page(connection)
    assert database_grants.PAGE.read_text("utf-8") == written, "run make docs"
    assert "DELETE" not in written
    assert "delete" not in written


def test_the_small_network_uses_these_roles(federation: Federation) -> None:
    for role in ("office", "network", "worker", "supply", "purge"):
        with federation.context(NODES[0], role).begin() as tx:
            assert tx.one("SELECT current_user AS who") == {"who": f"jukinet_{role}"}

"""Migrations: repeatable, for this node alone, and a program that asks whether they ran."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.node.postgres import Cluster, Role
from jukinet.store import schema, version

pytestmark = pytest.mark.core

KUNI, TOKYO = NodeId("muni-132152"), NodeId("pref-13")

CATALOGUE = """
SELECT 'column', table_schema || '.' || table_name || '.' || column_name, data_type || coalesce(column_default, '')
       || is_nullable FROM information_schema.columns WHERE table_schema = ANY(%(schemas)s)
UNION ALL SELECT 'index', schemaname || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = ANY(%(schemas)s)
UNION ALL SELECT 'grant', table_schema || '.' || table_name, grantee || privilege_type
       FROM information_schema.table_privileges WHERE table_schema = ANY(%(schemas)s)
UNION ALL SELECT 'constraint', conrelid::regclass::text || conname, pg_get_constraintdef(pg_constraint.oid)
       FROM pg_constraint JOIN pg_namespace n ON n.oid = connamespace WHERE nspname = ANY(%(schemas)s)
ORDER BY 1, 2, 3
"""


def rows(cluster: Cluster, database: str, query: str, **params: Any) -> list[tuple[Any, ...]]:
    with cluster.connect(Role.OWNER, database, autocommit=True) as connection:
        return connection.execute(query.encode(), params).fetchall()


def catalogue(cluster: Cluster, database: str, *nodes: NodeId) -> list[tuple[Any, ...]]:
    return rows(cluster, database, CATALOGUE, schemas=[node.schema for node in nodes])


@pytest.mark.parametrize("node", [KUNI, TOKYO, NATIONAL])
def test_migrating_twice_changes_nothing(cluster: Cluster, database: str, node: NodeId) -> None:
    owner = cluster.dsn(Role.OWNER, database)
    schema.migrate(owner, node)
    with cluster.connect(Role.OWNER, database, autocommit=True) as connection:
        connection.execute(f"UPDATE {node.schema}.business_clock SET pinned = '2013-07-08'".encode())
    before = catalogue(cluster, database, node)
    schema.migrate(owner, node)
    assert catalogue(cluster, database, node) == before
    assert len(before) > 100
    facts = f"SELECT node_id, pinned::text FROM {node.schema}.node_facts, {node.schema}.business_clock"
    assert rows(cluster, database, facts) == [(str(node), "2013-07-08")]


def test_each_role_of_node_has_its_own_tables(cluster: Cluster, database: str) -> None:
    found = {}
    for node in (KUNI, TOKYO, NATIONAL):
        schema.migrate(cluster.dsn(Role.OWNER, database), node)
        names = rows(
            cluster, database, "SELECT tablename FROM pg_tables WHERE schemaname = %(s)s", s=node.schema
        )
        found[node] = {name for (name,) in names}
    assert "residents" in found[KUNI]
    assert "residents" not in found[TOKYO] | found[NATIONAL]
    assert "identity_records" in found[TOKYO] & found[NATIONAL]
    assert "identity_records" not in found[KUNI]
    assert "designated_codes" in found[NATIONAL]
    assert "designated_codes" not in found[TOKYO] | found[KUNI]


def test_the_schema_of_another_node_is_refused(cluster: Cluster, database: str) -> None:
    schema.migrate(cluster.dsn(Role.OWNER, database), KUNI)
    with cluster.connect(Role.OWNER, database, autocommit=True) as connection:
        connection.execute(f"UPDATE {KUNI.schema}.node_facts SET node_id = 'muni-131016'".encode())
    with pytest.raises(JukinetError) as caught:
        schema.migrate(cluster.dsn(Role.OWNER, database), KUNI)
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert "another node" in caught.value.message


def test_the_schema_of_another_node_is_refused_before_anything_is_changed(
    cluster: Cluster, database: str
) -> None:
    """An older schema of another node is not brought up to date on the way."""
    with cluster.connect(Role.OWNER, database, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {KUNI.schema}".encode())
        connection.execute(f"CREATE TABLE {KUNI.schema}.node_facts (node_id text)".encode())
        connection.execute(f"INSERT INTO {KUNI.schema}.node_facts VALUES ('muni-131016')".encode())
    before = catalogue(cluster, database, KUNI)
    with pytest.raises(JukinetError) as caught:
        schema.migrate(cluster.dsn(Role.OWNER, database), KUNI)
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert "another node" in caught.value.message
    assert catalogue(cluster, database, KUNI) == before


def test_a_migration_that_fails_leaves_nothing(cluster: Cluster, database: str) -> None:
    with cluster.connect(Role.OWNER, database, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {KUNI.schema}".encode())
        connection.execute(f"CREATE TABLE {KUNI.schema}.calls_answered (id int)".encode())
    with pytest.raises(JukinetError):
        schema.migrate(cluster.dsn(Role.OWNER, database), KUNI)
    tables = rows(
        cluster, database, "SELECT tablename FROM pg_tables WHERE schemaname = %(s)s", s=KUNI.schema
    )
    assert tables == [("calls_answered",)]


def test_a_program_runs_only_on_its_own_version(cluster: Cluster, database: str) -> None:
    network = cluster.dsn(Role.NETWORK, database)
    with pytest.raises(JukinetError) as absent:
        version.require_current(network, KUNI.schema)
    schema.migrate(cluster.dsn(Role.OWNER, database), KUNI)
    for role in (Role.NETWORK, Role.SUPPLY, Role.OFFICE, Role.WORKER):
        version.require_current(cluster.dsn(role, database), KUNI.schema)
    with cluster.connect(Role.OWNER, database, autocommit=True) as connection:
        connection.execute(f"UPDATE {KUNI.schema}.schema_version SET version_num = '0000'".encode())
    with pytest.raises(JukinetError) as older:
        version.require_current(network, KUNI.schema)
    for caught in (absent, older):
        assert caught.value.kind is ErrorKind.CONFIGURATION
        assert "jukinet node migrate" in caught.value.message


def test_migrating_without_the_owners_role_is_one_clear_sentence(cluster: Cluster, database: str) -> None:
    with pytest.raises(JukinetError) as caught:
        schema.migrate(cluster.dsn(Role.NETWORK, database), KUNI)
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert not isinstance(caught.value.__cause__, psycopg.Error)

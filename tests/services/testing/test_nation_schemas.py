"""The nation's way to make a schema leaves what migrating leaves: every definition, every grant, every row."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.node.postgres import Cluster, Role
from jukinet.store import schema
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.nation import schemas
from jukinet.testing.nation.schemas import Pattern

_DEFINED = """
SELECT 'table', c.relname, c.relkind::text, c.relacl::text FROM pg_class c WHERE relnamespace = {schema}
UNION ALL
SELECT 'column', c.relname, format('%%s %%s %%s %%s %%s', attnum, attname, atttypid::regtype, attnotnull, attacl),
       (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum)
  FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = {schema}
UNION ALL
SELECT 'function', proname, pg_get_functiondef(oid), proacl::text FROM pg_proc WHERE pronamespace = {schema}
UNION ALL
SELECT 'constraint', conname, pg_get_constraintdef(oid), NULL FROM pg_constraint WHERE connamespace = {schema}
UNION ALL
SELECT 'index', c.relname, pg_get_indexdef(c.oid), NULL FROM pg_class c WHERE relkind = 'i' AND relnamespace = {schema}
UNION ALL
SELECT 'trigger', tgname, pg_get_triggerdef(t.oid), NULL
  FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE relnamespace = {schema} AND NOT tgisinternal
UNION ALL
SELECT 'schema', nspname, nspacl::text, NULL FROM pg_namespace WHERE oid = {schema}"""


def _found(owner: str, node: NodeId) -> tuple[list[Any], dict[str, list[Any]]]:
    with psycopg.connect(owner, options=f"-c search_path={node.schema}") as raw:
        within = sql.SQL("{}::regnamespace").format(sql.Literal(node.schema))
        defined = raw.execute(sql.SQL(_DEFINED).format(schema=within), {}).fetchall()
        tables = [name for kind, name, what, _ in defined if (kind, what) == ("table", "r")]
        rows = {
            name: sorted(raw.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(name))))
            for name in tables
        }
    return sorted(defined, key=str), rows


@pytest.mark.parametrize(
    "node",
    [
        NodeId("muni-132152"),
        pytest.param(NodeId("pref-13"), marks=pytest.mark.slow),
        pytest.param(NATIONAL, marks=pytest.mark.slow),
    ],
    ids=str,
)
def test_a_schema_made_in_one_go_is_the_migrated_one(cluster: Cluster, node: NodeId) -> None:
    with throwaway_database(cluster) as one, throwaway_database(cluster) as other:
        migrated, made = (cluster.dsn(Role.OWNER, name) for name in (one, other))
        schema.migrate(migrated, node)
        with closing(schemas.Maker(made)) as make:
            make(node)
        assert _found(made, node) == _found(migrated, node)


def test_a_schema_made_from_another_is_the_migrated_one(cluster: Cluster) -> None:
    first, node = NodeId("muni-072079"), NodeId("muni-132152")
    pg_dump = Path(cluster.ensure().program("pg_dump"))
    with throwaway_database(cluster) as one, throwaway_database(cluster) as other:
        migrated, made = (cluster.dsn(Role.OWNER, name) for name in (one, other))
        schema.migrate(migrated, node)
        with closing(schemas.Maker(made)) as make:
            make(first)
        before = _found(made, first)
        with closing(schemas.Maker(made, Pattern.of(made, pg_dump, first))) as make:
            make(node)
        assert _found(made, node) == _found(migrated, node)
        assert _found(made, first) == before

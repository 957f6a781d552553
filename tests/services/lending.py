"""A network that is lent to one test after another, and put back in between: every row and every number given.

Copying a database for each test, and opening connections for each node and role, took most of the ring's time. What
rows cannot show of a test is noticed otherwise, and the database thrown away: a catalog that it changed, a transaction
that it left open, a pool that it closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from jukinet.domain.municipality import NodeId
from jukinet.node.postgres import Cluster, Role
from jukinet.node.postgres_roles import SUPERUSER
from jukinet.store.database import Database
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import NODES, Federation

MOST = 100
"""Tests that follow each other on one database: rows that were put back leave dead ones behind."""

_SCHEMAS = [node.schema for node in NODES]

_TABLES = """SELECT n.nspname, c.relname, array_agg(a.attname ORDER BY a.attnum) FILTER (WHERE a.attgenerated = '')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relkind = 'r' AND n.nspname = ANY (%s) GROUP BY c.oid, n.nspname, c.relname ORDER BY c.oid"""

_SEQUENCES = "SELECT schemaname, sequencename FROM pg_sequences WHERE schemaname = ANY (%s) ORDER BY 1, 2"

_WATCH = """CREATE SCHEMA lent;
CREATE TABLE lent.changed (what text);
CREATE FUNCTION lent.note() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF tg_event = 'sql_drop' THEN
        INSERT INTO lent.changed SELECT tg_tag FROM pg_event_trigger_dropped_objects() WHERE NOT is_temporary;
    ELSE
        INSERT INTO lent.changed SELECT tg_tag FROM pg_event_trigger_ddl_commands()
        WHERE schema_name IS DISTINCT FROM 'pg_temp';
    END IF;
END $$;"""

_WATCHING = """CREATE EVENT TRIGGER lent_changes ON ddl_command_end EXECUTE FUNCTION lent.note();
CREATE EVENT TRIGGER lent_drops ON sql_drop EXECUTE FUNCTION lent.note();"""

_PUT_BACK = """CREATE FUNCTION lent.put_back(since bigint) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM lent.changed) OR EXISTS (
        SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
           AND backend_type = 'client backend' AND state <> 'idle')
    THEN
        RETURN NULL;
    END IF;
    {steps}
    RETURN pg_current_xact_id()::text::bigint;
END $$"""

# Set for the connection, not for the function: to change this role forgets every plan, and there is one for each table.
_WHILE_PUTTING_BACK = "SET session_replication_role = replica; SET lock_timeout = '2s'"

_OF_AN_EMPTY_TABLE = "DELETE FROM {table};"

_OF_A_TABLE = """IF EXISTS (SELECT FROM {table} WHERE xmin::text::bigint > since)
    OR (SELECT count(*) FROM {table}) <> {rows}
THEN
    DELETE FROM {table};
    INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {kept};
END IF;"""

_OF_A_SEQUENCE = """IF EXISTS (SELECT FROM {sequence} WHERE (last_value, is_called) <> ({last}, {called})) THEN
    PERFORM setval({name}, {last}, {called});
END IF;"""


def make_lendable(cluster: Cluster, database: str) -> None:
    """Keep in the database what each table holds, and a function that puts it back."""
    with _superuser(cluster, database) as connection:
        connection.execute(_WATCH)
        steps = [*_table_steps(connection), *_sequence_steps(connection)]
        function = sql.SQL(_PUT_BACK).format(steps=sql.SQL("\n    ").join(steps))
        connection.execute(function)
        connection.execute(_WATCHING)


def _superuser(cluster: Cluster, database: str) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(cluster._conninfo(SUPERUSER, database), autocommit=True)


def _table_steps(connection: psycopg.Connection[tuple[Any, ...]]) -> Iterator[sql.Composable]:
    for schema, name, columns in connection.execute(_TABLES, [_SCHEMAS]).fetchall():
        table = sql.Identifier(schema, name)
        kept = sql.Identifier("lent", f"{schema}.{name}")
        named = sql.SQL(", ").join(map(sql.Identifier, columns))
        (rows,) = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(table)).fetchone() or (0,)
        if rows:
            connection.execute(sql.SQL("CREATE TABLE {} AS SELECT {} FROM {}").format(kept, named, table))
        step = _OF_A_TABLE if rows else _OF_AN_EMPTY_TABLE
        yield sql.SQL(step).format(table=table, rows=rows, columns=named, kept=kept)


def _sequence_steps(connection: psycopg.Connection[tuple[Any, ...]]) -> Iterator[sql.Composable]:
    for schema, name in connection.execute(_SEQUENCES, [_SCHEMAS]).fetchall():
        sequence = sql.Identifier(schema, name)
        query = sql.SQL("SELECT last_value, is_called FROM {}").format(sequence)
        last, called = connection.execute(query).fetchone() or (1, False)
        yield sql.SQL(_OF_A_SEQUENCE).format(
            sequence=sequence, name=f'{schema}."{name}"', last=last, called=called
        )


class Lender:
    """Lends the network of a lendable template, to one test at a time."""

    def __init__(self, cluster: Cluster, template: str) -> None:
        self._cluster = cluster
        self._template = template
        self._lent: _Lent | None = None

    @contextmanager
    def lend(self) -> Iterator[Federation]:
        """The network as the template has it."""
        lent = self._lent = self._lent or _Lent(self._cluster, self._template)
        yield lent.network()
        if not lent.put_back():
            self.close()

    def close(self) -> None:
        if self._lent is not None:
            self._lent.close()
        self._lent = None


class _Lent:
    """A database that is lent, and the pools of whoever works on it."""

    def __init__(self, cluster: Cluster, template: str) -> None:
        self._stack = ExitStack()
        self._name = self._stack.enter_context(throwaway_database(cluster, template=template))
        self._back = self._stack.enter_context(_superuser(cluster, self._name))
        self._back.execute(_WHILE_PUTTING_BACK)
        self._cluster = cluster
        self._pools: dict[tuple[NodeId, str], Database] = {}
        self._stack.callback(self._close_pools)
        self._since = self._number("SELECT pg_current_xact_id()::text::bigint")
        self._left = MOST

    def network(self) -> Federation:
        made = Federation(lambda role: self._cluster.dsn(Role(f"jukinet_{role}"), self._name), seed=1)
        made._databases = self._pools
        return made

    def put_back(self) -> bool:
        """Whether the database is as it was, and may be lent again."""
        self._left -= 1
        if not self._left or any(pool._pool.closed for pool in self._pools.values()):
            return False
        try:
            self._since = self._number("SELECT lent.put_back(%s)", self._since)
        except psycopg.Error:
            return False
        return self._since is not None

    def close(self) -> None:
        self._stack.close()

    def _close_pools(self) -> None:
        for pool in self._pools.values():
            pool.close()

    def _number(self, query: LiteralString, *params: object) -> int | None:
        row = self._back.execute(query, params).fetchone()
        return row[0] if row else None

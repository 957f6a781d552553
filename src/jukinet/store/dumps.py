"""A node's schema as data: every table through ``COPY`` in one snapshot, and back into a schema of the same revision.

Owns what a backup holds and the order in which it goes back. Where the bytes are kept is the caller's
(``jukinet.node.backups``); the tables themselves are made by the migrations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.store.errors import translated

_VERSION = "schema_version"
_OPTIONS = "-c timezone=UTC -c client_encoding=UTF8 -c lock_timeout=10s -c client_min_messages=warning"


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was written: its columns in the order of the data, and how many rows."""

    name: str
    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class Dump:
    """What was written, besides the data: at which revision, and where every sequence stood."""

    revision: str
    tables: tuple[Table, ...]
    sequences: Mapping[str, int]
    last_audit: int


Write = Callable[[str, Iterable[bytes]], None]
Read = Callable[[str], Iterator[bytes]]


def _connect(conninfo: str, schema: str) -> psycopg.Connection[TupleRow]:
    return psycopg.connect(conninfo, options=f"{_OPTIONS} -c search_path={schema}", connect_timeout=10)


def write(conninfo: str, schema: str, put: Write) -> Dump:
    """Hand the data of every table to ``put``, all as of one moment. Acts go on meanwhile."""
    with translated(), _connect(conninfo, schema) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        revision = _one(connection, f"SELECT version_num FROM {_VERSION}")
        tables = [
            Table(name, columns, _copy_out(connection, name, columns, put))
            for name, columns in _tables(connection, schema).items()
        ]
        # Read after the rows: a sequence knows no snapshot, and is never behind what a row of it holds.
        sequences = connection.execute(
            "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = %s AND last_value IS NOT NULL"
            " ORDER BY 1",
            (schema,),
        ).fetchall()
        last = _one(connection, "SELECT coalesce(max(entry_id), 0) FROM audit_entries")
        return Dump(str(revision), tuple(tables), dict(sequences), int(last))


def read(conninfo: str, schema: str, dump: Dump, get: Read) -> None:
    """Fill the tables of a schema that stands at the dump's revision, in one transaction; what they held is gone.

    Raises CONFLICT where the rows are not as many as were written.
    """
    with translated(), _connect(conninfo, schema) as connection:
        held = {table.name: table for table in dump.tables}
        names = sql.SQL(", ").join(map(sql.Identifier, held))
        connection.execute(sql.SQL("TRUNCATE {}").format(names))
        # What triggers would write is among the rows.
        _each(connection, "ALTER TABLE {} DISABLE TRIGGER USER", held)
        for name in _in_order(connection, schema, held):
            rows = _copy_in(connection, held[name], get(name))
            if rows != held[name].rows:
                raise JukinetError(ErrorKind.CONFLICT, f"The backup's table {name} has not all of its rows.")
        _each(connection, "ALTER TABLE {} ENABLE TRIGGER USER", held)
        # What follows goes over everything: the planner must know how much that is.
        connection.execute(sql.SQL("ANALYZE {}").format(names))
        for name, last in dump.sequences.items():
            connection.execute("SELECT setval(%s::regclass, %s)", (sql.Identifier(name).as_string(), last))


def _each(connection: psycopg.Connection[TupleRow], statement: LiteralString, names: Iterable[str]) -> None:
    for name in names:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _one(connection: psycopg.Connection[TupleRow], query: str) -> Any:
    row = connection.execute(query.encode()).fetchone()
    if row is None:
        raise JukinetError(
            ErrorKind.CONFIGURATION, "The schema was never migrated. Run: jukinet node migrate"
        )
    return row[0]


def _tables(connection: psycopg.Connection[TupleRow], schema: str) -> dict[str, tuple[str, ...]]:
    rows = connection.execute(
        "SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum) FROM pg_class c"
        " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''"
        " WHERE c.relnamespace = %s::regnamespace AND c.relkind = 'r' AND c.relname <> %s GROUP BY 1 ORDER BY 1",
        (sql.Identifier(schema).as_string(), _VERSION),
    )
    return {name: tuple(columns) for name, columns in rows}


def _copy_out(connection: psycopg.Connection[TupleRow], name: str, columns: Sequence[str], put: Write) -> int:
    with connection.cursor() as cursor:
        with cursor.copy(_copy("COPY {} ({}) TO STDOUT", name, columns)) as copy:
            put(name, (bytes(block) for block in copy))
        return cursor.rowcount


def _copy_in(connection: psycopg.Connection[TupleRow], table: Table, blocks: Iterator[bytes]) -> int:
    with connection.cursor() as cursor:
        with cursor.copy(_copy("COPY {} ({}) FROM STDIN", table.name, table.columns)) as copy:
            for block in blocks:
                copy.write(block)
        return cursor.rowcount


def _copy(statement: LiteralString, name: str, columns: Sequence[str]) -> sql.Composed:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL(statement).format(sql.Identifier(name), listed)


def _in_order(
    connection: psycopg.Connection[TupleRow], schema: str, held: Mapping[str, Table]
) -> Iterator[str]:
    """What a row refers to stands before it."""
    needs: dict[str, set[str]] = {name: set() for name in held}
    rows = connection.execute(
        "SELECT t.relname, r.relname FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid"
        " JOIN pg_class r ON r.oid = k.confrelid WHERE k.contype = 'f' AND k.connamespace = %s::regnamespace",
        (sql.Identifier(schema).as_string(),),
    )
    for table, referred in rows:
        if table in needs and referred in needs and table != referred:
            needs[table].add(referred)
    yield from TopologicalSorter(needs).static_order()

"""What the tests of the purge share: connections as each role, and walks over what is past its term."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
from psycopg.rows import dict_row
from tests.services.services.erasing import noon

from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.node.postgres import Cluster, Role

KUNI, TOKYO = NodeId("muni-132152"), NodeId("pref-13")
NODES = (KUNI, TOKYO, NATIONAL)
STORES = (TOKYO, NATIONAL)
DAY = date(2013, 7, 8)


@contextmanager
def as_role(cluster: Cluster, database: str, node: NodeId, role: Role) -> Iterator[psycopg.Connection[Any]]:
    with connect(cluster, database, node, role) as connection:
        yield connection


def connect(cluster: Cluster, database: str, node: NodeId, role: Role) -> psycopg.Connection[Any]:
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


def columns(connection: psycopg.Connection[Any], node: NodeId) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in connection.execute(
        # A view shows what tables hold, and keeps nothing.
        "SELECT table_name, column_name FROM information_schema.columns JOIN information_schema.tables t"
        " USING (table_schema, table_name) WHERE table_schema = %s AND t.table_type = 'BASE TABLE'",
        [node.schema],
    ):
        found.setdefault(row["table_name"], set()).add(row["column_name"])
    return found


ERASE = (
    "SELECT last, counts FROM"
    " retention_erase(%s, %s, 90, NULL, 1000, %s, 'operator:sato', NULL, 'run', 'basis', %s)"
)
SALT = b"s" * 16


def erase(
    connection: psycopg.Connection[Any], subject: str, on: date | None, salt: bytes | None = SALT
) -> Any:
    return connection.execute(ERASE.encode(), [subject, on, noon(DAY), salt]).fetchone()


def walk(
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

"""Databases on a cluster: made, copied and removed over a connection of the superuser (autocommit)."""

from __future__ import annotations

import re
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import tuple_row

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node.postgres_account import configuration, unavailable
from jukinet.node.postgres_roles import SERVING, SUPERUSER, Role

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")

Connection = psycopg.Connection[Any]


def create(connection: Connection, name: str, template: str | None) -> None:
    """Make a database of the owner role, empty or as a copy; see ``Cluster.create_database``."""
    new = _identifier(name)
    source = _identifier(template) if template else sql.Identifier("template0")
    # Not the default strategy, which logs whole pages: a sequence copied so believes that its next numbers are in the
    # log already, and after a crash gives out the same ones again (seen on PostgreSQL 15 and 18).
    command = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY")
    try:
        connection.execute(command.format(new, sql.Identifier(Role.OWNER), source))
    except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
        # The latter where two make it at the same moment.
        raise JukinetError(ErrorKind.CONFLICT, f"The database {name} exists already.") from None
    except psycopg.errors.InvalidCatalogName:
        raise JukinetError(ErrorKind.NOT_FOUND, f"There is no database {template} to copy.") from None
    except psycopg.errors.ObjectInUse:
        raise unavailable(
            f"The database {template} cannot be copied while someone is connected to it: close those "
            "connections and try again."
        ) from None
    # A copy does not bring these along. Everybody may connect by default, and make temporary tables.
    serving = sql.SQL(", ").join(sql.Identifier(role) for role in SERVING)
    with connection.transaction():  # whoever finds the database finds both rights or neither
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(new))
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(new, serving))


def seal(connection: Connection, name: str) -> None:
    """Let nobody connect to a database any more, so that it can be copied at any time."""
    command = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false")
    try:
        connection.execute(command.format(_identifier(name)))
    except psycopg.errors.InvalidCatalogName:
        raise JukinetError(ErrorKind.NOT_FOUND, f"There is no database {name}.") from None


def drop(connection: Connection, name: str, *, force: bool) -> None:
    command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)" if force else "DROP DATABASE IF EXISTS {}")
    try:
        connection.execute(command.format(_identifier(name)))
    except psycopg.errors.ObjectInUse:
        raise unavailable(
            f"The database {name} is in use: end its sessions first, or remove it by force."
        ) from None


def names(connection: Connection) -> tuple[str, ...]:
    """The databases made here, sorted."""
    with connection.cursor(row_factory=tuple_row) as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> %s", [SUPERUSER]
        )
        return tuple(sorted(name for (name,) in cursor.fetchall()))


def _identifier(name: str) -> sql.Identifier:
    if not _NAME.fullmatch(name):
        raise configuration(
            "A database is named by 1 to 63 lower-case letters, digits and underscores, a letter first."
        )
    return sql.Identifier(name)

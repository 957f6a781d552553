"""Migrations: plain SQL files that only add, run by Alembic, one schema a node.

The files of a revision are ``sql/<revision>_common.sql``, then the one of the node's role:
``_municipality``, ``_prefecture`` or ``_national``; a file that a revision does not need is absent.
``_stores`` runs for prefectures and the centre alike. Grants stand beside the table in the same file.
What is derived from records in Python is made after the files: ``jukinet.store.search_keys`` at a municipality,
``jukinet.store.match_keys`` at the others.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from importlib import resources

import psycopg
import sqlalchemy
from alembic import command, context
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql
from psycopg.rows import TupleRow

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, NodeRole
from jukinet.law import parameters, retention
from jukinet.store import match_keys, search_keys
from jukinet.store.database import Database
from jukinet.store.errors import translated

_FILES_OF = {
    NodeRole.MUNICIPALITY: ("common", "municipality"),
    NodeRole.PREFECTURE: ("common", "stores", "prefecture"),
    NodeRole.NATIONAL: ("common", "stores", "national"),
}


_SERVING = "jukinet_network, jukinet_supply, jukinet_office, jukinet_worker, jukinet_sequencer, jukinet_purge"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resources.files("jukinet.store").joinpath("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def run_files(revision: str) -> None:
    """Execute the SQL files of one revision for the node's role (called by the revision scripts)."""
    role: NodeRole = context.config.attributes["role"]
    connection = context.config.attributes["connection"].connection.driver_connection
    for text in _texts_of(role, revision):
        connection.execute(text)


def _texts_of(role: NodeRole, revision: str) -> Iterator[str]:
    folder = resources.files("jukinet.store").joinpath("migrations", "sql")
    for part in _FILES_OF[role]:
        file = folder.joinpath(f"{revision}_{part}.sql")
        if file.is_file():
            yield file.read_text("utf-8")


def whole(role: NodeRole) -> tuple[str, str]:
    """All files of a role in their order, and the revision that they lead to: what ``migrate`` runs in a new schema."""
    scripts = reversed(list(ScriptDirectory.from_config(_config()).walk_revisions()))
    revisions = [script.revision for script in scripts]
    return "\n".join(text for one in revisions for text in _texts_of(role, one)), revisions[-1]


def texts() -> list[str]:
    """Every SQL file of the migrations, in the order of their names."""
    folder = resources.files("jukinet.store").joinpath("migrations", "sql")
    return [file.read_text("utf-8") for file in sorted(folder.iterdir(), key=lambda one: one.name)]


def migrate(owner_conninfo: str, node: NodeId) -> None:
    """Create or upgrade the node's schema. Runs as ``jukinet_owner``; safe to repeat.

    Raises CONFIGURATION where the schema belongs to another node.
    """
    with translated():
        with psycopg.connect(owner_conninfo, autocommit=True) as connection:
            begin(connection, node)
        _upgrade(owner_conninfo, node)
        with psycopg.connect(owner_conninfo, options=f"-c search_path={node.schema}") as connection:
            finish(connection, node)
        _make_keys(owner_conninfo, node)


def begin(connection: psycopg.Connection[TupleRow], node: NodeId) -> None:
    """Let the node's schema be there, and be entered by those who serve."""
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(node.schema)))
    _require_own(connection, node)
    connection.execute(
        sql.SQL(f"GRANT USAGE ON SCHEMA {{}} TO {_SERVING}").format(sql.Identifier(node.schema))
    )


def finish(connection: psycopg.Connection[TupleRow], node: NodeId) -> None:
    """Say in the schema that the connection looks at whose it is, and what this program says of the law."""
    # Alembic makes this table by itself; every process checks it before it serves.
    connection.execute(f"GRANT SELECT ON schema_version TO {_SERVING}")
    connection.execute("INSERT INTO node_facts (node_id) VALUES (%s) ON CONFLICT DO NOTHING", (str(node),))
    _write_terms(connection)
    _require_own(connection, node)


def make_at(owner_conninfo: str, node: NodeId, revision: str) -> None:
    """Make the node's schema anew as it was at a revision, for the rows of a backup. What is there is dropped.

    Killed half-way, it is done again; ``migrate`` brings it to this program's version.
    """
    with translated():
        drop(owner_conninfo, node)
        with psycopg.connect(owner_conninfo, autocommit=True) as connection:
            begin(connection, node)
        _upgrade(owner_conninfo, node, revision)


def drop(owner_conninfo: str, node: NodeId) -> None:
    """Drop the node's schema with all that is in it, if it is there."""
    with translated(), psycopg.connect(owner_conninfo, options="-c lock_timeout=10s") as connection:
        connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(node.schema)))


def exists(owner_conninfo: str, node: NodeId) -> bool:
    """Whether the node's schema is there, whole or not."""
    with translated(), psycopg.connect(owner_conninfo) as connection:
        found = connection.execute("SELECT to_regnamespace(%s)", (node.schema,)).fetchone()
        return found is not None and found[0] is not None


def _make_keys(owner_conninfo: str, node: NodeId) -> None:
    """Keys are made by Python, which no SQL file can do: after the files, where these or other rules call for it."""
    keys = search_keys if node.role is NodeRole.MUNICIPALITY else match_keys
    database = Database(owner_conninfo, node.schema, most=1, unhurried=True)
    database.open()
    try:
        keys.ensure(database)
    finally:
        database.close()


def _require_own(connection: psycopg.Connection[TupleRow], node: NodeId) -> None:
    """Asked before anything is changed too: a migration of one role would spoil the schema of another."""
    facts = sql.SQL("{}.node_facts").format(sql.Identifier(node.schema))
    made = connection.execute("SELECT to_regclass(%s)", (facts.as_string(connection),)).fetchone()
    if made is None or made[0] is None:
        return
    found = connection.execute(sql.SQL("SELECT node_id FROM {}").format(facts)).fetchone()
    if found is not None and found[0] != str(node):
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            "This schema belongs to another node. Check node.id and database.name in the configuration.",
        )


def _write_terms(connection: psycopg.Connection[TupleRow]) -> None:
    """Tell the database the terms of the law: what erases there cannot choose its own."""
    connection.execute("DELETE FROM retention_terms")
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO retention_terms (parameter, valid_from, value) VALUES (%s, %s, %s)",
            [
                (term.parameter, held.valid_from, held.value)
                for term in retention.TERMS
                for held in parameters.packaged()[term.parameter].values
            ],
        )


def _upgrade(owner_conninfo: str, node: NodeId, to: str = "head") -> None:
    options = f"-c search_path={node.schema} -c lock_timeout=5s -c client_min_messages=warning"
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg://",
        creator=lambda: psycopg.connect(owner_conninfo, options=options),
        poolclass=sqlalchemy.pool.NullPool,
    )
    config = _config()
    with engine.begin() as connection, warnings.catch_warnings():
        config.attributes |= {"connection": connection, "schema": node.schema, "role": node.role}
        command.upgrade(config, to)

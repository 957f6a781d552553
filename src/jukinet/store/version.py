"""Whether a schema stands at this program's version, and its keys at this program's rules.

What brings it there is ``jukinet.store.schema``.
"""

from __future__ import annotations

from importlib import resources

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from jukinet.domain import matching, search_keys
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.store.errors import translated


def head() -> str:
    """The newest revision that this program knows: its migrations are named by number."""
    folder = resources.files("jukinet.store").joinpath("migrations", "versions")
    return max(file.name.split("_")[0] for file in folder.iterdir() if file.name.endswith(".py"))


def require_current(conninfo: str, schema: str) -> None:
    """Raise CONFIGURATION unless the schema stands at this program's newest revision, keys included."""
    with translated(), psycopg.connect(conninfo, options=f"-c search_path={schema}") as connection:
        row = connection.execute("SELECT version_num FROM schema_version").fetchone()
        current = row is not None and row[0] == head()
        current = current and _keys_are_ours(connection)
    if not current:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            "The database is not at this program's version. Run: jukinet node migrate --config FILE",
        )


def _keys_are_ours(connection: psycopg.Connection[TupleRow]) -> bool:
    """Whether this program's rules made the keys. With others, people would be searched and asked for in vain."""
    for facts, ours in (("search_key_facts", search_keys.keys_id()), ("match_key_facts", matching.keys_id())):
        there = connection.execute("SELECT to_regclass(%s)", (facts,)).fetchone()
        if there is None or there[0] is None:  # Each role has the ones of its own.
            continue
        made = connection.execute(
            sql.SQL("SELECT made_with FROM {}").format(sql.Identifier(facts))
        ).fetchone()
        if made is None or made[0] != ours:
            return False
    return True

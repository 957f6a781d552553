"""Whether a schema stands at this program's version. What brings it there is ``jukinet.store.schema``."""

from __future__ import annotations

from importlib import resources

import psycopg

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.store.errors import translated


def head() -> str:
    """The newest revision that this program knows: its migrations are named by number."""
    folder = resources.files("jukinet.store").joinpath("migrations", "versions")
    return max(file.name.split("_")[0] for file in folder.iterdir() if file.name.endswith(".py"))


def require_current(conninfo: str, schema: str) -> None:
    """Raise CONFIGURATION unless the schema stands at this program's newest revision."""
    with translated(), psycopg.connect(conninfo, options=f"-c search_path={schema}") as connection:
        row = connection.execute("SELECT version_num FROM schema_version").fetchone()
    if row is None or row[0] != head():
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            "The database is not at this program's version. Run: jukinet node migrate --config FILE",
        )

"""What a node is put back to: a backup of its tables, or a copy of its server's files and the WAL written since.

Both are made while the node works. The second is what a server that archives its WAL can be put back to: everything
that was committed.
"""

from __future__ import annotations

import shutil
import threading
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow

from jukinet.node import backups
from jukinet.testing.faults.site import Site, run

_migrating = threading.Lock()
"""Alembic keeps its migration in a global: of two restores in one process each would end the other's halfway."""


class Backup:
    """``jukinet backup`` and ``jukinet restore``."""

    def __init__(self, site: Site, node: str) -> None:
        self._config = site.config(node)
        into = site.home / "backups"
        into.mkdir(exist_ok=True, mode=0o700)
        self._made, _ = backups.backup(self._config, into)

    def put_back(self) -> None:
        """The tables come with the life that begins."""

    def begin_life(self) -> None:
        with _migrating:
            backups.restore(self._config, self._made, replace_schema=True)


class Archive:
    """A base backup and all WAL since, put back as PostgreSQL does it; then ``jukinet restore --done-elsewhere``."""

    def __init__(self, site: Site, node: str) -> None:
        self._config, self._cluster = site.config(node), site.cluster(node)
        self._data = self._cluster.data
        self._base = site.home / "bases" / node
        self._base.parent.mkdir(exist_ok=True, mode=0o700)
        shutil.rmtree(self._base, ignore_errors=True)
        with self._superuser() as connection:
            connection.execute("ALTER SYSTEM SET wal_keep_size = '512MB'")
            connection.execute("SELECT pg_reload_conf()")
            connection.execute("SELECT pg_backup_start('chaos', true)")
            _copy(self._data, self._base)
            row = connection.execute("SELECT labelfile FROM pg_backup_stop(false)").fetchone()
        self._label = str(row[0]) if row else ""

    def _superuser(self) -> AbstractContextManager[psycopg.Connection[TupleRow]]:
        return self._cluster._superuser()  # noqa: SLF001 - only here is a server's own work done by hand

    def put_back(self) -> None:
        """Put the copy in the place of the server's files, with the WAL as it stands; the server must not run."""
        owner = self._data.stat()
        _copy(self._data / "pg_wal", self._base / "pg_wal")
        label = self._base / "backup_label"
        label.write_text(self._label, "ascii")
        shutil.chown(label, owner.st_uid, owner.st_gid)
        (self._base / "postmaster.pid").unlink(missing_ok=True)
        _copy(self._base, self._data)

    def begin_life(self) -> None:
        with self._superuser() as connection:
            connection.execute("ALTER SYSTEM RESET wal_keep_size")
            connection.execute("SELECT pg_reload_conf()")
        with _migrating:
            backups.done_elsewhere(self._config)


def _copy(source: Path, to: Path) -> None:
    """Copy a directory in the place of another. What vanishes meanwhile, the WAL knows of."""
    shutil.rmtree(to, ignore_errors=True)
    run("cp", "-a", str(source), str(to))

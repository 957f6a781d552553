"""The embedded PostgreSQL of a laptop or a small office: made, started, stopped and spoken to.

Owns the order of the steps and the layout of the state directory:

``engine/``    the programs of the wheel, copied (root's: the server cannot change them)
``postgres/``  ``data``, ``server.log``, ``made-by`` and, where its path is short enough, the socket
``secrets/``   ``db-<role>.password``, mode 0600
``postgres.lock``  held while a server is made, started or stopped

The server listens on no network, only on a socket in a directory that nobody else can enter. It
outlives the process that started it: whoever calls ``ensure`` next finds it running. In production
any server of version 15 or later takes its place; then only ``check_settings`` and
``login_problem`` are used.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node import postgres_account as accounts
from jukinet.node import postgres_databases as databases
from jukinet.node import postgres_engine as engines
from jukinet.node import postgres_process as processes
from jukinet.node import postgres_roles as roles
from jukinet.node import postgres_start as starting
from jukinet.node.postgres_engine import Engine
from jukinet.node.postgres_login import login_problem
from jukinet.node.postgres_roles import Role
from jukinet.node.postgres_settings import check_settings, require_settings

__all__ = ["Cluster", "Engine", "Role", "check_settings", "login_problem", "require_settings"]

LONGEST_SOCKET = 107
"""Bytes that the kernel takes as the path of a socket."""

_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
_UNQUOTABLE = re.compile(r"[\"'`$\\\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Cluster:
    """One embedded server, known by its state directory. Nothing happens before ``ensure``.

    ``bin_dir``: the programs to run instead of the wheel's. ``start_seconds`` bounds a start, and
    with it a recovery; ``lock_seconds`` the wait for another process that is starting this server.
    """

    state_dir: Path
    bin_dir: Path | None = None
    start_seconds: float = 600.0
    lock_seconds: float = 120.0

    @property
    def data(self) -> Path:
        return self._home / "data"

    @property
    def log(self) -> Path:
        """The server's own log. Statements, rows and parameters are kept out of it."""
        return self._home / "server.log"

    @property
    def secrets_dir(self) -> Path:
        return self._state / "secrets"

    @property
    def socket_dir(self) -> Path:
        """Where the socket is: beside the data, or where that path is too long in a short private place."""
        beside = self._home / "socket"
        # libpq takes a comma in a host for two hosts: only plain paths are used.
        if len(os.fsencode(processes.socket(beside))) <= LONGEST_SOCKET and _PLAIN_PATH.fullmatch(
            str(beside)
        ):
            return beside
        mark = hashlib.sha256(os.fsencode(self._state)).hexdigest()[:12]
        system = accounts.account_for(self._home).name == accounts.SYSTEM_USER
        return Path("/run" if system else "/tmp") / f"jukinet-{mark}"  # noqa: S108 - owner and mode are checked

    def ensure(self) -> Engine:
        """Make the cluster if there is none and start it if it is not running; safe to call at any time.

        What an earlier run left half done, or a killed server left behind, is put right. Returns the
        engine. Raises ``JukinetError`` (CONFIGURATION or UNAVAILABLE) with one sentence saying what to do.
        """
        if _UNQUOTABLE.search(str(self._state)):
            raise accounts.configuration(
                "The path of the state directory has a quote, backslash, dollar sign or control character: "
                "choose another."
            )
        with accounts.clear_file_errors(self._state):
            account = accounts.account_for(self._home)
            accounts.make_directory(self._state, account)
            accounts.require_reach(account, self._state)
            with self._lock():
                accounts.make_private(self._home, account)
                accounts.make_private(self.socket_dir, account)
                engine = engines.engine_at(self.bin_dir, self._engines, account)
                self._bring_up(engine, account)
        return engine

    def _bring_up(self, engine: Engine, account: accounts.Account) -> None:
        site = starting.Site(self._home, self.socket_dir, engine, account, self.start_seconds)
        if self.pid() is None:
            processes.end_strays(site.home, site.partial)
        if self.data.exists():
            starting.require_same_major(site)
        else:
            starting.create(site)
        if self.pid() is not None and not processes.socket(self.socket_dir).exists():
            # Nobody can reach it: its socket was cleaned away, or the state directory was moved.
            processes.end(self.data, seconds=self.start_seconds)
        if self.pid() is None or not self._becomes_ready():
            processes.clear_remains(self.data, self.socket_dir)
            engines.remove_unused(self._engines, engine)
            starting.start(site)
            if not self._becomes_ready():
                raise accounts.unavailable(f"The database server started and ended again: see {self.log}.")
        roles.ensure_password_files(self.secrets_dir)
        with self._superuser() as connection:
            roles.ensure_roles(connection, self.secrets_dir)

    def pid(self) -> int | None:
        """The pid of the running server, or ``None``."""
        with accounts.clear_file_errors(self._state):
            return processes.server_pid(self.data)

    def stop(self, *, seconds: float = 60.0) -> None:
        """Stop the server, if it runs. After ``seconds`` it is stopped at once; ``0``: at once."""
        with accounts.clear_file_errors(self._state):
            if self._home.is_dir():
                with self._lock():
                    processes.end_strays(self._home, self._home / starting.PARTIAL)
                    processes.end(self.data, seconds=seconds)

    def destroy(self) -> None:
        """Stop the server and remove all that this class made: data, passwords, engine, socket, log."""
        self.stop(seconds=0)
        with accounts.clear_file_errors(self._state):
            socket_dir = self.socket_dir
            for path in (socket_dir, self._home, self._engines):
                if path.exists():
                    shutil.rmtree(path)
            for role in roles.SERVING:
                roles.password_file(self.secrets_dir, role).unlink(missing_ok=True)
            if self.secrets_dir.is_dir() and not any(self.secrets_dir.iterdir()):
                self.secrets_dir.rmdir()
            self._lock_file.unlink(missing_ok=True)

    def dsn(self, role: Role, database: str) -> str:
        """Connection text for psycopg and libpq. It holds no password, only the path of its file.

        ``requirepeer`` makes libpq refuse a socket that another user put there.
        """
        serving = role in roles.SERVING
        return self._conninfo(
            role, database, roles.password_file(self.secrets_dir, role) if serving else None
        )

    def connect(self, role: Role, database: str, **options: Any) -> psycopg.Connection[TupleRow]:
        """A connection, or a ``JukinetError`` of one sentence. ``options`` as of ``psycopg.connect``."""
        return _connect(self.dsn(role, database), **options)

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make a database that belongs to the owner role, empty or as a copy of another.

        Nobody but the roles of ``Role`` may connect, and only the owner may make temporary tables or
        schemas until a migration grants it. Raises CONFLICT if it exists, NOT_FOUND without template.
        """
        with self._superuser() as connection:
            databases.create(connection, name, template)

    def seal_template(self, name: str) -> None:
        """Let nobody connect to a database any more, so that it can be copied at any time."""
        with self._superuser() as connection:
            databases.seal(connection, name)

    def drop_database(self, name: str, *, force: bool = False) -> None:
        """Remove a database if it exists; ``force`` ends the sessions that use it."""
        with self._superuser() as connection:
            databases.drop(connection, name, force=force)

    def databases(self) -> tuple[str, ...]:
        """The names of the databases made here, sorted."""
        with self._superuser() as connection:
            return databases.names(connection)

    @property
    def _state(self) -> Path:
        return self.state_dir.absolute()

    @property
    def _home(self) -> Path:
        return self._state / "postgres"

    @property
    def _engines(self) -> Path:
        return self._state / "engine"

    @property
    def _lock_file(self) -> Path:
        return self._state / "postgres.lock"

    def _lock(self) -> AbstractContextManager[None]:
        return processes.only_supervisor(self._lock_file, seconds=self.lock_seconds)

    def _becomes_ready(self) -> bool:
        """Wait until the running server takes connections; ``False`` if it ends instead."""

        def decided() -> bool:
            if self.pid() is None:
                return True
            try:
                _connect(self._conninfo(roles.SUPERUSER, roles.SUPERUSER)).close()
            except JukinetError as error:
                if error.kind is not ErrorKind.UNAVAILABLE:
                    raise
                return False
            return True

        if not accounts.poll(decided, self.start_seconds):
            raise starting.not_ready(self.log, self.start_seconds)
        return self.pid() is not None

    @contextmanager
    def _superuser(self) -> Iterator[psycopg.Connection[TupleRow]]:
        with _connect(self._conninfo(roles.SUPERUSER, roles.SUPERUSER), autocommit=True) as connection:
            try:
                yield connection
            except psycopg.errors.DiskFull:
                raise accounts.unavailable(
                    f"The disk that holds {self._state} is full: free some space and try again."
                ) from None
            except psycopg.Error as error:
                # The class name is PostgreSQL's condition; its text may quote what was sent.
                raise accounts.unavailable(
                    f"The database server gave up ({type(error).__name__}): see {self.log}, then try again."
                ) from None

    def _conninfo(self, user: str, database: str, password_file: Path | None = None) -> str:
        return make_conninfo(
            host=str(self.socket_dir),
            port=processes.PORT,
            dbname=database,
            user=str(user),
            requirepeer=accounts.account_for(self._home).name,
            connect_timeout=10,
            **({"passfile": str(password_file)} if password_file else {}),
        )


def _connect(conninfo: str, **options: Any) -> psycopg.Connection[TupleRow]:
    try:
        return psycopg.connect(conninfo, **options)
    except psycopg.OperationalError as error:
        raise login_problem(error, conninfo) from None

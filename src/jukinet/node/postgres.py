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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node import postgres_account as accounts
from jukinet.node import postgres_engine as engines
from jukinet.node import postgres_process as processes
from jukinet.node import postgres_roles as roles
from jukinet.node.postgres_account import Account
from jukinet.node.postgres_engine import Engine
from jukinet.node.postgres_login import login_problem
from jukinet.node.postgres_roles import Role
from jukinet.node.postgres_settings import check_settings, require_settings, server_configuration

__all__ = ["Cluster", "Engine", "Role", "check_settings", "login_problem", "require_settings"]

LONGEST_SOCKET = 107
"""Bytes that the kernel takes as the path of a socket."""

_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")
_UNQUOTABLE = re.compile(r"[\"'`$\\\x00-\x1f\x7f]")
_DATABASE_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_LOG_TURNS_AT = 16 * 2**20


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
        """Where the socket is: beside the data, or where that path is too long, in a short private directory."""
        beside = self._home / "socket"
        longest = os.fsencode(beside / f".s.PGSQL.{processes.PORT}")
        # libpq takes a comma in a host for two hosts: only plain paths are used.
        if len(longest) <= LONGEST_SOCKET and _PLAIN_PATH.fullmatch(str(beside)):
            return beside
        mark = hashlib.sha256(os.fsencode(self._state)).hexdigest()[:12]
        system = self._account().name == accounts.SYSTEM_USER
        return Path("/run" if system else "/tmp") / f"jukinet-{mark}"  # noqa: S108 - its owner and mode are checked

    def ensure(self) -> Engine:
        """Make the cluster if there is none and start it if it is not running; safe to call at any time.

        What an earlier run left half done, or a killed server left behind, is put right. Returns the
        engine. Raises ``JukinetError`` (CONFIGURATION or UNAVAILABLE) with one sentence saying what to do.
        """
        with accounts.clear_file_errors(self._state):
            account = self._prepare()
            with self._lock():
                engine = engines.engine_at(self.bin_dir, self._engines, account)
                self._remove_partial()
                if self.data.exists():
                    self._require_same_major(engine)
                else:
                    self._create(engine, account)
                if self.pid() is None:
                    self._start(engine, account)
                self._await_ready()
                roles.ensure_password_files(self.secrets_dir)
                with self._superuser() as connection:
                    roles.ensure_roles(connection, self.secrets_dir)
        return engine

    def pid(self) -> int | None:
        """The pid of the running server, or ``None``."""
        return processes.server_pid(self.data)

    def stop(self, *, seconds: float = 60.0) -> None:
        """Stop the server, if it runs. After ``seconds`` it is stopped at once; ``0``: at once."""
        with accounts.clear_file_errors(self._state):
            if self._home.is_dir():
                with self._lock():
                    processes.end(self.data, seconds=seconds)

    def destroy(self) -> None:
        """Stop the server and remove all that this class made: data, passwords, engine, socket, log."""
        self.stop(seconds=0)
        with accounts.clear_file_errors(self._state):
            if self._home.exists() and self.socket_dir.is_dir():
                shutil.rmtree(self.socket_dir)
            for path in (self._home, self._engines):
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
        passfile = (
            {"passfile": str(roles.password_file(self.secrets_dir, role))} if role in roles.SERVING else {}
        )
        return self._conninfo(str(role), database, passfile)

    def connect(self, role: Role, database: str, **options: Any) -> psycopg.Connection[TupleRow]:
        """A connection, or a ``JukinetError`` with one clear sentence. ``options`` as of ``psycopg.connect``."""
        return _connect(self.dsn(role, database), **options)

    def create_database(self, name: str, template: str | None = None) -> None:
        """Make a database that belongs to the owner role, empty or as a copy of another.

        Nobody but the roles of ``Role`` may connect, and only the owner may make temporary tables or
        schemas until a migration grants it. Raises CONFLICT if it exists, NOT_FOUND without template.
        """
        new = _identifier(name)
        source = _identifier(template) if template else sql.Identifier("template0")
        with self._superuser() as connection:
            try:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
                        new, sql.Identifier(Role.OWNER), source
                    )
                )
            except psycopg.errors.DuplicateDatabase:
                raise JukinetError(ErrorKind.CONFLICT, f"The database {name} exists already.") from None
            except psycopg.errors.InvalidCatalogName:
                raise JukinetError(ErrorKind.NOT_FOUND, f"There is no database {template} to copy.") from None
            except psycopg.errors.ObjectInUse:
                raise accounts.unavailable(
                    f"The database {template} cannot be copied while someone is connected to it: close those "
                    "connections and try again."
                ) from None
            except psycopg.errors.DiskFull:
                raise accounts.unavailable(
                    f"The database {name} was not made: the disk that holds {self._state} is full."
                ) from None
            connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(new))
            serving = sql.SQL(", ").join(sql.Identifier(role) for role in roles.SERVING)
            connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(new, serving))

    def seal_template(self, name: str) -> None:
        """Let nobody connect to a database any more, so that it can be copied at any time."""
        with self._superuser() as connection:
            connection.execute(
                sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(_identifier(name))
            )

    def drop_database(self, name: str, *, force: bool = False) -> None:
        """Remove a database if it exists; ``force`` ends the sessions that use it."""
        command = sql.SQL("DROP DATABASE IF EXISTS {}" + (" WITH (FORCE)" if force else ""))
        with self._superuser() as connection:
            try:
                connection.execute(command.format(_identifier(name)))
            except psycopg.errors.ObjectInUse:
                raise accounts.unavailable(
                    f"The database {name} is in use: end its sessions first, or remove it by force."
                ) from None

    def databases(self) -> tuple[str, ...]:
        """The names of the databases made here, sorted."""
        with self._superuser() as connection:
            rows = connection.execute(
                "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> %s ORDER BY datname",
                [roles.SUPERUSER],
            ).fetchall()
        return tuple(row[0] for row in rows)

    # How it is done.

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

    def _account(self) -> Account:
        return accounts.account_for(self._home)

    def _lock(self) -> Any:
        return processes.only_supervisor(self._lock_file, seconds=self.lock_seconds)

    def _prepare(self) -> Account:
        if _UNQUOTABLE.search(str(self._state)):
            raise accounts.configuration(
                "The path of the state directory has a quote, backslash, dollar sign or control character: "
                "choose another."
            )
        account = self._account()
        accounts.make_directory(self._state, account)
        accounts.require_reach(account, self._state)
        accounts.make_private(self._home, account)
        accounts.make_private(self.socket_dir, account)
        return account

    def _remove_partial(self) -> None:
        for path in self._home.glob("data.partial*"):
            shutil.rmtree(path)

    def _require_same_major(self, engine: Engine) -> None:
        version = self.data / "PG_VERSION"
        if not version.is_file():
            raise accounts.configuration(
                f"{self.data} is not a PostgreSQL data directory: move it away, and a new one is made."
            )
        made = version.read_text().strip()
        if made != str(engine.major):
            raise accounts.configuration(
                f"The data in {self.data} were made by PostgreSQL {made}, and the engine is {engine}: name the bin "
                f"directory of PostgreSQL {made} (JUKINET_PG_BIN), or take another state directory and load the data "
                "there from a dump."
            )

    def _create(self, engine: Engine, account: Account) -> None:
        """initdb beside the final place; the name ``data`` is given to what is whole."""
        partial = self._home / "data.partial"
        command = [engine.program("initdb"), "--pgdata", str(partial), "--username", roles.SUPERUSER]
        command += ["--encoding=UTF8", "--locale=C", "--auth=reject", "--data-checksums", "--no-instructions"]
        finished = accounts.run(account, command, cwd=self._home, seconds=self.start_seconds)
        if finished.status:
            raise accounts.failed_program("Making the database (initdb)", finished, self._state)
        with (partial / "postgresql.conf").open("a") as file:
            file.write("\ninclude = 'jukinet.conf'\n")
        (self._home / "made-by").write_text(f"{engine}\n")
        partial.rename(self.data)

    def _start(self, engine: Engine, account: Account) -> None:
        processes.clear_remains(self.data, self.socket_dir)
        engines.remove_unused(self._engines, engine)
        self._write(self.data / "jukinet.conf", server_configuration(str(self.socket_dir)), account)
        self._write(self.data / "pg_hba.conf", roles.access_rules(), account)
        self._write(self.data / "pg_ident.conf", roles.user_map(account), account)
        if self.log.exists() and self.log.stat().st_size > _LOG_TURNS_AT:
            self.log.rename(self.log.with_suffix(".log.1"))
        before = self.log.stat().st_size if self.log.exists() else 0
        command = [engine.program("pg_ctl"), "start", "--pgdata", str(self.data), "--log", str(self.log)]
        command += ["--silent", "--wait", "--timeout", str(int(self.start_seconds))]
        finished = accounts.run(account, command, cwd=self._home, seconds=self.start_seconds + 60)
        if finished.status:
            raise self._start_failure(before, finished)

    def _start_failure(self, before: int, finished: accounts.Finished) -> JukinetError:
        """The reason stands in the log; what is there before the start's offset is of earlier runs."""
        told = finished.output
        if self.log.exists():
            told = self.log.read_bytes()[before:].decode("utf-8", "replace") or told
        reasons = [line for line in told.splitlines() if "FATAL:" in line or "PANIC:" in line]
        reason = accounts.Finished(finished.status, told if not reasons else f"{told}\n{reasons[0]}")
        return accounts.failed_program(f"Starting the database (its log is {self.log})", reason, self._state)

    def _write(self, path: Path, text: str, account: Account) -> None:
        """Replace a file of the server's whole, so that a crash never leaves half of it."""
        partial = path.with_name(f"{path.name}.partial")
        with partial.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.chmod(0o600)
        if account.switch:
            os.chown(partial, account.uid, account.gid)
        partial.rename(path)

    def _await_ready(self) -> None:
        def ready() -> bool:
            if self.pid() is None:
                raise accounts.unavailable(
                    f"The database server ended while it was starting: see {self.log}."
                )
            try:
                self._superuser().close()
            except JukinetError as error:
                if error.kind is not ErrorKind.UNAVAILABLE:
                    raise
                return False
            return True

        if not accounts.poll(ready, self.start_seconds):
            raise accounts.unavailable(
                f"The database server was not ready after {self.start_seconds:.0f} seconds: see {self.log}."
            )

    def _superuser(self) -> psycopg.Connection[TupleRow]:
        return _connect(self._conninfo(roles.SUPERUSER, roles.SUPERUSER, {}), autocommit=True)

    def _conninfo(self, user: str, database: str, more: dict[str, str]) -> str:
        return make_conninfo(
            host=str(self.socket_dir),
            port=processes.PORT,
            dbname=database,
            user=user,
            requirepeer=self._account().name,
            connect_timeout=10,
            **more,
        )


def _connect(conninfo: str, **options: Any) -> psycopg.Connection[TupleRow]:
    try:
        return psycopg.connect(conninfo, **options)
    except psycopg.OperationalError as error:
        raise login_problem(error, conninfo) from None


def _identifier(name: str) -> sql.Identifier:
    if not _DATABASE_NAME.fullmatch(name):
        raise accounts.configuration(
            "The name of a database must be 1 to 63 lower-case letters, digits and underscores, a letter first."
        )
    return sql.Identifier(name)

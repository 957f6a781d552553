"""A data directory made by initdb, and a server started on it. Called with the supervisors' lock held."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from jukinet.domain.errors import JukinetError
from jukinet.node import postgres_process as processes
from jukinet.node import postgres_roles as roles
from jukinet.node.postgres_account import (
    Account,
    Finished,
    configuration,
    failed_program,
    run,
    unavailable,
)
from jukinet.node.postgres_engine import Engine
from jukinet.node.postgres_settings import server_configuration

PARTIAL = "data.partial"
_LOG_TURNS_AT = 16 * 2**20
"""Bytes; a longer log is put aside at a start, and the one put aside before is dropped."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a server lives and what runs it. ``home`` holds ``data`` and the log."""

    home: Path
    socket_dir: Path
    engine: Engine
    account: Account
    seconds: float

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def partial(self) -> Path:
        """The data directory while initdb makes it."""
        return self.home / PARTIAL

    @property
    def log(self) -> Path:
        return self.home / "server.log"

    @property
    def made_by(self) -> Path:
        """Which engine made the data, for people; ``PG_VERSION`` in the data decides."""
        return self.home / "made-by"


def require_same_major(site: Site) -> None:
    """Refuse data that another major version made: no PostgreSQL starts on them."""
    version = site.data / "PG_VERSION"
    if not version.is_file():
        raise configuration(
            f"{site.data} is not a PostgreSQL data directory: move it away, and a new one is made."
        )
    made = version.read_text().strip()
    if made != str(site.engine.major):
        maker = site.made_by.read_text().strip() if site.made_by.is_file() else f"PostgreSQL {made}"
        raise configuration(
            f"The data in {site.data} were made by {maker}, and the engine is {site.engine}: name the bin "
            f"directory of a PostgreSQL {made} (JUKINET_PG_BIN), or choose another state directory and load "
            "the data there from a dump."
        )


def create(site: Site) -> None:
    """Run initdb beside the final place; only what is whole is given the name ``data``."""
    partial = site.partial
    if partial.exists():
        shutil.rmtree(partial)
    command = [site.engine.program("initdb"), "--pgdata", str(partial), "--username", roles.SUPERUSER]
    command += ["--encoding=UTF8", "--locale=C", "--auth=reject", "--data-checksums", "--no-instructions"]
    finished = run(site.account, command, cwd=site.home, seconds=site.seconds)
    if finished.status:
        raise failed_program("Making the database (initdb)", finished, site.home)
    settings = partial / "postgresql.conf"
    _write(settings, f"{settings.read_text()}\ninclude = 'jukinet.conf'\n", site.account)
    _write(site.made_by, f"{site.engine}\n", site.account)
    partial.rename(site.data)
    _flush_directory(site.home)


def start(site: Site) -> None:
    """Start the server and wait until it takes connections, recovery included."""
    _write(site.data / "jukinet.conf", server_configuration(str(site.socket_dir)), site.account)
    _write(site.data / "pg_hba.conf", roles.access_rules(), site.account)
    _write(site.data / "pg_ident.conf", roles.user_map(site.account), site.account)
    before = _turn_log(site.log)
    command = [site.engine.program("pg_ctl"), "start", "--pgdata", str(site.data), "--log", str(site.log)]
    command += ["--silent", "--wait", "--timeout", str(int(site.seconds))]
    finished = run(site.account, command, cwd=site.home, seconds=site.seconds + 60)
    if finished.status and processes.server_pid(site.data) is not None:
        raise not_ready(site.log, site.seconds)
    if finished.status:
        raise _start_failure(site, before, finished)


def not_ready(log: Path, seconds: float) -> JukinetError:
    return unavailable(
        f"The database server was not ready after {seconds:.0f} seconds and goes on starting: wait, "
        f"try again, and see {log}."
    )


def _turn_log(log: Path) -> int:
    """Put a long log aside; the offset at which the coming start's lines begin."""
    if not log.exists():
        return 0
    if log.stat().st_size > _LOG_TURNS_AT:
        log.rename(log.with_suffix(".log.1"))
        return 0
    return log.stat().st_size


def _start_failure(site: Site, before: int, finished: Finished) -> JukinetError:
    """The reason stands in the log; what is there before the start's offset is of earlier runs."""
    told = finished.output
    if site.log.exists():
        told = site.log.read_bytes()[before:].decode("utf-8", "replace") or told
    reasons = [line for line in told.splitlines() if "FATAL:" in line or "PANIC:" in line]
    if reasons:
        # Without the time and the process number that open a line of the log.
        told += "\n" + reasons[0].split("] ", 1)[-1]
    return failed_program(
        f"Starting the database (its log: {site.log})", Finished(finished.status, told), site.home
    )


def _write(path: Path, text: str, account: Account) -> None:
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


def _flush_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

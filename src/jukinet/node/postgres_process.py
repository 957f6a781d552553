"""The server's processes as the kernel shows them, and the lock against two supervisors.

A pid file proves nothing: a killed server stays a zombie where nobody collects it, and pids are
used again. What counts is a living ``postgres`` whose working directory is this data directory.
"""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jukinet.node.postgres_account import configuration, poll, unavailable

PORT = 5432
"""Only part of the socket's name: the server listens on no network."""

_STARTERS = frozenset({"initdb", "pg_ctl", "postgres"})
_ORPHANS_END = 60.0
_IMMEDIATE_END = 30.0


def socket(directory: Path) -> Path:
    """The socket that the server listens on, in the directory given."""
    return directory / f".s.PGSQL.{PORT}"


def living(data: Path) -> frozenset[int]:
    """Pids of the living PostgreSQL processes of a data directory. Zombies have no working directory."""
    # A person's shell may stand in that directory too.
    return frozenset(pid for pid, program in _working_in(data) if program == "postgres")


def _working_in(directory: Path) -> Iterator[tuple[int, str]]:
    """The pid and the program of each process that has the directory as its working directory."""
    if not Path("/proc/self").exists():
        raise configuration(
            "/proc is not mounted, and the database's processes are looked up there: mount it."
        )
    try:
        wanted = directory.stat()
    except FileNotFoundError:
        return
    for process in Path("/proc").iterdir():
        if not process.name.isdecimal():
            continue
        try:
            seen = (process / "cwd").stat()
            program = (process / "exe").readlink().name
        except OSError:
            continue  # ended meanwhile, a zombie, or another user's
        if (seen.st_dev, seen.st_ino) == (wanted.st_dev, wanted.st_ino):
            yield int(process.name), program.removesuffix(" (deleted)")


def server_pid(data: Path) -> int | None:
    """The pid of the server that runs on a data directory, or ``None``."""
    try:
        written = (data / "postmaster.pid").read_text().split("\n", 1)[0].strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    pid = int(written) if written.isdecimal() else 0
    return pid if pid in living(data) else None


def end_strays(home: Path, partial: Path) -> None:
    """End what a killed supervisor left at work: it had begun to make or to start a server.

    ``home`` is the working directory that its programs were given. A server that has come to itself
    works in its data directory and is not touched.
    """

    def strays() -> set[int]:
        working = {pid for pid, program in _working_in(home) if program in _STARTERS or _is_starter(pid)}
        return working | living(partial)

    def none_left() -> bool:
        left = strays()
        _signal(left, signal.SIGKILL)
        return not left

    if not poll(none_left, _IMMEDIATE_END):
        left = ", ".join(str(pid) for pid in sorted(strays()))
        raise unavailable(f"What an earlier start left at work does not end: end it (kill -9 {left}).")


def _is_starter(pid: int) -> bool:
    """Whether it is the shell through which initdb and pg_ctl run the server."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return words[1:2] == [b"-c"] and b"/bin/postgres" in words[2]


def clear_remains(data: Path, socket_dir: Path) -> None:
    """After a server was killed: end what is left of it, then remove the files that would stop the next one.

    A backend without its server serves nobody; what it had committed, recovery finds.
    """
    if server_pid(data) is not None:
        raise unavailable(f"A database server is running on {data}.")
    _signal(living(data), signal.SIGQUIT)
    if not poll(lambda: not living(data), _ORPHANS_END):
        left = ", ".join(str(pid) for pid in sorted(living(data)))
        raise unavailable(
            f"Processes of a killed database server do not end: end them (kill {left}), then start again."
        )
    listened = socket(socket_dir)
    for path in (data / "postmaster.pid", listened, listened.with_name(f"{listened.name}.lock")):
        path.unlink(missing_ok=True)


def end(data: Path, *, seconds: float) -> None:
    """Stop the server: sessions are cut off and what they had not committed is undone.

    A server that does not end in time is stopped at once, and recovers at its next start.
    """
    pid = server_pid(data)
    if pid is not None and seconds:
        _signal({pid}, signal.SIGINT)
        if poll(lambda: not living(data), seconds):
            return
    _signal(living(data), signal.SIGQUIT)
    if not poll(lambda: not living(data), _IMMEDIATE_END):
        left = ", ".join(str(pid) for pid in sorted(living(data)))
        raise unavailable(f"The database server does not stop: end its processes by hand (kill -9 {left}).")


def _signal(pids: frozenset[int] | set[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue  # it ended by itself


@contextmanager
def only_supervisor(path: Path, *, seconds: float) -> Iterator[None]:
    """Hold the lock file while a server is made, started or stopped; wait for another who holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if not poll(lambda: _try_lock(handle), seconds):
            raise unavailable(
                f"Another process has been starting or stopping this database for {seconds:.0f} seconds "
                f"(it holds {path}): wait for it or end it, then try again."
            )
        yield
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

"""Throwaway database servers: a whole cluster in a short temporary directory, and databases on it.

A server is made by a function that is handed in, because this package and ``jukinet.node``, whose
``Cluster`` it will be, do not import each other. Nothing is left behind: a cluster whose test run
was killed is removed by the next run.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar

EMBEDDED = "embedded"

TEMPORARY = Path("/tmp")  # noqa: S108 - short, and mkdtemp makes what is used in it
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - as above
_ROOM = 2 * 2**30
_PREFIX = "jukinet-test-"
_ALIVE = "alive"


class Server(Protocol):
    """What is asked of a server here; ``jukinet.node.postgres.Cluster`` is one."""

    def ensure(self) -> object: ...

    def destroy(self) -> None: ...

    def create_database(self, name: str, template: str | None = None) -> None: ...

    def drop_database(self, name: str, *, force: bool = False) -> None: ...


S = TypeVar("S", bound=Server)


def bin_dir_of(engine: str) -> Path | None:
    """The directory of programs that an engine's name stands for: ``embedded``, or the directory itself."""
    return None if engine == EMBEDDED else Path(engine)


def quick_base(memory: Path = _IN_MEMORY, room: int = _ROOM) -> Path:
    """Where a server stands whose speed is not measured: in memory, if programs may run there and ``room`` is free.

    A test copies a database, and a server flushes every copy to its disk: that took most of a run.
    Elsewhere, such as in a container with a small ``/dev/shm``, it stands where others do.
    """
    try:
        place = os.statvfs(memory)
    except OSError:
        return TEMPORARY
    runs = not place.f_flag & os.ST_NOEXEC and os.access(memory, os.W_OK | os.X_OK)
    return memory if runs and place.f_bavail * place.f_frsize >= room else TEMPORARY


@contextmanager
def throwaway_directory(base: Path = TEMPORARY) -> Iterator[Path]:
    """A new directory with a short path that a server of another user may pass through; removed at the end.

    It holds a locked file for as long as this process lives.
    """
    place = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
    place.chmod(0o711)
    handle = _locked(place / f".{_ALIVE}")
    try:
        # Named when it is locked: who finds it unlocked knows that its owner is gone.
        (place / f".{_ALIVE}").rename(place / _ALIVE)
        yield place
    finally:
        shutil.rmtree(place)
        os.close(handle)


@contextmanager
def throwaway_cluster(make: Callable[[Path], S], base: Path = TEMPORARY) -> Iterator[S]:
    """A running server of its own. ``make`` takes the state directory and returns the server, not started."""
    remove_abandoned(make, base)
    with throwaway_directory(base) as place:
        server = make(place / "state")
        try:
            server.ensure()
            yield server
        finally:
            server.destroy()


@contextmanager
def throwaway_database(server: Server, template: str | None = None) -> Iterator[str]:
    """The name of a new database, empty or copied from a template; removed at the end with its sessions."""
    name = f"test_{secrets.token_hex(6)}"
    server.create_database(name, template)
    try:
        yield name
    finally:
        server.drop_database(name, force=True)


def remove_abandoned(make: Callable[[Path], Server], base: Path = TEMPORARY) -> int:
    """Stop and remove the clusters of this user whose test run was killed; returns how many there were."""
    removed = 0
    for place in base.glob(f"{_PREFIX}*"):
        if place.is_symlink() or place.stat().st_uid != os.geteuid() or not (place / _ALIVE).is_file():
            continue
        try:
            handle = _locked(place / _ALIVE)
        except BlockingIOError:
            continue
        try:
            make(place / "state").destroy()
            shutil.rmtree(place)
            removed += 1
        finally:
            os.close(handle)
    return removed


def _locked(path: Path) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise
    return handle

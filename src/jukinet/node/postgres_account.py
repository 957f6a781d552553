"""The operating-system account that PostgreSQL runs as, and commands run as it.

PostgreSQL refuses to run as root. Root therefore hands each of its programs to the system user
``jukinet``; only those programs change user, since root's Python may lie under a home that nobody
else can enter. A plain user's server runs as that user.
"""

from __future__ import annotations

import errno
import fcntl
import grp
import os
import pwd
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jukinet.domain.errors import ErrorKind, JukinetError

SYSTEM_USER = "jukinet"
SYSTEM_STATE = "/var/lib/jukinet"
"""What root is advised to take as state directory; nothing here chooses it."""

# Nothing of the caller's environment: PGDATA, PGOPTIONS or a locale of his would reach the server.
_ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"}
_PAUSE = 0.02
_USERS = Path("/etc")
"""Where users are written down; locked while one is made."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who runs the server. ``switch``: this process is root and changes to it for each program."""

    name: str
    uid: int
    gid: int
    switch: bool


@dataclass(frozen=True, slots=True)
class Finished:
    """How a program ended, and all that it printed."""

    status: int
    output: str

    @property
    def last_line(self) -> str:
        lines = [line.strip() for line in self.output.splitlines() if line.strip()]
        return lines[-1] if lines else "it gave no reason"


def configuration(sentence: str) -> JukinetError:
    return JukinetError(ErrorKind.CONFIGURATION, sentence)


def unavailable(sentence: str) -> JukinetError:
    return JukinetError(ErrorKind.UNAVAILABLE, sentence)


def poll(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask until the condition holds (``True``) or the time is over (``False``)."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(_PAUSE)
    return True


def own_name() -> str:
    """The name of the user of this process; peer authentication goes by it."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise configuration(
            f"The user with number {os.geteuid()} has no name on this machine, and PostgreSQL needs one: "
            "add it to /etc/passwd or run as another user."
        ) from None


def account_for(made: Path) -> Account:
    """The account for the server whose files lie, or will lie, in the directory ``made``.

    What exists stays its owner's, so that root may look after the server of a plain user.
    """
    root = os.geteuid() == 0
    owner = made.stat().st_uid if made.exists() else None
    if not root:
        if owner is not None and owner != os.geteuid():
            raise configuration(
                f"{made} belongs to another user: run as that user or as root, or choose another state "
                "directory."
            )
        return Account(own_name(), os.geteuid(), os.getegid(), switch=False)
    if owner:
        try:
            entry = pwd.getpwuid(owner)
        except KeyError:
            raise configuration(
                f"The owner of {made} is no longer a user of this machine: give it to one with chown -R."
            ) from None
    else:
        entry = _system_user()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, switch=True)


def _system_user() -> pwd.struct_passwd:
    found = _look_up()
    if found:
        return found
    # Two useradd at once both succeed, and the second gives the user another number (seen on Debian 12).
    with _alone(_USERS):
        return _look_up() or _make_system_user()


def _make_system_user() -> pwd.struct_passwd:
    try:
        grp.getgrnam(SYSTEM_USER)
        group = ["--gid", SYSTEM_USER]
    except KeyError:
        group = ["--user-group"]
    command = ["useradd", "--system", *group, "--no-create-home", "--home-dir", "/nonexistent"]
    command += ["--shell", "/usr/sbin/nologin", SYSTEM_USER]
    advice = f"create it by hand ({' '.join(command)}) or run as a plain user."
    try:
        result = subprocess.run(
            command, check=False, capture_output=True, text=True, env=_ENVIRONMENT, timeout=60
        )
    except FileNotFoundError:
        raise configuration(
            f"The system user {SYSTEM_USER} is missing and useradd is too: {advice}"
        ) from None
    # Somebody else may have created it in the same moment; then useradd fails and the user is there.
    if not poll(lambda: _look_up() is not None, 5 if result.returncode else 1):
        raise configuration(f"The system user {SYSTEM_USER} could not be created: {advice}")
    return pwd.getpwnam(SYSTEM_USER)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """No other process that asks for the same is in here. The lock leaves nothing behind."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _look_up() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        return None


def run(account: Account, command: list[str], *, cwd: Path, seconds: float) -> Finished:
    """Run a program as the account. Its output goes to a file: a server would hold a pipe open for ever."""
    with tempfile.TemporaryFile() as output:
        try:
            done = subprocess.run(
                command,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=_ENVIRONMENT,
                umask=0o077,
                timeout=seconds,
                user=account.uid if account.switch else None,
                group=account.gid if account.switch else None,
                extra_groups=[] if account.switch else None,
            )
        except subprocess.TimeoutExpired:
            raise unavailable(f"{command[0]} did not end within {seconds:.0f} seconds: try again.") from None
        except OSError as error:
            raise configuration(
                f"{command[0]} cannot be run ({error.strerror}): it must exist, be made for this machine, "
                "and not lie on a disk mounted noexec."
            ) from None
        output.seek(0)
        return Finished(done.returncode, output.read().decode("utf-8", "replace"))


def require_reach(account: Account, directory: Path) -> None:
    """Refuse a directory that the account cannot enter, naming the one in the way. Changes nothing."""
    if not account.switch:
        return
    for step in [*reversed(directory.parents), directory]:
        if run(account, ["test", "-x", str(step)], cwd=Path("/"), seconds=60).status:
            raise configuration(
                f"The database runs as the user {account.name}, who cannot enter {step}: choose a directory "
                f"outside it, such as {SYSTEM_STATE}, or let that user pass (chmod o+x {step})."
            )


def make_directory(path: Path, account: Account) -> None:
    """Create the state directory and what is missing above it; a directory that exists keeps its mode.

    The account may pass through, not list. For a plain user it is private.
    """
    missing = [step for step in [path, *path.parents] if not step.exists()]
    for step in reversed(missing):
        step.mkdir(exist_ok=True)
        step.chmod(0o711 if account.switch else 0o700)
    if not path.is_dir():
        raise configuration(f"{path} is not a directory: choose another state directory.")


def make_private(path: Path, account: Account) -> None:
    """Create a directory of the account's own, mode 0700; refuse one that is not."""
    if not path.exists():
        # Beside its place first: killed on the way, nobody finds it half made.
        partial = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        partial.chmod(0o700)
        if account.switch:
            os.chown(partial, account.uid, account.gid)
        partial.rename(path)
    seen = path.lstat()
    if path.is_symlink() or not path.is_dir() or seen.st_uid != account.uid or seen.st_mode & 0o077:
        raise configuration(
            f"{path} must be a directory of the user {account.name} with mode 0700: correct it or remove it."
        )


_ADVICE = {
    errno.ENOSPC: "the disk is full: free some space and start again",
    errno.EDQUOT: "the disk quota is used up: free some space and start again",
    errno.EROFS: "the disk is read-only: choose another state directory",
    errno.EACCES: "this user may not: choose another state directory or run as its owner",
    errno.EPERM: "this user may not: choose another state directory or run as its owner",
}


@contextmanager
def clear_file_errors(state: Path) -> Iterator[None]:
    """Turn an operating-system error about a file of ours into one sentence that says what to do."""
    try:
        yield
    except OSError as error:
        what = error.filename or state
        # A copied tree collects its errors as text, without a number.
        number = errno.ENOSPC if os.strerror(errno.ENOSPC) in str(error) else error.errno or 0
        advice = _ADVICE.get(number, error.strerror or "the operating system refused")
        full = number in (errno.ENOSPC, errno.EDQUOT)
        kind = ErrorKind.UNAVAILABLE if full else ErrorKind.CONFIGURATION
        raise JukinetError(kind, f"The database cannot use {what}: {advice}.") from None


def failed_program(doing: str, finished: Finished, state: Path) -> JukinetError:
    """The error of a PostgreSQL program that gave up; what it prints holds no data."""
    if os.strerror(errno.ENOSPC) in finished.output:
        return unavailable(
            f"{doing} failed: the disk that holds {state} is full: free some space and start again."
        )
    return configuration(f"{doing} failed: {finished.last_line}")

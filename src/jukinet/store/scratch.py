"""A small database of its own for one question of the office, beside the node's (EUC, specification 10.1).

Owns that a statement which a person wrote can read the tables that were put there, and do nothing else: to no file, no
other database, no extension, and not without end. It is SQLite, whose operators and functions people know from
elsewhere; the register's own database never sees the statement.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from jukinet.domain.errors import Fault, invalid

_EVERY = 1_000_000
MOST_STEPS = 20_000 * _EVERY
"""Of SQLite's machine: some minutes. A statement that is not done by then was not meant so."""
_LONGEST_VALUE = 1_000_000
_ALLOWED = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)


class Scratch:
    """One database in a file that nobody else reads; closing it is the caller's, and removing the file."""

    def __init__(self, file: Path, *, most_steps: int = MOST_STEPS) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = OFF")
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_VALUE)
        self._left = most_steps

    def close(self) -> None:
        self._connection.close()

    def put(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A table with its rows; the names are the program's own words."""
        for name in (table, *columns):
            if not (name.isascii() and name.isidentifier()):
                raise ValueError("a name of a table or column is a plain word")
        named, places = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        self._connection.execute("BEGIN")
        self._connection.execute(f'CREATE TABLE "{table}" ({named})')
        self._connection.executemany(f'INSERT INTO "{table}" VALUES ({places})', rows)
        self._connection.execute("COMMIT")

    def ask(self, statement: str) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
        """The names of the columns that a statement gives, and its rows one by one.

        Raises INVALID for one that cannot be run, or that would do anything but read; SQLite's own words may repeat
        what stands in it, so they are not passed on.
        """
        self._connection.set_authorizer(
            lambda action, *_: sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY
        )
        self._connection.set_progress_handler(self._beyond, _EVERY)
        try:
            cursor = self._connection.execute(statement)
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise _fault(error) from None
        if cursor.description is None:
            raise invalid(Fault("select", "must be one SELECT"))
        return tuple(column[0] for column in cursor.description), _rows(cursor)

    def _beyond(self) -> bool:
        self._left -= _EVERY
        return self._left < 0


def _rows(cursor: sqlite3.Cursor) -> Iterator[tuple[object, ...]]:
    try:
        yield from cursor
    except sqlite3.Error as error:
        raise _fault(error) from None


def _fault(error: Exception) -> Exception:
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_INTERRUPT":
        return invalid(Fault("select", "takes too long; ask for less at once"))
    if name == "SQLITE_AUTH":
        return invalid(Fault("select", "must read the tables that it names, and do nothing else"))
    return invalid(Fault("select", "must be one SELECT that SQLite can run on the tables that it names"))

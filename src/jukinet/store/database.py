"""The database of one node as one process sees it: a pool for one role on one schema, and transactions.

Owns connections and what a transaction is. No transaction may stay open across a peer, a PDF or a key
device; ``begin`` is visible in every service for that reason.
"""

from __future__ import annotations

import select
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from typing import Any, TypeVar

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg.waiting import Wait
from psycopg_pool import ConnectionPool

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.store.errors import translated

Row = Mapping[str, Any]
T = TypeVar("T")

Work = Callable[[], bool]
"""A little of what can be done while the server is at work, without the database; whether there was any left to do."""

_AT_ONCE = 1000
"""Rows that a streaming cursor fetches together."""
_STREAMS = count()

SESSION_SETTINGS = {
    "lock_timeout": "10s",
    "statement_timeout": "60s",
    # No transaction waits for a person or a peer: who is idle in one hangs, and its successor waits for its rows.
    "idle_in_transaction_session_timeout": "20s",
    "timezone": "UTC",
    "client_encoding": "UTF8",
}


def session_options(schema: str, **otherwise: str) -> str:
    """The libpq ``options`` that bind a connection to one node's schema; ``otherwise``: settings unlike the usual."""
    settings = SESSION_SETTINGS | {"search_path": schema} | otherwise
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts in a transaction, when; ``confirmed``: has seen what an alert would point out, and acts all the same."""

    operator_id: str
    confirmed: bool
    on: date
    at: datetime


class _Connection(psycopg.Connection[DictRow]):
    """A connection that does other ``work``, if it is set, bit by bit wherever it would wait for the server."""

    work: Work | None = None

    def wait(self, gen: Generator[Any, Any, T], *args: Any, **options: Any) -> T:
        if self.work is not None:
            gen = _working(gen, self.pgconn.socket, self.work)
        return super().wait(gen, *args, **options)


def _working(gen: Generator[Any, Any, T], socket: int, work: Work) -> Generator[Any, Any, T]:
    """``gen``, which yields what it waits for, but only once that has come or no work is left."""
    events = select.poll()
    try:
        awaited = next(gen)
        while True:
            events.register(socket, _EVENTS[awaited])
            while not events.poll(0) and work():
                pass
            awaited = gen.send((yield awaited))
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


_EVENTS = {Wait.R: select.POLLIN, Wait.W: select.POLLOUT, Wait.RW: select.POLLIN | select.POLLOUT}


class Transaction:
    """One open transaction: runs named SQL. Nothing outside ``store`` calls its methods."""

    def __init__(self, connection: psycopg.Connection[DictRow]) -> None:
        self.connection = connection
        self._cursor = connection.cursor()
        self.business_date: date | None = None
        """The office's day, once it was asked for (``Context.business_date``)."""
        self.actor: Actor | None = None
        """Set where an operator's act begins."""
        self.holds_set: bool | None = None
        """Whether the register has holds at all, once it was asked for."""
        self.lifts_used: set[int] = set()
        """Lifts for one act that this act has used: it may write more than once."""
        self.versions_written: set[tuple[int, int]] = set()
        """(resident id, history number) of every version that this transaction added."""
        self.act_no: int | None = None
        """The number of the act that this transaction is, once it wrote a version."""
        self.acted_on: set[tuple[int, int]] = set()
        """(resident id, last history number) of everybody for whom an act of this transaction was done."""
        self.free_codes: int | None = None
        """What the pool holds after this transaction drew a code from it; None where it drew none."""
        self.besides: dict[str, tuple[str, ...]] = {}
        """By resident number what an act brings about besides, with its article: the entry of the act says it too."""
        self.draft_note: str | None = None
        """What every audit entry of this transaction adds to its rules: of which draft, entered by whom, it is."""

    def rows(self, sql: str, **params: object) -> list[Row]:
        with translated():
            return list(self._cursor.execute(sql, params).fetchall())

    def ask(self, sql: str, **params: object) -> Callable[[], list[Row]]:
        """Like ``rows``, fetched when the answer is called: inside ``pipelined`` the server works until then."""
        with translated():
            cursor = self.connection.cursor().execute(sql, params)

        def answer() -> list[Row]:
            with translated():
                return list(cursor.fetchall())

        return answer

    def one(self, sql: str, **params: object) -> Row | None:
        with translated():
            return self._cursor.execute(sql, params).fetchone()

    def made(self, sql: str, **params: object) -> Row:
        """What the database gave to a row that the statement adds, such as its number."""
        row = self.one(sql, **params)
        if row is None:
            raise JukinetError(ErrorKind.INTERNAL, "The database returned nothing of the row that was added.")
        return row

    def run(self, sql: str, **params: object) -> int:
        """Execute; return the number of rows touched."""
        with translated():
            return self._cursor.execute(sql, params).rowcount

    def many(self, sql: str, params: Sequence[Mapping[str, object]]) -> None:
        with translated(), self.connection.cursor() as cursor:
            cursor.executemany(sql, params)

    def copy_in(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Put many rows through one ``COPY ... FROM STDIN``."""
        with translated(), self.connection.cursor() as cursor, cursor.copy(sql) as copy:
            for row in rows:
                copy.write_row(row)

    def stream(self, sql: str, **params: object) -> Iterator[Row]:
        """Rows one by one from a cursor of the server, for what is too much to hold; as of the first row."""
        with translated(), self.connection.cursor(name=f"stream {next(_STREAMS)}") as cursor:
            cursor.itersize = _AT_ONCE
            yield from cursor.execute(sql, params)

    def freeze(self) -> None:
        """Let everything that follows see one snapshot. The first thing that a transaction does, or an error."""
        self.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    @contextmanager
    def pipelined(self) -> Iterator[None]:
        """Statements inside are sent one after another without waiting for the answers; a fault is raised at the end.

        What is done inside beside them is done while the server works.
        """
        with translated(), self.connection.pipeline():
            yield

    def meanwhile(self, work: Work) -> None:
        """Do this bit by bit, from now on, wherever the transaction waits for the server, its commit included."""
        if isinstance(self.connection, _Connection):
            self.connection.work = work

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A part that may be undone alone: an exception inside it rolls back to its start and goes on up.

        What is remembered here of the rows that it wrote is forgotten with them.
        """
        written, used = set(self.versions_written), set(self.lifts_used)
        try:
            with translated(), self.connection.transaction():
                yield
        except BaseException:
            self.versions_written, self.lifts_used = written, used
            raise


@dataclass(frozen=True, slots=True)
class PoolState:
    """A pool of connections at one moment; ``waiting``: who has asked for one and has none."""

    most: int
    open: int
    idle: int
    waiting: int

    @classmethod
    def of(cls, stats: Mapping[str, int]) -> PoolState:
        """From what psycopg's pools tell of themselves."""
        return cls(
            stats["pool_max"], stats["pool_size"], stats["pool_available"], stats.get("requests_waiting", 0)
        )

    def connections(self) -> Mapping[str, int]:
        """Connections by their state, and how many there may be at most."""
        return {"most": self.most, "open": self.open, "idle": self.idle}


class Database:
    """A pool of connections of one database role, all bound to one schema.

    ``patience``: seconds that whoever asks for a connection waits for one, before it is UNAVAILABLE. ``unhurried``: a
    statement may take as long as it takes, as one over everything does where nobody waits for an answer.
    """

    def __init__(
        self, conninfo: str, schema: str, *, most: int = 8, patience: float = 15, unhurried: bool = False
    ) -> None:
        self.schema = schema
        self._conninfo = conninfo
        self._most = most
        options = session_options(schema, **({"statement_timeout": "0"} if unhurried else {}))
        self._pool: ConnectionPool[_Connection] = ConnectionPool(
            conninfo,
            connection_class=_Connection,
            min_size=1,
            max_size=most,
            timeout=patience,
            open=False,
            check=ConnectionPool.check_connection,
            kwargs={"row_factory": dict_row, "options": options},
            name=f"{schema}",
        )

    def open(self) -> None:
        """Open the pool and wait for one connection; raises CONFIGURATION or UNAVAILABLE."""
        with translated():
            # One plain connection first: the pool hides why a log-in fails, this does not.
            psycopg.connect(self._conninfo, connect_timeout=10).close()
            self._pool.open(wait=True, timeout=15)

    def close(self) -> None:
        self._pool.close()

    def pool_state(self) -> PoolState:
        return PoolState.of(self._pool.get_stats())

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """One transaction: commits at the end of the block, rolls back on an exception."""
        with translated(), self._pool.connection() as connection:
            try:
                yield Transaction(connection)
                connection.commit()
            finally:
                connection.work = None

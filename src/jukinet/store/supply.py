"""The only asynchronous SQL: look-ups of the supply door and their audit rows, many requests at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime

import psycopg
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool

from jukinet.audit.entries import AuditEntry
from jukinet.domain import matching
from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.persons import IdentityFacts
from jukinet.law.serving_alone import Alone
from jukinet.store import audit_log
from jukinet.store.alone import alone_of
from jukinet.store.database import PoolState, Row, session_options
from jukinet.store.errors import translated
from jukinet.store.identity import facts_of
from jukinet.store.line import Line, line_of
from jukinet.store.sql import Queries

_SQL = Queries("supply")
_AUDIT = Queries("audit")
_LINE = Queries("line")
_ALONE = Queries("alone")
_NONCES = Queries("request_nonces")


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """One state of a record: the six facts and the change that made them so."""

    facts: IdentityFacts
    kind: ChangeKind
    reason: NoticeReason
    occurred_on: date


@dataclass(frozen=True, slots=True, repr=False)
class Notified:
    """One notice of a code as it was received: its number, the day, and the state that it brought."""

    history_id: int
    received_on: date
    told: Told


@dataclass(frozen=True, slots=True, repr=False)
class Speaking:
    """The record that speaks for a code, with what the law asks about it.

    ``history_id`` is the notice that made it so: not always the last one, since a former municipality's
    deletion may come after it.
    """

    code: ResidentRecordCode
    history_id: int
    told: Told
    superseded: bool
    retain_until: date | None
    undetermined_from: date | None


@dataclass(frozen=True, slots=True, repr=False)
class ItemKeys:
    """The four items as matching keys."""

    birth_date: str
    name_key: int
    address_key: int
    sex: str

    @classmethod
    def of(cls, name: str, address: str, birth_date: str, sex: str) -> ItemKeys:
        return cls(
            birth_date,
            matching.key64(matching.query_name_key(name)),
            matching.key64(matching.address_key(address)),
            sex,
        )


class SupplyDatabase:
    """A pool of asynchronous connections as role ``jukinet_supply``."""

    def __init__(self, conninfo: str, schema: str, *, most: int = 4) -> None:
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[DictRow]] = AsyncConnectionPool(
            conninfo,
            min_size=1,
            max_size=most,
            timeout=10,
            open=False,
            check=AsyncConnectionPool.check_connection,
            kwargs={"row_factory": dict_row, "options": session_options(schema)},
        )

    async def open(self) -> None:
        with translated():
            await self._pool.open(wait=True, timeout=15)

    async def close(self) -> None:
        await self._pool.close()

    def pool_state(self) -> PoolState:
        return PoolState.of(self._pool.get_stats())

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[SupplyTransaction]:
        with translated():
            async with self._pool.connection() as connection:
                yield SupplyTransaction(connection)


class SupplyTransaction:
    """One transaction over all the requests gathered."""

    def __init__(self, connection: psycopg.AsyncConnection[DictRow]) -> None:
        self._connection = connection

    async def _rows(self, sql: str, **params: object) -> list[DictRow]:
        cursor = await self._connection.execute(sql, params)
        return await cursor.fetchall()

    async def pinned_date(self) -> date | None:
        rows = await self._rows(_SQL.pinned_date)
        return rows[0]["pinned"] if rows else None

    async def line(self) -> Line:
        """What of the node's line is cut."""
        rows = await self._rows(_LINE.state)
        return line_of(rows[0] if rows else None)

    async def alone(self) -> Sequence[Alone]:
        """The Minister's notices under Art. 30-27(2), at a governor's node."""
        return [alone_of(row) for row in await self._rows(_ALONE.running)]

    async def by_codes(self, codes: Sequence[ResidentRecordCode]) -> dict[ResidentRecordCode, Speaking]:
        """The record that speaks for each code that has one."""
        rows = await self._rows(_SQL.by_codes, codes=[str(code) for code in codes])
        return {speaking.code: speaking for speaking in map(_speaking, rows)}

    async def by_items(self, keys: Sequence[ItemKeys]) -> list[list[Speaking]]:
        """For each four items, the records of everyone who has them."""
        rows = await self._rows(
            _SQL.by_items,
            places=list(range(len(keys))),
            births=[key.birth_date for key in keys],
            names=[key.name_key for key in keys],
            addresses=[key.address_key for key in keys],
            sexes=[key.sex for key in keys],
        )
        found: list[list[Speaking]] = [[] for _ in keys]
        for row in rows:
            found[row["place"]].append(_speaking(row))
        return found

    async def histories(
        self, codes: Sequence[ResidentRecordCode]
    ) -> dict[ResidentRecordCode, list[Notified]]:
        """Every notice of each code, in the order in which they came."""
        histories: dict[ResidentRecordCode, list[Notified]] = {code: [] for code in codes}
        for row in await self._rows(_SQL.histories, codes=[str(code) for code in codes]):
            notified = Notified(row["history_id"], row["received_on"], _told(row))
            histories[ResidentRecordCode(row["code"])].append(notified)
        return histories

    async def spend(self, nonces: Sequence[tuple[str, str, datetime]]) -> set[tuple[str, str]]:
        """Use up nonces (organ, nonce, when its signature ends); those that nobody had used before."""
        organs, used, ends = zip(*nonces, strict=True) if nonces else ((), (), ())
        rows = await self._rows(_NONCES.spend, organs=list(organs), nonces=list(used), ends=list(ends))
        return {(row["organ"], row["nonce"]) for row in rows}

    async def append(self, entries: Sequence[AuditEntry]) -> list[bytes]:
        """Write one audit entry a request; their leaves."""
        rows = [audit_log.as_params(entry) for entry in entries]
        async with self._connection.cursor() as cursor:
            await cursor.executemany(_AUDIT.append, rows)
        return [row["leaf"] for row in rows]


def _told(row: Row) -> Told:
    return Told(
        facts=facts_of(row),
        kind=ChangeKind(row["change_kind"]),
        reason=NoticeReason(row["reason"]),
        occurred_on=row["occurred_on"],
    )


def _speaking(row: Row) -> Speaking:
    return Speaking(
        code=ResidentRecordCode(row["code"]),
        history_id=row["history_id"],
        told=_told(row),
        superseded=row["superseded"],
        retain_until=row["retain_until"],
        undetermined_from=row["undetermined_from"],
    )

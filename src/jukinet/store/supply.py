"""The only asynchronous SQL: all that the supply desk does for the requests that waited together, in one statement."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import AsyncConnectionPool

from jukinet.audit.entries import AuditEntry
from jukinet.domain import matching
from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import MunicipalityCode, NodeId, NodeRole, PrefectureCode
from jukinet.domain.persons import Address, IdentityFacts, Private, Sex
from jukinet.law.catalogue import Affair
from jukinet.law.centre import CentreState, CentreWork, Stop, StopGround
from jukinet.law.ordinances import affair_of
from jukinet.law.serving_alone import Alone
from jukinet.store import audit_log
from jukinet.store.alone import alone_of
from jukinet.store.database import PoolState, session_options
from jukinet.store.errors import translated
from jukinet.store.line import Line, line_of
from jukinet.store.ordinances import affair_of as said_of
from jukinet.store.sql import Queries

_SQL = Queries("supply")
_AUDIT = Queries("audit")
_ALONE = Queries("alone")
_ORDINANCES = Queries("ordinances")

PLANNING = " -c plan_cache_mode=force_generic_plan -c jit=off -c enable_seqscan=off"
"""Options of a session: one plan for any number of requests, made once, since planning takes longer than running it.

Compiling takes longer still. The plan must not rest on a table that was small when it was made: all have an index.
"""


@dataclass(frozen=True, slots=True, repr=False)
class Told(Private):
    """One state of a record in the words of its row, which go into an answer as they are; as values where asked for."""

    code: str
    change_kind: str
    change_reason: str
    changed_on: str
    name: str
    nickname: str | None
    birth_date: str
    sex: str
    address_in: str
    address: str
    building: str | None

    @property
    def facts(self) -> IdentityFacts:
        return IdentityFacts(
            name=self.name,
            nickname=self.nickname,
            birth_date=PartialDate.checked_before(self.birth_date),
            sex=Sex(self.sex),
            address=Address(MunicipalityCode.checked_before(self.address_in), self.address, self.building),
            code=ResidentRecordCode.checked_before(self.code),
        )

    @property
    def kind(self) -> ChangeKind:
        return ChangeKind(self.change_kind)

    @property
    def reason(self) -> NoticeReason:
        return NoticeReason(self.change_reason)

    @property
    def occurred_on(self) -> date:
        return date.fromisoformat(self.changed_on)


@dataclass(frozen=True, slots=True, repr=False)
class Notified(Private):
    """One notice of a code as it was received: the state that it brought, that day, and that of the next notice."""

    told: Told
    received_on: date
    next_on: date | None


@dataclass(frozen=True, slots=True, repr=False)
class ItemKeys(Private):
    """The four items as matching keys."""

    birth_date: str
    name_key: int
    address_key: int
    sex: str

    @classmethod
    def of(cls, name: str, address: str, birth_date: str, sex: str) -> ItemKeys:
        name_key, address_key = matching.item_keys(name, address)
        return cls(birth_date, name_key, address_key, sex)


_AS_EVER = CentreState()


@dataclass(frozen=True, slots=True)
class Premises:
    """What every decision rests on besides the request. ``blocked``: kind and name of organs and operators."""

    pinned: date | None
    line: Line
    alone: Sequence[Alone]
    ordinances: tuple[Affair, ...]
    blocked: frozenset[str]
    centre: CentreState = _AS_EVER


@dataclass(frozen=True, slots=True)
class Together:
    """What requests that waited together share. ``today``: when the day began of which looks at one person count."""

    at: datetime
    on: date
    event: str
    before_outcome: bytes
    today: datetime
    person_most: int
    person_rule: str


@dataclass(frozen=True, slots=True, repr=False)
class Settled(Private):
    """How one request ended: the word of the statement for it, the rules of its entry, its leaf, and who was found.

    ``person`` and ``history`` are there for the results ``found`` and ``superseded`` alone; of the latter the person
    is no present one, and stands in the history too.
    """

    result: str
    rules: Sequence[str]
    leaf: bytes
    person: Told | None
    history: tuple[Notified, ...]


class SupplyDatabase:
    """A pool of asynchronous connections as role ``jukinet_supply``; each statement is a transaction."""

    def __init__(self, conninfo: str, schema: str, *, most: int = 4) -> None:
        self._pool: AsyncConnectionPool[psycopg.AsyncConnection[TupleRow]] = AsyncConnectionPool(
            conninfo,
            min_size=1,
            max_size=most,
            timeout=10,
            open=False,
            kwargs={"autocommit": True, "options": session_options(schema) + PLANNING},
        )
        node = NodeId(schema.replace("_", "-"))
        self._governor = node if node.role is NodeRole.PREFECTURE else None

    async def open(self) -> None:
        with translated():
            await self._pool.open(wait=True, timeout=15)

    async def close(self) -> None:
        await self._pool.close()

    async def mend(self) -> None:
        """Replace connections that are dead: after an error, instead of a question before every statement."""
        with translated():
            await self._pool.check()

    def pool_state(self) -> PoolState:
        return PoolState.of(self._pool.get_stats())

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[SupplyConnection]:
        with translated():
            async with self._pool.connection() as connection:
                yield SupplyConnection(connection, governor=self._governor)


class SupplyConnection:
    """What the desk asks of its database."""

    def __init__(self, connection: psycopg.AsyncConnection[TupleRow], *, governor: NodeId | None) -> None:
        self._connection = connection
        self._governor = governor

    async def premises(self) -> Premises:
        cursor = await self._connection.execute(_SQL.premises, prepare=True)
        ((pinned, state, taken_at, measure_no, reason, blocked, stops, ends),) = await cursor.fetchall()
        step = {"state": state, "taken_at": taken_at, "measure_no": measure_no, "reason": reason}
        line = line_of(None if state is None else step)
        alone, ordinances = await self._of_the_governor(self._governor) if self._governor else ((), ())
        centre = CentreState(tuple(map(_stop, stops or ())), tuple(map(_end, ends or ())))
        return Premises(pinned, line, alone, ordinances, frozenset(blocked), centre)

    async def _of_the_governor(self, node: NodeId) -> tuple[Sequence[Alone], tuple[Affair, ...]]:
        """The Minister's notices under Art. 30-27(2), and the affairs that an ordinance of the prefecture sets."""
        alone = [alone_of(row) for row in await self._rows(_ALONE.running)]
        rows = await self._rows(_ORDINANCES.affairs)
        return alone, tuple(affair_of(row["affair_no"], said_of(row), node) for row in rows)

    async def _rows(self, sql: str) -> list[dict[str, Any]]:
        cursor = await self._connection.execute(sql)
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in await cursor.fetchall()]

    async def answer(
        self, together: Together, asked: Sequence[dict[str, Any]], keys: Sequence[dict[str, Any]]
    ) -> list[Settled]:
        """Do everything for these requests, and commit. One ``Settled`` for each, in their order."""
        params = {
            "at": together.at,
            "on": together.on,
            "event": together.event,
            "before_outcome": together.before_outcome,
            "today": together.today,
            "person_most": together.person_most,
            "person_rule": together.person_rule,
            "asked": msgspec.json.encode(asked).decode(),
            "keys": msgspec.json.encode(keys).decode(),
        }
        cursor = psycopg.AsyncRawCursor(self._connection)
        await cursor.execute(_ANSWER, [params[name] for name in _NAMES], prepare=True)
        return [_settled(row) for row in await cursor.fetchall()]

    async def append(self, entry: AuditEntry) -> None:
        """Write the audit entry of what is no request, and commit."""
        await self._connection.execute(_AUDIT.append, audit_log.as_params(entry))


def _stop(row: list[Any]) -> Stop:
    ground, works, *days = row
    return Stop(StopGround(ground), frozenset(map(CentreWork, works)), *map(_day, days))


def _end(row: list[Any]) -> tuple[PrefectureCode, date]:
    prefecture, first = row
    return PrefectureCode.checked_before(prefecture), date.fromisoformat(first)


def _day(text: str | None) -> Any:
    return date.fromisoformat(text) if text else None


_PARAMETER = re.compile(r"%\((\w+)\)s")


def _numbered(text: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with numbers in place of its parameters' names, and these in order.

    psycopg would take a text of this length apart anew at each call.
    """
    names = tuple(dict.fromkeys(_PARAMETER.findall(text)))
    return _PARAMETER.sub(lambda found: f"${names.index(found[1]) + 1}", text).encode(), names


_ANSWER, _NAMES = _numbered(_SQL.answer)


def _settled(row: TupleRow) -> Settled:
    result, rules, leaf, code, *state, history = row
    if result not in {"found", "superseded"}:
        return Settled(result, rules, leaf, None, ())
    notices = msgspec.json.decode(history) if history else ()
    return Settled(result, rules, leaf, Told(code, *state), tuple(map(_notified, notices)))


def _notified(notice: list[Any]) -> Notified:
    *told, received_on, next_on = notice
    return Notified(
        Told(*told), date.fromisoformat(received_on), date.fromisoformat(next_on) if next_on else None
    )

"""Requests for codes: at the municipality that asks, one open at a time, and at the centre as they came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.municipality import MunicipalityCode
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("codes")


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request of this municipality that the centre has not answered."""

    request_id: str
    codes: int
    asked_at: datetime
    operator: str


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request that waits at the centre."""

    request_id: str
    municipality: MunicipalityCode
    codes: int
    received_at: datetime


def has_pool(tx: Transaction) -> bool:
    """Whether codes were ever designated here."""
    row = tx.one(_SQL.has_pool)
    return bool(row and row["found"])


def ask(tx: Transaction, request_id: str, codes: int, at: datetime, operator: str) -> bool:
    """Note a request; False where one is open."""
    return tx.run(_SQL.ask, request_id=request_id, codes=codes, at=at, operator=operator) == 1


def open_request(tx: Transaction) -> OpenRequest | None:
    row = tx.one(_SQL.open_request)
    if row is None:
        return None
    return OpenRequest(row["request_id"], row["codes"], row["asked_at"], row["operator"])


def answered(tx: Transaction, request_id: str, at: datetime) -> None:
    """The first part of the answer has come."""
    tx.run(_SQL.answered, request_id=request_id, at=at)


def receive(
    tx: Transaction, request_id: str, municipality: MunicipalityCode, codes: int, at: datetime
) -> None:
    """Note what came at the centre. CONFLICT where the id was used before."""
    tx.run(_SQL.receive_request, request_id=request_id, municipality=str(municipality), codes=codes, at=at)


def lock_waiting(tx: Transaction, municipality: MunicipalityCode | None = None) -> list[ReceivedRequest]:
    """What waits (of one municipality), the first that came first; no other worker or person answers it meanwhile."""
    rows = tx.rows(_SQL.lock_open_requests, municipality=str(municipality) if municipality else None)
    return [_received(row) for row in rows]


def waiting(tx: Transaction) -> list[ReceivedRequest]:
    """The same of all, to look at."""
    return [_received(row) for row in tx.rows(_SQL.open_requests)]


def _received(row: Row) -> ReceivedRequest:
    where = MunicipalityCode(row["municipality"])
    return ReceivedRequest(row["request_id"], where, row["codes"], row["received_at"])


def last_answered(tx: Transaction, municipality: MunicipalityCode) -> datetime | None:
    """When a request of a municipality was last answered without a person."""
    row = tx.one(_SQL.last_answered, municipality=str(municipality))
    at: datetime | None = row["at"] if row else None
    return at


def answer(tx: Transaction, request_id: str, at: datetime, *, by_person: bool) -> None:
    tx.run(_SQL.answer_request, request_id=request_id, at=at, by_person=by_person)

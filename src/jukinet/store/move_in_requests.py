"""Questions of a move-in with the card: one row a question, from the intent to the move-in that used the answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Private
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("move_in_requests")


class Asked(StrEnum):
    """How far a question came."""

    INTENDED = "intended"
    ANSWERED = "answered"
    REFUSED = "refused"
    USED = "used"


@dataclass(frozen=True, slots=True, repr=False)
class RequestRow(Private):
    """A question as it stands; ``particulars``: the body of the answer (M8), as JSON."""

    request_id: str
    input_digest: bytes
    previous: MunicipalityCode
    state: Asked
    moved_on: date
    filed_on: date
    refusal: str | None
    particulars: bytes | None


def lock(tx: Transaction, request_id: str) -> RequestRow | None:
    row = tx.one(_SQL.lock, request_id=request_id)
    if row is None:
        return None
    return RequestRow(
        request_id=row["request_id"],
        input_digest=bytes(row["input_digest"]),
        previous=MunicipalityCode(row["previous"]),
        state=Asked(row["state"]),
        moved_on=row["moved_on"],
        filed_on=row["filed_on"],
        refusal=row["refusal"],
        particulars=None if row["particulars"] is None else bytes(row["particulars"]),
    )


def intend(
    tx: Transaction,
    request_id: str,
    digest: bytes,
    previous: MunicipalityCode,
    *,
    moved_on: date,
    filed_on: date,
    operator: str,
    on: date,
    at: datetime,
) -> bool:
    """Record the intent before the other municipality is asked; False where the question is known."""
    given = tx.run(
        _SQL.intend,
        request_id=request_id,
        digest=digest,
        previous=str(previous),
        moved_on=moved_on,
        filed_on=filed_on,
        operator=operator,
        on=on,
        at=at,
    )
    return given == 1


def answer(tx: Transaction, request_id: str, particulars: bytes, at: datetime) -> bool:
    """Keep what came; False where another try was faster."""
    return tx.run(_SQL.answer, request_id=request_id, particulars=particulars, at=at) == 1


def refuse(tx: Transaction, request_id: str, refusal: str, at: datetime) -> bool:
    return tx.run(_SQL.refuse, request_id=request_id, refusal=refusal, at=at) == 1


def use(tx: Transaction, request_id: str, at: datetime) -> None:
    """The move-in was recorded with what came."""
    tx.run(_SQL.use, request_id=request_id, at=at)

"""What of the centre's works stands still, and which governors end the delegation (Act Arts. 30-24 to 30-26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from jukinet.domain.municipality import PrefectureCode
from jukinet.law.centre import CentreState, CentreWork, Stop, StopGround
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("centre")


@dataclass(frozen=True, slots=True)
class RecordedStop:
    """A stop with its number here and the Minister's paper."""

    stop_no: int
    document: str
    notified_on: date
    stop: Stop


@dataclass(frozen=True, slots=True)
class DelegationEnd:
    """From which day a governor no longer lets the centre do the work, and his paper."""

    prefecture: PrefectureCode
    document: str
    notified_on: date
    first_day: date


def stop_of(row: Row) -> Stop:
    """What the law asks of a stop."""
    works = frozenset(map(CentreWork, row["works"]))
    return Stop(StopGround(row["ground"]), works, row["first_day"], row["last_day"], row["resumed_on"])


def lock(tx: Transaction) -> None:
    """Let nobody else record until this transaction ends; reading goes on."""
    tx.run(_SQL.lock)


def stops(tx: Transaction) -> tuple[RecordedStop, ...]:
    return tuple(
        RecordedStop(row["stop_no"], row["document"], row["notified_on"], stop_of(row))
        for row in tx.rows(_SQL.stops)
    )


def ends(tx: Transaction) -> tuple[DelegationEnd, ...]:
    return tuple(
        DelegationEnd(
            PrefectureCode(row["prefecture"]), row["document"], row["notified_on"], row["first_day"]
        )
        for row in tx.rows(_SQL.ends)
    )


def state(tx: Transaction) -> CentreState:
    """All of it, as the law asks for it."""
    return CentreState(
        tuple(one.stop for one in stops(tx)), tuple((one.prefecture, one.first_day) for one in ends(tx))
    )


def stop(tx: Transaction, said: Stop, document: str, notified_on: date, *, by: str, at: datetime) -> int:
    """Record that works stand still; the number of it."""
    row = tx.one(
        _SQL.stop,
        ground=said.ground,
        works=sorted(said.works),
        first_day=said.first,
        last_day=said.last,
        **_paper(document, notified_on, by, at),
    )
    return int(row["stop_no"]) if row else 0


def resume(tx: Transaction, number: int, document: str, resumed_on: date, *, by: str, at: datetime) -> None:
    tx.run(
        _SQL.resume, stop_no=number, document=document, resumed_on=resumed_on, recorded_by=by, recorded_at=at
    )


def release(tx: Transaction, end: DelegationEnd, *, by: str, at: datetime) -> None:
    tx.run(
        _SQL.release,
        prefecture=end.prefecture.text,
        first_day=end.first_day,
        **_paper(end.document, end.notified_on, by, at),
    )


def _paper(document: str, notified_on: date, by: str, at: datetime) -> dict[str, Any]:
    return {"document": document, "notified_on": notified_on, "recorded_by": by, "recorded_at": at}

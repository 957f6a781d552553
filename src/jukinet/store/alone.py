"""Notices of the Minister under Art. 30-27(2) at a governor's node, their ends, and their publications."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.law.serving_alone import Alone, Cause, Work
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("alone")


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice as recorded. ``document`` names the Minister's paper, ``published_in`` the prefecture's gazette."""

    notice_no: int
    cause: Cause
    document: str
    alone: Alone
    end_document: str | None
    published_on: date | None
    published_in: str | None
    end_published_on: date | None
    end_published_in: str | None

    @property
    def unpublished(self) -> bool:
        """Whether the notice, or its end, has not been made public."""
        return self.published_on is None or (
            self.alone.ended_on is not None and self.end_published_on is None
        )


def alone_of(row: Row) -> Alone:
    """What the law asks of a notice; also for the supply door's own query."""
    return Alone(frozenset(map(Work, row["works"])), row["notified_on"], row["ended_on"])


def lock(tx: Transaction) -> None:
    """Let nobody else record until this transaction ends; reading goes on."""
    tx.run(_SQL.lock)


def running(tx: Transaction) -> tuple[Alone, ...]:
    """What the law asks of every notice; here as the supply door reads it."""
    return tuple(map(alone_of, tx.rows(_SQL.running)))


def notices(tx: Transaction) -> tuple[Notice, ...]:
    return tuple(
        Notice(
            notice_no=row["notice_no"],
            cause=Cause(row["cause"]),
            document=row["document"],
            alone=alone_of(row),
            end_document=row["end_document"],
            published_on=row["published_on"],
            published_in=row["published_in"],
            end_published_on=row["end_published_on"],
            end_published_in=row["end_published_in"],
        )
        for row in tx.rows(_SQL.notices)
    )


def unpublished(tx: Transaction) -> tuple[int, ...]:
    """The numbers of what has still to be made public."""
    return tuple(one.notice_no for one in notices(tx) if one.unpublished)


def begin(
    tx: Transaction, cause: Cause, works: Iterable[Work], document: str, on: date, *, by: str, at: datetime
) -> int:
    """Record a notice; its number."""
    row = tx.one(
        _SQL.begin,
        cause=cause,
        works=sorted(works),
        document=document,
        notified_on=on,
        recorded_by=by,
        recorded_at=at,
    )
    return int(row["notice_no"]) if row else 0


def end(tx: Transaction, number: int, document: str, on: date, *, by: str, at: datetime) -> None:
    tx.run(_SQL.end, notice_no=number, document=document, notified_on=on, recorded_by=by, recorded_at=at)


def publish(
    tx: Transaction, number: int, document: str, on: date, *, of_end: bool, by: str, at: datetime
) -> None:
    tx.run(
        _SQL.publish,
        notice_no=number,
        of_end=of_end,
        document=document,
        published_on=on,
        recorded_by=by,
        recorded_at=at,
    )

"""What consistency checks saw: each check, each difference that is open, and when the worker compares next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jukinet.domain.persons import Private
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("consistency")


class Kind(StrEnum):
    """How two sides differ about a record."""

    MISSING_THERE = "missing-there"
    """Live here, and not there"""
    MISSING_HERE = "missing-here"
    """Live there, and not here"""
    DIFFERS = "differs"
    """Live on both sides with other facts"""
    ALTERED = "altered"
    """The digest kept with the row is not that of its items"""
    STRAY = "stray"
    """The municipality whose record it is reports elsewhere"""


@dataclass(frozen=True, slots=True, repr=False)
class Seen(Private):
    """A difference as one check saw it.

    ``items``: which facts differ, where both sides are at hand; or ``parked`` where a statement of it is parked there.
    """

    municipality: str
    code: str
    kind: Kind
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Difference(Private):
    """A difference that is open. It counts once it is confirmed."""

    against: str
    seen: Seen
    first_seen_at: datetime
    last_seen_at: datetime
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ended:
    """How a check ended. ``problem``: the kind of error that ended it early."""

    records: int = 0
    moving: int = 0
    differing: int = 0
    unread: int = 0
    size: int = 0
    problem: str | None = None


def begin(tx: Transaction, check_id: str, against: str, at: datetime, *, recomputed: bool) -> None:
    tx.run(_SQL.begin_check, check_id=check_id, against=against, recomputed=recomputed, at=at)


def end(tx: Transaction, check_id: str, ended: Ended, at: datetime) -> None:
    tx.run(
        _SQL.end_check,
        check_id=check_id,
        at=at,
        problem=ended.problem,
        records=ended.records,
        moving=ended.moving,
        differing=ended.differing,
        unread=ended.unread,
        bytes=ended.size,
    )


def see(
    tx: Transaction, against: str, found: Iterable[Seen], at: datetime, apart: timedelta, *, recomputed: bool
) -> list[str]:
    """Write down what a check saw; the codes of what is confirmed by it, having been seen so long before."""
    tx.many(
        _SQL.see_difference,
        [
            {
                "against": against,
                "municipality": one.municipality,
                "code": one.code,
                "kind": one.kind,
                "items": list(one.items),
                "recomputed": recomputed,
                "at": at,
            }
            for one in found
        ],
    )
    rows = tx.rows(_SQL.confirm_differences, against=against, at=at, before=at - apart)
    return [row["code"] for row in rows]


def close_others(
    tx: Transaction, against: str, moving: Iterable[str], at: datetime, *, recomputed: bool
) -> None:
    """What this check looked for and did not see is gone; what is on its way cannot be told."""
    tx.run(_SQL.differences_gone, against=against, moving=list(moving), at=at, recomputed=recomputed)


def listed(tx: Transaction, against: str | None = None) -> list[Difference]:
    """Every open difference."""
    return [
        Difference(
            row["against"],
            Seen(row["municipality"], row["code"], Kind(row["kind"]), tuple(row["items"])),
            row["first_seen_at"],
            row["last_seen_at"],
            row["confirmed_at"],
        )
        for row in tx.rows(_SQL.differences, against=against)
    ]


def confirmed(tx: Transaction) -> int:
    """How many differences count now."""
    row = tx.one(_SQL.count_confirmed)
    return int(row["confirmed"]) if row else 0


def plan(tx: Transaction, against: str, next_at: datetime, *, recomputed: bool) -> None:
    """Plan a comparison that never was; one that is planned stays as it is."""
    tx.run(_SQL.plan_check, against=against, recomputed=recomputed, next_at=next_at)


def lock_due(
    tx: Transaction, partners: Sequence[str], now: datetime, latest: datetime
) -> tuple[str, bool] | None:
    """The comparison with one of these that has waited longest, if no other worker has it; whether to recompute."""
    row = tx.one(_SQL.lock_due, partners=list(partners), now=now, latest=latest)
    return (row["against"], row["recomputed"]) if row else None


def put_off(tx: Transaction, against: str, next_at: datetime, *, recomputed: bool) -> None:
    tx.run(_SQL.put_off, against=against, recomputed=recomputed, next_at=next_at)

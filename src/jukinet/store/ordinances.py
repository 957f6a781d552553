"""Affairs that an ordinance of the prefecture sets, at its governor's node."""

from __future__ import annotations

from datetime import date, datetime

from jukinet.domain.municipality import OrganSlug
from jukinet.law.ordinances import Ground, OrdinanceAffair
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("ordinances")


def affair_of(row: Row) -> OrdinanceAffair:
    """What the law asks of a row; also for the supply door's own query."""
    return OrdinanceAffair(
        Ground(row["ground"]),
        OrganSlug(row["organ"]),
        row["ordinance"],
        row["article"],
        row["affair"],
        row["valid_from"],
        row["valid_to"],
    )


def lock(tx: Transaction) -> None:
    """Let nobody else enter until this transaction ends; reading goes on."""
    tx.run(_SQL.lock)


def affairs(tx: Transaction) -> dict[int, OrdinanceAffair]:
    """Every one by its number, ended ones too."""
    return {row["affair_no"]: affair_of(row) for row in tx.rows(_SQL.affairs)}


def enter(tx: Transaction, said: OrdinanceAffair, *, by: str, at: datetime) -> int:
    """Enter one; its number."""
    row = tx.one(
        _SQL.enter,
        ground=said.ground,
        organ=said.organ.text,
        ordinance=said.ordinance,
        article=said.article,
        affair=said.affair,
        valid_from=said.valid_from,
        recorded_by=by,
        recorded_at=at,
    )
    return int(row["affair_no"]) if row else 0


def end(tx: Transaction, number: int, valid_to: date, *, by: str, at: datetime) -> None:
    tx.run(_SQL.end, affair_no=number, valid_to=valid_to, recorded_by=by, recorded_at=at)

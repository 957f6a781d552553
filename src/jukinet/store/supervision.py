"""What the Minister and governors demand of the centre, and what was done about it. Rows are only added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.municipality import PrefectureCode
from jukinet.domain.persons import Private
from jukinet.law.supervision import DemandKind
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("supervision")


@dataclass(frozen=True, slots=True, repr=False)
class KeptDemand(Private):
    """A demand. ``prefecture``: the governor's, None the Minister's. ``answer``, ``done_on``: None while it waits."""

    demand_no: int
    kind: DemandKind
    prefecture: PrefectureCode | None
    said: str
    document: str
    document_on: date
    due_on: date | None
    answer: str | None = None
    done_on: date | None = None


def lock(tx: Transaction) -> None:
    """Let nobody else record until this transaction ends; reading goes on."""
    tx.run(_SQL.lock)


def listed(tx: Transaction) -> tuple[KeptDemand, ...]:
    """Every demand, the oldest first."""
    return tuple(
        KeptDemand(
            row["demand_no"],
            DemandKind(row["kind"]),
            PrefectureCode(row["prefecture"]) if row["prefecture"] else None,
            row["said"],
            row["document"],
            row["document_on"],
            row["due_on"],
            row["answer"],
            row["done_on"],
        )
        for row in tx.rows(_SQL.listed)
    )


def add(tx: Transaction, demand: KeptDemand, *, by: str, at: datetime) -> int:
    """Keep a demand; the number it gets, whatever ``demand`` says."""
    row = tx.made(
        _SQL.add,
        kind=demand.kind,
        prefecture=demand.prefecture.text if demand.prefecture else None,
        said=demand.said,
        document=demand.document,
        document_on=demand.document_on,
        due_on=demand.due_on,
        by=by,
        at=at,
    )
    return int(row["demand_no"])


def answer(
    tx: Transaction, number: int, said: str, document: str | None, done_on: date, *, by: str, at: datetime
) -> None:
    tx.run(_SQL.answer, demand_no=number, said=said, document=document, done_on=done_on, by=by, at=at)

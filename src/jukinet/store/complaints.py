"""Complaints, and what was answered. Rows are added, never altered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.domain.persons import Private
from jukinet.store.database import Row, Transaction
from jukinet.store.disclosures import Stamp
from jukinet.store.sql import Queries

_SQL = Queries("complaints")


@dataclass(frozen=True, slots=True, repr=False)
class Complaint(Private):
    """A complaint. ``answer`` and ``done_on``: None as long as it waits."""

    complaint_id: int
    said: str
    received_on: date
    answer: str | None
    done_on: date | None

    @property
    def is_open(self) -> bool:
        return self.done_on is None


def add(tx: Transaction, said: str, received_on: date, stamp: Stamp) -> int:
    """Keep a complaint; its number."""
    row = tx.made(_SQL.add, said=said, received_on=received_on, **stamp.params)
    return int(row["complaint_id"])


def lock(tx: Transaction, complaint_id: int) -> Complaint | None:
    """A complaint; nobody settles it beside this transaction."""
    tx.run(_SQL.hold, complaint_id=complaint_id)
    row = tx.one(_SQL.found, complaint_id=complaint_id, everything=True, most=1)
    return _complaint(row) if row else None


def listed(tx: Transaction, *, everything: bool, most: int) -> list[Complaint]:
    """Those that wait, or all; the oldest first."""
    return [
        _complaint(row) for row in tx.rows(_SQL.found, complaint_id=None, everything=everything, most=most)
    ]


def _complaint(row: Row) -> Complaint:
    return Complaint(row["complaint_id"], row["said"], row["received_on"], row["answer"], row["done_on"])


def settle(tx: Transaction, complaint_id: int, said: str, done_on: date, stamp: Stamp) -> None:
    tx.run(_SQL.settle, complaint_id=complaint_id, said=said, done_on=done_on, **stamp.params)

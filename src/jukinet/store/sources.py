"""What the office may ask lists of beside the records as they stand: every version, every card, every paper issued."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jukinet.domain.items import ResidentRecord
from jukinet.domain.persons import Private
from jukinet.store import snapshots
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("sources")


@dataclass(frozen=True, slots=True, repr=False)
class SourceRow(Private):
    """One row about a resident: ``values`` by column; ``record``: of a version, the snapshot."""

    resident_id: int
    resident_no: str
    values: dict[str, Any]
    record: ResidentRecord | None = None


def _row(row: Row) -> SourceRow:
    values = dict(row)
    items = values.pop("items", None)
    record = snapshots.from_json(items) if items is not None else None
    return SourceRow(values.pop("resident_id"), values["resident_no"], values, record)


def versions(tx: Transaction) -> Iterator[SourceRow]:
    """Every version of everybody, by resident number and history number, one by one; not locked."""
    return map(_row, tx.stream(_SQL.versions))


def cards(tx: Transaction) -> Iterator[SourceRow]:
    """Every card by its last version."""
    return map(_row, tx.stream(_SQL.cards))


def papers(tx: Transaction) -> Iterator[SourceRow]:
    """Every paper that shows somebody, with its number where it has one."""
    return map(_row, tx.stream(_SQL.papers))

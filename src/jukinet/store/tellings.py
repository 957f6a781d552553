"""Who is told of an act, how and since when: letters, postings, and records laid open (Ord. 12(4), 17(2))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.store.database import Transaction
from jukinet.store.residents import Held
from jukinet.store.sql import Queries

_SQL = Queries("tellings")


@dataclass(frozen=True, slots=True)
class Told:
    """One person to tell of the version with this history number; ``open_until``: the last day of a laying open."""

    resident_no: str
    history_no: int
    way: str
    decided_on: date
    open_until: date | None


def add(tx: Transaction, held: Held, way: str, decided_on: date, *, open_until: date | None = None) -> None:
    """Note that the person is told of the newest version, or that it is laid open until a day."""
    tx.run(
        _SQL.add,
        resident_id=held.resident_id,
        history_no=held.history_no,
        way=way,
        decided_on=decided_on,
        open_until=open_until,
    )


def since(tx: Transaction, first: date, *, most: int) -> list[Told]:
    """What was decided on that day and later, the oldest first."""
    return [Told(**row) for row in tx.rows(_SQL.since, first=first, most=most)]

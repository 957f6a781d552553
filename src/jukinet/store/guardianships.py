"""Who is an adult under guardianship, as far as the office was told: rows that are added, the last of which counts."""

from __future__ import annotations

from datetime import date

from jukinet.store.database import Transaction
from jukinet.store.holds import Stamp
from jukinet.store.residents import Held
from jukinet.store.sql import Queries

_SQL = Queries("guardianships")


def newest(tx: Transaction, held: Held) -> tuple[bool, date] | None:
    """Whether it stands, and from which day it is so or no more; None where nothing was ever recorded."""
    row = tx.one(_SQL.newest, resident_id=held.resident_id)
    return (row["stands"], row["on_day"]) if row else None


def since(tx: Transaction, held: Held) -> date | None:
    """Since when it stands."""
    found = newest(tx, held)
    return found[1] if found and found[0] else None


def add(tx: Transaction, held: Held, *, stands: bool, on_day: date, source: str, stamp: Stamp) -> None:
    tx.run(
        _SQL.add,
        resident_id=held.resident_id,
        stands=stands,
        on_day=on_day,
        source=source,
        at=stamp.at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )

"""What each batch of the office was given, the newest last. Rows are added; retention erases them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.persons import Private
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("batch_settings")


@dataclass(frozen=True, slots=True, repr=False)
class Setting(Private):
    """What a batch was given, as JSON, when and by whom."""

    given: str
    given_on: date
    operator: str


def keep(
    tx: Transaction, batch: str, setting: Setting, *, recorded_at: datetime, terminal: str | None
) -> None:
    tx.run(
        _SQL.keep,
        batch=batch,
        given=setting.given,
        given_on=setting.given_on,
        recorded_at=recorded_at,
        operator=setting.operator,
        terminal=terminal,
    )


def last(tx: Transaction, batch: str) -> Setting | None:
    """What the batch was given the last time."""
    row = tx.one(_SQL.last, batch=batch)
    return Setting(row["given"], row["given_on"], row["operator"]) if row else None

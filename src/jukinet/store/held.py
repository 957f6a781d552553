"""Every hold that stands, read as one list."""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.law.holds import Hold, Level, Process
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("held")


@dataclass(frozen=True, slots=True)
class StandingHold:
    """A hold and whom it is on: one of the two numbers."""

    hold: Hold
    resident_no: str | None
    household_no: str | None


def standing(tx: Transaction) -> list[StandingHold]:
    """Every hold that was not ended, the oldest first."""
    return [
        StandingHold(
            Hold(row["hold_id"], Process(row["process"]), Level(row["level"]), row["from_on"], row["to_on"]),
            row["resident_no"],
            row["household_no"],
        )
        for row in tx.rows(_SQL.standing)
    ]

"""The places of a household's members, where the office set them. Rows are added; the last one speaks."""

from __future__ import annotations

from collections.abc import Sequence

from jukinet.store.database import Transaction
from jukinet.store.holds import Stamp
from jukinet.store.residents import Held
from jukinet.store.sql import Queries

_SQL = Queries("household_places")


def of(tx: Transaction, members: Sequence[Held]) -> dict[int, int]:
    """The places of some members in the household in which each is now, by resident id."""
    home = {one.resident_id: one.record.household_number for one in members}
    rows = tx.rows(_SQL.of_residents, resident_ids=list(home))
    return {
        row["resident_id"]: row["place"]
        for row in rows
        if row["place"] is not None and row["household_number"] == home[row["resident_id"]]
    }


def put(tx: Transaction, member: Held, place: int | None, stamp: Stamp) -> None:
    """Set a member's place, or take it back."""
    tx.run(
        _SQL.put,
        resident_id=member.resident_id,
        household_number=member.record.household_number,
        place=place,
        at=stamp.at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )

"""What stands out in the entries of some days, in rows that name nobody who was looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from jukinet.audit.events import AuditEvent
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("analyses")

LOOKS = tuple(
    event.value
    for event in (
        AuditEvent.SUPPLIED,
        AuditEvent.RESIDENT_READ,
        AuditEvent.RESIDENT_LISTED,
        AuditEvent.SUPPLEMENTARY_READ,
    )
)
"""Events by which somebody came to see a person, one entry each."""


def by_operator(
    tx: Transaction,
    since: datetime,
    until: datetime,
    *,
    night: tuple[int, int],
    closed: Iterable[date],
    gate_rules: Sequence[str],
) -> Sequence[Row]:
    """Day, actor, and how many of their entries were on days off, by night, and turned away at the gate."""
    return tx.rows(
        _SQL.by_operator,
        since=since,
        until=until,
        night_from=night[0],
        night_until=night[1],
        closed=list(closed),
        gate=AuditEvent.GATE_REFUSED,
        gate_rules=list(gate_rules),
    )


def people_by_one(
    tx: Transaction, since: datetime, until: datetime, least: int, *, store: bool
) -> list[tuple[date, str, str | None, int]]:
    """Day, actor, an organ's operator, and how many different people they saw, with each row of their batches.

    ``store``: the node has batches.
    """
    days = {"since": since, "until": until}
    seen: Counter[tuple[date, str, str | None]] = Counter()
    for row in [
        *tx.rows(_SQL.people_by_one, **days, looks=list(LOOKS)),
        *(tx.rows(_SQL.people_by_batches, **days) if store else ()),
    ]:
        seen[row["day"], row["actor"], row["operator"]] += row["people"]
    ordered = sorted(seen.items(), key=lambda one: (*one[0][:2], one[0][2] or ""))
    return [(*who, people) for who, people in ordered if people >= least]


def looks_at_one(
    tx: Transaction, since: datetime, until: datetime, least: int, *, store: bool
) -> Sequence[Row]:
    """Day, the last entry about a person (None where only batches tell of them), and how many looks there were."""
    query = _SQL.looks_at_one_with_batches if store else _SQL.looks_at_one
    return tx.rows(query, since=since, until=until, looks=list(LOOKS), least=least)

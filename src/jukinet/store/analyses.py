"""What stands out in the entries of some days, in rows that name nobody who was looked at."""

from __future__ import annotations

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


def people_by_one(tx: Transaction, since: datetime, until: datetime, least: int) -> Sequence[Row]:
    """Day, actor, an organ's operator, and of how many different people they saw something."""
    return tx.rows(_SQL.people_by_one, since=since, until=until, looks=list(LOOKS), least=least)


def looks_at_one(tx: Transaction, since: datetime, until: datetime, least: int) -> Sequence[Row]:
    """Day, the last entry about a person, and how many there were."""
    return tx.rows(_SQL.looks_at_one, since=since, until=until, looks=list(LOOKS), least=least)

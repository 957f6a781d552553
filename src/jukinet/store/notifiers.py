"""Who brought the notification that a version of a record rests on: kinds alone, and for the office alone."""

from __future__ import annotations

from jukinet.law.notifications import AuthorityShown, Capacity, IdentityShown, Notifier, Particular
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("notifiers")


def add(tx: Transaction, resident_id: int, history_no: int, notifier: Notifier) -> None:
    tx.run(
        _SQL.add,
        resident_id=resident_id,
        history_no=history_no,
        capacity=notifier.capacity,
        identity=notifier.identity,
        authority=notifier.authority,
        in_writing=notifier.in_writing,
        papers_excused=notifier.papers_excused,
        authority_excused=notifier.authority_excused,
        represented=notifier.represented,
        particulars=list(notifier.particulars),
    )


def by_history_no(tx: Transaction, resident_id: int) -> dict[int, Notifier]:
    """Of a resident, by the version that rests on the notification."""
    rows = tx.rows(_SQL.of_resident, resident_id=resident_id)
    return {row["history_no"]: _notifier(row) for row in rows}


def _notifier(row: Row) -> Notifier:
    return Notifier(
        capacity=Capacity(row["capacity"]),
        identity=IdentityShown(row["identity"]),
        in_writing=row["in_writing"],
        authority=AuthorityShown(row["authority"]) if row["authority"] else None,
        papers_excused=row["papers_excused"],
        authority_excused=row["authority_excused"],
        represented=IdentityShown(row["represented"]) if row["represented"] else None,
        particulars=tuple(Particular(one) for one in row["particulars"]),
    )

"""What was issued about a resident, and papers that were destroyed, by the number on them. Nothing is ever altered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.code import ResidentRecordCode
from jukinet.store.database import Row, Transaction
from jukinet.store.holds import Stamp
from jukinet.store.residents import Held
from jukinet.store.sql import Queries

_SQL = Queries("issued_papers")


@dataclass(frozen=True, slots=True)
class Paper:
    """One print, as far as is known of its kind (specification 1.3.8).

    ``issuer``: the node that issued it, where that is another; ``reference``: the application that led to it.
    ``items``: what was asked for beside what is always there, and what was left out.
    """

    on: date
    kind: str
    issuer: str | None = None
    reference: str | None = None
    at: datetime | None = None
    number: str | None = None
    pages: int | None = None
    items: tuple[str, ...] = ()
    operator: str | None = None
    terminal: str | None = None
    printer: str | None = None
    destroyed_on: date | None = None


def of_resident(tx: Transaction, held: Held, codes: Iterable[ResidentRecordCode]) -> list[Paper]:
    """Papers on which the resident stands: copies issued elsewhere by the audit log, the others by their own rows."""
    resident = {"resident_id": held.resident_id}
    # The log knows who came back by the number that both records share.
    number = held.resident_no.partition("/")[0]
    copies = tx.rows(_SQL.nationwide_of, resident_no=number, codes=[str(code) for code in codes])
    found = [Paper(row["on"], "nationwide-copy", row["actor"], row["reference"]) for row in copies]
    for query in (_SQL.certificates_of, _SQL.home_copies_of, _SQL.code_notices_of):
        found += map(_paper, tx.rows(query, **resident))
    return found


def area_lists(tx: Transaction) -> list[Paper]:
    """Every part of the register that was shown to whoever browsed (20.3.1); ``items``: its town area."""
    return list(map(_paper, tx.rows(_SQL.area_lists)))


def _paper(row: Row) -> Paper:
    return Paper(
        row["on"],
        row["kind"],
        reference=row["reference"],
        at=row["at"],
        number=row["number"],
        pages=row["pages"],
        items=tuple(row["items"]),
        operator=row["operator"],
        terminal=row["terminal"],
        printer=row["printer"],
        destroyed_on=row["destroyed_on"],
    )


def is_issued(tx: Transaction, number: str) -> bool:
    """Whether a paper of this node bears the number."""
    row = tx.one(_SQL.issued, number=number)
    return bool(row and row["issued"])


def destroy(tx: Transaction, number: str, reason: str, on: date, stamp: Stamp) -> bool:
    """Note that a paper was destroyed; False where that is noted already."""
    return (
        tx.run(
            _SQL.destroy,
            number=number,
            reason=reason,
            on=on,
            at=stamp.at,
            operator=stamp.operator,
            terminal=stamp.terminal,
        )
        == 1
    )

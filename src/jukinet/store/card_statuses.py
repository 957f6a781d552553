"""What became of cards, as municipalities notified it to governor and centre (M11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from jukinet.domain.card import CardNumber
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import MunicipalityCode
from jukinet.messages.card_bodies import CardContinued, CardStatus
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("card_statuses")


def hold(tx: Transaction, card: CardNumber) -> None:
    """Hold a number for this transaction: what two municipalities say of one card is taken in one order."""
    tx.run(_SQL.hold, what=f"card status {card}")


def contradicts(tx: Transaction, status: CardStatus) -> bool:
    """Whether a card of this number was issued before, or one that is taken over bears another code here."""
    row = tx.one(_SQL.contradicts, card=str(status.card), code=str(status.code), event=status.event)
    return bool(row and row["found"])


def add(
    tx: Transaction,
    statement_id: str,
    municipality: MunicipalityCode,
    status: CardStatus,
    *,
    on: date,
    at: datetime,
) -> None:
    tx.run(
        _SQL.add,
        statement_id=statement_id,
        card=str(status.card),
        code=str(status.code),
        municipality=str(municipality),
        event=status.event,
        happened_on=status.happened_on,
        on=on,
        at=at,
    )


def lock_fresh(tx: Transaction, *, most: int) -> list[int]:
    """Statuses that the worker has not seen, in the order in which they came; another worker's are passed over."""
    return [row["status_id"] for row in tx.rows(_SQL.lock_fresh, most=most)]


def mark_seen(tx: Transaction, status_ids: Sequence[int]) -> None:
    if status_ids:
        tx.run(_SQL.mark_seen, status_ids=list(status_ids))


def handed_over(tx: Transaction, status_id: int) -> list[tuple[MunicipalityCode, CardContinued]]:
    """Of which takings-over this status tells, and which municipality had the card before each."""
    return [
        (
            MunicipalityCode(row["before"]),
            CardContinued(
                CardNumber(row["card"]),
                ResidentRecordCode(row["code"]),
                MunicipalityCode(row["municipality"]),
                row["happened_on"],
            ),
        )
        for row in tx.rows(_SQL.handed_over, status_id=status_id)
    ]

"""The amounts that the centre set for what organs are told, and which governors approved each (Act Art. 30-10(5))."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.municipality import PrefectureCode
from jukinet.law.supply_fees import Fee
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("supply_fees")


@dataclass(frozen=True, slots=True)
class RecordedFee:
    """An amount with its number here and its paper."""

    fee_no: int
    document: str
    fee: Fee


def fees(tx: Transaction) -> tuple[RecordedFee, ...]:
    """Every amount, held until the transaction ends."""
    tx.run(_SQL.lock)
    return tuple(
        RecordedFee(
            row["fee_no"],
            row["document"],
            Fee(row["yen"], row["first_day"], frozenset(map(PrefectureCode, row["approved_by"]))),
        )
        for row in tx.rows(_SQL.fees)
    )


def add(tx: Transaction, yen: int, first: date, document: str, set_on: date, *, by: str, at: datetime) -> int:
    row = tx.one(
        _SQL.add,
        yen=yen,
        first_day=first,
        document=document,
        set_on=set_on,
        recorded_by=by,
        recorded_at=at,
    )
    return int(row["fee_no"]) if row else 0


def approve(
    tx: Transaction,
    number: int,
    prefecture: PrefectureCode,
    ordinance: str,
    document: str,
    approved_on: date,
    *,
    by: str,
    at: datetime,
) -> None:
    tx.run(
        _SQL.approve,
        fee_no=number,
        prefecture=prefecture.text,
        ordinance=ordinance,
        document=document,
        approved_on=approved_on,
        recorded_by=by,
        recorded_at=at,
    )

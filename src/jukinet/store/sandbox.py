"""Persons of an identity store to try with. Every one of them must be invented."""

from __future__ import annotations

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.persons import IdentityFacts
from jukinet.store.database import Transaction
from jukinet.store.identity import facts_of
from jukinet.store.sql import Queries

_SQL = Queries("sandbox")


def persons(tx: Transaction, most: int) -> list[IdentityFacts]:
    """Some who are plainly found, by code and by the four items, in the order of their codes."""
    return [facts_of(row) for row in tx.rows(_SQL.persons, most=most)]


def is_held(tx: Transaction, code: ResidentRecordCode) -> bool:
    """Whether the store knows a code at all."""
    row = tx.one(_SQL.is_held, code=str(code))
    return row is not None and bool(row["held"])

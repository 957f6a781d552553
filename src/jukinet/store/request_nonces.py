"""Nonces of signed requests that were used. The statement of the desk uses them up (``supply.sql``); here they end."""

from __future__ import annotations

from datetime import datetime

from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("request_nonces")


def spend(tx: Transaction, organ: str, nonce: str, expires: datetime) -> bool:
    """Use up a nonce; whether nobody had used it before."""
    return bool(tx.rows(_SQL.spend, organs=[organ], nonces=[nonce], ends=[expires]))


def forget(tx: Transaction, before: datetime) -> int:
    """Forget those whose signatures ended before a moment; how many."""
    row = tx.one(_SQL.forget, before=before)
    return int(row["forgotten"]) if row is not None else 0

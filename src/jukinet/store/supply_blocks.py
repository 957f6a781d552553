"""Blocks of the supply door: rows that say who set and ended each. The desk and batches read them as they answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.persons import Private
from jukinet.store.database import Transaction
from jukinet.store.identity import Came
from jukinet.store.sql import Queries

_SQL = Queries("supply_blocks")


@dataclass(frozen=True, slots=True, repr=False)
class Standing(Private):
    """A block that stands; ``subject`` is a person's code, an organ, or an organ and its operator."""

    number: int
    kind: str
    subject: str
    reason: str
    set_by: str
    set_at: datetime


def all_standing(tx: Transaction) -> Sequence[Standing]:
    """Every block that stands, the oldest first."""
    return [Standing(*row.values()) for row in tx.rows(_SQL.all_standing)]


def lock(tx: Transaction, kind: str, subject: str) -> int | None:
    """Hold whom a block is about for this transaction; the number of the block that stands."""
    tx.run(_SQL.lock, kind=kind, subject=subject)
    row = tx.one(_SQL.standing, kind=kind, subject=subject)
    return int(row["block_no"]) if row else None


def stands(tx: Transaction, kind: str, subject: str) -> bool:
    """Whether somebody is blocked now."""
    return tx.one(_SQL.standing, kind=kind, subject=subject) is not None


def of_persons(tx: Transaction) -> tuple[int, int]:
    """How many blocks of persons were put, and how many of them ended: other numbers, and others are blocked."""
    row = tx.one(_SQL.of_persons)
    return (row["put"], row["ended"]) if row else (0, 0)


def put(tx: Transaction, kind: str, subject: str, reason: str, *, by: str, at: datetime) -> int:
    """Set a block; its number."""
    row = tx.one(_SQL.set, kind=kind, subject=subject, reason=reason, by=by, at=at)
    return int(row["block_no"]) if row else 0


def spread(tx: Transaction, code: ResidentRecordCode) -> None:
    """Whoever is blocked under one code is blocked under every code that the person had or has."""
    tx.run(_SQL.spread, code=code.text)


def follow(tx: Transaction, came: Came) -> None:
    """A notice told that a code was replaced, and the records stand on it: whoever is blocked stays so."""
    code, previous = came.facts.code, came.change.previous_code
    if code is None or previous is None:
        return
    spread(tx, code)
    tx.run(
        _SQL.keep,
        code=code.text,
        previous=previous.text,
        municipality=came.municipality.text,
        birth_date=came.facts.birth_date.text,
        sex=came.facts.sex.value,
    )


def end(tx: Transaction, block_no: int, reason: str, *, by: str, at: datetime) -> None:
    tx.run(_SQL.end, block_no=block_no, reason=reason, by=by, at=at)

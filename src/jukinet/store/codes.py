"""Resident Record codes: the pool of a municipality, and at the centre every code ever designated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("codes")

EMPTY = "The pool of codes is empty. Ask the centre for more (Reg. Art. 14(2)): jukinet code ask."
_BUSY = "The pool of codes is busy: others are drawing from it. Try again."

_TRIES = 50
"""How often a draw meets codes that others are drawing before it says so."""


class PoolEmptyError(JukinetError):
    """There are not so many free codes."""

    def __init__(self) -> None:
        super().__init__(ErrorKind.UNAVAILABLE, EMPTY)


def receive(
    tx: Transaction,
    designation_id: str,
    codes: Iterable[ResidentRecordCode],
    at: datetime,
    *,
    void: bool = False,
) -> None:
    """Put designated codes into the pool; CONFLICT where one was designated here before.

    ``void``: an earlier life of this node may have given them out, so nobody gets one of them any more.
    """
    fixed = {"designation_id": designation_id, "at": at, "void": void, "drawn_at": at if void else None}
    tx.many(_SQL.receive, [{"code": str(code), **fixed} for code in codes])


def count_free(tx: Transaction) -> int:
    row = tx.one(_SQL.count_free)
    return int(row["free"]) if row else 0


def draw(tx: Transaction, below: Callable[[int], int], at: datetime) -> ResidentRecordCode:
    """Draw one code at random, every free one equally likely, and mark it drawn for ever.

    ``below(n)`` gives a random number from 0 to n − 1. A code that another transaction is drawing is passed
    over, and another one drawn in its place. Raises ``PoolEmptyError``, and UNAVAILABLE where the pool is busy.
    """
    for _ in range(_TRIES):
        free = count_free(tx)
        if free == 0:
            raise PoolEmptyError
        row = tx.one(_SQL.nth_free, nth=below(free))
        if row is not None and tx.run(_SQL.mark_if_free, code=row["code"], at=at) == 1:
            tx.free_codes = free - 1
            return ResidentRecordCode(row["code"])
    raise JukinetError(ErrorKind.UNAVAILABLE, _BUSY)


def draw_many(
    tx: Transaction, count: int, sample: Callable[[Sequence[str], int], Sequence[str]], at: datetime
) -> list[ResidentRecordCode]:
    """Draw several at once for a bulk act; holds the free part of the pool while it does."""
    free = [row["code"] for row in tx.rows(_SQL.free_codes)]
    if len(free) < count:
        raise PoolEmptyError
    drawn = sample(free, count)
    tx.many(_SQL.mark_drawn, [{"code": code, "at": at} for code in drawn])
    tx.free_codes = len(free) - count
    return [ResidentRecordCode(code) for code in drawn]


def stock_level(tx: Transaction) -> int | None:
    """Below how many free codes this office is to be warned; None where it set no number."""
    row = tx.one(_SQL.stock_level)
    return int(row["level"]) if row else None


def set_stock_level(tx: Transaction, level: int, at: datetime, operator: str) -> None:
    tx.run(_SQL.set_stock_level, level=level, at=at, operator=operator)


def designate(
    tx: Transaction,
    designation_id: str,
    to: str,
    codes: Sequence[ResidentRecordCode],
    *,
    on: date,
    at: datetime,
    operator: str,
    known: bool = False,
) -> list[ResidentRecordCode]:
    """Designate those of the codes that never were before, for anyone; return these (Act Art. 30-7(2)).

    Nor one that a notice ever named: the centre may have forgotten that it designated it. ``known``: just that is told.
    """
    tx.run(
        _SQL.add_designation,
        designation_id=designation_id,
        municipality=to,
        codes=len(codes),
        on=on,
        at=at,
        operator=operator,
    )
    named = [str(code) for code in codes]
    rows = tx.rows(_SQL.designate, designation_id=designation_id, codes=named, known=known)
    return [ResidentRecordCode(row["code"]) for row in rows]


def keep_aside(
    tx: Transaction,
    designation_id: str,
    codes: Iterable[ResidentRecordCode],
    at: datetime,
    incarnation: int,
    *,
    void: bool,
) -> None:
    """Keep codes that were put aside for this governor; with a restore, and where ``void``, nobody is given them."""
    fixed = {"designation_id": designation_id, "at": at, "incarnation": incarnation, "void": void}
    tx.many(_SQL.keep_aside, [{"code": str(code), **fixed} for code in codes])


def count_aside(tx: Transaction, incarnation: int) -> int:
    """How many of these this life of the governor's node may still designate."""
    row = tx.one(_SQL.count_aside, incarnation=incarnation)
    return int(row["free"]) if row else 0


def give_aside(
    tx: Transaction,
    municipality: MunicipalityCode,
    count: int,
    sample: Callable[[Sequence[str], int], Sequence[str]],
    at: datetime,
    incarnation: int,
) -> list[ResidentRecordCode]:
    """Take ``count`` of these at random for a municipality; holds all that are free while it does."""
    free = [row["code"] for row in tx.rows(_SQL.free_aside, incarnation=incarnation)]
    if len(free) < count:
        raise JukinetError(ErrorKind.UNAVAILABLE, _BUSY)
    given = sorted(sample(free, count))
    tx.run(_SQL.give_aside, codes=given, given_to=municipality.text, at=at)
    return [ResidentRecordCode(code) for code in given]

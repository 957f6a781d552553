"""Entries of the audit log about one person, under every code that the person has or had."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from jukinet.audit.batch_leaves import Supplied
from jukinet.audit.entries import AuditEntry
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import OrganSlug
from jukinet.store.audit_log import entry_of
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("access")


def codes_before(tx: Transaction, code: ResidentRecordCode) -> set[str]:
    """A code and those that were replaced by it, as a store of identity-verification information was told."""
    return {row["code"] for row in tx.rows(_SQL.codes_before, code=str(code))}


def codes_here(tx: Transaction, resident_ids: Collection[int]) -> set[str]:
    """Every code in the versions of these residents."""
    return {row["code"] for row in tx.rows(_SQL.codes_here, resident_ids=list(resident_ids))}


def is_replaced(tx: Transaction, code: ResidentRecordCode) -> bool:
    """Whether another code came in the place of this one, and nobody is recorded under it any more."""
    row = tx.one(_SQL.is_replaced, code=str(code))
    return bool(row and row["replaced"])


def numbers_under(tx: Transaction, code: ResidentRecordCode) -> list[str]:
    """The resident numbers that entries bear beside this code."""
    return [row["resident_no"] for row in tx.rows(_SQL.numbers_under, code=str(code))]


def about(
    tx: Transaction,
    codes: Collection[str],
    numbers: Collection[str],
    *,
    days: tuple[date | None, date | None],
    most: int,
) -> Sequence[tuple[int, AuditEntry]]:
    """The newest entries about whoever has these codes or resident numbers, newest first, each with its number."""
    asked = {"codes": sorted(codes), "first": days[0], "last": days[1], "most": most}
    named = {"numbers": sorted(numbers)} if numbers else {}
    rows = tx.rows(_SQL.about if numbers else _SQL.about_codes, **asked, **named)
    return [(row["entry_id"], entry_of(row)) for row in rows]


def about_batches(
    tx: Transaction, codes: Collection[str], *, days: tuple[date | None, date | None], most: int
) -> Sequence[AuditEntry]:
    """What batches told of whoever has these codes, newest first, as the entries that their rows stand for."""
    rows = tx.rows(_SQL.about_batches, codes=sorted(codes), first=days[0], last=days[1], most=most)
    return [
        Supplied(
            batch=row["batch_id"],
            at=row["at"],
            business_on=row["business_on"],
            actor=OrganSlug(row["organ"]).uri,
            terminal=f"{row['operator']} / {row['case_no']}",
            affair=row["affair"],
            basis=tuple(row["basis"]),
        ).entry(row["row_no"], ResidentRecordCode.checked_before(row["subject_code"]))
        for row in rows
    ]

"""Entries of the audit log about one person, under every code that the person has or had."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from jukinet.audit.entries import AuditEntry
from jukinet.domain.code import ResidentRecordCode
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

"""Copies of supplementary registers that were issued, and registers held back. Rows are added, never altered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.store.certifiers import Bears
from jukinet.store.database import Transaction
from jukinet.store.holds import Stamp
from jukinet.store.sql import Queries

_SQL = Queries("supplementary")


@dataclass(frozen=True, slots=True)
class Issue:
    """One paper: of which register, of whom in it, and as many of its entries as there were."""

    application_id: str
    digest: bytes
    register_id: int
    register_no: str
    members: tuple[int, ...]
    entries: int
    issue_no: str
    issued_on: date
    bears: Bears
    terminal: str | None
    printer: str | None
    sent_to: str | None


def find(tx: Transaction, application_id: str) -> Issue | None:
    row = tx.one(_SQL.find_copy, application_id=application_id)
    if row is None:
        return None
    return Issue(
        application_id,
        bytes(row["input_digest"]),
        row["register_id"],
        row["register_no"],
        tuple(row["members"]),
        row["entries"],
        row["issue_no"],
        row["issued_on"],
        Bears(row["certifier_id"], row["seal_id"], row["unsealed"], row["words"]),
        row["terminal"],
        row["printer"],
        row["sent_to"],
    )


def add(tx: Transaction, issue: Issue, asker: str, brought_by: str, pages: int, stamp: Stamp) -> None:
    """Keep a paper that is issued now: of the application its kinds alone."""
    tx.run(
        _SQL.add_copy,
        application_id=issue.application_id,
        digest=issue.digest,
        register_id=issue.register_id,
        members=list(issue.members),
        entries=issue.entries,
        asker=asker,
        brought_by=brought_by,
        issue_no=issue.issue_no,
        issued_on=issue.issued_on,
        certifier=issue.bears.certifier,
        seal=issue.bears.seal,
        unsealed=issue.bears.unsealed,
        words=issue.bears.words,
        pages=pages,
        printer=issue.printer,
        sent_to=issue.sent_to,
        at=stamp.at,
        operator=stamp.operator,
        terminal=issue.terminal,
    )


def is_held(tx: Transaction, register_id: int) -> bool:
    """Whether a register is held back, or that as which it was written anew."""
    row = tx.one(_SQL.newest_hold, register_id=register_id)
    return bool(row and row["stands"])


def carry_hold(tx: Transaction, register_id: int, to: int) -> None:
    """What holds a register back holds back the one that takes its place, by the same hand and for the same reason."""
    tx.run(_SQL.carry_hold, register_id=register_id, to=to)


def set_hold(tx: Transaction, register_id: int, reason: str, stamp: Stamp, *, stands: bool) -> None:
    tx.run(
        _SQL.add_hold,
        register_id=register_id,
        stands=stands,
        reason=reason,
        at=stamp.at,
        operator=stamp.operator,
        terminal=stamp.terminal,
    )

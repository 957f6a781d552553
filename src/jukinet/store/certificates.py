"""Certificates of a move-out: who stood on which, as which version. Rows are added, never altered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.items import MoveOutPlan, ResidentRecord
from jukinet.domain.persons import Private
from jukinet.store import snapshots
from jukinet.store.database import Transaction
from jukinet.store.residents import Held
from jukinet.store.sql import Queries

_SQL = Queries("certificates")


@dataclass(frozen=True, slots=True, repr=False)
class Shown(Private):
    """One person as a certificate shows them, and whose household it was: records, and the versions that they are."""

    resident_id: int
    history_no: int
    record: ResidentRecord
    head: tuple[int, int] | None = None
    head_record: ResidentRecord | None = None


@dataclass(frozen=True, slots=True)
class Issue:
    """One certificate: its number, its day, on which ground again, and who issued it when."""

    certificate: str
    issued_on: date
    again: str | None
    late: bool
    with_card: bool
    pages: int
    printer: str | None
    operator: str
    terminal: str | None
    at: datetime


def first_issue(tx: Transaction, held: Held, plan: MoveOutPlan) -> Shown | None:
    """What the first certificate for this move-out showed of a person."""
    row = tx.one(
        _SQL.first_issue,
        resident_id=held.resident_id,
        planned_on=plan.planned_on,
        filed_on=plan.filed_on,
    )
    if row is None:
        return None
    head = (row["head_id"], row["head_history_no"]) if row["head_items"] else None
    head_record = snapshots.from_json(row["head_items"]) if row["head_items"] else None
    record = snapshots.from_json(row["items"])
    return Shown(held.resident_id, row["history_no"], record, head, head_record)


def add(tx: Transaction, shown: Shown, plan: MoveOutPlan, issue: Issue) -> None:
    head_id, head_history_no = shown.head or (None, None)
    tx.run(
        _SQL.add,
        certificate=issue.certificate,
        resident_id=shown.resident_id,
        history_no=shown.history_no,
        head_id=head_id,
        head_history_no=head_history_no,
        planned_on=plan.planned_on,
        filed_on=plan.filed_on,
        issued_on=issue.issued_on,
        again=issue.again,
        late=issue.late,
        with_card=issue.with_card,
        pages=issue.pages,
        printer=issue.printer,
        operator=issue.operator,
        terminal=issue.terminal,
        at=issue.at,
    )

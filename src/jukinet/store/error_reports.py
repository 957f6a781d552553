"""Reports that a record is wrong (M16), as each node on their way keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import MunicipalityCode, NodeId
from jukinet.domain.persons import Private
from jukinet.messages.bodies import ErrorItem, ErrorReport
from jukinet.store.database import Row, Transaction
from jukinet.store.sql import Queries

_SQL = Queries("error_reports")

NOTED, RECEIVED, PASSED_ON = "noted", "received", "passed-on"
"""Made here; come from another node; told to the next node. Answered ones have the answer's word."""


@dataclass(frozen=True, slots=True, repr=False)
class Kept(Private):
    """A report as it stands here. ``from_node``: who sent it; None where it was made here."""

    report: ErrorReport
    from_node: NodeId | None
    state: str
    noted_by: str | None
    noted_at: datetime
    answered_at: datetime | None

    @property
    def report_id(self) -> str:
        return self.report.report_id


def _kept(row: Row) -> Kept:
    return Kept(
        ErrorReport(
            row["report_id"],
            ResidentRecordCode(row["code"]),
            MunicipalityCode(row["municipality"]),
            frozenset(map(ErrorItem, row["items"])),
        ),
        NodeId(row["from_node"]) if row["from_node"] else None,
        row["state"],
        row["noted_by"],
        row["noted_at"],
        row["answered_at"],
    )


def add(
    tx: Transaction,
    report: ErrorReport,
    state: str,
    at: datetime,
    *,
    from_node: NodeId | None = None,
    noted_by: str | None = None,
) -> None:
    """Keep a report; CONFLICT where one of this id is kept already."""
    tx.run(
        _SQL.add,
        report_id=report.report_id,
        code=str(report.code),
        municipality=str(report.municipality),
        items=sorted(report.items),
        from_node=str(from_node) if from_node else None,
        state=state,
        noted_by=noted_by,
        at=at,
    )


def lock(tx: Transaction, report_id: str) -> Kept | None:
    row = tx.one(_SQL.lock, report_id=report_id)
    return _kept(row) if row else None


def pass_on(tx: Transaction, report_id: str, at: datetime) -> None:
    tx.run(_SQL.pass_on, report_id=report_id, at=at)


def answer(tx: Transaction, report_id: str, state: str, by: str, at: datetime | None) -> None:
    """Note what came of a report. ``at`` None: it is still to be passed on, and waits."""
    tx.run(_SQL.answer, report_id=report_id, state=state, by=by, at=at)


def listed(tx: Transaction, *, everything: bool) -> list[Kept]:
    """The open reports, or all, the oldest first."""
    return [_kept(row) for row in tx.rows(_SQL.listed, all=everything)]


def is_known(tx: Transaction, code: ResidentRecordCode, municipality: MunicipalityCode) -> bool:
    """Whether this store holds a live record of the code by the municipality, or a check confirmed a difference."""
    row = tx.one(_SQL.is_known, code=str(code), municipality=str(municipality))
    return bool(row and row["known"])


def said_since(tx: Transaction, code: ResidentRecordCode, since: datetime) -> bool:
    """Whether this municipality has said anything of the code since."""
    row = tx.one(_SQL.said_since, code=str(code), since=since)
    return bool(row and row["said"])

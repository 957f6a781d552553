"""Papers that this municipality issued of its own records: one row an application, and who is shown. Never altered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import ResidentRecord
from jukinet.domain.persons import Private
from jukinet.store import snapshots
from jukinet.store.certifiers import Bears
from jukinet.store.database import Transaction
from jukinet.store.residents import Held
from jukinet.store.sql import Queries

_SQL = Queries("home_copies")


@dataclass(frozen=True, slots=True, repr=False)
class Shown(Private):
    """One person as a paper shows them, and the householder of that moment."""

    held: Held
    head: Held | None


@dataclass(frozen=True, slots=True)
class Issue:
    """What is told of one paper; ``whole``: everybody of the household is on it.

    ``issue_nos``: one a print. ``at``: what was remarked by then is on it.
    """

    application_id: str
    digest: bytes
    issue_nos: tuple[str, ...]
    issued_on: date
    whole: bool
    bears: Bears
    at: datetime
    terminal: str | None
    printer: str | None


@dataclass(frozen=True, slots=True)
class Request:
    """What the history of issues keeps of an application, in kinds: what, for whom, brought by whom, which items."""

    paper: str
    asker: str
    brought_by: str
    wanted: Iterable[str]
    left_out: Iterable[str]
    pages: int
    body: str | None = None


def find(tx: Transaction, application_id: str) -> tuple[Issue, tuple[Shown, ...]] | None:
    """What an application led to, with the records as they stood then; CONFLICT where they are kept no longer."""
    row = tx.one(_SQL.find, application_id=application_id)
    if row is None:
        return None
    shown = tuple(
        Shown(
            _held(
                one["resident_id"],
                one["resident_no"],
                one["history_no"],
                one["items"],
                present=one["present"],
            ),
            None
            if one["head_items"] is None
            else _held(one["head_id"], "", one["head_history_no"], one["head_items"], present=True),
        )
        for one in tx.rows(_SQL.persons, copy_id=row["copy_id"])
    )
    if len(shown) != row["persons"]:
        raise JukinetError(
            ErrorKind.CONFLICT,
            "The records that this paper showed are no longer kept. Make a new application.",
        )
    issue = Issue(
        application_id,
        bytes(row["input_digest"]),
        (row["issue_no"], *row["more_nos"]),
        row["issued_on"],
        row["whole"],
        Bears(row["certifier_id"], row["seal_id"], row["unsealed"], row["words"]),
        row["recorded_at"],
        row["terminal"],
        row["printer"],
    )
    return issue, shown


def _held(resident_id: int, resident_no: str, history_no: int, items: str, *, present: bool) -> Held:
    record: ResidentRecord = snapshots.from_json(items)
    return Held(resident_id, resident_no, present, history_no, record)


def add(tx: Transaction, issue: Issue, request: Request, shown: Sequence[Shown], operator: str) -> None:
    """Keep a paper that is issued now."""
    row = tx.made(
        _SQL.add,
        application_id=issue.application_id,
        input_digest=issue.digest,
        paper=request.paper,
        asker=request.asker,
        brought_by=request.brought_by,
        body=request.body,
        wanted=sorted(request.wanted),
        left_out=sorted(request.left_out),
        whole=issue.whole,
        persons=len(shown),
        issue_no=issue.issue_nos[0],
        more_nos=list(issue.issue_nos[1:]),
        pages=request.pages,
        issued_on=issue.issued_on,
        certifier=issue.bears.certifier,
        seal=issue.bears.seal,
        unsealed=issue.bears.unsealed,
        words=issue.bears.words,
        operator=operator,
        terminal=issue.terminal,
        printer=issue.printer,
        at=issue.at,
    )
    for place, one in enumerate(shown):
        tx.run(
            _SQL.add_person,
            copy_id=row["copy_id"],
            place=place,
            resident_id=one.held.resident_id,
            history_no=one.held.history_no,
            head_id=one.head.resident_id if one.head else None,
            head_history_no=one.head.history_no if one.head else None,
        )

"""Batches of supply in the database: their rows, and the answering of one part by statements over all of it.

Owns the staging tables of one transaction. What is said of a person is worked out here in SQL from columns that were
made at write time; ``jukinet.law.supply.outcome`` is what it must come to, and a test compares them. Which part of the
files counts, and what a step is, belongs to ``jukinet.services.supply.batch_run``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGconn

from jukinet.audit.batch_leaves import WITH_NOTICES
from jukinet.audit.events import AuditEvent
from jukinet.domain.batches import BatchFormat, BatchState, Way
from jukinet.domain.municipality import OrganSlug, PrefectureCode
from jukinet.law import retention
from jukinet.law.catalogue import QueryKind
from jukinet.store.database import Row, Transaction
from jukinet.store.errors import translated
from jukinet.store.sql import Queries, as_json

_SQL = Queries("batches")
_LEAST, _BEHIND = -(1 << 63), 1 << 63
"""The least number that a row can have, and one that none has."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an organ says of its file: named once for all of its rows."""

    organ: OrganSlug
    affair: str
    operator: str
    case: str
    by: QueryKind
    format: BatchFormat
    way: Way
    rows: int
    since: str | None = None
    """The earlier batch since which only changes are asked for."""
    for_organ: OrganSlug | None = None
    """A municipality's organ for which its governor sends the file (Act Art. 30-7(6))."""
    special_request: str | None = None
    """The paper of a governor's special request for media (Act Arts. 30-7(7), 30-11(4))."""
    history: bool = False
    """Earlier records too, within their terms."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it stands. ``counts``: rows by result, of those done; ``tree``: the frontier of its leaves."""

    number: int
    id: str
    asked: Asked
    since_no: int | None
    digest: bytes
    secret: bytes = field(repr=False)
    submitted_at: datetime
    state: BatchState
    trouble: tuple[str, ...]
    basis: tuple[str, ...]
    rows_done: int
    keys_offset: int
    answer_length: int
    people: int
    counts: Mapping[str, int]
    tree: bytes
    root: bytes | None
    ended_at: datetime | None
    forgotten_at: datetime | None
    leaf: bytes | None = None
    """Of the entry of its answer, in the log ``leaf_log``."""
    leaf_log: str | None = None
    promise: Mapping[str, Any] | None = None
    """That this leaf will be in the tree: as it goes over the line."""


@dataclass(frozen=True, slots=True)
class Part:
    """What was answered in one transaction. ``encoding``: how its leaves are made (``jukinet.audit.batch_leaves``)."""

    first_row: int
    last_row: int
    people: int
    at: datetime
    business_on: date
    basis: tuple[str, ...]
    encoding: int = WITH_NOTICES


def count(tx: Transaction, keys: Sequence[Mapping[str, object]]) -> list[str]:
    """Count a declaration in each of these spans of time; the rules of those that are full."""
    return [row["rule"] for row in tx.rows(_SQL.count, keys=as_json(list(keys)))]


def hold(tx: Transaction) -> None:
    """No two submissions at once: of the same file, the second finds the first."""
    tx.run(_SQL.hold)


def add(
    tx: Transaction,
    batch_id: str,
    asked: Asked,
    since_no: int | None,
    digest: bytes,
    secret: bytes,
    state: BatchState,
    *,
    most_of_one: int | None,
    brought_to: str | None,
    at: datetime,
) -> None:
    """Enter a batch. ``most_of_one``: in how many rows one person can stand at most, where the file is checked."""
    tx.run(
        _SQL.add,
        batch_id=batch_id,
        organ=str(asked.organ),
        affair=asked.affair,
        operator=asked.operator,
        case_no=asked.case,
        asked_by=asked.by,
        format=asked.format,
        way=asked.way,
        brought_to=brought_to,
        since=since_no,
        asked_for=_for(asked),
        special_request=asked.special_request,
        history=asked.history,
        row_count=asked.rows,
        most_of_one=most_of_one,
        digest=digest,
        secret=secret,
        submitted_at=at,
        state=state,
    )


def same(
    tx: Transaction, asked: Asked, since_no: int | None, digest: bytes, *, ended_after: datetime
) -> str | None:
    """The batch that this file is already: under way, or ended after this time."""
    row = tx.one(
        _SQL.same,
        organ=str(asked.organ),
        affair=asked.affair,
        operator=asked.operator,
        case_no=asked.case,
        way=asked.way,
        special_request=asked.special_request,
        digest=digest,
        since=since_no,
        asked_for=_for(asked),
        history=asked.history,
        ended_after=ended_after,
    )
    return str(row["batch_id"]) if row else None


def _for(asked: Asked) -> str | None:
    return asked.for_organ.text if asked.for_organ else None


def find(tx: Transaction, batch_id: str, organ: OrganSlug | None = None) -> Batch | None:
    """A batch, if it is the organ's."""
    rows = tx.rows(_SQL.listed, batch_id=batch_id, organ=organ and str(organ), most=1)
    return _batch(rows[0]) if rows else None


def lock(tx: Transaction, batch_id: str) -> Batch | None:
    """A batch that nobody else moves until this transaction ends."""
    return find(tx, batch_id) if tx.one(_SQL.lock, batch_id=batch_id) else None


def listed(tx: Transaction, most: int, organ: OrganSlug | None = None) -> list[Batch]:
    """The newest first."""
    return [_batch(row) for row in tx.rows(_SQL.listed, batch_id=None, organ=organ and str(organ), most=most)]


def waiting(tx: Transaction) -> list[str]:
    """Those with something to do, oldest first."""
    return [row["batch_id"] for row in tx.rows(_SQL.waiting)]


def never_came(tx: Transaction, before: datetime) -> list[str]:
    """Those whose file did not come, declared by then."""
    return [row["batch_id"] for row in tx.rows(_SQL.never_came, before=before)]


def forgettable(tx: Transaction, before: datetime) -> list[str]:
    """Those that ended by then and whose files are still there."""
    return [row["batch_id"] for row in tx.rows(_SQL.forgettable, before=before)]


def forget(tx: Transaction, batch_id: str, at: datetime) -> None:
    tx.run(_SQL.forget, batch_id=batch_id, at=at)


def turn(tx: Transaction, batch_id: str, state: BatchState, trouble: Sequence[str] = ()) -> None:
    """Put a batch into another state that is not its end."""
    tx.run(_SQL.turn, batch_id=batch_id, state=state, trouble=list(trouble))


def checked(tx: Transaction, batch_id: str, most_of_one: int) -> None:
    """The file has no fault: it may be answered."""
    tx.run(_SQL.checked, batch_id=batch_id, most_of_one=most_of_one)


def end(
    tx: Transaction,
    batch_id: str,
    state: BatchState,
    root: bytes | None,
    at: datetime,
    trouble: Sequence[str] = (),
) -> None:
    tx.run(_SQL.end, batch_id=batch_id, state=state, root=root, ended_at=at, trouble=list(trouble))


def entered(tx: Transaction, batch_id: str, root: bytes, leaf: bytes, log: str) -> None:
    """The entry of the answer is in the log: what is promised of it next."""
    tx.run(_SQL.entered, batch_id=batch_id, root=root, leaf=leaf, log=log)


def finish(tx: Transaction, batch_id: str, promise: Mapping[str, Any], at: datetime) -> None:
    """Call a batch done, with the promise of its entry."""
    tx.run(_SQL.finish, batch_id=batch_id, promise=as_json([promise])[1:-1], ended_at=at)


def parts(tx: Transaction, number: int) -> list[Part]:
    return [
        Part(
            row["first_row"],
            row["last_row"],
            row["people"],
            row["at"],
            row["business_on"],
            tuple(row["basis"]),
            row["encoding"],
        )
        for row in tx.rows(_SQL.parts, batch_no=number)
    ]


def people(tx: Transaction, number: int) -> Iterator[tuple[Part, Iterator[tuple[int, str, int]]]]:
    """The parts of a batch, each with everyone of whom it told: row, code and notice as they stand there.

    A row that no part has is given with the part before it, the way an access log finds its part.
    """
    found = parts(tx, number)
    begins = [_LEAST, *(part.first_row for part in found[1:]), _BEHIND]
    for part, first, behind in zip(found, begins, begins[1:], strict=False):
        yield part, _people(tx, number, first, behind - 1)


def _people(tx: Transaction, number: int, first: int, last: int) -> Iterator[tuple[int, str, int]]:
    for row in tx.stream(_SQL.rows, batch_no=number, first_row=first, last_row=last):
        yield row["row_no"], row["subject_code"], row["history_id"]


def stage(tx: Transaction, by: QueryKind, first_row: int, lines: Iterable[bytes]) -> None:
    """Put the keys of one part, one line each, where the statements below look for them."""
    tx.run(_SQL.stage, first=first_row)
    copy = _SQL.copy_codes if by is QueryKind.CODE else _SQL.copy_items
    with translated(), tx.connection.cursor() as cursor, cursor.copy(copy) as into:
        for block in lines:
            into.write(block)


@dataclass(frozen=True, slots=True)
class PersonLimit:
    """How often an organ may be told of one person in a day that began ``today``, and the rule that is met beyond."""

    most: int
    today: datetime
    rule: str


def look_up(tx: Transaction, batch: Batch, on: date, left_out: Collection[PrefectureCode]) -> None:
    """Work out what is said of each row staged, whatever else was told of anybody by then.

    ``left_out``: whose people are as if not there.
    """
    asked, prefectures = batch.asked, [one.text for one in left_out]
    tx.rows(_SQL.by_index)
    tx.rows(_SQL.may_wait)
    statement = _SQL.answer_codes if asked.by is QueryKind.CODE else _SQL.answer_items
    tx.run(statement, on=on, left_out=prefectures)
    if batch.since_no is not None:
        tx.run(_SQL.leave_unchanged, since=batch.since_no)
    if asked.history:
        # Now, or a notice that came meanwhile would stand among the earlier ones.
        tx.run(_SQL.add_earlier, on=on, left_out=prefectures, **_kept_since(on))


def settle(tx: Transaction, batch: Batch, limit: PersonLimit) -> dict[str, int]:
    """Keep to the limit in what was looked up; how many rows have which result.

    In a transaction that holds the batch: nobody else tells of its people meanwhile.
    """
    _limit_looks(tx, batch, limit)
    return {row["result"]: row["number"] for row in tx.rows(_SQL.counts)}


def _kept_since(on: date) -> dict[str, date]:
    """From when notices count of which the terms are not over (Ord. Arts. 30-6, 30-11)."""
    return {
        "replaced": retention.REPLACED.over_since(on),
        "died": retention.DEATH.over_since(on),
        "deleted": retention.DELETED.over_since(on),
        "longest": retention.DELETED_LONGEST.over_since(on),
    }


def _limit_looks(tx: Transaction, batch: Batch, limit: PersonLimit) -> None:
    """Tell of nobody more often than an organ may be told of one person in a day."""
    organ = batch.asked.organ
    counted = {
        "today": limit.today,
        "organ": organ.text,
        "actor": organ.uri,
        "event": AuditEvent.SUPPLIED,
    }
    row = tx.one(_SQL.most_looks, batch_no=batch.number, **counted)
    if row and row["looks"] > limit.most:
        tx.rows(_SQL.by_hash)
        tx.run(_SQL.limit_looks, most=limit.most, rule=limit.rule, **counted)
        if batch.asked.history:
            tx.run(_SQL.leave_earlier, rule=limit.rule)
        tx.rows(_SQL.by_index)


def told(tx: Transaction) -> bytes:
    """Everyone of whom the part tells, by row, as ``jukinet.audit.batch_leaves.leaves_of`` takes them."""
    row = tx.one(_SQL.told)
    return bytes(row["told"] or b"") if row else b""


def note_people(tx: Transaction, number: int) -> int:
    """Write down everyone of whom the part tells; how many."""
    return tx.run(_SQL.add_rows, batch_no=number)


def copy_answers(tx: Transaction, into: BatchFormat, write: Callable[[bytes], object]) -> None:
    """Hand the answers of the part to ``write``, in the order of their rows, as they stand in the file."""
    copy = _SQL.copy_ndjson if into is BatchFormat.NDJSON else _SQL.copy_csv
    with translated():
        write(b"".join(_copied(tx.connection.pgconn, copy.encode())))


def _copied(line: PGconn, copy: bytes) -> Iterator[bytes]:
    """The lines of a ``COPY ... TO STDOUT``, fetched without what the driver does between two of them."""
    begun = line.exec_(copy)
    if begun.status != ExecStatus.COPY_OUT:
        raise error_from_result(begun)
    while (fetched := line.get_copy_data(0))[0] > 0:
        yield bytes(fetched[1])
    while (ended := line.get_result()) is not None:
        if ended.status != ExecStatus.COMMAND_OK:
            raise error_from_result(ended)


def advance(
    tx: Transaction,
    batch: Batch,
    part: Part,
    *,
    keys_offset: int,
    answer_length: int,
    counts: Mapping[str, int],
    tree: bytes,
) -> None:
    """Let everything up to the end of a part count."""
    tx.run(
        _SQL.add_part,
        batch_no=batch.number,
        first_row=part.first_row,
        last_row=part.last_row,
        people=part.people,
        at=part.at,
        business_on=part.business_on,
        basis=list(part.basis),
        encoding=part.encoding,
    )
    tx.run(
        _SQL.advance,
        batch_id=batch.id,
        rows_done=part.last_row,
        keys_offset=keys_offset,
        answer_length=answer_length,
        people=batch.people + part.people,
        counts=as_json([counts])[1:-1],
        tree=tree,
        basis=list(part.basis),
    )


def _batch(row: Row) -> Batch:
    asked = Asked(
        organ=OrganSlug(row["organ"]),
        affair=row["affair"],
        operator=row["operator"],
        case=row["case_no"],
        by=QueryKind(row["asked_by"]),
        format=BatchFormat(row["format"]),
        way=Way(row["way"]),
        rows=row["row_count"],
        since=row["since_id"],
        for_organ=OrganSlug(row["asked_for"]) if row["asked_for"] else None,
        special_request=row["special_request"],
        history=row["history"],
    )
    return Batch(
        number=row["batch_no"],
        id=row["batch_id"],
        asked=asked,
        since_no=row["since"],
        digest=bytes(row["digest"]),
        secret=bytes(row["secret"]),
        submitted_at=row["submitted_at"],
        state=BatchState(row["state"]),
        trouble=tuple(row["trouble"]),
        basis=tuple(row["basis"]),
        rows_done=row["rows_done"],
        keys_offset=row["keys_offset"],
        answer_length=row["answer_length"],
        people=row["people"],
        counts=row["counts"],
        tree=bytes(row["tree"]),
        root=bytes(row["root"]) if row["root"] is not None else None,
        ended_at=row["ended_at"],
        forgotten_at=row["forgotten_at"],
        leaf=bytes(row["leaf"]) if row["leaf"] is not None else None,
        leaf_log=row["leaf_log"],
        promise=row["promise"],
    )

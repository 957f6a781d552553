"""The rows of a batch answered part by part, each part looked up while the one before it is written.

A part is one transaction: its keys are looked up, everyone told of gets a row, the answers are appended to the file,
and the cursor moves. What stands in the file beyond the cursor does not count: whoever goes on cuts it off first. Until
its turn a part has written nothing; then it holds the batch's row, and asks the law, the blocks and the limits again.
"""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, auto
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from jukinet.audit.batch_leaves import Frontier, Supplied, leaves_of
from jukinet.audit.events import Outcome
from jukinet.domain.batches import BatchState, Way
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.line import LineState
from jukinet.domain.municipality import PrefectureCode
from jukinet.law.decisions import Permitted
from jukinet.services import trail
from jukinet.services.context import Context
from jukinet.services.supply import batch_files, batches, deciding
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.limits import SL3, Limits, day_began
from jukinet.store import batches as rows
from jukinet.store import centre, line, supply_blocks
from jukinet.store.batches import Batch, Part, PersonLimit
from jukinet.store.database import Transaction

ROWS = 65_536
"""Rows of one part: half a second's work, and a few tens of megabytes."""
PARTS = 8
"""Parts that one step answers: then it is another batch's turn."""
_AT_ONCE = 2
"""Parts under way: one is looked up, one is written. Each has a connection of its own."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The keys of a part, the number of its first row, and where in the file of keys it ends."""

    first: int
    lines: list[bytes]
    offset: int


@dataclass(frozen=True, slots=True)
class _Looked:
    """When a part was looked up, on which day of the office, whose people were left out, and the blocks of persons."""

    at: datetime
    on: date
    left_out: frozenset[PrefectureCode]
    blocks: tuple[int, int]


class _Turn(Enum):
    """What became of a part at its turn: it counts, it has to be looked up again, or nothing more is done now."""

    COUNTS = auto()
    AGAIN = auto()
    OVER = auto()


def answer(ctx: Context, files: BatchFiles, batch: Batch, limits: Limits, most: int, parts: int) -> bool:
    """Answer the next parts of a batch, if the law still lets it, and let them count; whether there may be more."""
    before: Future[_Turn] | None = None
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for asked in islice(_asked(files, batch, most), parts):
            coming = pool.submit(partial(_answer_part, ctx, files, batch, asked, limits, before))
            if before is not None and before.result() is not _Turn.COUNTS:
                break
            before = coming
    if before is None:
        raise JukinetError(ErrorKind.INTERNAL, "A batch has fewer keys than rows.")
    return before.result() is not _Turn.OVER


def _asked(files: BatchFiles, batch: Batch, most: int) -> Iterator[_Asked]:
    first = batch.rows_done + 1
    with files.keys(batch.id).open("rb") as keys:
        keys.seek(batch.keys_offset)
        while lines := list(islice(keys, most)):
            yield _Asked(first, lines, keys.tell())
            first += len(lines)


def _answer_part(
    ctx: Context, files: BatchFiles, seen: Batch, asked: _Asked, limits: Limits, before: Future[_Turn] | None
) -> _Turn:
    """Look a part up, and let it count if it is its turn, nobody else moved the batch, and the law still lets it."""
    with ctx.begin() as tx:
        if _is_shut(tx, seen):
            return _Turn.OVER
        looked = _look_up(ctx, tx, seen, asked)
        if before is not None and before.result() is not _Turn.COUNTS:
            return _Turn.OVER
        batch = rows.lock(tx, seen.id)
        if batch is None or not _goes_on(batch, asked) or _is_shut(tx, batch):
            return _Turn.OVER
        decision = batches.decide(ctx, tx, batch.asked, looked.on)
        if isinstance(decision, Permitted):
            if (looked.left_out, looked.blocks) != _without(ctx, tx, batch, looked.on):
                return _Turn.AGAIN
            _write(tx, files, batch, asked, looked, decision.basis, limits)
            return _Turn.COUNTS
    batches.stop(ctx, seen.id, trail.rules_of(decision), Outcome.REFUSED)
    return _Turn.OVER


def _goes_on(batch: Batch, asked: _Asked) -> bool:
    """Whether a batch stands where this part begins."""
    return batch.state is BatchState.READY and batch.rows_done == asked.first - 1


def _is_shut(tx: Transaction, batch: Batch) -> bool:
    """Whether a batch goes on only when the line is open again."""
    return batch.asked.way is Way.LINE and line.present(tx).state is not LineState.OPEN


def _look_up(ctx: Context, tx: Transaction, batch: Batch, asked: _Asked) -> _Looked:
    at, on = ctx.now(), ctx.business_date(tx)
    left_out, blocks = _without(ctx, tx, batch, on)
    rows.stage(tx, batch.asked.by, asked.first, (b"".join(asked.lines),))
    rows.look_up(tx, batch, on, left_out)
    return _Looked(at, on, left_out, blocks)


def _without(
    ctx: Context, tx: Transaction, batch: Batch, on: date
) -> tuple[frozenset[PrefectureCode], tuple[int, int]]:
    """Who is as if not there: the people of these prefectures, and whom the blocks name."""
    asker = batch.asked.for_organ or batch.asked.organ
    return deciding.left_out(ctx, asker, batch.asked.affair, on, centre.state(tx)), supply_blocks.of_persons(
        tx
    )


def _write(
    tx: Transaction,
    files: BatchFiles,
    batch: Batch,
    asked: _Asked,
    looked: _Looked,
    basis: tuple[str, ...],
    limits: Limits,
) -> None:
    looks = PersonLimit(limits.person_per_day, day_began(looked.at), SL3.rule)
    counts = Counter(batch.counts) + Counter(rows.settle(tx, batch, looks))
    supplied = supplied_in(batch, basis, looked.at, looked.on)
    tree = Frontier(batch.people, batch.tree)
    with ThreadPoolExecutor(1) as beside:
        # The leaves are hashed while the database writes the rows that they stand for.
        hashed = beside.submit(tree.add, leaves_of(supplied, batch.secret, rows.told(tx)))
        people = rows.note_people(tx, batch.number)
        hashed.result()
    last = batch.rows_done + len(asked.lines)
    part = Part(asked.first, last, people, looked.at, looked.on, basis)
    length = _append(tx, files.answer(batch.id), batch)
    rows.advance(
        tx, batch, part, keys_offset=asked.offset, answer_length=length, counts=counts, tree=bytes(tree)
    )


def _append(tx: Transaction, place: Path, batch: Batch) -> int:
    """Append the answers of the part to the file, behind what counts of it; how long it is then."""
    with _at_cursor(place, batch) as file:
        if batch.answer_length == 0:
            file.write(batch_files.header_of(batch.asked.format))
        rows.copy_answers(tx, batch.asked.format, file.write)
        batch_files.settle(file)
        return file.tell()


@contextmanager
def _at_cursor(place: Path, batch: Batch) -> Iterator[BinaryIO]:
    """The file of the answer, cut to what counts of it."""
    with os.fdopen(os.open(place, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        if file.seek(0, os.SEEK_END) < batch.answer_length:
            raise OSError(
                errno.ENODATA, "has lost what was answered; cancel the batch, and submit it again", str(place)
            )
        file.seek(batch.answer_length)
        file.truncate()
        yield file


def supplied_in(batch: Batch, basis: tuple[str, ...], at: datetime, on: date) -> Supplied:
    """What is said of everyone of whom a part told."""
    asked = batch.asked
    return Supplied(
        batch=batch.id,
        at=at,
        business_on=on,
        actor=asked.organ.uri,
        terminal=batches.terminal_of(asked),
        affair=asked.affair,
        basis=basis,
    )

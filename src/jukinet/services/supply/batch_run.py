"""The work on a batch: its file checked, its rows answered part by part, its end.

Every step may be the last of a process. A part is one transaction: its keys are looked up, everyone told of gets a row,
the answers are appended to the file, and the cursor moves. What stands in the file beyond the cursor does not count:
whoever goes on cuts it off first. Any number of processes may take steps of one batch; they are fenced by its row.
"""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from jukinet.audit.batch_leaves import FIRST, Frontier, Supplied, leaf_of, leaves_of
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.batches import ANSWER_COLUMNS, BatchFormat, BatchState, Way
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.line import LineState
from jukinet.law.decisions import Permitted
from jukinet.law.retention import BATCH_FILES as KEPT
from jukinet.messages.keys import KeyUse
from jukinet.messages.promises import log_name
from jukinet.services import audit_tree, trail
from jukinet.services.context import Context
from jukinet.services.supply import batch_files, batch_intake, batches, deciding, parquet
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.limits import SL3, Limits, day_began
from jukinet.store import batches as rows
from jukinet.store import centre, line
from jukinet.store.batches import Batch, Part, PersonLimit
from jukinet.store.database import Transaction

ROWS = 65_536
"""Rows of one part: half a second's work, and a few tens of megabytes."""
USUAL = Limits()


def work(ctx: Context, files: BatchFiles, limits: Limits = USUAL) -> int:
    """A step of every batch that has something to do; how many took one."""
    with ctx.begin() as tx:
        waiting = rows.waiting(tx)
    return sum(step(ctx, files, batch_id, limits) for batch_id in waiting)


def step(ctx: Context, files: BatchFiles, batch_id: str, limits: Limits = USUAL, *, most: int = ROWS) -> bool:
    """The next step of a batch; False where it has none now.

    What the files or the disk refuse stops the batch under that name; it is resumed by a person.
    """
    with ctx.begin() as tx:
        batch = rows.find(tx, batch_id)
    if batch is None:
        return False
    try:
        if batch.state is BatchState.RECEIVED:
            return _check(ctx, files, batch)
        if batch.state is not BatchState.READY:
            return False
        if batch.rows_done < batch.asked.rows:
            return _answer(ctx, files, batch_id, limits, most)
        return _finish(ctx, files, batch)
    except OSError as error:
        place = Path(str(error.filename)).suffix.lstrip(".") if error.filename else "file"
        batches.stop(ctx, batch_id, (f"{place}: {error.strerror or 'cannot be used'}",), Outcome.FAILED)
        return False


def _check(ctx: Context, files: BatchFiles, batch: Batch) -> bool:
    """Check the file of an organ, if nobody else is at it or has done so."""
    with files.alone(batch.id) as alone:
        if not alone:
            return False
        with ctx.begin() as tx:
            found = rows.find(tx, batch.id)
        return found is not None and found.state is BatchState.RECEIVED and _check_whole(ctx, files, batch)


def _check_whole(ctx: Context, files: BatchFiles, batch: Batch) -> bool:
    """A fault of a file refuses all of it."""
    asked = batch.asked
    checked = batch_intake.check(files, batch.id, asked.format, asked.by, asked.rows)
    with ctx.begin() as tx:
        held = rows.lock(tx, batch.id)
        if held is None or held.state is not BatchState.RECEIVED:
            _tidy(files, batch.id, held)
            return False
        if not checked.faults:
            rows.checked(tx, batch.id, checked.most_of_one)
            return True
        told = tuple(f"{fault.field}: {fault.problem}" for fault in checked.faults)
        rows.end(tx, batch.id, BatchState.REFUSED, None, ctx.now(), told)
        batches.note(
            ctx, tx, AuditEvent.BATCH_SUBMITTED, asked, Outcome.REFUSED, (ErrorKind.INVALID.value,), batch.id
        )
    files.forget(batch.id)
    return False


def _tidy(files: BatchFiles, batch_id: str, held: Batch | None) -> None:
    """Remove what was written for a batch that was given up meanwhile."""
    if held is None or held.state is BatchState.CANCELLED:
        files.forget(batch_id)


def _answer(ctx: Context, files: BatchFiles, batch_id: str, limits: Limits, most: int) -> bool:
    """Answer the next rows of a batch, if the law still lets it, and let them count."""
    with ctx.begin() as tx:
        batch = rows.lock(tx, batch_id)
        if batch is None or batch.state is not BatchState.READY or batch.rows_done == batch.asked.rows:
            return False
        if batch.asked.way is Way.LINE and line.present(tx).state is not LineState.OPEN:
            return False  # It goes on when the line is open again.
        decision = batches.decide(ctx, tx, batch.asked, ctx.business_date(tx))
        if isinstance(decision, Permitted):
            _answer_part(ctx, tx, files, batch, decision, limits, most)
            return True
    batches.stop(ctx, batch_id, trail.rules_of(decision), Outcome.REFUSED)
    return False


def _answer_part(
    ctx: Context,
    tx: Transaction,
    files: BatchFiles,
    batch: Batch,
    decision: Permitted,
    limits: Limits,
    most: int,
) -> None:
    first, now, today = batch.rows_done + 1, ctx.now(), ctx.business_date(tx)
    with files.keys(batch.id).open("rb") as keys:
        keys.seek(batch.keys_offset)
        lines = list(islice(keys, most))
        offset = keys.tell()
    if not lines:
        raise JukinetError(ErrorKind.INTERNAL, "A batch has fewer keys than rows.")
    rows.stage(tx, batch.asked.by, first, (b"".join(lines),))
    asker = batch.asked.for_organ or batch.asked.organ
    left_out = deciding.left_out(ctx, asker, batch.asked.affair, today, centre.state(tx))
    looks = PersonLimit(limits.person_per_day, day_began(now), SL3.rule)
    counts = Counter(batch.counts) + Counter(rows.answer(tx, batch, today, left_out, looks))
    supplied = _supplied(batch, decision.basis, now, today)
    tree = Frontier(batch.people, batch.tree)
    with ThreadPoolExecutor(1) as beside:
        # The leaves are hashed while the database writes the rows that they stand for.
        hashed = beside.submit(tree.add, leaves_of(supplied, batch.secret, rows.told(tx)))
        people = rows.note_people(tx, batch.number)
        hashed.result()
    part = Part(first, batch.rows_done + len(lines), people, now, today, decision.basis)
    length = _append(tx, files.answer(batch.id), batch)
    rows.advance(tx, batch, part, keys_offset=offset, answer_length=length, counts=counts, tree=bytes(tree))


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


def _supplied(batch: Batch, basis: tuple[str, ...], at: datetime, on: date) -> Supplied:
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


def _finish(ctx: Context, files: BatchFiles, batch: Batch) -> bool:
    """Put the answer into its form, write the one entry of the log, and promise it: only then is the batch done.

    A crash between leaves an entry without a promise, which the next step gives.
    """
    if batch.asked.format is BatchFormat.PARQUET:
        result = files.result(batch.id, batch.asked.format)
        coming = result.with_suffix(".parquet-coming")
        parquet.from_csv(files.answer(batch.id), coming, ANSWER_COLUMNS)
        batch_files.settle_as(coming, result)
    signer = ctx.signers[KeyUse.LOG]  # Nothing is entered where no promise could be given.
    leaf = _entered(ctx, files, batch.id)
    if leaf is None:
        return False
    (promise,) = audit_tree.promise(ctx, signer, [leaf])
    with ctx.begin() as tx:
        held = rows.lock(tx, batch.id)
        if held is None or held.state is not BatchState.READY:
            _tidy(files, batch.id, held)
            return False
        rows.finish(tx, batch.id, promise.to_plain(), ctx.now())
    files.forget_question(batch.id)
    return False


def _entered(ctx: Context, files: BatchFiles, batch_id: str) -> bytes | None:
    """The leaf of the entry of the answer, which is written once in a life of the log; None where somebody ended it."""
    with ctx.begin() as tx:
        held = rows.lock(tx, batch_id)
        if held is None or held.state is not BatchState.READY:
            _tidy(files, batch_id, held)
            return None
        if batches.is_entered(ctx, held):
            return held.leaf
        leaf = batches.note_answered(ctx, tx, held, BatchState.DONE)
        rows.entered(tx, batch_id, batches.root_of(held), leaf, log_name(ctx.node, ctx.incarnation))
        return leaf


def root_again(ctx: Context, batch: Batch) -> bytes:
    """The root over everyone whom a batch told of, made anew from the rows: what the log must hold."""
    tree = Frontier()
    with ctx.begin() as tx:
        for part, told in rows.people(tx, batch.number):
            supplied, first = _supplied(batch, part.basis, part.at, part.business_on), part.encoding == FIRST
            try:
                tree.add(
                    leaf_of(
                        supplied,
                        batch.secret,
                        row,
                        ResidentRecordCode.checked_before(code),
                        None if first else notice,
                    )
                    for row, code, notice in told
                )
            except OverflowError:
                return b""  # A number that no row of a file or no notice has comes to no root.
    return tree.root()


def forget_old(ctx: Context, files: BatchFiles) -> int:
    """Remove the files of batches that ended so long ago that their answers are handed out no more; how many.

    So also what was declared and never came.
    """
    with ctx.begin() as tx:
        before = ctx.now() - timedelta(days=KEPT.length(ctx.business_date(tx)))
        for batch_id in rows.never_came(tx, before):
            rows.end(tx, batch_id, BatchState.CANCELLED, None, ctx.now())
        old = rows.forgettable(tx, before)
    for batch_id in old:
        files.forget(batch_id)
        with ctx.begin() as tx:
            rows.forget(tx, batch_id, ctx.now())
    return len(old)

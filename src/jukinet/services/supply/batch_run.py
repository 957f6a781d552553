"""The work on a batch: its file checked, its rows answered (``jukinet.services.supply.batch_parts``), its end.

Every step may be the last of a process. Any number of processes may take steps of one batch: one at a time works on its
files, and what each writes is fenced by the batch's row.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from jukinet.audit.batch_leaves import FIRST, Frontier, leaf_of
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.batches import ANSWER_COLUMNS, BatchFormat, BatchState
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.law.retention import BATCH_FILES as KEPT
from jukinet.messages.keys import KeyUse
from jukinet.messages.promises import log_name
from jukinet.services import audit_tree
from jukinet.services.context import Context
from jukinet.services.supply import batch_files, batch_intake, batch_parts, batches, parquet
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.batch_parts import PARTS, ROWS, supplied_in
from jukinet.services.supply.limits import Limits
from jukinet.store import batches as rows
from jukinet.store.batches import Batch

USUAL = Limits()


def work(
    ctx: Context, files: BatchFiles, limits: Limits = USUAL, stopped: Callable[[], bool] = lambda: False
) -> int:
    """A step of every batch that has something to do, until ``stopped``; how many took one.

    What breaks one of them keeps no other from its step; it is raised at the end.
    """
    with ctx.begin() as tx:
        waiting = rows.waiting(tx)
    taken, broken = 0, None
    for batch_id in waiting:
        if stopped():
            break
        try:
            taken += step(ctx, files, batch_id, limits)
        except JukinetError as error:
            broken = broken or error
    if broken is not None:
        raise broken
    return taken


def step(
    ctx: Context,
    files: BatchFiles,
    batch_id: str,
    limits: Limits = USUAL,
    *,
    most: int = ROWS,
    parts: int = PARTS,
    wait: bool = False,
) -> bool:
    """The next step of a batch; False where it has none now, or where another process is at it.

    ``most``, ``parts``: rows of one part, and parts that one step answers. ``wait``: until that other process has done
    its step. What the files or the disk refuse stops the batch under that name; it is resumed by a person.
    """
    with ctx.begin() as tx:
        batch = rows.find(tx, batch_id)
    if batch is None or batch.state not in {BatchState.RECEIVED, BatchState.READY}:
        return False
    try:
        with files.alone(batch_id, wait=wait) as alone:
            return alone and _step(ctx, files, batch, limits, most, parts)
    except OSError as error:
        place = Path(str(error.filename)).suffix.lstrip(".") if error.filename else "file"
        batches.stop(ctx, batch_id, (f"{place}: {error.strerror or 'cannot be used'}",), Outcome.FAILED)
        return False


def _step(ctx: Context, files: BatchFiles, seen: Batch, limits: Limits, most: int, parts: int) -> bool:
    with ctx.begin() as tx:
        batch = rows.find(tx, seen.id)
    if batch is None or batch.state is not seen.state:
        return True  # Another process moved it: what is next is to be seen again.
    if batch.state is BatchState.RECEIVED:
        return _check(ctx, files, batch)
    if batch.rows_done < batch.asked.rows:
        return batch_parts.answer(ctx, files, batch, limits, most, parts)
    return _finish(ctx, files, batch)


def _check(ctx: Context, files: BatchFiles, batch: Batch) -> bool:
    """Check the file of an organ whole; a fault refuses all of it."""
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
            supplied, first = (
                supplied_in(batch, part.basis, part.at, part.business_on),
                part.encoding == FIRST,
            )
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

    So also what was declared and never came, and what a process left that ended before it entered its batch.
    """
    with ctx.begin() as tx:
        before = ctx.now() - timedelta(days=KEPT.length(ctx.business_date(tx)))
        for batch_id in rows.never_came(tx, before):
            rows.end(tx, batch_id, BatchState.CANCELLED, None, ctx.now())
        old = rows.forgettable(tx, before)
        left = [batch_id for batch_id in files.untouched(before) if rows.find(tx, batch_id) is None]
    for batch_id in old:
        files.forget(batch_id)
        with ctx.begin() as tx:
            rows.forget(tx, batch_id, ctx.now())
    for batch_id in left:
        files.forget(batch_id)
    return len(old) + len(left)

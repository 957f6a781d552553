"""Batches that are brought on media (Ord. Art. 30-7(ii)): an operator takes them in, and hands out answers."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jukinet.audit.events import AuditEvent
from jukinet.domain.batches import BatchState, Way
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.services import acts, trail
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.supply import batch_intake, batches
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.batches import Submitted
from jukinet.store import batches as rows
from jukinet.store.batches import Asked, Batch
from jukinet.store.database import Transaction


def submit(
    ctx: Context, claim: OperatorClaim, files: BatchFiles, asked: Asked, blocks: Iterable[bytes]
) -> Submitted | Refused:
    """Take in a file that was brought. Raises INVALID with every fault of it; then nothing is kept."""
    with ctx.begin() as tx:
        act, decision = _decide(ctx, tx, claim, asked)
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=asked.organ.uri)
    batch_id = ctx.randomness.token()
    try:
        with files.receiving(batch_id) as incoming:
            for block in blocks:
                incoming.write(block)
        most_of_one = _check(ctx, claim, files, asked, batch_id)
        done = _enter(ctx, claim, asked, batch_id, incoming.digest(), most_of_one)
    except BaseException:
        files.forget(batch_id)
        raise
    if isinstance(done, Refused) or done.before:
        files.forget(batch_id)
    return done


def _decide(ctx: Context, tx: Transaction, claim: OperatorClaim, asked: Asked) -> tuple[Act, Decision]:
    act = acts.open_act(ctx, tx, claim, Permission.SUPPLY_BATCH_HANDLE, AuditEvent.BATCH_SUBMITTED)
    return act, acts.every(act.gate, batches.decide(ctx, tx, asked, act.today))


def _check(ctx: Context, claim: OperatorClaim, files: BatchFiles, asked: Asked, batch_id: str) -> int:
    checked = batch_intake.check(files, batch_id, asked.format, asked.by, asked.rows)
    if checked.faults:
        trail.filing_unreadable(ctx, claim, "batch submit", ErrorKind.INVALID)
        raise JukinetError(ErrorKind.INVALID, "The file has faults; nothing of it was kept.", checked.faults)
    return checked.most_of_one


def _enter(
    ctx: Context, claim: OperatorClaim, asked: Asked, batch_id: str, digest: bytes, most_of_one: int
) -> Submitted | Refused:
    with ctx.begin() as tx:
        act, decision = _decide(ctx, tx, claim, asked)
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=asked.organ.uri)
        done = batches.enter(
            ctx,
            tx,
            asked,
            batch_id,
            digest,
            BatchState.READY,
            most_of_one=most_of_one,
            brought_to=claim.operator_id,
        )
        act.done(decision, reference=done.batch.id)
        return done


def list_batches(ctx: Context, claim: OperatorClaim, most: int = 50) -> list[Batch] | Refused:
    """The newest batches, newest first. They name organs and affairs, and nobody who is asked for."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.SUPPLY_BATCH_READ, AuditEvent.BATCHES_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        return rows.listed(tx, most)


def show(ctx: Context, claim: OperatorClaim, batch_id: str) -> Batch | Refused:
    """How far one batch is."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.SUPPLY_BATCH_READ, AuditEvent.BATCHES_READ)
        batch = rows.find(tx, batch_id)
        decision = acts.every(act.gate, acts.require((batches.SB1, batch is not None)))
        return _ended(act, batch, decision, batch_id)


def let_run(ctx: Context, claim: OperatorClaim, files: BatchFiles, batch_id: str) -> Batch | Refused:
    """Let a batch go on from where it stands, also one that was stopped."""
    with ctx.begin() as tx:
        act, batch, decision = _handle(ctx, tx, claim, batch_id, AuditEvent.BATCH_RUN)
        if isinstance(decision, Permitted) and batch is not None and batch.state is BatchState.STOPPED:
            checked = batch.rows_done or files.keys(batch_id).exists()
            rows.turn(tx, batch_id, BatchState.READY if checked else BatchState.RECEIVED)
        return _ended(act, batch, decision, batch_id)


def cancel(ctx: Context, claim: OperatorClaim, files: BatchFiles, batch_id: str) -> Batch | Refused:
    """Give a batch up: what was asked and answered is removed, and who was looked up stays recorded."""
    with ctx.begin() as tx:
        act, batch, decision = _handle(ctx, tx, claim, batch_id, AuditEvent.BATCH_CANCELLED)
        if isinstance(decision, Permitted) and batch is not None:
            batches.cancel(ctx, tx, batch)
        ended = _ended(act, batch, decision, batch_id)
    if isinstance(ended, Refused):
        return ended
    files.forget(batch_id)
    return ended


def hand_out(
    ctx: Context, claim: OperatorClaim, files: BatchFiles, batch_id: str
) -> tuple[Batch, Path] | Refused:
    """The batch and the file of the answer to it, which was brought on media, to be put on media again."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.SUPPLY_BATCH_HANDLE, AuditEvent.BATCH_HANDED_OUT)
        batch = rows.find(tx, batch_id)
        decision = acts.every(act.gate, batches.is_ready(batch, files, Way.MEDIA))
        if batch is not None:
            decision = acts.every(act.gate, decision, batches.decide(ctx, tx, batch.asked, act.today))
        ended = _ended(act, batch, decision, batch_id)
    return ended if isinstance(ended, Refused) else (ended, files.result(batch_id, ended.asked.format))


def _handle(
    ctx: Context, tx: Transaction, claim: OperatorClaim, batch_id: str, event: AuditEvent
) -> tuple[Act, Batch | None, Decision]:
    act = acts.open_act(ctx, tx, claim, Permission.SUPPLY_BATCH_HANDLE, event)
    batch = rows.lock(tx, batch_id)
    return act, batch, acts.every(act.gate, batches.goes_on(batch))


def _ended(act: Act, batch: Batch | None, decision: Decision, batch_id: str) -> Batch | Refused:
    """Record how the act on a batch went, and say it."""
    if isinstance(decision, Refused):
        return act.refuse(decision, reference=batch_id)
    if batch is None:
        raise LookupError("an act on no batch is refused")
    act.done(decision, reference=batch_id)
    return batch

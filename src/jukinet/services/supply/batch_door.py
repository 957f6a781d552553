"""Batches that an organ sends by line itself: taken in, followed, cancelled, and their answers fetched."""

from __future__ import annotations

from pathlib import Path

from jukinet.audit.events import AuditEvent
from jukinet.domain.batches import BatchState
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import OrganSlug
from jukinet.law.decisions import Decision, Refused
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.supply import batches
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.batches import Submitted
from jukinet.store import batches as rows
from jukinet.store.batches import Asked, Batch


def admit(ctx: Context, asked: Asked) -> Decision:
    """Whether an organ's file is taken at all, before a byte of it is read; a refusal is recorded."""
    with ctx.begin() as tx:
        decision = batches.decide(ctx, tx, asked, ctx.business_date(tx))
        if isinstance(decision, Refused):
            batches.note_decision(ctx, tx, AuditEvent.BATCH_SUBMITTED, asked, decision, None)
        return decision


def enter(ctx: Context, files: BatchFiles, asked: Asked, batch_id: str, digest: bytes) -> Submitted | Refused:
    """Let a file that has come be a batch, which the worker checks; or find the batch that it is already."""
    with ctx.begin() as tx:
        decision = batches.decide(ctx, tx, asked, ctx.business_date(tx))
        done: Submitted | Refused
        if isinstance(decision, Refused):
            done, reference = decision, None
        else:
            done = batches.enter(ctx, tx, asked, batch_id, digest, BatchState.RECEIVED)
            reference = done.batch.id
        batches.note_decision(ctx, tx, AuditEvent.BATCH_SUBMITTED, asked, decision, reference)
    if isinstance(done, Refused) or done.before:
        files.forget(batch_id)
    return done


def status(ctx: Context, organ: OrganSlug, batch_id: str) -> Batch:
    """A batch of the organ's own; NOT_FOUND for any other, whether it is there or not."""
    with ctx.begin() as tx:
        found = rows.find(tx, batch_id, organ)
    if found is None:
        raise JukinetError(ErrorKind.NOT_FOUND, "You have no batch of this id.")
    return found


def cancel(ctx: Context, files: BatchFiles, organ: OrganSlug, batch_id: str) -> Batch | Refused:
    """The organ wants no answer any more: none is kept."""
    status(ctx, organ, batch_id)
    with ctx.begin() as tx:
        batch = rows.lock(tx, batch_id)
        decision = batches.goes_on(batch)
        if batch is not None:
            batches.note_decision(ctx, tx, AuditEvent.BATCH_CANCELLED, batch.asked, decision, batch_id)
        if batch is None or isinstance(decision, Refused):
            return decision if isinstance(decision, Refused) else Refused((batches.SB1,))
        batches.close(ctx, tx, batch, BatchState.CANCELLED)
    files.forget(batch_id)
    return status(ctx, organ, batch_id)


def hand_out(ctx: Context, files: BatchFiles, organ: OrganSlug, batch_id: str) -> Path | Refused:
    """The file of the answer. The line must be open, and the organ still one that may be supplied."""
    batch = status(ctx, organ, batch_id)
    with ctx.begin() as tx:
        supplied = batches.decide(ctx, tx, batch.asked, ctx.business_date(tx))
        decision = acts.every(batches.is_ready(batch, files), supplied)
        batches.note_decision(ctx, tx, AuditEvent.BATCH_HANDED_OUT, batch.asked, decision, batch_id)
    return decision if isinstance(decision, Refused) else files.result(batch_id, batch.asked.format)

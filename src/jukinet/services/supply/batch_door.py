"""Batches that an organ sends by line itself: declared, their files taken in, followed, cancelled, answers fetched.

A declaration names the SHA-256 of the file. Who must sign signs that, so the file itself needs no signature: what comes
is the file that was declared, whole, or is no file.
"""

from __future__ import annotations

from pathlib import Path

from jukinet.audit.events import AuditEvent
from jukinet.domain.batches import BatchState, Way
from jukinet.domain.errors import ErrorKind, Fault, JukinetError, invalid
from jukinet.domain.municipality import OrganSlug
from jukinet.law.decisions import Decision, FailedRule, Permitted, Refused
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.supply import batches
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.batches import Submitted
from jukinet.services.supply.limits import LIMITS, Count, Limits, retry_after
from jukinet.services.supply.lookups import Limited
from jukinet.services.supply.signatures import SG5, Checked
from jukinet.store import batches as rows
from jukinet.store import request_nonces
from jukinet.store.batches import Asked, Batch
from jukinet.store.database import Transaction

USUAL = Limits()


def declare(
    ctx: Context, signed: Checked, asked: Asked, digest: bytes, most: Limits = USUAL
) -> Submitted | Refused | Limited:
    """Let an organ send a file of this digest; or find the batch that the same file is already."""
    with ctx.begin() as tx:
        decided = batches.decide(ctx, tx, asked, ctx.business_date(tx))
        decision = _together(proved(tx, asked.organ, signed), decided)
        met, at = _met(ctx, tx, asked, most), ctx.now()
        if isinstance(decision, Refused) or met:
            refused = decision if isinstance(decision, Refused) else Refused(met)
            batches.note_decision(ctx, tx, AuditEvent.BATCH_SUBMITTED, asked, refused, None)
            return decision if isinstance(decision, Refused) else Limited(refused, retry_after(set(), at, at))
        done = batches.enter(ctx, tx, asked, ctx.randomness.token(), digest, BatchState.DECLARED)
        batches.note_decision(ctx, tx, AuditEvent.BATCH_SUBMITTED, asked, decision, done.batch.id)
        return done


def _met(ctx: Context, tx: Transaction, asked: Asked, most: Limits) -> tuple[FailedRule, ...]:
    """Count the declaration as one request; the limits that it met."""
    count = Count(most, ctx.now())
    count.add_batch(asked.organ, asked.operator)
    return tuple(LIMITS[text.partition(" ")[0]] for text in rows.count(tx, count.keys()))


def expected(ctx: Context, organ: OrganSlug, batch_id: str) -> Batch | Refused:
    """The batch whose file may come now."""
    batch = _own(ctx, organ, batch_id)
    decision = acts.require((batches.SB5, batch.state is BatchState.DECLARED))
    if isinstance(decision, Refused):
        with ctx.begin() as tx:
            batches.note_decision(ctx, tx, AuditEvent.BATCH_SUBMITTED, batch.asked, decision, batch_id)
        return decision
    return batch


def require_declared(batch: Batch, digest: bytes) -> None:
    """Raise INVALID unless the file that came is the one that was declared."""
    if digest != batch.digest:
        raise invalid(
            Fault("file", "must have the SHA-256 that was declared: it is another one, or was cut off")
        )


def take(ctx: Context, organ: OrganSlug, batch_id: str) -> Batch:
    """The file is here: the worker checks it. Safe to repeat."""
    with ctx.begin() as tx:
        batch = rows.lock(tx, batch_id)
        if batch is not None and batch.state is BatchState.DECLARED:
            rows.turn(tx, batch_id, BatchState.RECEIVED)
    return _own(ctx, organ, batch_id)


def status(ctx: Context, organ: OrganSlug, signed: Checked, batch_id: str) -> Batch | Refused:
    """How far a batch of the organ's own is. Only a refusal is recorded: an organ asks again and again."""
    batch = _own(ctx, organ, batch_id)
    with ctx.begin() as tx:
        decision = proved(tx, organ, signed)
        if isinstance(decision, Refused):
            batches.note_decision(ctx, tx, AuditEvent.BATCHES_READ, batch.asked, decision, batch_id)
            return decision
    return batch


def cancel(
    ctx: Context, files: BatchFiles, organ: OrganSlug, signed: Checked, batch_id: str
) -> Batch | Refused:
    """The organ wants no answer any more: none is kept."""
    _own(ctx, organ, batch_id)
    with ctx.begin() as tx:
        batch = rows.lock(tx, batch_id)
        decision = _together(proved(tx, organ, signed), batches.goes_on(batch))
        if batch is not None:
            batches.note_decision(ctx, tx, AuditEvent.BATCH_CANCELLED, batch.asked, decision, batch_id)
            if isinstance(decision, Permitted):
                batches.cancel(ctx, tx, batch)
    if isinstance(decision, Refused):
        return decision
    files.forget(batch_id)
    return _own(ctx, organ, batch_id)


def hand_out(
    ctx: Context, files: BatchFiles, organ: OrganSlug, signed: Checked, batch_id: str
) -> tuple[Batch, Path] | Refused:
    """The file of the answer. The line must be open, and the organ still one that may be supplied."""
    batch = _own(ctx, organ, batch_id)
    with ctx.begin() as tx:
        supplied = batches.decide(ctx, tx, batch.asked, ctx.business_date(tx))
        decision = _together(proved(tx, organ, signed), batches.is_ready(batch, files, Way.LINE), supplied)
        batches.note_decision(ctx, tx, AuditEvent.BATCH_HANDED_OUT, batch.asked, decision, batch_id)
    if isinstance(decision, Refused):
        return decision
    return batch, files.result(batch_id, batch.asked.format)


def may_go_on(ctx: Context, files: BatchFiles, organ: OrganSlug, batch_id: str) -> bool:
    """Whether an answer that is on its way may go on: what decided on it may have changed. An end is recorded."""
    with ctx.begin() as tx:
        batch = rows.find(tx, batch_id, organ)
        if batch is None:
            return False
        supplied = batches.decide(ctx, tx, batch.asked, ctx.business_date(tx))
        decision = _together(batches.is_ready(batch, files, Way.LINE), supplied)
        if isinstance(decision, Refused):
            batches.note_decision(ctx, tx, AuditEvent.BATCH_HANDED_OUT, batch.asked, decision, batch_id)
        return isinstance(decision, Permitted)


def proved(tx: Transaction, organ: OrganSlug, signed: Checked) -> Decision:
    """Whether a request is the organ's, where the directory asks it to sign; its nonce counts once."""
    failed = signed.failed
    if signed.proof is not None and not request_nonces.spend(
        tx, str(organ), signed.proof.nonce, signed.proof.expires
    ):
        failed = (*failed, SG5)
    return Refused(failed) if failed else Permitted(())


def _together(*decisions: Decision) -> Decision:
    """All of them: an organ learns every rule that failed."""
    return acts.every(Permitted(()), *decisions)


def _own(ctx: Context, organ: OrganSlug, batch_id: str) -> Batch:
    """A batch of the organ's own; NOT_FOUND for any other, whether it is there or not."""
    with ctx.begin() as tx:
        found = rows.find(tx, batch_id, organ)
    if found is None:
        raise no_batch()
    return found


def no_batch() -> JukinetError:
    """There is none of this id, or it is another organ's: nobody learns which."""
    return JukinetError(ErrorKind.NOT_FOUND, "You have no batch of this id.")

"""The audit log as a file, to be verified elsewhere: its leaves, what is kept of the entries, its checkpoints.

Owns the form of the file, which ``jukinet.audit.verifier`` reads with code of its own. The file says of every entry
whom it is about, and behind the entry of a batch of supply everyone of whom it told; ``redacted`` leaves all of this
and the salts out, and only the leaves and what was signed over them remain.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from jukinet.audit.batch_leaves import FIRST
from jukinet.audit.entries import items_of
from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import format_instant
from jukinet.law.decisions import Permitted, Refused
from jukinet.messages import checkpoints, promises, strict_json
from jukinet.messages.keys import KeyUse
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import audit_tree, batches
from jukinet.store.database import Row, Transaction

FORMAT = "jukinet audit export v1"
_STEP = 10_000
_ROWS = 1000
"""Rows of a batch on one line."""


@dataclass(frozen=True, slots=True)
class ExportedLog:
    """What was written: of which log, how many leaves, up to which checkpoint."""

    log: str
    leaves: int
    checkpoint: str


def export_log(
    ctx: Context,
    claim: OperatorClaim,
    write: Callable[[bytes], object],
    *,
    life: int | None = None,
    redacted: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> ExportedLog | Refused:
    """Write a log up to its newest checkpoint: of this life, or an earlier one that a restore ended."""
    life = ctx.incarnation if life is None else life
    log = promises.log_name(ctx.node, life)
    with ctx.begin() as tx:
        tx.freeze()
        act = acts.open_act(ctx, tx, claim, Permission.AUDIT_ENTRIES_READ, AuditEvent.AUDIT_EXPORTED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        noted = audit_tree.checkpoint(tx, life)
        if noted is None:
            raise JukinetError(ErrorKind.NOT_FOUND, f"There is no signed checkpoint of {log} yet.")
        for count, line in enumerate(_lines(ctx, tx, life, noted.size, redacted=redacted)):
            write(strict_json.dump(line) + b"\n")
            if count % _STEP == 0:
                progress(count)
        act.done(Permitted((*act.gate.basis, f"leaves {noted.size}")), reference=log)
    return ExportedLog(log, noted.size, noted.note)


def _lines(
    ctx: Context, tx: Transaction, life: int, size: int, *, redacted: bool
) -> Iterator[dict[str, Any]]:
    head = audit_tree.head(tx, life)
    yield {
        "format": FORMAT,
        "log": promises.log_name(ctx.node, life),
        "keys": log_keys(ctx, life),
        "redacted": redacted,
        "written": format_instant(ctx.now()),
        "admission": head.admission if head else None,
        "checkpoints": audit_tree.checkpoints(tx, life),
    }
    for number, (leaf, row) in enumerate(audit_tree.leaves(tx, life, size)):
        yield {"n": number, "leaf": leaf.hex(), **({} if redacted else _kept(row))}
        if row["event"] == AuditEvent.BATCH_ANSWERED and not redacted:
            yield from _batch(tx, number, row["reference"])
    yield {"end": size}


def _kept(row: Row) -> dict[str, Any]:
    """What is there of an entry. Nothing of it is judged here: what was altered is written as it is."""
    if row["salt"] is None:
        return {"erased": format_instant(row["erased_at"])} if row["erased_at"] else {}
    names = ("at", "business_on", "event", "outcome", "actor", "terminal", "subject_code", "resident_no")
    columns = [row[name] for name in (*names, "affair", "reference", "rules")]
    return {"salt": bytes(row["salt"]).hex(), "entry": [list(pair) for pair in items_of(*columns)]}


def _batch(tx: Transaction, number: int, batch_id: str) -> Iterator[dict[str, Any]]:
    """Everyone of whom a batch told, part by part, as the root in its entry covers them; nothing once it is erased."""
    batch = batches.find(tx, batch_id)
    if batch is None:
        return
    for part, told in batches.people(tx, batch.number):
        yield {
            "batch": number,
            "secret": batch.secret.hex(),
            "at": format_instant(part.at),
            "business_on": part.business_on.isoformat(),
            "rules": "\n".join(part.basis),
            "people": part.people,
            "encoding": part.encoding,
        }
        shown = 2 if part.encoding == FIRST else 3
        while some := [row[:shown] for row in islice(told, _ROWS)]:
            yield {"rows": some}


def log_keys(ctx: Context, life: int) -> list[str]:
    """The keys of this node's log as the directory has them, in the form that tools of signed notes take."""
    entry = ctx.directory().node(ctx.node)
    log = promises.log_name(ctx.node, life)
    return [
        checkpoints.verifier_key(log, key) for key in (entry.keys if entry else ()) if key.use is KeyUse.LOG
    ]

"""What every act on a batch of supply rests on: its rules, the decision on its request, its beginning and its end.

The law decides on the request of a batch as on a single one: before its file is read, and again with each part that is
answered. The acts are in ``batch_door`` (organs, by line) and ``batch_media`` (operators to whom media are brought,
Ord. Art. 30-7(ii)); what a file must be is in ``batch_files``, the work on it in ``batch_run``.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from jukinet.audit.batch_leaves import Frontier
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.batches import BatchState, RowResult, Way
from jukinet.domain.line import LineState
from jukinet.domain.municipality import NodeRole, OrganSlug
from jukinet.law.catalogue import Affair
from jukinet.law.decisions import Decision, FailedRule, Permitted, Refused, policy
from jukinet.law.ordinances import affair_of
from jukinet.messages.directory import OrganState
from jukinet.messages.promises import log_name
from jukinet.services import trail
from jukinet.services.acts import require
from jukinet.services.context import Context
from jukinet.services.line import NC1
from jukinet.services.supply import deciding
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.services.supply.decisions import S11
from jukinet.services.supply.limits import SL5, SL6, person_rule
from jukinet.store import alone, centre, line, ordinances, supply_blocks
from jukinet.store import batches as rows
from jukinet.store.batches import Asked as Asked  # noqa: PLC0414  (offered to the doors)
from jukinet.store.batches import Batch as Batch  # noqa: PLC0414
from jukinet.store.database import Transaction

_SOURCE = "Choice of this network: batches"

SB1 = policy("SB1", _SOURCE, "There is no batch of this id here. See: jukinet batch list.")
SB2 = policy(
    "SB2",
    _SOURCE,
    "What changed is asked since an earlier batch of the same organ, for the same affair, that is done.",
)
SB3 = policy("SB3", _SOURCE, "The batch has ended: there is nothing left to run or to cancel.")
SB5 = policy(
    "SB5", _SOURCE, "A file comes once, for a batch that was declared and waits for it. See the batch."
)
SB4 = policy(
    "SB4",
    _SOURCE,
    "An answer is handed out once its batch is done, and until its files are removed. See: jukinet batch show.",
)
SB6 = policy(
    "SB6",
    _SOURCE,
    "An answer leaves as its file came, over the line or on media: so the law decided, and so the book says it.",
)

SAME_FOR = timedelta(days=1)
"""How long after its end a batch is still what the same file is: for who did not hear the answer and tries again.

Later the same list is a new request, whose answers are of that day.
"""
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Submitted:
    """A batch that was taken in; ``before``: it was here already, and nothing was done anew."""

    batch: Batch
    before: bool = False


def decide(ctx: Context, tx: Transaction, asked: Asked, on: date) -> Decision:
    """Whether the request of a batch may be answered on a day: every rule of a single request that failed, and SB2."""
    by_line = asked.way is Way.LINE
    failed = turned_away(ctx, tx, asked.organ, asked.operator, by_line=by_line, for_organ=asked.for_organ)
    governor = ctx.node.role is NodeRole.PREFECTURE
    decision = deciding.by_law(
        ctx,
        asked.for_organ or asked.organ,
        asked.affair,
        asked.by,
        on,
        alone.running(tx) if governor else (),
        through=asked.organ if asked.for_organ else None,
        ordinances=_ordinances(ctx, tx) if governor else (),
        by_line=by_line,
        special_request=asked.special_request is not None,
        centre=centre.state(tx),
    )
    if isinstance(decision, Refused):
        failed += decision.failed
    if asked.since is not None and not _may_follow(rows.find(tx, asked.since, asked.organ), asked):
        failed.append(SB2)
    return Refused(tuple(failed)) if failed else decision


def turned_away(
    ctx: Context,
    tx: Transaction,
    organ: OrganSlug,
    operator: str,
    *,
    by_line: bool,
    for_organ: OrganSlug | None = None,
) -> list[FailedRule]:
    """What stands against an organ itself, or against this node serving anybody over the line: NC1, S11, SL5, SL6.

    ``for_organ``: for whom a governor hands the request on, who must be served too.
    """
    directory, both = ctx.directory(), (organ, for_organ or organ)
    entries = [directory.organ(one) for one in both]
    checks = (
        (NC1, not by_line or line.present(tx).state is LineState.OPEN),
        (S11, all(entry is not None and entry.state is OrganState.ACTIVE for entry in entries)),
        (SL5, not any(supply_blocks.stands(tx, "organ", one.text) for one in both)),
        (SL6, not supply_blocks.stands(tx, "operator", f"{organ.text} {operator}")),
    )
    return [rule for rule, holds in checks if not holds]


def _ordinances(ctx: Context, tx: Transaction) -> tuple[Affair, ...]:
    return tuple(affair_of(number, said, ctx.node) for number, said in ordinances.affairs(tx).items())


def _may_follow(earlier: Batch | None, asked: Asked) -> bool:
    return earlier is not None and earlier.state is BatchState.DONE and earlier.asked.affair == asked.affair


def enter(
    ctx: Context,
    tx: Transaction,
    asked: Asked,
    batch_id: str,
    digest: bytes,
    state: BatchState,
    *,
    most_of_one: int | None = None,
    brought_to: str | None = None,
) -> Submitted:
    """Let a file that stands under this id be a batch; or find the batch that the same file is already."""
    rows.hold(tx)
    since = rows.find(tx, asked.since) if asked.since else None
    since_no = since.number if since else None
    known = rows.same(tx, asked, since_no, digest, ended_after=ctx.now() - SAME_FOR)
    if known is None:
        secret = secrets.token_bytes(_SECRET_BYTES)
        rows.add(
            tx,
            batch_id,
            asked,
            since_no,
            digest,
            secret,
            state,
            most_of_one=most_of_one,
            brought_to=brought_to,
            at=ctx.now(),
        )
    found = rows.find(tx, known or batch_id)
    if found is None:
        raise LookupError("a batch that was just entered is there")
    return Submitted(found, before=known is not None)


def goes_on(batch: Batch | None) -> Decision:
    """Whether there is anything left to do of a batch: SB1, SB3."""
    if batch is None:
        return Refused((SB1,))
    return require((SB3, not batch.state.ended))


def is_ready(batch: Batch | None, files: BatchFiles, way: Way) -> Decision:
    """Whether there is an answer to hand out in this way: SB1, SB4, SB6."""
    if batch is None:
        return Refused((SB1,))
    done = batch.state is BatchState.DONE and files.result(batch.id, batch.asked.format).exists()
    return require((SB4, done), (SB6, batch.asked.way is way))


def note_decision(
    ctx: Context, tx: Transaction, event: AuditEvent, asked: Asked, decision: Decision, reference: str | None
) -> None:
    """Write the entry of what the organ itself did, or was refused."""
    outcome = Outcome.DONE if isinstance(decision, Permitted) else Outcome.REFUSED
    note(ctx, tx, event, asked, outcome, trail.rules_of(decision), reference)


def note(
    ctx: Context,
    tx: Transaction,
    event: AuditEvent,
    asked: Asked,
    outcome: Outcome,
    rules: tuple[str, ...],
    reference: str | None,
) -> bytes:
    """Write an entry about a batch, in the name of the organ whose it is; its leaf."""
    return trail.note(
        ctx,
        tx,
        event,
        outcome,
        asked.organ.uri,
        terminal=terminal_of(asked),
        affair=asked.affair,
        reference=reference,
        rules=rules,
    )


def terminal_of(asked: Asked) -> str:
    """Which operator of the organ asks, in which case and for whom: as entries of single requests say it."""
    handed_on = f" / for {asked.for_organ}" if asked.for_organ else ""
    special = f" / special request {asked.special_request}" if asked.special_request else ""
    return f"{asked.operator} / {asked.case}{handed_on}{special}"


def cancel(ctx: Context, tx: Transaction, batch: Batch) -> None:
    """End a batch without an answer, in a transaction that holds it; whoever was told of by then stays recorded.

    Between its entry and its promise it has the one entry that speaks for them; another would count them twice.
    """
    rows.end(tx, batch.id, BatchState.CANCELLED, root_of(batch), ctx.now())
    if batch.rows_done and not is_entered(ctx, batch):
        note_answered(ctx, tx, batch, BatchState.CANCELLED)


def is_entered(ctx: Context, batch: Batch) -> bool:
    """Whether the entry of its whole answer stands in the log, in this life of it."""
    return batch.leaf is not None and batch.leaf_log == log_name(ctx.node, ctx.incarnation)


def note_answered(ctx: Context, tx: Transaction, batch: Batch, state: BatchState) -> bytes:
    """Write the one entry of the log that speaks for everyone of whom a batch told; its leaf."""
    limited = batch.counts.get(RowResult.LIMITED, 0)
    beyond = (person_rule(), f"limited {limited}") if limited else ()
    told = (f"{state}", f"rows {batch.rows_done}", f"persons {batch.people}", f"root {root_of(batch).hex()}")
    return note(
        ctx,
        tx,
        AuditEvent.BATCH_ANSWERED,
        batch.asked,
        Outcome.DONE,
        (*batch.basis, *beyond, *told),
        batch.id,
    )


def root_of(batch: Batch) -> bytes:
    """The root over the leaves of everyone of whom a batch told, as far as it is."""
    return Frontier(batch.people, batch.tree).root()


def stop(ctx: Context, batch_id: str, rules: tuple[str, ...], outcome: Outcome) -> None:
    """Keep a batch from going on by itself, and say why; what it has answered stays."""
    with ctx.begin() as tx:
        batch = rows.lock(tx, batch_id)
        if batch is not None and not batch.state.ended:
            rows.turn(tx, batch_id, BatchState.STOPPED, rules)
            note(ctx, tx, AuditEvent.BATCH_STOPPED, batch.asked, outcome, rules, batch_id)


RULES: tuple[FailedRule, ...] = (SB1, SB2, SB3, SB4, SB5, SB6)

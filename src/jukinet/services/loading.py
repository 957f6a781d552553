"""Taking over a register from an earlier system: whole households at once.

Each record becomes a first version and, for those who have a code, an identity notice, exactly as an act by
a clerk would. Japanese residents without a code are given one from the pool and are to be told in writing;
foreign residents get theirs on the day the network begins for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.items import RecordKind, ResidentRecord
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.services import acts, code_stock, register
from jukinet.services.acts import Act
from jukinet.services.codes import Coded
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry

_HOUSEHOLDS = 50
"""Households in one transaction."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many records were taken over."""

    records: int


def load_households(
    ctx: Context,
    claim: OperatorClaim,
    households: Iterable[Sequence[ResidentRecord]],
    progress: Callable[[int], None] = lambda _: None,
) -> Loaded | Refused:
    """Load households in batches, each a transaction with one audit entry a person; ``progress`` gets the count."""
    loaded = 0
    for batch in _batches(households):
        with ctx.begin() as tx:
            act = acts.open_act(ctx, tx, claim, Permission.REGISTER_LOAD_RUN, AuditEvent.REGISTER_LOADED)
            if isinstance(act.gate, Refused):
                return act.refuse(act.gate)
            loaded += _load_batch(act, act.gate, batch)
        progress(loaded)
    return Loaded(loaded)


def _batches(households: Iterable[Sequence[ResidentRecord]]) -> Iterator[list[Sequence[ResidentRecord]]]:
    batch: list[Sequence[ResidentRecord]] = []
    for household in households:
        batch.append(household)
        if len(batch) == _HOUSEHOLDS:
            yield batch
            batch = []
    if batch:
        yield batch


def _needs_code(act: Act, record: ResidentRecord) -> bool:
    coded_kind = record.kind is RecordKind.JAPANESE
    return coded_kind and record.code is None and act.ctx.is_connected(act.ctx.node)


def _load_batch(act: Act, decision: Permitted, batch: list[Sequence[ResidentRecord]]) -> int:
    uncoded = sum(_needs_code(act, record) for household in batch for record in household)
    drawn: Iterator[ResidentRecordCode] = iter(code_stock.draw_many(act, uncoded))
    count = 0
    for household in batch:
        number = register.new_household_no(act.ctx, act.tx)
        for record in household:
            given = Coded(replace(record, household_number=number), notify=False)
            if _needs_code(act, record):
                given = Coded(replace(given.record, code=next(drawn)), notify=True)
            entry = Entry(act.claim, RegisterReason.RECORDED_EX_OFFICIO, record.recorded_since)
            held = register.enter_new(act.ctx, act.tx, given.record, entry, taken_over=True)
            given.note(act, held)
            act.done(decision, held)
            count += 1
    return count

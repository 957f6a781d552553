"""The journal of acts, kept beside the database: which acts there were, by audit number, and what each one said.

After a restore it alone tells which acts came after the backup. It names nobody. It is written by the worker a moment
after the acts, in their order and without a hole: a number is written once no transaction can still commit a lower one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from jukinet.audit.events import AuditEvent
from jukinet.services.context import Context
from jukinet.store import audit_log
from jukinet.store.audit_log import Mark
from jukinet.store.database import Transaction
from jukinet.store.lives import Done

NO_ACTS = frozenset(
    {
        AuditEvent.NODE_STARTED,
        AuditEvent.DIRECTORY_TAKEN,
        AuditEvent.AUDIT_READ,
        AuditEvent.BACKUP_MADE,
        AuditEvent.RETENTION_COUNTED,
        AuditEvent.RECOVERY_READ,
        AuditEvent.LOST_LISTED,
        AuditEvent.LOST_READ,
        AuditEvent.MISSING_NOTICES_READ,
        AuditEvent.HEADLESS_READ,
        AuditEvent.MINISTER_NOTICE_SHOWN,
        AuditEvent.TELLINGS_READ,
        AuditEvent.DUPLICATES_READ,
        AuditEvent.REGISTER_CHECKED,
        AuditEvent.REGISTER_EXPORTED,
        AuditEvent.GAZETTEER_READ,
        AuditEvent.RESIDENT_READ,
        AuditEvent.RESIDENTS_SEARCHED,
        AuditEvent.RESIDENT_LISTED,
        AuditEvent.KOSEKI_READ,
        AuditEvent.KOSEKI_RECEIVED,
        AuditEvent.SUPPLEMENTARY_TOLD,
        AuditEvent.SUPPLEMENTARY_READ,
        AuditEvent.HOLD_READ,
        AuditEvent.MEASURE_READ,
        AuditEvent.ALERTS_READ,
        AuditEvent.POPULATION_COUNTED,
        AuditEvent.DRAFT_READ,
        AuditEvent.DRAFTS_LISTED,
        AuditEvent.SEARCHES_RECALLED,
        AuditEvent.ANSWER_REPEATED,
        AuditEvent.CODES_RECEIVED,
        AuditEvent.NOTICE_APPLIED,
        AuditEvent.CONFIRMATION_RECEIVED,
        AuditEvent.RECORDS_CONTRADICT,
        AuditEvent.DUPLICATES_LISTED,
        AuditEvent.PARKED_READ,
        AuditEvent.PARKED_SHOWN,
        AuditEvent.LANES_READ,
        AuditEvent.SENT_READ,
        AuditEvent.UNANSWERED_READ,
        AuditEvent.CONSISTENCY_BEGUN,
        AuditEvent.CONSISTENCY_ENDED,
        AuditEvent.CONSISTENCY_ANSWERED,
        AuditEvent.DIFFERENCES_READ,
        AuditEvent.FORMER_NUMBERS_READ,
        AuditEvent.ADDRESSES_LISTED,
        AuditEvent.HANDED_OVER_EXPORTED,
        AuditEvent.HANDSHAKE_ANSWERED,
        AuditEvent.COPY_DATA_SUPPLIED,
        AuditEvent.COPY_DATA_GIVEN_AGAIN,
        AuditEvent.SUPPLIED,
    }
)
"""What changes nothing that a restore could lose: looks, and what a peer says again."""

_MARK_EVERY = 1000
"""Audit numbers without an act after which the journal says all the same how far it is."""

_AT_ONCE = 100_000
"""Audit numbers that are read together: a journal that begins late has the whole history before it."""


@dataclass(slots=True)
class Journal:
    """Where the journal is: every act up to ``last`` is in it. ``append`` writes lines that stay, or raises."""

    append: Callable[[Sequence[Done]], None]
    last: int
    _written: int = field(init=False)
    """The last number that stands in the journal: that of an act, or of a mark."""
    _waits: Mark | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._written = self.last

    def poll(self, ctx: Context) -> int:
        """Write what is settled; how many acts."""
        with ctx.begin() as tx:
            if self._waits is None:
                self._waits = audit_log.mark(tx)
                return 0
            waits = self._waits
            if not audit_log.is_settled(tx, waits):
                return 0
            last = min(waits.audit, self.last + _AT_ONCE)
            found = audit_log.acts_between(tx, self.last, last, NO_ACTS)
            following = audit_log.mark(tx)
        lines = found or ([Done(last, "", ())] if last - self._written >= _MARK_EVERY else [])
        if lines:
            self.append(lines)
            self._written = lines[-1].audit_no
        self.last, self._waits = last, following
        return len(found)


def rest(tx: Transaction, last: int) -> Iterator[list[Done]]:
    """All acts that the journal does not hold yet, in parts, of a database in which nobody acts any more."""
    newest = audit_log.mark(tx).audit
    for low in range(last, newest, _AT_ONCE):
        yield audit_log.acts_between(tx, low, min(low + _AT_ONCE, newest), NO_ACTS)

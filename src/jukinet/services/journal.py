"""The journal of acts, kept beside the database: which acts there were, by audit number, and what each one said.

After a restore it alone tells which acts came after the backup. It names nobody. It is written by the worker a moment
after the acts, in their order and without a hole: a number is written once no transaction can still commit a lower one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
"""Audit entries without an act after which the journal says all the same how far it is."""


@dataclass(slots=True)
class Journal:
    """Where the journal is: everything up to ``last`` is in it. ``append`` writes lines that stay, or raises."""

    append: Callable[[Sequence[Done]], None]
    last: int
    _written: int = 0
    _outbox: int = 0
    _waits: Mark | None = field(default=None)

    def poll(self, ctx: Context) -> int:
        """Write what is settled; how many acts."""
        with ctx.begin() as tx:
            if self._waits is None:
                self._waits = audit_log.mark(tx)
                return 0
            waits = self._waits
            if not audit_log.is_settled(tx, waits):
                return 0
            found = audit_log.acts_between(tx, self.last, waits.audit, self._outbox, NO_ACTS)
            following = audit_log.mark(tx)
        if found or waits.audit - max(self.last, self._written) >= _MARK_EVERY:
            self.append(found or [Done(waits.audit, "", ())])
            self._written = waits.audit
        # The outbox row of an act has its number before the audit entry has: looked for from one mark further back.
        self.last, self._outbox, self._waits = waits.audit, waits.outbox_before, following.after(waits)
        return len(found)


def rest(tx: Transaction, last: int) -> list[Done]:
    """All acts that the journal does not hold yet, of a database in which nobody acts any more."""
    return audit_log.acts_between(tx, last, audit_log.mark(tx).audit, 0, NO_ACTS)

"""The versions of a record as a copy with its history, or of a deleted one, reads them.

Owns the look-up, up to the version that the paper shows: what was entered later is not on it. What of them is told is
in ``jukinet.law.copy_history``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from jukinet.law import copy_history, retention
from jukinet.law.copy_history import Step
from jukinet.services import notes
from jukinet.services.context import JAPAN
from jukinet.store import residents
from jukinet.store.database import Transaction
from jukinet.store.residents import Held


def steps_of(tx: Transaction, held: Held, at: datetime, *, special: bool = False) -> tuple[Step, ...]:
    """Every version up to that of ``held``, with what was remarked on it by a moment.

    ``special``: remarks too that a copy leaves out unasked.
    """
    said = notes.remarks_on_versions(tx, held, at, special=special)
    return tuple(
        Step(
            history_no=version.history_no,
            reason=version.reason,
            place=(version.effective_on, version.effective_seq),
            recorded_on=version.recorded_at.astimezone(JAPAN).date(),
            notified_on=version.notified_on,
            present=version.present,
            record=version.record,
            remarks=said.get(version.history_no, ()),
        )
        for version in residents.history(tx, held.resident_id)
        if version.history_no <= held.history_no
    )


def is_in_term(steps: Sequence[Step], on: date) -> bool:
    """Whether a deleted record is one that is kept still (Ord. 34(1)), whatever the night's erasing has come to."""
    gone = copy_history.deleted_on(steps)
    return gone is not None and on <= retention.DELETED_RECORDS.last_day(gone)


def householder_before(tx: Transaction, gone: Held, steps: Sequence[Step]) -> Held | None:
    """Who was householder on the day before a record was deleted; None where the register cannot tell."""
    if gone.record.is_householder:
        return gone
    deletion = copy_history.deletion_of(steps)
    if deletion is None:
        return None
    household = gone.record.household_number
    before = deletion.on - timedelta(days=1)
    for resident_id, number in residents.household_ever(tx, household):
        then = residents.version_as_known(tx, resident_id, on=before)
        if then and then.present and then.record.is_householder and then.record.household_number == household:
            return Held(resident_id, number, then.present, then.history_no, then.record)
    return None

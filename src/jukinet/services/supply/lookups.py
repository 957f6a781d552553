"""What is said of the persons asked for, from what the desk's statement found.

Which of a record's facts make which result stands in that statement (``answer`` in ``supply.sql``), and in
``jukinet.law.supply.outcome``; a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import NodeRole
from jukinet.domain.persons import Private
from jukinet.law import retention
from jukinet.law.decisions import FailedRule, Refused
from jukinet.law.retention import KeptNotice
from jukinet.law.supply import AnswerReason, Result
from jukinet.messages.promises import Promise
from jukinet.store.supply import Notified, Settled, Told

POLICIES = ("history: earlier notices of the same code are given with the answer",)
"""What of an answer is our choice and not law; shown in it."""

_RESULTS = {
    "found": (Result.FOUND, None),
    "none": (Result.NONE, None),
    "ambiguous": (Result.AMBIGUOUS, None),
    "undetermined": (Result.UNDETERMINED, None),
    "superseded": (Result.NONE, AnswerReason.SUPERSEDED),
}


@dataclass(frozen=True, slots=True, repr=False)
class Verification(Private):
    """An answer: what may be said, of whom, and on which basis. ``person`` where the result is FOUND.

    ``promise``: that its audit entry, which is committed, will be in the tree of the log.
    """

    request_id: str
    result: Result
    reason: AnswerReason | None
    person: Told | None
    history: tuple[Told, ...]
    basis: tuple[str, ...]
    promise: Promise | None = None

    @property
    def subject(self) -> ResidentRecordCode | None:
        """The code of the person of whom anything is told."""
        shown = self.person or next(iter(self.history), None)
        return shown.facts.code if shown else None


@dataclass(frozen=True, slots=True)
class Limited:
    """Not answered now: too much was asked. ``retry_after``: seconds until every limit that was met is new."""

    refused: Refused
    retry_after: float

    @property
    def failed(self) -> tuple[FailedRule, ...]:
        """The limits that were met."""
        return self.refused.failed


def verification(
    request_id: str,
    basis: tuple[str, ...],
    settled: Settled,
    holder: NodeRole,
    on: date,
    promise: Promise | None,
) -> Verification:
    """The answer to a request that was permitted."""
    result, reason = _RESULTS[settled.result]
    return Verification(
        request_id=request_id,
        result=result,
        reason=reason,
        person=settled.person if result is Result.FOUND else None,
        history=tuple(notice.told for notice in settled.history if _is_kept(notice, holder, on)),
        basis=basis,
        promise=promise,
    )


def _is_kept(notice: Notified, holder: NodeRole, on: date) -> bool:
    """Whether an earlier state is within its term (Ord. 30-6, 30-11).

    A governor's term of a deletion may end earlier than here, by a confirmation (Ord. 13(3)), which is not looked up.
    """
    told = notice.told
    kept = KeptNotice(told.kind, told.reason, notice.received_on, next_on=notice.next_on)
    until = retention.kept_until(kept, holder)
    return until is None or on <= until

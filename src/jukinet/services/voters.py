"""What the election commission is told of the register (選挙管理委員会への通知, Act Art. 15(2)), by days of entry.

A resident stands in it once, with what changed from before the first day to the end of the last: recorded, deleted, or
corrected in an item by which the roll knows them. Who came and went in between does not stand there, nor who only moved
between households. ``held``: somebody is held back, by a support measure for one; the commission's own roll can be
looked at by others too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import ResidentRecord
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.doubts import concerns_roll, decide_days
from jukinet.services import acts, withholding
from jukinet.services.context import JAPAN, Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import voters as store
from jukinet.store.voters import Changed


class Told(StrEnum):
    """What became of a record."""

    RECORDED = "recorded"
    DELETED = "deleted"
    CORRECTED = "corrected"


@dataclass(frozen=True, slots=True, repr=False)
class VoterChange(Private):
    """One resident: ``record`` as it is now, or of one who was deleted as it was before."""

    resident_no: str
    told: Told
    reason: RegisterReason
    on: date
    record: ResidentRecord
    held: bool


def list_changes(
    ctx: Context, claim: OperatorClaim, first: date, last: date
) -> tuple[VoterChange, ...] | Refused:
    """Whose record changed from the first day of entry to the last, both in Japan's real calendar and included."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_VOTERS_TELL, AuditEvent.VOTERS_TOLD)
        reference = f"{first}/{last}"
        days = decide_days(first, last, real_today=ctx.now().astimezone(JAPAN).date())
        decision = acts.every(act.gate, days)
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=reference)
        begin = datetime.combine(first, time.min, JAPAN)
        end = datetime.combine(last + timedelta(days=1), time.min, JAPAN)
        found = [(one, told) for one in store.changed(tx, begin, end) if (told := _told(one, act.today))]
        back = withholding.keeps_off_lists(tx, [one.resident_id for one, _ in found])
        act.done(Permitted((*decision.basis, f"persons {len(found)}")), reference=reference)
        return tuple(_change(one, told, held=one.resident_id in back) for one, told in found)


def _change(one: Changed, told: Told, *, held: bool) -> VoterChange:
    record = one.after or one.before
    if record is None:
        raise TypeError("who is told of was recorded before or is now")
    return VoterChange(one.resident_no, told, one.reason, one.effective_on, record, held)


def _told(one: Changed, on: date) -> Told | None:
    before, after = _of_roll(one.before, on), _of_roll(one.after, on)
    if before is None and after is None:
        return None
    if before is None:
        return Told.RECORDED
    if after is None:
        return Told.DELETED
    return Told.CORRECTED if _by_which_known(before) != _by_which_known(after) else None


def _of_roll(record: ResidentRecord | None, on: date) -> ResidentRecord | None:
    return record if record and concerns_roll(record.kind, record.birth_date, on) else None


def _by_which_known(record: ResidentRecord) -> tuple[object, ...]:
    """Name, date of birth, sex and address, and since when somebody has lived here, as it is stated."""
    return (
        *(record.name, record.birth_date, record.sex, record.address),
        record.day("became_resident_on"),
    )

"""Nicknames (通称) of foreign residents: recorded on application, deleted on request, removed ex officio.

A nickname belongs to the name in an identity notice (Ord. 30-26(7)): each of these acts calls for one. What a move
brings along is recorded by the move itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import Nickname, RecordKind, ResidentRecord
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Decision, Refused
from jukinet.law.ex_officio import Telling
from jukinet.law.nicknames import (
    FN1,
    NicknameApplication,
    decide_deletion,
    decide_recording,
    decide_removal,
)
from jukinet.services import acts, notifying, register
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.foreign_filings import NicknameDeletionFiling, NicknameFiling, NicknameRemovalFiling
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry, Registered
from jukinet.store import residents, tellings
from jukinet.store.residents import Held


def record_nickname(ctx: Context, claim: OperatorClaim, filing: NicknameFiling) -> Registered | Refused:
    """Record a nickname that is proved to be needed (Ord. 30-26(1)(2)), with place and day (30-27(1)(i))."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.NICKNAME_RECORDED)
        held, family = _lock(act, filing.resident_no)
        if held is None:
            return act.refuse(_nobody(act), Subject(filing.resident_no))
        record = held.record
        decision = decide_recording(
            NicknameApplication(filing.nickname, filing.filed_on, filing.proof_shown, filing.found_needed),
            record.name,
            record.nickname,
            record.former_nicknames,
            recorded_here=held.present,
            foreign=record.kind is RecordKind.FOREIGN,
            on=act.today,
        )
        nickname = Nickname(filing.nickname, act.today, ctx.municipality)
        brought = notifying.decide_application(act, filing.notified_by, family)
        entry = Entry(claim, RegisterReason.NICKNAME_RECORDED, act.today, filing.filed_on, filing.notified_by)
        return _enter(act, held, (decision, brought), lambda old: replace(old, nickname=nickname), entry)


def delete_nickname(
    ctx: Context, claim: OperatorClaim, filing: NicknameDeletionFiling
) -> Registered | Refused:
    """Delete a nickname because the person asks for it (Ord. 30-26(4)); it goes into the history (30-27(1)(ii))."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.NICKNAME_DELETED)
        held, family = _lock(act, filing.resident_no)
        if held is None:
            return act.refuse(_nobody(act), Subject(filing.resident_no))
        nickname = held.record.nickname
        decision = decide_deletion(nickname, filing.filed_on, recorded_here=held.present, on=act.today)
        brought = notifying.decide_application(act, filing.notified_by, family)
        entry = Entry(claim, RegisterReason.NICKNAME_DELETED, act.today, filing.filed_on, filing.notified_by)
        return _enter(act, held, (decision, brought), _deleted(act.today, ctx.municipality), entry)


def remove_nickname(
    ctx: Context, claim: OperatorClaim, filing: NicknameRemovalFiling
) -> Registered | Refused:
    """Delete a nickname that is no longer needed, ex officio, and note how the person learns of it (Ord. 30-26(5))."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.NICKNAME_REMOVED)
        held = residents.lock(tx, filing.resident_no)
        if held is None:
            return act.refuse(_nobody(act), Subject(filing.resident_no))
        decision = decide_removal(
            held.record.nickname,
            filing.telling,
            found_needless=filing.found_needless,
            recorded_here=held.present,
            on=act.today,
        )
        entry = Entry(claim, RegisterReason.NICKNAME_DELETED, act.today)
        deleted = _deleted(act.today, ctx.municipality)
        return _enter(act, held, (decision,), deleted, entry, telling=filing.telling)


def _lock(act: Act, resident_no: str) -> tuple[Held | None, list[Held]]:
    """The resident with the present members of the household, who may bring an application (Ord. 30-26(6))."""
    locked = residents.lock_families(act.tx, numbers=[resident_no])
    held = next((one for one in locked if one.resident_no == resident_no), None)
    return held, [one for one in locked if one.present]


def _nobody(act: Act) -> Refused:
    """The gate's own refusal first: who may not act learns nothing of who is recorded."""
    return act.gate if isinstance(act.gate, Refused) else Refused((FN1,))


def _deleted(on: date, by: MunicipalityCode) -> register.Change:
    def change(record: ResidentRecord) -> ResidentRecord:
        if record.nickname is None:
            return record
        former = replace(record.nickname, deleted_on=on, deleted_by=by)
        return replace(record, nickname=None, former_nicknames=(*record.former_nicknames, former))

    return change


def _enter(
    act: Act,
    held: Held,
    decided: tuple[Decision, ...],
    change: register.Change,
    entry: Entry,
    telling: Telling | None = None,
) -> Registered | Refused:
    decision = acts.every(act.gate, *decided, register.decide_begun(act.tx, held, entry.effective_on))
    if isinstance(decision, Refused):
        return act.refuse(decision, held)
    changed = register.enter(act.ctx, act.tx, held, change, entry)
    if telling is not None:
        tellings.add(act.tx, changed, telling, act.today)
    act.done(decision, held, reference=entry.kinds)
    return Registered((held.resident_no,), decision.remarks)

"""Undoing an act (異動の取消し): a version at the place of what it undoes, which carries the state restored.

Owns how the state before an act is found and what becomes of the versions after it. What may be undone is in
``jukinet.law.undoing``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import HOUSEHOLDER, ResidentRecord
from jukinet.domain.numbers import check_record_number
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import reading
from jukinet.domain.relationship import check_relationship
from jukinet.law import mergers
from jukinet.law import undoing as law
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.law.undoing import Undoing, decide_undoing, reason_of
from jukinet.services import acts, at_request, card_following, households, register, withholding
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry, Registered
from jukinet.store import residents
from jukinet.store.residents import Held, Version

_LEFT = frozenset({RegisterReason.MOVE_OUT, RegisterReason.MOVE_OUT_ABROAD})


@dataclass(frozen=True, slots=True)
class UndoFiling:
    """取消し: which version's act is undone. ``relationship``: what holds after it, if not what stood before.

    ``at_request``: the person asked for it (申出), on the day ``applied_on`` where it is stated, else today.
    """

    resident_no: str
    history_no: int
    relationship: str | None = None
    applied_on: date | None = None
    at_request: bool = False


def read_undo(data: object) -> UndoFiling:
    with reading(data) as fields:
        return UndoFiling(
            resident_no=fields.take("resident_no", check_record_number),
            history_no=fields.integer("history_no", least=1, most=1_000_000),
            relationship=fields.optional("relationship", check_relationship),
            applied_on=fields.optional_date("applied_on"),
            at_request=fields.flag("at_request", default=False),
        )


def undo(ctx: Context, claim: OperatorClaim, filing: UndoFiling) -> Registered | Refused:
    """Restore what stood before an act, as a new event; later acts keep what they changed (specification 4.6)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RECORD_CORRECT, AuditEvent.ACT_UNDONE)
        locked = residents.lock_to_restore(tx, filing.resident_no)
        held = next((one for one in locked if one.resident_no == filing.resident_no), None)
        if held is None:
            return act.refuse_unknown(law.U1, filing.resident_no)
        filing = replace(
            filing, applied_on=at_request.day_of(act, filing.applied_on, asked=filing.at_request)
        )
        past = _Past.of(residents.history(tx, held.resident_id), filing)
        decision = acts.every(
            act.gate,
            decide_undoing(
                _undoing(held, past, locked, back=residents.recorded_under_another_code(tx, held)),
                on=act.today,
            ),
            mergers.decide_undoing(past.undone.reason if past.undone else None),
            register.decide_held(tx, held),
            acts.decide_applied(act, filing.applied_on),
        )
        if isinstance(decision, Refused) or past.undone is None:
            refused = decision if isinstance(decision, Refused) else Refused((law.U1,))
            return act.refuse(refused, held)
        withholding.use_lifts(tx, withholding.on(tx, held), Process.CHANGE)
        changed = _enter(act, held, past, filing)
        at_request.remark(act, held, asked=filing.at_request)
        act.done(decision, changed)
        gone = held.present and not changed.present
        entry = Entry(claim, RegisterReason.UNDONE_REMOVING, act.today, filing.applied_on)
        remarks = households.settle(act, households.left_behind(locked, held), entry) if gone else ()
        return Registered((held.resident_no,), (*decision.remarks, *remarks))


@dataclass(frozen=True, slots=True)
class _Past:
    """The versions in force, in their order of effect, around the one that is undone."""

    undone: Version | None
    stands: bool
    before: Version | None
    later: tuple[Version, ...]
    relationship: str | None

    @classmethod
    def of(cls, history: list[Version], filing: UndoFiling) -> _Past:
        undone = next((one for one in history if one.history_no == filing.history_no), None)
        in_force = _in_force(history)
        if undone is None:
            return cls(None, stands=False, before=None, later=(), relationship=filing.relationship)
        place = (undone.effective_on, undone.effective_seq)
        earlier = [one for one in in_force if _place(one) < place]
        return cls(
            undone,
            stands=undone in in_force,
            before=earlier[-1] if earlier else None,
            later=tuple(one for one in in_force if _place(one) > place),
            relationship=filing.relationship,
        )

    def restored(self) -> tuple[bool, ResidentRecord]:
        """Presence and record as they stood before the act; a record that it began ends as it was begun."""
        if self.undone is None:
            raise TypeError("there is nothing to restore")
        if self.before is None:
            return False, self.undone.record
        record = self.before.record
        if self.undone.reason in _LEFT:
            # Who did not leave has no plan to: with it, the worker would delete the record again.
            record = replace(record, move_out=None, confirmed_move=None)
        if self.relationship is not None:
            record = replace(record, relationship=self.relationship)
        return self.before.present, record

    def states(self) -> list[register.State]:
        """What the undoing writes: first at the place of what is undone; then at each later one, in their order."""
        if self.undone is None:
            raise TypeError("there is nothing to undo")
        states = [self.restored()]
        was_present, was = self.undone.present, self.undone.record
        for old in self.later:
            present, record = states[-1]
            kept = present if old.present == was_present else old.present
            states.append((kept, register.redone(was, old.record, on=record)))
            was_present, was = old.present, old.record
        return states


def _place(version: Version) -> tuple[date, int]:
    return version.effective_on, version.effective_seq


def _in_force(history: list[Version]) -> list[Version]:
    """The last word at each place, in the order of effect."""
    last: dict[tuple[date, int], Version] = {}
    for version in history:
        last[_place(version)] = version
    return [last[place] for place in sorted(last)]


def _undoing(held: Held, past: _Past, locked: list[Held], *, back: bool) -> Undoing:
    """``back``: the person is recorded here again under a code that was changed since."""
    if past.undone is None:
        return Undoing(None, stands=False)
    present, record = past.restored()
    returns = present and not held.present
    others = [one for one in locked if one.present and one.resident_id != held.resident_id]
    household = [one for one in others if one.record.household_number == record.household_number]
    return Undoing(
        past.undone.reason,
        stands=past.stands,
        recorded_again=returns
        and (back or any(one.record.code == held.record.code for one in others if held.record.code)),
        two_heads=present
        and record.relationship == HOUSEHOLDER
        and any(one.record.is_householder for one in household),
        confirmed_elsewhere=returns and held.record.confirmed_move is not None,
    )


def _enter(act: Act, held: Held, past: _Past, filing: UndoFiling) -> Held:
    """The undoing at its place, then each later version once more on what now stands before it."""
    if past.undone is None:
        raise TypeError("there is nothing to undo")
    (present, record), *later = past.states()
    reason = reason_of(before=past.undone.present, after=present)
    changed = residents.append(
        act.tx, held, _restating(act, past.undone, filing, reason=reason, present=present, record=record)
    )
    for old, (present, record) in zip(past.later, later, strict=True):
        changed = residents.append(
            act.tx,
            changed,
            _restating(act, old, filing, reason=old.reason, present=present, record=record),
        )
    # The notice bears the day on which the mistake was put right; see docs/explanation/decisions/undoing.md.
    entry = Entry(act.claim, reason_of(before=held.present, after=changed.present), act.today)
    card_following.follow(act.ctx, act.tx, held, changed, entry)
    register.notify(act.ctx, act.tx, held, changed, entry)
    return changed


def _restating(
    act: Act,
    old: Version,
    filing: UndoFiling,
    *,
    reason: RegisterReason,
    present: bool,
    record: ResidentRecord,
) -> Version:
    return Version(
        reason=reason,
        effective_on=old.effective_on,
        effective_seq=old.effective_seq,
        recorded_at=act.ctx.now(),
        operator=act.claim.operator_id,
        terminal=act.claim.terminal,
        notified_on=filing.applied_on,
        present=present,
        record=record,
        restates=old.history_no,
    )

"""Undoing an act (異動の取消し): a version at the place of what it undoes, which carries the state restored.

Owns the order of the steps: whom the act concerned, who is locked, what is told. How the state before an act is found
is in ``jukinet.services.undone``, what may be undone in ``jukinet.law.undoing``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import HOUSEHOLDER, ResidentRecord
from jukinet.domain.numbers import check_record_number
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import reading
from jukinet.domain.relationship import check_relationship
from jukinet.law import mergers
from jukinet.law import undoing as law
from jukinet.law.decisions import Decision, Permitted, Refused, Remark
from jukinet.law.holds import Process
from jukinet.law.undoing import Undoing, decide_undoing, reason_of
from jukinet.services import acts, at_request, card_following, households, register, undone, withholding
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry, Registered
from jukinet.services.undone import Past
from jukinet.store import residents
from jukinet.store.database import Transaction
from jukinet.store.residents import Held, Version


@dataclass(frozen=True, slots=True)
class UndoFiling:
    """取消し: which version's act is undone. ``relationship``: what holds after it, if not what stood before.

    ``whole``: also what the same act did to others. ``at_request``: the person asked for it (申出), on the day
    ``applied_on`` where it is stated, else today.
    """

    resident_no: str
    history_no: int
    relationship: str | None = None
    applied_on: date | None = None
    at_request: bool = False
    whole: bool = False


def read_undo(data: object) -> UndoFiling:
    with reading(data) as fields:
        return UndoFiling(
            resident_no=fields.take("resident_no", check_record_number),
            history_no=fields.integer("history_no", least=1, most=1_000_000),
            relationship=fields.optional("relationship", check_relationship),
            applied_on=fields.optional_date("applied_on"),
            at_request=fields.flag("at_request", default=False),
            whole=fields.flag("whole", default=False),
        )


def undo(ctx: Context, claim: OperatorClaim, filing: UndoFiling) -> Registered | Refused:
    """Restore what stood before an act, as a new event; later acts keep what they changed (specification 4.6)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RECORD_CORRECT, AuditEvent.ACT_UNDONE)
        scene = _set(act, filing)
        if scene is None:
            return act.refuse_unknown(law.U1, filing.resident_no)
        asked_on = at_request.day_of(act, filing.applied_on, asked=filing.at_request)
        decision = acts.every(
            act.gate,
            *(_decide(act, scene, one) for one in scene.restored),
            acts.require((law.AR1, scene.known or not filing.whole)),
            acts.decide_applied(act, asked_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, *(one.held for one in scene.restored))
        entered = [_enter(act, one, asked_on) for one in scene.restored]
        for one, changed in zip(scene.restored, entered, strict=True):
            at_request.remark(act, one.held, asked=filing.at_request)
            act.done(decision, changed)
        remarks = _settle(act, scene, entered, asked_on)
        return Registered(
            tuple(held.resident_no for held in entered), tuple(dict.fromkeys((*decision.remarks, *remarks)))
        )


@dataclass(frozen=True, slots=True)
class _Restored:
    """One record of the act that is undone, as locked."""

    held: Held
    past: Past

    def after(self) -> Held:
        """The resident as the undoing leaves them."""
        if not self.past.undone:
            return self.held
        present, record = self.past.states()[-1]
        return replace(self.held, present=present, record=record)


@dataclass(frozen=True, slots=True)
class _Scene:
    """Everybody concerned, as locked; ``restored``: whose records go back. ``known``: what the act did besides is."""

    restored: tuple[_Restored, ...]
    locked: tuple[Held, ...]
    known: bool

    def after(self) -> list[Held]:
        """Everybody as the undoing leaves them."""
        back = {one.held.resident_id: one.after() for one in self.restored}
        return [back.get(held.resident_id, held) for held in self.locked]


def _set(act: Act, filing: UndoFiling) -> _Scene | None:
    """Look whom the act concerned, lock them with the households that they leave and join, and look again."""
    chosen, known = _chosen(act.tx, filing)
    homes = {
        past.restored()[1].household_number for past in _pasts(act.tx, filing, chosen).values() if past.undone
    }
    locked = residents.lock_to_restore(act.tx, chosen, homes)
    pasts = _pasts(act.tx, filing, chosen)
    if any(past.restored()[1].household_number not in homes for past in pasts.values() if past.undone):
        raise JukinetError(
            ErrorKind.UNAVAILABLE, "The record was changed meanwhile; nothing was stored. Try again."
        )
    restored = [_Restored(held, pasts[held.resident_no]) for held in locked if held.resident_no in pasts]
    if filing.resident_no not in {one.held.resident_no for one in restored}:
        return None
    scene = _Scene(tuple(restored), tuple(locked), known)
    after = scene.after()
    return replace(scene, restored=tuple(_at_home(act, one, after) for one in restored))


def _chosen(tx: Transaction, filing: UndoFiling) -> tuple[dict[str, set[int]], bool]:
    """Which versions of whom are undone: the one that is named, and with ``whole`` what its act did to others."""
    chosen = {filing.resident_no: {filing.history_no}}
    if not filing.whole:
        return chosen, True
    history = residents.histories(tx, chosen).get(filing.resident_no, [])
    number = undone.act_of(history, filing.history_no)
    waiting, seen = [number], set[int]()
    while waiting:
        act_no = waiting.pop()
        if act_no is None or act_no in seen:
            continue
        seen.add(act_no)
        written = residents.of_act(tx, act_no)
        for who, history in residents.histories(tx, written).items():
            stands = undone.standing(history, written[who])
            if stands:
                chosen.setdefault(who, set()).update(one.history_no for one in stands)
            # A deletion on the planned day is an act by itself, with what followed for who stayed a moment longer.
            waiting += [undone.written_by(history, one) for one in stands]
    return chosen, number is not None


def _pasts(tx: Transaction, filing: UndoFiling, chosen: Mapping[str, set[int]]) -> dict[str, Past]:
    stated = {filing.resident_no: filing.relationship}
    return {
        who: Past.of(history, chosen[who], stated.get(who))
        for who, history in residents.histories(tx, chosen).items()
    }


def _at_home(act: Act, one: _Restored, after: Sequence[Held]) -> _Restored:
    """Who comes back to an address where nobody of the household lives any more is a household of its own (4.6.0.1)."""
    end = one.after()
    comes = end.present and (not one.held.present or RegisterReason.MOVE_WITHIN in one.past.reasons)
    if not comes:
        return one
    others = [held for held in after if held.resident_id != end.resident_id]
    home = residents.members(others, end.record.household_number)
    if any(held.record.address == end.record.address for held in home):
        return one
    number = register.new_household_no(act.ctx, act.tx) if home else None
    related = one.past.relationship or HOUSEHOLDER
    return replace(one, past=replace(one.past, household=number, relationship=related))


def _decide(act: Act, scene: _Scene, one: _Restored) -> Decision:
    back = residents.recorded_under_another_code(act.tx, one.held)
    return acts.every(
        Permitted(()),  # the gate has been looked at
        decide_undoing(_undoing(one.held, one.past, scene.after(), back=back), on=act.today),
        *(mergers.decide_undoing(reason) for reason in one.past.reasons),
        register.decide_held(act.tx, one.held),
    )


def _undoing(held: Held, past: Past, after: Sequence[Held], *, back: bool) -> Undoing:
    """``after``: everybody as the undoing leaves them. ``back``: here again under a code that was changed since."""
    if not past.undone:
        return Undoing(None, stands=False)
    present, record = past.restored()
    returns = present and not held.present
    others = [one for one in after if one.present and one.resident_id != held.resident_id]
    household = [one for one in others if one.record.household_number == record.household_number]
    return Undoing(
        past.first.reason,
        stands=past.stands,
        recorded_again=returns
        and (back or any(one.record.code == held.record.code for one in others if held.record.code)),
        two_heads=present
        and record.relationship == HOUSEHOLDER
        and any(one.record.is_householder for one in household),
        confirmed_elsewhere=returns and held.record.confirmed_move is not None,
    )


def _enter(act: Act, one: _Restored, asked_on: date | None) -> Held:
    """The undoing at its place, then each later version once more on what now stands before it."""
    held, past = one.held, one.past
    withholding.use_lifts(act.tx, withholding.on(act.tx, held), Process.CHANGE)
    changed = held
    for old, (present, record) in zip((past.first, *past.later), past.states(), strict=True):
        reason = reason_of(before=old.present, after=present) if old in past.undone else old.reason
        version = _restating(act, old, asked_on, reason=reason, present=present, record=record)
        changed = residents.append(act.tx, changed, version)
    # The notice bears the day on which the mistake was put right; see docs/explanation/decisions/undoing.md.
    entry = Entry(act.claim, reason_of(before=held.present, after=changed.present), act.today)
    card_following.follow(act.ctx, act.tx, held, changed, entry)
    _notify(act, held, changed, entry)
    return changed


def _notify(act: Act, held: Held, changed: Held, entry: Entry) -> None:
    """Of another nationality the stores are told as of two records: a deletion, then a recording (Ord. 8-2)."""
    if not (held.present and changed.present) or held.record.kind is changed.record.kind:
        register.notify(act.ctx, act.tx, held, changed, entry)
        return
    gone = replace(held, present=False)
    register.notify(act.ctx, act.tx, held, gone, replace(entry, reason=RegisterReason.UNDONE_REMOVING))
    register.notify(act.ctx, act.tx, gone, changed, replace(entry, reason=RegisterReason.UNDONE_ADDING))


def _settle(act: Act, scene: _Scene, entered: Sequence[Held], asked_on: date | None) -> tuple[Remark, ...]:
    """What follows in the households that somebody left by the undoing."""
    changed = {held.resident_id: held for held in entered}
    now = [changed.get(held.resident_id, held) for held in scene.locked]
    left = [
        one.held.record.household_number
        for one, after in zip(scene.restored, entered, strict=True)
        if one.held.present
        and (not after.present or after.record.household_number != one.held.record.household_number)
    ]
    entry = Entry(act.claim, RegisterReason.UNDONE_REMOVING, act.today, asked_on)
    return tuple(
        remark
        for household in dict.fromkeys(left)
        for remark in households.settle(act, residents.members(now, household), entry)
    )


def _restating(
    act: Act,
    old: Version,
    asked_on: date | None,
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
        notified_on=asked_on,
        present=present,
        record=record,
        restates=old.history_no,
    )

"""Identity stores at prefecture and centre: an identity notice (M1, M2) is applied to present and history.

State is kept per (code, municipality). Which record is the present place is the law's rule
(``jukinet.law.present_place``); it is worked out here, when a notice is applied, so that a look-up only reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason, passes_to
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode, NodeId, NodeRole
from jukinet.law import identity_notices, parameters, present_place, retention
from jukinet.law.decisions import Refused
from jukinet.law.present_place import PlaceRecord, Present
from jukinet.messages.bodies import IdentityNotice, MoveOutConfirmed
from jukinet.services import trail
from jukinet.services.context import Context
from jukinet.store import identity
from jukinet.store.database import Transaction
from jukinet.store.identity import PlaceState

_PLACE_EVENTS = frozenset({NoticeReason.MOVE_WITHIN})
"""Corrections that are themselves a taking-up of an address; others do not move the event date."""


@dataclass(frozen=True, slots=True)
class _Notice:
    """A notice being applied, with what surrounds it."""

    ctx: Context
    tx: Transaction
    origin: MunicipalityCode
    notice: IdentityNotice
    history_id: int
    today: date

    @property
    def change(self) -> ChangeInformation:
        return self.notice.change


def apply_notice(
    ctx: Context, tx: Transaction, notice: IdentityNotice, origin: NodeId, statement_id: str
) -> None:
    """Apply an identity notice of a municipality (Act Arts. 30-5, 30-11).

    Raises ``JukinetError`` (CONFLICT, INVALID) where it contradicts what this store holds: it is parked then.
    """
    today = ctx.business_date(tx)
    facts, change = notice.facts, notice.change
    decision = identity_notices.check(change, facts, on=today)
    if isinstance(decision, Refused):
        raise JukinetError(ErrorKind.INVALID, "The notice is not one that the law knows.")
    if origin.municipality is None:
        raise JukinetError(ErrorKind.FORBIDDEN, "Only a municipality makes identity notices.")
    codes = sorted({code for code in (facts.code, change.previous_code) if code is not None})
    states = {code: identity.lock_code(tx, code) for code in codes}
    history_id = identity.add_history(
        tx, statement_id, origin.municipality, facts, change, on=today, at=ctx.now()
    )
    applied = _Notice(ctx, tx, origin.municipality, notice, history_id, today)
    if facts.code is not None:
        _note_contradiction(applied, states[facts.code], statement_id)
        _apply_to_state(applied, facts.code, states)
    for code in codes:
        _follow_up(applied, states[code])
        _settle(tx, code, today)
    trail.note(
        ctx, tx, AuditEvent.NOTICE_APPLIED, Outcome.DONE, origin.uri, code=facts.code, reference=statement_id
    )


def _note_contradiction(
    applied: _Notice, records: Mapping[MunicipalityCode, PlaceState], statement_id: str
) -> None:
    """Alarm where two municipalities name different persons under one code; the notice is applied all the same.

    Which of them is wrong nobody knows here (Act Art. 30-2(2) lets no two have one code). Written once: a later
    notice of the same municipality that names the same birth date and sex says nothing new.
    """
    facts = applied.notice.facts
    own = records.get(applied.origin)
    if own is not None and (own.birth_date, own.sex) == (facts.birth_date, facts.sex):
        return
    others = [record for record in records.values() if record.municipality != applied.origin]
    differing = [
        item
        for item, differs in (
            ("birth-date", any(record.birth_date != facts.birth_date for record in others)),
            ("sex", any(record.sex is not facts.sex for record in others)),
        )
        if differs
    ]
    if differing:
        trail.note(
            applied.ctx,
            applied.tx,
            AuditEvent.RECORDS_CONTRADICT,
            Outcome.DONE,
            applied.origin.node_id.uri,
            code=facts.code,
            reference=statement_id,
            rules=tuple(differing),
        )


_States = dict[ResidentRecordCode, dict[MunicipalityCode, PlaceState]]


def _apply_to_state(applied: _Notice, code: ResidentRecordCode, states: _States) -> None:
    change, here = applied.change, applied.origin
    own = states[code].get(here)
    live = own is not None and own.live
    match change.kind:
        case ChangeKind.RECORDING:
            _require(not live, "The record is already live.")
            _put(applied, code, live=True, event_on=change.occurred_on)
        case ChangeKind.DELETION:
            _require(live, "There is no live record to delete.")
            # The day of taking up the place stays: a move-out bears its planned day, which may lie after all that
            # happened elsewhere.
            event_on = own.event_on if own else change.occurred_on
            _put(applied, code, live=False, event_on=event_on)
            _retain(applied, code)
        case ChangeKind.CORRECTION:
            _require(live, "There is no live record to correct.")
            event_on = own.event_on if own else change.occurred_on
            if change.reason in _PLACE_EVENTS:
                event_on = max(event_on, change.occurred_on)
            keeper = passes_to(change, here, applied.notice.facts.address.municipality)
            if keeper is not None:
                _pass_on(applied, code, states, keeper)
                return
            # When the recording was learned of stays: a correction must not put off a conflict.
            _put(applied, code, live=True, event_on=event_on, recorded_on=own.recorded_on if own else None)
        case ChangeKind.CODE_CORRECTION:
            _require(not live, "The new code is already in use here.")
            event_on = _supersede(applied, states)
            _put(applied, code, live=True, event_on=event_on)


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise JukinetError(ErrorKind.CONFLICT, sentence)


def _put(
    applied: _Notice,
    code: ResidentRecordCode,
    *,
    live: bool,
    event_on: date,
    recorded_on: date | None = None,
) -> None:
    identity.put_record(
        applied.tx,
        applied.origin,
        applied.notice.facts,
        applied.change,
        live=live,
        event_on=event_on,
        recorded_on=recorded_on or applied.today,
        history_id=applied.history_id,
    )
    if live:
        identity.set_retention(applied.tx, code, applied.origin, None)


def _pass_on(applied: _Notice, code: ResidentRecordCode, states: _States, keeper: MunicipalityCode) -> None:
    """The area passed to another municipality: the record is its from now on, and that of the origin is replaced.

    What it was goes with it: since when the person lives there, and when the store learned of that.
    """
    own, other = states[code][applied.origin], states[code].get(keeper)
    _require(other is None or not other.live, "The municipality that takes over has a live record already.")
    _put(applied, code, live=False, event_on=own.event_on, recorded_on=own.recorded_on)
    identity.set_retention(applied.tx, code, applied.origin, _replaced_until(applied))
    taker = replace(applied, origin=keeper)
    _put(taker, code, live=True, event_on=own.event_on, recorded_on=own.recorded_on)


def _replaced_until(applied: _Notice) -> date:
    """The last day of a record that a notice replaced (Ord. 30-6(i), 30-11)."""
    years = parameters.number("retention-years-replaced", applied.today)
    return retention.last_day_of_years(applied.today, years)


def _supersede(applied: _Notice, states: _States) -> date:
    """The old code's record here ends; the event date of its place goes on with the new code."""
    previous = applied.change.previous_code
    if previous is None:
        return applied.change.occurred_on
    old = states[previous].get(applied.origin)
    if old is None or not old.live:
        raise JukinetError(ErrorKind.CONFLICT, "There is no live record under the previous code.")
    identity.supersede(applied.tx, previous, applied.origin, old.event_on)
    identity.set_retention(applied.tx, previous, applied.origin, _replaced_until(applied))
    return old.event_on


def _retain(applied: _Notice, code: ResidentRecordCode) -> None:
    """The term of a deleted record (Ord. 30-6(ii)(iii), 30-11), as far as it is known today."""
    change, today = applied.change, applied.today
    confirmed_on = None
    if applied.ctx.node.role is NodeRole.PREFECTURE:
        # Both come of one act on two lanes: the confirmation may be the first to arrive that day.
        confirmed_on = identity.first_confirmation(applied.tx, code, applied.origin, since=today)
    kept = retention.KeptNotice(change.kind, change.reason, notified_on=today, confirmed_on=confirmed_on)
    until = retention.kept_until(kept, applied.ctx.node.role)
    identity.set_retention(applied.tx, code, applied.origin, until)


def _follow_up(applied: _Notice, states: dict[MunicipalityCode, PlaceState]) -> None:
    """A further notice about a person: the terms of records deleted before it are worked out anew."""
    for state in states.values():
        if state.municipality != applied.origin:  # Its own record is what the notice has just changed.
            _shorten(applied.ctx, applied.tx, state, next_on=applied.today)


def _shorten(
    ctx: Context,
    tx: Transaction,
    state: PlaceState,
    *,
    next_on: date | None = None,
    confirmed_on: date | None = None,
) -> None:
    """Bring the term of a deleted record forward (Ord. 30-6(ii)(b), 30-11(ii)(b)): the first follow-up ends it.

    A record that stands has no term, and that of a replaced one is fixed (no. i).
    """
    if state.live or state.superseded or state.retain_until is None:
        return
    kept = retention.KeptNotice(
        state.change_kind, state.reason, state.notified_on, next_on=next_on, confirmed_on=confirmed_on
    )
    until = retention.kept_until(kept, ctx.node.role)
    if until is not None and until < state.retain_until:
        identity.set_retention(tx, state.code, state.municipality, until)


def _settle(tx: Transaction, code: ResidentRecordCode, today: date) -> None:
    """Write down which record of a code speaks for it after a change."""
    states = list(identity.lock_code(tx, code).values())
    places = [PlaceRecord(one.municipality, one.event_on, one.live, one.recorded_on) for one in states]
    found = present_place.present(places, today)
    speaks = found.municipality if isinstance(found, Present) else _latest(states)
    identity.settle(tx, code, speaks, present_place.undetermined_from(places))


def _latest(states: list[PlaceState]) -> MunicipalityCode | None:
    """The record that answers where there is no present place: a live one first, then the last place of all.

    Among live ones that contradict each other it only carries the day from which nobody is told either. After a
    change of the code the record that was changed answers. Of two places taken up on one day, it is not the one
    that was moved out of.
    """
    latest = max(
        states,
        key=lambda one: (
            one.live,
            one.superseded,
            one.event_on,
            one.reason is not NoticeReason.MOVE_OUT,
            one.municipality.text,
        ),
        default=None,
    )
    return latest.municipality if latest else None


def take_confirmation(
    ctx: Context, tx: Transaction, body: MoveOutConfirmed, origin: NodeId, statement_id: str
) -> None:
    """Keep a move-out confirmation (転出確定通知, M4, Ord. 13(3)), which ends the governor's term of Ord. 30-6."""
    if origin.municipality is None:
        raise JukinetError(ErrorKind.FORBIDDEN, "Only a municipality confirms a move-out.")
    today = ctx.business_date(tx)
    states = identity.lock_code(tx, body.code)
    identity.confirm_move_out(
        tx,
        statement_id,
        body.code,
        origin.municipality,
        body.move_in.address.municipality,
        body.move_in.moved_on,
        on=today,
        at=ctx.now(),
    )
    left = states.get(origin.municipality)  # Its own move-out is what it confirms, not one from elsewhere.
    if left is not None:
        _shorten(ctx, tx, left, confirmed_on=today)
    trail.note(
        ctx,
        tx,
        AuditEvent.CONFIRMATION_RECEIVED,
        Outcome.DONE,
        origin.uri,
        code=body.code,
        reference=statement_id,
    )

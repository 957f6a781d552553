"""Identity stores at prefecture and centre: an identity notice (M1, M2) is applied to present and history.

State is kept per (code, municipality). Which record is the present place is the law's rule
(``jukinet.law.present_place``); it is worked out here, when a notice is applied, so that a look-up only reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason, passes_to
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode, NodeId, NodeRole
from jukinet.domain.persons import Private
from jukinet.law import identity_notices, parameters, retention
from jukinet.law.decisions import Refused
from jukinet.messages.bodies import IdentityNotice, MoveOutConfirmed
from jukinet.services import trail
from jukinet.services.context import Context
from jukinet.services.identity_book import Book
from jukinet.store import identity, match_keys
from jukinet.store.database import Transaction
from jukinet.store.identity import Came, Places, PlaceState

_PLACE_EVENTS = frozenset({NoticeReason.MOVE_WITHIN})
"""Corrections that are themselves a taking-up of an address; others do not move the event date."""


@dataclass(frozen=True, slots=True, repr=False)
class Told(Private):
    """An identity notice that a municipality made, and the statement in which it came."""

    notice: IdentityNotice
    origin: NodeId
    statement_id: str


@dataclass(frozen=True, slots=True)
class _Notice:
    """A notice being applied, with what surrounds it."""

    book: Book
    came: Came
    role: NodeRole
    today: date
    confirmed: Mapping[tuple[ResidentRecordCode, MunicipalityCode], date]

    @property
    def change(self) -> ChangeInformation:
        return self.came.change

    @property
    def origin(self) -> MunicipalityCode:
        return self.came.municipality


def apply_notice(
    ctx: Context, tx: Transaction, notice: IdentityNotice, origin: NodeId, statement_id: str
) -> None:
    """Apply one identity notice; see ``apply_notices``."""
    apply_notices(ctx, tx, [Told(notice, origin, statement_id)])


def apply_notices(ctx: Context, tx: Transaction, told: Sequence[Told]) -> None:
    """Apply identity notices of municipalities in their order (Act Arts. 30-5, 30-11).

    Raises ``JukinetError`` (CONFLICT, INVALID) where one contradicts what this store holds, before anything is
    written of any: who told them one by one parks that one.
    """
    today = ctx.business_date(tx)
    codes = {code for one in told for code in codes_of(one.notice)}
    book = Book(tx, codes)
    confirmed = identity.first_confirmations(tx, codes, since=today) if _deletes(ctx, told) else {}
    entries: list[AuditEntry] = []
    for one in told:
        notice = _Notice(book, _came(one, today), ctx.node.role, today, confirmed)
        entries += _apply(ctx, tx, notice)
    book.write(on=today, at=ctx.now())
    trail.write(tx, *entries)


def codes_of(notice: IdentityNotice) -> list[ResidentRecordCode]:
    """Every code that a notice is about: that of the record first."""
    return [code for code in (notice.facts.code, notice.change.previous_code) if code is not None]


def _deletes(ctx: Context, told: Sequence[Told]) -> bool:
    """Whether the governor's term of a deleted record is to be worked out."""
    deletes = any(one.notice.change.kind is ChangeKind.DELETION for one in told)
    return deletes and ctx.node.role is NodeRole.PREFECTURE


def _came(told: Told, today: date) -> Came:
    notice = told.notice
    if isinstance(identity_notices.check(notice.change, notice.facts, on=today), Refused):
        raise JukinetError(ErrorKind.INVALID, "The notice is not one that the law knows.")
    if told.origin.municipality is None:
        raise JukinetError(ErrorKind.FORBIDDEN, "Only a municipality makes identity notices.")
    return Came(told.statement_id, told.origin.municipality, notice.facts, notice.change)


def _apply(ctx: Context, tx: Transaction, applied: _Notice) -> list[AuditEntry]:
    """Change the book; the entries to write."""
    came, book = applied.came, applied.book
    before = [state for code in came.codes for state in book.places(code).values()]
    book.tell(came)
    entries = []
    if came.facts.code is not None:
        differing = _contradiction(applied, book.places(came.facts.code))
        if differing:
            entries.append(_entry(ctx, tx, AuditEvent.RECORDS_CONTRADICT, came, rules=differing))
        _apply_to_state(applied, came.facts.code)
    _follow_up(applied, before)
    entries.append(_entry(ctx, tx, AuditEvent.NOTICE_APPLIED, came))
    return entries


def _entry(
    ctx: Context, tx: Transaction, event: AuditEvent, came: Came, *, rules: tuple[str, ...] = ()
) -> AuditEntry:
    return trail.entry(
        ctx,
        tx,
        event,
        Outcome.DONE,
        came.municipality.node_id.uri,
        code=came.facts.code,
        reference=came.statement_id,
        rules=rules,
    )


def _contradiction(applied: _Notice, records: Places) -> tuple[str, ...]:
    """The items in which two municipalities name different persons under one code: an alarm.

    The notice is applied all the same. Which of them is wrong nobody knows here (Act Art. 30-2(2) lets no two have
    one code). Told once: a later notice of the same municipality that names the same birth date and sex says nothing
    new.
    """
    facts = applied.came.facts
    own = records.get(applied.origin)
    if own is not None and (own.birth_date, own.sex) == (facts.birth_date, facts.sex):
        return ()
    others = [record for record in records.values() if record.municipality != applied.origin]
    return tuple(
        item
        for item, differs in (
            ("birth-date", any(record.birth_date != facts.birth_date for record in others)),
            ("sex", any(record.sex is not facts.sex for record in others)),
        )
        if differs
    )


def _apply_to_state(applied: _Notice, code: ResidentRecordCode) -> None:
    change = applied.change
    own = applied.book.places(code).get(applied.origin)
    live = own is not None and own.live
    match change.kind:
        case ChangeKind.RECORDING:
            _require(not live, "The record is already live.")
            _put(applied, code, event_on=change.occurred_on)
        case ChangeKind.DELETION:
            _require(live, "There is no live record to delete.")
            # The day of taking up the place stays: a move-out bears its planned day, which may lie after all that
            # happened elsewhere.
            event_on = own.event_on if own else change.occurred_on
            _put(applied, code, live=False, event_on=event_on, retain_until=_retained(applied, code))
        case ChangeKind.CORRECTION:
            _require(live, "There is no live record to correct.")
            event_on = own.event_on if own else change.occurred_on
            if change.reason in _PLACE_EVENTS:
                event_on = max(event_on, change.occurred_on)
            keeper = passes_to(change, applied.origin, applied.came.facts.address.municipality)
            if keeper is not None:
                _pass_on(applied, code, keeper)
                return
            # When the recording was learned of stays: a correction must not put off a conflict.
            _put(applied, code, event_on=event_on, recorded_on=own.recorded_on if own else None)
        case ChangeKind.CODE_CORRECTION:
            _require(not live, "The new code is already in use here.")
            _put(applied, code, event_on=_supersede(applied))


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise JukinetError(ErrorKind.CONFLICT, sentence)


def _put(
    applied: _Notice,
    code: ResidentRecordCode,
    *,
    event_on: date,
    live: bool = True,
    recorded_on: date | None = None,
    retain_until: date | None = None,
    municipality: MunicipalityCode | None = None,
) -> None:
    """The record stands on this notice: that of its origin, or of the ``municipality`` that took it over."""
    state = PlaceState(
        code=code,
        municipality=municipality or applied.origin,
        live=live,
        event_on=event_on,
        recorded_on=recorded_on or applied.today,
        superseded=False,
        speaks=True,  # as nearly always; settled when the book is written
        change_kind=applied.change.kind,
        reason=applied.change.reason,
        notified_on=applied.today,
        retain_until=retain_until,
        birth_date=applied.came.facts.birth_date,
        sex=applied.came.facts.sex,
    )
    applied.book.put(applied.came, state)


def _pass_on(applied: _Notice, code: ResidentRecordCode, keeper: MunicipalityCode) -> None:
    """The area passed to another municipality: the record is its from now on, and that of the origin is replaced.

    What it was goes with it: since when the person lives there, and when the store learned of that.
    """
    places = applied.book.places(code)
    own, other = places[applied.origin], places.get(keeper)
    _require(other is None or not other.live, "The municipality that takes over has a live record already.")
    event_on, learned_on = own.event_on, own.recorded_on
    until = _replaced_until(applied)
    _put(applied, code, event_on=event_on, recorded_on=learned_on, live=False, retain_until=until)
    _put(applied, code, event_on=event_on, recorded_on=learned_on, municipality=keeper)


def _replaced_until(applied: _Notice) -> date:
    """The last day of a record that a notice replaced (Ord. 30-6(i), 30-11)."""
    years = parameters.number("retention-years-replaced", applied.today)
    return retention.last_day_of_years(applied.today, years)


def _supersede(applied: _Notice) -> date:
    """The old code's record here ends; the event date of its place goes on with the new code."""
    previous = applied.change.previous_code
    if previous is None:
        return applied.change.occurred_on
    old = applied.book.places(previous).get(applied.origin)
    if old is None or not old.live:
        raise JukinetError(ErrorKind.CONFLICT, "There is no live record under the previous code.")
    applied.book.change(old, live=False, superseded=True, retain_until=_replaced_until(applied))
    return old.event_on


def _retained(applied: _Notice, code: ResidentRecordCode) -> date | None:
    """The term of a deleted record (Ord. 30-6(ii)(iii), 30-11), as far as it is known today."""
    change, today = applied.change, applied.today
    # Both come of one act on two lanes: the confirmation may be the first to arrive that day.
    confirmed_on = applied.confirmed.get((code, applied.origin))
    kept = retention.KeptNotice(change.kind, change.reason, notified_on=today, confirmed_on=confirmed_on)
    return retention.kept_until(kept, applied.role)


def _follow_up(applied: _Notice, states: Iterable[PlaceState]) -> None:
    """A further notice about a person: the terms of records deleted before it are worked out anew."""
    for state in states:
        if state.municipality != applied.origin:  # Its own record is what the notice has just changed.
            _shorten(applied.book, applied.role, state, next_on=applied.today)


def _shorten(
    book: Book,
    role: NodeRole,
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
    until = retention.kept_until(kept, role)
    if until is not None and until < state.retain_until:
        book.change(state, retain_until=until)


def renew_keys(ctx: Context) -> int:
    """Make the matching keys anew that a process of the version before may have written; how many changed."""
    return match_keys.catch_up(ctx.database) if ctx.node.municipality is None else 0


def take_confirmation(
    ctx: Context, tx: Transaction, body: MoveOutConfirmed, origin: NodeId, statement_id: str
) -> None:
    """Keep a move-out confirmation (転出確定通知, M4, Ord. 13(3)), which ends the governor's term of Ord. 30-6."""
    if origin.municipality is None:
        raise JukinetError(ErrorKind.FORBIDDEN, "Only a municipality confirms a move-out.")
    today = ctx.business_date(tx)
    book = Book(tx, [body.code])
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
    left = book.places(body.code).get(origin.municipality)
    if left is not None:  # Its own move-out is what it confirms, not one from elsewhere.
        _shorten(book, ctx.node.role, left, confirmed_on=today)
    book.write(on=today, at=ctx.now())
    trail.note(
        ctx,
        tx,
        AuditEvent.CONFIRMATION_RECEIVED,
        Outcome.DONE,
        origin.uri,
        code=body.code,
        reference=statement_id,
    )

"""What every act on the register shares: versions in their place, the notices they call for, results.

The acts themselves, one function each, are in the modules named after them. Each locks the resident's row
first, then writes version, audit entry and outbox row, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any, TypeAlias, TypeVar

from jukinet.domain.additions import Additions
from jukinet.domain.changes import ChangeKind, RegisterReason
from jukinet.domain.items import Programmes, RecordKind, ResidentRecord, StatedDays
from jukinet.domain.numbers import with_check_digit
from jukinet.law import wards
from jukinet.law.decisions import Decision, Permitted, Remark, policy
from jukinet.law.holds import Process
from jukinet.law.identity_notices import RegisterAct, notices_for
from jukinet.law.notifications import ACCEPTED, Notifier, is_told
from jukinet.messages.bodies import IdentityNotice
from jukinet.messages.kinds import MessageKind
from jukinet.services import (
    acts,
    card_following,
    domiciles,
    outgoing,
    reason_remarks,
    succession,
    trail,
    withholding,
)
from jukinet.services.acts import Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import joining, residents, tellings
from jukinet.store.database import Transaction
from jukinet.store.joining import Joining
from jukinet.store.residents import Held, Version
from jukinet.store.supplementary import Writer

T = TypeVar("T", ResidentRecord, Programmes, StatedDays)

Change = Callable[[ResidentRecord], ResidentRecord]
"""An act on a record as a function, so that it can be applied to every version that it touches."""
State: TypeAlias = tuple[bool, ResidentRecord]
"""How somebody stands at one place of the history: present or not, and the record."""


E1 = policy(
    "E1",
    "Choice of this network: an act belongs to a record that stands",
    "The record here begins later than that day. Check the date.",
)


@dataclass(frozen=True, slots=True)
class Registered:
    """An act was entered for these residents. ``remarks`` are for the clerk; they did not stand in the way."""

    resident_nos: tuple[str, ...]
    remarks: tuple[Remark, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Drafted:
    """A step was taken with this draft: it was entered, returned or withdrawn. Nothing stands in the register of it.

    ``resident_nos``: whose records the act would change. ``remarks`` are what the act would say to the clerk.
    """

    draft: int
    resident_nos: tuple[str, ...]
    remarks: tuple[Remark, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Entry:
    """How an act is entered: by whom, why, from which day it holds, and who notified it when, adding what."""

    claim: OperatorClaim
    reason: RegisterReason
    effective_on: date
    notified_on: date | None = None
    notifier: Notifier | None = None
    additions: Additions | None = None

    @property
    def kinds(self) -> str | None:
        """Who brought it, as its audit entry says."""
        return self.notifier.kinds if self.notifier else None


def decide_begun(tx: Transaction, held: Held, on: date) -> Decision:
    """Whether an act from that day on may be entered for a resident: it stood by then (E1), no hold (V1, V2)."""
    begun = acts.require((E1, residents.begins_on(tx, held) <= on))
    return acts.every(Permitted(()), begun, decide_held(tx, held))


def decide_held(tx: Transaction, held: Held) -> Decision:
    """Whether a hold keeps the operator of this transaction from changing a resident's record: V1, V2.

    An act asks this of everybody whom it changes, so that a hold is told with every other reason. An act that does
    not is stopped by ``enter``.
    """
    return withholding.decide(tx, withholding.on(tx, held), Process.CHANGE)


def decide_joining(tx: Transaction, household_no: str) -> Decision:
    """Whether a hold on a household keeps the operator of this transaction from adding somebody to it: V1, V2."""
    return withholding.decide(tx, withholding.on_household(tx, household_no), Process.CHANGE)


def new_resident_no(ctx: Context, tx: Transaction) -> str:
    """A number that nobody has here; a ward's, that nobody has in its city (specification 1.1.13)."""
    if not ctx.is_of_this_city(ctx.municipality):
        return with_check_digit(residents.next_serial(tx))
    while True:
        number = with_check_digit(wards.serial_in_city(ctx.municipality, residents.next_serial(tx)))
        if not residents.has_number(tx, number):
            return number


def new_household_no(ctx: Context, tx: Transaction) -> str:
    """The same for a household."""
    if not ctx.is_of_this_city(ctx.municipality):
        return with_check_digit(residents.next_household_serial(tx))
    while True:
        number = with_check_digit(wards.serial_in_city(ctx.municipality, residents.next_household_serial(tx)))
        if not residents.household_ever(tx, number):
            return number


def _version(
    ctx: Context, entry: Entry, seq: int, record: ResidentRecord, *, present: bool = True
) -> Version:
    return Version(
        reason=entry.reason,
        effective_on=entry.effective_on,
        effective_seq=seq,
        recorded_at=ctx.now(),
        operator=entry.claim.operator_id,
        terminal=entry.claim.terminal,
        notified_on=entry.notified_on,
        notifier=entry.notifier,
        additions=entry.additions,
        present=present,
        record=record,
    )


def _write_beside(tx: Transaction, ctx: Context, held: Held, entry: Entry) -> None:
    """Remark what is registered for the reason, and note the letter to who may not know that it was notified."""
    reason_remarks.follow(ctx, tx, held, entry.reason, entry.claim)
    if entry.notifier is not None and is_told(entry.notifier):
        tellings.add(tx, held, ACCEPTED, ctx.business_date(tx))


def enter_new(
    ctx: Context,
    tx: Transaction,
    record: ResidentRecord,
    entry: Entry,
    *,
    resident_no: str | None = None,
    taken_over: bool = False,
) -> Held:
    """A resident who was not recorded here before: a first version, and the notices of a recording.

    Holds on the household that is joined are heeded; those on earlier records of the same person stand on this one.
    ``resident_no``: of who comes back or keeps that of another ward; else a new one. ``taken_over``: from an earlier
    register of this municipality, so that the domicile was told long ago.
    """
    succession.require_standing(ctx, entry.claim)
    if _by_operator(entry):
        _heed_joined(ctx, tx, Subject(code=record.code), record.household_number, entry)
    number = resident_no or new_resident_no(ctx, tx)
    held = residents.insert(tx, number, _version(ctx, entry, 1, record))
    _write_beside(tx, ctx, held, entry)
    withholding.follow_returner(tx, held)
    notify(ctx, tx, None, held, entry, taken_over=taken_over)
    return held


def enter(
    ctx: Context,
    tx: Transaction,
    held: Held,
    change: Change,
    entry: Entry,
    *,
    present: bool | None = None,
    planned_on: date | None = None,
    until_changed: bool = False,
    heeds_holds: bool = True,
) -> Held:
    """Enter an act on a locked resident, with the notices that it calls for.

    An act effective before versions already there is written at its own place, and each later-effective
    version is re-stated with the change applied; ``until_changed``: only to items that no later version had
    changed itself, so that an earlier move learned of late does not undo a later one. ``present`` False
    deletes the record; None leaves it as it is. ``planned_on`` is the planned day of a move-out that was notified.

    This is where every act meets the holds on the record: what an operator may not change is turned back here, with
    ``TurnedBackError``, if the act did not ask before (``decide_held``). What the node does of itself, and an act
    that the law orders for everybody on one day (``heeds_holds`` False), is not kept back by a choice of the office.
    """
    heeds = heeds_holds and _by_operator(entry)
    if heeds:
        withholding.heed(ctx, tx, withholding.on(tx, held), Process.CHANGE, entry.claim, Subject.of(held))
    later = residents.later_effective(tx, held, entry.effective_on)
    base = _base(tx, held, entry.effective_on) if later else (held.present, held.record)
    seq = residents.next_effective_seq(tx, held, entry.effective_on)
    states = written(
        base,
        [(one.present, one.record) for one in later],
        change,
        present=present,
        until_changed=until_changed,
    )
    (here, record), *restated_as = states
    changed = residents.append(tx, held, _version(ctx, entry, seq, record, present=here))
    _write_beside(tx, ctx, changed, entry)
    for old, (there, record) in zip(later, restated_as, strict=True):
        restated = Version(
            reason=old.reason,
            effective_on=old.effective_on,
            effective_seq=old.effective_seq,
            recorded_at=ctx.now(),
            operator=entry.claim.operator_id,
            terminal=entry.claim.terminal,
            notified_on=entry.notified_on,
            present=there,
            record=record,
            restates=old.history_no,
        )
        changed = residents.append(tx, changed, restated)
    if changed.record.household_number != held.record.household_number:
        if heeds:
            _heed_joined(ctx, tx, Subject.of(held), changed.record.household_number, entry)
        withholding.follow_leaver(tx, held)
    card_following.follow(ctx, tx, held, changed, entry)
    notify(ctx, tx, held, changed, entry, planned_on)
    return changed


def _heed_joined(ctx: Context, tx: Transaction, who: Subject, household_no: str, entry: Entry) -> None:
    """Holds on a household keep others from joining it."""
    joined = withholding.on_household(tx, household_no)
    withholding.heed(ctx, tx, joined, Process.CHANGE, entry.claim, who)


def _by_operator(entry: Entry) -> bool:
    """Whether a person acts, and not the node itself, whose processes cannot even see the holds."""
    return entry.claim.operator_id != trail.SYSTEM


def written(
    base: State, later: Sequence[State], change: Change, *, present: bool | None, until_changed: bool
) -> list[State]:
    """What an act writes: first at its own place, where ``base`` stood; then at each later one, in their order."""
    states = [(base[0] if present is None else present, change(base[1]))]
    before = base[1]
    for there, record in later:
        again = redone(before, record, on=states[-1][1]) if until_changed else change(record)
        before = record
        states.append((there if present is None else present, again))
    return states


def redone(before: ResidentRecord, after: ResidentRecord, *, on: ResidentRecord) -> ResidentRecord:
    """What was changed from ``before`` to ``after``, done to another record; enrolments and stated days one by one."""
    changed = _changed(before, after)
    if "programmes" in changed:
        changed["programmes"] = replace(on.programmes, **_changed(before.programmes, after.programmes))
    if "stated" in changed:
        changed["stated"] = replace(on.stated, **_changed(before.stated, after.stated))
    return replace(on, **changed)


def _changed(before: T, after: T) -> dict[str, Any]:
    names = [field.name for field in fields(before)]
    return {name: getattr(after, name) for name in names if getattr(before, name) != getattr(after, name)}


def stood(tx: Transaction, held: Held, on: date) -> ResidentRecord:
    """The record as it stands for a day, by every version there is."""
    return _base(tx, held, on)[1]


def _base(tx: Transaction, held: Held, on: date) -> tuple[bool, ResidentRecord]:
    """The record as it stands for that day, before the act.

    By every version there is, not by those recorded until now: a clock that was put back would hide the last ones.
    """
    known = residents.as_known(tx, held, on=on)
    if known is not None:
        return known
    first = residents.history(tx, held.resident_id)[0]
    return first.present, first.record


def notify(
    ctx: Context,
    tx: Transaction,
    before: Held | None,
    after: Held,
    entry: Entry,
    planned_on: date | None = None,
    *,
    taken_over: bool = False,
) -> None:
    """Put the notices of an act into the outbox: M1 to the governor (Act Art. 30-5), M9 to the domicile (Art. 19(1)).

    A municipality that is not connected sends no M1: Art. 30-5 knows no other way than the line. Where it took part
    before and left, what it has to say waits in the outbox for its return.
    """
    if not taken_over:
        claim = entry.claim
        writer = Writer(claim.operator_id, claim.terminal, ctx.business_date(tx), ctx.now())
        domiciles.tell(ctx, tx, before, after, entry.reason, writer)
    never_took_part = not ctx.is_connected(ctx.node) and not joining.has_reported(tx)
    if never_took_part or joining.state(tx) is Joining.CODES:
        return  # One that joins says all at once (``jukinet.services.joining``).
    facts_before = before.record.identity_facts() if before and before.present else None
    facts_after = after.record.identity_facts() if after.present else None
    if facts_before is None and (facts_after is None or facts_after.code is None):
        # Without a code nobody could tell who was recorded: the code, once given, is notified with all facts.
        return
    minor = entry.reason is RegisterReason.MINOR_CORRECTION
    act = RegisterAct(entry.reason, entry.effective_on, planned_on, minor)
    foreign = after.record.kind is RecordKind.FOREIGN
    for change in notices_for(facts_before, facts_after, act, foreign=foreign, on=ctx.business_date(tx)):
        facts = facts_before if change.kind is ChangeKind.DELETION else facts_after
        if facts is None:
            raise TypeError("a notice is about a record that stands before or after the act")
        body = IdentityNotice(facts, change)
        outgoing.put(ctx, tx, MessageKind.IDENTITY_NOTICE, ctx.governor, body)

"""Holds: set, lifted for a while, ended and shown, by operators with a permission for each (specification 3.1).

What a hold does to other acts is in ``jukinet.services.withholding``. Each act locks those whom the hold is on, so
that no act of theirs is under way meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jukinet.audit.events import AuditEvent
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law import holds as law_holds
from jukinet.law.browsing import BW13
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.holds import Hold
from jukinet.law.parameters import number
from jukinet.services import acts
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.hold_filings import HoldEndFiling, HoldFiling, LiftFiling
from jukinet.services.operators import OperatorClaim, admit
from jukinet.store import browsing, node_rows, residents
from jukinet.store import holds as store
from jukinet.store.database import Transaction
from jukinet.store.holds import Stamp, Target
from jukinet.store.residents import Held


@dataclass(frozen=True, slots=True)
class HoldsSet:
    """The numbers of the holds that were set, in the order of the filing."""

    holds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lifted:
    """Until when a hold stands in nobody's way, and in whose not; ``browsing``: of which lists one is made."""

    hold: int
    operator: str
    until: datetime
    one_act: bool
    browsing: int | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """What was ended: a hold or a support measure."""

    number: int


@dataclass(frozen=True, slots=True, repr=False)
class HoldLife(Private):
    """A hold as it is or was on a resident; ``reason`` and ``end_reason`` only for who may read reasons."""

    hold: Hold
    household_no: str | None
    set_on: date
    set_by: str
    reason: str | None
    lifts: tuple[store.LiftGiven, ...]
    ended_on: date | None = None
    ended_by: str | None = None
    end_reason: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class HoldsFound(Private):
    """Every hold that is or was on a resident."""

    resident_no: str
    holds: tuple[HoldLife, ...]


def stamp_of(act: Act) -> Stamp:
    """Who writes, on which day and when."""
    return Stamp(act.today, act.ctx.now(), act.claim.operator_id, act.claim.terminal)


def set_holds(ctx: Context, claim: OperatorClaim, filing: HoldFiling) -> HoldsSet | Refused:
    """Set one or several holds on a resident or a household (specification 3.1)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_HOLD_SET, AuditEvent.HOLD_SET)
        locked = _lock(tx, Target(filing.resident_no, filing.household_number, of_measure=False))
        terms = [(one.from_on, one.to_on) for one in filing.holds]
        decision = acts.every(act.gate, law_holds.decide_set(recorded=bool(locked), terms=terms))
        if isinstance(decision, Refused):
            return act.refuse(decision, _first(locked) or Subject(filing.resident_no))
        stamp = stamp_of(act)
        set_ = tuple(
            store.insert(
                tx,
                resident_id=locked[0].resident_id if filing.resident_no else None,
                household_no=filing.household_number,
                process=one.process,
                level=one.level,
                from_on=one.from_on,
                to_on=one.to_on,
                reason=filing.reason,
                stamp=stamp,
            )
            for one in filing.holds
        )
        act.done(decision, _first(locked), reference=",".join(map(str, set_)))
        return HoldsSet(set_)


def _lock(tx: Transaction, target: Target) -> list[Held]:
    """Hold whom a hold is on: the resident, also one deleted; or the household's present members."""
    if target.household_no is not None:
        return residents.lock_household(tx, target.household_no)
    held = residents.lock(tx, target.resident_no) if target.resident_no else None
    return [held] if held else []


def _first(locked: list[Held]) -> Held | None:
    """By whom an entry names a household: its head, else its first member."""
    heads = (held for held in locked if held.record.is_householder)
    return next(heads, locked[0] if locked else None)


def _lock_standing(act: Act, hold_id: int) -> tuple[Target | None, Held | None, Hold | None]:
    """Whom a hold is on, locked, and the hold itself as it stands after that."""
    target = store.target(act.tx, hold_id)
    if target is None:
        return None, None, None
    return target, _first(_lock(act.tx, target)), store.standing(act.tx, hold_id)


def lift_hold(ctx: Context, claim: OperatorClaim, filing: LiftFiling) -> Lifted | Refused:
    """Lift a hold for one operator, for one act or until a moment (specification 3.1). It stands again by itself.

    For a list that is browsed it is lifted by itself, for one of those shown under a number (3.4); that number's row
    is locked first, as by who shows one.
    A hold of a support measure needs a permission of its own (3.4). Nothing of a lift leaves this office: the
    network's answers are the same.
    """
    with ctx.begin() as tx:
        of_measure = _of_measure(tx, filing.hold)
        permission = Permission.REGISTER_MEASURE_LIFT if of_measure else Permission.REGISTER_HOLD_LIFT
        act = acts.open_act(ctx, tx, claim, permission, AuditEvent.HOLD_LIFTED)
        listed = filing.browsing is None or browsing.lock(tx, filing.browsing) is not None
        _, held, hold = _lock_standing(act, filing.hold)
        now = ctx.now()
        latest = now + timedelta(hours=number("hold-lift-hours", act.today))
        until = filing.until or latest
        operator = filing.operator or claim.operator_id
        decision = acts.every(
            act.gate,
            law_holds.decide_lift(
                hold=hold,
                for_list=filing.browsing is not None,
                enrolled=node_rows.find_operator(tx, operator) is not None,
                until=until,
                now=now,
                latest=latest,
            ),
            acts.require((BW13, listed)),
        )
        reference = str(filing.hold)
        if isinstance(decision, Refused):
            return act.refuse(decision, held, reference=reference)
        stamp = stamp_of(act)
        store.insert_lift(
            tx,
            filing.hold,
            operator=operator,
            one_act=filing.one_act,
            until=until,
            reason=filing.reason,
            browsing=filing.browsing,
            stamp=stamp,
        )
        for_list = (f"browsing {filing.browsing}",) if filing.browsing else ()
        act.done(Permitted((*decision.basis, *for_list), decision.remarks), held, reference=reference)
        return Lifted(filing.hold, operator, until, filing.one_act, filing.browsing)


def _of_measure(tx: Transaction, hold_id: int) -> bool:
    target = store.target(tx, hold_id)
    return target is not None and target.of_measure


def end_hold(ctx: Context, claim: OperatorClaim, filing: HoldEndFiling) -> Ended | Refused:
    """End a hold: what no day does by itself (specification 3.1)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_HOLD_END, AuditEvent.HOLD_ENDED)
        target, held, hold = _lock_standing(act, filing.hold)
        of_measure = target is not None and target.of_measure
        decision = acts.every(act.gate, law_holds.decide_end(stands=hold is not None, of_measure=of_measure))
        reference = str(filing.hold)
        if isinstance(decision, Refused):
            return act.refuse(decision, held, reference=reference)
        store.end(tx, filing.hold, filing.reason, stamp_of(act))
        act.done(decision, held, reference=reference)
        return Ended(filing.hold)


def show_holds(ctx: Context, claim: OperatorClaim, key: str | ResidentRecordCode) -> HoldsFound | Refused:
    """Every hold that is or was on a resident, by number or code; the reasons for those who may read them."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_HOLD_READ, AuditEvent.HOLD_READ)
        held = residents.lock(tx, key) if isinstance(key, str) else residents.lock_by_code(tx, key)
        decision = acts.every(act.gate, acts.require((law_holds.V3, held is not None)))
        if held is None or isinstance(decision, Refused):
            named = Subject(resident_no=key) if isinstance(key, str) else Subject(code=key)
            refused = decision if isinstance(decision, Refused) else Refused((law_holds.V3,))
            return act.refuse(refused, held or named)
        reasons = isinstance(admit(tx, claim, Permission.REGISTER_REASON_READ, act.today), Permitted)
        # The entry says what was shown: with the reasons, or without.
        shown = Permitted((*decision.basis, Permission.REGISTER_REASON_READ)) if reasons else decision
        act.done(shown, held)
        return HoldsFound(held.resident_no, _lives(tx, held, reasons=reasons))


def _lives(tx: Transaction, held: Held, *, reasons: bool) -> tuple[HoldLife, ...]:
    steps: dict[int, list[store.HoldVersion]] = {}
    for step in store.history(tx, held.resident_id):
        steps.setdefault(step.hold.hold_id, []).append(step)
    lifts: dict[int, list[store.LiftGiven]] = {}
    for lift in store.lift_history(tx, list(steps)):
        lifts.setdefault(lift.hold_id, []).append(lift if reasons else _without_reason(lift))
    lives = []
    for hold_id, (first, *later) in steps.items():
        end = next((step for step in later if step.ended), None)
        lives.append(
            HoldLife(
                hold=(later or [first])[-1].hold,
                household_no=first.household_no,
                set_on=first.recorded_on,
                set_by=first.operator,
                reason=first.reason if reasons else None,
                lifts=tuple(lifts.get(hold_id, ())),
                ended_on=end.recorded_on if end else None,
                ended_by=end.operator if end else None,
                end_reason=end.reason if end and reasons else None,
            )
        )
    return tuple(lives)


def _without_reason(lift: store.LiftGiven) -> store.LiftGiven:
    return store.LiftGiven(
        lift.hold_id,
        lift.operator,
        lift.one_act,
        lift.until,
        "",
        lift.given_at,
        lift.given_by,
        lift.used_at,
        lift.browsing,
    )

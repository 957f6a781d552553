"""What becomes of a record that was left: deletion on the planned day, or by the new municipality's notice.

A move-out filed leaves the person present. The deletion, with its identity notice, is this second act: on the
planned day, or on the earlier day that a move-in notice (M3) names (Ord. 13; specification 1.1.5, 4.1.4).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.changes import RegisterReason
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import ConfirmedMove, MoveOutPlan
from jukinet.domain.municipality import NodeId
from jukinet.domain.persons import Place
from jukinet.law.decisions import Permitted
from jukinet.law.resident_notices import deletion_day
from jukinet.messages.bodies import MoveIn, MoveInNotice, MoveOutConfirmed
from jukinet.messages.kinds import MessageKind
from jukinet.services import households, one_by_one, outgoing, register, trail
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.one_by_one import Chore, Stuck
from jukinet.services.operators import NodeItself, OperatorClaim
from jukinet.services.register import Entry
from jukinet.store import residents
from jukinet.store.database import Transaction
from jukinet.store.residents import Held

SYSTEM_CLAIM = NodeItself()
"""The operator written into versions that the node makes of itself."""


def complete_due_move_outs(ctx: Context, stuck: Stuck | None = None) -> int:
    """Delete the records whose planned move-out day has come; how many (``one_by_one.work``)."""
    chore = Chore(AuditEvent.MOVE_OUT_STUCK, residents.due_move_outs, _complete)
    return one_by_one.work(ctx, chore, set() if stuck is None else stuck)


def _complete(ctx: Context, resident_no: str) -> bool:
    with ctx.begin() as tx:
        locked = residents.lock_families(tx, numbers=[resident_no])
        held = next((one for one in locked if one.resident_no == resident_no), None)
        today = ctx.business_date(tx)
        plan = held.record.move_out if held and held.present else None
        if held is None or plan is None:
            return False  # Undone or deleted between the list and the lock.
        confirmed = held.record.confirmed_move
        day = deletion_day(plan.planned_on, confirmed.moved_on if confirmed else None)
        if day > today:
            return False  # Postponed.
        gone = _delete(ctx, tx, held, plan, day, lambda record: record)
        _note(ctx, tx, AuditEvent.MOVE_OUT_COMPLETED, trail.SYSTEM, gone)
        _settle(ctx, tx, locked, held, day)
        return True


def _delete(
    ctx: Context, tx: Transaction, held: Held, plan: MoveOutPlan, on: date, change: register.Change
) -> Held:
    # A destination may be known as text only; a notice that came says that it lies in Japan.
    abroad = plan.destination.municipality is None and change(held.record).confirmed_move is None
    reason = RegisterReason.MOVE_OUT_ABROAD if abroad else RegisterReason.MOVE_OUT
    entry = Entry(SYSTEM_CLAIM, reason, on, plan.filed_on)
    return register.enter(ctx, tx, held, change, entry, present=False, planned_on=plan.planned_on)


def confirm(
    ctx: Context,
    tx: Transaction,
    held: Held,
    move: MoveIn,
    claim: OperatorClaim,
    received_on: date | None = None,
) -> Held:
    """Write what a move-in notice says into a locked record that it does not delete now, and tell the governor (M4).

    It was deleted, or the worker deletes it on the day, which is that of the notice if it is the earlier one.
    """
    plan, today = held.record.move_out, ctx.business_date(tx)
    on = min(deletion_day(plan.planned_on, move.moved_on), today) if plan else today
    entry = Entry(claim, RegisterReason.MOVE_OUT_CONFIRMED, on, received_on)
    changed = register.enter(ctx, tx, held, _confirmed(move), entry)
    _tell_governor(ctx, tx, held, move)
    return changed


def _settle(ctx: Context, tx: Transaction, locked: list[Held], gone: Held, on: date) -> None:
    """Who is left alone by a householder's deletion is recorded as householder, also where no clerk acts."""
    act = Act(
        ctx,
        tx,
        SYSTEM_CLAIM,
        AuditEvent.HOUSEHOLDER_LEFT_ALONE,
        Permitted(("Ord. Art. 12(1)",)),
        ctx.business_date(tx),
    )
    entry = Entry(SYSTEM_CLAIM, RegisterReason.HOUSEHOLDER_CHANGED, on)
    households.settle(act, households.left_behind(locked, gone), entry)


def _note(
    ctx: Context,
    tx: Transaction,
    event: AuditEvent,
    actor: str,
    held: Held,
    reference: str | None = None,
    *,
    outcome: Outcome = Outcome.DONE,
) -> None:
    trail.note(
        ctx,
        tx,
        event,
        outcome,
        actor,
        code=held.record.code,
        resident_no=held.resident_no,
        reference=reference,
    )


def take_move_in_notice(
    ctx: Context, tx: Transaction, notice: MoveInNotice, origin: NodeId, reference: str
) -> None:
    """Write an arriving move-in notice (転入通知, M3) into the record that was left, and confirm it (M4).

    Raises ``JukinetError`` where a person must look: nobody here matches, no stay here began before that day, or
    no move-out was filed. The latest notice wins where one is sent again; the same one changes nothing. One entry: of
    the deletion where the notice causes it, else of the notice.
    """
    locked = _lock_for(tx, notice)
    held = _find(tx, notice, locked)
    plan = held.record.move_out
    # Deleted ex officio before anybody knew where the person went: the late notice says it now.
    late = not held.present and held.record.deletion_cause is not None
    if plan is None and not late:
        # The office must examine and delete ex officio (Ord. 12(1)); a program may not do that alone.
        raise JukinetError(
            ErrorKind.CONFLICT, "No move-out was filed here. Examine it and delete ex officio."
        )
    move = MoveIn(notice.new_address, notice.moved_on)
    if held.record.confirmed_move == confirmed_move(move):
        # Said anew: it was written before, and the governor was told.
        event, none = AuditEvent.MOVE_OUT_CONFIRMED, Outcome.NONE
        _note(ctx, tx, event, origin.uri, held, reference, outcome=none)
        return
    day = deletion_day(plan.planned_on, notice.moved_on) if plan else notice.moved_on
    if plan and held.present and day <= ctx.business_date(tx):
        event = AuditEvent.MOVE_OUT_COMPLETED
        changed = _delete(ctx, tx, held, plan, day, _confirmed(move))
        _settle(ctx, tx, locked, held, day)
        _tell_governor(ctx, tx, held, move)
    else:
        event = AuditEvent.MOVE_OUT_CONFIRMED
        changed = confirm(ctx, tx, held, move, SYSTEM_CLAIM)
    _note(ctx, tx, event, origin.uri, changed, reference)


def _lock_for(tx: Transaction, notice: MoveInNotice) -> list[Held]:
    """Hold whom a notice may be about, and their households."""
    if notice.code is not None:
        locked = residents.lock_families(tx, codes=[notice.code])
        if locked:
            return locked
    numbers = residents.uncoded_by_facts(tx, notice.name, notice.birth_date)
    return residents.lock_families(tx, numbers=numbers)


def _find(tx: Transaction, notice: MoveInNotice, locked: list[Held]) -> Held:
    if notice.code is not None:
        holders = residents.holders(locked, notice.code)
        if holders:
            return _left(tx, holders, notice.moved_on)
    # One who never had a code here (not given one on 2013-07-08): by name and birth date, if only one matches.
    found = residents.uncoded_by_facts(tx, notice.name, notice.birth_date)
    matching = [
        held
        for held in locked
        if held.resident_no in found and held.record.code is None and held.record.sex is notice.sex
    ]
    if len(matching) != 1:
        raise JukinetError(ErrorKind.NOT_FOUND, "Nobody recorded here matches the move-in notice.")
    return _left(tx, matching, notice.moved_on)


def _left(tx: Transaction, holders: list[Held], moved_on: date) -> Held:
    """Which of several stays here a move ended: a late notice may come when the person is back again."""
    for held in holders:
        begins_on = residents.begins_on(tx, held)
        if begins_on < moved_on or (begins_on == moved_on and held.record.move_out is not None):
            return held
    raise JukinetError(ErrorKind.CONFLICT, "No stay here began before the day of the move. Check the day.")


def confirmed_move(move: MoveIn) -> ConfirmedMove:
    """What a record that was left says of the move."""
    return ConfirmedMove(Place(move.address.full, move.address.municipality), move.moved_on)


def _confirmed(move: MoveIn) -> register.Change:
    confirmed = confirmed_move(move)
    return lambda record: replace(record, confirmed_move=confirmed)


def _tell_governor(ctx: Context, tx: Transaction, held: Held, move: MoveIn) -> None:
    """転出確定通知 (M4, Ord. 13(3)). Nothing is told of one who never had a code: the governor knows no such record.

    Nor by a municipality that is not connected, which has no line.
    """
    if held.record.code is None or not ctx.is_connected(ctx.node):
        return
    body = MoveOutConfirmed(code=held.record.code, name=held.record.name.text, move_in=move)
    outgoing.put(ctx, tx, MessageKind.MOVE_OUT_CONFIRMED, ctx.governor, body)

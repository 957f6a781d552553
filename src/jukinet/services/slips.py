"""Printing the written notices of codes (住民票コード通知票, Act Arts. 30-2(3), 30-3(4); Ord. 30-2(2), 30-4(2)).

1. Those who wait are chosen, marked as printed and recorded, in one transaction. 2. The sheets are set, no transaction
open. 3. Once they are in their file, the batch is closed. A crash between leaves a batch that is not closed: whoever
began it gets the same sheets again at the next try, and is told so. Who began to be held back meanwhile, left, or has
another code since is left out then.

Who is held back from copies is not in a batch: a person looks into it and prints that one notice alone, as with a copy
(V1, V2). Who left or died before being told is named, and not written to. A notice of a code that was changed since is
not printed: the newer one says the code that stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.items import RecordKind
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.code_notices import CD22, CD23, CD24, NoticeGround, ground_of
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.holds import Process
from jukinet.services import acts, withholding
from jukinet.services.acts import Act
from jukinet.services.certifiers import Certified, certified_on
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.store import copies, residents
from jukinet.store import slips as store
from jukinet.store.residents import Held
from jukinet.store.slips import CodeNotice, Print, Printing

MOST = 500
"""Sheets in one batch."""
_LISTED = 1000
"""How many of those who are gone are named."""


@dataclass(frozen=True, slots=True, repr=False)
class Slip(Private):
    """What one sheet says. ``address`` by lines, the building on its own. ``reference`` is the number of the notice."""

    resident_no: str
    name: str
    address: tuple[str, ...]
    code: ResidentRecordCode
    ground: NoticeGround
    decided_on: date
    foreign: bool
    reference: str
    issue_no: str | None = None
    terminal: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class SlipBatch(Private):
    """Sheets to be set. ``again``: they were marked before, and may have been sent.

    By resident number who waits and is not among them: ``held`` back from copies, ``gone``, or with a character in
    the name or address that cannot be printed here.
    """

    batch: str
    printed_on: date
    slips: tuple[Slip, ...]
    certified: Certified
    again: bool = False
    held: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    unprintable: tuple[str, ...] = ()


CanPrint = Callable[[Slip], bool]
"""Whether the fonts have what a slip needs; sets nothing."""


def begin(ctx: Context, claim: OperatorClaim, can_print: CanPrint) -> SlipBatch | Refused:
    """Choose and mark the next batch of those who wait; or give again what this operator could not finish."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_SLIP_PRINT, AuditEvent.SLIP_PRINTED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        store.hold_all(tx)
        left = store.unwritten(tx, claim.operator_id)
        if left is not None:
            repeated = _repeat(act, act.gate, left, store.of_batch(tx, left))
            if repeated.slips:
                return repeated
            store.written(tx, left, ctx.now())
        return _choose(act, act.gate, can_print)


def begin_among(
    ctx: Context, claim: OperatorClaim, numbers: Collection[str], can_print: CanPrint
) -> SlipBatch | Refused:
    """The same for those alone of these residents who wait, as an act has just given them their codes (4.3.3)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_SLIP_PRINT, AuditEvent.SLIP_PRINTED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        store.hold_all(tx)
        return _choose(act, act.gate, can_print, numbers)


def _choose(
    act: Act, gate: Permitted, can_print: CanPrint, among: Collection[str] | None = None
) -> SlipBatch:
    """Fill one batch, over as many looks as it takes to pass by those who are held back."""
    chosen: list[tuple[Held, CodeNotice]] = []
    kept: list[str] = []
    unprintable: list[str] = []
    after = 0
    while len(chosen) < MOST:
        numbers = store.waiting(act.tx, after=after, most=MOST - len(chosen), among=among)
        if not numbers:
            break
        locked = [
            held
            for held in residents.lock_together(act.tx, numbers=numbers)
            if held.present and held.resident_no in numbers
        ]
        after = max((held.resident_id for held in locked), default=after)
        notices = store.newest(act.tx, locked)
        back = withholding.keeps_copies_back(act.tx, locked)
        for held in locked:
            notice = notices.get(held.resident_id)
            if held.resident_id in back:
                kept.append(held.resident_no)
            elif notice is not None and not can_print(_slip_of(held, notice)):
                unprintable.append(held.resident_no)
            elif notice is not None:
                chosen.append((held, notice))
    gone = tuple(store.gone(act.tx, _LISTED)) if among is None else ()
    return _mark(act, gate, chosen, held=tuple(kept), gone=gone, unprintable=tuple(unprintable))


def _mark(
    act: Act,
    gate: Permitted,
    chosen: Sequence[tuple[Held, CodeNotice]],
    *,
    held: tuple[str, ...] = (),
    gone: tuple[str, ...] = (),
    unprintable: tuple[str, ...] = (),
) -> SlipBatch:
    batch = act.ctx.randomness.token()
    printing = Printing(batch, act.today, act.ctx.now(), act.claim.operator_id, act.claim.terminal)
    slips = []
    for one, notice in chosen:
        number = copies.next_number(act.tx, act.today)
        store.add_print(act.tx, one, notice, printing, number)
        slip = replace(_slip_of(one, notice), issue_no=number, terminal=act.claim.terminal)
        act.done(Permitted((*gate.basis, slip.ground.article)), one, reference=batch)
        slips.append(slip)
    if not chosen:
        act.nobody(gate)
    who = certified_on(act.tx, act.today)
    return SlipBatch(batch, act.today, tuple(slips), who, held=held, gone=gone, unprintable=unprintable)


def begin_one(
    ctx: Context, claim: OperatorClaim, resident_no: str, can_print: CanPrint
) -> SlipBatch | Refused:
    """Mark the notice of one person, also one that was printed before; a hold on copies is looked into (V1, V2)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_SLIP_PRINT, AuditEvent.SLIP_PRINTED)
        held = residents.lock(tx, resident_no)
        if held is None:
            return act.refuse_unknown(R1, resident_no)
        holds = withholding.on(tx, held)
        notice = store.newest(tx, [held]).get(held.resident_id) if held.present else None
        decision = acts.every(
            act.gate,
            acts.require(
                (CD22, notice is not None),
                (CD24, notice is None or can_print(_slip_of(held, notice))),
            ),
            withholding.decide(tx, holds, Process.ISSUE),
        )
        if notice is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((CD22,))
            return act.refuse(refused, held)
        withholding.use_lifts(tx, holds, Process.ISSUE)
        return _mark(act, decision, [(held, notice)])


def begin_again(ctx: Context, claim: OperatorClaim, batch: str) -> SlipBatch | Refused:
    """Give the sheets of a batch again: they were lost, or whoever began it did not finish."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_SLIP_PRINT, AuditEvent.SLIP_PRINTED_AGAIN)
        prints = store.of_batch(tx, batch)
        decision = acts.every(act.gate, acts.require((CD23, bool(prints))))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        return _repeat(act, decision, batch, prints)


def _repeat(act: Act, decision: Permitted, batch: str, prints: Sequence[Print]) -> SlipBatch:
    """The sheets as they were, without those that must not go out any more: held back, gone, another code since."""
    again = replace(act, event=AuditEvent.SLIP_PRINTED_AGAIN)
    locked = residents.lock_together(act.tx, numbers=[one.resident_no for one in prints])
    back = withholding.keeps_copies_back(act.tx, locked)
    people = {held.resident_id: held for held in locked}
    slips, kept, gone = [], [], []
    for one in prints:
        held = people[one.notice.resident_id]
        if held.resident_id in back:
            kept.append(held.resident_no)
        elif not held.present:
            gone.append(held.resident_no)
        elif held.record.code == one.notice.code:
            again.done(decision, held, reference=batch)
            slips.append(_slip(one.resident_no, one))
    if not slips:
        again.nobody(decision)
    day = prints[0].printed_on
    who = certified_on(act.tx, day)
    return SlipBatch(batch, day, tuple(slips), who, again=True, held=tuple(kept), gone=tuple(gone))


def finish(ctx: Context, batch: str) -> None:
    """The sheets of a batch are in their file: the next try begins the next batch."""
    with ctx.begin() as tx:
        store.written(tx, batch, ctx.now())


def _slip_of(held: Held, notice: CodeNotice) -> Slip:
    return _slip(held.resident_no, Print(notice, held.resident_no, held.record, notice.decided_on))


def _slip(resident_no: str, one: Print) -> Slip:
    notice, record = one.notice, one.record
    return Slip(
        resident_no=resident_no,
        name=record.name.latin or record.name.text,
        address=(record.address.text, *filter(None, (record.address.building,))),
        code=notice.code,
        ground=ground_of(notice.kind, notice.reason),
        decided_on=notice.decided_on,
        foreign=record.kind is RecordKind.FOREIGN,
        reference=str(notice.notice_id),
        issue_no=one.issue_no,
        terminal=one.terminal,
    )

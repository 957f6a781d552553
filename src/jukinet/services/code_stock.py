"""The stock of codes of a municipality: how many are free, and the warning before they run out (specification 4.3.1).

The warning is a remark to whoever drew a code, an alert, and a line of the node's status. It stops nothing: codes are
given until the pool is empty, and then the act that needs one is refused (CD25) and stores nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.permissions import Permission
from jukinet.law.codes import STOCK_LOW, stock_is_low
from jukinet.law.decisions import Refused, Remark, policy
from jukinet.law.parameters import number
from jukinet.services import acts, trail
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context, TurnedBackError
from jukinet.services.operators import OperatorClaim
from jukinet.store import codes as pool
from jukinet.store.codes import EMPTY, PoolEmptyError
from jukinet.store.database import Transaction
from jukinet.store.residents import Held

CD25 = policy("CD25", "Choice of this network: no record is made without the code that it should have", EMPTY)

HIGHEST = 10_000_000


def draw(act: Act, about: Held | None = None) -> ResidentRecordCode:
    """Draw one code for an act; an empty pool turns the whole act back, on record (``TurnedBackError``)."""
    return draw_many(act, 1, about)[0]


def draw_many(act: Act, count: int, about: Held | None = None) -> list[ResidentRecordCode]:
    """The same for several at once."""
    drawn = _drawn(act, count)
    decision = acts.require((CD25, drawn is not None))
    if drawn is None or isinstance(decision, Refused):
        raise _turned_back(act, about)
    return drawn


def _drawn(act: Act, count: int) -> list[ResidentRecordCode] | None:
    """The codes, or None where there are not so many."""
    ctx = act.ctx
    try:
        if count == 1:
            return [pool.draw(act.tx, ctx.randomness.below, ctx.now())]
        return pool.draw_many(act.tx, count, ctx.randomness.sample, ctx.now()) if count else []
    except PoolEmptyError:
        return None


def _turned_back(act: Act, about: Held | None) -> TurnedBackError:
    refused = Refused((CD25,))
    subject = Subject.of(about) if about else Subject()

    def note(again: Context, alone: Transaction) -> None:
        trail.note_act(
            again, alone, act.event, act.claim, refused, code=subject.code, resident_no=subject.resident_no
        )

    return TurnedBackError(refused, note)


@dataclass(frozen=True, slots=True)
class Stock:
    """How many codes are free, below how many the office is warned, and whether it is now."""

    free: int
    level: int
    low: bool


def stock_in(ctx: Context, tx: Transaction) -> Stock:
    """The stock as this transaction sees it. Who is not connected gives no codes and lacks none."""
    on = ctx.business_date(tx)
    free, level = pool.count_free(tx), pool.stock_level(tx)
    low = ctx.is_connected(ctx.node) and stock_is_low(free, level, on=on)
    return Stock(free, number("code-stock-level", on) if level is None else level, low)


def stock(ctx: Context) -> Stock:
    """The stock of codes now. It says nothing of anybody: nobody is asked for and nothing is recorded."""
    with ctx.begin() as tx:
        return stock_in(ctx, tx)


def set_level(ctx: Context, claim: OperatorClaim, level: int) -> Stock | Refused:
    """Set below how many free codes this office is warned, from now on."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_POOL_SET, AuditEvent.STOCK_LEVEL_SET)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=str(level))
        pool.set_stock_level(tx, level, ctx.now(), claim.operator_id)
        act.done(act.gate, reference=str(level))
        return stock_in(ctx, tx)


def remarks(tx: Transaction, on: date) -> tuple[Remark, ...]:
    """What whoever has just drawn a code should know of those that are left."""
    if tx.free_codes is None or not stock_is_low(tx.free_codes, pool.stock_level(tx), on=on):
        return ()
    return (STOCK_LOW,)

"""Counting residents, households and what changed in a period (resident-record specification 6.1).

Two ways of counting. By the day on which an event takes effect, as the register knows it now: who is recorded late is
counted from the day of the event, and an act that was undone is counted no longer. And by the day of entry, as the
ministry's yearly tables and the immigration authority's reports ask: what was entered in a period, an undo with the
rest, so that beginning, changes and end agree for ever. Whoever has notified a move-out is a resident until the planned
day. Who was erased after the term of Ord. 34 is in no count.

Owns the figures, not the forms in which they are reported. A register that was taken in from another system counts
from that day on (its records are taken over, not moved in).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.population import decide_count
from jukinet.services import acts
from jukinet.services.context import JAPAN, Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import population
from jukinet.store.database import Transaction
from jukinet.store.population import Ages, Change, EnteredChange, Heads, Homes, Notified


@dataclass(frozen=True, slots=True)
class Census:
    """Residents and households at the end of a day."""

    on: date
    heads: tuple[Heads, ...]
    homes: Homes

    @property
    def residents(self) -> int:
        return sum(one.residents for one in self.heads)


@dataclass(frozen=True, slots=True)
class Counted:
    """A period: how it began, what changed, how it ended. ``before`` is the day before the first."""

    before: Census
    changes: tuple[Change, ...]
    after: Census


@dataclass(frozen=True, slots=True)
class CountedEntries:
    """The same by what was entered; ``ages`` and the foreign residents' notifications are of the end and the period."""

    before: Census
    changes: tuple[EnteredChange, ...]
    after: Census
    ages: tuple[Ages, ...]
    notifications: tuple[Notified, ...]

    @property
    def agrees(self) -> bool:
        """Whether what was there and what changed makes what is there: how the tables are checked."""
        moved = sum(one.residents if one.added else -one.residents for one in self.changes)
        return self.before.residents + moved == self.after.residents


def count_population(
    ctx: Context, claim: OperatorClaim, first: date | None = None, last: date | None = None
) -> Counted | Refused:
    """Count from the first day to the last, today by default, both included. The counting is recorded."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_POPULATION_COUNT, AuditEvent.POPULATION_COUNTED
        )
        last = last or act.today
        first = first or last
        decision = acts.every(act.gate, decide_count(first, last, on=act.today))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        act.done(decision, reference=f"{first}/{last}")
        return Counted(
            _census(tx, first - timedelta(days=1)), population.changes(tx, first, last), _census(tx, last)
        )


def _census(tx: Transaction, on: date) -> Census:
    return Census(on, population.residents(tx, on), population.households(tx, on))


def count_entries(
    ctx: Context, claim: OperatorClaim, first: date | None = None, last: date | None = None
) -> CountedEntries | Refused:
    """Count what was entered from the first day to the last, both in Japan's real calendar and included."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_POPULATION_COUNT, AuditEvent.POPULATION_COUNTED
        )
        today = ctx.now().astimezone(JAPAN).date()
        last = last or today
        first = first or last
        decision = acts.every(act.gate, decide_count(first, last, on=today))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        act.done(Permitted((*decision.basis, "by the day of entry")), reference=f"{first}/{last}")
        begin, end = _midnight(first), _midnight(last + timedelta(days=1))
        return CountedEntries(
            _census_as_entered(tx, first - timedelta(days=1), begin),
            population.changes_as_entered(tx, begin, end),
            _census_as_entered(tx, last, end),
            population.ages_as_entered(tx, end, last),
            population.notifications_as_entered(tx, begin, end),
        )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, JAPAN)


def _census_as_entered(tx: Transaction, on: date, end: datetime) -> Census:
    return Census(on, population.residents_as_entered(tx, end), population.households_as_entered(tx, end))

"""Counting residents, households and what changed in a period (resident-record specification 6.1).

Counted is by the day on which an event takes effect, as the register knows it now: who is recorded late is counted from
the day of the event, and an act that was undone is counted no longer. Whoever has notified a move-out is a resident
until the planned day. Who was erased after the term of Ord. 34 is in no count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.population import decide_count
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import population
from jukinet.store.database import Transaction
from jukinet.store.population import Change, Heads, Homes


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

"""The yearly report of supply, as it is made public (Act Arts. 30-7(8), 30-11(6); Reg. Arts. 21, 27).

Drawn from the audit log and from the book of what was erased of it. It names organs and nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.batches import Way
from jukinet.domain.municipality import NodeRole, OrganSlug
from jukinet.domain.permissions import Permission
from jukinet.law import supply_reports as law
from jukinet.law.centre import CentreWork
from jukinet.law.decisions import Refused
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.supply import deciding
from jukinet.store import centre, supply_book


@dataclass(frozen=True, slots=True)
class Line:
    """To whom, in which month (its first day), of how many persons, in which way."""

    organ: str
    name: str
    month: date
    persons: int
    way: Way = Way.LINE


def draw_report(ctx: Context, claim: OperatorClaim, year: int) -> tuple[Line, ...] | Refused:
    """The report of a fiscal year, by organ and month; of one that runs, up to now. Drawing it is recorded."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.AUDIT_ENTRIES_READ, AuditEvent.YEARLY_REPORT_DRAWN)
        decision = acts.every(
            act.gate,
            law.decide_report(
                year,
                centre=ctx.node.role is NodeRole.NATIONAL,
                governor=ctx.node.role is NodeRole.PREFECTURE,
                delegates=deciding.delegates(ctx, act.today, centre.state(tx), CentreWork.TABLE_1),
                on=act.today,
            ),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=str(year))
        rows = supply_book.by_month(tx, *law.fiscal_year(year), table=law.TABLE)
        act.done(decision, reference=str(year))
        return tuple(
            Line(organ, name_of(ctx, organ), month, persons, way) for organ, month, persons, way in rows
        )


def name_of(ctx: Context, organ: str) -> str:
    """As the directory names it; an organ that it knows no more keeps its word."""
    slug = organ.rpartition(":")[2]
    entry = ctx.directory().organ(OrganSlug(slug))
    return entry.name if entry else slug

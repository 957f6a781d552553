"""Analyses of the log that are asked for of whoever keeps a register (specification 10.2).

Owns what stands out: work by night and on days off, acts turned away at the gate, one operator who looks at very many
people, very many looks at one person. From where on is a dated parameter (``analysis-*``). Nothing is forbidden by it:
a person looks at what stands out. It goes by the hour of the real clock in Japan. Who was looked at is named by an
entry of the log, never by a code.

Log-ins do not exist without pages for people: what counts is an operator who is not enrolled, not valid that day or
lacks the permission (rules G1 to G3), and a party that a door turned away. A row of a batch is a look like a request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.permissions import Permission
from jukinet.law.days_off import is_day_off
from jukinet.law.decisions import Refused
from jukinet.law.parameters import number
from jukinet.law.retention import AUDIT
from jukinet.services import acts, operators
from jukinet.services.context import JAPAN, Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import analyses
from jukinet.store.database import Transaction

_GATE = (operators.UNKNOWN, operators.NOT_VALID, operators.NOT_ALLOWED)


class Kind(StrEnum):
    """What stands out."""

    NIGHT = "night"
    HOLIDAY = "holiday"
    TURNED_AWAY = "turned-away"
    PEOPLE_BY_ONE = "people-by-one"
    LOOKS_AT_ONE = "looks-at-one"


@dataclass(frozen=True, slots=True)
class Finding:
    """On which day what stood out, by whom, and how often. ``entry``: the last one about the person, if any."""

    kind: Kind
    day: date
    who: str | None
    times: int
    entry: int | None = None


def analyse(ctx: Context, claim: OperatorClaim, first: date, last: date) -> tuple[Finding, ...] | Refused:
    """What stood out from one day of the calendar in Japan to another. Reading it is recorded.

    Raises INVALID for days that have not come, and for more than the log is kept for.
    """
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.AUDIT_ENTRIES_READ, AuditEvent.ANALYSIS_DRAWN)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        _require_days(ctx, first, last, on=act.today)
        found = tuple(_found(ctx, tx, first, last, on=act.today))
        act.done(act.gate)
        return found


def _require_days(ctx: Context, first: date, last: date, *, on: date) -> None:
    today, years = _today(ctx), AUDIT.length(on)
    faults = []
    if last > today:
        faults.append(Fault("--to", f"must be {today}, today in Japan, or before"))
    # Of days that have not come, none counts: a term from one of them may have no last day.
    if min(last, today) > AUDIT.last_day(min(first, today), on):
        faults.append(
            Fault("--from", f"must be less than {years} years before --to: no entry is kept longer")
        )
    if faults:
        raise invalid(*faults)


def _today(ctx: Context) -> date:
    return ctx.now().astimezone(JAPAN).date()


def counts(ctx: Context) -> Mapping[Kind, int]:
    """How much of each kind stood out today and yesterday, for whoever watches the node; nobody is named."""
    today = _today(ctx)
    with ctx.begin() as tx:
        on = ctx.business_date(tx)
        found = Counter(one.kind for one in _found(ctx, tx, today - timedelta(1), today, on=on))
    return {kind: found[kind] for kind in Kind}


def _found(ctx: Context, tx: Transaction, first: date, last: date, *, on: date) -> Iterator[Finding]:
    days, store = (_midnight(first), _midnight(last + timedelta(1))), ctx.node.municipality is None
    for row in analyses.by_operator(
        tx,
        *days,
        night=(number("analysis-night-from", on), number("analysis-night-until", on)),
        closed=[day for day in _days(first, last) if is_day_off(day)],
        gate_rules=[f"{rule.rule} {rule.article}" for rule in _GATE],
    ):
        least = {Kind.NIGHT: 1, Kind.HOLIDAY: 1, Kind.TURNED_AWAY: number("analysis-turned-away", on)}
        for kind, fewest in least.items():
            times = row[kind.replace("-", "_")]
            if times >= fewest:
                yield Finding(kind, row["day"], row["actor"], times)
    many = number("analysis-people-by-one", on)
    for day, actor, operator, people in analyses.people_by_one(tx, *days, many, store=store):
        yield Finding(Kind.PEOPLE_BY_ONE, day, f"{actor} {operator or ''}".strip(), people)
    for row in analyses.looks_at_one(tx, *days, number("analysis-looks-at-one", on), store=store):
        yield Finding(Kind.LOOKS_AT_ONE, row["day"], None, row["looks"], row["entry"])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JAPAN)


def _days(first: date, last: date) -> Iterator[date]:
    for number_of_day in range((last - first).days + 1):
        yield first + timedelta(number_of_day)

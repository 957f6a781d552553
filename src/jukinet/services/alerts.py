"""What needs a person today: measures that end or ended, movers to be told of, old holds, few codes, old drafts.

Nothing here changes anything: a hold and a measure go on until somebody acts. The list names records by number and
says nothing of why they are held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from jukinet.audit.events import AuditEvent
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Refused
from jukinet.law.drafts import alert_from as alert_from_entry
from jukinet.law.support_measures import alert_from
from jukinet.services import acts, code_stock
from jukinet.services.context import JAPAN, Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.tags import Tag
from jukinet.store import drafts as store_drafts
from jukinet.store import holds, measures, residents
from jukinet.store.database import Transaction
from jukinet.store.measures import Standing
from jukinet.store.residents import Held

MOST_DRAFTS = 200
"""Drafts pointed out at once, the oldest first: the list of drafts shows all."""


class AlertKind(StrEnum):
    """Why a person is called."""

    MEASURE_UNDECIDED = "measure-undecided"
    """Applied for, and holding provisionally since: decide it, or end it."""
    MEASURE_ENDS = "measure-ends"
    """Its last day is within a month: ask the applicant, then extend it."""
    MEASURE_OVER = "measure-over"
    """Its last day is over. It goes on provisionally: extend it, decide it anew or end it."""
    MEASURE_TO_TELL = "measure-to-tell"
    """A person under it moves or moved: send the application on to ``municipality`` by letter, and note it."""
    HOLD_PAST_END = "hold-past-end"
    """The day named as its end is over. It stands: end it, or leave it."""
    CODES_LOW = "codes-low"
    """Few codes are left in the pool: ask the centre for more (Reg. Art. 14(2))."""
    DRAFT_WAITS = "draft-waits"
    """A draft was entered before today and nobody has completed it: complete, return or withdraw it."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing for a person to do, since when, about which hold, measure or draft; ``codes``: how many are left."""

    kind: AlertKind
    since: date
    measure: int | None = None
    hold: int | None = None
    resident_nos: tuple[str, ...] = ()
    household_no: str | None = None
    municipality: MunicipalityCode | None = None
    codes: int | None = None
    draft: int | None = None


def list_alerts(ctx: Context, claim: OperatorClaim) -> tuple[Alert, ...] | Refused:
    """Everything that needs a person today, the oldest first (specification 3.1, 3.4)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_ALERT_READ, AuditEvent.ALERTS_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        found = [
            *_of_measures(ctx, tx, act.today),
            *_of_holds(tx, act.today),
            *_of_codes(ctx, tx, act.today),
            *_of_drafts(tx, ctx.now()),
        ]
        return tuple(
            sorted(
                found,
                key=lambda one: (one.since, one.kind, one.measure or 0, one.hold or 0, one.draft or 0),
            )
        )


def _of_codes(ctx: Context, tx: Transaction, on: date) -> Iterator[Alert]:
    stock = code_stock.stock_in(ctx, tx)
    if stock.low:
        yield Alert(AlertKind.CODES_LOW, on, codes=stock.free)


def _of_holds(tx: Transaction, on: date) -> Iterator[Alert]:
    for past in holds.past_end(tx, on):
        yield Alert(
            AlertKind.HOLD_PAST_END,
            past.to_on + timedelta(days=1),
            hold=past.hold_id,
            resident_nos=(past.resident_no,) if past.resident_no else (),
            household_no=past.household_no,
        )


def _of_drafts(tx: Transaction, now: datetime) -> Iterator[Alert]:
    """Of what still waits: by the real calendar of Japan, which says when it was entered."""
    for draft in store_drafts.waiting(tx, most=MOST_DRAFTS):
        since = alert_from_entry(draft.entered_at.astimezone(JAPAN).date())
        if draft.step is None and since <= now.astimezone(JAPAN).date():
            about = residents.look(tx, [Tag.parse(tag).resident_id for tag in draft.tags])
            numbers = tuple(held.resident_no for held in about)
            yield Alert(AlertKind.DRAFT_WAITS, since, draft=draft.draft_id, resident_nos=numbers)


def _of_measures(ctx: Context, tx: Transaction, on: date) -> Iterator[Alert]:
    standing = measures.standing(tx)
    people = {
        held.resident_id: held
        for held in residents.look(tx, {i for one in standing for i in one.resident_ids})
    }
    told = {
        (forward.measure_id, forward.municipality)
        for forward in measures.forwards(tx, [one.measure.measure_id for one in standing])
    }
    for one in standing:
        persons = [people[resident_id] for resident_id in one.resident_ids]
        numbers = tuple(held.resident_no for held in persons)
        yield from _of_course(one, numbers, on)
        for to, since in _movers(persons, ctx.municipality):
            if (one.measure.measure_id, to) not in told:
                measure_id = one.measure.measure_id
                yield Alert(
                    AlertKind.MEASURE_TO_TELL, since, measure_id, resident_nos=numbers, municipality=to
                )


def _of_course(one: Standing, numbers: tuple[str, ...], on: date) -> Iterator[Alert]:
    measure = one.measure
    ends_on, alert = measure.ends_on, alert_from(measure, on)
    if ends_on is None or alert is None:
        yield Alert(AlertKind.MEASURE_UNDECIDED, measure.applied_on, measure.measure_id, resident_nos=numbers)
    elif on > ends_on:
        since = ends_on + timedelta(days=1)
        yield Alert(AlertKind.MEASURE_OVER, since, measure.measure_id, resident_nos=numbers)
    elif on >= alert:
        yield Alert(AlertKind.MEASURE_ENDS, alert, measure.measure_id, resident_nos=numbers)


def _movers(persons: Iterable[Held], here: MunicipalityCode) -> Iterator[tuple[MunicipalityCode, date]]:
    """Where the persons of a measure go or went, and since when that is known: each municipality once.

    A destination that names no municipality (abroad, or a text alone) calls nobody until the move-in notice says one.
    """
    found: dict[MunicipalityCode, date] = {}
    for held in persons:
        plan, confirmed = held.record.move_out, held.record.confirmed_move
        to = confirmed.address.municipality if confirmed else plan.destination.municipality if plan else None
        since = plan.filed_on if plan else confirmed.moved_on if confirmed else None
        if to is not None and since is not None and to != here:
            found[to] = min(since, found.get(to, since))
    yield from sorted(found.items())

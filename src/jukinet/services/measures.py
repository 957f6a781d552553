"""Support measures (支援措置): applied for, decided, extended, forwarded and ended, by a person each time.

From the application on, each person of a measure is under a hold on the issue of copies, which ends with the measure
and not before (specification 3.4). The course of a measure is in ``jukinet.law.support_measures``; that the applicant
moved out changes nothing here but the phase that is shown, and calls a clerk (``jukinet.services.alerts``).

No message of the network tells the municipality that the person moved to: in 2013 none of those that the Order knows
carries anything of a measure. The clerk sends the application on by letter and notes it (``forward_measure``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law import support_measures as law_measures
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.holds import V3, Level, Process
from jukinet.law.support_measures import Measure, Phase
from jukinet.services import acts
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.hold_filings import (
    ForwardFiling,
    MeasureDecisionFiling,
    MeasureEndFiling,
    MeasureExtensionFiling,
    MeasureFiling,
)
from jukinet.services.holds import Ended, stamp_of
from jukinet.services.operators import OperatorClaim
from jukinet.store import holds as hold_store
from jukinet.store import measures as store
from jukinet.store import residents
from jukinet.store.measures import Forward, MeasureStep, Protected
from jukinet.store.residents import Held

APPLIED, DECIDED, EXTENDED, ENDED = "applied", "decided", "extended", "ended"
"""The steps of a measure, as its versions name them."""

_REASON = "support measure"
"""What a hold of a measure says of its reason; the measure itself says the rest, to those who may see it."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A measure as it is after an act."""

    measure: Measure


@dataclass(frozen=True, slots=True, repr=False)
class MeasureFound(Private):
    """A measure as a whole: its persons, its course, and who was told of it."""

    measure: Measure
    phase: Phase
    persons: tuple[Protected, ...]
    steps: tuple[MeasureStep, ...]
    forwards: tuple[Forward, ...]


def apply_for_measure(ctx: Context, claim: OperatorClaim, filing: MeasureFiling) -> Recorded | Refused:
    """Record an application: from this moment the measure holds provisionally (仮支援措置, specification 3.4)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_MEASURE_RECORD, AuditEvent.MEASURE_APPLIED)
        numbers = [filing.applicant, *(person.resident_no for person in filing.joined)]
        locked = {held.resident_no: held for held in residents.lock_together(tx, numbers=numbers)}
        applicant = locked.get(filing.applicant)
        already = applicant is not None and any(
            one.applicant and one.measure.stands for one in store.of_resident(tx, applicant.resident_id)
        )
        decision = acts.every(
            act.gate,
            law_measures.decide_application(
                applied_on=filing.applied_on,
                everybody_known=len(locked) == len(numbers),
                standing_already=already,
                on=act.today,
            ),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, *(locked.get(one) or Subject(one) for one in numbers))
        measure = Measure(store.new(tx, filing.applied_on), filing.applied_on)
        store.add_version(tx, measure, APPLIED, filing.details, stamp_of(act))
        relationships = {person.resident_no: person.relationship for person in filing.joined}
        for one in numbers:
            _protect(act, measure, locked[one], relationships.get(one))
            act.done(decision, locked[one], reference=str(measure.measure_id))
        return Recorded(measure)


def _protect(act: Act, measure: Measure, held: Held, relationship: str | None) -> None:
    """Hold back the copies of one person of a measure, from the day of the application and without an end."""
    hold_id = hold_store.insert(
        act.tx,
        resident_id=held.resident_id,
        household_no=None,
        process=Process.ISSUE,
        level=Level.ERROR,
        from_on=min(measure.applied_on, act.today),
        to_on=None,
        reason=_REASON,
        stamp=stamp_of(act),
    )
    applicant = relationship is None
    person = Protected(held.resident_id, held.resident_no, hold_id, applicant, relationship)
    store.add_person(act.tx, measure.measure_id, person)


def _act_on(
    ctx: Context,
    claim: OperatorClaim,
    measure_id: int,
    permission: Permission,
    event: AuditEvent,
    decide: Callable[[Act, Measure | None], Decision],
    do: Callable[[Act, Measure], Measure],
) -> Recorded | Refused:
    """An act on a measure that stands: its persons locked, then the measure as it is after that; an entry a person."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, permission, event)
        numbers = [person.resident_no for person in store.persons(tx, measure_id)]
        locked = residents.lock_together(tx, numbers=numbers)
        measure = store.find(tx, measure_id)
        decision = acts.every(act.gate, decide(act, measure))
        reference = str(measure_id)
        if measure is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((law_measures.V17,))
            return act.refuse(refused, *locked, reference=reference)
        changed = do(act, measure)
        for held in locked:
            act.done(decision, held, reference=reference)
        return Recorded(changed)


def _step(step: str, change: Callable[[Act, Measure], Measure], details: Mapping[str, Any]) -> _Do:
    """What writes one more version of a measure."""

    def do(act: Act, measure: Measure) -> Measure:
        changed = change(act, measure)
        stated = {name: value for name, value in details.items() if value is not None}
        store.add_version(act.tx, changed, step, stated or None, stamp_of(act))
        return changed

    return do


_Do = Callable[[Act, Measure], Measure]


def decide_measure(ctx: Context, claim: OperatorClaim, filing: MeasureDecisionFiling) -> Recorded | Refused:
    """Decide a measure from a day on, for a year or to an earlier day; also anew, once its period is over."""

    def decide(act: Act, measure: Measure | None) -> Decision:
        ends_on = filing.ends_on or law_measures.last_day(filing.starts_on, act.today)
        return law_measures.decide_decision(
            measure, starts_on=filing.starts_on, ends_on=ends_on, on=act.today
        )

    def change(act: Act, measure: Measure) -> Measure:
        ends_on = filing.ends_on or law_measures.last_day(filing.starts_on, act.today)
        return replace(measure, starts_on=filing.starts_on, ends_on=ends_on)

    permission, event = Permission.REGISTER_MEASURE_RECORD, AuditEvent.MEASURE_DECIDED
    do = _step(DECIDED, change, {"note": filing.note})
    return _act_on(ctx, claim, filing.measure, permission, event, decide, do)


def extend_measure(ctx: Context, claim: OperatorClaim, filing: MeasureExtensionFiling) -> Recorded | Refused:
    """Extend a measure from the day after its last one (specification 3.4)."""

    def decide(act: Act, measure: Measure | None) -> Decision:
        return law_measures.decide_extension(measure, ends_on=filing.ends_on, on=act.today)

    def change(act: Act, measure: Measure) -> Measure:
        # The measure holds all the time: its first day stays, and the period that follows ends later.
        _, last = law_measures.extended(measure, act.today)
        return replace(measure, ends_on=filing.ends_on or last)

    permission, event = Permission.REGISTER_MEASURE_RECORD, AuditEvent.MEASURE_EXTENDED
    do = _step(EXTENDED, change, {"note": filing.note})
    return _act_on(ctx, claim, filing.measure, permission, event, decide, do)


def end_measure(ctx: Context, claim: OperatorClaim, filing: MeasureEndFiling) -> Ended | Refused:
    """End a measure, and with it the holds on its persons: what no day and no move does by itself."""

    def decide(act: Act, measure: Measure | None) -> Decision:
        return law_measures.decide_ending(measure, filing.ground, on=act.today)

    def change(act: Act, measure: Measure) -> Measure:
        for person in store.persons(act.tx, measure.measure_id):
            hold_store.end(act.tx, person.hold_id, _REASON, stamp_of(act))
        return replace(measure, ended_on=act.today, ended_for=filing.ground)

    told_on = filing.told_on.isoformat() if filing.told_on else None
    permission, event = Permission.REGISTER_MEASURE_END, AuditEvent.MEASURE_ENDED
    do = _step(ENDED, change, {"note": filing.note, "told_on": told_on})
    done = _act_on(ctx, claim, filing.measure, permission, event, decide, do)
    return done if isinstance(done, Refused) else Ended(filing.measure)


def forward_measure(ctx: Context, claim: OperatorClaim, filing: ForwardFiling) -> Recorded | Refused:
    """Note that another municipality was told of a measure by letter: nothing is sent over the network."""

    def decide(act: Act, measure: Measure | None) -> Decision:
        return law_measures.decide_forwarding(
            measure,
            elsewhere=filing.municipality != act.ctx.municipality,
            forwarded_on=filing.forwarded_on,
            on=act.today,
        )

    def do(act: Act, measure: Measure) -> Measure:
        forward = Forward(measure.measure_id, filing.municipality, filing.forwarded_on)
        store.add_forward(act.tx, forward, stamp_of(act))
        return measure

    permission, event = Permission.REGISTER_MEASURE_RECORD, AuditEvent.MEASURE_FORWARDED
    return _act_on(ctx, claim, filing.measure, permission, event, decide, do)


def show_measures(ctx: Context, claim: OperatorClaim, resident_no: str) -> tuple[MeasureFound, ...] | Refused:
    """Every measure that a resident is or was under, as a whole (specification 1.1.16, 2.2.4)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_MEASURE_READ, AuditEvent.MEASURE_READ)
        held = residents.lock(tx, resident_no)
        decision = acts.every(act.gate, acts.require((V3, held is not None)))
        if held is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((V3,))
            return act.refuse(refused, held or Subject(resident_no))
        act.done(decision, held)
        return tuple(_whole(act, decision, one) for one in store.of_resident(tx, held.resident_id))


def _whole(act: Act, _: Permitted, standing: store.Standing) -> MeasureFound:
    measure = standing.measure
    return MeasureFound(
        measure=measure,
        phase=law_measures.phase(measure, present=standing.present, on=act.today),
        persons=tuple(store.persons(act.tx, measure.measure_id)),
        steps=tuple(store.history(act.tx, measure)),
        forwards=tuple(store.forwards(act.tx, [measure.measure_id])),
    )

"""Whom the office has to tell: letters, postings, records laid open (Ord. Arts. 12(4), 17(2); specification 4.1.0.3).

Owns the list, and the note that a letter was sent or a posting began and ended. An act notes what is to be told in its
own transaction. Letters are printed by ``jukinet.services.letters``, written notices of codes by
``jukinet.services.slips``; a posting, and a letter to the mayor of a domicile, is written by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import reading
from jukinet.law import tellings as law
from jukinet.law.decisions import Refused
from jukinet.law.tellings import Step
from jukinet.services import acts
from jukinet.services.acts import Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Registered
from jukinet.services.stay_items import member
from jukinet.store import residents, tellings
from jukinet.store.tellings import After, Told

LISTED_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class StepFiling:
    """What was done of a telling, on which day."""

    telling: int
    step: Step
    done_on: date


def read_step(data: object) -> StepFiling:
    with reading(data) as fields:
        return StepFiling(
            fields.integer("telling", least=1), fields.take("step", member(Step)), fields.date("done_on")
        )


def list_tellings(
    ctx: Context,
    claim: OperatorClaim,
    first: date | None = None,
    *,
    after: After | None = None,
    most: int = LISTED_AT_MOST,
) -> tuple[Told, ...] | Refused:
    """What is still to be told; or all that was decided since a day. The oldest first, residents by number."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.TELLINGS_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        if first is None:
            return tuple(tellings.still_open(tx, after, most=most))
        return tuple(tellings.since(tx, first, after, most=most))


def note_step(ctx: Context, claim: OperatorClaim, filing: StepFiling) -> Registered | Refused:
    """Note that a letter was sent, or that a posting began or ended."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_TELLING_NOTE, AuditEvent.TELLING_NOTED)
        about = tellings.resident_of(tx, filing.telling)
        held = residents.lock(tx, about) if about else None
        told = tellings.find(tx, filing.telling) if held else None
        decision = acts.every(
            act.gate,
            law.decide_step(told.telling if told else None, filing.step, filing.done_on, on=act.today),
        )
        reference = f"{filing.telling} {filing.step}"
        if told is None or held is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((law.MG9,))
            return act.refuse(refused, held or Subject(), reference=reference)
        tellings.add_step(
            tx,
            filing.telling,
            held,
            filing.step,
            filing.done_on,
            operator=claim.operator_id,
            terminal=claim.terminal,
            at=ctx.now(),
        )
        act.done(decision, held, reference=reference)
        return Registered((held.resident_no,))

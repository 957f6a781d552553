"""That an adult is under guardianship, or no more (specification 9.4): the day, and by what the office knows it.

Shown with the record to whoever may see it. Where somebody under guardianship moves out, a letter to the new
municipality is listed (``jukinet.services.tellings``) and printed (``jukinet.services.letters``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.law import guardianship as law
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.services import acts, withholding
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.holds import stamp_of
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.services.register import Registered
from jukinet.store import guardianships, residents, tellings
from jukinet.store.residents import Held


@dataclass(frozen=True, slots=True, repr=False)
class GuardianshipFiling(Private):
    """``stands``: it began on that day, or ended; ``source``: by what the office knows it."""

    resident_no: str
    stands: bool
    changed_on: date
    source: str


def read_guardianship(data: object) -> GuardianshipFiling:
    with reading(data) as fields:
        return GuardianshipFiling(
            resident_no=fields.take("resident_no", check_number),
            stands=fields.flag("stands"),
            changed_on=fields.date("changed_on"),
            source=fields.text("source", longest=200),
        )


def record_guardianship(
    ctx: Context, claim: OperatorClaim, filing: GuardianshipFiling
) -> Registered | Refused:
    """Record it. No version of the record is written: it is no item of it. A hold on changes keeps it back (V1, V2)."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_GUARDIANSHIP_RECORD, AuditEvent.GUARDIANSHIP_RECORDED
        )
        held = residents.lock(tx, filing.resident_no)
        if held is None:
            return act.refuse_unknown(R1, filing.resident_no)
        holds = withholding.on(tx, held)
        decision = acts.every(
            act.gate,
            withholding.decide(tx, holds, Process.CHANGE),
            law.decide_guardianship(
                guardianships.newest(tx, held),
                stands=filing.stands,
                day=filing.changed_on,
                born=held.record.birth_date.earliest,
                on=act.today,
            ),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, held)
        withholding.use_lifts(tx, holds, Process.CHANGE)
        guardianships.add(
            tx,
            held,
            stands=filing.stands,
            on_day=filing.changed_on,
            source=filing.source,
            stamp=stamp_of(act),
        )
        act.done(decision, held, reference="stands" if filing.stands else "ended")
        return Registered((held.resident_no,), decision.remarks)


def tell_destination(act: Act, leaving: Held) -> None:
    """List the letter to the new municipality about somebody under guardianship who moves out."""
    if guardianships.since(act.tx, leaving) is not None:
        tellings.add(act.tx, leaving, law.TOLD, act.today)

"""Records written anew (改製) and made again after a loss (再製): Ord. Arts. 16, 17.

Versions before a rewriting stay in the history; a copy may leave them out (Ord. 16). Whether a loss happened is for
people to find: this program keeps no record in one place only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import RecordKind, StatedDays
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.law import rewriting as law
from jukinet.law.additions import decide_enrolments
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.ex_officio import JAPANESE_ONLY, X5, X11, X12
from jukinet.law.stated_days import decide_stated
from jukinet.services import acts, register
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.ex_officio_filings import Corrections, read_corrections
from jukinet.services.operators import OperatorClaim
from jukinet.services.register import Entry, Registered
from jukinet.store import residents, tellings
from jukinet.store.residents import Held

LAID_OPEN = "laid-open"
"""How those concerned are told of a remade record: posted, and open to them (Ord. 17(2))."""


@dataclass(frozen=True, slots=True)
class RewriteFiling:
    """改製: whose record."""

    resident_no: str


@dataclass(frozen=True, slots=True, repr=False)
class RemakeFiling(Private):
    """再製: whose record, when it was found lost, and what differs from it by the documents it is made from."""

    resident_no: str
    lost_on: date
    corrections: Corrections


def read_rewrite(data: object) -> RewriteFiling:
    with reading(data) as fields:
        return RewriteFiling(resident_no=fields.take("resident_no", check_number))


def read_remake(data: object) -> RemakeFiling:
    with reading(data) as fields:
        return RemakeFiling(
            resident_no=fields.take("resident_no", check_number),
            lost_on=fields.date("lost_on"),
            corrections=fields.optional_object("corrections", read_corrections) or Corrections(),
        )


def rewrite_record(ctx: Context, claim: OperatorClaim, filing: RewriteFiling) -> Registered | Refused:
    """Write a record anew from what stands in it (Ord. 16)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RECORD_CORRECT, AuditEvent.RECORD_REWRITTEN)
        held = residents.lock(tx, filing.resident_no)
        decision = acts.every(
            act.gate,
            law.decide_rewriting(recorded_here=held is not None and held.present, on=act.today),
            *_kept(act, held),
        )
        if held is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((law.RW1,))
            return act.refuse(refused, held or Subject(filing.resident_no))
        entry = Entry(claim, RegisterReason.REWRITTEN, act.today)
        act.done(decision, register.enter(ctx, tx, held, lambda record: record, entry))
        return Registered((held.resident_no,), decision.remarks)


def remake_record(ctx: Context, claim: OperatorClaim, filing: RemakeFiling) -> Registered | Refused:
    """Make a lost record again ex officio; it is posted and laid open to those concerned (Ord. 17)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RECORD_CORRECT, AuditEvent.RECORD_REMADE)
        held = residents.lock(tx, filing.resident_no)
        decision = acts.every(
            act.gate,
            law.decide_remaking(
                lost_on=filing.lost_on, recorded_here=held is not None and held.present, on=act.today
            ),
            _fits(act, filing.corrections, held),
            *_kept(act, held),
        )
        if held is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((law.RW2,))
            return act.refuse(refused, held or Subject(filing.resident_no))

        entry = Entry(claim, RegisterReason.REMADE, act.today)
        made = register.enter(ctx, tx, held, filing.corrections.applied, entry)
        tellings.add(tx, made, LAID_OPEN, act.today, open_until=law.open_until(act.today))
        act.done(decision, made)
        return Registered((held.resident_no,), decision.remarks)


def _kept(act: Act, held: Held | None) -> list[Decision]:
    """Whether a hold keeps the record as it is."""
    return [register.decide_held(act.tx, held)] if held else []


def _fits(act: Act, corrections: Corrections, held: Held | None) -> Decision:
    """What differs must be possible in this register, as in a correction."""
    address = corrections.address
    inside = (X5, address is None or address.municipality == act.ctx.municipality)
    if held is None:
        return acts.require(inside)
    foreign = held.record.kind is RecordKind.FOREIGN
    decision = acts.require(
        inside,
        (X11, not foreign or not JAPANESE_ONLY & corrections.standing(held.record).keys()),
        (X12, corrections.nickname is None or held.record.nickname is not None),
    )
    born = corrections.birth_date or held.record.birth_date
    return acts.every(
        Permitted(()),
        decision,
        decide_enrolments(corrections.programmes, born, act.today),
        decide_stated(corrections.stated or StatedDays(), corrections.applied(held.record).whole_days),
    )

"""Doubts about records: pointed out, followed, and closed (Act Arts. 13, 14, 33, 34).

A doubt changes nothing: what is wrong is put right by the register's own acts, and the doubt is closed after. That
the office answers each is a choice of this network: so nobody who pointed something out is forgotten. Where another
mayor is of another opinion the steps of a dispute are noted with it; what was decided is carried out ex officio.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.law import disputes
from jukinet.law import doubts as law
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.doubts import BW21, DoubtStep, Source
from jukinet.services import acts
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.services.stay_items import member
from jukinet.store import doubts as store
from jukinet.store import residents
from jukinet.store.doubts import Doubt as Doubt  # noqa: PLC0414  (offered here too)
from jukinet.store.doubts import Stamp
from jukinet.store.residents import Held

LISTED_AT_MOST = 1000


@dataclass(frozen=True, slots=True, repr=False)
class DoubtFiling(Private):
    """What is doubted, in words. ``resident_no``: whose record, None for a missing one; ``by_no``: who says so.

    ``municipality``: whose mayor is of another opinion on where the person lives.
    """

    source: Source
    resident_no: str | None
    by_no: str | None
    said: str
    received_on: date
    municipality: MunicipalityCode | None = None


@dataclass(frozen=True, slots=True)
class DoubtStepFiling:
    """What was done about a doubt; ``due_on``: until when whoever was called on is to notify.

    ``lives_in``: where the person lives by a decision or a judgment.
    """

    doubt: int
    step: DoubtStep
    done_on: date
    due_on: date | None
    lives_in: MunicipalityCode | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """The number of a doubt."""

    doubt: int


def read_doubt(data: object) -> DoubtFiling:
    with reading(data) as fields:
        return DoubtFiling(
            source=fields.take("source", member(Source)),
            resident_no=fields.optional("resident_no", check_number),
            by_no=fields.optional("by", check_number),
            said=fields.text("said"),
            received_on=fields.date("received_on"),
            municipality=fields.optional("municipality", MunicipalityCode.parse),
        )


def read_doubt_step(data: object) -> DoubtStepFiling:
    with reading(data) as fields:
        return DoubtStepFiling(
            doubt=fields.integer("doubt", least=1),
            step=fields.take("step", member(DoubtStep)),
            done_on=fields.date("done_on"),
            due_on=fields.optional_date("due_on"),
            lives_in=fields.optional("lives_in", MunicipalityCode.parse),
        )


def note_doubt(ctx: Context, claim: OperatorClaim, filing: DoubtFiling) -> Noted | Refused:
    """Keep that a record is said to be missing or wrong, and from whom that is known."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_DOUBT_HANDLE, AuditEvent.DOUBT_NOTED)
        named = [number for number in (filing.resident_no, filing.by_no) if number]
        people = {held.resident_no: held for held in residents.lock_together(tx, numbers=named)}
        about = people.get(filing.resident_no or "")
        decision = acts.every(
            act.gate,
            acts.require((R1, filing.resident_no is None or about is not None)),
            law.decide_doubt(
                filing.source,
                names_speaker=filing.by_no is not None,
                own_household=_own(people.get(filing.by_no or ""), about),
            ),
            disputes.decide_dispute(filing.source, filing.municipality, here=ctx.municipality),
            acts.decide_applied(act, filing.received_on),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, about or Subject(filing.resident_no))
        number = store.add(
            tx,
            filing.source,
            filing.said,
            filing.received_on,
            _stamp(act),
            resident_no=filing.resident_no,
            by_no=filing.by_no,
            history_no=about.history_no if about else None,
            municipality=filing.municipality,
        )
        _done(act, decision, about, str(number))
        return Noted(number)


def _own(speaker: Held | None, about: Held | None) -> bool:
    """Whether somebody recorded here speaks of their own record, or of a member's of their household."""
    if speaker is None or about is None or not speaker.present:
        return False
    own = about.resident_no == speaker.resident_no
    return own or (about.present and about.record.household_number == speaker.record.household_number)


def _stamp(act: Act) -> Stamp:
    return Stamp(act.ctx.now(), act.claim.operator_id, act.claim.terminal)


def _done(act: Act, decision: Permitted, about: Held | None, reference: str) -> None:
    # As a subject: a note is no act on the record, and may stand beside one that another clerk is about to make.
    act.done(decision, Subject.of(about) if about else None, reference=reference)


def take_step(ctx: Context, claim: OperatorClaim, filing: DoubtStepFiling) -> Noted | Refused:
    """Note that somebody was called on to notify, how a dispute went on, or that a doubt is closed."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_DOUBT_HANDLE, AuditEvent.DOUBT_FOLLOWED)
        doubt = None if isinstance(act.gate, Refused) else store.lock(tx, filing.doubt)
        about = residents.lock(tx, doubt.resident_no) if doubt and doubt.resident_no else None
        decision = acts.every(
            act.gate,
            law.decide_doubt_step(
                filing.step,
                is_open=doubt is not None and doubt.is_open,
                entered_since=doubt is None or _entered_since(doubt, about),
                done_on=filing.done_on,
                due_on=filing.due_on,
            ),
            disputes.decide_step(
                doubt.dispute if doubt else None,
                filing.step,
                done_on=filing.done_on,
                lives_in=filing.lives_in,
                says_so=doubt is None or _says_so(ctx, doubt, about),
            ),
            acts.decide_applied(act, filing.done_on),
        )
        reference = f"{filing.doubt} {filing.step}"
        if doubt is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((BW21,))
            return act.refuse(refused, about or Subject(), reference=reference)
        store.add_step(
            tx,
            doubt,
            filing.step,
            filing.done_on,
            _stamp(act),
            due_on=filing.due_on,
            lives_in=filing.lives_in,
        )
        _done(act, decision, about, reference)
        return Noted(filing.doubt)


def _entered_since(doubt: Doubt, about: Held | None) -> bool:
    """Of one who was not recorded the office's word has to do: it is not known yet which record was made."""
    return about is None or doubt.history_no is None or about.history_no > doubt.history_no


def _says_so(ctx: Context, doubt: Doubt, about: Held | None) -> bool:
    """Whether the register says what was decided; of one who was not recorded the office's word has to do."""
    return about is None or about.present == (doubt.lives_in == ctx.municipality)


def list_doubts(
    ctx: Context, claim: OperatorClaim, *, closed: bool = False, after: int = 0, most: int = LISTED_AT_MOST
) -> tuple[Doubt, ...] | Refused:
    """The doubts that are open, or all, with numbers beyond ``after``; the oldest first."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_DOUBT_HANDLE, AuditEvent.DOUBTS_READ)
        return acts.look(act, lambda: tuple(store.list_doubts(tx, closed=closed, after=after, most=most)))

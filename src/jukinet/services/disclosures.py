"""Disclosure to the person of what this store keeps of them (Act Arts. 30-37 to 30-39): asked, put off, answered.

Owns the acts at a governor's node and the centre. Who may ask and by when it is answered is in
``jukinet.law.disclosures``; which notices are the person's in ``jukinet.services.disclosure_search``; corrections in
``jukinet.services.disclosure_corrections``. What is disclosed is everything kept: the six facts of each notice and what
changed. Who *looked* at a person is another thing (``jukinet.services.access_log``).

The paper is set after the transaction: one that did not reach its file is printed again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.municipality import NodeRole
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law import disclosures as law
from jukinet.law.code_notices import CD24
from jukinet.law.decisions import Decision, Permitted, Refused, Remark
from jukinet.law.disclosures import DI6, DisclosureStep
from jukinet.services import acts, disclosure_search
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.disclosure_filings import (
    Addressee,
    ExtensionFiling,
    RefusalFiling,
    RequestFiling,
    Stated,
    read_kept,
)
from jukinet.services.operators import OperatorClaim
from jukinet.services.supply_blocks import Whom
from jukinet.store import disclosures as store
from jukinet.store import supply_blocks
from jukinet.store.database import Transaction
from jukinet.store.disclosures import Kept, Stamp, Taken, Told

LISTED_AT_MOST = 1000


@dataclass(frozen=True, slots=True)
class Accepted:
    """The number of a request, and the last day for its answer."""

    disclosure: int
    due_on: date


@dataclass(frozen=True, slots=True, repr=False)
class Disclosed(Private):
    """What the paper says; ``told`` empty: nothing is kept of the person."""

    disclosure: int
    addressee: Addressee
    person: Stated
    received_on: date
    made_on: date
    told: tuple[Told, ...]
    represented: bool
    """A statutory representative asked"""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Letter(Private):
    """What was done last, for the letter about it."""

    disclosure: int
    addressee: Addressee
    received_on: date
    taken: Taken
    asked: Taken | None
    """The correction that the result is of"""


@dataclass(frozen=True, slots=True, repr=False)
class Listed(Private):
    """A request in the list, with the day by which it is to be answered."""

    disclosure: int
    received_on: date
    due_on: date
    steps: tuple[DisclosureStep, ...]
    is_open: bool
    overdue: bool


def require_store(ctx: Context) -> None:
    """Raise INVALID at a municipality: what it keeps is told by copies of the record (Act Art. 12)."""
    if ctx.node.role is NodeRole.MUNICIPALITY:
        raise invalid(
            Fault("node", "must be a prefecture or the centre: a municipality issues copies of its record")
        )


def open_disclosure(ctx: Context, tx: Transaction, claim: OperatorClaim, event: AuditEvent) -> Act:
    return acts.open_act(ctx, tx, claim, Permission.NETWORK_DISCLOSURE_HANDLE, event)


def stamp_of(act: Act) -> Stamp:
    return Stamp(act.ctx.now(), act.claim.operator_id, act.claim.terminal)


def note_request(ctx: Context, claim: OperatorClaim, filing: RequestFiling) -> Accepted | Refused:
    """Accept a request (開示請求の受理): the thirty days run from its day."""
    require_store(ctx)
    with ctx.begin() as tx:
        act = open_disclosure(ctx, tx, claim, AuditEvent.DISCLOSURE_REQUESTED)
        decision = acts.every(
            act.gate,
            law.decide_request(filing.asker, centre=ctx.node.role is NodeRole.NATIONAL),
            acts.decide_applied(act, filing.received_on),
        )
        subject = Subject(code=filing.person.code)
        if isinstance(decision, Refused):
            return act.refuse(decision, subject)
        number = store.add(tx, filing.plain, filing.received_on, stamp_of(act))
        act.done(decision, subject, reference=str(number))
        return Accepted(number, law.last_day(filing.received_on))


def due_of(kept: Kept) -> date:
    """The day by which a request is to be answered: the last one that the person was told of."""
    extended = kept.last(DisclosureStep.EXTENDED)
    return date.fromisoformat(extended.details["due_on"]) if extended else law.last_day(kept.received_on)


def extend(ctx: Context, claim: OperatorClaim, filing: ExtensionFiling) -> Permitted | Refused:
    """Put the answer off, with the reason (Art. 30-38(2)); the letter is ``begin_letter``."""

    def decide(kept: Kept) -> Decision:
        return law.decide_extension(kept.course, told_on=filing.told_on, due_on=filing.due_on)

    details = {"reason": filing.reason, "due_on": filing.due_on.isoformat()}
    step = DisclosureStep.EXTENDED
    return _take(
        ctx, claim, filing.disclosure, AuditEvent.DISCLOSURE_EXTENDED, step, filing.told_on, decide, details
    )


def refuse(ctx: Context, claim: OperatorClaim, filing: RefusalFiling) -> Permitted | Refused:
    """Close a request without a disclosure, with the ground and the reason; the letter is ``begin_letter``."""

    def decide(kept: Kept) -> Decision:
        return law.decide_refusal(kept.course, told_on=filing.told_on)

    details = {"ground": filing.ground, "reason": filing.reason}
    step = DisclosureStep.REFUSED
    return _take(
        ctx, claim, filing.disclosure, AuditEvent.DISCLOSURE_REFUSED, step, filing.told_on, decide, details
    )


def _take(
    ctx: Context,
    claim: OperatorClaim,
    disclosure: int,
    event: AuditEvent,
    step: DisclosureStep,
    told_on: date,
    decide: Callable[[Kept], Decision],
    details: dict[str, Any],
) -> Permitted | Refused:
    require_store(ctx)
    with ctx.begin() as tx:
        act = open_disclosure(ctx, tx, claim, event)
        kept = lock(act, disclosure)
        decision = acts.every(
            act.gate,
            decide(kept) if kept else Refused((DI6,)),
            acts.decide_applied(act, told_on),
        )
        if kept is None or isinstance(decision, Refused):
            return act.refuse(refused(decision), subject_of(kept), reference=str(disclosure))
        store.add_step(tx, kept, step, details, told_on, stamp_of(act))
        ground = details.get("ground")
        act.done(
            decision, subject_of(kept), reference=f"{disclosure} {ground}" if ground else str(disclosure)
        )
        return decision


def lock(act: Act, disclosure: int) -> Kept | None:
    """The request; who may not act learns nothing of it."""
    return None if isinstance(act.gate, Refused) else store.lock(act.tx, disclosure)


def refused(decision: Decision) -> Refused:
    return decision if isinstance(decision, Refused) else Refused((DI6,))


def subject_of(kept: Kept | None) -> Subject:
    return Subject(code=read_kept(kept.details).person.code if kept else None)


def answer(
    ctx: Context,
    claim: OperatorClaim,
    disclosure: int,
    can_print: Callable[[Disclosed], bool],
    *,
    again: bool = False,
    otherwise: bool = False,
) -> Disclosed | Refused:
    """Disclose what is kept of the person, or that nothing is (Art. 30-37(2)); ``again``: once more, as it is now."""
    require_store(ctx)
    event = AuditEvent.DISCLOSURE_ANSWERED_AGAIN if again else AuditEvent.DISCLOSURE_ANSWERED
    with ctx.begin() as tx:
        act = open_disclosure(ctx, tx, claim, event)
        kept = lock(act, disclosure)
        if kept is None:
            return act.refuse(refused(act.gate), reference=str(disclosure))
        entered = read_kept(kept.details)
        found = disclosure_search.find(tx, entered.person, confirmed=claim.confirmed)
        made = Disclosed(
            disclosure,
            entered.addressee,
            entered.person,
            kept.received_on,
            act.today,
            found.told,
            entered.asker.represents,
        )
        code = found.code or entered.person.code
        how = law.Answer(
            on=act.today,
            again=again,
            otherwise=otherwise,
            agreed=entered.agreed,
            hidden=entered.asker.represents and _is_blocked(tx, found),
            confirmed=claim.confirmed,
        )
        decision = acts.every(
            act.gate,
            law.decide_answer(kept.course, how, found.finding, due_on=due_of(kept)),
            acts.require((CD24, can_print(made))),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, Subject(code=code), reference=str(disclosure))
        details = {
            "found": bool(found.told),
            "otherwise": otherwise,
            "confirmed": claim.confirmed,
        }
        store.add_step(tx, kept, DisclosureStep.ANSWERED, details, act.today, stamp_of(act))
        act.done(decision, Subject(code=code), reference=str(disclosure))
        return replace(made, remarks=decision.remarks)


def _is_blocked(tx: Transaction, found: disclosure_search.Found) -> bool:
    codes = {one.facts.code for one in found.told if one.facts.code}
    return any(supply_blocks.stands(tx, whom.kind, whom.subject) for whom in map(Whom.person, codes))


_LETTERS = (DisclosureStep.EXTENDED, DisclosureStep.REFUSED, DisclosureStep.CORRECTION_TOLD)


def begin_letter(
    ctx: Context, claim: OperatorClaim, disclosure: int, can_print: Callable[[Letter], bool]
) -> Letter | Refused:
    """The letter about what was done last: put off, closed, or an inquiry's result. That it is printed is recorded."""
    require_store(ctx)
    with ctx.begin() as tx:
        act = open_disclosure(ctx, tx, claim, AuditEvent.DISCLOSURE_LETTER_PRINTED)
        kept = lock(act, disclosure)
        told = _told_last(kept) if kept else None
        if kept is None or told is None:
            return act.refuse(
                act.gate if isinstance(act.gate, Refused) else Refused((law.DI22,)), reference=str(disclosure)
            )
        entered = read_kept(kept.details)
        letter = Letter(disclosure, entered.addressee, kept.received_on, *told)
        decision = acts.every(act.gate, acts.require((CD24, can_print(letter))))
        if isinstance(decision, Refused):
            return act.refuse(decision, subject_of(kept), reference=str(disclosure))
        act.done(decision, subject_of(kept), reference=f"{disclosure} {letter.taken.step}")
        return letter


def _told_last(kept: Kept) -> tuple[Taken, Taken | None] | None:
    """The last step that a letter tells of, and the correction that it is the result of, if it is one."""
    found, asked = None, None
    for one in kept.taken:
        if one.step is DisclosureStep.CORRECTION_ASKED:
            asked = one
        elif one.step in _LETTERS:
            found = one, asked
    return found


def list_disclosures(
    ctx: Context, claim: OperatorClaim, *, everything: bool = False
) -> tuple[Listed, ...] | Refused:
    """The requests that wait for an answer or an inquiry's result, or all; the oldest thousand first. Names nobody."""
    require_store(ctx)
    with ctx.begin() as tx:
        act = open_disclosure(ctx, tx, claim, AuditEvent.DISCLOSURES_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        found = store.listed(tx, everything=everything, most=LISTED_AT_MOST)
        return tuple(_listed(one, act.today) for one in found)


def _listed(kept: Kept, today: date) -> Listed:
    due, course = due_of(kept), kept.course
    return Listed(
        kept.disclosure_id,
        kept.received_on,
        due,
        course.steps,
        course.is_open,
        course.is_open and due < today,
    )

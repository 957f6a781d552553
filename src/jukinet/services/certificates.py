"""Issuing the certificate of a move-out (転出証明書, Ord. Arts. 23, 24), or the paper in its place; also again.

The issue is recorded first, with the versions that it shows; then the paper is set, no transaction open. Where that
fails, it is issued again: what is on record shows what the first paper would have shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.items import ResidentRecord
from jukinet.domain.numbers import check_number
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Place, Private
from jukinet.domain.reading import reading
from jukinet.law import card_lapse
from jukinet.law import certificates as law
from jukinet.law.card_lapse import CardState
from jukinet.law.certificates import ORDINARY, Again, Leaver, Way
from jukinet.law.certifiers import BY_THE_DAY, Choice
from jukinet.law.code_notices import CD24
from jukinet.law.decisions import Refused, Remark
from jukinet.law.holds import Process
from jukinet.law.notifications import ACCEPTED, Notifier, is_told
from jukinet.services import acts, copied_history, withholding
from jukinet.services.acts import Act, Subject
from jukinet.services.certifiers import Bears, Certified, bears_on, certified_by, read_choice
from jukinet.services.context import Context
from jukinet.services.filings import member
from jukinet.services.notifying import read_bringer
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.store import cards, copies, residents, tellings
from jukinet.store import certificates as store
from jukinet.store.certificates import Issue, Shown
from jukinet.store.residents import Held


@dataclass(frozen=True, slots=True)
class CertificateFiling:
    """Who is to stand on it, in this order; which paper; how it is certified (specification 5.6).

    ``brought_by``: of the paper in the certificate's place, who notified late: the person may be written to (4.1.0.3).
    """

    resident_nos: tuple[str, ...]
    way: Way = ORDINARY
    choice: Choice = BY_THE_DAY
    brought_by: Notifier | None = None
    printer: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Certificate(Private):
    """What the paper says. ``number`` names it; nothing of a person is in it."""

    number: str
    persons: tuple[ResidentRecord, ...]
    householder: str | None
    destination: Place
    planned_on: date
    issued_on: date
    way: Way
    certified: Certified
    terminal: str | None = None
    printer: str | None = None
    remarks: tuple[Remark, ...] = ()


CountPages = Callable[[Certificate], int]
"""How many pages a certificate takes; 0 where the fonts lack a character of it. Sets nothing."""


def read_certificate(data: object) -> CertificateFiling:
    with reading(data) as fields:
        filing = CertificateFiling(
            resident_nos=fields.texts("resident_nos", check_number, most=20),
            way=Way(
                with_card=fields.flag("with_card"),
                on_request=fields.flag("on_request", default=False),
                late=fields.flag("late", default=False),
                again=fields.optional("again", member(Again)),
            ),
            choice=read_choice(fields),
            brought_by=fields.optional_object("brought_by", read_bringer),
        )
        if filing.brought_by is not None and not filing.way.late:
            fields.fault("brought_by", "belongs to the paper in the certificate's place, and to no other")
        if not filing.resident_nos or len(set(filing.resident_nos)) < len(filing.resident_nos):
            fields.fault("resident_nos", "must name somebody, and nobody twice")
        return filing


def issue(
    ctx: Context, claim: OperatorClaim, filing: CertificateFiling, count_pages: CountPages
) -> Certificate | Refused:
    """Issue the certificate of a move-out that was filed, or issue it again as it was (Ord. 24)."""
    again = filing.way.again is not None
    event = AuditEvent.CERTIFICATE_ISSUED if not again else AuditEvent.CERTIFICATE_ISSUED_AGAIN
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_CERTIFICATE_ISSUE, event)
        households = residents.households_of(tx, filing.resident_nos)
        locked = residents.lock_together(tx, numbers=filing.resident_nos, households=households)
        by_number = {held.resident_no: held for held in locked}
        leaving = [by_number[number] for number in filing.resident_nos if number in by_number]
        shown = [_shown(act, held, locked, filing.way) for held in leaving]
        bears, certifiable = bears_on(tx, act.today, filing.choice)
        certificate = _certificate(act, filing, leaving, shown, bears)
        pages = count_pages(certificate) if certificate else 1
        holds = withholding.on_all(tx, leaving)
        decision = acts.every(
            act.gate,
            acts.require((R1, len(leaving) == len(filing.resident_nos))),
            law.decide_certificate(
                tuple(_leaver(act, held) for held in leaving), filing.way, together=_together(leaving)
            ),
            certifiable,
            *(withholding.decide(tx, one, Process.ISSUE) for one in holds.values()),
            acts.require((CD24, pages > 0)),
        )
        if certificate is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((law.MG14,))
            return act.refuse(refused, *(by_number.get(one) or Subject(one) for one in filing.resident_nos))
        for one in holds.values():
            withholding.use_lifts(tx, one, Process.ISSUE)
        paper = _issue_of(act, filing, certificate, pages)
        for held, person in zip(leaving, shown, strict=True):
            if held.record.move_out is not None:
                store.add(tx, person, held.record.move_out, paper)
            if filing.brought_by is not None and not again and is_told(filing.brought_by):
                tellings.add(tx, held, ACCEPTED, act.today)
            act.done(decision, held, reference=certificate.number)
        return replace(certificate, remarks=decision.remarks)


@dataclass(frozen=True, slots=True)
class Due:
    """Whom a certificate is due to now, those who leave together in one tuple; and who was passed by for a card."""

    together: tuple[tuple[str, ...], ...]
    with_card: tuple[str, ...]


def due(ctx: Context, claim: OperatorClaim, numbers: Collection[str]) -> Due | Refused:
    """Which of these residents have filed a move-out for which a certificate is to be issued, and has not been (24(1)).

    Whoever has a card is asked first whether they will use it: no certificate is issued to them by itself (4.1.3.0.4).
    """
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_CERTIFICATE_ISSUE, AuditEvent.CERTIFICATE_ISSUED
        )
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        locked = [
            one for one in residents.lock_together(tx, numbers=list(numbers)) if one.resident_no in numbers
        ]
        found: dict[object, list[str]] = {}
        with_card = []
        for held in locked:
            leaver, plan = _leaver(act, held), held.record.move_out
            if plan is None or not held.present or leaver.issued or plan.destination.municipality is None:
                continue
            if leaver.has_card:
                with_card.append(held.resident_no)
            else:
                found.setdefault((held.record.household_number, plan), []).append(held.resident_no)
        if not found:
            act.nobody(act.gate)
        return Due(tuple(tuple(each) for each in found.values()), tuple(with_card))


def _issue_of(act: Act, filing: CertificateFiling, certificate: Certificate, pages: int) -> Issue:
    way = filing.way
    return Issue(
        certificate=certificate.number,
        issued_on=act.today,
        again=way.again.value if way.again else None,
        late=way.late,
        with_card=way.with_card,
        pages=pages,
        printer=filing.printer,
        operator=act.claim.operator_id,
        terminal=act.claim.terminal,
        at=act.ctx.now(),
    )


def _together(leaving: Sequence[Held]) -> bool:
    """Whether they leave one household by one notification."""
    return len({(held.record.move_out, held.record.household_number) for held in leaving}) <= 1


def _leaver(act: Act, held: Held) -> Leaver:
    plan = held.record.move_out
    issued = plan is not None and store.first_issue(act.tx, held, plan) is not None
    has_card = any(
        card_lapse.standing(card.facts, act.today).state in {CardState.LIVE, CardState.LEFT}
        for card in cards.of_resident(act.tx, held.resident_id)
    )
    late = plan is not None and held.record.deletion_cause is not None
    return Leaver(plan.destination if plan else None, issued, has_card, late)


def _shown(act: Act, held: Held, locked: Sequence[Held], way: Way) -> Shown:
    """A person as the paper shows them: as they stand, or as the first paper did."""
    plan = held.record.move_out
    first = store.first_issue(act.tx, held, plan) if way.again and plan else None
    if first is not None:
        return first
    if way.late:
        steps = copied_history.steps_of(act.tx, held, act.ctx.now())
        head = copied_history.householder_before(act.tx, held, steps)
    else:
        household = residents.members(locked, held.record.household_number)
        head = next((one for one in household if one.record.is_householder), None)
    if head is None:
        return Shown(held.resident_id, held.history_no, held.record)
    return Shown(
        held.resident_id, held.history_no, held.record, (head.resident_id, head.history_no), head.record
    )


def _certificate(
    act: Act, filing: CertificateFiling, leaving: Sequence[Held], shown: Sequence[Shown], bears: Bears
) -> Certificate | None:
    plan = leaving[0].record.move_out if leaving else None
    if plan is None:
        return None
    head = shown[0].head_record
    return Certificate(
        number=copies.next_number(act.tx, act.today),
        persons=tuple(one.record for one in shown),
        householder=head.name.written if head else None,
        destination=plan.destination,
        planned_on=plan.planned_on,
        issued_on=act.today,
        way=filing.way,
        certified=certified_by(act.tx, bears),
        terminal=act.claim.terminal,
        printer=filing.printer,
    )

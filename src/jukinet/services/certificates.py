"""Issuing the certificate of a move-out (転出証明書, Ord. Arts. 23, 24), also again.

The issue is recorded first, with the versions that it shows; then the paper is set, no transaction open. Where that
fails, it is issued again: what is on record shows what the first paper would have shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from jukinet.law.certificates import Again, Leaver
from jukinet.law.code_notices import CD24
from jukinet.law.decisions import Refused, Remark
from jukinet.law.holds import Process
from jukinet.services import acts, withholding
from jukinet.services.acts import Act, Subject
from jukinet.services.certifiers import Certified, certified_on
from jukinet.services.context import Context
from jukinet.services.filings import member
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.store import cards, residents
from jukinet.store import certificates as store
from jukinet.store.certificates import Issue, Shown
from jukinet.store.residents import Held


@dataclass(frozen=True, slots=True)
class CertificateFiling:
    """Who is to stand on it, in this order. ``with_card``: they will notify the move-in with the card (Art. 24-2)."""

    resident_nos: tuple[str, ...]
    with_card: bool = False
    again: Again | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Certificate(Private):
    """What the paper says. ``number`` names it; nothing of a person is in it."""

    number: str
    persons: tuple[ResidentRecord, ...]
    householder: str | None
    destination: Place
    planned_on: date
    issued_on: date
    again: bool
    certified: Certified | None = None
    remarks: tuple[Remark, ...] = ()


CanPrint = Callable[[Certificate], bool]
"""Whether the fonts have what a certificate needs; sets nothing."""


def read_certificate(data: object) -> CertificateFiling:
    with reading(data) as fields:
        filing = CertificateFiling(
            resident_nos=fields.texts("resident_nos", check_number, most=20),
            with_card=fields.flag("with_card"),
            again=fields.optional("again", member(Again)),
        )
        if not filing.resident_nos or len(set(filing.resident_nos)) < len(filing.resident_nos):
            fields.fault("resident_nos", "must name somebody, and nobody twice")
        return filing


def issue(
    ctx: Context, claim: OperatorClaim, filing: CertificateFiling, can_print: CanPrint
) -> Certificate | Refused:
    """Issue the certificate of a move-out that was filed, or issue it again as it was (Ord. 24)."""
    event = AuditEvent.CERTIFICATE_ISSUED if filing.again is None else AuditEvent.CERTIFICATE_ISSUED_AGAIN
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_CERTIFICATE_ISSUE, event)
        households = residents.households_of(tx, filing.resident_nos)
        locked = residents.lock_together(tx, numbers=filing.resident_nos, households=households)
        by_number = {held.resident_no: held for held in locked}
        leaving = [by_number[number] for number in filing.resident_nos if number in by_number]
        shown = [_shown(act, held, locked, again=filing.again is not None) for held in leaving]
        certificate = _certificate(act, filing, leaving, shown)
        holds = withholding.on_all(tx, leaving)
        decision = acts.every(
            act.gate,
            acts.require((R1, len(leaving) == len(filing.resident_nos))),
            law.decide_certificate(
                tuple(_leaver(act, held) for held in leaving),
                together=_together(leaving),
                with_card=filing.with_card,
                again=filing.again,
            ),
            *(withholding.decide(tx, one, Process.ISSUE) for one in holds.values()),
            acts.require((CD24, certificate is None or can_print(certificate))),
        )
        if certificate is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((law.MG14,))
            return act.refuse(refused, *(by_number.get(one) or Subject(one) for one in filing.resident_nos))
        for one in holds.values():
            withholding.use_lifts(tx, one, Process.ISSUE)
        again = filing.again.value if filing.again else None
        paper = Issue(certificate.number, act.today, again, claim.operator_id, claim.terminal, ctx.now())
        for held, person in zip(leaving, shown, strict=True):
            if held.record.move_out is not None:
                store.add(tx, person, held.record.move_out, paper)
            act.done(decision, held, reference=certificate.number)
        return replace(certificate, remarks=decision.remarks)


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
    return Leaver(plan.destination if plan else None, issued, has_card)


def _shown(act: Act, held: Held, locked: Sequence[Held], *, again: bool) -> Shown:
    """A person as the paper shows them: as they stand, or as the first paper did."""
    plan = held.record.move_out
    first = store.first_issue(act.tx, held, plan) if again and plan else None
    if first is not None:
        return first
    household = residents.members(locked, held.record.household_number)
    head = next((one for one in household if one.record.is_householder), None)
    if head is None:
        return Shown(held.resident_id, held.history_no, held.record)
    return Shown(
        held.resident_id, held.history_no, held.record, (head.resident_id, head.history_no), head.record
    )


def _certificate(
    act: Act, filing: CertificateFiling, leaving: Sequence[Held], shown: Sequence[Shown]
) -> Certificate | None:
    plan = leaving[0].record.move_out if leaving else None
    if plan is None:
        return None
    head = shown[0].head_record
    return Certificate(
        number=act.ctx.randomness.token(),
        persons=tuple(one.record for one in shown),
        householder=head.name.written if head else None,
        destination=plan.destination,
        planned_on=plan.planned_on,
        issued_on=act.today,
        again=filing.again is not None,
        certified=certified_on(act.tx, act.today),
    )

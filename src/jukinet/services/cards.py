"""Acts on a card (住民基本台帳カード): enquired about, issued, lost, found, handed back, ordered back, taken over.

Owns the order of the steps. What the law asks is in ``jukinet.law.cards``; what other acts do to a card, in
``jukinet.services.card_following``. Each locks the holder's row first, and writes with each version of a card the
notice of it to the governor (M11, ``jukinet.services.card_statuses``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from jukinet.audit.events import AuditEvent
from jukinet.domain.card import CardEvent, CardNumber
from jukinet.domain.changes import RegisterReason
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.law import cards as law
from jukinet.law.card_lapse import CardFacts, CardState, Lapse, lapsed, last_day
from jukinet.law.decisions import Decision, Refused
from jukinet.law.enquiries import decide_enquiry
from jukinet.law.ex_officio import Telling
from jukinet.law.holds import Process
from jukinet.services import acts, card_applications, card_statuses, withholding
from jukinet.services.acts import Act
from jukinet.services.card_filings import (
    CardContinuationFiling,
    CardDayFiling,
    CardEnquiryFiling,
    CardIssueFiling,
    CardOrderFiling,
    CardReplacementFiling,
    CardReturnFiling,
)
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.services.register import Registered
from jukinet.store import card_applications as applications
from jukinet.store import cards as store
from jukinet.store import residents
from jukinet.store.card_applications import Application, CardEnquiry
from jukinet.store.cards import Card, Face, Writing
from jukinet.store.database import Transaction
from jukinet.store.residents import Held

_CHANGES = (Process.CHANGE,)
_ISSUES = (Process.CHANGE, Process.ISSUE)
"""Whoever is held back from copies must not be given a card that opens them."""


def _act(
    ctx: Context,
    claim: OperatorClaim,
    resident_no: str,
    event: AuditEvent,
    decide: Callable[[Act, Held], Decision],
    enter: Callable[[Act, Held], None],
    processes: tuple[Process, ...] = _CHANGES,
) -> Registered | Refused:
    """One act on a card of one resident: decided, written and told in one transaction."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_CARD_RECORD, event)
        held = residents.lock(tx, resident_no)
        if held is None:
            return act.refuse_unknown(R1, resident_no)
        holds = withholding.on(tx, held)
        allowed = (withholding.decide(tx, holds, process) for process in processes)
        decision = acts.every(act.gate, decide(act, held), *allowed)
        if isinstance(decision, Refused):
            return act.refuse(decision, held)
        for process in processes:
            withholding.use_lifts(tx, holds, process)
        enter(act, held)
        act.done(decision, held)
        return Registered((resident_no,), decision.remarks)


def card_in_force(tx: Transaction, held: Held, on: date) -> Card | None:
    """The card of a locked resident that is in force on a day: there is at most one (Ord. 30-14)."""
    found = store.of_resident(tx, held.resident_id)
    return next((card for card in found if law.in_force(card.facts, on)), None)


def _facts(act: Act, held: Held) -> CardFacts | None:
    card = card_in_force(act.tx, held, act.today)
    return card.facts if card else None


def _writing(act: Act, event: CardEvent, on: date, told: Telling | None = None) -> Writing:
    return Writing(event, on, act.ctx.now(), act.claim.operator_id, act.claim.terminal, told)


def _change(
    act: Act,
    held: Held,
    event: CardEvent,
    on: date,
    change: Callable[[CardFacts], CardFacts],
    told: Telling | None = None,
) -> None:
    """One more version of the card in force."""
    card = card_in_force(act.tx, held, act.today)
    if card is None:
        raise TypeError("the act was decided on a card in force")
    card_statuses.append(act.ctx, act.tx, held, card, change(card.facts), _writing(act, event, on, told))


def enter_enquiry(ctx: Context, claim: OperatorClaim, filing: CardEnquiryFiling) -> Registered | Refused:
    """Enter that the mayor's enquiry about an application was sent, answered, or came back (Reg. Art. 36)."""

    def decide(act: Act, held: Held) -> Decision:
        last = applications.last_enquiry(act.tx, held.resident_id, filing.applied_on)
        return decide_enquiry(
            filing.step,
            last.step if last else None,
            recorded_here=held.present,
            applied_on=filing.applied_on,
            since=last.done_on if last else None,
            done_on=filing.done_on,
            on=act.today,
        )

    def enter(act: Act, held: Held) -> None:
        applications.add_enquiry(
            act.tx,
            held.resident_id,
            CardEnquiry(filing.applied_on, filing.step, filing.way, filing.done_on),
            operator=act.claim.operator_id,
            terminal=act.claim.terminal,
            at=act.ctx.now(),
        )

    return _act(ctx, claim, filing.resident_no, AuditEvent.CARD_ENQUIRED, decide, enter)


def issue_card(ctx: Context, claim: OperatorClaim, filing: CardIssueFiling) -> Registered | Refused:
    """Issue a card to who has none in force (Act Art. 30-44(3))."""

    def decide(act: Act, held: Held) -> Decision:
        has_card = card_in_force(act.tx, held, act.today) is not None
        return law.decide_issue(_issue(act, held, filing), has_card=has_card, on=act.today)

    return _act(
        ctx,
        claim,
        filing.resident_no,
        AuditEvent.CARD_ISSUED,
        decide,
        lambda act, held: _insert(act, held, filing),
        _ISSUES,
    )


def _issue(act: Act, held: Held, filing: CardIssueFiling) -> law.Issue:
    store.hold_number(act.tx, filing.number)
    return law.Issue(
        recorded_here=held.present,
        connected=act.ctx.is_connected(act.ctx.node),
        has_code=held.record.code is not None,
        number_free=not store.with_number(act.tx, filing.number),
        signed=filing.signed,
        handing=filing.handing,
        applied_on=filing.applied_on,
        issued_on=filing.issued_on,
        last_day=last_day(held.record, filing.issued_on),
        form=filing.application.form,
        photo=filing.application.photo,
        as_stated=card_applications.is_as_recorded(filing.application, held.record),
        answered=card_applications.is_answered(act.tx, held, filing.applied_on, by=filing.issued_on),
    )


def _insert(act: Act, held: Held, filing: CardIssueFiling) -> None:
    until = last_day(held.record, filing.issued_on)
    if until is None:
        raise TypeError("a card without a last day was to be refused")
    writing = _writing(act, CardEvent.ISSUED, filing.issued_on)
    facts = CardFacts(CardState.LIVE, until)
    face = Face(filing.number, filing.issued_on, filing.application.form)
    card_statuses.insert(act.ctx, act.tx, held, face, facts, writing)
    application = Application(filing.applied_on, filing.application.form, filing.handing)
    applications.add(act.tx, held.resident_id, filing.number, application)


def replace_card(ctx: Context, claim: OperatorClaim, filing: CardReplacementFiling) -> Registered | Refused:
    """Issue another card in place of the one in force: again (Ord. 30-17), or in exchange (30-18)."""
    issue, ground = filing.issue, filing.ground

    def decide(act: Act, held: Held) -> Decision:
        return law.decide_replacement(
            _issue(act, held, issue),
            ground,
            _facts(act, held),
            handed_in=filing.handed_in,
            on=act.today,
        )

    def enter(act: Act, held: Held) -> None:
        # A reissue makes the old card lapse by the request (30-20(viii)), an exchange by its return (30-20(ix)).
        event, why, on = (
            (CardEvent.LAPSED, Lapse.REISSUE, issue.applied_on)
            if ground.reissue
            else (CardEvent.RETURNED, Lapse.RETURNED, issue.issued_on)
        )
        back_on = issue.issued_on if filing.handed_in else None
        _change(act, held, event, on, lambda old: replace(lapsed(old, why, on), returned_on=back_on))
        _insert(act, held, issue)

    return _act(ctx, claim, issue.resident_no, AuditEvent.CARD_REPLACED, decide, enter, _ISSUES)


def report_loss(ctx: Context, claim: OperatorClaim, filing: CardDayFiling) -> Registered | Refused:
    """Note that the card in force was lost (Act Art. 30-44(8)). It does not lapse: it may be found (Ord. 30-19)."""
    lost_on = filing.filed_on
    return _act(
        ctx,
        claim,
        filing.resident_no,
        AuditEvent.CARD_LOST,
        lambda act, held: law.decide_loss(_facts(act, held), lost_on=lost_on, on=act.today),
        lambda act, held: _change(
            act, held, CardEvent.LOST, lost_on, lambda card: replace(card, lost_on=lost_on)
        ),
    )


def report_find(ctx: Context, claim: OperatorClaim, filing: CardDayFiling) -> Registered | Refused:
    """Note that the lost card is back (Ord. 30-19)."""
    found_on = filing.filed_on
    return _act(
        ctx,
        claim,
        filing.resident_no,
        AuditEvent.CARD_FOUND,
        lambda act, held: law.decide_find(_facts(act, held), found_on=found_on, on=act.today),
        lambda act, held: _change(
            act, held, CardEvent.FOUND, found_on, lambda card: replace(card, lost_on=None)
        ),
    )


def enter_change(ctx: Context, claim: OperatorClaim, filing: CardDayFiling) -> Registered | Refused:
    """Note that what changed in the record was entered on the card (Act Art. 30-44(7)); the office writes it there."""

    def decide(act: Act, held: Held) -> Decision:
        card = card_in_force(act.tx, held, act.today)
        changed_on = _changed_on(act.tx, held, card) if card else None
        facts = card.facts if card else None
        return law.decide_entry(facts, changed_on=changed_on, filed_on=filing.filed_on, on=act.today)

    return _act(
        ctx,
        claim,
        filing.resident_no,
        AuditEvent.CARD_CHANGED,
        decide,
        lambda act, held: _change(act, held, CardEvent.CHANGED, filing.filed_on, lambda card: card),
    )


def _changed_on(tx: Transaction, held: Held, card: Card) -> date | None:
    """From when what stands on a card is another than when it was last written; None where it is the same."""
    shown, last = partial(law.shown, card.form), store.shows(tx, card)
    versions = residents.history(tx, held.resident_id)
    written = next((one.record for one in versions if one.history_no == last), None)
    now = shown(held.record)
    if written is None or shown(written) == now:
        return None
    return min(one.effective_on for one in versions if one.history_no > last and shown(one.record) == now)


def take_back(ctx: Context, claim: OperatorClaim, filing: CardReturnFiling) -> Registered | Refused:
    """Take a card back, in force or lapsed, also from who was recorded here last (Ord. 30-21)."""

    def card_of(act: Act, held: Held) -> Card | None:
        found = store.of_resident(act.tx, held.resident_id)
        return next((card for card in found if card.number == filing.number), None)

    def decide(act: Act, held: Held) -> Decision:
        card = card_of(act, held)
        return law.decide_return(card.facts if card else None, returned_on=filing.filed_on, on=act.today)

    def enter(act: Act, held: Held) -> None:
        card = card_of(act, held)
        if card is None:
            raise TypeError("the act was decided on this card")
        writing = _writing(act, CardEvent.RETURNED, filing.filed_on)
        card_statuses.append(
            act.ctx, act.tx, held, card, law.handed_back(card.facts, filing.filed_on), writing
        )

    return _act(ctx, claim, filing.resident_no, AuditEvent.CARD_RETURNED, decide, enter)


def order_return(ctx: Context, claim: OperatorClaim, filing: CardOrderFiling) -> Registered | Refused:
    """Order the return of a card that was issued by mistake; it lapses with the notice (Ord. 30-20(x), 30-22)."""
    return _act(
        ctx,
        claim,
        filing.resident_no,
        AuditEvent.CARD_ORDERED_BACK,
        lambda act, held: law.decide_order(
            _facts(act, held), mistaken=filing.mistaken, told=filing.told, on=act.today
        ),
        lambda act, held: _change(
            act,
            held,
            CardEvent.LAPSED,
            act.today,
            lambda card: lapsed(card, Lapse.ORDERED, act.today),
            filing.told,
        ),
    )


def continue_card(ctx: Context, claim: OperatorClaim, filing: CardContinuationFiling) -> Registered | Refused:
    """Take over the card of who moved in, and give it back (Act Art. 30-44(5), (6))."""

    def decide(act: Act, held: Held) -> Decision:
        store.hold_number(act.tx, filing.number)
        moved_on, notified_on = _move_in(act.tx, held)
        case = law.Continuation(
            connected=act.ctx.is_connected(act.ctx.node),
            has_code=held.record.code is not None,
            number_free=_continuable(act.tx, held, filing.number, act.today),
            issued_on=filing.issued_on,
            expires_on=filing.expires_on,
            planned_on=filing.planned_on,
            moved_on=moved_on,
            notified_on=notified_on,
            submitted_on=filing.submitted_on,
            within_city=act.ctx.is_of_this_city(_previous(held)),
        )
        has_card = card_in_force(act.tx, held, act.today) is not None
        return law.decide_continuation(case, recorded_here=held.present, has_card=has_card, on=act.today)

    def enter(act: Act, held: Held) -> None:
        facts = CardFacts(CardState.LIVE, filing.expires_on)
        writing = _writing(act, CardEvent.CONTINUED, filing.submitted_on)
        face = Face(filing.number, filing.issued_on, filing.form)
        card_statuses.insert(act.ctx, act.tx, held, face, facts, writing)

    return _act(ctx, claim, filing.resident_no, AuditEvent.CARD_CONTINUED, decide, enter, _ISSUES)


def _move_in(tx: Transaction, held: Held) -> tuple[date | None, date | None]:
    """The day of the move-in that made this record, and the day of its notification."""
    for version in residents.history(tx, held.resident_id):
        if version.reason is RegisterReason.MOVE_IN:
            return version.effective_on, version.notified_on
    return None, None


def _previous(held: Held) -> MunicipalityCode | None:
    """The municipality that the person moved in from."""
    address = held.record.previous_address
    return address.municipality if address else None


def _continuable(tx: Transaction, held: Held, number: CardNumber, on: date) -> bool:
    """Whether a number is new here, or that of the same person's card from a stay before."""
    return all(
        code is not None
        and code == str(held.record.code)
        and card.resident_id != held.resident_id
        and law.standing(card.facts, on).state in {CardState.LEFT, CardState.MOVED}
        for card, code in store.with_number(tx, number)
    )

"""For how long a card (住民基本台帳カード) is valid and when it lapses: Act Art. 30-44(9); Ord. 30-16, 30-20, 30-30.

Owns the states of a card, its last day, and what a change of the resident record does to it. Who is issued a card,
and what is done with one, is in ``jukinet.law.cards``.

That a card reached its last day, or that nobody notified the move-in in time, is no act of anybody: it counts from its
day (``standing``), whenever the worker records it. A card once lapsed stays so, whatever is undone: Art. 30-44(9) knows
a way out of force and none back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import DeletionCause, ForeignClass, ResidentRecord
from jukinet.law import statuses
from jukinet.law.foreign_items import transitional_until
from jukinet.law.parameters import number
from jukinet.law.retention import last_day_of_years


class CardState(StrEnum):
    """What is recorded of a card."""

    LIVE = "live"
    """Issued, or taken over from another municipality, and in force."""
    LEFT = "left"
    """The person moved out on a notification; the card waits for the move-in elsewhere (Ord. 30-20(ii))."""
    MOVED = "moved"
    """The move-in was notified elsewhere: what becomes of the card is recorded there (Act Art. 30-44(5), (6))."""
    LAPSED = "lapsed"


class Lapse(StrEnum):
    """Why a card lost its force (Act Art. 30-44(9), Ord. Art. 30-20)."""

    EXPIRED = "expired"
    """Act Art. 30-44(9): its last day is over"""
    ABROAD = "abroad"
    """30-20(i): the person left Japan"""
    NOT_MOVED_IN = "not-moved-in"
    """30-20(ii): moved out, and the move-in was not notified in time"""
    DEATH = "death"
    """30-20(iv)"""
    OUTSIDE_THE_ACT = "outside-the-act"
    """30-20(v): the Act no longer applies to the person"""
    DELETED = "deleted"
    """30-20(vi): the record was deleted in any other way"""
    CODE_CHANGED = "code-changed"
    """30-20(vii): the Resident Record code in the record was changed or corrected"""
    REISSUE = "reissue"
    """30-20(viii): another one was asked for, as this was lost, burnt or damaged"""
    RETURNED = "returned"
    """30-20(ix): it was handed back"""
    ORDERED = "ordered"
    """30-20(x): its return was ordered"""

    @property
    def article(self) -> str:
        return _ARTICLES[self]


_ARTICLES = {
    Lapse.EXPIRED: "Act Art. 30-44(9)",
    Lapse.ABROAD: "Ord. Art. 30-20(i)",
    Lapse.NOT_MOVED_IN: "Ord. Art. 30-20(ii)",
    Lapse.DEATH: "Ord. Art. 30-20(iv)",
    Lapse.OUTSIDE_THE_ACT: "Ord. Art. 30-20(v)",
    Lapse.DELETED: "Ord. Art. 30-20(vi)",
    Lapse.CODE_CHANGED: "Ord. Art. 30-20(vii)",
    Lapse.REISSUE: "Ord. Art. 30-20(viii)",
    Lapse.RETURNED: "Ord. Art. 30-20(ix)",
    Lapse.ORDERED: "Ord. Art. 30-20(x)",
}


@dataclass(frozen=True, slots=True)
class CardFacts:
    """What the last version of a card says. ``lapsed_on``: the day from which it has no force.

    ``wait_until``: of one who left, the last day of Ord. 30-20(ii), which does not speak of moves within a city: None.
    """

    state: CardState
    expires_on: date
    wait_until: date | None = None
    lost_on: date | None = None
    lapse: Lapse | None = None
    lapsed_on: date | None = None
    returned_on: date | None = None


def standing(card: CardFacts, on: date) -> CardFacts:
    """The card as it stands on a day: with a lapse that needs no act (expiry, no move-in in time)."""
    if card.state is CardState.LAPSED:
        return card
    ends = [(card.expires_on, Lapse.EXPIRED)]
    if card.state is CardState.LEFT and card.wait_until is not None:
        ends.append((card.wait_until, Lapse.NOT_MOVED_IN))
    last, why = min(ends)
    return card if on <= last else lapsed(card, why, last + timedelta(days=1))


def lapsed(card: CardFacts, why: Lapse, on: date) -> CardFacts:
    """The card without force from a day on."""
    return CardFacts(
        CardState.LAPSED, card.expires_on, card.wait_until, card.lost_on, why, on, card.returned_on
    )


def last_day(record: ResidentRecord, issued_on: date) -> date | None:
    """The last day of a card that is issued to this person on a day (Ord. 30-16, 30-30); None where none is known.

    Fixed with the issue: an extension of the stay, or a naturalisation, does not change the card that was issued.
    """
    stay = record.foreign
    if stay is None or stay.stay is ForeignClass.SPECIAL_PERMANENT:
        return _ten_years(issued_on)
    if stay.stay is ForeignClass.TRANSITIONAL:
        # From the birth or the loss of the nationality, on which the person became a foreign resident.
        return transitional_until(stay.became_foreign_resident_on, issued_on)
    status = statuses.find(stay.status, issued_on) if stay.status else None
    return _ten_years(issued_on) if status is not None and status.indefinite else stay.expires_on


def _ten_years(issued_on: date) -> date:
    return last_day_of_years(issued_on + timedelta(days=1), number("card-years", issued_on))


@dataclass(frozen=True, slots=True)
class RecordChange:
    """What an act did to a resident's record, as far as it bears on the card.

    ``within_city``: the move-out leads into another ward of the same designated city.
    """

    reason: RegisterReason
    before: ResidentRecord
    after: ResidentRecord
    was_present: bool
    is_present: bool
    effective_on: date
    within_city: bool = False


def after_change(card: CardFacts, change: RecordChange, *, on: date) -> CardFacts:
    """What stands of a card after an act on its holder's record; the same where the act does not touch it."""
    if card.state in {CardState.LAPSED, CardState.MOVED} or standing(card, change.effective_on) != card:
        return card
    if change.was_present and not change.is_present:
        card = _after_deletion(card, change)
    elif change.is_present and not change.was_present and card.state is CardState.LEFT:
        if standing(card, on) != card:
            return card  # It lapsed first, whether or not the worker has come to record it.
        # The move-out was undone: there is no notification any more that Ord. 30-20(ii) could speak of.
        card = CardFacts(CardState.LIVE, card.expires_on, None, card.lost_on)
    if change.before.code is not None and change.after.code != change.before.code:
        return lapsed(card, Lapse.CODE_CHANGED, change.effective_on)
    return _after_confirmation(card, change, on)


def continued_elsewhere(card: CardFacts) -> CardFacts:
    """The card where another municipality says that it has taken it over (Act Art. 30-44(6)): it is theirs.

    A lapse stays, but for one that was believed since no move-in in time was known here (Ord. 30-20(ii)).
    """
    believed = card.lapse is Lapse.NOT_MOVED_IN and card.returned_on is None
    if card.state not in {CardState.LIVE, CardState.LEFT} and not believed:
        return card
    return CardFacts(CardState.MOVED, card.expires_on, None, card.lost_on)


def _after_deletion(card: CardFacts, change: RecordChange) -> CardFacts:
    match change.reason:
        case RegisterReason.DEATH:
            why = Lapse.DEATH
        case RegisterReason.MOVE_OUT_ABROAD:
            why = Lapse.ABROAD
        case RegisterReason.MOVE_OUT:
            return _waiting(card, change)
        case RegisterReason.DELETED_NATURALISED | RegisterReason.DELETED_NATIONALITY_LOST:
            return card  # Ord. 8-2: the person has another record in the same moment, and keeps the card.
        case RegisterReason.HANDED_OVER:
            return card  # Nobody's record is deleted: another municipality keeps it, and Ord. 30-20 names no such case.
        case _:
            outside = change.after.deletion_cause is DeletionCause.OUTSIDE_THE_ACT
            why = Lapse.OUTSIDE_THE_ACT if outside else Lapse.DELETED
    return lapsed(card, why, change.effective_on)


def _waiting(card: CardFacts, change: RecordChange) -> CardFacts:
    """A move-out that was notified: the card lives on until the move-in should have been (Ord. 30-20(ii)).

    A move between wards of one city is none that Ord. 30-20(ii) speaks of (32(2)): it lives on.
    """
    if change.within_city:
        return CardFacts(CardState.LEFT, card.expires_on, None, card.lost_on)
    plan = change.after.move_out or change.before.move_out
    planned_on = plan.planned_on if plan else change.effective_on
    until = planned_on + timedelta(days=number("card-days-after-plan", change.effective_on))
    return CardFacts(CardState.LEFT, card.expires_on, until, card.lost_on)


def _after_confirmation(card: CardFacts, change: RecordChange, on: date) -> CardFacts:
    """A move-in notice (M3) came: the card is the other municipality's, if the move was notified in time.

    The notice does not say when. If it comes within both terms, the move was notified within them; if later, it
    may have been: the card counts here as lapsed until the other municipality says that it was continued (M11).
    Of a move between wards there are no terms: the card is in force, and stands here until it was continued there.
    """
    move = change.after.confirmed_move
    if card.state is not CardState.LEFT or move is None or card.wait_until is None:
        return card
    by_move = move.moved_on + timedelta(days=number("card-days-after-move", on))
    if on <= min(card.wait_until, by_move):
        return CardFacts(CardState.MOVED, card.expires_on, None, card.lost_on)
    return CardFacts(CardState.LEFT, card.expires_on, min(card.wait_until, by_move), card.lost_on)

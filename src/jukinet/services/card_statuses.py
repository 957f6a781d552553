"""Card status (M11, Ord. Art. 30-24): told with every version of a card that it is about, kept, and passed on.

Owns what leaves and what arrives. A municipality writes a card's version and puts the notice into the outbox in one
step. The governor keeps it and passes it on to the centre (30-24(6)); the centre tells the municipality that had a
card before that another has taken it over (30-24(8)). When that is, is worked out here from what has arrived.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.card import CardEvent, CardNumber
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.law.card_lapse import CardFacts, continued_elsewhere
from jukinet.messages.card_bodies import CardContinued, CardStatus
from jukinet.messages.kinds import MessageKind
from jukinet.services import outgoing, trail
from jukinet.services.context import Context
from jukinet.services.operators import NodeItself
from jukinet.store import card_statuses as store
from jukinet.store import cards, residents
from jukinet.store.cards import Card, Face, Writing
from jukinet.store.database import Transaction
from jukinet.store.residents import Held

_BATCH = 100


def insert(
    ctx: Context,
    tx: Transaction,
    held: Held,
    face: Face,
    facts: CardFacts,
    writing: Writing,
) -> None:
    """A new card of a locked resident, and the notice of it."""
    cards.insert(tx, held.resident_id, face, facts, writing, held.history_no)
    _notify(ctx, tx, held.record.code, face.number, writing)


def append(ctx: Context, tx: Transaction, held: Held, card: Card, facts: CardFacts, writing: Writing) -> None:
    """One more version of a card, and the notice of it. ``held``: before the act, if it gave another code."""
    written = held.history_no if writing.event is CardEvent.CHANGED else None
    cards.append(tx, card, facts, writing, written)
    _notify(ctx, tx, held.record.code, card.number, writing)


def _notify(
    ctx: Context, tx: Transaction, code: ResidentRecordCode | None, number: CardNumber, writing: Writing
) -> None:
    """A municipality that is not connected notifies nobody: Ord. 30-24(5) knows the line alone."""
    if code is None or not writing.event.notified or not ctx.is_connected(ctx.node):
        return
    body = CardStatus(number, code, writing.event, writing.happened_on)
    outgoing.put(ctx, tx, MessageKind.CARD_STATUS, ctx.governor, body)


def take_status(ctx: Context, tx: Transaction, status: CardStatus, origin: NodeId, reference: str) -> None:
    """Keep what a municipality notified of a card, at the governor's node and the centre.

    Raises ``JukinetError`` (CONFLICT) where the number is that of another card or another person.
    """
    if origin.municipality is None:
        raise JukinetError(ErrorKind.FORBIDDEN, "Only a municipality notifies what became of a card.")
    store.hold(tx, status.card)
    if store.contradicts(tx, status):
        raise JukinetError(ErrorKind.CONFLICT, "The number is known as that of another card or person.")
    store.add(tx, reference, origin.municipality, status, on=ctx.business_date(tx), at=ctx.now())
    trail.note(
        ctx,
        tx,
        AuditEvent.CARD_STATUS_RECEIVED,
        Outcome.DONE,
        origin.uri,
        code=status.code,
        reference=reference,
    )


def pass_on(ctx: Context) -> int:
    """At the centre: tell who had a card before, whichever of the two statuses came first; how many statuses were seen.

    The worker's to do: the door that takes statuses in can say nothing itself.
    """
    with ctx.begin() as tx:
        fresh = store.lock_fresh(tx, most=_BATCH)
        for status_id in fresh:
            for before, told in store.handed_over(tx, status_id):
                there = ctx.standing(before).node_id
                if ctx.is_connected(there):
                    outgoing.put(ctx, tx, MessageKind.CARD_CONTINUED, there, told)
        store.mark_seen(tx, fresh)
    return len(fresh)


def take_continued(
    ctx: Context, tx: Transaction, told: CardContinued, origin: NodeId, reference: str
) -> None:
    """Another municipality has taken over a card that was issued or continued here: it is theirs now.

    Also where the move-in notice came too late to tell whether the move was notified in time (Ord. 30-20(ii)). Raises
    ``JukinetError`` (NOT_FOUND) where nobody here had this card.
    """
    held = [one for one in residents.lock_holders(tx, told.code) if _begun(tx, one, told)]
    found = [
        (one, card)
        for one in held
        for card in cards.of_resident(tx, one.resident_id)
        if card.number == told.card
    ]
    if not found:
        raise JukinetError(ErrorKind.NOT_FOUND, "Nobody here had this card.")
    holder, card = found[0]
    facts = continued_elsewhere(card.facts)
    if facts != card.facts:
        claim = NodeItself()
        writing = Writing(
            CardEvent.CONTINUED_ELSEWHERE, told.continued_on, ctx.now(), claim.operator_id, claim.terminal
        )
        append(ctx, tx, holder, card, facts, writing)
    trail.note(
        ctx,
        tx,
        AuditEvent.CARD_CONTINUED_ELSEWHERE,
        Outcome.DONE if facts != card.facts else Outcome.NONE,
        origin.uri,
        code=told.code,
        resident_no=holder.resident_no,
        reference=reference,
    )


def _begun(tx: Transaction, held: Held, told: CardContinued) -> bool:
    """Whether a stay here began before: a late word must not take the card from who is back with it."""
    return residents.begins_on(tx, held) < told.continued_on

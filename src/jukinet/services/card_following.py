"""What an act on a resident's record does to the cards: in its transaction, and told by its audit entry.

Called where every act meets the record (``register.enter``, and the undoing). When a card lapses is in
``jukinet.law.card_lapse``; the acts on a card itself are in ``jukinet.services.cards``.
"""

from __future__ import annotations

from datetime import date
from typing import Protocol

from jukinet.domain.card import CardEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.card_lapse import CardFacts, CardState, RecordChange, after_change
from jukinet.services import card_statuses
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import cards as store
from jukinet.store.cards import Writing
from jukinet.store.database import Transaction
from jukinet.store.residents import Held


class Entered(Protocol):
    """How an act was entered (``register.Entry``)."""

    @property
    def claim(self) -> OperatorClaim: ...
    @property
    def reason(self) -> RegisterReason: ...
    @property
    def effective_on(self) -> date: ...


_EVENTS = {
    CardState.LIVE: CardEvent.RESTORED,
    CardState.LEFT: CardEvent.LEFT,
    CardState.MOVED: CardEvent.MOVE_CONFIRMED,
    CardState.LAPSED: CardEvent.LAPSED,
}


def follow(ctx: Context, tx: Transaction, before: Held, after: Held, entry: Entered) -> None:
    """Write what the act that was just entered makes of every card of this resident."""
    change = RecordChange(
        entry.reason,
        before.record,
        after.record,
        before.present,
        after.present,
        entry.effective_on,
        ctx.is_of_this_city(_destination(before, after)),
    )
    for card in store.of_resident(tx, before.resident_id):
        facts = after_change(card.facts, change, on=ctx.business_date(tx))
        if facts != card.facts:
            _write(ctx, tx, before, card, facts, entry)
            _tell(tx, before.resident_no, facts)


def _destination(before: Held, after: Held) -> MunicipalityCode | None:
    plan = after.record.move_out or before.record.move_out
    return plan.destination.municipality if plan else None


def _write(
    ctx: Context, tx: Transaction, before: Held, card: store.Card, facts: CardFacts, entry: Entered
) -> None:
    writing = Writing(
        _EVENTS[facts.state],
        facts.lapsed_on or entry.effective_on,
        ctx.now(),
        entry.claim.operator_id,
        entry.claim.terminal,
    )
    # A card that lapses by another code bears the one before.
    card_statuses.append(ctx, tx, before, card, facts, writing)


def _tell(tx: Transaction, resident_no: str, facts: CardFacts) -> None:
    said = f"card {facts.state}" if facts.lapse is None else f"card lapsed {facts.lapse.article}"
    tx.besides[resident_no] = (*tx.besides.get(resident_no, ()), said)

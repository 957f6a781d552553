"""Cards that lapsed by a day alone: recorded by the worker, and told (M11, Ord. Art. 30-24(1), (2)).

That a last day is over, or that no move-in was notified in time, is no act of anybody. It counts from its day wherever
a card is looked at (``jukinet.law.card_lapse.standing``); here the municipality comes to know of it, and says so.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.card import CardEvent
from jukinet.law.card_lapse import standing
from jukinet.services import card_statuses, one_by_one, trail
from jukinet.services.context import Context
from jukinet.services.one_by_one import Chore, Stuck
from jukinet.services.operators import NodeItself
from jukinet.store import cards, residents
from jukinet.store.cards import Writing


def record(ctx: Context, stuck: Stuck | None = None) -> int:
    """Record what lapsed, at a municipality; for how many residents. One that was merged says nothing more of cards."""
    if ctx.node.municipality is None or ctx.standing(ctx.node.municipality) != ctx.node.municipality:
        return 0
    chore = Chore(AuditEvent.CARD_LAPSE_STUCK, cards.lapsing, _record)
    return one_by_one.work(ctx, chore, set() if stuck is None else stuck)


def _record(ctx: Context, resident_no: str) -> bool:
    """Every card of one resident: one transaction, one entry."""
    with ctx.begin() as tx:
        held = residents.lock(tx, resident_no)
        if held is None:
            return False  # Purged between the list and the lock.
        articles: list[str] = []
        for card in cards.of_resident(tx, held.resident_id):
            facts = standing(card.facts, ctx.business_date(tx))
            if facts == card.facts or facts.lapse is None or facts.lapsed_on is None:
                continue
            claim = NodeItself()
            writing = Writing(CardEvent.LAPSED, facts.lapsed_on, ctx.now(), claim.operator_id, claim.terminal)
            card_statuses.append(ctx, tx, held, card, facts, writing)
            articles.append(facts.lapse.article)
        if not articles:
            return False  # Another worker was first, or the card is another municipality's by now.
        trail.note(
            ctx,
            tx,
            AuditEvent.CARD_LAPSED,
            Outcome.DONE,
            trail.SYSTEM,
            code=held.record.code,
            resident_no=resident_no,
            rules=tuple(articles),
        )
        return True

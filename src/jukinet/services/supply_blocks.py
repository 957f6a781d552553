"""Blocks of the supply door: a person of whom nothing is told, an organ or an operator of it that is not served.

Owns setting and ending them, with a reason. They are a policy of each node, for an emergency: nothing of a
municipality's holds and support measures reaches prefecture or centre, since Act Art. 30-5 lets no more than the six
facts and their changes be notified. What a block does stands in ``jukinet.services.supply.deciding`` and in the desk's
statement; a person who is blocked is answered exactly as one who is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from jukinet.audit.events import AuditEvent
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.municipality import NodeRole, OrganSlug
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import MAX_TEXT, clean_text
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.services import acts
from jukinet.services.acts import Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import identity, supply_blocks
from jukinet.store.supply_blocks import Standing as Standing  # noqa: PLC0414  (offered to the doors)

SL7 = policy("SL7", "Blocks of this node", "A block of this person, organ or operator stands already.")
SL8 = policy("SL8", "Blocks of this node", "No block of this person, organ or operator stands.")


class Kind(StrEnum):
    """Whom a block is about."""

    PERSON = "person"
    ORGAN = "organ"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True, repr=False)
class Whom(Private):
    """Whom a block is about: a person by code, an organ, or one of its operators as the organ names him."""

    kind: Kind
    subject: str

    @classmethod
    def person(cls, code: ResidentRecordCode) -> Whom:
        return cls(Kind.PERSON, code.text)

    @classmethod
    def organ(cls, slug: OrganSlug, operator: str | None = None) -> Whom:
        if operator is None:
            return cls(Kind.ORGAN, slug.text)
        return cls(Kind.OPERATOR, f"{slug.text} {_clean('operator', operator)}")

    @property
    def code(self) -> ResidentRecordCode | None:
        return ResidentRecordCode(self.subject) if self.kind is Kind.PERSON else None


def block(ctx: Context, claim: OperatorClaim, whom: Whom, reason: str) -> int | Refused:
    """Block from the next request on, a person under every code; the number of the block.

    Nobody need be recorded under the code.
    """
    why = _clean("reason", reason)
    _require_store(ctx)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_SUPPLY_BLOCK, AuditEvent.SUPPLY_BLOCKED)
        standing = supply_blocks.lock(tx, whom.kind, whom.subject)
        decision = acts.every(act.gate, acts.require((SL7, standing is None)))
        if isinstance(decision, Refused):
            return act.refuse(decision, Subject(code=whom.code))
        number = supply_blocks.put(tx, whom.kind, whom.subject, why, by=claim.operator_id, at=ctx.now())
        if whom.code is not None:
            identity.hold_code(tx, whom.code)  # a notice of another code comes before, or finds the block
            supply_blocks.spread(tx, whom.code)
        act.done(decision, Subject(code=whom.code), reference=f"{number} {whom.kind}")
        return number


def unblock(ctx: Context, claim: OperatorClaim, whom: Whom, reason: str) -> Permitted | Refused:
    """End a block; of a person, under every code to which it went over."""
    why = _clean("reason", reason)
    _require_store(ctx)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_SUPPLY_BLOCK, AuditEvent.SUPPLY_UNBLOCKED)
        standing = supply_blocks.lock(tx, whom.kind, whom.subject)
        decision = acts.every(act.gate, acts.require((SL8, standing is not None)))
        if isinstance(decision, Refused) or standing is None:
            return act.refuse(
                decision if isinstance(decision, Refused) else Refused((SL8,)), Subject(code=whom.code)
            )
        supply_blocks.end(tx, standing, why, by=claim.operator_id, at=ctx.now())
        act.done(decision, Subject(code=whom.code), reference=f"{standing} {whom.kind}")
        return decision


def list_blocks(ctx: Context, claim: OperatorClaim) -> Sequence[Standing] | Refused:
    """Every block that stands, the oldest first."""
    _require_store(ctx)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_SUPPLY_BLOCK, AuditEvent.SUPPLY_BLOCKS_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, Subject())
        act.done(act.gate, Subject())
        return supply_blocks.all_standing(tx)


def _clean(field: str, text: str) -> str:
    try:
        cleaned = clean_text(text).strip()
    except ValueError as error:
        raise invalid(Fault(field, str(error))) from None
    if not cleaned or len(cleaned) > MAX_TEXT:
        raise invalid(Fault(field, f"must have 1 to {MAX_TEXT} characters"))
    return cleaned


def _require_store(ctx: Context) -> None:
    if ctx.node.role is NodeRole.MUNICIPALITY:
        raise invalid(Fault("node", "must be a prefecture or the centre: a municipality supplies nobody"))

"""Figures of what a node holds: statistics of the governor's own, and material for national administrative organs.

Owns the drawing and its entry in the log. No person is looked up; who asked for what, by which paper, is in the entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.municipality import NodeRole
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import clean_text
from jukinet.law.centre import CentreState, CentreWork
from jukinet.law.decisions import Decision, Refused
from jukinet.law.figures import MaterialAsker, decide_material, decide_statistics
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.supply import deciding
from jukinet.store import centre, figures
from jukinet.store.figures import Heads

_LONGEST = 100
"""Characters of one statement about a request; together they are one reference of an entry."""


@dataclass(frozen=True, slots=True)
class MaterialRequest:
    """Which organ asks, of which kind it is, for which affair of its own, and the number of its paper."""

    organ: str
    kind: MaterialAsker
    affair: str
    document: str


def make_statistics(ctx: Context, claim: OperatorClaim, purpose: str) -> tuple[Heads, ...] | Refused:
    """The governor's own statistics (Act Art. 30-8(1)(iv)); ``purpose``: which."""
    (reference,) = _read(purpose=purpose)
    return _drawn(
        ctx,
        claim,
        AuditEvent.STATISTICS_MADE,
        lambda _on, _state: decide_statistics(ctx.node.role),
        reference,
    )


def hand_out(ctx: Context, claim: OperatorClaim, asked: MaterialRequest) -> tuple[Heads, ...] | Refused:
    """Material for a national administrative organ (Act Art. 37(2)), at a mayor's for a governor too (37(1))."""
    organ, affair, document = _read(organ=asked.organ, affair=asked.affair, document=asked.document)

    def decide(on: date, state: CentreState) -> Decision:
        stopped = state.stopped(CentreWork.MATERIAL, on)
        return decide_material(ctx.node.role, asked.kind, stopped=stopped)

    return _drawn(ctx, claim, AuditEvent.MATERIAL_SUPPLIED, decide, f"{organ} / {affair} / {document}")


def _drawn(
    ctx: Context,
    claim: OperatorClaim,
    event: AuditEvent,
    decide: Callable[[date, CentreState], Decision],
    reference: str,
) -> tuple[Heads, ...] | Refused:
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_FIGURES_DRAW, event)
        state = centre.state(tx) if ctx.node.role is not NodeRole.MUNICIPALITY else CentreState()
        decision = acts.every(act.gate, decide(act.today, state))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=reference)
        act.done(decision, reference=reference)
        if ctx.node.role is NodeRole.MUNICIPALITY:
            return figures.heads_of_register(tx, act.today, ctx.municipality)
        released = ctx.node.role is NodeRole.NATIONAL
        left_out = deciding.not_delegating(ctx, act.today, state) if released else ()
        return figures.heads(tx, act.today, left_out)


def _read(**texts: str) -> list[str]:
    """The texts as they are kept, or every fault of them."""
    read: list[str] = []
    faults: list[Fault] = []
    for name, text in texts.items():
        try:
            clean = clean_text(text).strip()
        except ValueError as error:
            faults.append(Fault(name, str(error)))
            continue
        if not 0 < len(clean) <= _LONGEST:
            faults.append(Fault(name, f"must be there, in at most {_LONGEST} characters"))
        read.append(clean)
    if faults:
        raise invalid(*faults)
    return read

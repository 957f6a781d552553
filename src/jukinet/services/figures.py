"""Figures of what a node holds: statistics of the governor's own, and material for national administrative organs.

Owns the drawing and its entry in the log. No person is looked up; who asked for what, by which paper, is in the entry.
"""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import clean_text
from jukinet.law.decisions import Decision, Refused
from jukinet.law.figures import MaterialAsker, decide_material, decide_statistics
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import figures
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
    return _drawn(ctx, claim, AuditEvent.STATISTICS_MADE, decide_statistics(ctx.node.role), reference)


def hand_out(ctx: Context, claim: OperatorClaim, asked: MaterialRequest) -> tuple[Heads, ...] | Refused:
    """Material for a national administrative organ (Act Art. 37(2))."""
    organ, affair, document = _read(organ=asked.organ, affair=asked.affair, document=asked.document)
    decided = decide_material(ctx.node.role, asked.kind)
    return _drawn(ctx, claim, AuditEvent.MATERIAL_SUPPLIED, decided, f"{organ} / {affair} / {document}")


def _drawn(
    ctx: Context, claim: OperatorClaim, event: AuditEvent, decided: Decision, reference: str
) -> tuple[Heads, ...] | Refused:
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_FIGURES_DRAW, event)
        decision = acts.every(act.gate, decided)
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=reference)
        act.done(decision, reference=reference)
        return figures.heads(tx, act.today)


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

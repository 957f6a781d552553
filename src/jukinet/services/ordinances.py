"""A node is told of affairs that an ordinance of its own sets (Act Arts. 30-6, 30-7(4)-(6), 30-8).

Owns the acts of entering and ending them. The supply desk reads them with each request, and at a municipality
``jukinet.services.supply_between``. An ordinance is a public text, and a name in it that the directory does not know
lets nobody ask: one person enters it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.municipality import NodeRole
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import MAX_TEXT, clean_text
from jukinet.law import ordinances as law
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.ordinances import OrdinanceAffair
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import ordinances as rows
from jukinet.store.database import Transaction


@dataclass(frozen=True, slots=True)
class Entered:
    """An affair as entered, with the name by which it is asked for."""

    name: str
    said: OrdinanceAffair


def enter(ctx: Context, claim: OperatorClaim, said: OrdinanceAffair) -> Entered | Refused:
    """Enter an affair that an ordinance sets: from its first day on it is served here."""
    said = _read(said)
    with ctx.begin() as tx:
        known = _known(ctx, tx)
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_ORDINANCE_RECORD, AuditEvent.ORDINANCE_ENTERED)
        decided = law.decide_entry(said, known.values(), role=ctx.node.role)
        decision = acts.every(act.gate, decided)
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=said.ordinance)
        made = _named(ctx, rows.enter(tx, said, by=claim.operator_id, at=ctx.now()), said)
        act.done(decision, reference=made.name)
        return made


def end(ctx: Context, claim: OperatorClaim, name: str, valid_to: date) -> Permitted | Refused:
    """Enter that an affair ended; ``valid_to`` is the first day on which it is no longer served."""
    with ctx.begin() as tx:
        known = {_named(ctx, number, said).name: (number, said) for number, said in _known(ctx, tx).items()}
        number, said = known.get(name, (0, None))
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_ORDINANCE_RECORD, AuditEvent.ORDINANCE_ENDED)
        decision = acts.every(act.gate, law.decide_end(said, valid_to))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=name)
        rows.end(tx, number, valid_to, by=claim.operator_id, at=ctx.now())
        act.done(decision, reference=name)
        return decision


def listing(ctx: Context, claim: OperatorClaim) -> tuple[Entered, ...] | Refused:
    """Every affair that was entered here, ended ones too. Reading them is recorded."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_ORDINANCE_RECORD, AuditEvent.ORDINANCE_READ)
        return acts.look(
            act, lambda: tuple(_named(ctx, number, said) for number, said in _known(ctx, tx).items())
        )


def _known(ctx: Context, tx: Transaction) -> Mapping[int, OrdinanceAffair]:
    """What is entered here, held until the act ends; the centre has no such record."""
    if ctx.node.role is NodeRole.NATIONAL:
        return {}
    rows.lock(tx)
    return rows.affairs(tx)


def _named(ctx: Context, number: int, said: OrdinanceAffair) -> Entered:
    return Entered(law.name_of(number, said.ground, ctx.node), said)


def _read(said: OrdinanceAffair) -> OrdinanceAffair:
    """The texts as they are kept, or every fault of them."""
    texts: dict[str, str] = {}
    faults: list[Fault] = []
    for name in ("ordinance", "article", "affair"):
        try:
            texts[name] = clean_text(getattr(said, name)).strip()
        except ValueError as error:
            faults.append(Fault(name, str(error)))
            continue
        if not 0 < len(texts[name]) <= MAX_TEXT:
            faults.append(Fault(name, f"must be there, in at most {MAX_TEXT} characters"))
    if faults:
        raise invalid(*faults)
    return replace(said, ordinance=texts["ordinance"], article=texts["article"], affair=texts["affair"])

"""Supplementary registers that pass to another municipality with an area (本籍の転属, Act Art. 19(3)): all of them.

Owns which they are, and the order. Each register ends here, and is made there, by the act and in the transaction of one
that passes alone; a run that was stopped goes on with those that are left. Residents' records pass by themselves
(``jukinet.services.address_changes``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.items import Koseki
from jukinet.domain.matching import address_key
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.law.decisions import Decision, Refused
from jukinet.law.supplementary import KF2, KF6, KF12
from jukinet.services import acts, supplementary
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.supplementary_filings import HandOverFiling, OpeningFiling, read_opening_fields
from jukinet.services.supplementary_reads import opening_of
from jukinet.store import supplementary as store

_OTHERWISE = "written otherwise"
MOST = 100_000
"""Registers in one file."""


@dataclass(frozen=True, slots=True, repr=False)
class AreaFiling(Private):
    """How domiciles begin in the area (``old``), and how from that day on in the other municipality (``new``)."""

    moved_on: date
    municipality: MunicipalityCode
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Passed:
    """How many registers passed, or were made; which did not, and why (rules); how many had been made before."""

    registers: int
    left: tuple[tuple[str, tuple[str, ...]], ...] = ()
    known: int = 0


def read_area(data: object) -> AreaFiling:
    with reading(data) as fields:
        return AreaFiling(
            fields.date("moved_on"),
            fields.take("municipality", MunicipalityCode.parse),
            fields.text("old"),
            fields.text("new"),
        )


def read_registers(data: object) -> tuple[OpeningFiling, ...]:
    """The file of registers that were handed over."""
    with reading(data) as fields:
        return fields.each("registers", read_opening_fields, most=MOST)


def hand_over_area(ctx: Context, claim: OperatorClaim, filing: AreaFiling) -> Passed | Refused:
    """End every register whose domicile lies in an area that is another municipality's from that day on."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_SUPPLEMENTARY_RECORD, AuditEvent.SUPPLEMENTARY_HANDED_OVER
        )
        decision = _decide(act, filing)
        if isinstance(decision, Refused):
            return act.refuse(decision)
        there_now = store.domiciles(tx)
        found = [one for one in there_now if one[1].domicile.startswith(filing.old)]
        act.nobody(decision, reference=f"area to {filing.municipality}: {len(found)} registers")
    left: list[tuple[str, tuple[str, ...]]] = [
        (number, (_OTHERWISE,)) for number, koseki in there_now if _otherwise(koseki, filing.old)
    ]
    otherwise = len(left)
    for number, koseki in found:
        there = Koseki(filing.new + koseki.domicile.removeprefix(filing.old), koseki.head)
        one = HandOverFiling(number, filing.moved_on, filing.municipality, there)
        done = supplementary.hand_over(ctx, claim, one)
        if isinstance(done, Refused):
            left.append((number, _rules(done)))
    return Passed(len(found) + otherwise - len(left), tuple(left))


def _otherwise(koseki: Koseki, old: str) -> bool:
    """Whether a domicile lies in the area, but does not begin with its text: nobody can say how it is written there."""
    within = address_key(koseki.domicile).startswith(address_key(old))
    return within and not koseki.domicile.startswith(old)


def _decide(act: Act, filing: AreaFiling) -> Decision:
    """What is asked of all of them alike; of each it is asked again."""
    elsewhere = act.ctx.standing(filing.municipality) != act.ctx.municipality
    return acts.every(act.gate, acts.require((KF6, filing.moved_on <= act.today), (KF12, elsewhere)))


def handed_over_with(
    ctx: Context, claim: OperatorClaim, filing: AreaFiling
) -> tuple[OpeningFiling, ...] | Refused:
    """What the mayor there is told of every register that ended for that municipality on that day (Art. 19(3))."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_SUPPLEMENTARY_READ, AuditEvent.SUPPLEMENTARY_READ
        )
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        numbers = store.handed_over_to(tx, filing.municipality, filing.moved_on)
        told = [opening_of(kept) for kept in (store.find(tx, number) for number in numbers) if kept]
        for number in numbers:
            act.done(act.gate, reference=number)
        return tuple(one.opening for one in told if one)


def open_handed_over(
    ctx: Context, claim: OperatorClaim, openings: Sequence[OpeningFiling]
) -> Passed | Refused:
    """Make every register of a file; one that is there already is left as it is."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_SUPPLEMENTARY_RECORD, AuditEvent.SUPPLEMENTARY_OPENED
        )
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.nobody(act.gate, reference=f"a file: {len(openings)} registers")
    left, known = [], 0
    for place, opening in enumerate(openings, start=1):
        done = supplementary.open_register(ctx, claim, opening)
        if not isinstance(done, Refused):
            continue
        if done.failed == (KF2,):
            known += 1
        else:
            left.append((str(place), _rules(done)))
    return Passed(len(openings) - known - len(left), tuple(left), known)


def _rules(refused: Refused) -> tuple[str, ...]:
    return tuple(rule.rule for rule in refused.failed)

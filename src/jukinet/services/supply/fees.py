"""The fee for what organs of Table 1 are told: set and approved, and what each owes for some days (30-10(4), (5)).

Owns the record of amounts and approvals, and the account, which is drawn from the book of supplies.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeRole, PrefectureCode
from jukinet.domain.permissions import Permission
from jukinet.law import supply_fees as law
from jukinet.law.catalogue import table_of
from jukinet.law.centre import CentreState
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.supply_reports import TABLE
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.serving_alone import Document, read_document
from jukinet.services.supply import deciding
from jukinet.services.supply.yearly import name_of
from jukinet.store import centre, supply_book
from jukinet.store import supply_fees as rows
from jukinet.store.database import Transaction
from jukinet.store.supply_fees import RecordedFee

MOST = 1_000_000
"""Yen for one person; more is a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Charge:
    """What an organ owes for the persons of whom it was told at one amount."""

    organ: str
    name: str
    persons: int
    yen: int

    @property
    def total(self) -> int:
        return self.persons * self.yen


def set_fee(ctx: Context, claim: OperatorClaim, yen: int, first: date, document: Document) -> int | Refused:
    """Record the amount that the centre set, from a day on; its number here. It counts once governors approved it."""
    if not 0 <= yen <= MOST:
        raise JukinetError(ErrorKind.INVALID, f"The amount must be 0 to {MOST} yen.")
    name = read_document(document.number)
    with ctx.begin() as tx:
        known = any(one.document == name for one in _fees(ctx, tx))
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_CENTRE_RECORD, AuditEvent.FEE_SET)
        decision = acts.every(act.gate, law.decide_fee(centre=_is_centre(ctx), known=known))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=name)
        number = rows.add(tx, yen, first, name, document.on, by=claim.operator_id, at=ctx.now())
        act.done(decision, reference=f"{number} {yen} {first}")
        return number


def approve(
    ctx: Context,
    claim: OperatorClaim,
    number: int,
    prefecture: PrefectureCode,
    ordinance: str,
    document: Document,
) -> Permitted | Refused:
    """Record a governor's approval of an amount, which the ordinance of his prefecture lets the centre set."""
    name, said = read_document(document.number), read_document(ordinance)
    with ctx.begin() as tx:
        found = next((one for one in _fees(ctx, tx) if one.fee_no == number), None)
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_CENTRE_RECORD, AuditEvent.FEE_APPROVED)
        decided = law.decide_approval(
            found.fee if found else None,
            prefecture,
            centre=_is_centre(ctx),
            delegates=_is_centre(ctx) and prefecture in _delegating(ctx, centre.state(tx), act.today),
            approved_on=document.on,
        )
        decision = acts.every(act.gate, decided)
        reference = f"{number} {prefecture}"
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=reference)
        rows.approve(tx, number, prefecture, said, name, document.on, by=claim.operator_id, at=ctx.now())
        act.done(decision, reference=reference)
        return decision


def draw_account(ctx: Context, claim: OperatorClaim, first: date, last: date) -> tuple[Charge, ...] | Refused:
    """What each organ of Table 1 owes for these days; it names nobody else. Drawing it is recorded."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.AUDIT_ENTRIES_READ, AuditEvent.FEES_DRAWN)
        decision = acts.every(act.gate, law.decide_account(centre=_is_centre(ctx)))
        reference = f"{first}/{last}"
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=reference)
        act.done(decision, reference=reference)
        fees = [one.fee for one in _fees(ctx, tx)]
        state = centre.state(tx)
        told: Counter[tuple[str, int]] = Counter()
        for on, organ, affair, persons, _way in supply_book.supplies(tx, first, last, store=True):
            if table_of(affair) == TABLE:
                told[organ, law.fee_on(fees, _delegating(ctx, state, on), on)] += persons
        return tuple(
            Charge(organ, name_of(ctx, organ), persons, yen) for (organ, yen), persons in sorted(told.items())
        )


def _fees(ctx: Context, tx: Transaction) -> tuple[RecordedFee, ...]:
    return rows.fees(tx) if _is_centre(ctx) else ()


def _is_centre(ctx: Context) -> bool:
    return ctx.node.role is NodeRole.NATIONAL


def _delegating(ctx: Context, state: CentreState, on: date) -> frozenset[PrefectureCode]:
    """The prefectures whose governors delegate on a day."""
    all_of_them = (one.id.prefecture for one in ctx.directory().nodes if one.role is NodeRole.PREFECTURE)
    return frozenset(filter(None, all_of_them)) - deciding.not_delegating(ctx, on, state)

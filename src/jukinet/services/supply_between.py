"""A mayor supplies identity-verification information to an organ of another municipality (Act Art. 30-6).

Owns the act of a clerk who answers such an organ, by code, of one person: one entry, of who asked for what by which
paper. What the ordinance lets be asked is entered in ``jukinet.services.ordinances``. How it reaches the organ the
ordinance says; it does not go over the line.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import OrganSlug
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import IdentityFacts, Private
from jukinet.law import ordinances as law
from jukinet.law.decisions import Refused
from jukinet.law.holds import Process
from jukinet.messages.directory import OrganState
from jukinet.services import acts, withholding
from jukinet.services.acts import Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import R1
from jukinet.services.serving_alone import read_document
from jukinet.services.supply import deciding
from jukinet.services.supply.decisions import S11
from jukinet.store import ordinances as rows
from jukinet.store import residents
from jukinet.store.database import Transaction
from jukinet.store.residents import Held, Version


@dataclass(frozen=True, slots=True)
class Asked:
    """Which affair of the ordinance, by its name here, for which organ of the directory, by which paper."""

    affair: str
    organ: OrganSlug
    document: str


@dataclass(frozen=True, slots=True, repr=False)
class Supplied(Private):
    """The six facts as they stand, or stood when the record was deleted, and what happened to it last."""

    facts: IdentityFacts
    present: bool
    reason: RegisterReason
    occurred_on: date
    basis: tuple[str, ...]


def supply(ctx: Context, claim: OperatorClaim, asked: Asked, code: ResidentRecordCode) -> Supplied | Refused:
    """Supply the information of one person. A hold on what is issued may keep it back (V1, V2)."""
    document = read_document(asked.document)
    entry = ctx.directory().organ(asked.organ)
    reference = f"{asked.affair} / {asked.organ} / {document}"
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_IDENTITY_SUPPLY, AuditEvent.SUPPLIED_BETWEEN)
        held = residents.lock_by_code(tx, code)
        holds = withholding.on(tx, held) if held else []
        said = _said(ctx, tx, asked.affair)
        lawful = law.decide_supply(said, deciding.asker(ctx, asked.organ), ctx.node, act.today)
        decision = acts.every(
            act.gate,
            lawful,
            acts.require(
                (S11, entry is not None and entry.state is OrganState.ACTIVE), (R1, held is not None)
            ),
            withholding.decide(tx, holds, Process.ISSUE),
        )
        if held is None or isinstance(decision, Refused) or isinstance(lawful, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((R1,))
            return act.refuse(refused, held or Subject(code=code), reference=reference)
        withholding.use_lifts(tx, holds, Process.ISSUE)
        act.done(decision, held, reference=reference)
        last = _last(tx, held)
        facts = held.record.identity_facts()
        return Supplied(facts, held.present, last.reason, last.effective_on, lawful.basis)


def _said(ctx: Context, tx: Transaction, name: str) -> law.OrdinanceAffair | None:
    """The affair of this name, where this node is a municipality's."""
    if ctx.node.municipality is None:
        return None
    known = rows.affairs(tx).items()
    return next((said for number, said in known if law.name_of(number, said.ground, ctx.node) == name), None)


def _last(tx: Transaction, held: Held) -> Version:
    """The version that holds last; of those at one place in time, the one written last."""
    versions = residents.history(tx, held.resident_id)
    return max(versions, key=lambda one: (one.effective_on, one.effective_seq, one.history_no))

"""What the Minister and governors demand of the centre is kept until it is answered (Act Arts. 30-22, 30-23)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.municipality import NodeRole, PrefectureCode
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.law import supervision as law
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.supervision import Demand, DemandKind
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.filings import member
from jukinet.services.operators import OperatorClaim
from jukinet.store import supervision as rows
from jukinet.store.database import Transaction
from jukinet.store.supervision import KeptDemand as KeptDemand  # noqa: PLC0414  (offered here too)

_RECORD = Permission.NETWORK_CENTRE_RECORD


@dataclass(frozen=True, slots=True, repr=False)
class DemandFiling(Private):
    """What came. ``prefecture``: the governor's, None the Minister's; ``proof_shown``: by who inspects (30-23(3))."""

    kind: DemandKind
    prefecture: PrefectureCode | None
    said: str
    document: str
    document_on: date
    due_on: date | None = None
    proof_shown: bool = False


@dataclass(frozen=True, slots=True, repr=False)
class AnswerFiling(Private):
    """What was done about a demand, or found at an inspection."""

    demand: int
    said: str
    done_on: date
    document: str | None = None


def read_demand(data: object) -> DemandFiling:
    """Read a filing; raises INVALID with every fault."""
    with reading(data) as fields:
        return DemandFiling(
            kind=fields.take("kind", member(DemandKind)),
            prefecture=fields.optional("prefecture", PrefectureCode.parse),
            said=fields.text("said"),
            document=fields.text("document", longest=64),
            document_on=fields.date("document_on"),
            due_on=fields.optional_date("due_on"),
            proof_shown=fields.flag("proof_shown", default=False),
        )


def read_answer(data: object) -> AnswerFiling:
    """Read a filing; raises INVALID with every fault."""
    with reading(data) as fields:
        return AnswerFiling(
            demand=fields.integer("demand", least=1),
            said=fields.text("said"),
            done_on=fields.date("done_on"),
            document=fields.optional_text("document", longest=64),
        )


def enter_demand(ctx: Context, claim: OperatorClaim, filing: DemandFiling) -> int | Refused:
    """Keep a demand; its number."""
    entry = ctx.directory().node(filing.prefecture.node_id) if filing.prefecture else None
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, _RECORD, AuditEvent.DEMAND_ENTERED)
        paper = filing.prefecture, filing.document, filing.document_on
        demand = Demand(
            filing.kind,
            governor=filing.prefecture is not None,
            delegates=entry is not None and entry.delegates,
            proof_shown=filing.proof_shown,
            document_on=filing.document_on,
            due_on=filing.due_on,
            known=any(paper == (one.prefecture, one.document, one.document_on) for one in _held(ctx, tx)),
        )
        decided = law.decide_demand(demand, centre=_at_the_centre(ctx), on=act.today)
        decision = acts.every(act.gate, decided)
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=filing.document)
        number = rows.add(tx, _kept(filing), by=claim.operator_id, at=ctx.now())
        act.done(decision, reference=f"{number} {filing.kind}")
        return number


def answer_demand(ctx: Context, claim: OperatorClaim, filing: AnswerFiling) -> Permitted | Refused:
    """Keep what was done about a demand; once."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, _RECORD, AuditEvent.DEMAND_ANSWERED)
        waiting = {one.demand_no: one.document_on for one in _held(ctx, tx) if one.done_on is None}
        decided = law.decide_answer(
            document_on=waiting.get(filing.demand), done_on=filing.done_on, on=act.today
        )
        decision = acts.every(act.gate, decided)
        reference = str(filing.demand)
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=reference)
        paper = filing.document, filing.done_on
        rows.answer(tx, filing.demand, filing.said, *paper, by=claim.operator_id, at=ctx.now())
        act.done(decision, reference=reference)
        return decision


def list_demands(ctx: Context, claim: OperatorClaim) -> tuple[KeptDemand, ...] | Refused:
    """Every demand, answered or not, the oldest first."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, _RECORD, AuditEvent.DEMANDS_READ)
        return acts.look(act, lambda: _held(ctx, tx))


def _kept(filing: DemandFiling) -> KeptDemand:
    """A demand that has no number yet."""
    return KeptDemand(
        0,
        filing.kind,
        filing.prefecture,
        filing.said,
        filing.document,
        filing.document_on,
        filing.due_on,
    )


def _at_the_centre(ctx: Context) -> bool:
    return ctx.node.role is NodeRole.NATIONAL


def _held(ctx: Context, tx: Transaction) -> tuple[KeptDemand, ...]:
    """Every demand, held until the act ends; only the centre has any."""
    if not _at_the_centre(ctx):
        return ()
    rows.lock(tx)
    return rows.listed(tx)

"""Misuse of codes in a prefecture, and what its council says (Act Arts. 30-43(2)-(5), 30-9(2)): kept, followed, listed.

The governor acts on paper; a clerk enters it here. Which step may come when is in ``jukinet.law.misuse``.
"""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import Fault, invalid
from jukinet.domain.municipality import NodeRole
from jukinet.domain.permissions import Permission
from jukinet.domain.reading import reading
from jukinet.law import misuse as law
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.misuse import MU5, PAPERS, Measure, MisuseStep, Violation
from jukinet.services import acts
from jukinet.services.context import Context
from jukinet.services.disclosures import LISTED_AT_MOST, stamp_of
from jukinet.services.operators import OperatorClaim
from jukinet.services.stay_items import member
from jukinet.store import misuse as store
from jukinet.store.misuse import Known, Step
from jukinet.store.misuse import Misuse as Misuse  # noqa: PLC0414  (offered here too)
from jukinet.store.misuse import Opinion as Opinion  # noqa: PLC0414  (offered here too)

_HANDLE = Permission.NETWORK_MISUSE_HANDLE


@dataclass(frozen=True, slots=True)
class StepFiling:
    """What was done in which case. ``danger``: the governor finds that it may be done again."""

    misuse: int
    step: Step
    danger: bool


def read_misuse(data: object) -> Known:
    with reading(data) as fields:
        return Known(
            fields.take("violation", member(Violation)),
            fields.text("who"),
            fields.text("said"),
            fields.date("known_on"),
        )


def read_step(data: object) -> StepFiling:
    with reading(data) as fields:
        kind = fields.take("step", member(MisuseStep))
        for name, due in (
            ("paper", kind in PAPERS),
            ("measure", kind is MisuseStep.RECOMMENDED),
            ("danger", kind is MisuseStep.RECOMMENDED),
            ("until", kind is MisuseStep.ORDERED),
        ):
            if fields.has(name) is not due:
                fields.fault(name, "must be given with this step" if due else "is not given with this step")
        step = Step(
            kind,
            fields.date("done_on"),
            fields.text("said"),
            fields.optional_text("paper", longest=100),
            fields.optional("measure", member(Measure)),
            fields.optional_date("until"),
        )
        return StepFiling(fields.integer("misuse", least=1), step, fields.flag("danger", default=False))


def read_opinion(data: object) -> Opinion:
    with reading(data) as fields:
        if fields.has("question") is not fields.has("asked_on"):
            fields.fault("question", "must be given with asked_on; a proposal has neither")
        return Opinion(
            fields.optional_text("question"),
            fields.optional_date("asked_on"),
            fields.text("said"),
            fields.text("paper", longest=100),
            fields.date("given_on"),
        )


def note_misuse(ctx: Context, claim: OperatorClaim, filing: Known) -> int | Refused:
    """Keep a violation that became known; the number of its case."""
    _require_prefecture(ctx)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, _HANDLE, AuditEvent.MISUSE_NOTED)
        decision = acts.every(
            act.gate, law.decide_violation(filing.violation), acts.decide_applied(act, filing.known_on)
        )
        return acts.keep(act, decision, lambda: store.add(tx, filing, stamp_of(act)))


def take_misuse_step(ctx: Context, claim: OperatorClaim, filing: StepFiling) -> Permitted | Refused:
    """Keep what was done in a case: recommended, not followed, the council heard, ordered, settled."""
    _require_prefecture(ctx)
    step = filing.step
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, _HANDLE, AuditEvent.MISUSE_FOLLOWED)
        kept = None if isinstance(act.gate, Refused) else store.lock(tx, filing.misuse)
        decision = acts.every(
            act.gate,
            law.decide_step(
                kept.course if kept else None,
                step.step,
                done_on=step.done_on,
                danger=filing.danger,
                until=step.until,
            ),
            acts.decide_applied(act, step.done_on),
        )
        reference = f"{filing.misuse} {step.step}"
        if kept is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((MU5,))
            return act.refuse(refused, reference=reference)
        store.add_step(tx, kept, step, stamp_of(act))
        act.done(decision, reference=reference)
        return decision


def list_misuses(
    ctx: Context, claim: OperatorClaim, *, everything: bool = False
) -> tuple[Misuse, ...] | Refused:
    """The open cases, or all; the oldest thousand first."""
    _require_prefecture(ctx)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, _HANDLE, AuditEvent.MISUSES_READ)
        return acts.look(act, lambda: tuple(store.listed(tx, everything=everything, most=LISTED_AT_MOST)))


def note_opinion(ctx: Context, claim: OperatorClaim, filing: Opinion) -> int | Refused:
    """Keep what the council answered to another question, or proposed; its number."""
    _require_prefecture(ctx)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, _HANDLE, AuditEvent.COUNCIL_NOTED)
        decision = acts.every(
            act.gate,
            law.decide_opinion(asked_on=filing.asked_on, given_on=filing.given_on),
            acts.decide_applied(act, filing.given_on),
        )
        return acts.keep(act, decision, lambda: store.add_opinion(tx, filing, stamp_of(act)))


def list_opinions(ctx: Context, claim: OperatorClaim) -> dict[int, Opinion] | Refused:
    """What the council answered and proposed, by number; the oldest thousand."""
    _require_prefecture(ctx)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, _HANDLE, AuditEvent.COUNCIL_READ)
        return acts.look(act, lambda: store.opinions(tx, most=LISTED_AT_MOST))


def _require_prefecture(ctx: Context) -> None:
    if ctx.node.role is not NodeRole.PREFECTURE:
        raise invalid(Fault("node", "must be a prefecture: the governor goes after misuse of codes"))

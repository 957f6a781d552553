"""Telling the designated certification body that records were corrected or deleted (M15; Act Arts. 30-8(4), 30-11(9)).

It asks for those whose certificates it issued, by their codes, and learns the fact with the day of the notice: no item,
no new code, nothing of anybody else. Each person asked for is one entry of the log, whatever there was to tell.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.changes import ChangeKind
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import OrganSlug
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.law import certification
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.services import acts, trail
from jukinet.services.context import Context
from jukinet.services.supply import batch_door, batches, deciding
from jukinet.services.supply.queries import parse_request_id
from jukinet.services.supply.signatures import Checked
from jukinet.store import centre, change_facts
from jukinet.store.database import Transaction

MOST_CODES = 500
"""Persons of one request."""


class Fact(StrEnum):
    """What came about a record."""

    CORRECTED = "corrected"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, repr=False)
class ChangeQuery(Private):
    """Whom the body asks for, since which day; ``operator`` and ``case`` stand in the log."""

    request_id: str
    operator: str
    case: str
    since: date
    codes: tuple[ResidentRecordCode, ...]


@dataclass(frozen=True, slots=True, repr=False)
class ChangeFact(Private):
    """That the record of who is asked for by ``code`` was corrected or deleted, as a notice of ``told_on`` says."""

    code: ResidentRecordCode
    fact: Fact
    told_on: date


@dataclass(frozen=True, slots=True, repr=False)
class ChangeAnswer(Private):
    """``next_since``: the day from which to ask the next time, so that nothing is passed over."""

    request_id: str
    next_since: date
    basis: tuple[str, ...]
    facts: tuple[ChangeFact, ...]


def read_change_query(data: object) -> ChangeQuery:
    """Read a request; raises INVALID with every fault."""
    with reading(data) as fields:
        query = ChangeQuery(
            request_id=fields.take("request_id", parse_request_id),
            operator=fields.text("operator", longest=64),
            case=fields.text("case", longest=64),
            since=fields.date("since"),
            codes=fields.texts("codes", ResidentRecordCode.parse, most=MOST_CODES),
        )
        if fields.has("codes") and not query.codes:
            fields.fault("codes", "must have at least one entry")
        return query


def tell(ctx: Context, organ: OrganSlug, query: ChangeQuery, signed: Checked) -> ChangeAnswer | Refused:
    """What came about these persons since a day, or every rule that failed."""
    with ctx.begin() as tx:
        decision = _decide(ctx, tx, organ, query, signed)
        _note(ctx, tx, organ, query, decision)
        if isinstance(decision, Refused):
            return decision
        on = ctx.business_date(tx)
        left_out = deciding.not_delegating(ctx, on, centre.state(tx))
        seen = change_facts.notices(tx, query.codes, query.since, left_out)
        facts = (
            ChangeFact(one.code, _FACTS[one.kind], one.received_on)
            for one in seen
            if certification.is_told(one.kind, one.reason)
        )
        # What arrived today may be committed a little after this look: the day is asked for again.
        return ChangeAnswer(
            query.request_id, on - timedelta(days=1), decision.basis, tuple(dict.fromkeys(facts))
        )


def _decide(ctx: Context, tx: Transaction, organ: OrganSlug, query: ChangeQuery, signed: Checked) -> Decision:
    """The law's decision, and what stands against the organ or its request: it learns every rule that failed."""
    on, state = ctx.business_date(tx), centre.state(tx)
    by_law = certification.decide(
        organ,
        ctx.node.role,
        # Who delegates certification goes on to, whatever the centre does no more.
        delegating=deciding.delegates(ctx, on, replace(state, stops=())),
        ended=state.ended(on),
    )
    against = batches.turned_away(ctx, tx, organ, query.operator, by_line=True)
    return acts.every(
        Permitted(()),
        Refused(tuple(against)) if against else Permitted(()),
        batch_door.proved(tx, organ, signed),
        by_law,
    )


def _note(ctx: Context, tx: Transaction, organ: OrganSlug, query: ChangeQuery, decision: Decision) -> None:
    """One entry for each person asked for; one of nobody where nobody is looked up."""
    permitted = isinstance(decision, Permitted)
    asked_for: tuple[ResidentRecordCode | None, ...] = (
        tuple(dict.fromkeys(query.codes)) if permitted else (None,)
    )
    entries = (
        trail.entry(
            ctx,
            tx,
            AuditEvent.CHANGE_FACT_TOLD,
            Outcome.DONE if permitted else Outcome.REFUSED,
            organ.uri,
            terminal=f"{query.operator} / {query.case}",
            code=code,
            affair=certification.TOLD,
            reference=query.request_id,
            rules=trail.rules_of(decision),
        )
        for code in asked_for
    )
    trail.write(tx, *entries)


_FACTS = {ChangeKind.DELETION: Fact.DELETED, ChangeKind.CORRECTION: Fact.CORRECTED}

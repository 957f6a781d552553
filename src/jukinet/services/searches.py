"""Finding residents: a page of short rows, and on record who looked for whom.

Owns the act. What narrows a search is in ``jukinet.law.search``; a whole record is read by
``jukinet.services.reads``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import RecordKind
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private, Sex
from jukinet.domain.searches import Matched, Search, clauses
from jukinet.law.decisions import Permitted, Refused
from jukinet.law.search import decide_search, read_through
from jukinet.messages import strict_json
from jukinet.services import acts, trail, withholding
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.search_requests import read_cursor, write_cursor, write_search
from jukinet.store import gazetteer, recent_searches
from jukinet.store import search as finding
from jukinet.store.database import Transaction
from jukinet.store.search import Hit, Hits

MOST = 50
"""Residents on one page."""
MOST_COUNTED = 1000
"""Beyond this many, a search only says that there are more: nobody reads them all, and counting takes time."""
MOST_RECENT = 20
"""Former searches shown to the operator who made them."""
LONGEST_CONDITIONS = 64 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class FoundRow(Private):
    """A resident in a list: what tells one person from another, and nothing more.

    ``held``: a hold stands on the record, a support measure's among them (specification 3.1); never why.
    """

    resident_no: str
    name: str
    kana: str | None
    kind: RecordKind
    birth_date: PartialDate
    sex: Sex
    address: str
    present: bool
    held: bool
    matched: tuple[Matched, ...]


@dataclass(frozen=True, slots=True, repr=False)
class FoundPage(Private):
    """One page, in the order in which the residents were first recorded here.

    ``total`` is exact where ``counted_all``, else there are more than it says. ``next``: what to ask the following
    page with, None on the last. ``reference`` names this search in the audit log.
    """

    rows: tuple[FoundRow, ...]
    total: int
    counted_all: bool
    next: str | None
    reference: str


def search_residents(
    ctx: Context, claim: OperatorClaim, search: Search, *, after: str | None = None, most: int = MOST
) -> FoundPage | Refused:
    """The residents for whom every condition holds, at most 50 from the place ``after`` on.

    ``ValueError`` where ``after`` is no cursor or ``most`` is not from 1 to 50.
    """
    if not 1 <= most <= MOST:
        raise ValueError(f"must be from 1 to {MOST}")
    beyond = read_cursor(after) if after is not None else 0
    home = _home(ctx)
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.RESIDENTS_SEARCHED)
        decision = acts.every(act.gate, decide_search(search, home))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        hits = finding.find(
            tx,
            search,
            clauses(search, home, _areas(ctx, tx, search)),
            read_through(search, home),
            after=beyond,
            most=most,
            most_counted=MOST_COUNTED,
        )
        page = _page(act, hits)
        _note(act, decision, search, hits, page)
        if after is None:
            recent_searches.keep(
                tx, claim.operator_id, strict_json.dump(write_search(search)).decode(), ctx.now()
            )
        return page


@dataclass(frozen=True, slots=True, repr=False)
class RecentSearch(Private):
    """Conditions that this operator searched by, as a search takes them."""

    conditions: dict[str, Any]
    searched_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class RecentSearches(Private):
    """The last searches of one operator, the newest first."""

    searches: tuple[RecentSearch, ...]


def own_searches(ctx: Context, claim: OperatorClaim) -> RecentSearches | Refused:
    """What the operator who asks last searched by, to search so again (検索履歴); nobody else's."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RESIDENT_READ, AuditEvent.SEARCHES_RECALLED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        kept = recent_searches.last(tx, claim.operator_id, most=MOST_RECENT)
        return RecentSearches(
            tuple(
                RecentSearch(strict_json.parse(text.encode(), limit=LONGEST_CONDITIONS), at)
                for text, at in kept
            )
        )


def _home(ctx: Context) -> str:
    """What the municipality is called, as the directory says: addresses may be asked for without it."""
    entry = ctx.directory().node(ctx.node)
    return entry.name if entry else ""


def _areas(ctx: Context, tx: Transaction, search: Search) -> list[str]:
    """The keys of the town areas that have, or had, the code asked for; none of another municipality's."""
    code = search.address_code
    if code is None or ctx.node.municipality is None:
        return []
    own = ctx.node.municipality.text[:5]
    if len(code) > 7:
        if not code.startswith(own):
            return []
        code = code[5:]
    return [area.key for area in gazetteer.of_code(tx, code)]


def _page(act: Act, hits: Hits) -> FoundPage:
    held = withholding.on_all(act.tx, [hit.resident for hit in hits.page])
    last = hits.page[-1].resident.resident_id if hits.page else 0
    return FoundPage(
        rows=tuple(_row(hit, held=hit.resident.resident_id in held) for hit in hits.page),
        total=min(hits.total, MOST_COUNTED),
        counted_all=hits.total <= MOST_COUNTED,
        next=write_cursor(last) if hits.more and hits.page else None,
        reference=act.ctx.randomness.token(),
    )


def _row(hit: Hit, *, held: bool) -> FoundRow:
    items = hit.resident.items
    return FoundRow(
        resident_no=hit.resident.resident_no,
        name=items.name.written,
        kana=items.name.kana,
        kind=items.kind,
        birth_date=items.birth_date,
        sex=items.sex,
        address=items.address.full,
        present=hit.resident.present,
        held=held,
        matched=hit.matched,
    )


def _note(act: Act, decision: Permitted, search: Search, hits: Hits, page: FoundPage) -> None:
    """One entry for the search, and one for each resident shown, who may ask who looked."""
    how = [("exact", search.exact), ("within", search.within), ("empty", search.empty)]
    by = ", ".join((*search.conditions(), *(f"{word} {one}" for word, asked in how for one in sorted(asked))))
    scope = (
        "past too" if search.past else "without past",
        "deleted too" if search.deleted_too else "present only",
    )
    found = f"found {page.total}" if page.counted_all else f"found more than {page.total}"
    looked = trail.entry(
        act.ctx,
        act.tx,
        act.event,
        Outcome.DONE if hits.total else Outcome.NONE,
        act.claim.actor,
        terminal=act.claim.terminal,
        reference=page.reference,
        rules=(*decision.basis, f"by {by}", *scope, found, f"shown {len(page.rows)}"),
    )
    listed = (
        AuditEntry(
            at=act.ctx.now(),
            business_on=act.today,
            event=AuditEvent.RESIDENT_LISTED,
            outcome=Outcome.DONE,
            actor=act.claim.actor,
            terminal=act.claim.terminal,
            subject_code=hit.resident.items.code,
            resident_no=hit.resident.resident_no,
            reference=page.reference,
            rules=decision.basis,
        )
        for hit in hits.page
    )
    trail.write(act.tx, looked, *listed)

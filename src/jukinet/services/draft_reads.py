"""Looking at drafts: what waits for the second person, and one draft as a whole.

A list names records by number and says nothing of what was entered. A draft says as much of a person as the record
does, so a hold on inquiries keeps it back too, and items are hidden as in records.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jukinet.audit.events import AuditEvent
from jukinet.domain.hiding import Hideable, without_filed
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.law import drafts as law
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.drafts import Step
from jukinet.law.holds import Process
from jukinet.messages import strict_json
from jukinet.services import acts, drafts, withholding
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.drafts import LONGEST_FILING, tags_of
from jukinet.services.operators import OperatorClaim, admit, hidden_from
from jukinet.services.register import Registered
from jukinet.services.register_acts import DRAFTABLE
from jukinet.store import drafts as store
from jukinet.store import residents
from jukinet.store.database import Transaction
from jukinet.store.drafts import Draft

MOST = 50
"""Drafts on one page."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which drafts to list: of one operator or terminal where named, with numbers beyond ``after``."""

    operator: str | None = None
    terminal: str | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class ListedDraft:
    """A draft in a list. ``returned`` is by whom, None while it waits for the second person.

    ``changed``: a record was changed since, so it cannot be completed any more (DR4).
    """

    draft: int
    act: str
    operator: str
    terminal: str | None
    entered_at: datetime
    resident_nos: tuple[str, ...]
    changed: bool
    returned: str | None


@dataclass(frozen=True, slots=True)
class DraftPage:
    """A page of drafts in the order of their entry; ``next_after``: ask again after that one, None at the end."""

    drafts: tuple[ListedDraft, ...]
    next_after: int | None


@dataclass(frozen=True, slots=True, repr=False)
class ShownDraft(Private):
    """A draft as a whole: the filing as it was entered, the last that became of it, and the note of who returned it.

    ``hidden``: items that this operator may not see. They are null here also where the filing says them.
    """

    draft: ListedDraft
    filing: dict[str, Any]
    step: Step | None
    note: str | None
    hidden: tuple[Hideable, ...]


def read_question(data: object) -> Question:
    with reading(data) as fields:
        after = fields.integer("after", most=2**53) if fields.has("after") else 0
        return Question(
            fields.optional_text("operator", longest=32), fields.optional_text("terminal", longest=128), after
        )


def list_drafts(ctx: Context, claim: OperatorClaim, question: Question) -> DraftPage | Refused:
    """What waits, or was returned and not withdrawn (仮登録一覧)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_DRAFT_HANDLE, AuditEvent.DRAFTS_LISTED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        found = list(
            store.waiting(
                tx,
                after=question.after,
                most=MOST + 1,
                operator=question.operator,
                terminal=question.terminal,
            )
        )
        page = found[:MOST]
        act.done(act.gate)
        return DraftPage(tuple(listed(ctx, tx, page)), page[-1].draft_id if len(found) > len(page) else None)


def complete_waiting(
    ctx: Context, claim: OperatorClaim, question: Question
) -> tuple[tuple[int, Registered | Refused], ...] | Refused:
    """Complete what waits and others entered (全部本登録), a page of it, in the order of entry.

    Each is an act by itself: one that is refused stays as it is, and the next is done.
    """
    found = list_drafts(ctx, claim, question)
    if isinstance(found, Refused):
        return found
    numbers = [
        one.draft for one in found.drafts if one.returned is None and one.operator != claim.operator_id
    ]
    return tuple((number, drafts.complete(ctx, claim, number)) for number in numbers)


def show_draft(ctx: Context, claim: OperatorClaim, number: int) -> ShownDraft | Refused:
    """A draft with its filing. A hold on inquiries of whoever it is about may keep it back (V1, V2)."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_DRAFT_HANDLE, AuditEvent.DRAFT_READ)
        draft = store.find(tx, number)
        about = residents.look(tx, [tag.resident_id for tag in tags_of(draft)]) if draft else []
        holds = withholding.on_all(tx, about)
        decision = acts.every(
            act.gate,
            acts.require((law.DR1, draft is not None)),
            _may_see(act, draft),
            *(withholding.decide(tx, one, Process.INQUIRY) for one in holds.values()),
        )
        if draft is None or isinstance(decision, Refused):
            refused = decision if isinstance(decision, Refused) else Refused((law.DR1,))
            return act.refuse(refused, *about, reference=str(number))
        for one in holds.values():
            withholding.use_lifts(tx, one, Process.INQUIRY)
        for held in about or (None,):
            act.done(decision, held, reference=str(number))
        (shown,) = listed(ctx, tx, [draft])
        filing = strict_json.parse(draft.filing.encode(), limit=LONGEST_FILING)
        hidden = hidden_from(tx, claim)
        return ShownDraft(shown, without_filed(filing, hidden), draft.step, draft.note, hidden)


def _may_see(act: Act, draft: Draft | None) -> Decision:
    """Whether what was entered is for this operator: reasons of holds and cases of measures are for a few."""
    wanted = next((one.seen_with for one in DRAFTABLE if draft and one.name == draft.act), None)
    return admit(act.tx, act.claim, wanted, act.today) if wanted else Permitted(())


def listed(ctx: Context, tx: Transaction, found: Iterable[Draft]) -> Iterable[ListedDraft]:
    """Drafts as a list shows them."""
    for draft in found:
        about = residents.look(tx, [tag.resident_id for tag in tags_of(draft)])
        yield ListedDraft(
            draft=draft.draft_id,
            act=draft.act,
            operator=draft.operator,
            terminal=draft.terminal,
            entered_at=draft.entered_at,
            resident_nos=tuple(held.resident_no for held in about),
            changed=not drafts.unchanged(ctx, tx, draft),
            returned=draft.step_operator if draft.step is Step.RETURNED else None,
        )

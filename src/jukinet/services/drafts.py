"""Drafts (仮登録): every act of the register, on holds and on measures, entered by one person, completed by a second.

Owns the steps of a draft. Who may take them is in ``jukinet.law.drafts``; the acts stay what they are, in
``jukinet.services.register_acts``. To enter a draft is to try its act and undo it: so whoever enters it learns at once
what would be refused, and it is known whose records it would change. To complete it is to do the act, in one
transaction with the draft's last step: version, code, notice and audit entry arise there, and only there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

from jukinet.audit.events import AuditEvent
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.domain.reading import reading
from jukinet.law import drafts as law
from jukinet.law.decisions import Permitted, Refused, Remark
from jukinet.law.drafts import Standing, Step
from jukinet.messages import strict_json
from jukinet.services import acts, keyed, trail
from jukinet.services.acts import Act, Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim, admit
from jukinet.services.register import Drafted, Registered
from jukinet.services.register_acts import Done, FiledAct, dated, named
from jukinet.services.tags import Tag
from jukinet.store import drafts as store
from jukinet.store import residents
from jukinet.store.database import Transaction
from jukinet.store.drafts import Draft

LONGEST_NOTE = 2000
LONGEST_FILING = 1024 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Entered(Private):
    """A filing as it was entered, parsed from JSON, and the states of records that its clerk says to have seen."""

    filing: dict[str, Any]
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class ReturnFiling(Private):
    """Which draft goes back to who entered it, and why."""

    draft: int
    note: str


@dataclass(frozen=True, slots=True, repr=False)
class CorrectedDraft(Private):
    """Another filing of the same act in place of a draft."""

    draft: int
    filing: dict[str, Any]


def read_draft(data: object) -> int:
    with reading(data) as fields:
        return fields.integer("draft", least=1, most=2**53)


def read_return(data: object) -> ReturnFiling:
    with reading(data) as fields:
        return ReturnFiling(
            fields.integer("draft", least=1, most=2**53), fields.text("note", longest=LONGEST_NOTE)
        )


def read_correction(data: object) -> CorrectedDraft:
    with reading(data) as fields:
        filing = fields.raw("filing")
        if not isinstance(filing, dict):
            fields.fault("filing", "must be the act's filing, an object")
        return CorrectedDraft(fields.integer("draft", least=1, most=2**53), filing)


def enter(ctx: Context, claim: OperatorClaim, act: FiledAct[Any], entered: Entered) -> Drafted | Refused:
    """Enter an act as a draft. What the act refuses, its gate among it, is refused now, in the act's own entry."""
    filing = act.read(entered.filing)
    with ctx.begin() as tx:
        return _enter(ctx, tx, claim, act, entered, filing)


def _enter(
    ctx: Context,
    tx: Transaction,
    claim: OperatorClaim,
    act: FiledAct[Any],
    entered: Entered,
    filing: Any,
    *,
    instead_of: int | None = None,
) -> Drafted | Refused:
    tried = _try(ctx, tx, claim, act, filing)
    if isinstance(tried, Refused):
        return tried
    kept = dated(act, entered.filing, ctx.business_date(tx))
    tags = _named_too(tried.tags, entered.tags)
    numbers = _numbers(tx, tags)
    number = store.enter(
        tx,
        act.name,
        strict_json.dump(kept).decode(),
        [str(tag) for tag in tags],
        operator=claim.operator_id,
        terminal=claim.terminal,
        at=ctx.now(),
    )
    replaces = () if instead_of is None else (f"in place of draft {instead_of}",)
    entered_as = Permitted((f"act {act.name}", *replaces))
    for one in numbers or (None,):
        trail.note_act(
            ctx, tx, AuditEvent.DRAFT_ENTERED, claim, entered_as, resident_no=one, reference=str(number)
        )
    return Drafted(number, numbers, tried.remarks)


class _Tried(Exception):  # noqa: N818  (nothing went wrong)
    """Undoes an act that was only tried; tells the states of the records that it changed, before it."""

    def __init__(self, tags: tuple[Tag, ...], remarks: tuple[Remark, ...]) -> None:
        super().__init__()
        self.tags = tags
        self.remarks = remarks


def _try(
    ctx: Context, tx: Transaction, claim: OperatorClaim, act: FiledAct[Any], filing: Any
) -> _Tried | Refused:
    """Do an act and undo it, but for a refusal: of that nothing stays but its audit entry, which says what it was."""
    tx.draft_note = "tried for a draft"
    try:
        with tx.savepoint():
            outcome = act.do(keyed.join(ctx, tx), claim, filing)
            if not isinstance(outcome, Refused):
                remarks = outcome.remarks if isinstance(outcome, Registered) else ()
                _undo(_Tried(_seen(ctx, tx), remarks))
            return outcome
    except _Tried as tried:
        tx.draft_note = None
        return tried


def _undo(tried: _Tried) -> NoReturn:
    raise tried


def _seen(ctx: Context, tx: Transaction) -> tuple[Tag, ...]:
    """The states, before this transaction, of the records that it has changed: not of who was recorded by it.

    And the states of the records that an act was done for which changes none: a hold, a measure.
    """
    first: dict[int, int] = {}
    for resident_id, history_no in tx.versions_written:
        first[resident_id] = min(history_no, first.get(resident_id, history_no))
    before = {one: number - 1 for one, number in first.items() if number > 1}
    before |= {one: number for one, number in tx.acted_on if one not in first}
    return tuple(Tag(ctx.incarnation, one, number) for one, number in before.items())


def _named_too(changed: Iterable[Tag], named_by_clerk: Iterable[Tag]) -> tuple[Tag, ...]:
    by_record = {tag.resident_id: tag for tag in (*changed, *named_by_clerk)}
    return tuple(tag for _, tag in sorted(by_record.items()))


def _numbers(tx: Transaction, tags: Iterable[Tag]) -> tuple[str, ...]:
    """The numbers of the residents whom tags name; who was erased meanwhile has none."""
    return tuple(held.resident_no for held in residents.look(tx, [tag.resident_id for tag in tags]))


def tags_of(draft: Draft) -> tuple[Tag, ...]:
    return tuple(map(Tag.parse, draft.tags))


def unchanged(ctx: Context, tx: Transaction, draft: Draft) -> bool:
    """Whether nobody but this transaction has changed a record of the draft since it was entered."""
    return not any(keyed.is_stale(ctx, tx, tag) for tag in tags_of(draft))


class _ChangedError(Exception):
    """Undoes an act on a record that had changed before the act locked it."""


def _require_unchanged(ctx: Context, tx: Transaction, draft: Draft) -> None:
    if not unchanged(ctx, tx, draft):
        raise _ChangedError


def complete(ctx: Context, claim: OperatorClaim, number: int) -> Registered | Refused:
    """Do the act of a draft, as the second person. A refusal, of the act too, leaves the draft as it is."""
    with ctx.begin() as tx:
        opened, draft, standing = _open(
            ctx, tx, claim, number, Permission.REGISTER_DRAFT_COMPLETE, AuditEvent.DRAFT_COMPLETED
        )
        decision = acts.every(opened.gate, law.decide_completion(standing, claim.operator_id))
        if draft is None or isinstance(decision, Refused):
            return _refuse(opened, decision, draft, number)
        act = named(draft.act)
        filing = act.read(strict_json.parse(draft.filing.encode(), limit=LONGEST_FILING))
        tx.draft_note = f"draft {number} entered by operator:{draft.operator}" + (
            f" at {draft.terminal}" if draft.terminal else ""
        )
        try:
            with tx.savepoint():
                outcome = act.do(keyed.join(ctx, tx), claim, filing)
                if not isinstance(outcome, Refused):
                    _require_unchanged(ctx, tx, draft)
        except _ChangedError:
            return _refuse(opened, Refused((law.DR4,)), draft, number)
        if isinstance(outcome, Refused):
            return outcome
        _take_step(opened, draft, Step.COMPLETED)
        whom = _numbers(tx, tags_of(draft))
        return outcome if isinstance(outcome, Registered) else Registered(whom)


def send_back(ctx: Context, claim: OperatorClaim, filing: ReturnFiling) -> Drafted | Refused:
    """Return a draft to who entered it, with a note."""
    with ctx.begin() as tx:
        opened, draft, standing = _open(
            ctx, tx, claim, filing.draft, Permission.REGISTER_DRAFT_COMPLETE, AuditEvent.DRAFT_RETURNED
        )
        decision = acts.every(opened.gate, law.decide_return(standing, claim.operator_id))
        if draft is None or isinstance(decision, Refused):
            return _refuse(opened, decision, draft, filing.draft)
        return _settle(opened, decision, draft, Step.RETURNED, filing.note)


def withdraw(ctx: Context, claim: OperatorClaim, number: int) -> Drafted | Refused:
    """Withdraw a draft that waits or was returned."""
    with ctx.begin() as tx:
        opened, draft, standing = _open(
            ctx, tx, claim, number, Permission.REGISTER_DRAFT_HANDLE, AuditEvent.DRAFT_WITHDRAWN
        )
        completes = admit(tx, claim, Permission.REGISTER_DRAFT_COMPLETE, opened.today)
        may_complete = isinstance(completes, Permitted)
        decision = acts.every(
            opened.gate, law.decide_withdrawal(standing, claim.operator_id, may_complete=may_complete)
        )
        if draft is None or isinstance(decision, Refused):
            return _refuse(opened, decision, draft, number)
        return _settle(opened, decision, draft, Step.WITHDRAWN)


def correct(ctx: Context, claim: OperatorClaim, filing: CorrectedDraft) -> Drafted | Refused:
    """Enter the act of a draft anew with another filing, and withdraw the draft: both, or neither (入力内容の修正).

    What was entered stays as it was, so that nobody completes what they did not see.
    """
    with ctx.begin() as tx:
        opened, draft, standing = _open(
            ctx, tx, claim, filing.draft, Permission.REGISTER_DRAFT_HANDLE, AuditEvent.DRAFT_WITHDRAWN
        )
        decision = acts.every(
            opened.gate, law.decide_withdrawal(standing, claim.operator_id, may_complete=False)
        )
        if draft is None or isinstance(decision, Refused):
            return _refuse(opened, decision, draft, filing.draft)
        act = named(draft.act)
        read = act.read(filing.filing)
        entered = _enter(ctx, tx, claim, act, Entered(filing.filing), read, instead_of=filing.draft)
        if isinstance(entered, Drafted):
            _take_step(opened, draft, Step.WITHDRAWN)
        return entered


def do_at_once(ctx: Context, claim: OperatorClaim, act: FiledAct[Done], filing: Any) -> Done | Refused:
    """Do an act without a draft: what every door asks for, and a municipality may leave to two persons (DR6)."""
    decision = law.decide_at_once(second_person=ctx.second_person and not act.urgent)
    if isinstance(decision, Permitted):
        return act.do(ctx, claim, filing)
    with ctx.begin() as tx:
        trail.note_act(ctx, tx, AuditEvent.DRAFT_DEMANDED, claim, decision, reference=act.name)
        return decision


def _open(
    ctx: Context, tx: Transaction, claim: OperatorClaim, number: int, gate: Permission, event: AuditEvent
) -> tuple[Act, Draft | None, Standing | None]:
    """Begin a step: the draft is held first, so that of two steps at once the second sees the first."""
    draft = store.hold(tx, number)
    opened = acts.open_act(ctx, tx, claim, gate, event)
    if draft is None:
        return opened, None, None
    return opened, draft, Standing(draft.operator, draft.step, unchanged(ctx, tx, draft))


def _refuse(opened: Act, decision: Permitted | Refused, draft: Draft | None, number: int) -> Refused:
    refused = decision if isinstance(decision, Refused) else Refused((law.DR1,))
    numbers = _numbers(opened.tx, tags_of(draft)) if draft else ()
    return opened.refuse(refused, *(Subject(resident_no=one) for one in numbers), reference=str(number))


def _settle(opened: Act, decision: Permitted, draft: Draft, step: Step, note: str | None = None) -> Drafted:
    """Add the step, and its audit entry: one for each whose record the act would have changed."""
    _take_step(opened, draft, step, note)
    numbers = _numbers(opened.tx, tags_of(draft))
    for resident_no in numbers or (None,):
        trail.note_act(
            opened.ctx,
            opened.tx,
            opened.event,
            opened.claim,
            decision,
            resident_no=resident_no,
            reference=str(draft.draft_id),
        )
    return Drafted(draft.draft_id, numbers)


def _take_step(opened: Act, draft: Draft, step: Step, note: str | None = None) -> None:
    store.take_step(
        opened.tx,
        draft,
        step,
        operator=opened.claim.operator_id,
        terminal=opened.claim.terminal,
        at=opened.ctx.now(),
        note=note,
    )


DRAFT_ACTS: tuple[FiledAct[Any], ...] = (
    FiledAct("drafts/complete", "Complete a draft, as the second person (本登録).", read_draft, complete),
    FiledAct(
        "drafts/return",
        "Return a draft to who entered it, with a note (差戻し).",
        read_return,
        send_back,
        Drafted,
    ),
    FiledAct(
        "drafts/correct",
        "Enter a draft of one's own anew with another filing, in place of the first (入力内容の修正).",
        read_correction,
        correct,
        Drafted,
    ),
    FiledAct("drafts/withdraw", "Withdraw a draft (仮登録の取消し).", read_draft, withdraw, Drafted),
)
"""The steps after the entry, as the register API offers them; beside them an address to enter each act as a draft."""

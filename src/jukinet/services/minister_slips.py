"""What the notices of a file from the Minister of Justice would change (処理結果確認票, specification 4.5.6).

Shown before they are entered, each beside the record as it stands; nothing is stored but that somebody looked, and no
notice waits for it. What is shown of a record is a look at it: a hold on looking keeps it back (V1, V2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent
from jukinet.domain.items import DeletionCause
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.decisions import FailedRule, Permitted, Refused
from jukinet.law.holds import Process
from jukinet.law.letters import Handling, Rows, Said, changed_items
from jukinet.law.minister_notices import MJ5
from jukinet.services import acts, withholding
from jukinet.services.acts import Act
from jukinet.services.context import Context
from jukinet.services.minister_files import MinisterNotice, NoticeKind
from jukinet.services.minister_notices import REASONS, changed_by, decide_taking, file_of, those_meant
from jukinet.services.operators import OperatorClaim
from jukinet.store import minister_notices as taken
from jukinet.store.residents import Held


@dataclass(frozen=True, slots=True, repr=False)
class NoticeSlip(Private):
    """One sheet: what the notice says, what it would change, and whether it can be entered by itself."""

    notice_id: str
    handling: Handling
    failed: tuple[FailedRule, ...]
    rows: Rows
    shown_on: date


def show_notices(
    ctx: Context, claim: OperatorClaim, notices: Sequence[MinisterNotice]
) -> tuple[NoticeSlip, ...] | Refused:
    """A slip for each notice of a file, in their order; refused, once, where the operator may not enter them."""
    slips: list[NoticeSlip] = []
    for notice in notices:
        slip = _show(ctx, claim, notice)
        if isinstance(slip, Refused):
            return slip
        slips.append(slip)
    seen = _note_file(ctx, claim, notices) if ctx.second_person else None
    return seen or tuple(slips)


def _note_file(ctx: Context, claim: OperatorClaim, notices: Sequence[MinisterNotice]) -> Refused | None:
    """The file was seen to its end: where a second person is demanded, another one may enter it now (DR7)."""
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.MINISTER_NOTICE_SHOWN
        )
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=file_of(notices))
        act.nobody(act.gate, reference=file_of(notices))
        return None


def _show(ctx: Context, claim: OperatorClaim, notice: MinisterNotice) -> NoticeSlip | Refused:
    with ctx.begin() as tx:
        act = acts.open_act(
            ctx, tx, claim, Permission.REGISTER_RESIDENT_RECORD, AuditEvent.MINISTER_NOTICE_SHOWN
        )
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=notice.notice_id)
        entered = taken.lock(tx, notice.notice_id)
        if entered is not None:
            same = entered == notice.digest
            act.nobody(act.gate, reference=notice.notice_id)
            return _slip(
                act, notice, None, Handling.REPEATED if same else Handling.FOR_CLERK, () if same else (MJ5,)
            )
        alike, _ = those_meant(act, notice)
        held = alike[0] if len(alike) == 1 else None
        holds = withholding.on(tx, held) if held else []
        looked = withholding.decide(tx, holds, Process.INQUIRY)
        decision = acts.every(act.gate, *decide_taking(act, notice, alike), looked)
        seen = held if isinstance(looked, Permitted) else None
        if seen is None:
            act.nobody(act.gate, reference=notice.notice_id)
        else:
            withholding.use_lifts(tx, holds, Process.INQUIRY)
            act.done(act.gate, acts.Subject.of(seen), reference=notice.notice_id)
        failed = decision.failed if isinstance(decision, Refused) else ()
        return _slip(act, notice, seen, Handling.FOR_CLERK if failed else Handling.READY, failed)


def _slip(
    act: Act, notice: MinisterNotice, held: Held | None, handling: Handling, failed: tuple[FailedRule, ...]
) -> NoticeSlip:
    rows: Rows = (
        (Said.NOTICE_NO, notice.notice_id),
        (Said.ISSUED_ON, notice.issued_on),
        (Said.REASON, REASONS[notice.kind]),
        (Said.OCCURRED_ON, notice.occurred_on),
        (Said.PERSON, notice.about.name),
        (Said.RESIDENT_NO, held.resident_no if held else None),
        (Said.HANDLING, handling),
        *(((Said.RULES, ", ".join(rule.rule for rule in failed)),) if failed else ()),
        *_changes(notice, held),
    )
    return NoticeSlip(notice.notice_id, handling, failed, rows, act.today)


def _changes(notice: MinisterNotice, held: Held | None) -> Rows:
    if notice.kind is NoticeKind.ENDED:
        return ((Said.CAUSE, DeletionCause.OUTSIDE_THE_ACT),)
    return changed_items(held.record, changed_by(notice, held.record)) if held else ()

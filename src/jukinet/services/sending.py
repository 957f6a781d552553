"""What this node says: let go by hand for a while, listed as sent, listed as unanswered (specification 7.1.1.1).

A kind that is sent by hand is held in the outbox and keeps its order; with the return to automatic sending all of it
goes. Nothing can be dropped: Act Art. 30-5 leaves no choice whether the governor is told. Lists name no person's facts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jukinet.audit.events import AuditEvent
from jukinet.domain.municipality import MunicipalityCode, NodeRole
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.messages.kinds import ORIGIN_ROLES, MessageKind
from jukinet.services import acts
from jukinet.services.context import JAPAN, Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import code_requests, departed, error_reports, koseki_messages, minister_notices
from jukinet.store import sending as store
from jukinet.store.database import Transaction
from jukinet.store.error_reports import PASSED_ON
from jukinet.store.sending import ReceivedStatement as ReceivedStatement  # noqa: PLC0414
from jukinet.store.sending import SentState as SentState  # noqa: PLC0414  (offered here too)
from jukinet.store.sending import SentStatement as SentStatement  # noqa: PLC0414

MS13 = policy(
    "MS13",
    "Resident-record specification 7.1.1.1",
    "This node makes no statements of that kind, or they are sent so already.",
)
MS14 = policy(
    "MS14",
    "Resident-record specification 7.1.1.1",
    "No held statement has this number, or an earlier one for the same node is held: let that one go first.",
)

PR11 = policy(
    "PR11",
    "Resident-record specification 7.1.1.1",
    "A municipality lists what came to it. A governor's node and the centre pass millions of statements on.",
)

LISTED_AT_MOST = 1000


def set_mode(
    ctx: Context, claim: OperatorClaim, kind: MessageKind, reason: str, *, manual: bool
) -> Permitted | Refused:
    """Take a kind out of automatic sending, or put it back; what was held goes then, in its order."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_SENDING_SET, AuditEvent.SENDING_MODE_SET)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=kind)
        store.hold_modes(tx)
        ours = ctx.node.role in ORIGIN_ROLES[kind]
        decision = acts.every(
            act.gate, acts.require((MS13, ours and manual != (kind in store.manual_kinds(tx))))
        )
        reference = f"{kind} {'manual' if manual else 'automatic'}"
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=reference)
        store.set_mode(tx, kind, reason, ctx.now(), claim.operator_id, manual=manual)
        act.done(decision, reference=reference)
        return decision


def release(ctx: Context, claim: OperatorClaim, entry_id: int) -> Permitted | Refused:
    """Let one held statement go: the first that waits for its addressee."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_SENDING_SET, AuditEvent.STATEMENT_RELEASED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=str(entry_id))
        first = not store.waits_behind(tx, entry_id)
        released = store.release(tx, entry_id) if first else None
        decision = acts.every(act.gate, acts.require((MS14, released is not None)))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=str(entry_id))
        act.done(decision, reference=released)
        return decision


def list_sent(
    ctx: Context,
    claim: OperatorClaim,
    kind: MessageKind | None = None,
    before: int | None = None,
    *,
    most: int = 50,
) -> tuple[SentStatement, ...] | Refused:
    """What this node said, the newest first, and how far each came."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_STATEMENT_READ, AuditEvent.SENT_READ)
        return acts.look(act, lambda: tuple(store.sent(tx, kind, before, most=most)))


def list_received(
    ctx: Context, claim: OperatorClaim, kind: MessageKind | None = None, *, most: int = 50
) -> tuple[ReceivedStatement, ...] | Refused:
    """What others said to this municipality, the newest first, and whether it was taken in."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_STATEMENT_READ, AuditEvent.RECEIVED_READ)
        decision = acts.every(act.gate, acts.require((PR11, ctx.node.role is NodeRole.MUNICIPALITY)))
        if isinstance(decision, Refused):
            return act.refuse(decision)
        act.done(decision)
        return tuple(store.received(tx, ctx.node, kind, most=most))


class WaitKind(StrEnum):
    """What is waited for."""

    MOVE_IN_NOTICE = "move-in-notice"
    """Somebody left, and no move-in notice (M3) came: ask the municipality they moved to."""
    ACKNOWLEDGEMENT = "acknowledgement"
    """Statements that the next node has not acknowledged; held ones are let go by a person."""
    PARKED = "parked"
    """A statement of another node waits here for a person; a move-in notice whose move-out was never filed is one."""
    CODES = "codes"
    """The centre has not answered a request for codes."""
    ERROR_REPORT = "error-report"
    """A record was reported to be wrong (M16): it waits here for a person, or for the answer of the node named."""
    MINISTER_NOTICE = "minister-notice"
    """A notice from the Minister of Justice (M13) was left for a clerk: mend the record, and give the file again."""
    KOSEKI = "koseki"
    """What another mayor told about a koseki waits for a clerk (M9, M10)."""
    ANSWER = "answer"
    """Another municipality has not answered: ask again with the same filing."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """One thing that is waited for, since when, of whom. ``what``: a kind of statement or call, or why it waits."""

    kind: WaitKind
    since: datetime
    of: str | None = None
    what: str | None = None
    count: int = 1
    reference: str | None = None
    resident_no: str | None = None


def list_unanswered(ctx: Context, claim: OperatorClaim) -> tuple[Unanswered, ...] | Refused:
    """Everything that this node waits for, the oldest first."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_STATEMENT_READ, AuditEvent.UNANSWERED_READ)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        act.done(act.gate)
        found = [*_unacknowledged(tx), *_parked(tx), *_reported(ctx, tx)]
        if ctx.node.role is NodeRole.MUNICIPALITY:
            found += [*_left(act, tx), *_asked(tx)]
        return tuple(sorted(found, key=lambda one: (one.since, one.kind, one.of or "", one.reference or "")))


def _unacknowledged(tx: Transaction) -> Iterator[Unanswered]:
    for row in store.overdue(tx):
        why = "held" if row["held"] else row["problem"]
        what = f"{row['kind']} ({why})" if why else row["kind"]
        yield Unanswered(WaitKind.ACKNOWLEDGEMENT, row["since"], row["peer"], what, row["count"])


def _parked(tx: Transaction) -> Iterator[Unanswered]:
    for row in store.parked_here(tx):
        what = f"{row['kind']} ({row['problem']})"
        yield Unanswered(
            WaitKind.PARKED, row["parked_at"], row["origin"], what, reference=str(row["parked_id"])
        )


def _reported(ctx: Context, tx: Transaction) -> Iterator[Unanswered]:
    for one in error_reports.listed(tx, everything=False):
        of, home = one.from_node, one.report.municipality
        if one.state == PASSED_ON:
            of = home.prefecture.node_id if ctx.node.role is NodeRole.NATIONAL else home.node_id
        yield Unanswered(
            WaitKind.ERROR_REPORT, one.noted_at, str(of) if of else None, one.state, reference=one.report_id
        )


def _left(act: acts.Act, tx: Transaction) -> Iterator[Unanswered]:
    for number, left_on, to in departed.without_notice(tx, act.today, most=LISTED_AT_MOST):
        since = datetime(left_on.year, left_on.month, left_on.day, tzinfo=JAPAN)
        yield Unanswered(WaitKind.MOVE_IN_NOTICE, since, str(to.node_id) if to else None, resident_no=number)


def _asked(tx: Transaction) -> Iterator[Unanswered]:
    waiting = code_requests.open_request(tx)
    if waiting is not None:
        yield Unanswered(
            WaitKind.CODES, waiting.asked_at, "national", count=waiting.codes, reference=waiting.request_id
        )
    for row in koseki_messages.waiting(tx):
        since, told = row["received_at"], row["statement_id"]
        yield Unanswered(WaitKind.KOSEKI, since, row["origin"], row["kind"], reference=told)
    for row in minister_notices.waiting(tx):
        what = " ".join(row["rules"])
        yield Unanswered(WaitKind.MINISTER_NOTICE, row["since"], None, what, reference=row["notice_id"])
    for row in store.open_questions(tx):
        of = str(MunicipalityCode(row["municipality"]).node_id)
        yield Unanswered(WaitKind.ANSWER, row["since"], of, row["kind"], reference=row["reference"])

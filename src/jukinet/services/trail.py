"""Writing and reading the audit trail (監査証跡)."""

from __future__ import annotations

from collections.abc import Sequence

from jukinet.audit.entries import AuditEntry
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind
from jukinet.domain.municipality import Party
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.services.context import Context
from jukinet.services.operators import SYSTEM as SYSTEM  # noqa: PLC0414  (offered here too)
from jukinet.services.operators import OperatorClaim, admit
from jukinet.store import audit_log
from jukinet.store.database import Transaction


def rules_of(decision: Decision) -> tuple[str, ...]:
    """What an entry says of a decision: the basis, or the rules that failed."""
    if isinstance(decision, Permitted):
        return decision.basis
    return tuple(f"{failed.rule} {failed.article}" for failed in decision.failed)


def entry(
    ctx: Context,
    tx: Transaction,
    event: AuditEvent,
    outcome: Outcome,
    actor: str,
    *,
    terminal: str | None = None,
    code: ResidentRecordCode | None = None,
    resident_no: str | None = None,
    affair: str | None = None,
    reference: str | None = None,
    rules: tuple[str, ...] = (),
) -> AuditEntry:
    """One entry; that of an act done says what the act brought about."""
    if outcome is Outcome.DONE and resident_no is not None:
        rules = (*rules, *tx.besides.pop(resident_no, ()))
    return AuditEntry(
        at=ctx.now(),
        business_on=ctx.business_date(tx),
        event=event,
        outcome=outcome,
        actor=actor,
        terminal=terminal,
        subject_code=code,
        resident_no=resident_no,
        affair=affair,
        reference=reference,
        rules=(*rules, tx.draft_note) if tx.draft_note else rules,
    )


def write(tx: Transaction, *entries: AuditEntry) -> list[bytes]:
    """Append entries, in their order, to the transaction that they describe; their leaves."""
    return audit_log.append(tx, *entries)


def note(
    ctx: Context,
    tx: Transaction,
    event: AuditEvent,
    outcome: Outcome,
    actor: str,
    *,
    terminal: str | None = None,
    code: ResidentRecordCode | None = None,
    resident_no: str | None = None,
    affair: str | None = None,
    reference: str | None = None,
    rules: tuple[str, ...] = (),
) -> bytes:
    """Append one entry to the transaction that it describes; its leaf."""
    told = entry(
        ctx,
        tx,
        event,
        outcome,
        actor,
        terminal=terminal,
        code=code,
        resident_no=resident_no,
        affair=affair,
        reference=reference,
        rules=rules,
    )
    (leaf,) = write(tx, told)
    return leaf


def note_act(
    ctx: Context,
    tx: Transaction,
    event: AuditEvent,
    claim: OperatorClaim,
    decision: Decision,
    *,
    code: ResidentRecordCode | None = None,
    resident_no: str | None = None,
    reference: str | None = None,
) -> None:
    """Append the entry of an operator's act: done where the decision permits, refused where it does not."""
    outcome = Outcome.DONE if isinstance(decision, Permitted) else Outcome.REFUSED
    note(
        ctx,
        tx,
        event,
        outcome,
        claim.actor,
        terminal=claim.terminal,
        code=code,
        resident_no=resident_no,
        reference=reference,
        rules=rules_of(decision),
    )


def list_entries(
    ctx: Context,
    claim: OperatorClaim,
    *,
    most: int = 50,
    event: AuditEvent | None = None,
    after: int | None = None,
) -> Sequence[tuple[int, AuditEntry]] | Refused:
    """The newest entries, newest first; reading them is itself recorded."""
    with ctx.begin() as tx:
        decision = admit(tx, claim, Permission.AUDIT_ENTRIES_READ, ctx.business_date(tx))
        found = audit_log.newest(tx, most=most, event=event, after=after)
        note_act(ctx, tx, AuditEvent.AUDIT_READ, claim, decision)
        return decision if isinstance(decision, Refused) else found


def gate_refused(ctx: Context, party: Party, why: ErrorKind) -> None:
    """Record that a door turned a party away; nothing of what it sent is kept."""
    with ctx.begin() as tx:
        note(ctx, tx, AuditEvent.GATE_REFUSED, Outcome.REFUSED, party.uri, rules=(why.value,))


def filing_unreadable(ctx: Context, claim: OperatorClaim, act: str, why: ErrorKind) -> None:
    """Record that an operator entered what is no filing of an act; nothing of it is kept."""
    with ctx.begin() as tx:
        note(
            ctx,
            tx,
            AuditEvent.FILING_UNREADABLE,
            Outcome.REFUSED,
            claim.actor,
            terminal=claim.terminal,
            reference=act,
            rules=(why.value,),
        )


def node_started(ctx: Context, process: str) -> None:
    """Record that a process of this node began its work."""
    with ctx.begin() as tx:
        note(ctx, tx, AuditEvent.NODE_STARTED, Outcome.DONE, SYSTEM, reference=process)

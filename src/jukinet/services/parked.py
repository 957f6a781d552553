"""What was parked: shown to a person, and closed by a person once it was repaired with a new statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jukinet.audit.events import AuditEvent
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import Fault, JukinetError
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Private
from jukinet.law.decisions import Permitted, Refused, policy
from jukinet.messages import bodies
from jukinet.messages.statements import open_statement
from jukinet.services import acts
from jukinet.services.acts import Subject
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import inbox
from jukinet.store.database import Row

DL3 = policy("DL3", "Delivery, promise 3", "No statement of this number was ever parked.")
L1 = policy("L1", "Delivery, promise 3", "There is no parked statement of this number that is still open.")


@dataclass(frozen=True, slots=True)
class ParkedStatement:
    """A statement that waits: where it came from, why it was parked, and since when."""

    parked_id: int
    peer: str
    stream: str
    statement_id: str
    problem: str
    parked_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class ParkedContent(Private):
    """What a parked statement says. ``body`` as on the wire; None with ``faults`` where it cannot be read."""

    parked: ParkedStatement
    kind: str
    origin: str
    number: int
    resolved_at: datetime | None
    resolved_by: str | None
    body: Mapping[str, Any] | None
    faults: tuple[Fault, ...] = ()


def list_parked(ctx: Context, claim: OperatorClaim) -> tuple[ParkedStatement, ...] | Refused:
    """Everything that waits for a person."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_PARKED_REPAIR, AuditEvent.PARKED_READ)
        return acts.look(act, lambda: tuple(_of_row(row) for row in inbox.parked(tx)))


def _of_row(row: Row) -> ParkedStatement:
    return ParkedStatement(
        row["parked_id"], row["peer"], row["stream"], row["statement_id"], row["problem"], row["parked_at"]
    )


def show_parked(ctx: Context, claim: OperatorClaim, parked_id: int) -> ParkedContent | Refused:
    """Read one parked statement, open or closed: whom it is about and what it says."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_PARKED_REPAIR, AuditEvent.PARKED_SHOWN)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=str(parked_id))
        row = inbox.parked_statement(tx, parked_id)
        decision = acts.every(act.gate, acts.require((DL3, row is not None)))
        if row is None or isinstance(decision, Refused):
            return act.refuse(Refused((DL3,)), reference=str(parked_id))
        code = ResidentRecordCode(row["subject_code"]) if row["subject_code"] else None
        act.done(decision, Subject(code=code), reference=str(parked_id))
        body, faults = _read(ctx, bytes(row["envelope"]))
        return ParkedContent(
            _of_row(row),
            row["kind"],
            row["origin"],
            row["number"],
            row["resolved_at"],
            row["resolved_by"],
            body,
            faults,
        )


def _read(ctx: Context, envelope: bytes) -> tuple[Mapping[str, Any] | None, tuple[Fault, ...]]:
    """What a kept statement says; its signature is checked again, with a key that may be gone by now."""
    try:
        return bodies.write(open_statement(envelope, ctx.directory().owned_key).body), ()
    except JukinetError as error:
        return None, error.faults or (Fault("statement", error.message),)


def close_parked(ctx: Context, claim: OperatorClaim, parked_id: int) -> Permitted | Refused:
    """Close a parked statement after it was repaired with a new one; later ones for the code apply again."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_PARKED_REPAIR, AuditEvent.PARKED_RESOLVED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate, reference=str(parked_id))
        closed = inbox.resolve_parked(tx, parked_id, claim.operator_id, ctx.now())
        decision = acts.every(act.gate, acts.require((L1, closed)))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=str(parked_id))
        act.done(decision, reference=str(parked_id))
        return decision

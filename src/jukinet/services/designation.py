"""Designation of codes (M12): the centre draws them at random, the municipality puts them into its pool.

Act Art. 30-7(1)(2), delegated to the centre by 30-10(1)(i); Reg. Art. 14. No code is ever designated twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode, is_issuable
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import UNCONNECTED, Refused, policy
from jukinet.messages.bodies import MAX_CODES, CodeDesignation
from jukinet.messages.kinds import MessageKind
from jukinet.services import acts, outgoing, trail
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import code_requests
from jukinet.store import codes as pool
from jukinet.store.database import Transaction

C11 = policy("C11", UNCONNECTED, "Codes are designated to a connected municipality only.")

_PART = 4000
"""Codes in one statement; a larger designation goes out in parts of one transaction."""


@dataclass(frozen=True, slots=True)
class Designated:
    """Codes on their way to a municipality's pool."""

    municipality: MunicipalityCode
    count: int


def designate_codes(
    ctx: Context, claim: OperatorClaim, municipality: MunicipalityCode, count: int
) -> Designated | Refused:
    """Designate ``count`` codes at random to a municipality and send them (M12).

    If it has asked for codes and waits, this is the answer to its first request.
    """
    if count < 1:
        raise JukinetError(ErrorKind.INVALID, "The number of codes must be at least 1.")
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_POOL_DESIGNATE, AuditEvent.CODES_DESIGNATED)
        connected = ctx.is_connected(municipality.node_id)
        decision = acts.every(act.gate, acts.require((C11, connected)))
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=municipality.node_id.text)
        waiting = code_requests.lock_waiting(tx, municipality)
        asked = waiting[0].request_id if waiting else None
        draw(ctx, tx, municipality, count, on=act.today, operator=claim.operator_id, request_id=asked)
        if asked is not None:
            code_requests.answer(tx, asked, ctx.now(), by_person=True)
        act.done(decision, reference=municipality.node_id.text)
        return Designated(municipality, count)


def draw(
    ctx: Context,
    tx: Transaction,
    municipality: MunicipalityCode,
    count: int,
    *,
    on: date,
    operator: str,
    request_id: str | None,
) -> None:
    """Designate codes that never were before, and put them into the outbox, in this transaction."""
    left = count
    while left:
        designation_id = ctx.randomness.token()
        drawn = _random_codes(ctx, min(left, _PART, MAX_CODES))
        codes = pool.designate(
            tx, designation_id, municipality, drawn, on=on, at=ctx.now(), operator=operator
        )
        if codes:
            body = CodeDesignation(designation_id, municipality, tuple(codes), request_id)
            outgoing.put(ctx, tx, MessageKind.CODE_DESIGNATION, municipality.node_id, body)
        left -= len(codes)


def _random_codes(ctx: Context, count: int) -> list[ResidentRecordCode]:
    """``count`` different codes of ten random digits; remainders 0 and 1 are never issued."""
    drawn: set[ResidentRecordCode] = set()
    while len(drawn) < count:
        ten = f"{ctx.randomness.below(10**10):010d}"
        if is_issuable(ten):
            drawn.add(ResidentRecordCode.compose(ten))
    return sorted(drawn)


def take_designation(ctx: Context, tx: Transaction, designation: CodeDesignation, reference: str) -> None:
    """Put designated codes into this municipality's pool (an arriving M12)."""
    pool.receive(tx, designation.designation_id, designation.codes, ctx.now())
    if designation.request_id is not None:
        code_requests.answered(tx, designation.request_id, ctx.now())
    trail.note(ctx, tx, AuditEvent.CODES_RECEIVED, Outcome.DONE, NATIONAL.uri, reference=reference)


def free_codes(ctx: Context) -> int:
    """How many codes the pool still holds."""
    with ctx.begin() as tx:
        return pool.count_free(tx)

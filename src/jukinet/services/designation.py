"""Designation of codes (M12): the centre draws them at random, the municipality puts them into its pool.

Act Art. 30-7(1)(2), delegated to the centre by 30-10(1)(i); Reg. Art. 14. No code is ever designated twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode, is_issuable
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeRole
from jukinet.domain.permissions import Permission
from jukinet.law import wards
from jukinet.law.decisions import UNCONNECTED, Refused, policy
from jukinet.messages.bodies import MAX_CODES, CodeDesignation
from jukinet.messages.handshakes import NOTHING_TOLD
from jukinet.messages.kinds import MessageKind
from jukinet.messages.statements import Head
from jukinet.services import acts, outgoing, trail
from jukinet.services.context import JAPAN, Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import code_requests, lives
from jukinet.store import codes as pool
from jukinet.store.database import Transaction

C11 = policy("C11", UNCONNECTED, "Codes are designated to a connected municipality only.")

RC4 = policy(
    "RC4",
    "Delivery, promise 4; Act Art. 30-7(2)",
    "The centre was put back to an earlier state: no code is designated until every municipality has told which it was"
    " designated.",
)

_RENEWED = ("policy: the pool of a restored municipality is void",)

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
        decision = acts.every(
            act.gate,
            acts.require((C11, connected), (RC4, pools_known(ctx, tx))),
            wards.decide_own(has_wards=ctx.directory().has_wards(municipality.node_id)),
        )
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


def pools_known(ctx: Context, tx: Transaction) -> bool:
    """Whether every municipality has told this life of the centre which codes it was designated."""
    if ctx.incarnation == lives.FIRST:
        return True
    known = lives.handshakes(tx, ctx.incarnation)
    return all(
        entry.id in known and known[entry.id].shaken_at is not None
        for entry in ctx.directory().nodes
        if entry.connected and entry.role is NodeRole.MUNICIPALITY
    )


def renew_pools(ctx: Context) -> int:
    """Designate codes anew to municipalities that were restored: as many as their pools lost; how many of them.

    Without a person: a pool is void with the restore, and the municipality gives no code until it has another one.
    """
    done = 0
    while True:
        with ctx.begin() as tx:
            ready = lives.is_live(tx, ctx.incarnation) and pools_known(ctx, tx)
            wanted = lives.next_renewal(tx) if ready else None
            if wanted is None:
                return done
            municipality = MunicipalityCode(wanted.municipality)
            on = ctx.business_date(tx)
            draw(ctx, tx, municipality, wanted.codes, on=on, operator=trail.SYSTEM, request_id=None)
            lives.renewed(tx, wanted, ctx.now())
            reference = municipality.node_id.text
            trail.note(
                ctx,
                tx,
                AuditEvent.CODES_DESIGNATED,
                Outcome.DONE,
                trail.SYSTEM,
                reference=reference,
                rules=_RENEWED,
            )
        done += 1


def remember(tx: Transaction, designation: CodeDesignation, head: Head) -> None:
    """Codes that an earlier life of the centre designated: as its municipality tells, none of them is free."""
    pool.designate(
        tx,
        designation.designation_id,
        designation.municipality,
        designation.codes,
        on=head.created.astimezone(JAPAN).date(),
        at=head.created,
        operator=trail.SYSTEM,
        known=True,
    )


def _random_codes(ctx: Context, count: int) -> list[ResidentRecordCode]:
    """``count`` different codes of ten random digits; remainders 0 and 1 are never issued."""
    drawn: set[ResidentRecordCode] = set()
    while len(drawn) < count:
        ten = f"{ctx.randomness.below(10**10):010d}"
        if is_issuable(ten):
            drawn.add(ResidentRecordCode.compose(ten))
    return sorted(drawn)


def take_designation(ctx: Context, tx: Transaction, designation: CodeDesignation, head: Head) -> None:
    """Put designated codes into this municipality's pool (an arriving M12).

    What was designated to an earlier life of it may have been given out by that: it comes in void.
    """
    told = lives.told(tx, ctx.incarnation, NATIONAL) if ctx.incarnation > lives.FIRST else NOTHING_TOLD
    void = (head.incarnation, head.number) <= (told.incarnation, told.number)
    pool.receive(tx, designation.designation_id, designation.codes, ctx.now(), void=void)
    if designation.request_id is not None:
        code_requests.answered(tx, designation.request_id, ctx.now())
    reference = head.statement_id
    trail.note(ctx, tx, AuditEvent.CODES_RECEIVED, Outcome.DONE, NATIONAL.uri, reference=reference)


def free_codes(ctx: Context) -> int:
    """How many codes the pool still holds."""
    with ctx.begin() as tx:
        return pool.count_free(tx)

"""Designation of codes (M12): the centre draws them at random, the municipality puts them into its pool.

Act Art. 30-7(1)(2), delegated to the centre by 30-10(1)(i); Reg. Art. 14. No code is ever designated twice. A governor
who designates himself takes at random of what the centre put aside for him (``jukinet.law.designations``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode, is_issuable
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode, NodeId, NodeRole, PrefectureCode
from jukinet.domain.permissions import Permission
from jukinet.law import designations, serving_alone, wards
from jukinet.law.centre import CentreWork
from jukinet.law.decisions import UNCONNECTED, Decision, Refused, policy
from jukinet.law.designations import Designation
from jukinet.law.serving_alone import Work
from jukinet.messages.bodies import MAX_CODES, CodeDesignation
from jukinet.messages.handshakes import NOTHING_TOLD
from jukinet.messages.kinds import MessageKind
from jukinet.messages.statements import Head
from jukinet.services import acts, outgoing, trail
from jukinet.services.context import JAPAN, Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.supply import deciding
from jukinet.store import alone, centre, code_requests, lives
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
    """Codes on their way to a municipality's pool. ``left``: of those put aside, at a governor's node."""

    municipality: MunicipalityCode
    count: int
    left: int | None = None


def designate_codes(
    ctx: Context, claim: OperatorClaim, municipality: MunicipalityCode, count: int
) -> Designated | Refused:
    """Designate ``count`` codes at random to a municipality and send them (M12).

    At the centre, if it has asked for codes and waits, this is the answer to its first request.
    """
    if count < 1:
        raise JukinetError(ErrorKind.INVALID, "The number of codes must be at least 1.")
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_POOL_DESIGNATE, AuditEvent.CODES_DESIGNATED)
        decision = acts.every(
            act.gate,
            decide(ctx, tx, municipality, act.today, count),
            acts.require((C11, ctx.is_connected(municipality.node_id)), (RC4, _told(ctx, tx))),
            wards.decide_own(has_wards=ctx.directory().has_wards(municipality.node_id)),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=municipality.node_id.text)
        if ctx.node.role is NodeRole.PREFECTURE:
            left = _give_aside(ctx, tx, municipality, count)
            act.done(decision, reference=municipality.node_id.text)
            return Designated(municipality, count, left)
        waiting = code_requests.lock_waiting(tx, municipality)
        asked = waiting[0].request_id if waiting else None
        draw(ctx, tx, municipality, count, on=act.today, operator=claim.operator_id, request_id=asked)
        if asked is not None:
            code_requests.answer(tx, asked, ctx.now(), by_person=True)
        act.done(decision, reference=municipality.node_id.text)
        return Designated(municipality, count)


def decide(
    ctx: Context, tx: Transaction, municipality: MunicipalityCode, on: date, count: int = 0
) -> Decision:
    """Whether this node designates codes to a municipality on a day: ``jukinet.law.designations``."""
    here = ctx.node.role
    if here is NodeRole.MUNICIPALITY:
        return designations.decide_designation(Designation(ctx.node, municipality, delegates=True))
    state, governor = centre.state(tx), here is NodeRole.PREFECTURE
    given_up = governor and CentreWork.CODES in state.given_up(on)
    return designations.decide_designation(
        Designation(
            serving=ctx.node,
            municipality=municipality,
            delegates=not given_up and municipality.prefecture not in deciding.not_delegating(ctx, on, state),
            stopped=state.stopped(CentreWork.CODES, on),
            notice=governor and serving_alone.does(alone.running(tx), Work.CODES, on),
            enough=not governor or count <= pool.count_aside(tx, ctx.incarnation),
        )
    )


@dataclass(frozen=True, slots=True)
class PutAside:
    """Codes on their way to a governor."""

    prefecture: PrefectureCode
    count: int


def put_aside(
    ctx: Context, claim: OperatorClaim, prefecture: PrefectureCode, count: int
) -> PutAside | Refused:
    """Put ``count`` codes at random aside, for a governor to designate himself when it comes to that (30-7(2))."""
    if count < 1:
        raise JukinetError(ErrorKind.INVALID, "The number of codes must be at least 1.")
    to = prefecture.node_id
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.NETWORK_POOL_DESIGNATE, AuditEvent.CODES_PUT_ASIDE)
        national = ctx.node.role is NodeRole.NATIONAL
        stopped = national and centre.state(tx).stopped(CentreWork.CONSULTATION, act.today)
        decision = acts.every(
            act.gate,
            designations.decide_putting_aside(ctx.node, stopped=stopped),
            acts.require((C11, ctx.is_connected(to)), (RC4, _told(ctx, tx))),
        )
        if isinstance(decision, Refused):
            return act.refuse(decision, reference=to.text)
        _draw(ctx, tx, to, count, on=act.today, operator=claim.operator_id, request_id=None)
        act.done(decision, reference=to.text)
        return PutAside(prefecture, count)


def _give_aside(ctx: Context, tx: Transaction, municipality: MunicipalityCode, count: int) -> int:
    """Designate of what is put aside, at random, and put it into the outbox; how many are left."""
    codes = pool.give_aside(tx, municipality, count, ctx.randomness.sample, ctx.now(), ctx.incarnation)
    for first in range(0, count, _PART):
        part = tuple(codes[first : first + _PART])
        body = CodeDesignation(ctx.randomness.token(), municipality, part)
        outgoing.put(ctx, tx, MessageKind.CODE_DESIGNATION, municipality.node_id, body)
    return pool.count_aside(tx, ctx.incarnation)


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
    _draw(ctx, tx, municipality.node_id, count, on=on, operator=operator, request_id=request_id)


def _draw(
    ctx: Context, tx: Transaction, to: NodeId, count: int, *, on: date, operator: str, request_id: str | None
) -> None:
    """The same, for a municipality or a governor."""
    left = count
    while left:
        designation_id = ctx.randomness.token()
        drawn = _random_codes(ctx, min(left, _PART, MAX_CODES))
        codes = pool.designate(tx, designation_id, _named(to), drawn, on=on, at=ctx.now(), operator=operator)
        if codes:
            aside = None if to.municipality else to.prefecture
            body = CodeDesignation(designation_id, to.municipality, tuple(codes), request_id, aside)
            outgoing.put(ctx, tx, MessageKind.CODE_DESIGNATION, to, body)
        left -= len(codes)


def _named(to: NodeId) -> str:
    """To whom codes are designated, as the centre keeps it: a municipality's six digits, or a governor's node."""
    return to.municipality.text if to.municipality else to.text


def _told(ctx: Context, tx: Transaction) -> bool:
    return ctx.node.role is not NodeRole.NATIONAL or pools_known(ctx, tx)


def pools_known(ctx: Context, tx: Transaction) -> bool:
    """Whether every municipality has told this life of the centre which codes it was designated.

    What was put aside for governors they told before: the centre recovers by them.
    """
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
            on, state = ctx.business_date(tx), centre.state(tx)
            ready = lives.is_live(tx, ctx.incarnation) and pools_known(ctx, tx)
            ready = ready and not state.stopped(CentreWork.CODES, on)
            others = deciding.not_delegating(ctx, on, state)
            wanted = lives.next_renewal(tx, others) if ready else None
            if wanted is None:
                return done
            municipality = MunicipalityCode(wanted.municipality)
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
        _named(head.first_addressee),
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
    void = _to_an_earlier_life(ctx, tx, head)
    pool.receive(tx, designation.designation_id, designation.codes, ctx.now(), void=void)
    if designation.request_id is not None:
        code_requests.answered(tx, designation.request_id, ctx.now())
    reference = head.statement_id
    trail.note(ctx, tx, AuditEvent.CODES_RECEIVED, Outcome.DONE, head.origin.uri, reference=reference)


def take_aside(ctx: Context, tx: Transaction, designation: CodeDesignation, head: Head) -> None:
    """Keep what the centre put aside for this governor (an arriving M12); void like a municipality's."""
    void, life = _to_an_earlier_life(ctx, tx, head), ctx.incarnation
    pool.keep_aside(tx, designation.designation_id, designation.codes, ctx.now(), life, void=void)
    reference = head.statement_id
    trail.note(ctx, tx, AuditEvent.CODES_RECEIVED, Outcome.DONE, head.origin.uri, reference=reference)


def _to_an_earlier_life(ctx: Context, tx: Transaction, head: Head) -> bool:
    told = lives.told(tx, ctx.incarnation, head.origin) if ctx.incarnation > lives.FIRST else NOTHING_TOLD
    return (head.incarnation, head.number) <= (told.incarnation, told.number)


def free_codes(ctx: Context) -> int:
    """How many codes the pool still holds."""
    with ctx.begin() as tx:
        return pool.count_free(tx)

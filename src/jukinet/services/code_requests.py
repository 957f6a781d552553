"""Asking the centre for more codes (M12, back; Reg. Art. 14(2)), and its answer.

A municipality asks when its stock falls below its level, by its worker, or when a person says so: once while a request
is open. The centre answers with a designation: by its worker what is not too much, else by a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.law.codes import answers_itself, shortage
from jukinet.law.decisions import UNCONNECTED, Refused, policy
from jukinet.messages.bodies import CodeRequest
from jukinet.messages.kinds import MessageKind
from jukinet.services import acts, designation, outgoing, trail
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import code_requests as rows
from jukinet.store import codes as pool
from jukinet.store import lives
from jukinet.store.code_requests import ReceivedRequest
from jukinet.store.database import Transaction

MS11 = policy(
    "MS11",
    "Choice of this network: one request for codes at a time",
    "The centre was asked already and has not answered. Wait, or call it.",
)
MS12 = policy("MS12", UNCONNECTED, "Only a connected municipality gives codes, and asks for them.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request on its way to the centre."""

    request_id: str
    count: int


def ask_codes(ctx: Context, claim: OperatorClaim, count: int) -> Asked | Refused:
    """Ask the centre for ``count`` codes."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_POOL_REQUEST, AuditEvent.CODES_REQUESTED)
        connected = ctx.is_connected(ctx.node)
        asked = _ask(ctx, tx, count, claim.operator_id) if connected and not _refused(act) else None
        decision = acts.every(
            act.gate, acts.require((MS12, connected), (MS11, asked is not None or not connected))
        )
        if isinstance(decision, Refused) or asked is None:
            refused = decision if isinstance(decision, Refused) else Refused((MS11,))
            return act.refuse(refused)
        act.done(decision, reference=asked.request_id)
        return asked


def _refused(act: acts.Act) -> bool:
    return isinstance(act.gate, Refused)


def _ask(ctx: Context, tx: Transaction, count: int, operator: str) -> Asked | None:
    """Put the request into the outbox; None where one is open."""
    request_id = ctx.randomness.token()
    if not rows.ask(tx, request_id, count, ctx.now(), operator):
        return None
    body = CodeRequest(request_id, ctx.municipality, count)
    outgoing.put(ctx, tx, MessageKind.CODE_REQUEST, NATIONAL, body)
    return Asked(request_id, count)


def ask_if_low(ctx: Context) -> int:
    """The worker's look at the stock: ask where it fell below its level and nobody has; how many requests were made.

    A pool that never held a code has not fallen: what a municipality begins with is designated by a person.
    """
    if ctx.node.municipality is None or not ctx.is_connected(ctx.node):
        return 0
    with ctx.begin() as tx:
        if not lives.is_live(tx, ctx.incarnation):
            return 0
        lacking = shortage(pool.count_free(tx), pool.stock_level(tx), on=ctx.business_date(tx))
        if not lacking or rows.open_request(tx) is not None or not rows.has_pool(tx):
            return 0
        asked = _ask(ctx, tx, lacking, trail.SYSTEM)
        if asked is None:
            return 0
        event, reference = AuditEvent.CODES_REQUESTED, asked.request_id
        trail.note(ctx, tx, event, Outcome.DONE, trail.SYSTEM, reference=reference)
    return 1


def take_request(ctx: Context, tx: Transaction, request: CodeRequest, origin: NodeId, reference: str) -> None:
    """Note a municipality's request, at the centre; who answers it is decided later."""
    if request.municipality != origin.municipality:
        raise JukinetError(ErrorKind.FORBIDDEN, "A municipality asks for itself.")
    rows.receive(tx, request.request_id, request.municipality, request.count, ctx.now())
    trail.note(ctx, tx, AuditEvent.CODE_REQUEST_RECEIVED, Outcome.DONE, origin.uri, reference=reference)


def answer_waiting(ctx: Context) -> int:
    """The centre's worker answers what it may without a person; how many requests."""
    done = 0
    with ctx.begin() as tx:
        if not designation.pools_known(ctx, tx):
            return 0
        today, now = ctx.business_date(tx), ctx.now()
        for one in rows.lock_waiting(tx):
            where = one.municipality
            last = rows.last_answered(tx, where)
            if not ctx.is_connected(where.node_id) or not answers_itself(one.codes, last, at=now, on=today):
                continue
            if isinstance(designation.decide(ctx, tx, where, today), Refused):
                continue  # The centre does not do this work now, or not for this governor.
            designation.draw(
                ctx, tx, where, one.codes, on=today, operator=trail.SYSTEM, request_id=one.request_id
            )
            rows.answer(tx, one.request_id, now, by_person=False)
            event, reference = AuditEvent.CODES_DESIGNATED, where.node_id.text
            trail.note(ctx, tx, event, Outcome.DONE, trail.SYSTEM, reference=reference)
            done += 1
    return done


def list_requests(ctx: Context, claim: OperatorClaim) -> tuple[ReceivedRequest, ...] | Refused:
    """What waits at the centre for a person, the first that came first."""
    with ctx.begin() as tx:
        permission, event = Permission.NETWORK_POOL_DESIGNATE, AuditEvent.CODE_REQUESTS_READ
        act = acts.open_act(ctx, tx, claim, permission, event)
        return acts.look(act, lambda: tuple(rows.waiting(tx)))

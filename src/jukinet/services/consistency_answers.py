"""The consistency check at the node that is asked: digests of what it holds of the asking node's records.

Everything in one answer is from one snapshot, with the cursor of the asking node's identity lane in it. Nothing is
stored but the audit entry: a question asked again is read anew, so that no answer stands for a later state.
"""

from __future__ import annotations

from collections.abc import Sequence

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.messages import calls
from jukinet.messages.calls import Call
from jukinet.messages.consistency import MOST_PARKED, CheckAnswer, CheckQuestion
from jukinet.messages.keys import KeyUse
from jukinet.services import trail
from jukinet.services.context import Context
from jukinet.services.digests import Look, upward
from jukinet.store import consistency
from jukinet.store.consistency import Scope
from jukinet.store.database import Transaction

_REFUSALS = frozenset(
    {
        ErrorKind.MALFORMED,
        ErrorKind.TOO_LARGE,
        ErrorKind.INVALID,
        ErrorKind.UNAUTHENTIC,
        ErrorKind.EXPIRED,
        ErrorKind.FORBIDDEN,
    }
)
"""Errors by which a question itself is turned away."""


def answer_check(ctx: Context, peer: NodeId, envelope: bytes) -> bytes:
    """Answer a question of the check from a peer that TLS has proved; the sealed answer.

    Raises ``JukinetError`` as ``calls.open_call`` does; FORBIDDEN for a peer that does not report to this node.
    """
    try:
        return _answer(ctx, peer, envelope)
    except JukinetError as error:
        if error.kind in _REFUSALS:
            with ctx.begin() as tx:
                _note(ctx, tx, peer, Outcome.REFUSED, rules=(error.kind,))
        raise


def _answer(ctx: Context, peer: NodeId, envelope: bytes) -> bytes:
    if upward(peer) != ctx.node or not ctx.is_connected(peer):
        raise JukinetError(ErrorKind.FORBIDDEN, "Only a connected node that reports here may compare.")
    call = calls.open_call(envelope, ctx.directory().owned_key, sender=peer, receiver=ctx.node, now=ctx.now())
    question = _question(call)
    with ctx.begin() as tx:
        tx.freeze()
        look = Look(tx, Scope.of(peer), question.recompute)
        opened = tuple(look.open(prefix) for prefix in question.prefixes)
        listed = [one.prefix for one in opened if one.records is not None]
        parked = [code for one in listed for code in consistency.parked_codes(tx, one, MOST_PARKED)]
        answer = CheckAnswer(consistency.cursor(tx, peer), opened, tuple(parked[:MOST_PARKED]))
        _note(ctx, tx, peer, Outcome.DONE, reference=call.request_id)
    return calls.seal_answer(calls.answer_to(call, answer, ctx.now()), ctx.signers[KeyUse.ANSWER], call=call)


def _question(call: Call) -> CheckQuestion:
    if not isinstance(call.body, CheckQuestion):
        raise JukinetError(ErrorKind.UNAUTHENTIC, "The question is of another kind than its address.")
    return call.body


def _note(
    ctx: Context,
    tx: Transaction,
    peer: NodeId,
    outcome: Outcome,
    *,
    reference: str | None = None,
    rules: Sequence[str] = (),
) -> None:
    event = AuditEvent.CONSISTENCY_ANSWERED
    trail.note(ctx, tx, event, outcome, peer.uri, reference=reference, rules=tuple(rules))

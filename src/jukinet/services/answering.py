"""Answering another municipality's question: once, and the same bytes for ever after.

Owns what every kind of question shares: who may ask, the answer that is given again, the entries. What an answer says
is in ``copy_answers`` and ``particulars_answers``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain import matching
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import ResidentRecord
from jukinet.domain.municipality import NodeId
from jukinet.law.decisions import Decision, Refused
from jukinet.messages import calls
from jukinet.messages.calls import Call, Question, Reply
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind
from jukinet.services import trail
from jukinet.services.context import Context
from jukinet.store import inbox, lives
from jukinet.store.database import Transaction
from jukinet.store.inbox import AnsweredCall
from jukinet.store.residents import Held

Q = TypeVar("Q", bound=Question)


@dataclass(frozen=True, slots=True, repr=False)
class Prepared:
    """An answer that is decided and not yet signed, with what the audit log will say of it."""

    answer: Reply
    decision: Decision
    shown: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Answerer(Generic[Q]):
    """How one kind of question is answered, and under which events."""

    kind: CallKind
    question: type[Q]
    supplied: AuditEvent
    again: AuditEvent
    about: Callable[[Q], ResidentRecordCode]
    prepare: Callable[[Context, Transaction, Q], Prepared]


_REFUSALS = frozenset(
    {
        ErrorKind.MALFORMED,
        ErrorKind.TOO_LARGE,
        ErrorKind.INVALID,
        ErrorKind.UNAUTHENTIC,
        ErrorKind.EXPIRED,
        ErrorKind.FORBIDDEN,
        ErrorKind.CONFLICT,
    }
)
"""Errors by which a question itself is turned away."""


def answer(ctx: Context, peer: NodeId, envelope: bytes, how: Answerer[Q]) -> bytes:
    """Answer a question from a peer that TLS has proved; the sealed answer.

    Raises ``JukinetError`` as ``calls.open_call`` does; FORBIDDEN for a peer that is no connected municipality;
    CONFLICT where the id was used for another question. What is turned away is recorded as the peer's.
    """
    try:
        return _answer(ctx, peer, envelope, how)
    except JukinetError as error:
        if error.kind in _REFUSALS:
            with ctx.begin() as tx:
                trail.note(ctx, tx, how.supplied, Outcome.REFUSED, peer.uri, rules=(error.kind,))
        raise


def _answer(ctx: Context, peer: NodeId, envelope: bytes, how: Answerer[Q]) -> bytes:
    if peer.municipality is None or ctx.node.municipality is None or not ctx.is_connected(peer):
        raise JukinetError(ErrorKind.FORBIDDEN, "Only a connected municipality may ask this, and only here.")
    call = calls.open_call(envelope, ctx.directory().owned_key, sender=peer, receiver=ctx.node, now=ctx.now())
    question = call.body
    if call.kind is not how.kind or not isinstance(question, how.question):
        raise JukinetError(ErrorKind.UNAUTHENTIC, "The question is of another kind than its address.")
    digest = bytes.fromhex(call.question_digest())
    about = how.about(question)
    with ctx.begin() as tx:
        if not lives.is_live(tx, ctx.incarnation):
            # A document is made of the answer: not of yesterday's record.
            raise JukinetError(
                ErrorKind.UNAVAILABLE, "This node is recovering from a restore. Ask again later."
            )
        known = _known(ctx, tx, call, digest, how.again, about)
        if known is not None:
            return known
        prepared = how.prepare(ctx, tx, question)
    reply = calls.answer_to(call, prepared.answer, ctx.now())
    sealed = calls.seal_answer(reply, ctx.signers[KeyUse.ANSWER], call=call)
    try:
        with ctx.begin() as tx:
            answered = AnsweredCall(str(call.from_node), call.kind, digest, sealed)
            inbox.keep_call(tx, call.request_id, answered, ctx.now())
            _note(ctx, tx, call, prepared, how.supplied, about)
    except JukinetError as error:
        if error.kind is not ErrorKind.CONFLICT:
            raise
        # The same question was answered by another thread at the same moment: its bytes are the answer.
        with ctx.begin() as tx:
            known = _known(ctx, tx, call, digest, how.again, about)
        if known is None:
            raise
        return known
    return sealed


def _known(
    ctx: Context, tx: Transaction, call: Call, digest: bytes, again: AuditEvent, about: ResidentRecordCode
) -> bytes | None:
    """The answer that the question got before, given again: recorded as such, since its items leave again.

    The entries of the first answer, under the same reference, say who was shown or by which rule nobody was. The
    network door may not read them (it only adds to the log), so this one names whom the question names alone.
    """
    answered = inbox.answered_call(tx, call.request_id)
    if answered is None:
        return None
    if (answered.peer, answered.kind, answered.request_digest) != (str(call.from_node), call.kind, digest):
        raise JukinetError(ErrorKind.CONFLICT, "This request id was used for another request.")
    actor, reference = call.from_node.uri, call.request_id
    trail.note(ctx, tx, again, Outcome.DONE, actor, code=about, reference=reference)
    return answered.answer


def _note(
    ctx: Context,
    tx: Transaction,
    call: Call,
    prepared: Prepared,
    supplied: AuditEvent,
    about: ResidentRecordCode,
) -> None:
    """One entry a person who is shown; one alone where nobody is."""
    refused = isinstance(prepared.decision, Refused)
    nobody: list[tuple[ResidentRecordCode | None, str | None]] = [(about, None)]
    for code, resident_no in [(held.record.code, held.resident_no) for held in prepared.shown] or nobody:
        trail.note(
            ctx,
            tx,
            supplied,
            Outcome.REFUSED if refused else Outcome.DONE,
            call.from_node.uri,
            code=code,
            resident_no=resident_no,
            reference=call.request_id,
            rules=trail.rules_of(prepared.decision),
        )


def is_named(record: ResidentRecord, name: str) -> bool:
    """Whether a name as stated is one of the record's, after normalisation."""
    nickname = record.nickname.text if record.nickname else None
    keys = matching.name_keys(record.name.text, record.name.latin, nickname)
    return bool(set(matching.name_keys(name)) & set(keys))

"""Finding the code of who applies for a copy elsewhere: the question of a municipality, and a store's answer to it.

Who may be told is in ``jukinet.law.code_searches``. Nothing is stored but the entries of the log: a question that is
asked again is looked up anew, and the person finds each time in their own log who was told.
"""

from __future__ import annotations

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode, NodeId
from jukinet.law import code_searches as law
from jukinet.law.code_searches import Places
from jukinet.law.decisions import Refused
from jukinet.messages import calls
from jukinet.messages.calls import Call
from jukinet.messages.code_searches import CodeAnswer, CodeQuestion
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind
from jukinet.services import asking, trail
from jukinet.services.asking import NoteFailure
from jukinet.services.context import Context
from jukinet.store import identity, lives

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


def ask_code(
    ctx: Context, question: CodeQuestion, request_id: str, note_failure: NoteFailure
) -> ResidentRecordCode | None:
    """The code of the one person who fits, or None. Raises as ``asking.ask`` does."""
    places = _places(ctx, ctx.municipality, question.home)
    answer = asking.ask(ctx, law.who_tells(places), CallKind.CODE_SEARCH, request_id, question, note_failure)
    if not isinstance(answer, CodeAnswer):
        raise TypeError("an answer is read as its question's kind")
    return answer.code


def _places(ctx: Context, asker: MunicipalityCode, home: MunicipalityCode) -> Places:
    governor = ctx.directory().node(home.prefecture.node_id)
    return Places(asker.prefecture, home.prefecture, governor is not None and governor.delegates)


def answer_code_search(ctx: Context, peer: NodeId, envelope: bytes) -> bytes:
    """Answer a mayor's question; the sealed answer. ``peer``: the municipality, also where its governor brought it.

    Raises ``JukinetError`` as ``calls.open_call`` does; FORBIDDEN for what the law does not have told here.
    """
    try:
        return _answer(ctx, peer, envelope)
    except JukinetError as error:
        if error.kind in _REFUSALS:
            with ctx.begin() as tx:
                trail.note(ctx, tx, AuditEvent.CODE_TOLD, Outcome.REFUSED, peer.uri, rules=(error.kind,))
        raise


def _answer(ctx: Context, peer: NodeId, envelope: bytes) -> bytes:
    call = calls.open_call(envelope, ctx.directory().owned_key, sender=peer, receiver=ctx.node, now=ctx.now())
    question = _question(call)
    takes_part = peer.municipality is not None and ctx.is_connected(peer)
    places = _places(ctx, peer.municipality, question.home) if peer.municipality and takes_part else None
    decision = law.decide_telling(places, ctx.node)
    if isinstance(decision, Refused):
        raise JukinetError(ErrorKind.FORBIDDEN, " ".join(one.sentence for one in decision.failed))
    with ctx.begin() as tx:
        if not lives.is_live(tx, ctx.incarnation):
            raise JukinetError(
                ErrorKind.UNAVAILABLE, "This node is recovering from a restore. Ask again later."
            )
        codes = identity.codes_by_facts(tx, question.home, question.name, question.birth_date, question.sex)
        code = codes[0] if len(codes) == 1 else None
        trail.note(
            ctx,
            tx,
            AuditEvent.CODE_TOLD,
            Outcome.DONE if code else Outcome.NONE,
            peer.uri,
            code=code,
            reference=call.request_id,
            rules=decision.basis,
        )
    answer = calls.answer_to(call, CodeAnswer(code), ctx.now())
    return calls.seal_answer(answer, ctx.signers[KeyUse.ANSWER], call=call)


def _question(call: Call) -> CodeQuestion:
    if not isinstance(call.body, CodeQuestion):
        raise JukinetError(ErrorKind.UNAUTHENTIC, "The question is of another kind than its address.")
    return call.body

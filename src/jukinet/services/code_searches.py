"""Finding the code of who applies for a copy elsewhere: the question of a municipality, and a store's answer to it.

Who may be told is in ``jukinet.law.code_searches``. Nothing is stored but the entries of the log: a question that is
asked again is looked up anew, and the person finds each time in their own log who was told.
"""

from __future__ import annotations

from collections.abc import Collection

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode, NodeId, NodeRole, PrefectureCode
from jukinet.law import code_searches as law
from jukinet.law import serving_alone
from jukinet.law.centre import CentreWork
from jukinet.law.code_searches import Places
from jukinet.law.decisions import Decision, Refused
from jukinet.law.serving_alone import Work
from jukinet.messages import calls
from jukinet.messages.calls import Call
from jukinet.messages.code_searches import CodeAnswer, CodeQuestion
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind
from jukinet.services import asking, trail
from jukinet.services.asking import NoteFailure
from jukinet.services.context import Context
from jukinet.services.supply import deciding
from jukinet.store import alone, centre, identity, lives
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


def ask_code(
    ctx: Context, question: CodeQuestion, request_id: str, note_failure: NoteFailure
) -> ResidentRecordCode | None:
    """The code of the one person who fits, or None. Raises as ``asking.ask`` does."""
    places = _places(ctx.municipality, question.home, deciding.never_delegating(ctx))
    answer = asking.ask(ctx, law.who_tells(places), CallKind.CODE_SEARCH, request_id, question, note_failure)
    if not isinstance(answer, CodeAnswer):
        raise TypeError("an answer is read as its question's kind")
    return answer.code


def _places(
    asker: MunicipalityCode, home: MunicipalityCode, not_delegating: Collection[PrefectureCode]
) -> Places:
    return Places(asker.prefecture, home.prefecture, home.prefecture not in not_delegating)


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
    with ctx.begin() as tx:
        decision = _decide(ctx, tx, peer, question.home)
        if isinstance(decision, Refused):
            raise JukinetError(ErrorKind.FORBIDDEN, " ".join(one.sentence for one in decision.failed))
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


def _decide(ctx: Context, tx: Transaction, peer: NodeId, home: MunicipalityCode) -> Decision:
    """Whether a peer is told here, by what is recorded of the centre's works and by the Minister's notices."""
    on, role = ctx.business_date(tx), ctx.node.role
    # A municipality, which tells nobody, has no such records.
    state = deciding.AS_EVER if role is NodeRole.MUNICIPALITY else centre.state(tx)
    places = None
    if peer.municipality is not None and ctx.is_connected(peer):
        given_up = CentreWork.TABLE_4 in state.given_up(on)
        themselves = {home.prefecture} if given_up else deciding.not_delegating(ctx, on, state)
        places = _places(peer.municipality, home, themselves)
    return law.decide_telling(
        places,
        ctx.node,
        stopped=state.stopped(CentreWork.TABLE_4, on),
        notice=role is NodeRole.PREFECTURE and serving_alone.does(alone.running(tx), Work.TABLE_4, on),
    )


def _question(call: Call) -> CodeQuestion:
    if not isinstance(call.body, CodeQuestion):
        raise JukinetError(ErrorKind.UNAUTHENTIC, "The question is of another kind than its address.")
    return call.body

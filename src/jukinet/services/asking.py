"""Putting a question to another node while a person waits: the middle one of three steps, no transaction open.

Before it an act records its intent, after it the outcome. The question is valid for a minute and bears the act's own
id, so that asking again after a failure is known there as the same.
"""

from __future__ import annotations

from collections.abc import Callable

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId
from jukinet.messages import calls
from jukinet.messages.calls import Call, Question, Reply
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind
from jukinet.services.context import Context
from jukinet.store.database import Transaction

NoteFailure = Callable[[Transaction, ErrorKind], None]
"""Writes the entry of a question that came to nothing."""


def ask(
    ctx: Context, to: NodeId, kind: CallKind, request_id: str, question: Question, note_failure: NoteFailure
) -> Reply:
    """The verified answer. Raises what sending and verifying raise, once it is recorded."""
    now = ctx.now()
    call = Call(
        request_id=request_id,
        kind=kind,
        from_node=ctx.node,
        to_node=to,
        created=now,
        expires=now + calls.LIFETIME,
        body=question,
    )
    envelope = calls.seal_call(call, ctx.signers[KeyUse.STATEMENT])
    try:
        answer = ctx.peers.call(to, kind, envelope)
        return calls.open_answer(answer, ctx.directory().owned_key, call=call).body
    except JukinetError as error:
        with ctx.begin() as tx:
            note_failure(tx, error.kind)
        raise

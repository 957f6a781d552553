"""What answers a call, by its kind."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from jukinet.domain.municipality import NodeId
from jukinet.messages.kinds import CallKind
from jukinet.services import (
    code_searches,
    consistency_answers,
    copy_answers,
    line,
    merged,
    particulars_answers,
)
from jukinet.services.context import Context

_ANSWERS: MappingProxyType[CallKind, Callable[[Context, NodeId, bytes], bytes]] = MappingProxyType(
    {
        CallKind.NATIONWIDE_COPY: copy_answers.answer_copy_request,
        CallKind.MOVE_OUT_PARTICULARS: particulars_answers.answer_particulars,
        CallKind.CODE_SEARCH: code_searches.answer_code_search,
        CallKind.CONSISTENCY: consistency_answers.answer_check,
    }
)


def answer_call(ctx: Context, peer: NodeId, kind: CallKind, envelope: bytes) -> bytes:
    """Answer a call of a peer that TLS has proved; the sealed answer. Raises as the kind's own answer does."""
    with ctx.begin() as tx:
        line.require_open(ctx.node, tx, kind)
    if kind is not CallKind.CONSISTENCY:  # what it holds is compared until it is gone
        merged.require_standing(ctx)
    return _ANSWERS[kind](ctx, peer, envelope)

"""Who answers which kind of call: one table for the network door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from jukinet.domain.municipality import NodeId
from jukinet.messages.kinds import CallKind
from jukinet.services.context import Context
from jukinet.services.copy_answers import answer_copy_request
from jukinet.services.particulars_answers import answer_particulars

ANSWERED_BY: Mapping[CallKind, Callable[[Context, NodeId, bytes], bytes]] = MappingProxyType(
    {
        CallKind.NATIONWIDE_COPY: answer_copy_request,
        CallKind.MOVE_OUT_PARTICULARS: answer_particulars,
    }
)
"""Context, the peer as TLS proved it, and the envelope: the sealed answer."""

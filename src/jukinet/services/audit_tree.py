"""The tree over the audit log (RFC 6962): what is promised of entries that it has yet to take in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from jukinet.messages import promises
from jukinet.messages.keys import Signer
from jukinet.messages.promises import Promise
from jukinet.services.context import Context

BEHIND = timedelta(seconds=10)
"""Within this time a committed entry stands in the tree; who finds it later was promised too much: an alarm."""


def promise(ctx: Context, signer: Signer, leaves: Sequence[bytes]) -> list[Promise]:
    """Promise each of the leaves that one transaction has committed, under one signature."""
    log = promises.log_name(ctx.node, ctx.incarnation)
    return promises.promise(signer, log, leaves, ctx.now() + BEHIND)

"""What a node does of itself when its time has come: one list for the worker, by the node's role."""

from __future__ import annotations

from jukinet.domain.municipality import NodeRole
from jukinet.services import card_statuses, code_requests, departures, designation
from jukinet.services.context import Context
from jukinet.services.one_by_one import Stuck
from jukinet.store import lives


def work(ctx: Context, stuck: Stuck | None = None) -> int:
    """Do what is due; how many steps were taken. ``stuck``: see ``one_by_one.work``."""
    with ctx.begin() as tx:
        if not lives.is_live(tx, ctx.incarnation):
            return 0  # A node that recovers from a restore only reads.
    match ctx.node.role:
        case NodeRole.MUNICIPALITY:
            return departures.complete_due_move_outs(ctx, stuck)
        case NodeRole.NATIONAL:
            return (
                card_statuses.pass_on(ctx) + designation.renew_pools(ctx) + code_requests.answer_waiting(ctx)
            )
        case _:
            return 0

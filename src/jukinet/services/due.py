"""What a node does of itself when its time has come: one list for the worker, by the node's role."""

from __future__ import annotations

from jukinet.domain.municipality import NodeRole
from jukinet.services import card_statuses, code_requests, departures
from jukinet.services.context import Context


def work(ctx: Context, stuck: set[str] | None = None) -> int:
    """Do what is due; how many steps were taken. ``stuck``: see ``departures.complete_due_move_outs``."""
    match ctx.node.role:
        case NodeRole.MUNICIPALITY:
            return departures.complete_due_move_outs(ctx, stuck)
        case NodeRole.NATIONAL:
            return card_statuses.pass_on(ctx) + code_requests.answer_waiting(ctx)
        case _:
            return 0

"""What the law says of a request at this node, whichever way it came: one by one, or by the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jukinet.domain.municipality import OrganSlug
from jukinet.law import serving_alone
from jukinet.law import supply as law_supply
from jukinet.law.catalogue import QueryKind, place_of
from jukinet.law.decisions import Decision
from jukinet.law.serving_alone import Alone
from jukinet.law.supply import SupplyRequest
from jukinet.services.context import Context


def by_law(
    ctx: Context, organ: OrganSlug, affair: str, by: QueryKind, on: date, notices: Sequence[Alone]
) -> Decision:
    """The decision of ``jukinet.law.supply`` for this node. ``notices``: the Minister's, at a governor's node."""
    own = ctx.directory().node(ctx.node)
    place = place_of(affair)
    return law_supply.decide(
        SupplyRequest(
            organ=organ,
            affair=affair,
            by=by,
            on=on,
            serving=ctx.node.role,
            # A governor of whom the directory says nothing supplies nothing by himself.
            delegating=own is None or own.delegates,
            emergency_notice=place is not None and serving_alone.serves(notices, place[0], on),
        )
    )

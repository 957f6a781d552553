"""What the law says of a request at this node, whichever way it came: one by one, or by the file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from jukinet.domain.municipality import OrganSlug, PrefectureCode
from jukinet.law import serving_alone
from jukinet.law import supply as law_supply
from jukinet.law.catalogue import Affair, Asker, QueryKind, table_of
from jukinet.law.decisions import Decision
from jukinet.law.serving_alone import Alone
from jukinet.law.supply import SupplyRequest
from jukinet.services.context import Context


def by_law(
    ctx: Context,
    organ: OrganSlug,
    affair: str,
    by: QueryKind,
    on: date,
    notices: Sequence[Alone],
    *,
    through: OrganSlug | None = None,
    ordinances: Collection[Affair] = (),
    consented_on: date | None = None,
    by_line: bool = True,
) -> Decision:
    """The decision of ``jukinet.law.supply`` for this node. ``notices``: the Minister's, at a governor's node.

    ``through``: the governor who hands the request on for the organ. ``ordinances``: what those of his prefecture let
    be asked for at his node.
    """
    own = ctx.directory().node(ctx.node)
    table = table_of(affair)
    return law_supply.decide(
        SupplyRequest(
            organ=asker(ctx, organ),
            through=asker(ctx, through) if through is not None else None,
            affair=affair,
            by=by,
            on=on,
            serving=ctx.node,
            # A governor of whom the directory says nothing supplies nothing by himself.
            delegating=own is None or own.delegates,
            emergency_notice=table is not None and serving_alone.serves(notices, table, on),
            consented_on=consented_on,
            by_line=by_line,
        ),
        ordinances=ordinances,
    )


def left_out(ctx: Context, organ: OrganSlug, affair: str) -> PrefectureCode | None:
    """The prefecture whose people are no part of an answer to the organ."""
    if table_of(affair) is None:
        return None
    return law_supply.left_out(ctx.node, affair, asker(ctx, organ).seat)


def asker(ctx: Context, slug: OrganSlug) -> Asker:
    """The organ as the law sees it; of one that the directory lacks nothing is known but its name."""
    entry = ctx.directory().organ(slug)
    return Asker(slug, frozenset(entry.acts_as), entry.seat) if entry else Asker(slug)

"""What the law says of a request at this node, whichever way it came: one by one, or by the file."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from jukinet.domain.municipality import NodeRole, OrganSlug, PrefectureCode
from jukinet.law import serving_alone
from jukinet.law import supply as law_supply
from jukinet.law.catalogue import Affair, Asker, QueryKind, table_of
from jukinet.law.centre import WORK_OF_TABLE, CentreState, CentreWork
from jukinet.law.decisions import Decision
from jukinet.law.serving_alone import Alone
from jukinet.law.supply import SupplyRequest
from jukinet.services.context import Context

AS_EVER = CentreState()


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
    special_request: bool = False,
    centre: CentreState = AS_EVER,
) -> Decision:
    """The decision of ``jukinet.law.supply`` for this node. ``notices``: the Minister's, at a governor's node.

    ``through``: the governor who hands the request on for the organ. ``ordinances``: what those of his prefecture let
    be asked for at his node. ``centre``: what its works are on that day.
    """
    table = table_of(affair)
    return law_supply.decide(
        SupplyRequest(
            organ=asker(ctx, organ),
            through=asker(ctx, through) if through is not None else None,
            affair=affair,
            by=by,
            on=on,
            serving=ctx.node,
            delegating=delegates(ctx, on, centre, WORK_OF_TABLE.get(table or 0)),
            emergency_notice=table is not None and serving_alone.serves(notices, table, on),
            consented_on=consented_on,
            by_line=by_line,
            special_request=special_request,
            stopped=table in centre.stopped_tables(on),
        ),
        ordinances=ordinances,
    )


def delegates(ctx: Context, on: date, centre: CentreState, work: CentreWork | None = None) -> bool:
    """Whether this node's governor lets the centre do a work on a day (None: any work at all).

    One whom the directory lacks supplies nothing himself. What the centre does no more for good, nobody lets it do.
    """
    own, does = ctx.directory().node(ctx.node), frozenset(CentreWork) - centre.given_up(on)
    if not (does if work is None else work in does):
        return False
    return own is None or (own.delegates and ctx.node.prefecture not in centre.released(on))


def left_out(
    ctx: Context, organ: OrganSlug, affair: str, on: date, centre: CentreState
) -> frozenset[PrefectureCode]:
    """The prefectures whose people are no part of an answer to the organ."""
    return law_supply.left_out(ctx.node, affair, asker(ctx, organ).seat, not_delegating(ctx, on, centre))


def not_delegating(ctx: Context, on: date, centre: CentreState) -> frozenset[PrefectureCode]:
    """The prefectures whose governors do the centre's work themselves on a day."""
    return never_delegating(ctx) | centre.released(on)


def never_delegating(ctx: Context) -> frozenset[PrefectureCode]:
    """Those of whom the directory says so: all that a municipality knows of it."""
    found = (
        one.id.prefecture
        for one in ctx.directory().nodes
        if one.role is NodeRole.PREFECTURE and not one.delegates
    )
    return frozenset(filter(None, found))


def asker(ctx: Context, slug: OrganSlug) -> Asker:
    """The organ as the law sees it; of one that the directory lacks nothing is known but its name."""
    entry = ctx.directory().organ(slug)
    return Asker(slug, frozenset(entry.acts_as), entry.seat) if entry else Asker(slug)

"""When the worker compares: some times a day by kept digests, once a night from the rows.

Each node at moments of its own: the municipalities of a prefecture do not all come at once.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, time, timedelta

from jukinet.domain.municipality import NodeId
from jukinet.services.context import JAPAN, Context
from jukinet.store import differences

OWN = "own"
"""What a check is called that compares a node with itself."""

EVERY = timedelta(hours=6)
NIGHT_FROM = time(1, 0, tzinfo=JAPAN)
NIGHT = timedelta(hours=4)
"""Comparisons from the rows are made at night, from one to five in Japan."""
LATEST = timedelta(days=2)


def claim(ctx: Context, partner: NodeId | None) -> tuple[str, bool] | None:
    """With whom to compare now, and whether from the rows; planned anew, so that nobody else does the same."""
    wanted = [(OWN, True)]
    if partner is not None:
        wanted += [(str(partner), False), (str(partner), True)]
    now = ctx.now()
    with ctx.begin() as tx:
        for against, recompute in wanted:
            differences.plan(tx, against, _next(ctx, now, recompute=recompute), recomputed=recompute)
        partners = [against for against, _ in wanted]
        due = differences.lock_due(tx, partners, now, now + LATEST)
        if due is not None:
            against, recompute = due
            differences.put_off(tx, against, _next(ctx, now, recompute=recompute), recomputed=recompute)
        return due


def look_again(ctx: Context, against: str, after: timedelta, *, recompute: bool) -> None:
    """Compare once more as soon as what was seen may count."""
    with ctx.begin() as tx:
        next_at = ctx.now() + after + timedelta(seconds=1)
        differences.put_off(tx, against, next_at, recomputed=recompute)


def _next(ctx: Context, now: datetime, *, recompute: bool) -> datetime:
    """The node's own moment: within the next interval, or within the night that comes."""
    share = int.from_bytes(hashlib.sha256(str(ctx.node).encode()).digest()[:4], "big") / 2**32
    if not recompute:
        return now + EVERY / 2 + EVERY / 2 * share
    moment = datetime.combine(now.astimezone(JAPAN).date(), NIGHT_FROM) + NIGHT * share
    return moment if moment > now else moment + timedelta(days=1)

"""What a node compares in itself, always from the rows: a register with what it sent, a store with its own digests.

A municipality's register and its sent copies are written by one transaction, and read here in one statement: nothing is
ever on its way between them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from jukinet.domain.municipality import NodeRole
from jukinet.messages.consistency import BELOW
from jukinet.services.context import Context
from jukinet.store import consistency
from jukinet.store.consistency import Scope
from jukinet.store.database import Transaction
from jukinet.store.differences import Kind, Seen

MOST = 1000
"""Differences that one check names: who has more has another trouble than single records."""


@dataclass
class Found:
    """What a comparison has come to so far."""

    seen: dict[tuple[str, str], Seen] = field(default_factory=dict)
    moving: set[str] = field(default_factory=set)
    records: int = 0
    unread: int = 0
    size: int = 0
    opened: int = 0

    def name(self, one: Seen) -> None:
        """Note a difference by name or, beyond the most, among those that were not read."""
        if len(self.seen) < MOST:
            self.seen[one.municipality, one.code] = one
        else:
            self.unread += 1


def compare(ctx: Context, found: Found) -> None:
    """Note every record of this node that does not agree with what it keeps of it itself."""
    if ctx.node.role is NodeRole.MUNICIPALITY:
        with ctx.begin() as tx:
            tx.freeze()
            _compare_register(tx, ctx.municipality.text, found)
    else:
        nodes = ctx.directory().nodes
        known = [one.id.municipality.text for one in nodes if one.id.municipality is not None]
        # In parts: each a transaction of some seconds, also where a hundred million records are held.
        for prefix in BELOW:
            with ctx.begin() as tx:
                tx.freeze()
                _compare_rows(tx, Scope.of(ctx.node), known, prefix, found)


def _compare_register(tx: Transaction, here: str, found: Found) -> None:
    found.records = consistency.count_registered(tx)
    for one in consistency.register_differences(tx, MOST + 1):
        if one.registered and one.sent:
            kind = Kind.DIFFERS
        else:
            kind = Kind.MISSING_THERE if one.registered else Kind.MISSING_HERE
        found.name(Seen(here, one.code, kind, one.items))


def _compare_rows(tx: Transaction, scope: Scope, known: list[str], prefix: str, found: Found) -> None:
    found.records += consistency.count(tx, prefix)
    most = MOST + 1 - len(found.seen)
    for municipality, code, altered in consistency.altered(tx, scope, known, prefix, most):
        found.name(Seen(municipality, code, Kind.ALTERED if altered else Kind.STRAY))

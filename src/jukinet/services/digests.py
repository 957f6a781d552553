"""What a node holds live, opened range by range: by digests kept with the rows, or computed from them."""

from __future__ import annotations

from dataclasses import dataclass

from jukinet.domain.municipality import NATIONAL, NodeId, NodeRole
from jukinet.messages.consistency import LISTED, Listed, Opened
from jukinet.store import consistency
from jukinet.store.consistency import Line, Ranges, Scope
from jukinet.store.database import Transaction


def upward(node: NodeId) -> NodeId | None:
    """The node to which another reports, and with which it compares; None for the centre."""
    match node.role:
        case NodeRole.MUNICIPALITY:
            return node.prefecture.node_id if node.prefecture else None
        case NodeRole.PREFECTURE:
            return NATIONAL
        case NodeRole.NATIONAL:
            return None


@dataclass(frozen=True, slots=True)
class Look:
    """A look at the records of a scope in one transaction."""

    tx: Transaction
    scope: Scope
    recompute: bool

    def ranges(self, prefix: str) -> Ranges:
        """The ranges two digits longer than the prefix."""
        return consistency.ranges(self.tx, self.scope, prefix, recompute=self.recompute)

    def lines(self, prefix: str, most: int) -> list[Line]:
        """The records that begin with the prefix, ``most`` of them."""
        return consistency.lines(self.tx, self.scope, prefix, most, recompute=self.recompute)

    def open(self, prefix: str) -> Opened:
        """Behind the prefix its ranges or, where few records are left, every record."""
        ranges = self.ranges(prefix)
        if sum(found.records for found in ranges.values()) > LISTED:
            return Opened(prefix, digests(ranges))
        lines = self.lines(prefix, LISTED)
        return Opened(prefix, records=tuple(_listed(line) for line in lines))


def digests(ranges: Ranges) -> dict[str, bytes]:
    return {start: found.digest for start, found in ranges.items()}


def _listed(line: Line) -> Listed:
    return Listed(line.municipality, line.code, line.digest)

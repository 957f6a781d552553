"""How a node is, in numbers that name nobody, for metrics and status. Nobody is asked for: looking is not recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from jukinet.domain.municipality import NodeId, NodeRole
from jukinet.messages.directory import Directory
from jukinet.messages.kinds import Stream
from jukinet.services import code_stock, consistency, consistency_schedule, outgoing, recovery
from jukinet.services.code_stock import Stock
from jukinet.services.context import Context
from jukinet.services.recovery import Recovering
from jukinet.store import alone, audit_tree, differences, line, lost
from jukinet.store import consistency as copies
from jukinet.store import vitals as rows
from jukinet.store.consistency import Checked
from jukinet.store.database import Transaction
from jukinet.store.line import Line
from jukinet.store.vitals import LaneIn, LaneOut, Waiting

NOTHING = Waiting(0, None)


@dataclass(frozen=True, slots=True)
class Vitals:
    """One look at the node's database. ``at`` is the node's clock."""

    at: datetime
    lanes_out: tuple[LaneOut, ...]
    lanes_in: tuple[LaneIn, ...]
    unprepared: Waiting
    parked: Mapping[Stream, Waiting]
    line: Line
    """What of its line to the network the node has cut itself."""
    differing: int
    """Records that confirmed checks found to differ from another node's."""
    stock: Stock | None
    """Of codes; None at a node that gives none."""
    directory: Directory
    audit_entries: int
    log: Waiting = NOTHING
    """Audit entries that the tree of the log has yet to take in."""
    log_size: int = 0
    log_window_ms: int = 0
    """How old the oldest entry was that the tree took in last."""
    contradicted: tuple[str, ...] = ()
    """Nodes whose log, of which this one is a witness, contradicts what it had seen."""
    unpublished: tuple[int, ...] = ()
    """Notices of the Minister that a governor has still to make public (Art. 30-27(3)), by their numbers here."""
    held: Waiting = NOTHING
    """Statements of kinds that are sent by hand, which nobody has let go."""
    recovering: Recovering | None = None
    """After a restore, until its peers have told what it lost."""
    silent: Mapping[NodeId, Waiting] = field(default_factory=dict)
    """What waits for a peer that has not shaken hands with this life; of a node that recovers, nothing."""
    checks: tuple[Checked, ...] = ()
    """Comparisons that this node makes now, and how the last of each ended."""
    lost_acts: int = 0
    """What an earlier life said and the register lacks, for a person to enter again or to confirm."""

    @property
    def unsent(self) -> int:
        """How many statements have not reached their next hop."""
        return self.held.count + self.unprepared.count + sum(lane.waiting for lane in self.lanes_out)

    @property
    def parked_count(self) -> int:
        return sum(one.count for one in self.parked.values())

    @property
    def halted(self) -> tuple[str, ...]:
        lanes: tuple[LaneOut | LaneIn, ...] = (*self.lanes_out, *self.lanes_in)
        return tuple(f"{lane.peer} {lane.stream}" for lane in lanes if lane.halted)

    @property
    def failing(self) -> tuple[str, ...]:
        return tuple(f"{lane.peer} {lane.stream}" for lane in self.lanes_out if lane.failures)


def look(ctx: Context) -> Vitals:
    """Everything in one transaction, as the office's role. Raises CONFIGURATION where no directory is held."""
    directory = ctx.directory()
    with ctx.begin() as tx:
        recovers = recovery.recovering(ctx, tx)
        waits = rows.unprepared(tx, ctx.incarnation)
        return Vitals(
            at=ctx.now(),
            lanes_out=_due(ctx, tx, rows.lanes_out(tx), recovers),
            lanes_in=rows.lanes_in(tx),
            # A node that recovers says nothing yet: what waits, waits for no worker.
            unprepared=replace(waits, since=None) if recovers else waits,
            held=rows.held(tx),
            recovering=recovers,
            silent={} if recovers else rows.silent(tx, ctx.incarnation),
            lost_acts=lost.count_open(tx),
            parked=rows.parked(tx),
            line=line.present(tx),
            differing=differences.confirmed(tx),
            checks=() if recovers or not ctx.is_connected(ctx.node) else _checks(ctx, tx),
            stock=code_stock.stock_in(ctx, tx) if ctx.node.municipality else None,
            directory=directory,
            audit_entries=rows.audit_entries(tx),
            log=audit_tree.unsequenced(tx),
            log_size=head.size if (head := audit_tree.head(tx)) else 0,
            log_window_ms=head.window_ms if head else 0,
            contradicted=audit_tree.refused(tx),
            unpublished=alone.unpublished(tx) if ctx.node.role is NodeRole.PREFECTURE else (),
        )


def _checks(ctx: Context, tx: Transaction) -> tuple[Checked, ...]:
    """Those that the worker makes: with itself from the rows, and both with the node that this one reports to."""
    above = str(consistency.compared_with(ctx, tx))
    made = {(consistency_schedule.OWN, True), (above, False), (above, True)}
    return tuple(one for one in copies.last_checks(tx) if (one.against, one.recomputed) in made)


def _due(
    ctx: Context, tx: Transaction, lanes: tuple[LaneOut, ...], recovers: Recovering | None
) -> tuple[LaneOut, ...]:
    """The lanes; no peer is behind with what is kept here.

    By a municipality that left, a governor who delegates no more, or a node that recovers.
    """
    if recovers or not ctx.is_connected(ctx.node):
        return tuple(replace(lane, since=None) for lane in lanes)
    kept = outgoing.kept_here(ctx, tx)
    return tuple(replace(one, since=None) if (one.peer, one.stream) in kept else one for one in lanes)

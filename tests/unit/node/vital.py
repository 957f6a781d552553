"""A node's vitals, made by hand: well, and with one thing after another that is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from jukinet.domain.line import LineState
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages.kinds import Stream
from jukinet.services.code_stock import Stock
from jukinet.services.recovery import Recovering
from jukinet.services.vitals import Vitals
from jukinet.store.consistency import Checked
from jukinet.store.line import Line
from jukinet.store.vitals import LaneIn, LaneOut, Waiting
from jukinet.testing.federation import make_directory

KUNI, TOKYO = NodeId("muni-132152"), NodeId("pref-13")
NOW = datetime(2013, 7, 8, 6, 0, tzinfo=UTC)
LANE = LaneOut(TOKYO, Stream.IDENTITY, 0, 41, None, 0, None, halted=False)
WELL = Vitals(
    at=NOW,
    line=Line(),
    lanes_out=(LANE,),
    lanes_in=(LaneIn(NATIONAL, Stream.POOL, 7, halted=False),),
    unprepared=Waiting(0, None),
    parked={},
    differing=0,
    stock=Stock(free=50, level=10, low=False),
    directory=make_directory((NATIONAL, TOKYO, KUNI), issued_at=NOW - timedelta(hours=2)),
    audit_entries=1234,
    checks=(
        Checked("own", recomputed=True, since=NOW - timedelta(hours=25), unread=0),
        Checked("pref-13", recomputed=False, since=NOW - timedelta(hours=5), unread=0),
    ),
)
ENDS = {
    "tls": NOW + timedelta(days=60),
    "ca": NOW + timedelta(days=900),
    "statement": NOW + timedelta(days=300),
}


def ago(**long: float) -> datetime:
    return NOW - timedelta(**long)


def lane(**changes: Any) -> Vitals:
    """A node with one lane that is as said."""
    return replace(WELL, lanes_out=(replace(LANE, **changes),))


ILL: dict[str, Vitals] = {
    "line-cut": replace(WELL, line=Line(LineState.IDENTITY, ago(hours=1), "a drill", 1)),
    "recovering": replace(WELL, recovering=Recovering(ago(hours=1), (TOKYO, NATIONAL))),
    "lost-acts": replace(WELL, lost_acts=2),
    "lane-halted": lane(halted=True, problem="halted"),
    "lane-halted-in": replace(
        WELL, lanes_in=(LaneIn(NATIONAL, Stream.POOL, 7, halted=True, problem="origin-number"),)
    ),
    "lane-behind": lane(waiting=12, since=ago(minutes=20), failures=9, problem="unavailable"),
    "statements-parked": replace(WELL, parked={Stream.MOVE: Waiting(2, ago(days=1))}),
    "records-differ": replace(WELL, differing=2),
    "check-unread": replace(
        WELL, checks=(Checked("pref-13", recomputed=False, since=ago(hours=3), unread=41),)
    ),
    "check-late": replace(
        WELL, checks=(Checked("pref-13", recomputed=False, since=ago(hours=13), unread=0),)
    ),
    "check-late-in": replace(WELL, checks=(Checked("own", recomputed=True, since=ago(hours=49), unread=0),)),
    "outbox-behind": replace(WELL, unprepared=Waiting(3, ago(minutes=16))),
    "peer-silent": replace(WELL, silent={TOKYO: Waiting(3, ago(minutes=20))}),
    "statements-held": replace(WELL, held=Waiting(3, ago(hours=2))),
    "log-behind": replace(WELL, log=Waiting(40, ago(seconds=35))),
    "log-contradicted": replace(WELL, contradicted=("muni-132152",)),
    "directory-old": replace(WELL, directory=replace(WELL.directory, issued_at=ago(hours=25))),
    "codes-low": replace(WELL, stock=Stock(free=3, level=10, low=True)),
}
"""What is wrong by the page that says what to do."""

"""What an operator is to attend to at a node, the worst first, each with what to do. No sentence names a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from jukinet.domain.line import LineState
from jukinet.messages.directory import Directory, is_stale
from jukinet.node.expiry import CA, TLS
from jukinet.services import audit_tree, consistency_schedule, lanes
from jukinet.services.consistency_schedule import OWN
from jukinet.services.vitals import Vitals
from jukinet.store.line import Line
from jukinet.store.vitals import LaneIn, LaneOut

BEHIND = timedelta(minutes=15)
"""Even without a failure, a peer that lacks a statement for longer than this is worth a look."""

LATE, LATE_NIGHTS = 2 * consistency_schedule.EVERY, timedelta(days=2)
"""After how long a comparison that does not come to its end is worth a look: by day, and from the rows at night."""

_NAMED = 3
"""Peers that are named in one sentence: the centre waits for every prefecture."""

EXPIRES_SOON = timedelta(days=14)
"""How long before its end a certificate or key is to be renewed."""


def to_attend(found: Vitals, ends: Mapping[str, datetime]) -> tuple[str, ...]:
    """What a person is to see to. ``ends``: when certificates and keys end, by their names in ``node.expiry``."""
    return (
        *_cut(found.line),
        *_recovering(found),
        *_contradicted(found),
        *_halted(found),
        *_ended(ends, found.at),
        *_unpublished(found),
        *_lost(found),
        *_parked(found),
        *_differing(found),
        *_unchecked(found),
        *_late(found),
        *_held(found),
        *_log_behind(found),
        *_stale(found.directory, found.at),
        *_few_codes(found),
        *_ending(ends, found.at),
    )


def _cut(line: Line) -> list[str]:
    if line.state is LineState.OPEN or line.since is None:
        return []
    what = f"its line is cut since {minute(line.since)}: {line.state.words}. Reason: {line.reason}"
    return [f"{what} (when it is over: jukinet network restore)"]


def _recovering(found: Vitals) -> list[str]:
    if found.recovering is None:
        return []
    what = f"it was put back, and only reads since {minute(found.recovering.since)}"
    missing = found.recovering.missing
    if not missing:
        return [f"{what}: see whether its worker runs"]
    named = ", ".join(map(str, missing[:_NAMED]))
    more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
    return [f"{what}: it waits for {named}{more} (jukinet recovery status)"]


def _lost(found: Vitals) -> list[str]:
    if not found.lost_acts:
        return []
    return [f"acts that a restore lost wait for a person: {found.lost_acts} (jukinet recovery list)"]


def _held(found: Vitals) -> list[str]:
    since = found.held.since
    if since is None or found.at - since <= BEHIND:
        return []
    what = f"{counted(found.held.count)} of a kind sent by hand held since {minute(since)}"
    return [f"{what} (jukinet network let-go, or automatic)"]


def _contradicted(found: Vitals) -> list[str]:
    return [
        f"the log of {node} contradicts what was seen of it as a witness (jukinet audit witnessed)"
        for node in found.contradicted
    ]


def _log_behind(found: Vitals) -> list[str]:
    since = found.log.since
    if since is None or found.at - since <= audit_tree.BEHIND:
        return []
    seconds = int((found.at - since).total_seconds())
    return [
        f"the tree of its audit log is {seconds} s behind, {found.log.count} entries (see whether its worker runs)"
    ]


def _unpublished(found: Vitals) -> list[str]:
    return [
        f"notice {number} of the Minister, or its end, is not made public yet (jukinet network alone publish)"
        for number in found.unpublished
    ]


def _halted(found: Vitals) -> list[str]:
    ends: tuple[LaneOut | LaneIn, ...] = (*found.lanes_out, *found.lanes_in)
    return [
        f"its lane {'to' if isinstance(lane, LaneOut) else 'from'} {lane.peer} ({lane.stream}) is halted:"
        f" {lanes.first_step(lane.problem)}"
        for lane in ends
        if lane.halted
    ]


def _parked(found: Vitals) -> list[str]:
    if not found.parked_count:
        return []
    return [f"{counted(found.parked_count)} parked, for a person to see to (jukinet network parked)"]


def _differing(found: Vitals) -> list[str]:
    if not found.differing:
        return []
    return [f"{found.differing} records differ from another node's (jukinet consistency list)"]


def _unchecked(found: Vitals) -> Iterator[str]:
    for one in found.checks:
        whom = "itself" if one.against == OWN else one.against
        if one.unread:
            yield f"so much differs from {whom} that not all of it was named (jukinet consistency check)"
        late = LATE_NIGHTS if one.recomputed else LATE
        if found.at - one.since > late:
            how = "from the rows " if one.recomputed else ""
            what = f"no comparison {how}with {whom} came to its end since {minute(one.since)}"
            yield f"{what} (jukinet consistency check{' --recompute' if one.recomputed else ''})"


def _late(found: Vitals) -> Iterator[str]:
    for lane in behind(found):
        yield (
            f"{lane.peer} lacks {counted(lane.waiting)} ({lane.stream}) since {minute(lane.since)},"
            f" last problem {lane.problem or 'none'}: {_what_to_do(lane)}"
        )
    for peer, waits in found.silent.items():
        if waits.since is not None and found.at - waits.since > BEHIND:
            what = f"{counted(waits.count)} for {peer} since {minute(waits.since)}"
            yield (
                f"{what}: it has not shaken hands since this node was put back (look at that node, then at the line to"
                " it)"
            )
    late = found.unprepared
    if late.since is not None and found.at - late.since > BEHIND:
        yield f"{counted(late.count)} unsigned since {minute(late.since)}: see what its worker's log says"


def behind(found: Vitals) -> list[LaneOut]:
    """Lanes whose peer lacks something for long, or after a failed attempt; the longest first."""
    late = [
        lane
        for lane in found.lanes_out
        if lane.since is not None and (lane.failures or found.at - lane.since > BEHIND)
    ]
    return sorted(late, key=lambda lane: lane.since or found.at)


def counted(statements: int) -> str:
    return f"{statements} statement" + ("" if statements == 1 else "s")


def minute(moment: datetime | None) -> str:
    """A moment in UTC, to the minute."""
    return "?" if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")


def _what_to_do(lane: LaneOut) -> str:
    if lane.halted:
        return "see its halted lane first"
    return "see whether its worker runs" if lane.problem is None else lanes.first_step(lane.problem)


def _stale(held: Directory, now: datetime) -> list[str]:
    if not is_stale(held, now):
        return []
    what = f"its directory, version {held.version}, is older than a day, so nobody new is let in"
    return [f"{what} (at the centre: jukinet pki directory)"]


def _ended(ends: Mapping[str, datetime], now: datetime) -> list[str]:
    return [f"{_named(name)} ended on {_day(end)}: renew it" for name, end in ends.items() if end <= now]


def _ending(ends: Mapping[str, datetime], now: datetime) -> list[str]:
    soon = sorted((end, name) for name, end in ends.items() if now < end <= now + EXPIRES_SOON)
    return [f"{_named(name)} ends on {_day(end)}: renew it" for end, name in soon]


def _named(name: str) -> str:
    known = {TLS: "its certificate (jukinet pki renew)", CA: "the authority's certificate"}
    return known.get(name) or f"its {name} key (jukinet pki rotate)"


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _few_codes(found: Vitals) -> list[str]:
    if found.stock is None or not found.stock.low:
        return []
    return [f"only {found.stock.free} codes are left in its pool (at the centre: jukinet code designate)"]

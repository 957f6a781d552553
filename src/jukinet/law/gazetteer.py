"""Addresses against the municipality's own gazetteer: resident-record specification 1.3.2, 1.3.3.

Owns what is asked of an address that is entered here. A choice of the office, not of the law: what a person must notify
is where they live (Act Arts. 22, 23), whatever a table says, so an operator who has looked may enter it all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jukinet.domain.gazetteer import TownArea
from jukinet.law.decisions import Decision, FailedRule, Permitted, Remark, judge, policy
from jukinet.law.edition import require_date

_SOURCE = "Resident-record specification 1.3.3"
_LOTS = "Resident-record specification 1.3.2"

GZ1 = policy(
    "GZ1",
    _SOURCE,
    "The gazetteer has no town area that the address begins with. Look at it; confirm to enter it all the same.",
)
GZ2 = policy(
    "GZ2",
    _SOURCE,
    "The town area of the address ended before that day, or begins after it. Look at both; confirm to enter it.",
)
OF1 = policy(
    "OF1",
    _LOTS,
    "The gazetteer lists the lots of the town area, and none of them on that day is that of the address. Look at it;"
    " confirm to enter it all the same.",
)

CONFIRMED = Remark(
    _SOURCE, "The gazetteer does not have the address on that day. It was confirmed and entered."
)


def decide_town(
    areas: Sequence[TownArea], *, since: date, confirmed: bool, on: date, lot_holds: bool = True
) -> Decision:
    """Whether an address may be entered that these town areas cover: GZ1, GZ2, OF1.

    ``since``: from when one lives there. ``lot_holds``: the lots of the area that holds are not listed, or one of those
    that hold on that day is the address's.
    """
    require_date(on)
    holds = any(area.holds(since) for area in areas)
    if confirmed:
        return Permitted((), () if holds and lot_holds else (CONFIRMED,))
    return judge((GZ1, bool(areas)), (GZ2, holds or not areas), (OF1, lot_holds), basis=())


RULES: tuple[FailedRule, ...] = (GZ1, GZ2, OF1)

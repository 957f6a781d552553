"""Days that are stated as partly unknown, or on no calendar day: specification 1.1.8.

Owns what such a statement must be: one of a day that the record keeps, which it allows. That the koseki has it so is
the clerk's to see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import StatedDays
from jukinet.law.decisions import Decision, FailedRule, judge, policy

DY1 = policy(
    "DY1",
    "Resident-record specification 1.1.8",
    "The day as stated does not allow the whole day that is kept, or none is. Check both.",
)


def decide_stated(stated: StatedDays, days: Mapping[str, date | None]) -> Decision:
    """Whether days may be stated so of a record with these whole days: DY1."""
    said = ((getattr(stated, one.name), days.get(one.name)) for one in fields(stated))
    fits = all(day is not None and as_said.allows(day) for as_said, day in said if as_said is not None)
    return judge((DY1, fits), basis=())


def decide_event(stated: PartialDate | None, day: date) -> Decision:
    """The same of the day of an event: DY1."""
    return decide_stated(StatedDays(ended_on=stated), {"ended_on": day})


RULES: tuple[FailedRule, ...] = (DY1,)

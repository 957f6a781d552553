"""The day of a notification, where a filing names none: today (specification 4.1.0.2).

Owns which field that is. Whether a day named may be one is in ``jukinet.law.notifications`` and each act's own rules.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from jukinet.domain.recording import Object, shape_of
from jukinet.law.edition import VALID_FROM
from jukinet.services.context import Context

DAY = "filed_on"


def with_day(read: Callable[[Any], object], filing: Any, today: date) -> Any:
    """The filing, with this day where what reads it wants the day of a notification and it names none."""
    if not isinstance(filing, dict) or filing.get(DAY) is not None or DAY not in shape_of(read).properties:
        return filing
    return {**filing, DAY: today.isoformat()}


def lacks_day(read: Callable[[Any], object], filing: Any) -> bool:
    """Whether today is to be asked for; raises what else is wrong with the filing."""
    stand_in = with_day(read, filing, VALID_FROM)
    if stand_in is filing:
        return False
    read(stand_in)
    return True


def dated(ctx: Context, read: Callable[[Any], object], filing: Any) -> Any:
    """The filing, with today of the office where it names no day."""
    with ctx.begin() as tx:
        return with_day(read, filing, ctx.business_date(tx))


def shape_of_filing(read: Callable[[Any], object]) -> Object:
    """What a filing must have: that day it may leave out."""
    shape = shape_of(read)
    free = {
        name: replace(one, required=False, nullable=True)
        for name, one in shape.properties.items()
        if name == DAY
    }
    return replace(shape, properties={**shape.properties, **free})

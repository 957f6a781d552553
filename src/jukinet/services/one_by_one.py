"""What the worker does to many residents of itself: each in a transaction of its own, and none stops the others.

Owns the order and what becomes of one that fails. What is done, and who is due, is each chore's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeAlias

import structlog

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.services import trail
from jukinet.services.context import Context
from jukinet.store import lives
from jukinet.store.database import Transaction

_log = structlog.get_logger("jukinet.services")

_BATCH = 100
"""Residents listed at once; a round ends when so many are done."""

Stuck: TypeAlias = set[tuple[AuditEvent, str]]
"""Whom a chore failed for, by its alarm; kept from one round to the next."""


class Listing(Protocol):
    """Ids and numbers of the residents who are due on a day, by id, beyond one id."""

    def __call__(self, tx: Transaction, on: date, *, after: int, most: int) -> list[tuple[int, str]]: ...


@dataclass(frozen=True, slots=True)
class Chore:
    """Who is due, and what is done to one: whether it was due still. ``alarm``: the entry of one that fails."""

    alarm: AuditEvent
    listing: Listing
    do: Callable[[Context, str], bool]


def work(ctx: Context, chore: Chore, stuck: Stuck) -> int:
    """Do it to who is due; to how many.

    One that fails is logged each time, and leaves an alarm in the trail the first time. Raises only where the database
    does not answer.
    """
    done, after = 0, 0
    while done < _BATCH:
        with ctx.begin() as tx:
            if not lives.is_live(tx, ctx.incarnation):
                break
            due = chore.listing(tx, ctx.business_date(tx), after=after, most=_BATCH)
        if not due:
            break
        done += sum(_try(ctx, chore, resident_no, stuck) for _, resident_no in due)
        after = due[-1][0]
    return done


def _try(ctx: Context, chore: Chore, resident_no: str, stuck: Stuck) -> bool:
    one = (chore.alarm, resident_no)
    try:
        done = chore.do(ctx, resident_no)
    except JukinetError as error:
        kind = error.kind
    except Exception as error:  # noqa: BLE001 - whatever one record breaks, the others' day has come too
        # Only its name: a message may hold what the record says.
        _log.error("due.broke", alarm=chore.alarm.value, error=type(error).__qualname__)
        kind = ErrorKind.INTERNAL
    else:
        stuck.discard(one)
        return done
    _log.warning("due.stuck", alarm=chore.alarm.value, resident_no=resident_no, kind=kind.value)
    # Also where nothing is written: if it is the database that does not answer, this says so and ends the round.
    with ctx.begin() as tx:
        if one not in stuck and kind is not ErrorKind.UNAVAILABLE:
            rules = (kind.value,)
            trail.note(
                ctx, tx, chore.alarm, Outcome.FAILED, trail.SYSTEM, resident_no=resident_no, rules=rules
            )
    if kind is not ErrorKind.UNAVAILABLE:
        stuck.add(one)
    return False

"""What the designated organ does no more, for a time or for good: Act Arts. 30-24 to 30-26.

Owns which of the works of Art. 30-10(1) stand still on a day, what of it is recorded, and from when a governor no
longer lets the centre do his. What governors do meanwhile is in ``jukinet.law.serving_alone``. A work that was given
up, and all of them once the designation is revoked, nobody lets the centre do any more: 30-10(3) no longer keeps the
governors from it, and each does it from the day of which the Minister told him (30-24(4), 30-25(3)).

Not modelled: when the Minister may permit, and that he hears the governors before (30-24(2), (3)); for what faults he
revokes (30-25(1), (2)); a governor's notice to the other governors (30-26(1)), his report and public notice (2).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.domain.municipality import PrefectureCode
from jukinet.law import parameters
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.edition import require_date

OG1 = law(
    "OG1",
    "Act Arts. 30-24(1), 30-25",
    "The designated organ does not do this work now: it was suspended or stopped. Ask the governor (Art. 30-27(1)).",
)
OG2 = law(
    "OG2",
    "Act Arts. 30-24(4), 30-25(3)",
    "What stands still is the work of the designated organ. Record it at the centre; that it ended for good, also at"
    " the node of a governor who delegated it.",
)
OG3 = law(
    "OG3",
    "Act Arts. 30-24(4), 30-25(3), 30-26(1)",
    "The paper has been given: its day does not lie in the future, nor after the first day of what it says.",
)
OG4 = policy(
    "OG4", "Choice of this network: no act is entered twice", "A paper of this number is recorded already."
)
OG5 = law(
    "OG5",
    "Act Art. 30-25(1), (2)",
    "An order to stop is for a period: give its last day. What is abolished or revoked has none, and a revocation is of"
    " all works.",
)
OG6 = law(
    "OG6",
    "Act Art. 30-27(2)",
    "What ends is a suspension or an order that runs, on a day not before its first. See: jukinet network centre list.",
)
OG7 = law(
    "OG7",
    "Act Art. 30-26(1)",
    "A governor gives notice at least three months before the day from which he no longer lets the centre do the work.",
)
OG8 = law(
    "OG8",
    "Act Art. 30-26(1)",
    "A governor who delegates gives notice, and the centre receives it. Record it at one of the two nodes.",
)
OG9 = policy(
    "OG9",
    "Choice of this network: no act is entered twice",
    "That this governor ends the delegation is recorded already.",
)


class CentreWork(StrEnum):
    """The centre's works that can stand still here, by the numbers of Art. 30-10(1)."""

    CODES = "i"
    """Codes are designated, and that is told."""
    CONSULTATION = "ii"
    """Which codes are put aside for whom (30-7(2))."""
    TABLE_1 = "iii"
    TABLE_3 = "v"
    TABLE_4 = "vi"
    MATERIAL = "vii"


WORK_OF_TABLE = {1: CentreWork.TABLE_1, 3: CentreWork.TABLE_3, 4: CentreWork.TABLE_4}


class StopGround(StrEnum):
    """Why the work stands still."""

    SUSPENDED = "suspended"
    """The Minister permitted its suspension (30-24(1))."""
    ABOLISHED = "abolished"
    """He permitted that it is given up (30-24(1))."""
    ORDERED = "ordered-to-stop"
    """He ordered it to stop for a period (30-25(2))."""
    REVOKED = "revoked"
    """He revoked the designation (30-25(1), (2))."""


_FOR_GOOD = frozenset({StopGround.ABOLISHED, StopGround.REVOKED})


@dataclass(frozen=True, slots=True)
class Stop:
    """Works that stand still from a day, through the last day (None: no end is known), or until it ended before."""

    ground: StopGround
    works: frozenset[CentreWork]
    first: date
    last: date | None = None
    ended_on: date | None = None

    def stands(self, on: date) -> bool:
        """From the first day to the last; no longer on the day of the end."""
        ended = self.ended_on is not None and on >= self.ended_on
        return self.first <= on and not ended and (self.last is None or on <= self.last)


@dataclass(frozen=True, slots=True)
class CentreState:
    """Every stop that is recorded, and from which day which governor ends the delegation."""

    stops: tuple[Stop, ...] = ()
    ends: tuple[tuple[PrefectureCode, date], ...] = ()

    def stopped(self, work: CentreWork, on: date) -> bool:
        """Whether a work stands still on a day."""
        return any(work in stop.works and stop.stands(on) for stop in self.stops)

    def stopped_tables(self, on: date) -> frozenset[int]:
        """The Appended Tables for which the centre supplies nothing on a day."""
        return frozenset(table for table, work in WORK_OF_TABLE.items() if self.stopped(work, on))

    def given_up(self, on: date) -> frozenset[CentreWork]:
        """The works that the centre does no more for good on a day, so that no governor lets it do them."""
        ended = (stop.works for stop in self.stops if stop.ground in _FOR_GOOD and stop.stands(on))
        return frozenset[CentreWork]().union(*ended)

    def ended(self, on: date) -> bool:
        """Whether the centre does none of its works for good on a day: no governor lets it do any."""
        return self.given_up(on) == frozenset(CentreWork)

    def given_up_tables(self, on: date) -> frozenset[int]:
        """The Appended Tables of these works."""
        return frozenset(table for table, work in WORK_OF_TABLE.items() if work in self.given_up(on))

    def released(self, on: date) -> frozenset[PrefectureCode]:
        """The prefectures whose governors no longer delegate on a day."""
        return frozenset(prefecture for prefecture, first in self.ends if first <= on)


def decide_stop(
    stop: Stop, *, centre: bool, known: bool, notified_on: date, on: date, delegates: bool = False
) -> Decision:
    """Whether it is recorded that works stand still: OG2, OG3, OG5 (law), OG4 (policy). ``known``: the paper is.

    ``delegates``: this node is that of a governor who delegates.
    """
    require_date(stop.first)
    for_good, ordered = stop.ground in _FOR_GOOD, stop.ground is StopGround.ORDERED
    period = stop.last is not None and stop.first <= stop.last
    fits = period if ordered else stop.last is None if for_good else stop.last is None or period
    whole = stop.ground is not StopGround.REVOKED or stop.works == frozenset(CentreWork)
    article = {StopGround.ORDERED: "30-25(2)", StopGround.REVOKED: "30-25(1), (2)"}.get(
        stop.ground, "30-24(1)"
    )
    return judge(
        (OG2, centre or (delegates and for_good)),
        (OG3, notified_on <= min(on, stop.first)),
        (OG4, not known),
        (OG5, fits and whole),
        basis=(f"Act Art. {article}",),
    )


def decide_resumption(stop: Stop | None, *, centre: bool, resumed_on: date) -> Decision:
    """Whether it is recorded that the works are done again from a day: OG2, OG6."""
    ends = (
        stop is not None
        and stop.ground not in _FOR_GOOD
        and stop.ended_on is None
        and stop.first <= resumed_on
    )
    return judge((OG2, centre), (OG6, ends), basis=("Act Art. 30-27(2)",))


def decide_release(
    *, party: bool, delegates: bool, known: bool, notified_on: date, first: date, on: date
) -> Decision:
    """Whether a governor's notice that he ends the delegation is recorded: OG3, OG7, OG8 (law), OG9 (policy).

    ``party``: this node is the centre's or his own; ``delegates``: the directory says that he does.
    """
    require_date(on)
    months = parameters.number("delegation-notice-months", on)
    return judge(
        (OG3, notified_on <= on),
        (OG7, notified_on <= _before(first, months)),
        (OG8, party and delegates),
        (OG9, not known),
        basis=("Act Art. 30-26(1)",),
    )


def _before(day: date, months: int) -> date:
    """The day of the same number some months before; the last of a month that has none."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


RULES: tuple[FailedRule, ...] = (OG1, OG2, OG3, OG4, OG5, OG6, OG7, OG8, OG9)

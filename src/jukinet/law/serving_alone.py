"""A governor does the delegated work himself: Act Art. 30-27.

Owns in which cases and for which of the centre's works (Art. 30-10(1)) he does, and from which day to which. That he
does none of it otherwise is rule S5 of ``jukinet.law.supply``. A centre that does not answer is no case of the Act: the
Minister has to find it necessary, and says so by a notice.

How he designates codes is in ``jukinet.law.designations``. Not modelled: the handing over of the work (30-28, left to
an ordinance).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from jukinet.law.decisions import Decision, FailedRule, judge, law, policy
from jukinet.law.edition import require_date

PA1 = law(
    "PA1",
    "Act Art. 30-27(1)",
    "Only a governor who has delegated to the centre comes to do its work in its place. This node is none.",
)
PA2 = law(
    "PA2", "Act Art. 30-27(2)", "The Minister's notice has been given: its day does not lie in the future."
)
PA3 = policy(
    "PA3", "Choice of this network: no act is entered twice", "A notice of this number is recorded already."
)
PA4 = law(
    "PA4",
    "Act Art. 30-27(2)",
    "What ends is a notice that runs, on a day not before its own. See: jukinet network alone list.",
)
PA5 = law(
    "PA5",
    "Act Art. 30-27(3)",
    "What is made public is a notice that came, on its day or later, and not in the future."
    " See: jukinet network alone list.",
)
PA6 = policy(
    "PA6", "Choice of this network: no act is entered twice", "That this was made public is recorded already."
)


class Cause(StrEnum):
    """The cases of Art. 30-27(1)."""

    SUSPENDED = "suspended"
    """The centre suspended the work with the Minister's permission (30-24(1))."""
    ORDERED_TO_STOP = "ordered-to-stop"
    """The Minister ordered it to stop (30-25(2))."""
    DISASTER = "disaster"
    """A disaster or another cause makes the work difficult for it, and the Minister finds it necessary."""


class Work(StrEnum):
    """The centre's works that a governor may come to do, by the numbers of Art. 30-10(1)."""

    CODES = "i"
    CONSULTATION = "ii"
    TABLE_1 = "iii"
    TABLE_3 = "v"
    TABLE_4 = "vi"


WORK_OF_TABLE = {1: Work.TABLE_1, 3: Work.TABLE_3, 4: Work.TABLE_4}


@dataclass(frozen=True, slots=True)
class Alone:
    """One notice of the Minister: for which works it holds, and the days on which it came and its end came."""

    works: frozenset[Work]
    begun_on: date
    ended_on: date | None = None

    def runs(self, on: date) -> bool:
        """From the day of the notice; no longer on the day of the notice of its end."""
        return self.begun_on <= on and (self.ended_on is None or on < self.ended_on)


def serves(notices: Iterable[Alone], table: int, on: date) -> bool:
    """Whether a governor who delegates supplies for an Appended Table himself on a day."""
    work = WORK_OF_TABLE.get(table)
    return work is not None and does(notices, work, on)


def does(notices: Iterable[Alone], work: Work, on: date) -> bool:
    """Whether a notice for a work runs on a day."""
    return any(work in notice.works and notice.runs(on) for notice in notices)


def decide_notice(*, delegating_governor: bool, known: bool, notified_on: date, on: date) -> Decision:
    """Whether a notice that the cause arose is recorded (30-27(2)). ``known``: one of this number is."""
    require_date(on)
    return judge(
        (PA1, delegating_governor),
        (PA2, notified_on <= on),
        (PA3, not known),
        basis=("Act Art. 30-27(1), (2)",),
    )


def decide_end(notice: Alone | None, *, notified_on: date, on: date) -> Decision:
    """Whether a notice that the cause ceased is recorded (30-27(2))."""
    running = notice is not None and notice.ended_on is None and notice.begun_on <= notified_on
    return judge((PA2, notified_on <= on), (PA4, running), basis=("Act Art. 30-27(2)",))


def decide_publication(notified_on: date | None, *, known: bool, published_on: date, on: date) -> Decision:
    """Whether it is recorded that a notice was made public (30-27(3)); ``notified_on`` None: no such notice came."""
    fits = notified_on is not None and notified_on <= published_on <= on
    return judge((PA5, fits), (PA6, not known), basis=("Act Art. 30-27(3)",))


RULES: tuple[FailedRule, ...] = (PA1, PA2, PA3, PA4, PA5, PA6)

"""Holds (異動・発行・照会抑止): what may not be done with a record, or only after a second look.

Owns what a hold asks of an act. No article knows holds: they are the mayor's means of keeping to Act
Arts. 12(6) and 12-4(6), laid down by the ministry's specification (3.1), so every rule here is policy. A hold
has a day from which it stands. The day named as its end ends nothing: it calls a person, who ends it.

Not modelled: the exclusive lock while a colleague edits (the specification counts it among the holds; here the
row's lock does it), and passing holds on to other systems of the town hall (3.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from jukinet.law.decisions import Decision, FailedRule, Permitted, Refused, Remark, judge, policy

SOURCE = "Resident-record specification 3.1"

V1 = policy("V1", SOURCE, "A hold stands on the record for this. Who may lift holds can lift it for a while.")
V2 = policy(
    "V2", SOURCE, "An alert stands on the record for this. Look into it, then act with your confirmation."
)
V3 = policy(
    "V3", SOURCE, "Nobody with this number is recorded here. Check the number of the resident or household."
)
V4 = policy("V4", SOURCE, "A hold does not end before it begins. Check both days.")
V5 = policy("V5", SOURCE, "No hold with this number stands. Look at the holds of the record.")
V6 = policy("V6", SOURCE, "A hold is lifted until a moment that is still to come and not too far off.")
V7 = policy(
    "V7",
    "Resident-record specification 3.4",
    "This hold belongs to a support measure and ends with it. End the measure.",
)
PO3 = policy(
    "PO3",
    "Resident-record specification 3.4",
    "Somebody in this list is held back. Leave out whoever is, or let who may lift holds look into it.",
)
PO4 = policy(
    "PO4",
    "Resident-record specification 3.4",
    "For a list only a hold on issue or on looking is lifted: no other keeps anybody off.",
)
V8 = policy("V8", "Resident-record specification 10.3", "The operator who is to act is not enrolled here.")


class Process(StrEnum):
    """What is held (処理)."""

    CHANGE = "change"
    """異動入力: an operator's act that changes the record"""
    ISSUE = "issue"
    """証明書発行: copies and certificates, the nationwide copy among them"""
    INQUIRY = "inquiry"
    """照会: looking at the record"""


OFF_LISTS = frozenset({Process.ISSUE, Process.INQUIRY})
"""What keeps somebody off the lists that are browsed, at either level."""


class Level(StrEnum):
    """How strongly (抑止レベル)."""

    ERROR = "error"
    """エラー: cannot be done"""
    ALERT = "alert"
    """アラート: can be done after confirming"""


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold that nobody has ended. ``to_on`` is when a person should look at it; None where no day was named."""

    hold_id: int
    process: Process
    level: Level
    from_on: date
    to_on: date | None = None

    def stands(self, on: date) -> bool:
        """From its first day on, for ever: only a person's act ends it."""
        return self.from_on <= on

    def past_end(self, on: date) -> bool:
        """Whether the day named as its end is over."""
        return self.to_on is not None and self.to_on < on


@dataclass(frozen=True, slots=True)
class Lift:
    """一時解除: a hold does not stand in the way of one operator, until a moment, or of one act until then.

    ``browsing``: of one list of this request or application, and of nothing else; None: of whatever is no list.
    """

    lift_id: int
    hold_id: int
    operator: str
    until: datetime
    one_act: bool
    used: bool = False
    browsing: int | None = None

    def open_for(self, operator: str, now: datetime, browsing: int | None = None) -> bool:
        """Whether the hold is lifted for this operator now, for this list if any. It stands again by itself."""
        meant = self.operator == operator and self.browsing == browsing
        return meant and now < self.until and not (self.one_act and self.used)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What holds say to an act, and which lifts the act uses if it is done."""

    decision: Decision
    lifts: tuple[int, ...] = ()


_CONFIRMED = Remark(SOURCE, "Done with confirmation, although an alert stands on the record.")
_LIFTED = Remark(SOURCE, "Done while a hold on the record is lifted.")


def weigh(
    holds: Sequence[Hold],
    lifts: Sequence[Lift],
    process: Process,
    *,
    operator: str,
    confirmed: bool,
    on: date,
    now: datetime,
) -> Weighed:
    """Whether an operator may do this with a record under these holds: V1, V2."""
    standing = [hold for hold in holds if hold.process is process and hold.stands(on)]
    # One that lasts is preferred to one for a single act, which is then not used up.
    opened = sorted((lift for lift in lifts if lift.open_for(operator, now)), key=lambda lift: lift.one_act)
    lifted = {lift.hold_id: lift for lift in reversed(opened)}
    left = [hold for hold in standing if hold.hold_id not in lifted]
    errors = any(hold.level is Level.ERROR for hold in left)
    alerts = any(hold.level is Level.ALERT for hold in left)
    used = [lifted[hold.hold_id] for hold in standing if hold.hold_id in lifted]
    failed = [rule for rule, fails in ((V1, errors), (V2, alerts and not confirmed)) if fails]
    if failed:
        return Weighed(Refused(tuple(failed)))
    basis = (*(("V2 confirmed",) if alerts else ()), *(f"hold {lift.hold_id} lifted" for lift in used))
    remarks = (*((_CONFIRMED,) if alerts else ()), *((_LIFTED,) if used else ()))
    return Weighed(Permitted(basis, remarks), tuple(lift.lift_id for lift in used if lift.one_act))


@dataclass(frozen=True, slots=True)
class ListWeighed:
    """What holds say to a list that outsiders browse: who stands not in it, and which lifts it uses if it is made."""

    decision: Decision
    off: frozenset[int] = frozenset()
    lifts: tuple[int, ...] = ()


def keeps_off(holds: Iterable[Hold], on: date) -> list[Hold]:
    """Those of somebody's holds that keep them off a list."""
    return [hold for hold in holds if hold.process in OFF_LISTS and hold.stands(on)]


def weigh_list(
    holds: Mapping[int, Sequence[Hold]],
    lifts: Sequence[Lift],
    *,
    browsing: int | None,
    leave_out: bool,
    operator: str,
    on: date,
    now: datetime,
) -> ListWeighed:
    """Whether a list of people is made under the holds on each of them: PO3. Without ``browsing`` no lift counts.

    Somebody stands in it only if each hold that keeps them off was lifted for it.
    """
    given = [lift for lift in lifts if browsing is not None and lift.open_for(operator, now, browsing)]
    lifted = {lift.hold_id: lift for lift in given}
    back = {person: standing for person, one in holds.items() if (standing := keeps_off(one, on))}
    off = frozenset(person for person, one in back.items() if any(hold.hold_id not in lifted for hold in one))
    shown = {hold.hold_id for person, one in back.items() if person not in off for hold in one}
    used = [lifted[hold_id] for hold_id in sorted(shown)]
    basis = (
        *(("held back left out",) if leave_out else ()),
        *(f"hold {lift.hold_id} lifted" for lift in used),
    )
    decision = judge((PO3, leave_out or not off), basis=basis, remarks=(_LIFTED,) if used else ())
    return ListWeighed(decision, off, tuple(lift.lift_id for lift in used))


def decide_set(*, recorded: bool, terms: Sequence[tuple[date, date | None]]) -> Decision:
    """Whether holds may be set, each from and to these days: V3, V4."""
    ordered = all(to_on is None or from_on <= to_on for from_on, to_on in terms)
    return judge((V3, recorded), (V4, ordered), basis=(SOURCE,))


def decide_lift(
    *, hold: Hold | None, for_list: bool, enrolled: bool, until: datetime, now: datetime, latest: datetime
) -> Decision:
    """Whether a hold may be lifted until a moment for an operator: V5, V6, V8; for a list PO4."""
    return judge(
        (V5, hold is not None),
        (V6, now < until <= latest),
        (V8, enrolled),
        (PO4, not for_list or hold is None or hold.process in OFF_LISTS),
        basis=(SOURCE,),
    )


def decide_end(*, stands: bool, of_measure: bool) -> Decision:
    """Whether a hold may be ended by itself: V5, V7."""
    return judge((V5, stands), (V7, not of_measure), basis=(SOURCE,))


RULES: tuple[FailedRule, ...] = (V1, V2, V3, V4, V5, V6, V7, V8, PO3, PO4)

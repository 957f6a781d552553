"""The items that Act Art. 30-45 adds for foreign residents: which of them each class has, and which it has not.

Owns the table of Art. 30-45 as conditions on ``ForeignItems``, and the sixty days of a transitional stay. What the
statuses are called is in ``jukinet.law.statuses``.

A period that the Immigration Regulation does not list is remarked on and not refused: the record repeats what the
card says, and the Minister may have named it. The form of a card's number is not examined: until 2015 an alien
registration certificate, with a number of another form, counts as a card (2009 Act no. 77 suppl. Art. 7).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignClass, ForeignItems
from jukinet.law import statuses
from jukinet.law.decisions import Decision, FailedRule, Remark, judge, law, policy
from jukinet.law.edition import VALID_FROM, require_date
from jukinet.law.parameters import number

_TABLE = "Act Art. 30-45"

SR1 = law(
    "SR1",
    f"{_TABLE}; Immigration Act Art. 2-2(1)",
    "A mid-to-long-term resident has one of the statuses in force, written as on the card.",
)
SR2 = law(
    "SR2",
    "Act Art. 39; Immigration Act Art. 19-3",
    "Temporary visitors, diplomats, officials, and who may stay for three months or less are no mid-to-long-term "
    "residents: they have no resident record.",
)
SR3 = law(
    "SR3",
    _TABLE,
    "The period of stay and its last day must be given as on the card; for a permanent resident 無期限 and no last "
    "day.",
)
SR4 = law(
    "SR4",
    f"{_TABLE}; Reg. Art. 47",
    "The number of the Residence Card must be given, unless the passport says that the card is delivered later; "
    "of the Special Permanent Resident Certificate always.",
)
SR5 = law(
    "SR5", _TABLE, "The landing period, or the period of provisional stay, must be given as on the permit."
)
SR6 = law(
    "SR6",
    _TABLE,
    "Status, period, last day and card belong to the classes that have them. Leave out what this class has not.",
)
SR7 = law(
    "SR7",
    f"{_TABLE}; 2009 Act no. 77 suppl. Arts. 3 to 6",
    "Nobody became a foreign resident before 9 July 2012, before birth, or after today. Check that day.",
)
SR8 = law("SR8", f"{_TABLE}; Act Art. 7(v)", "A foreign resident's record has no koseki.")
SR9 = law("SR9", _TABLE, "Who has Japanese nationality is no foreign resident.")
SR10 = law(
    "SR10",
    f"{_TABLE}; Immigration Act Art. 22-2(1)",
    "A foreign child is recorded as transitional by birth, as a foreign resident from the day of birth.",
)
SR11 = law(
    "SR11",
    f"{_TABLE}; Immigration Act Art. 22-2(1)",
    "The sixty days of a transitional stay are over. Who has a status by now is recorded with it (Art. 30-47).",
)
IN22 = policy(
    "IN22",
    "Resident-record specification 1.1.2",
    "Nobody was registered as an alien before birth, or from 9 July 2012 on. Check that day.",
)


@dataclass(frozen=True, slots=True)
class ItemsCase:
    """The items of one person as they are to be recorded, and what else about the person bears on them."""

    items: ForeignItems
    birth_date: PartialDate
    has_koseki: bool = False


def decide_items(case: ItemsCase, *, on: date) -> Decision:
    """Whether the items of a foreign resident are those of the class (Art. 30-45): SR1 to SR9, SR11, IN22."""
    require_date(on)
    items = case.items
    return judge(
        *_of_class(items, on),
        (SR7, _became_in_time(case, on)),
        (SR8, not case.has_koseki),
        (SR9, items.nationality != "JPN"),
        (IN22, _registered_in_time(case)),
        basis=(_TABLE,),
        remarks=_remarks(items, on),
    )


def _of_class(items: ForeignItems, on: date) -> list[tuple[FailedRule, bool]]:
    number, limits = items.document_number, (items.period, items.expires_on)
    match items.stay:
        case ForeignClass.MID_TO_LONG_TERM:
            return _of_card(items, on)
        case ForeignClass.SPECIAL_PERMANENT:
            return [(SR4, number is not None), (SR6, _bare(items, *limits))]
        case ForeignClass.TEMPORARY_REFUGE | ForeignClass.PROVISIONAL_STAY:
            return [(SR5, _is_period(items.period)), (SR6, _bare(items, number))]
        case ForeignClass.TRANSITIONAL:
            # The birth or loss was that day or before it: later than this, the stay is over for certain.
            over = on > transitional_until(items.became_foreign_resident_on, on)
            return [(SR6, _bare(items, number, *limits)), (SR11, not over)]


def _bare(items: ForeignItems, *others: object) -> bool:
    """Neither a status nor a card to come, nor these."""
    return items.status is None and not items.card_later and all(value is None for value in others)


def _of_card(items: ForeignItems, on: date) -> list[tuple[FailedRule, bool]]:
    status = statuses.find(items.status, on) if items.status else None
    indefinite = status is not None and status.indefinite
    if indefinite:
        complete = items.period == statuses.INDEFINITE and items.expires_on is None
    else:
        complete = _is_period(items.period) and items.expires_on is not None
    excluded = (status is not None and not status.resident) or (
        not indefinite and _is_short(items.period, on)
    )
    return [
        (SR1, status is not None),
        (SR2, not excluded),
        (SR3, complete),
        # Who has the number has the card: only one of the two is true.
        (SR4, (items.document_number is None) == items.card_later),
    ]


def _is_period(period: str | None) -> bool:
    if period is None:
        return False
    try:
        statuses.months_and_days(period)
    except ValueError:
        return False
    return True


def _is_short(period: str | None, on: date) -> bool:
    if period is None or not _is_period(period):
        return False
    return statuses.months_and_days(period) <= (number("short-stay-months", on), 0)


def _registered_in_time(case: ItemsCase) -> bool:
    day = case.items.alien_registered_on
    born = case.birth_date.earliest
    return day is None or (born or day) <= day < VALID_FROM


def _became_in_time(case: ItemsCase, on: date) -> bool:
    became, born = case.items.became_foreign_resident_on, case.birth_date.earliest
    return max(VALID_FROM, born or VALID_FROM) <= became <= on


_UNLISTED = Remark(
    "Immigration Regulation, Appended Table 2",
    "The period is none of those listed for this status. Compare it with the card.",
)
_OVER = Remark(
    "Act Art. 30-50", "The period of stay is over by now. Ask whether an extension was applied for."
)


def _remarks(items: ForeignItems, on: date) -> tuple[Remark, ...]:
    status = statuses.find(items.status, on) if items.status else None
    unlisted = status is not None and bool(status.periods) and items.period not in status.periods
    over = items.expires_on is not None and items.expires_on < on
    return (*((_UNLISTED,) if unlisted else ()), *((_OVER,) if over else ()))


def transitional_until(event: date, on: date) -> date:
    """The last day of a transitional stay that began with a birth or the loss of the nationality."""
    return event + timedelta(days=number("transitional-stay-days", on))


def decide_newborn(items: ForeignItems, born_on: PartialDate) -> Decision:
    """Whether a foreign child may be recorded by its birth (Immigration Act Art. 22-2(1)): SR10, beside its items."""
    earliest, latest = born_on.earliest, born_on.latest
    became = items.became_foreign_resident_on
    since_birth = (earliest is None or earliest <= became) and (latest is None or became <= latest)
    return judge(
        (SR10, items.stay is ForeignClass.TRANSITIONAL and since_birth),
        basis=(_TABLE, "Immigration Act Art. 22-2(1)"),
    )


RULES: tuple[FailedRule, ...] = (SR1, SR2, SR3, SR4, SR5, SR6, SR7, SR8, SR9, SR10, SR11, IN22)

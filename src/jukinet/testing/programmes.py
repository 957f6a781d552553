"""Enrolment in the municipality's programmes (Art. 7 nos. 10 to 11-2), plausible by age.

Only what a register records: in care insurance those of 65 and over, in the pension scheme the class 1 and
voluntarily insured, never those insured through their work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.domain.dates import age_on
from jukinet.domain.items import Programmes
from jukinet.testing.draws import Draws

PENSION_CLASS_1 = "第1号被保険者"
PENSION_VOLUNTARY = "任意加入被保険者"

CARE_INSURANCE_BEGAN = date(2000, 4, 1)
ELDERLY_MEDICAL_BEGAN = date(2008, 4, 1)
CHILD_ALLOWANCE_BEGAN = date(2012, 4, 1)

VOTING_AGE = 20
MONTHS_RECORDED = 3
"""Who is entered in the voters' list: of 20 years, and recorded for three months."""


@dataclass(frozen=True, slots=True)
class Means:
    """How a household earns: ``self_employed`` means health insurance of the municipality for all of it."""

    self_employed: bool
    allowance_children: tuple[date, ...]
    """Days of birth of the children for whom a child allowance is paid."""


def programmes(
    draws: Draws, born: date, resident_since: date, on: date, means: Means, *, receives: bool
) -> Programmes:
    """The enrolments of one person; none is older than the residence. ``receives`` the child allowance."""
    age = age_on(born, on)
    insured = _health_insurance(draws, born, age, resident_since, on, means)
    pension = _pension(draws, born, age, resident_since, insured)
    return Programmes(
        health_insurance_since=insured,
        elderly_medical_since=_from_age(born, 75, resident_since, ELDERLY_MEDICAL_BEGAN, on),
        care_insurance_since=_from_age(born, 65, resident_since, CARE_INSURANCE_BEGAN, on),
        pension_class=pension[0] if pension else None,
        pension_since=pension[1] if pension else None,
        child_allowance_since=_allowance(resident_since, means, on) if receives else None,
    )


def allowance_children(births: tuple[date, ...], on: date) -> tuple[date, ...]:
    """Those of the children who are young enough for the allowance: before the April after they turn 15."""
    return tuple(
        born
        for born in births
        if on < date(born.year + (15 if (born.month, born.day) < (4, 2) else 16), 4, 1)
    )


def votes(born: date, recorded_since: date, on: date) -> bool:
    """Whether a Japanese is in the voters' list."""
    months = (on.year - recorded_since.year) * 12 + on.month - recorded_since.month
    return age_on(born, on) >= VOTING_AGE and months - (on.day < recorded_since.day) >= MONTHS_RECORDED


def birthday(born: date, age: int) -> date:
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def _from_age(born: date, age: int, resident_since: date, began: date, on: date) -> date | None:
    since = max(birthday(born, age), began, resident_since)
    return since if age_on(born, on) >= age else None


def _health_insurance(
    draws: Draws, born: date, age: int, resident_since: date, on: date, means: Means
) -> date | None:
    if age >= 75 or not draws.chance(0.96 if means.self_employed else 0.72 if age >= 62 else 0.04):
        return None
    if draws.chance(0.5) or age < 20:
        return resident_since
    return draws.day(max(resident_since, birthday(born, min(age, 60) - 1)), on)


def _pension(
    draws: Draws, born: date, age: int, resident_since: date, insured: date | None
) -> tuple[str, date] | None:
    if 20 <= age < 60 and (insured or age < 23):
        return PENSION_CLASS_1, max(birthday(born, 20), insured or resident_since)
    if 60 <= age < 65 and draws.chance(0.03):
        return PENSION_VOLUNTARY, max(birthday(born, 60), resident_since)
    return None


def _allowance(resident_since: date, means: Means, on: date) -> date | None:
    if not means.allowance_children:
        return None
    return min(on, max(resident_since, min(means.allowance_children), CHILD_ALLOWANCE_BEGAN))

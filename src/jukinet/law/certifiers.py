"""Who certifies a paper: the mayor, or whoever acts in the mayor's place on that day (職務代理者).

Owns who of those entered certifies on a day (resident-record specification 1.3.9) and what may be entered. That
somebody does act in the mayor's place, and from when, the Local Autonomy Act says (Art. 152): the clerk enters it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, TypeVar

from jukinet.law.decisions import Decision, FailedRule, judge, policy

_CERTIFIER = "Resident-record specification 1.3.9"

OF2 = policy(
    "OF2",
    _CERTIFIER,
    "Another entry for that office stands on one of these days. Name it in replaces, or other days.",
)
OF3 = policy(
    "OF3", _CERTIFIER, "The entry that is to be replaced does not stand. See jukinet copy certifiers."
)
OF4 = policy(
    "OF4",
    "Resident-record specification 5.6",
    "The title must begin with the names of prefecture and municipality, as it is printed.",
)


class CertifyingOffice(StrEnum):
    """In which capacity somebody certifies."""

    MAYOR = "mayor"
    """市区町村長"""
    DEPUTY = "deputy"
    """職務代理者"""


@dataclass(frozen=True, slots=True)
class Days:
    """From when an entry counts, and to when; None: until another is entered."""

    valid_from: date
    valid_to: date | None

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def meets(self, other: Days) -> bool:
        """Whether they have a day in common."""
        return self.holds(other.valid_from) or other.holds(self.valid_from)


class Dated(Protocol):
    """An entry with its days: who holds an office, or its seal."""

    @property
    def number(self) -> int: ...
    @property
    def office(self) -> CertifyingOffice: ...
    @property
    def days(self) -> Days: ...


D = TypeVar("D", bound=Dated)


def decide_entry(
    office: CertifyingOffice,
    days: Days,
    standing: Sequence[Dated],
    *,
    replaces: int | None,
    withdrawn: bool,
    titled: bool = True,
) -> Decision:
    """Whether it may be entered that somebody certifies, or with which seal: OF2, OF3, OF4."""
    others = [one for one in standing if one.office is office and one.number != replaces]
    return judge(
        (OF2, withdrawn or not any(days.meets(one.days) for one in others)),
        (OF3, replaces is None or any(one.number == replaces for one in standing)),
        (OF4, titled),
        basis=(),
    )


def certifying(standing: Iterable[D], on: date) -> D | None:
    """Whoever acts in the mayor's place, on the days entered for that; else the mayor of the day."""
    holding = [one for one in standing if one.days.holds(on)]
    return next(iter(sorted(holding, key=lambda one: one.office is not CertifyingOffice.DEPUTY)), None)


def sealing(seals: Iterable[D], office: CertifyingOffice, on: date) -> D | None:
    """The seal of that office on a day."""
    return next((one for one in seals if one.office is office and one.days.holds(on)), None)


RULES: tuple[FailedRule, ...] = (OF2, OF3, OF4)

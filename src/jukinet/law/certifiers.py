"""Who certifies a paper: the mayor, or whoever acts in the mayor's place on that day (職務代理者); and with which seal.

Owns who of those entered certifies on a day (resident-record specification 1.3.9), what may be entered, and what may be
chosen for one paper (5.6). That somebody does act in the mayor's place, and from when, the Local Autonomy Act says
(Art. 152): the clerk enters it.
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


_CHOSEN = "Resident-record specification 5.6"

PR1 = policy(
    "PR1",
    _CHOSEN,
    "Nobody is entered for that office on that day. See jukinet copy certifiers, or leave the choice to the day.",
)
PR2 = policy(
    "PR2",
    _CHOSEN,
    "No such seal of that office is entered for that day. Enter it, or choose another or none.",
)


class CertifyingOffice(StrEnum):
    """In which capacity somebody certifies."""

    MAYOR = "mayor"
    """市区町村長"""
    DEPUTY = "deputy"
    """職務代理者"""


class SealUse(StrEnum):
    """On what a seal is printed."""

    OFFICE = "office"
    """市区町村長又は職務代理者の印"""
    CERTIFICATES = "certificates"
    """証明書専用の印"""
    CARD_FACES = "card-faces"
    """カード券面用の印: kept for whoever prints cards; it may be red, and stands on no paper"""


class SealChoice(StrEnum):
    """Which seal a paper bears."""

    OFFICE = "office"
    CERTIFICATES = "certificates"
    NONE = "none"
    """Its place is left free, or has words alone (公印省略)"""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for one paper (specification 5.6); nothing chosen: by the day, with the office's seal if any.

    ``words``: in place of those that are printed with the seal; where there is none, in its place.
    """

    office: CertifyingOffice | None = None
    seal: SealChoice | None = None
    words: str | None = None


BY_THE_DAY = Choice()


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
    """An entry with its days: who holds an office, or its seal of one use."""

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


def decide_choice(choice: Choice, *, certifier: bool, seal: bool) -> Decision:
    """Whether a paper can bear what was chosen: PR1, PR2. ``certifier``, ``seal``: one was found for the day."""
    return judge(
        (PR1, certifier or choice.office is None),
        (PR2, seal or choice.seal in {None, SealChoice.NONE}),
        basis=(),
    )


def certifying(standing: Iterable[D], on: date, office: CertifyingOffice | None = None) -> D | None:
    """Whoever acts in the mayor's place, on the days entered for that; else the mayor of the day.

    ``office``: who holds that one, where it was chosen for a paper.
    """
    holding = [one for one in standing if one.days.holds(on) and office in {None, one.office}]
    return next(iter(sorted(holding, key=lambda one: one.office is not CertifyingOffice.DEPUTY)), None)


def sealing(seals: Iterable[D], office: CertifyingOffice, on: date) -> D | None:
    """The seal of that office on a day."""
    return next((one for one in seals if one.office is office and one.days.holds(on)), None)


RULES: tuple[FailedRule, ...] = (OF2, OF3, OF4, PR1, PR2)

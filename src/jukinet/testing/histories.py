"""How invented people came to live where they live.

Owns the dates of items 6 to 8 of a record and the previous address: born here, moved in alone or with the
family, moved within the municipality. Resident registration began on 1 July 1952; for foreign residents on
9 July 2012, the day that the records of those already here bear.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Place
from jukinet.testing import gazetteer
from jukinet.testing.draws import Draws
from jukinet.testing.gazetteer import Town
from jukinet.testing.households import Member, Plan
from jukinet.testing.stays import FOREIGN_RECORDS_BEGAN

REGISTRATION_BEGAN = date(1952, 7, 1)
NATIVE_SHARE = 0.3
"""How often a Japanese household's head was born in the municipality."""

_GROWN = timedelta(days=18 * 366)
_ABROAD = (
    "アメリカ合衆国",
    "中国",
    "タイ",
    "シンガポール",
    "英国",
    "ドイツ",
    "オーストラリア",
    "インドネシア",
)
_SPOUSES = frozenset({"妻", "夫", "妻（未届）", "夫（未届）"})
_JOINED = _SPOUSES | {"子の妻", "同居人", "縁故者", "妻の父", "妻の母"}
"""Those who were not born into the household."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A municipality's towns, and those of others from which people move in."""

    code: MunicipalityCode
    towns: tuple[Town, ...]
    elsewhere: tuple[tuple[MunicipalityCode, tuple[Town, ...]], ...]


@lru_cache(maxsize=64)
def surroundings(code: MunicipalityCode) -> Surroundings:
    """The municipality with six others of its prefecture and six of the whole country."""
    everywhere = tuple(gazetteer.municipalities())
    nearby = tuple(other for other in everywhere if other.prefecture == code.prefecture)
    nearby = tuple(other for other in nearby if gazetteer.municipality_name(other)[-1] in "市区") or nearby
    draws = Draws("elsewhere", code)
    others = {draws.pick(pool): None for pool in (nearby, everywhere) for _ in range(6)}
    others.pop(code, None)
    found = gazetteer.towns_of([code, *others])
    return Surroundings(code, found[code], tuple((other, found[other]) for other in others))


@dataclass(frozen=True, slots=True)
class Residence:
    """One person's residence: ``became`` the day it began, ``recorded`` that of the notice or recording."""

    became: date
    recorded: date
    previous: Place | None = None
    address_since: date | None = None


def residences(
    draws: Draws, plan: Plan, on: date, around: Surroundings, *, newcomers: bool
) -> tuple[Residence, ...]:
    """The residence of each member. ``newcomers`` came to Japan within the last ten years."""
    head = plan[0]
    moved_in = _household_arrival(draws, head, on, newcomers=newcomers)
    together: dict[date, tuple[Place, date]] = {}
    found = []
    for member in plan:
        arrived = _arrival(draws, member, plan, moved_in, on)
        if arrived is None:
            found.append(_residence(member, member.born, None, _notice(draws, member.born, on)))
            continue
        # Those who came on one day came from one place and gave notice together.
        if arrived not in together:
            origin = _origin(draws, member, around, newcomers=newcomers)
            together[arrived] = (origin, _notice(draws, arrived, on))
        found.append(_residence(member, arrived, *together[arrived]))
    return _moved_within(draws, found, on)


def _household_arrival(draws: Draws, head: Member, on: date, *, newcomers: bool) -> date | None:
    """The day the householder moved in, or None where born here."""
    if newcomers:
        first = max(on - timedelta(days=3650), min(head.born + _GROWN, on - timedelta(days=1)))
        return draws.recent(first, on)
    if draws.chance(NATIVE_SHARE):
        return None
    first = max(REGISTRATION_BEGAN, head.born + _GROWN)
    return draws.recent(first if first < on else head.born + timedelta(days=1), on)


def _arrival(draws: Draws, member: Member, plan: Plan, moved_in: date | None, on: date) -> date | None:
    """The day a member moved in, or None where born here."""
    head, role = plan[0], member.relationship
    if member is head:
        return moved_in
    grown = min(member.born + _GROWN, on)
    if role in {"父", "母"} and moved_in is None:
        return draws.day(min(grown, head.born), head.born)
    if role in _JOINED and (moved_in is None or moved_in < grown):
        return draws.day(grown, max(grown, _before_children(plan, on) if role in _SPOUSES else on))
    if moved_in is None or member.born >= moved_in:
        return None
    later = role in (_JOINED | {"父", "母"}) - _SPOUSES and draws.chance(0.4)
    return draws.day(moved_in, on) if later else moved_in


def _before_children(plan: Plan, on: date) -> date:
    return min((member.born for member in plan if member.relationship == "子"), default=on)


def _origin(draws: Draws, member: Member, around: Surroundings, *, newcomers: bool) -> Place:
    if member.nation is not None and newcomers and member.nation.land and draws.chance(0.55):
        return Place(member.nation.land)
    if member.nation is None and draws.chance(0.02):
        return Place(draws.pick(_ABROAD))
    code, towns = draws.pick(around.elsewhere)
    return gazetteer.invent_place(draws, code, towns)


def _notice(draws: Draws, day: date, on: date) -> date:
    """Notice is due in 14 days; some comes late."""
    days = draws.between(15, 60) if draws.chance(0.04) else draws.between(0, 14)
    return min(on, max(REGISTRATION_BEGAN, day + timedelta(days=days)))


def _residence(member: Member, became: date, origin: Place | None, recorded: date) -> Residence:
    if member.nation is not None and became < FOREIGN_RECORDS_BEGAN:
        return Residence(FOREIGN_RECORDS_BEGAN, FOREIGN_RECORDS_BEGAN)
    return Residence(became, recorded, origin)


def _moved_within(draws: Draws, found: list[Residence], on: date) -> tuple[Residence, ...]:
    """Give some households a later move inside the municipality, which all who were there made."""
    first = found[0].recorded
    if first >= on or not draws.chance(0.3):
        return tuple(found)
    moved = draws.recent(first + timedelta(days=1), on)
    return tuple(
        Residence(each.became, each.recorded, each.previous, moved) if each.recorded < moved else each
        for each in found
    )

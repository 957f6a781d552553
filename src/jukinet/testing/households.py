"""Who lives together: households as plans, before anyone has a name.

Owns the demography: kinds of household by their shares (single 38 %, couples 20 %, couples with children
25 %, one parent 9 %, others 8 %; mean 2.2, census of 2020), ages near the pyramid of 2013, and the
relationships (続柄) to the householder. Shares and ages are from general knowledge: plausible, not
statistics. What records say of these people is made in ``jukinet.testing.people``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from jukinet.domain.items import HOUSEHOLDER
from jukinet.domain.persons import Sex
from jukinet.testing.draws import Draws, Weighted
from jukinet.testing.foreign_names import Nationality

YOUNGEST_PARENT = timedelta(days=6600)
OLDEST_PARENT = timedelta(days=16_400)
"""Parents are 18 to 44 years old when a child is born."""

HEAD_FAMILY = "head"
"""The family whose surname the householder bears."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person of a plan.

    ``family`` names a surname and ``koseki`` a family register, each by a word of no meaning outside the
    household; ``leads`` marks the head of that register. ``nation`` is None for Japanese. ``twin_of`` is the
    place in the household of a twin who is written alike.
    """

    relationship: str
    sex: Sex
    born: date
    family: str = HEAD_FAMILY
    koseki: str = HEAD_FAMILY
    leads: bool = False
    nation: Nationality | None = None
    twin_of: int | None = None


Plan = tuple[Member, ...]
"""A household; the householder comes first."""


def other_sex(sex: Sex) -> Sex:
    return Sex.FEMALE if sex is Sex.MALE else Sex.MALE


def japanese_plan(draws: Draws, on: date) -> Plan:
    """A Japanese household as of a day."""
    return draws.weighted(_KINDS)(draws, on)


def foreign_plan(draws: Draws, on: date, nation: Nationality, *, settled: bool) -> Plan:
    """A household of foreign residents of one nationality; ``settled`` families are like Japanese ones."""
    if settled:
        plan = japanese_plan(draws, on)
    else:
        women = nation.share("women")
        plan = draws.weighted(_NEWCOMERS)(draws, on, Sex.FEMALE if draws.chance(women) else Sex.MALE)
    return tuple(replace(member, nation=nation) for member in plan)


def mixed_plan(draws: Draws, on: date, nation: Nationality) -> Plan:
    """A Japanese married with a foreign resident; their children are Japanese."""
    foreigner = Sex.FEMALE if draws.chance(nation.share("women")) else Sex.MALE
    couple = _couple(draws, on, draws.weighted(_NEWCOMER_FAMILY_AGES) + 4, draws.chance(0.1))
    children = _children(draws, couple, on) if draws.chance(0.6) else ()
    # The Japanese spouse heads the family register; the foreign one is in none.
    spouses = tuple(
        replace(member, nation=nation, leads=False)
        if member.sex is foreigner
        else replace(member, leads=True)
        for member in couple
    )
    return spouses + children


def single_plan(draws: Draws, on: date) -> Plan:
    """A household of one."""
    return _single(draws, on)


def born_at(draws: Draws, on: date, age: int) -> date:
    """A day of birth that makes someone ``age`` years old on a day."""
    birthday = on.replace(year=on.year - age, day=min(on.day, 28))
    return birthday - timedelta(days=draws.between(0, 360))


# Ages by the first year of a band of five, with weights. Householders, but for couples the older spouse.
_SINGLE_AGES = {
    20: 100, 25: 100, 30: 75, 35: 72, 40: 78, 45: 66, 50: 62, 55: 68, 60: 95, 65: 98, 70: 95, 75: 105,
    80: 100, 85: 70, 90: 30, 95: 7, 100: 1,
}  # fmt: skip
_COUPLE_AGES = {
    20: 5, 25: 24, 30: 40, 35: 42, 40: 44, 45: 45, 50: 60, 55: 88, 60: 175, 65: 190, 70: 175, 75: 145, 80: 95,
    85: 45, 90: 10,
}  # fmt: skip
_FAMILY_AGES = {
    20: 7, 25: 42, 30: 95, 35: 140, 40: 175, 45: 150, 50: 125, 55: 95, 60: 75, 65: 55, 70: 30, 75: 15,
}  # fmt: skip
_ONE_PARENT_AGES = {
    20: 10, 25: 32, 30: 70, 35: 130, 40: 170, 45: 145, 50: 90, 55: 65, 60: 65, 65: 60, 70: 50, 75: 45, 80: 40,
    85: 25, 90: 8,
}  # fmt: skip
_NEWCOMER_AGES = {15: 60, 20: 260, 25: 230, 30: 140, 35: 100, 40: 80, 45: 50, 50: 30, 55: 15, 60: 10, 65: 6}


def _years(bands: dict[int, int]) -> Weighted[int]:
    return Weighted([(band + year, weight) for band, weight in bands.items() for year in range(5)])


_SINGLE = _years(_SINGLE_AGES)
_YOUNG_SINGLE = Weighted([(18, 8), (19, 10)])
_COUPLE = _years(_COUPLE_AGES)
_FAMILY = _years(_FAMILY_AGES)
_ONE_PARENT = _years(_ONE_PARENT_AGES)
_NEWCOMER_SINGLE_AGES = _years({band: weight for band, weight in _NEWCOMER_AGES.items() if band >= 20})
_NEWCOMER_FAMILY_AGES = _years({25: 90, 30: 200, 35: 220, 40: 180, 45: 100, 50: 60})
_CHILD_COUNTS = Weighted([(1, 40), (2, 45), (3, 13), (4, 2)])


def _single(draws: Draws, on: date) -> Plan:
    age = draws.weighted(_YOUNG_SINGLE if draws.chance(0.02) else _SINGLE)
    women = 0.42 if age < 65 else 0.68 if age < 95 else 0.87
    sex = Sex.FEMALE if draws.chance(women) else Sex.MALE
    return (Member(HOUSEHOLDER, sex, born_at(draws, on, age), leads=draws.chance(0.4)),)


def _couple(draws: Draws, on: date, age: int, wife_heads: bool, unregistered: bool = False) -> Plan:
    """Two spouses; ``age`` is that of the older one. An unregistered marriage joins two family registers."""
    gap = max(0, min(draws.near(2, 5), age - 19))
    older_husband = draws.chance(0.8)
    ages = (age, age - gap) if older_husband else (age - gap, age)
    mark = "（未届）" if unregistered else ""
    other = "spouse" if unregistered else HEAD_FAMILY
    husband = Member(HOUSEHOLDER, Sex.MALE, born_at(draws, on, ages[0]), leads=True)
    wife = Member(f"妻{mark}", Sex.FEMALE, born_at(draws, on, ages[1]), other, other)
    if not wife_heads:
        return (husband, wife)
    head = replace(wife, relationship=HOUSEHOLDER, family=HEAD_FAMILY, koseki=HEAD_FAMILY)
    return (
        head,
        replace(husband, relationship=f"夫{mark}", leads=not unregistered, family=other, koseki=other),
    )


def _children(
    draws: Draws,
    parents: Plan,
    on: date,
    relationship: str = "子",
    count: int | None = None,
) -> Plan:
    """Children of these parents, the eldest first; none where the parents are too young."""
    earliest = max(parent.born for parent in parents) + YOUNGEST_PARENT
    latest = min(on, min(parent.born for parent in parents) + OLDEST_PARENT)
    mother = min(parents, key=lambda parent: parent.sex is not Sex.FEMALE)
    born = mother.born + timedelta(days=365 * draws.near(29, 9) + draws.between(0, 364))
    if born > latest or born < earliest:
        born = draws.day(max(earliest, latest - timedelta(days=3000)), latest)
    template = Member(relationship, Sex.MALE, born, parents[0].family, parents[0].koseki)
    children: list[Member] = []
    wanted = count or draws.weighted(_CHILD_COUNTS)
    while earliest <= born <= latest and len(children) < wanted:
        sex = Sex.MALE if draws.chance(0.513) else Sex.FEMALE
        children.append(replace(template, sex=sex, born=born))
        if draws.chance(0.012):
            children.append(_twin(draws, children[-1], len(parents) + len(children) - 1))
        born += timedelta(days=draws.between(500, 1700))
    return tuple(children)


def _twin(draws: Draws, child: Member, place: int) -> Member:
    """A twin; now and then one whose name is written alike, which only the reading tells apart."""
    if draws.chance(0.07):
        return replace(child, twin_of=place)
    return replace(child, sex=child.sex if draws.chance(0.6) else other_sex(child.sex))


def _couple_alone(draws: Draws, on: date) -> Plan:
    return _couple(draws, on, draws.weighted(_COUPLE), wife_heads=draws.chance(0.05))


def _couple_with_children(draws: Draws, on: date) -> Plan:
    couple = _couple(draws, on, draws.weighted(_FAMILY), wife_heads=draws.chance(0.05))
    return couple + _children(draws, couple, on)


def _one_parent(draws: Draws, on: date) -> Plan:
    sex = Sex.FEMALE if draws.chance(0.83) else Sex.MALE
    age = draws.weighted(_ONE_PARENT)
    parent = Member(HOUSEHOLDER, sex, born_at(draws, on, age), leads=True)
    children = _children(draws, (parent,), on, count=1 if draws.chance(0.6) else 2)
    if age < 65 or not children or draws.chance(0.5):
        return (parent, *children)
    # Grown up: the child keeps the house and the parent lives in it.
    head = replace(children[0], relationship=HOUSEHOLDER, twin_of=None)
    return (head, replace(parent, relationship="母" if sex is Sex.FEMALE else "父"))


def _parents_of(draws: Draws, child: Member, relationship: str = "") -> Plan:
    """One or both parents of a member, in a family register of their own."""
    family = child.family if not relationship else "in-laws"
    mother = draws.day(child.born - timedelta(days=14_200), child.born - timedelta(days=7600))
    father = mother - timedelta(days=draws.between(0, 2000))
    both = draws.chance(0.3)
    made = []
    if both or draws.chance(0.15):
        made.append(Member(f"{relationship}父", Sex.MALE, father, family, "parents", leads=True))
    if both or not made:
        made.append(Member(f"{relationship}母", Sex.FEMALE, mother, family, "parents", leads=not made))
    return tuple(made)


def _three_generations(draws: Draws, on: date) -> Plan:
    couple = _couple(draws, on, draws.between(32, 58), wife_heads=False)
    children = _children(draws, couple, on)
    if draws.chance(0.25):
        return couple + children + _parents_of(draws, couple[1], "妻の")
    parents = _parents_of(draws, couple[0])
    if draws.chance(0.55):
        return couple + children + parents
    return _headed_by_the_old(parents, couple, children)


def _headed_by_the_old(parents: Plan, couple: Plan, children: Plan) -> Plan:
    """The same three generations told from the oldest: 世帯主, 妻, 子, 子の妻, 子の子."""
    head = replace(parents[0], relationship=HOUSEHOLDER)
    spouse = tuple(replace(parent, relationship="妻") for parent in parents[1:])
    son = replace(couple[0], relationship="子")
    moved = 1 + len(spouse)
    grandchildren = tuple(
        replace(
            child,
            relationship="子の子",
            twin_of=None if child.twin_of is None else child.twin_of + moved,
        )
        for child in children
    )
    return (head, *spouse, son, replace(couple[1], relationship="子の妻"), *grandchildren)


def _couple_with_parent(draws: Draws, on: date) -> Plan:
    couple = _couple(draws, on, draws.between(45, 68), wife_heads=False)
    of_wife = draws.chance(0.2)
    return couple + _parents_of(draws, couple[1] if of_wife else couple[0], "妻の" if of_wife else "")


def _unregistered_couple(draws: Draws, on: date) -> Plan:
    return _couple(draws, on, draws.between(22, 60), draws.chance(0.2), unregistered=True)


def _siblings(draws: Draws, on: date) -> Plan:
    age = draws.between(24, 74)
    sex = Sex.MALE if draws.chance(0.5) else Sex.FEMALE
    other = Sex.MALE if draws.chance(0.5) else Sex.FEMALE
    head = Member(HOUSEHOLDER, sex, born_at(draws, on, age))
    gap = timedelta(days=draws.between(400, 2400))
    if draws.chance(0.7):
        younger = "弟" if other is Sex.MALE else "妹"
        return (head, Member(younger, other, head.born + gap))
    return (head, Member("兄" if other is Sex.MALE else "姉", other, head.born - gap))


def _lodgers(draws: Draws, on: date) -> Plan:
    (head,) = _single(draws, on)
    lodgers = tuple(
        replace(member, relationship="同居人", family=f"lodger {number}", koseki=f"lodger {number}")
        for number in range(draws.between(1, 2))
        for member in _single(draws, on)
    )
    return (head, *lodgers)


def _stepfamily(draws: Draws, on: date) -> Plan:
    """The wife's child of an earlier marriage, adopted by nobody: 妻の子, with the wife's former surname."""
    couple = _couple(draws, on, draws.between(28, 48), wife_heads=False)
    hers = _children(draws, couple[1:], on, "妻の子", count=1)
    return couple + tuple(replace(child, family="step", koseki="step", twin_of=None) for child in hers)


def _relative(draws: Draws, on: date) -> Plan:
    (head,) = _single(draws, on)
    (relative,) = _single(draws, on)
    return (head, replace(relative, relationship="縁故者", family="kin", koseki="kin"))


_KINDS: Weighted[Callable[[Draws, date], Plan]] = Weighted(
    [
        (_single, 380),
        (_couple_alone, 200),
        (_couple_with_children, 250),
        (_one_parent, 90),
        (_three_generations, 34),
        (_couple_with_parent, 18),
        (_unregistered_couple, 10),
        (_siblings, 7),
        (_lodgers, 5),
        (_stepfamily, 4),
        (_relative, 2),
    ]
)


def _newcomer_single(draws: Draws, on: date, sex: Sex) -> Plan:
    age = draws.between(18, 19) if draws.chance(0.06) else draws.weighted(_NEWCOMER_SINGLE_AGES)
    return (Member(HOUSEHOLDER, sex, born_at(draws, on, age)),)


def _newcomer_couple(draws: Draws, on: date, sex: Sex) -> Plan:
    return _couple(draws, on, draws.weighted(_NEWCOMER_FAMILY_AGES), sex is Sex.FEMALE and draws.chance(0.3))


def _newcomer_family(draws: Draws, on: date, sex: Sex) -> Plan:
    couple = _newcomer_couple(draws, on, sex)
    return couple + _children(draws, couple, on, count=1 if draws.chance(0.5) else 2)


_NEWCOMERS: Weighted[Callable[[Draws, date, Sex], Plan]] = Weighted(
    [(_newcomer_single, 72), (_newcomer_couple, 12), (_newcomer_family, 16)]
)

"""From the plan of a household to the records of its members: names, address, koseki, stays, programmes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from jukinet.domain.dates import PartialDate, age_on
from jukinet.domain.items import (
    HOUSEHOLDER,
    ForeignItems,
    Koseki,
    Nickname,
    PersonName,
    RecordKind,
    ResidentRecord,
)
from jukinet.domain.persons import Address, Sex
from jukinet.testing import gazetteer
from jukinet.testing.draws import Draws
from jukinet.testing.foreign_names import Nationality, Part, foreign_name, nickname_text
from jukinet.testing.histories import Residence, Surroundings, residences
from jukinet.testing.households import Member, Plan
from jukinet.testing.japanese_names import SPACE, Written, full_name, names
from jukinet.testing.programmes import Means, allowance_children, programmes, votes
from jukinet.testing.stays import FOREIGN_RECORDS_BEGAN, Standing, foreign_items

UNKNOWN_BIRTH_SHARE = 0.006
"""How many of the very old, and of the foreign residents, have a birth date that is partly unknown."""

_KEEP_THEIR_NAMES = frozenset({"CHN", "KOR", "TWN", "VNM", "MMR", "MNG", "PER", "BOL"})
"""Where spouses keep their family names."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan, and what kind of foreign residents are in it, if any."""

    plan: Plan
    special: bool = False
    newcomers: bool = False


@dataclass(frozen=True, slots=True)
class _Setting:
    """What all members of one household share."""

    drawn: Drawn
    number: str
    address: Address
    around: Surroundings
    means: Means
    receiver: int
    on: date


def write_records(
    draws: Draws, drawn: Drawn, number: str, around: Surroundings, on: date
) -> tuple[ResidentRecord, ...]:
    """The records of one household, in the order of the plan."""
    plan = drawn.plan
    setting = _Setting(
        drawn=drawn,
        number=number,
        address=gazetteer.invent_address(draws, around.code, around.towns),
        around=around,
        means=Means(
            self_employed=draws.chance(0.5 if drawn.newcomers else 0.26),
            allowance_children=allowance_children(_young(plan), on),
        ),
        receiver=_receiver(plan),
        on=on,
    )
    named = _Namer(draws, plan).names()
    registers = _kosekis(draws, plan, named, around)
    homes = residences(draws, plan, on, around, newcomers=drawn.newcomers)
    made: list[ResidentRecord] = []
    for place, member in enumerate(plan):
        if member.nation is None:
            made.append(
                _japanese(draws, setting, place, named[place], registers[member.koseki], homes[place])
            )
        else:
            made.append(_foreign(draws, setting, place, member.nation, named, homes[place], made))
    return tuple(made)


def _young(plan: Plan) -> tuple[date, ...]:
    return tuple(member.born for member in plan if member.relationship in {"子", "子の子", "妻の子"})


def _receiver(plan: Plan) -> int:
    """Who receives the child allowance: the householder, or the child whose children they are."""
    if all(member.relationship != "子の子" for member in plan):
        return 0
    return next((place for place, member in enumerate(plan) if member.relationship == "子"), 0)


def _japanese(
    draws: Draws, setting: _Setting, place: int, name: PersonName, koseki: Koseki, home: Residence
) -> ResidentRecord:
    member, on = setting.drawn.plan[place], setting.on
    return ResidentRecord(
        kind=RecordKind.JAPANESE,
        name=name,
        birth_date=_birth_date(draws, member, home, on),
        sex=member.sex,
        household_number=setting.number,
        relationship=member.relationship,
        address=setting.address,
        recorded_since=home.recorded,
        koseki=koseki,
        became_resident_on=home.became,
        address_since=home.address_since,
        previous_address=home.previous,
        voter=votes(member.born, home.recorded, on),
        programmes=programmes(
            draws, member.born, home.became, on, setting.means, receives=place == setting.receiver
        ),
    )


def _foreign(
    draws: Draws,
    setting: _Setting,
    place: int,
    nation: Nationality,
    named: tuple[PersonName, ...],
    home: Residence,
    before: list[ResidentRecord],
) -> ResidentRecord:
    member, on = setting.drawn.plan[place], setting.on
    items = _stay(draws, setting, member, nation, home, before)
    nickname, former = _nicknames(draws, setting, member, nation, named, home)
    return ResidentRecord(
        kind=RecordKind.FOREIGN,
        name=named[place],
        birth_date=_birth_date(draws, member, home, on),
        sex=member.sex,
        household_number=setting.number,
        relationship=member.relationship,
        address=setting.address,
        recorded_since=home.recorded,
        address_since=home.address_since,
        previous_address=home.previous,
        programmes=programmes(
            draws, member.born, home.became, on, setting.means, receives=place == setting.receiver
        ),
        nickname=nickname,
        former_nicknames=former,
        foreign=items,
    )


def _stay(
    draws: Draws,
    setting: _Setting,
    member: Member,
    nation: Nationality,
    home: Residence,
    before: list[ResidentRecord],
) -> ForeignItems:
    family = member.relationship not in {HOUSEHOLDER, "同居人", "縁故者"}
    sponsor = before[0].foreign if before else None
    standing = Standing(
        nation=nation,
        special=setting.drawn.special,
        married_to_japanese=any(other.nation is None for other in setting.drawn.plan),
        sponsor=sponsor.status if sponsor else None,
        family=family,
    )
    return foreign_items(draws, standing, member.born, home.became, setting.on)


def _nicknames(
    draws: Draws,
    setting: _Setting,
    member: Member,
    nation: Nationality,
    named: tuple[PersonName, ...],
    home: Residence,
) -> tuple[Nickname | None, tuple[Nickname, ...]]:
    """The nickname, recorded here or, before a move, at the former municipality; for a few an older one."""
    married = _japanese_surname(setting.drawn.plan, named)
    share = 0.65 if setting.drawn.special else nation.share("nickname") * (2 if married else 1)
    if not draws.chance(share):
        return None, ()
    # A family uses one surname in its nicknames.
    shared = names().surname(Draws("nickname", setting.around.code, setting.number)).text
    text = nickname_text(draws, member.sex, member.born.year, married or shared)
    recorded = max(FOREIGN_RECORDS_BEGAN, home.recorded)
    here = setting.around.code
    if home.previous and home.previous.municipality and draws.chance(0.5):
        came = draws.day(max(FOREIGN_RECORDS_BEGAN, member.born), home.became)
        return Nickname(text, came, home.previous.municipality), ()
    if not draws.chance(0.1):
        return Nickname(text, recorded, here), ()
    changed = draws.day(recorded, setting.on)
    older = nickname_text(draws, member.sex, member.born.year, None)
    return Nickname(text, changed, here), (Nickname(older, recorded, here, changed, here),)


def _japanese_surname(plan: Plan, named: tuple[PersonName, ...]) -> str | None:
    japanese = (name for name, member in zip(named, plan, strict=True) if member.nation is None)
    first = next(japanese, None)
    return first.text.partition(SPACE)[0] if first else None


def _birth_date(draws: Draws, member: Member, home: Residence, on: date) -> PartialDate:
    """Exact but for a few, of whom it is not recorded on which day or in which month they were born."""
    born = member.born
    candidate = member.nation is not None or age_on(born, on) >= 75
    if not candidate or born.year >= home.became.year or not draws.chance(UNKNOWN_BIRTH_SHARE):
        return PartialDate.of(born)
    return PartialDate(draws.pick((f"{born:%Y-%m}-XX", f"{born.year}-XX-XX", f"{born.year}-XX-XX")))


def _kosekis(
    draws: Draws, plan: Plan, named: tuple[PersonName, ...], around: Surroundings
) -> dict[str, Koseki]:
    """The family registers of a household's Japanese. The head of one may be nobody of the household."""
    found: dict[str, Koseki] = {}
    for member, name in zip(plan, named, strict=True):
        if member.nation is None and (member.leads or member.koseki not in found):
            towns = around.towns if draws.chance(0.55) else draws.pick(around.elsewhere)[1]
            head = name.text if member.leads else _absent_head(draws, member, name)
            found[member.koseki] = Koseki(gazetteer.invent_domicile(draws, towns), head)
    return found


def _absent_head(draws: Draws, member: Member, name: PersonName) -> str:
    surname, space, _ = name.text.partition(SPACE)
    return surname + space + names().given(draws, Sex.MALE, member.born.year - 30).text


class _Namer:
    """Names for one household: who is of one family bears one surname, and no two members one given name."""

    def __init__(self, draws: Draws, plan: Plan) -> None:
        self._draws = draws
        self._plan = plan
        self._surnames: dict[str, Written] = {}
        self._families: dict[str, Part] = {}
        self._given: set[str] = set()

    def names(self) -> tuple[PersonName, ...]:
        made: list[PersonName] = []
        for member in self._plan:
            if member.nation is not None:
                twin = made[member.twin_of] if member.twin_of is not None else None
                made.append(twin or self._new_foreign(member, member.nation, made))
                continue
            surname = self._surname(member.family)
            if member.twin_of is not None:
                first, second = names().twins(self._draws, member.sex)
                made[member.twin_of] = full_name(surname, first)
                made.append(full_name(surname, second))
            else:
                made.append(full_name(surname, self._new_given(member)))
        return tuple(made)

    def _surname(self, family: str) -> Written:
        if family not in self._surnames:
            self._surnames[family] = names().surname(self._draws)
        return self._surnames[family]

    def _new_given(self, member: Member) -> Written:
        given = names().given(self._draws, member.sex, member.born.year)
        while given.text in self._given:
            given = names().given(self._draws, member.sex, member.born.year)
        self._given.add(given.text)
        return given

    def _new_foreign(self, member: Member, nation: Nationality, taken: list[PersonName]) -> PersonName:
        # Bounded: a list of names may be shorter than a family is large.
        tries = (self._foreign(member, nation) for _ in range(20))
        return next((name for name in tries if name not in taken), None) or self._foreign(member, nation)

    def _foreign(self, member: Member, nation: Nationality) -> PersonName:
        married_in = member.relationship[0] in "妻夫" or member.relationship == "子の妻"
        own = married_in and (nation.code in _KEEP_THEIR_NAMES or self._draws.chance(0.3))
        if own:
            return foreign_name(self._draws, nation, member.sex, nation.draw_family(self._draws))
        if member.family not in self._families:
            self._families[member.family] = nation.draw_family(self._draws)
        return foreign_name(self._draws, nation, member.sex, self._families[member.family])

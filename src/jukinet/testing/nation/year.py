"""A year of the nation: people move, are born, die and change their codes, by the office's own acts.

Owns who is drawn for what. Each event is the acts that a clerk would do, records read first; an act that the law
refuses is counted, and nothing of it remembered. Households move as a whole; who is drawn for one event of a day is not
drawn for another.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from itertools import accumulate

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import HOUSEHOLDER, PersonName
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, Place, Sex
from jukinet.law.codes import ChangeDocument
from jukinet.law.decisions import Refused
from jukinet.law.resident_notices import MoveInEvidence
from jukinet.services import births, codes, deaths, moves, reads
from jukinet.services.context import TurnedBackError
from jukinet.services.filings import (
    BirthFiling,
    CodeChangeFiling,
    DeathFiling,
    MoveInFiling,
    MoveOutFiling,
    Mover,
    MoveWithinFiling,
    Person,
)
from jukinet.services.reads import Found
from jukinet.services.register import Drafted, Registered
from jukinet.testing.federation import CLERK, EPOCH
from jukinet.testing.nation.country import (
    MOVES_BETWEEN,
    MOVES_BETWEEN_PREFECTURES,
    Event,
    events_of,
)
from jukinet.testing.nation.lines import Nation
from jukinet.testing.nation.loading import FIRST_DAY, Home
from jukinet.testing.notifying import brought_for

_GIVEN = {Sex.MALE: ("一郎", "大翔", "蓮", "悠真"), Sex.FEMALE: ("花子", "結菜", "葵", "陽菜")}

Homes = dict[MunicipalityCode, list[Home]]


class _RefusedError(Exception):
    """An act of an event was refused; the rules."""


@dataclass
class Told:
    """What was done: acts by kind, and what was refused by rule."""

    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)


class Year:
    """The simulation: ``day`` after ``day``."""

    def __init__(self, nation: Nation, homes: Homes, seed: int = 1) -> None:
        self._nation = nation
        self._homes = homes
        self._random = random.Random(seed)
        self._places = [code for code, here in homes.items() if here]
        self._up_to = list(
            accumulate(sum(len(home.members) for home in homes[code]) for code in self._places)
        )
        self._residents = self._up_to[-1]
        self.told = Told()

    def day(self, number: int, pool: Executor) -> None:
        """All acts of one day, then everything that they send, until nothing moves."""
        self._nation.clock.moment = EPOCH + timedelta(days=number)
        today = FIRST_DAY + timedelta(days=number)
        taken: set[int] = set()
        draws = [self._draw(event, today, taken) for event in events_of(number, self._residents)]
        for finish in pool.map(lambda work: work(), filter(None, draws)):
            finish()
        self._nation.drain(pool)

    def _draw(self, event: Event, today: date, taken: set[int]) -> Callable[[], Callable[[], None]] | None:
        """An event for somebody: what does it, and gives back what is to be remembered of it."""
        here = self._somewhere()
        home = next(
            (
                one
                for one in self._random.choices(self._homes[here], k=20)
                if id(one) not in taken and one.members and (one.japanese or event is not Event.BIRTH)
            ),
            None,
        )
        if home is None:
            return None
        taken.add(id(home))
        work: Callable[[], Callable[[], None]]
        match event:
            case Event.MOVE:
                there = self._elsewhere(here)
                work = partial(self._move, here, home, there, self._address(there), today)
            case Event.MOVE_WITHIN:
                work = partial(self._move_within, here, home, self._address(here), today)
            case Event.BIRTH:
                work = partial(self._birth, here, home, self._random.choice(list(_GIVEN)), today)
            case Event.DEATH:
                work = partial(self._death, here, home, self._random.choice(home.members), today)
            case Event.CODE_CHANGE:
                work = partial(self._change_code, here, self._random.choice(home.members))
        return partial(self._counted, event, work)

    def _counted(self, event: Event, work: Callable[[], Callable[[], None]]) -> Callable[[], None]:
        try:
            finish = work()
        except (_RefusedError, TurnedBackError) as refused:
            reason = _rules(refused.refused) if isinstance(refused, TurnedBackError) else str(refused)
            return lambda: self.told.refused.update([f"{event}: {reason}"])

        def remembered() -> None:
            self.told.done[event] += 1
            finish()

        return remembered

    def _somewhere(self) -> MunicipalityCode:
        return self._random.choices(self._places, cum_weights=self._up_to)[0]

    def _elsewhere(self, here: MunicipalityCode) -> MunicipalityCode:
        """Another municipality: beyond the prefecture as often as people moved so."""
        beyond = self._random.random() < MOVES_BETWEEN_PREFECTURES / MOVES_BETWEEN
        for _ in range(200):
            there = self._somewhere()
            if there != here and (there.prefecture != here.prefecture) is beyond:
                return there
        return next(code for code in self._places if code != here)

    def _address(self, where: MunicipalityCode) -> Address:
        """A new flat in a house where somebody lives."""
        known = self._random.choice(self._homes[where]).address
        return replace(known, building=f"見本荘{self._random.randrange(1, 10**6)}号")

    def _read(self, where: MunicipalityCode, number: str) -> Found:
        found = reads.read_resident(self._nation.context(where), CLERK, number)
        if isinstance(found, Refused):
            raise _RefusedError(_rules(found))
        return found

    def _move(
        self, here: MunicipalityCode, home: Home, there: MunicipalityCode, address: Address, today: date
    ) -> Callable[[], None]:
        found = [self._read(here, number) for number in home.members]
        out = MoveOutFiling(
            tuple(home.members),
            Place(address.full, there),
            today,
            today,
            notified_by=brought_for(len(found)),
        )
        _registered(moves.file_move_out(self._nation.context(here), CLERK, out))
        filing = MoveInFiling(
            persons=tuple(_person(one) for one in found),
            address=address,
            previous_address=Place(home.address.full, here),
            moved_on=today,
            filed_on=today,
            evidence=MoveInEvidence.CERTIFICATE,
            status_shown=True,
            although_alike=True,
            notified_by=brought_for(len(found)),
        )
        numbers = _registered(moves.move_in(self._nation.context(there), CLERK, filing)).resident_nos
        household = self._read(there, numbers[0]).record.household_number
        # The municipality that is left says nothing before it hears of the move-in.
        self._wake(there)

        def remember() -> None:
            self._homes[here].remove(home)
            self._homes[there].append(Home(household, list(numbers), address, home.japanese))

        return remember

    def _move_within(
        self, here: MunicipalityCode, home: Home, address: Address, today: date
    ) -> Callable[[], None]:
        movers = tuple(Mover(number) for number in home.members)
        brought = brought_for(len(movers))
        filing = MoveWithinFiling(movers, address, today, today, new_household=False, notified_by=brought)
        _registered(moves.move_within(self._nation.context(here), CLERK, filing))
        self._wake(here)
        return lambda: setattr(home, "address", address)

    def _birth(self, here: MunicipalityCode, home: Home, sex: Sex, today: date) -> Callable[[], None]:
        head = self._read(here, home.members[0]).record
        surname = head.name.text.partition("　")[0]
        given = _GIVEN[sex][len(home.members) % 4]
        child = Person(
            PersonName(f"{surname}　{given}"), PartialDate.of(today), sex, "子", koseki=head.koseki
        )
        filing = BirthFiling(home.number, child, today)
        done = _registered(births.record_birth(self._nation.context(here), CLERK, filing))
        self._wake(here)
        return lambda: home.members.extend(done.resident_nos)

    def _death(self, here: MunicipalityCode, home: Home, number: str, today: date) -> Callable[[], None]:
        found = self._read(here, number)
        if found.record.relationship == HOUSEHOLDER and len(home.members) > 2:
            # Who becomes householder would have to be notified first: somebody else of the household is drawn.
            number = home.members[-1]
        _registered(deaths.record_death(self._nation.context(here), CLERK, DeathFiling(number, today, today)))
        self._wake(here)
        return lambda: home.members.remove(number)

    def _change_code(self, here: MunicipalityCode, number: str) -> Callable[[], None]:
        record = self._read(here, number).record
        if record.code is None:
            raise _RefusedError("no code")
        filing = CodeChangeFiling(
            number, record.name.text, record.address.full, record.code, ChangeDocument.CARD
        )
        _registered(codes.change_code(self._nation.context(here), CLERK, filing))
        self._wake(here)
        return lambda: None

    def _wake(self, place: MunicipalityCode) -> None:
        self._nation.wake(place.node_id)


def _person(found: Found) -> Person:
    """Somebody as the certificate tells of them to the next municipality."""
    record = found.record
    return Person(
        record.name,
        record.birth_date,
        record.sex,
        record.relationship,
        record.code,
        record.koseki,
        record.foreign,
        nickname=record.nickname,
        former_nicknames=record.former_nicknames,
    )


def _registered(outcome: Registered | Drafted | Refused) -> Registered:
    if isinstance(outcome, Registered):
        return outcome
    raise _RefusedError(_rules(outcome) if isinstance(outcome, Refused) else "draft")


def _rules(refused: Refused) -> str:
    return " ".join(rule.rule for rule in refused.failed)


def sizes(homes: Mapping[MunicipalityCode, list[Home]]) -> int:
    """How many the simulation remembers."""
    return sum(len(home.members) for here in homes.values() for home in here)

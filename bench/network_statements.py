"""Signed statements of a small nation: a standing population, and a day's changes in the proportions of 2013.

The same people, codes and changes each time. Each statement is one that its store applies: who moves in is recorded
there before the old place deletes, nobody dies twice.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from jukinet.domain.changes import ChangeInformation, ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode, is_issuable
from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import MunicipalityCode, NodeId
from jukinet.domain.persons import IdentityFacts
from jukinet.messages.bodies import IdentityNotice
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import MessageKind, Stream
from jukinet.messages.statements import Statement, seal_statement
from jukinet.testing.federation import EPOCH, signing_key
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_municipality

ON = date(2013, 7, 8)
TOWNS = (KUNITACHI, CHIYODA)
GOVERNOR = NodeId("pref-13")

# Of a year's notices, by the statistics of 2013 and 2014: 5.0 million moves between municipalities are two notices
# each, 1.0 million births, 1.3 million deaths. How many move within and what else is corrected is a guess.
_SHARES = {"move": 50, "birth": 10, "death": 13, "move-within": 30, "corrected": 5, "code": 1}


@dataclass(frozen=True, slots=True)
class _Person:
    facts: IdentityFacts
    foreign: bool


class Nation:
    """Makes its statements one after the other, each with its origin's next number."""

    def __init__(self, seed: int = 1) -> None:
        self._random = random.Random(seed)  # noqa: S311 - the same changes each time
        self._codes = _codes()
        self._numbers = dict.fromkeys(TOWNS, 0)
        self._keys = {town: signing_key(town.node_id, KeyUse.STATEMENT) for town in TOWNS}
        self._living: list[_Person] = []
        self._born: Iterator[_Person] = iter(())

    def population(self, count: int) -> list[bytes]:
        """The recordings of a standing population."""
        people = [
            _Person(record.identity_facts(), foreign=record.kind is RecordKind.FOREIGN)
            for town in TOWNS
            for household in make_municipality(town, count, seed=1, on=ON)
            for record in household.records
        ]
        self._random.shuffle(people)
        coded = [replace(one, facts=replace(one.facts, code=next(self._codes))) for one in people]
        self._living, unborn = coded[:count], coded[count:]
        self._born = iter(unborn)
        return [self._record(one, NoticeReason.RECORDED_EX_OFFICIO) for one in self._living]

    def changes(self, count: int) -> list[bytes]:
        """So many notices of changes, or one more."""
        made: list[bytes] = []
        while len(made) < count:
            (kind,) = self._random.choices(list(_SHARES), list(_SHARES.values()))
            made += self._change(kind)
        return made

    def _change(self, kind: str) -> list[bytes]:
        if kind == "birth":
            self._living.append(next(self._born))
            return [self._record(self._living[-1], NoticeReason.BIRTH)]
        place = self._random.randrange(len(self._living))
        one = self._living[place]
        home = one.facts.address.municipality
        if kind == "death":
            self._living[place] = self._living[-1]
            self._living.pop()
            return [self._say(one, home, ChangeKind.DELETION, NoticeReason.DEATH)]
        if kind == "code":
            changed = self._living[place] = replace(one, facts=replace(one.facts, code=next(self._codes)))
            reason = NoticeReason.CODE_CHANGE_REQUESTED
            return [self._say(changed, home, ChangeKind.CODE_CORRECTION, reason, one.facts.code)]
        if kind == "corrected":
            return [self._say(one, home, ChangeKind.CORRECTION, NoticeReason.CORRECTED_EX_OFFICIO)]
        street = self._random.choice(self._living).facts.address
        town = next(other for other in TOWNS if (other != home) is (kind == "move"))
        address = replace(street, municipality=town)
        moved = self._living[place] = replace(one, facts=replace(one.facts, address=address))
        if kind == "move-within":
            return [self._say(moved, home, ChangeKind.CORRECTION, NoticeReason.MOVE_WITHIN)]
        return [
            self._record(moved, NoticeReason.MOVE_IN),
            self._say(one, home, ChangeKind.DELETION, NoticeReason.MOVE_OUT),
        ]

    def _record(self, one: _Person, reason: NoticeReason) -> bytes:
        return self._say(one, one.facts.address.municipality, ChangeKind.RECORDING, reason)

    def _say(
        self,
        one: _Person,
        town: MunicipalityCode,
        kind: ChangeKind,
        reason: NoticeReason,
        previous: ResidentRecordCode | None = None,
    ) -> bytes:
        self._numbers[town] += 1
        number = self._numbers[town]
        statement = Statement(
            statement_id=hashlib.sha256(f"{town} {number}".encode()).hexdigest()[:32],
            kind=MessageKind.IDENTITY_NOTICE,
            origin=town.node_id,
            incarnation=1,
            stream=Stream.IDENTITY,
            first_addressee=GOVERNOR,
            number=number,
            created=EPOCH,
            body=IdentityNotice(one.facts, ChangeInformation(kind, reason, ON, one.foreign, previous)),
        )
        return seal_statement(statement, self._keys[town])


def _codes() -> Iterator[ResidentRecordCode]:
    ten = 4_000_000_000
    while True:
        ten += 7_919  # scattered over the index, as random codes are
        if is_issuable(f"{ten:010d}"):
            yield ResidentRecordCode.compose(f"{ten:010d}")

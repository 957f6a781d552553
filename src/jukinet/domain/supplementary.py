"""The supplementary register of a koseki (戸籍の附票, Act Arts. 16 to 17-2): its entries, and what they come to.

Owns the shape, and which of several statements about an address counts. A register is its entries in the order in which
they were written and nothing else; none is ever altered. Who may write one is in ``jukinet.law.supplementary``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from jukinet.domain.items import Koseki
from jukinet.domain.matching import address_key, kanji_key
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, Private

OFFICE = "office"
"""Who speaks in an entry that the mayor of the domicile writes on what the koseki office or the commission told."""


class Way(StrEnum):
    """What an entry does."""

    OPENED = "opened"
    """The register was made (Ord. 18(1)), or taken over with the domicile (Act 19(3)): ``koseki``"""
    KOSEKI = "koseki"
    """The koseki is displayed otherwise: ``koseki``"""
    ENTERED = "entered"
    """Somebody entered the koseki (Ord. 18(2)): ``name``"""
    NAME = "name"
    ADDRESS = "address"
    """``address``, or none (None), since ``day``"""
    VOTER = "voter"
    """On the roll of those who vote abroad, of ``municipality`` (17-2); none: struck off"""
    REMOVED = "removed"
    """Removed from the koseki (Ord. 19): ``ground``"""
    HANDED_OVER = "handed-over"
    """The domicile moved to ``municipality``, where the koseki is ``koseki`` (Act 19(3)); all were removed"""
    REWRITTEN = "rewritten"
    """改製 (Ord. 21(2), 16): what stood goes on under the number ``reference``; this register is kept apart"""
    REMADE = "remade"
    """再製 after a loss (Ord. 21(2), 17), on the day on which that was made known"""


class Removal(StrEnum):
    """Why somebody was removed from a koseki."""

    DEATH = "death"
    ANOTHER_KOSEKI = "another-koseki"
    """Marriage, adoption, a koseki of one's own"""
    DOMICILE_MOVED = "domicile-moved"
    """The koseki was transferred to another municipality (転籍, Act 19(3))"""
    NATIONALITY_LOST = "nationality-lost"
    ERROR = "error"


@dataclass(frozen=True, slots=True, repr=False)
class Entry(Private):
    """One entry. ``member``: whom it is about, by the number within the register; None for the koseki itself.

    ``day``: from when it holds; of an address the day on which it was fixed (Art. 17(iv)). ``speaker``: the node of the
    municipality of residence whose notice it is, or ``OFFICE``. ``reference`` of an opening: the register that was
    written anew as this one.
    """

    way: Way
    day: date
    member: int | None = None
    speaker: str = OFFICE
    koseki: Koseki | None = None
    name: str | None = None
    address: Address | None = None
    municipality: MunicipalityCode | None = None
    ground: Removal | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Stay(Private):
    """An address as somebody said it; ``address`` None: none in the country from ``since`` on."""

    speaker: str
    address: Address | None
    since: date


@dataclass(frozen=True, slots=True, repr=False)
class Member(Private):
    """One person of the koseki, with everything that was ever said of the address."""

    number: int
    name: str
    entered_on: date
    stays: tuple[Stay, ...] = ()
    voter: MunicipalityCode | None = None
    removed_on: date | None = None
    ground: Removal | None = None

    @property
    def present(self) -> bool:
        return self.removed_on is None

    @property
    def stay(self) -> Stay | None:
        return standing(self.stays)


@dataclass(frozen=True, slots=True, repr=False)
class Register(Private):
    """A supplementary register as its entries make it."""

    koseki: Koseki
    opened_on: date
    members: tuple[Member, ...] = ()
    handed_over: Entry | None = None
    rewritten_as: str | None = None
    remade_on: date | None = None

    @property
    def present(self) -> bool:
        """Whether somebody stands in it, and it was not written anew; else it is deleted as a whole, and kept."""
        return self.rewritten_as is None and any(one.present for one in self.members)

    def member(self, number: int) -> Member | None:
        return next((one for one in self.members if one.number == number), None)


def standing(stays: Sequence[Stay]) -> Stay | None:
    """Which of them counts, in whatever order notices of different municipalities came.

    What the office wrote sets aside all before it. Of each municipality its last word counts; among these the latest
    day, since who left for another municipality is told of by that one alone. A municipality that says that somebody
    has no address from the very day on from which it had told one, or earlier, takes back what it told since then.
    """
    words: dict[str, list[Stay]] = {}
    for stay in stays:
        if stay.speaker == OFFICE:
            by = stay.address.municipality.node_id.text if stay.address else OFFICE
            words = {by: [stay]}
            continue
        before = words.pop(stay.speaker, [])
        kept = [*before, stay]
        if stay.address is None and any(one.address and stay.since <= one.since for one in before):
            kept = [one for one in before if one.since < stay.since]
        if kept:
            words[stay.speaker] = kept
    # Of one day the later word: a dictionary keeps the order in which the last words came.
    return max(reversed([said[-1] for said in words.values()]), key=lambda one: one.since, default=None)


def register_of(entries: Iterable[Entry]) -> Register:
    """What entries come to. ``ValueError`` where they begin with no opening or speak of nobody."""
    first, *rest = entries
    if first.way is not Way.OPENED or first.koseki is None:
        raise ValueError("a register begins with its opening")
    register = Register(first.koseki, first.day)
    for entry in rest:
        register = _written(register, entry)
    return register


def written_anew(register: Register, register_no: str) -> tuple[Entry, ...]:
    """The entries of the register that takes its place: what stands alone, of whoever still stands in it.

    What was removed or corrected is left out, as Ord. 16 allows; numbers within the register begin again.
    """
    entries = [Entry(Way.OPENED, register.opened_on, koseki=register.koseki, reference=register_no)]
    standing_now = [one for one in register.members if one.present]
    for number, one in enumerate(standing_now, start=1):
        entries.append(Entry(Way.ENTERED, one.entered_on, number, name=one.name))
        if (stay := one.stay) is not None:
            entries.append(Entry(Way.ADDRESS, stay.since, number, stay.speaker, address=stay.address))
        if one.voter is not None:
            entries.append(Entry(Way.VOTER, one.entered_on, number, municipality=one.voter))
    return tuple(entries)


@dataclass(frozen=True, slots=True, repr=False)
class Course(Private):
    """One line of somebody's addresses, as a copy shows them: from when it stood; None: none in the country."""

    address: Address | None
    since: date


def courses_of(entries: Sequence[Entry]) -> dict[int, tuple[Course, ...]]:
    """By number the addresses of each member, one after another as they stood, without those taken back."""
    said: dict[int, list[Stay]] = {}
    found: dict[int, list[Course]] = {}
    for entry in entries:
        if entry.way is not Way.ADDRESS or entry.member is None:
            continue
        said.setdefault(entry.member, []).append(Stay(entry.speaker, entry.address, entry.day))
        stay = standing(said[entry.member])
        lines = found.setdefault(entry.member, [])
        if stay is not None:
            line = Course(stay.address, stay.since)
            lines[:] = [one for one in lines if one.since < line.since] + [line]
    return {number: tuple(lines) for number, lines in found.items()}


def _written(register: Register, entry: Entry) -> Register:
    if entry.member is None:
        return _about_all(register, entry)
    if entry.way is Way.ENTERED:
        entered = Member(entry.member, entry.name or "", entry.day)
        return replace(register, members=(*register.members, entered))
    found = register.member(entry.member)
    if found is None:
        raise ValueError("an entry is about nobody in the register")
    changed = _changed(found, entry)
    return replace(register, members=tuple(changed if one is found else one for one in register.members))


def _about_all(register: Register, entry: Entry) -> Register:
    match entry.way:
        case Way.KOSEKI:
            return replace(register, koseki=entry.koseki or register.koseki)
        case Way.HANDED_OVER:
            return replace(register, handed_over=entry)
        case Way.REWRITTEN:
            return replace(register, rewritten_as=entry.reference)
        case Way.REMADE:
            return replace(register, remade_on=entry.day)
        case _:
            return register


def _changed(member: Member, entry: Entry) -> Member:
    match entry.way:
        case Way.NAME:
            return replace(member, name=entry.name or member.name)
        case Way.ADDRESS:
            stay = Stay(entry.speaker, entry.address, entry.day)
            return replace(member, stays=(*member.stays, stay))
        case Way.VOTER:
            return replace(member, voter=entry.municipality)
        case Way.REMOVED:
            return replace(member, removed_on=entry.day, ground=entry.ground)
        case _:
            return member


def koseki_key(koseki: Koseki) -> str:
    """By which a koseki is known again, however prefecture, numbers and spaces are written."""
    return f"{address_key(koseki.domicile)}\t{kanji_key(koseki.head)}"


def member_key(name: str) -> str:
    """By which a name in a koseki is known again."""
    return kanji_key(name)

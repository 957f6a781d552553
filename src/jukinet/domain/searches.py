"""What a clerk looks for in the register, and the ranges of keys in which it is found.

Owns conditions and their ranges. Which keys a record has is in ``jukinet.domain.search_keys``; whether a search
narrows enough is decided in ``jukinet.law.search``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, combinations
from types import MappingProxyType

from jukinet.domain import matching
from jukinet.domain.changes import RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.gazetteer import LOT_BEGINS
from jukinet.domain.japanese_dates import read_japanese
from jukinet.domain.kana import is_kana, loose_kana_key
from jukinet.domain.persons import Private, Sex
from jukinet.domain.scalars import Scalar
from jukinet.domain.search_keys import (
    KeyKind,
    building_key,
    document_key,
    kana_key,
    latin_words,
    pair_key,
    whole_key,
)

MOST_WORDS = 8
"""Words of a Latin name that may be asked for at once."""


class Condition(StrEnum):
    """What can be asked for; the words are those of a request, and all that the audit log keeps of one."""

    CODE = "code"
    RESIDENT_NO = "resident_no"
    HOUSEHOLD_NUMBER = "household_number"
    NAME = "name"
    GIVEN_NAME = "given_name"
    KANA = "kana"
    LATIN = "latin"
    NICKNAME = "nickname"
    BIRTH_DATE = "birth_date"
    ADDRESS = "address"
    ADDRESS_CODE = "address_code"
    BUILDING = "building"
    DOCUMENT_NUMBER = "document_number"
    SEX = "sex"
    RELATIONSHIP = "relationship"
    DELETED_BY = "deleted_by"


SPELT = frozenset(
    {
        Condition.NAME,
        Condition.GIVEN_NAME,
        Condition.KANA,
        Condition.LATIN,
        Condition.NICKNAME,
        Condition.ADDRESS,
        Condition.BUILDING,
    }
)
"""Conditions that are found by the beginning; exactly, or anywhere within, where that is asked for."""

EMPTY_PATHS = MappingProxyType(
    {
        "code": "code",
        "kana": "name,kana",
        "latin": "name,latin",
        "nickname": "nickname",
        "building": "address,building",
        "document_number": "foreign,document_number",
        "previous_address": "previous_address",
        "koseki": "koseki",
    }
)
"""Items that may be empty, and where they stand in a record as it is stored."""


class BirthSpan(Scalar):
    """A birth date as it is asked for: a year, a month, a day, or a partly unknown date exactly as recorded.

    ``1980`` · ``1980-04`` · ``1980-04-17`` find everybody who can have been born then; any other text of a
    ``PartialDate``, such as ``1980-04-XX``, finds those recorded so. Eras are read too: 昭和55年4月.
    """

    __slots__ = ()
    personal = True

    @classmethod
    def check(cls, text: str) -> str:
        if _MONTH_OR_YEAR.fullmatch(text):
            return text
        with suppress(ValueError):
            return str(PartialDate(text))
        for unsaid, cut in (("", None), ("日不詳", 7), ("月日不詳", 4)):
            with suppress(ValueError):
                return str(read_japanese(text + unsaid))[:cut]
        raise ValueError(
            "must be a year, a month or a date, such as 1980, 1980-04, 1980-04-XX or 昭和55年4月"
        )

    @property
    def is_year(self) -> bool:
        return len(self.text) == 4

    @property
    def is_month(self) -> bool:
        return _MONTH_OR_YEAR.fullmatch(self.text) is not None and not self.is_year

    @property
    def is_day(self) -> bool:
        return _DAY.fullmatch(self.text) is not None


_MONTH_OR_YEAR = re.compile(r"(?:1[89]|2\d)\d\d(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True, repr=False)
class Search(Private):
    """What is asked for; all of it must hold (AND).

    ``exact``: conditions that must hold for the whole text, not its beginning; ``within``: those that may hold
    anywhere in it. ``empty``: items of ``EMPTY_PATHS`` that have nothing now. ``past``: past names, nicknames and
    addresses count too. ``deleted``: those who are not present any more count too; ``deleted_by``: they alone, where
    this deleted them.
    """

    code: ResidentRecordCode | None = None
    resident_no: str | None = None
    household_number: str | None = None
    name: str | None = None
    given_name: str | None = None
    kana: str | None = None
    latin: str | None = None
    nickname: str | None = None
    birth_date: BirthSpan | None = None
    address: str | None = None
    address_code: str | None = None
    building: str | None = None
    document_number: str | None = None
    sex: Sex | None = None
    relationship: str | None = None
    deleted_by: RegisterReason | None = None
    exact: frozenset[Condition] = frozenset()
    within: frozenset[Condition] = frozenset()
    empty: frozenset[str] = frozenset()
    past: bool = True
    deleted: bool = False

    def conditions(self) -> tuple[Condition, ...]:
        """What kinds of conditions it has, in the order of the list."""
        return tuple(one for one in Condition if getattr(self, one.value) is not None)

    @property
    def deleted_too(self) -> bool:
        return self.deleted or self.deleted_by is not None


@dataclass(frozen=True, slots=True, repr=False)
class Range(Private):
    """Keys of one kind from ``low`` up to, and without, ``high``, in the order of code points, that hold ``part``."""

    kind: KeyKind
    low: str
    high: str
    part: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Clause(Private):
    """One thing that must hold: a key of the resident lies in any of these ranges."""

    condition: Condition
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """By which kind of key a resident fulfils a condition, and whether by a past item only."""

    condition: Condition
    item: KeyKind
    past: bool


def clauses(search: Search, home: str, areas: Iterable[str] = ()) -> tuple[Clause, ...]:
    """All that must hold of a resident's keys. ``home`` is the municipality's name, which addresses may leave out.

    ``areas``: the keys of the town areas that had the code asked for. Code, numbers and sex are columns of the
    resident, not keys.
    """
    found = list(_clauses(search, home))
    if search.address_code is not None:
        found.append(Clause(Condition.ADDRESS_CODE, tuple(chain.from_iterable(map(_in_area, areas)))))
    return tuple(found)


def _clauses(search: Search, home: str) -> Iterator[Clause]:
    if search.name is not None:
        yield from _named(search, Condition.NAME, search.name, KeyKind.NAME, KeyKind.NICKNAME)
    if search.given_name is not None:
        yield from _given(search, search.given_name)
    if search.kana is not None:
        yield Clause(Condition.KANA, _kana(search, Condition.KANA, search.kana, KeyKind.KANA))
    if search.latin is not None:
        yield from _latin(search, Condition.LATIN, search.latin, (KeyKind.LATIN,))
    if search.nickname is not None:
        yield from _named(search, Condition.NICKNAME, search.nickname, KeyKind.NICKNAME)
    if search.birth_date is not None:
        yield Clause(Condition.BIRTH_DATE, tuple(_born(search.birth_date)))
    if search.address is not None:
        yield Clause(Condition.ADDRESS, tuple(_at(search, search.address, home)))
    if search.building is not None:
        key = building_key(search.building)
        yield Clause(Condition.BUILDING, (_spelt(search, Condition.BUILDING, KeyKind.BUILDING, key),))
    if search.document_number is not None:
        key = document_key(search.document_number)
        yield Clause(Condition.DOCUMENT_NUMBER, (_beginning(KeyKind.DOCUMENT, key, exact=True),))


def _spelt(search: Search, condition: Condition, kind: KeyKind, key: str) -> Range:
    """Keys that begin so; the whole, or any that hold it, where that is asked for."""
    if condition in search.within:
        return Range(kind, "", _LAST, key)
    return _beginning(kind, key, exact=condition in search.exact)


def _named(search: Search, condition: Condition, text: str, *kinds: KeyKind) -> Iterator[Clause]:
    """A name in either script. In Latin letters it is any of its words, in the kinds that hold such names."""
    if matching.is_japanese(text):
        key = matching.query_name_key(text)
        yield Clause(condition, tuple(_spelt(search, condition, kind, key) for kind in kinds))
    else:
        latin = tuple(KeyKind.LATIN if kind is KeyKind.NAME else kind for kind in kinds)
        yield from _latin(search, condition, text, latin)


def _given(search: Search, text: str) -> Iterator[Clause]:
    condition = Condition.GIVEN_NAME
    if not matching.is_japanese(text):
        yield from _latin(search, condition, text, (KeyKind.LATIN,))
        return
    written = _spelt(search, condition, KeyKind.GIVEN, matching.query_name_key(text))
    read = (
        _kana(search, condition, text, KeyKind.GIVEN_KANA) if is_kana(text) and loose_kana_key(text) else ()
    )
    yield Clause(condition, (written, *read))


def _kana(search: Search, condition: Condition, text: str, kind: KeyKind) -> tuple[Range, ...]:
    key = kana_key(text) if condition in search.exact else loose_kana_key(text)
    return (_spelt(search, condition, kind, key),)


def _latin(search: Search, condition: Condition, text: str, kinds: tuple[KeyKind, ...]) -> Iterator[Clause]:
    """One word may be begun; of several each two must be words of one name, so all are.

    Anywhere within: each word is a part of whole names, whose keys alone begin with an equals sign.
    """
    words = latin_words(text)
    if condition in search.within:
        for word in words:
            yield Clause(condition, tuple(Range(kind, "=", ">", word) for kind in kinds))
    elif condition in search.exact:
        yield Clause(condition, tuple(_beginning(kind, whole_key(words), exact=True) for kind in kinds))
    elif len(words) == 1:
        yield Clause(condition, tuple(_beginning(kind, words[0], exact=False) for kind in kinds))
    else:
        for pair in combinations(words, 2):
            yield Clause(condition, tuple(_beginning(kind, pair_key(*pair), exact=True) for kind in kinds))


def _born(born: BirthSpan) -> Iterator[Range]:
    """Recorded dates that begin so, and dates that are partly unknown and can lie there."""
    text, kind = born.text, KeyKind.BIRTH
    yield _beginning(kind, text, exact=not (born.is_year or born.is_month))
    if born.is_year or born.is_month or born.is_day:
        yield _beginning(kind, "?" + text, exact=born.is_day)
        yield from (_beginning(kind, "?" + text[:cut], exact=True) for cut in (4, 7) if cut < len(text))


def _at(search: Search, text: str, home: str) -> Iterator[Range]:
    """The place, with and without the municipality before it. 東2 does not begin 東20."""
    exact = Condition.ADDRESS in search.exact
    key, here = matching.address_key(text), matching.address_key(home)
    if Condition.ADDRESS in search.within:
        yield Range(KeyKind.ADDRESS, "", _LAST, key)
        return
    for place in (key,) if key.startswith(here) else (key, here + key):
        if exact or not place[-1].isdigit():
            yield _beginning(KeyKind.ADDRESS, place, exact=exact)
        else:
            yield Range(KeyKind.ADDRESS, place, place + "0")
            yield Range(KeyKind.ADDRESS, place + ":", _after(place))


def _in_area(area: str) -> Iterator[Range]:
    """Every address that lies in a town area, as ``jukinet.domain.gazetteer.lies_in`` has it."""
    yield _beginning(KeyKind.ADDRESS, area, exact=True)
    if area[-1:].isdigit():
        yield _beginning(KeyKind.ADDRESS, area + "-", exact=False)
        return
    yield Range(KeyKind.ADDRESS, area + "0", area + ":")
    yield from (_beginning(KeyKind.ADDRESS, area + one, exact=False) for one in LOT_BEGINS)


_LAST = "\U0010ffff"
"""Beyond every key."""


def _beginning(kind: KeyKind, key: str, *, exact: bool) -> Range:
    return Range(kind, key, key + "\x01" if exact else _after(key))


def _after(key: str) -> str:
    """The first text, by code points, that does not begin with the key."""
    last = ord(key[-1]) + 1
    # The surrogates, which are no characters, lie between.
    return key[:-1] + chr(0xE000 if last == 0xD800 else last)


def check_kana(text: str) -> str:
    """A text by which kana can be found, or ``ValueError``."""
    if not is_kana(text) or not loose_kana_key(text):
        raise ValueError("must be kana")
    return text


def check_name(text: str) -> str:
    """A text by which a name can be found, or ``ValueError``."""
    matching.query_name_key(text)
    return text if matching.is_japanese(text) else check_latin(text)


def check_latin(text: str) -> str:
    """Words of a Latin name, or ``ValueError``."""
    if matching.is_japanese(text):
        raise ValueError("must be in Latin letters")
    if not 1 <= len(latin_words(text)) <= MOST_WORDS:
        raise ValueError(f"must be one to {MOST_WORDS} words in letters")
    return text


def check_building(text: str) -> str:
    """A text by which a building can be found, or ``ValueError``."""
    if not building_key(text):
        raise ValueError("must name a building")
    return text


def check_document(text: str) -> str:
    """The number of a residence card or a special permanent resident certificate, or ``ValueError``."""
    if not document_key(text):
        raise ValueError("must hold letters or digits")
    return text


_AREA_CODE = re.compile(r"(?:[0-9]{5})?[0-9]{6,7}", re.ASCII)


def check_area_code(text: str) -> str:
    """A town area's code: six or seven digits, the municipality's five before them or not; or ``ValueError``."""
    if not _AREA_CODE.fullmatch(text):
        raise ValueError(
            "must be the code of a town area: six digits, or eleven with the municipality's five"
        )
    return text


def check_place(text: str) -> str:
    """A text by which an address can be found, or ``ValueError``."""
    if not matching.address_key(text):
        raise ValueError("must name a place inside a prefecture")
    return text

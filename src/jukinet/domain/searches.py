"""What a clerk looks for in the register, and the ranges of keys in which it is found.

Owns conditions and their ranges. Which keys a record has is in ``jukinet.domain.search_keys``; whether a search
narrows enough is decided in ``jukinet.law.search``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from jukinet.domain import matching
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.japanese_dates import read_japanese
from jukinet.domain.kana import is_kana, loose_kana_key
from jukinet.domain.persons import Private, Sex
from jukinet.domain.scalars import Scalar
from jukinet.domain.search_keys import KeyKind, kana_key, latin_words, pair_key, whole_key

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
    SEX = "sex"


SPELT = frozenset(
    {
        Condition.NAME,
        Condition.GIVEN_NAME,
        Condition.KANA,
        Condition.LATIN,
        Condition.NICKNAME,
        Condition.ADDRESS,
    }
)
"""Conditions that are found by the beginning, or exactly where that is asked for."""


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

    ``exact``: conditions that must hold for the whole text, not its beginning. ``past``: past names, nicknames and
    addresses count too. ``deleted``: those who are not present any more count too.
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
    sex: Sex | None = None
    exact: frozenset[Condition] = frozenset()
    past: bool = True
    deleted: bool = False

    def conditions(self) -> tuple[Condition, ...]:
        """What kinds of conditions it has, in the order of the list."""
        return tuple(one for one in Condition if getattr(self, one.value) is not None)


@dataclass(frozen=True, slots=True, repr=False)
class Range(Private):
    """Keys of one kind from ``low`` up to, and without, ``high``, in the order of code points."""

    kind: KeyKind
    low: str
    high: str


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


def clauses(search: Search, home: str) -> tuple[Clause, ...]:
    """All that must hold of a resident's keys. ``home`` is the municipality's name, which addresses may leave out.

    Code, numbers and sex are columns of the resident, not keys.
    """
    return tuple(_clauses(search, home))


def _clauses(search: Search, home: str) -> Iterator[Clause]:
    if search.name is not None:
        yield from _named(search, Condition.NAME, search.name, KeyKind.NAME, KeyKind.NICKNAME)
    if search.given_name is not None:
        yield from _given(search, search.given_name)
    if search.kana is not None:
        yield Clause(Condition.KANA, _kana(search, Condition.KANA, search.kana, KeyKind.KANA))
    if search.latin is not None:
        exact = Condition.LATIN in search.exact
        yield from _latin(Condition.LATIN, search.latin, (KeyKind.LATIN,), exact=exact)
    if search.nickname is not None:
        yield from _named(search, Condition.NICKNAME, search.nickname, KeyKind.NICKNAME)
    if search.birth_date is not None:
        yield Clause(Condition.BIRTH_DATE, tuple(_born(search.birth_date)))
    if search.address is not None:
        exact = Condition.ADDRESS in search.exact
        yield Clause(Condition.ADDRESS, tuple(_at(search.address, home, exact=exact)))


def _named(search: Search, condition: Condition, text: str, *kinds: KeyKind) -> Iterator[Clause]:
    """A name in either script. In Latin letters it is any of its words, in the kinds that hold such names."""
    exact = condition in search.exact
    if matching.is_japanese(text):
        key = matching.query_name_key(text)
        yield Clause(condition, tuple(_beginning(kind, key, exact=exact) for kind in kinds))
    else:
        latin = tuple(KeyKind.LATIN if kind is KeyKind.NAME else kind for kind in kinds)
        yield from _latin(condition, text, latin, exact=exact)


def _given(search: Search, text: str) -> Iterator[Clause]:
    condition = Condition.GIVEN_NAME
    if not matching.is_japanese(text):
        yield from _latin(condition, text, (KeyKind.LATIN,), exact=condition in search.exact)
        return
    written = _beginning(KeyKind.GIVEN, matching.query_name_key(text), exact=condition in search.exact)
    read = (
        _kana(search, condition, text, KeyKind.GIVEN_KANA) if is_kana(text) and loose_kana_key(text) else ()
    )
    yield Clause(condition, (written, *read))


def _kana(search: Search, condition: Condition, text: str, kind: KeyKind) -> tuple[Range, ...]:
    exact = condition in search.exact
    key = kana_key(text) if exact else loose_kana_key(text)
    return (_beginning(kind, key, exact=exact),)


def _latin(condition: Condition, text: str, kinds: tuple[KeyKind, ...], *, exact: bool) -> Iterator[Clause]:
    """One word may be begun; of several each two must be words of one name, so all are."""
    words = latin_words(text)
    if exact:
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


def _at(text: str, home: str, *, exact: bool) -> Iterator[Range]:
    """The place, with and without the municipality before it. 東2 does not begin 東20."""
    key, here = matching.address_key(text), matching.address_key(home)
    for place in (key,) if key.startswith(here) else (key, here + key):
        if exact or not place[-1].isdigit():
            yield _beginning(KeyKind.ADDRESS, place, exact=exact)
        else:
            yield Range(KeyKind.ADDRESS, place, place + "0")
            yield Range(KeyKind.ADDRESS, place + ":", _after(place))


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


def check_place(text: str) -> str:
    """A text by which an address can be found, or ``ValueError``."""
    if not matching.address_key(text):
        raise ValueError("must name a place inside a prefecture")
    return text

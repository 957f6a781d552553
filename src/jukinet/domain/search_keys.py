"""The keys under which a resident is found in the municipality's own register.

Owns which keys a record has, present ones and those of its past items, and the identity of the whole set of rules.
What a clerk asks for becomes ranges of the same keys in ``jukinet.domain.searches``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from enum import StrEnum
from itertools import combinations
from typing import TypeAlias

from jukinet.domain import characters, matching
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import Nickname, PersonName, ResidentRecord
from jukinet.domain.kana import loose_kana_key, strict_kana_key

_RULES = 4
"""To be raised with every change of a rule here, in ``matching`` or in ``kana``: stored keys are then made anew."""

MOST_WORDS = 24
"""Words of one Latin name that are paired; no register has a name of more."""


class KeyKind(StrEnum):
    """What a key is of. The words stand in the database."""

    NAME = "name"
    GIVEN = "given"
    """What follows the first space of a name in kanji or kana."""
    KANA = "kana"
    GIVEN_KANA = "given-kana"
    LATIN = "latin"
    NICKNAME = "nickname"
    BIRTH = "birth"
    ADDRESS = "address"
    BUILDING = "building"
    DOCUMENT = "document"
    """The number of a residence card or a special permanent resident certificate."""


Key: TypeAlias = tuple[KeyKind, str]
Keys: TypeAlias = Mapping[Key, bool]
"""Each key of a record, and whether it is of a past item only."""


def keys_id() -> str:
    """Changes when keys made before would not be found any more."""
    return f"{_RULES}-{characters.table_id()}"


def keys_of(record: ResidentRecord) -> Keys:
    """Every key of one record. Former nicknames and the previous address are past; the rest is as recorded now."""
    found = dict.fromkeys(_past(record), True)
    found.update(dict.fromkeys(_present(record), False))
    return found


def keys_of_all(records: Iterable[ResidentRecord]) -> Keys:
    """Every key of a resident, from all versions in the order they were recorded: the last one's are present.

    A version that a later one restated or undid counts as past too: what the office once wrote stands on papers.
    """
    found: dict[Key, bool] = {}
    for record in records:
        found = dict.fromkeys(found, True) | dict(keys_of(record))
    return found


def _present(record: ResidentRecord) -> Iterator[Key]:
    yield from _name(record.name)
    if record.nickname and record.nickname.deleted_on is None:
        yield from _nickname(record.nickname)
    yield from ((KeyKind.BIRTH, key) for key in birth_keys(record.birth_date))
    yield from _place(record.address.text)
    if record.address.building and (building := building_key(record.address.building)):
        yield KeyKind.BUILDING, building
    if record.foreign and record.foreign.document_number:
        yield KeyKind.DOCUMENT, document_key(record.foreign.document_number)


def _past(record: ResidentRecord) -> Iterator[Key]:
    for nickname in (*record.former_nicknames, *filter(None, [record.nickname])):
        yield from _nickname(nickname)
    if record.previous_address:
        yield from _place(record.previous_address.text)


def _name(name: PersonName) -> Iterator[Key]:
    for text in {name.text, name.latin or name.text}:
        if matching.is_japanese(text):
            yield from ((KeyKind.NAME, key) for key in matching.name_keys(text))
            yield from ((KeyKind.GIVEN, key) for key in matching.name_keys(given_name(text)))
        else:
            yield from ((KeyKind.LATIN, key) for key in latin_keys(text))
    if name.kana:
        yield from ((KeyKind.KANA, key) for key in _kana(name.kana))
        yield from ((KeyKind.GIVEN_KANA, key) for key in _kana(given_name(name.kana)))


def _nickname(nickname: Nickname) -> Iterator[Key]:
    if matching.is_japanese(nickname.text):
        yield from ((KeyKind.NICKNAME, key) for key in matching.name_keys(nickname.text))
    else:
        yield from ((KeyKind.NICKNAME, key) for key in latin_keys(nickname.text))


def _place(text: str) -> Iterator[Key]:
    if key := matching.address_key(text):
        yield KeyKind.ADDRESS, key


def given_name(text: str) -> str:
    """What follows the first space; ``""`` where a name has none."""
    return unicodedata.normalize("NFKC", text).strip().partition(" ")[2]


def kana_key(text: str) -> str:
    """The loose key, then the strict one: a range over the first forgives, equality with the whole does not."""
    return f"{loose_kana_key(text)} {strict_kana_key(text)}"


def _kana(text: str) -> Iterator[str]:
    if loose_kana_key(text):
        yield kana_key(text)


def building_key(text: str) -> str:
    """A building (方書) with its room: variants folded, of one width, without spaces."""
    return matching.kanji_key(text)


def document_key(text: str) -> str:
    """A card's number: its letters and digits, of one width."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).upper()))


def latin_words(text: str) -> list[str]:
    """The different words of a Latin name, in alphabetical order."""
    return sorted(set(matching.latin_key(text).split()))


def latin_keys(text: str) -> Iterator[str]:
    """Keys of a Latin name: each word, each two of its words, and the whole.

    Two words under one key were borne together in one name. Words of two names of one person are never paired.
    """
    words = latin_words(text)
    yield from words
    yield from (pair_key(*pair) for pair in combinations(words[:MOST_WORDS], 2))
    if words:
        yield whole_key(words)


def pair_key(first: str, second: str) -> str:
    """The key of two words of one Latin name, handed in in alphabetical order."""
    return f"+{first} {second}"


def whole_key(words: Iterable[str]) -> str:
    """The key of a whole Latin name."""
    return "=" + " ".join(words)


def birth_keys(birth: PartialDate) -> Iterator[str]:
    """The date as recorded; where it is not exact, also the years, months and days that it can be, marked ``?``.

    The marked ones cover its span without overlap and as coarsely as they can: 1980-XX-XX is ?1980. Nobody is found
    by any date because nothing is known of theirs.
    """
    yield str(birth)
    if not birth.is_exact and birth.earliest is not None and birth.latest is not None:
        yield from ("?" + part for part in cover(birth.earliest, birth.latest))


def cover(first: date, last: date) -> Iterator[str]:
    """The whole years, else whole months, else days from ``first`` to ``last``."""
    day = first
    while day <= last:
        for length in (4, 7, 10):
            end = _end_of(day, length)
            if _starts(day, length) and end <= last:
                yield day.isoformat()[:length]
                break
        day = end + timedelta(days=1)


def _starts(day: date, length: int) -> bool:
    return day.isoformat()[length:] in ("", "-01", "-01-01")


def _end_of(day: date, length: int) -> date:
    if length == 10:
        return day
    following = day.replace(day=1, month=1, year=day.year + 1) if length == 4 else _next_month(day)
    return following - timedelta(days=1)


def _next_month(day: date) -> date:
    return day.replace(day=1, month=day.month % 12 + 1, year=day.year + day.month // 12)

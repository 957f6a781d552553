"""Keys by which names and addresses are compared for equality.

Owns the keys; both sides of every match use these functions. What is stored and shown stays as entered.
Names follow resident-record specification 2.1.2; a key is never an identity, only one of the four items
that must all be equal.

A batch makes keys by the million. A name or an address that is written plainly has its key in one or two passes over
it; any other takes the long way, which says what the key is. Tests hold the two together.
"""

from __future__ import annotations

import hashlib
import re
import struct
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from jukinet.domain.characters import fold, folding, table_id
from jukinet.domain.municipality import PREFECTURE_NAMES
from jukinet.domain.numerals import arabic, kanji_number

_RULES = 2
"""To be raised with every change of a rule here, as those of ``search_keys`` are."""

_SPACES_AND_DOTS = re.compile(r"[\s・･·]+")
_REPEAT = re.compile("(.)[々〻]")
_DASH = "‐‑‒–—―−─━ー\\-"
_DASH_IN_KANA = re.compile(f"(?<=[ぁ-ゖァ-ヺー])[{_DASH}]")
_JAPANESE = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]")
_SPECIAL_LATIN = str.maketrans(
    {
        "Đ": "D",
        "Ð": "D",
        "Ł": "L",
        "Ø": "O",
        "Þ": "TH",
        "Æ": "AE",
        "Œ": "OE",
        "ẞ": "SS",
        "Ħ": "H",
        "Ŧ": "T",
        "Ŋ": "N",
    }
)
_APOSTROPHES = re.compile("['`‘’ʼʻ]")  # ´ too, of which NFKD would make a space


def latin_key(text: str) -> str:
    """A name in Latin letters: no marks, capitals, in alphabetical order of its parts.

    Order is given up because passports put the family name first and people do not. An apostrophe joins
    (O'BRIEN, OBRIEN); any other mark separates.
    """
    unmarked = "".join(
        character
        for character in unicodedata.normalize("NFKD", text.replace("´", "'").upper())
        if not unicodedata.combining(character)
    )
    letters = _APOSTROPHES.sub("", unmarked.translate(_SPECIAL_LATIN))
    return " ".join(sorted(re.findall(r"[^\W\d_]+", letters)))


def kanji_key(text: str) -> str:
    """A name in kanji or kana: variant characters folded, spaces and middle dots dropped, 々 written out."""
    folded = _SPACES_AND_DOTS.sub("", fold(text)).upper().replace("ヶ", "ケ")
    return _written_out(_DASH_IN_KANA.sub("ー", folded))


def _written_out(name: str) -> str:
    while (repeated := _REPEAT.sub(r"\1\1", name)) != name:
        name = repeated
    return name


def is_japanese(text: str) -> bool:
    """Whether a name is compared as one in kanji or kana, and not as one in Latin letters."""
    return _JAPANESE.search(unicodedata.normalize("NFKC", text)) is not None


_PLAIN_LETTERS = "々〻ぁ-ゖァ-ヺ\u3400-\u4dbf\u4e00-\u9fff"
"""Letters that no normalisation joins with what is beside them, and that no dash lengthens."""
_PLAIN_NAME = re.compile(f"[{_PLAIN_LETTERS}][{_PLAIN_LETTERS} \u3000]*")


@cache
def _plain_letters() -> dict[int, int | str | None]:
    """What ``kanji_key`` makes of each character of a plain name. All of them: looking for one in vain is slow."""
    letters = (chr(point) for point in range(0x3005, 0xA000))
    same: dict[int, int | str | None] = {ord(letter): ord(letter) for letter in letters}
    return same | {point: kanji_key(letter) for point, letter in folding().items() if point in same} | _SPACED


_SPACED: dict[int, int | str | None] = {0x20: None, 0x3000: None, ord("ヶ"): "ケ"}


def _name_key(text: str) -> str:
    if _PLAIN_NAME.fullmatch(text):
        letters = text.translate(_plain_letters())
        return _written_out(letters) if "々" in text or "〻" in text else letters
    return kanji_key(text) if is_japanese(text) else latin_key(text)


def name_keys(name: str, latin: str | None = None, nickname: str | None = None) -> tuple[str, ...]:
    """Every key under which a person is found: the name, its Latin form and the nickname, sorted.

    A query matches where its one key is among these.
    """
    keys = {_name_key(text) for text in (name, latin, nickname) if text}
    return tuple(sorted(keys - {""}))


def query_name_key(text: str) -> str:
    """The key of a name that is asked for; ``ValueError`` where it holds no letter."""
    key = _name_key(text)
    if not key:
        raise ValueError("must hold at least one letter of a name")
    return key


@dataclass(frozen=True, slots=True)
class RecordKeys:
    """The keys of a record in a store of identity-verification information, each of 64 bits.

    ``nickname`` where one is recorded. A name without any letter has the empty key, which no query can have.
    """

    name: int
    nickname: int | None
    address: int


def keys_id() -> str:
    """Changes when keys made before would not be equal any more; stored keys are then made anew."""
    return f"{_RULES}-{table_id()}"


def record_keys(name: str, nickname: str | None, address: str) -> RecordKeys:
    """What a record is stored under; a query's keys are equal to them, or they are not (``query_name_key``)."""
    return RecordKeys(_name64(name), _name64(nickname) if nickname else None, _address64(address))


_LAST_USED = 4096
"""Texts whose keys are kept: of who moves two notices come close together, and households share an address."""


@lru_cache(_LAST_USED)
def _name64(text: str) -> int:
    return key64(_name_key(text))


@lru_cache(_LAST_USED)
def _address64(text: str) -> int:
    return key64(address_key(text))


# No county: 蒲郡市, 小郡市, 郡山市, 郡上市. Of the towns in counties four begin as the rest of these names does.
_COUNTY = re.compile(
    "(?:余市|高市|[^市区]{1,5}?)郡(?!市(?!貝町|川町|川三郷町)|山市|上市(?!町))(?=.{1,6}?[町村])"
)
_MARKS_OF_PLACES = re.compile("大字|字")
_UNIT = re.compile(r"(?<=\d)(?:丁目|番地割|番地|番|号|丁)(?![町丁目館街棟室])")
_KANJI_DIGIT = "〇一二三四五六七八九十百千"
# A building may follow the lot at once. A number in kanji right after a digit is its; after 番地, 番 or 号 it is where
# nothing of a lot follows it (番地三光荘, but 番地三); a number before 号棟 or 番館 always is.
_BUILDING_AFTER_DIGIT = re.compile(rf"(?<=\d)(?=[{_KANJI_DIGIT}])")
_BUILDING_AFTER_UNIT = re.compile(
    rf"(番地の?|[番号]の?)([{_KANJI_DIGIT}]+)(?![{_KANJI_DIGIT}\d{_DASH}の丁番号(]|$)"
)
_BUILDING_BY_NUMBER = re.compile(rf"(番地|[番号{_DASH}])((?:\d+|[{_KANJI_DIGIT}]+)(?:号[棟館室]|番[館街]))")
# A building may follow a finished number after a space; a unit, a hyphen or (after 番) a number goes on with it.
_BUILDING_AFTER_SPACE = re.compile(
    rf"(?:(?<=[\d号])\s+(?![丁番号条地の{_DASH}])|(?<=番地)\s+(?![\d号の{_DASH}])).*", re.DOTALL
)
_BUILDING_AFTER_KANJI = re.compile(
    rf"((?:番地?の?|号|(?<=[\d{_KANJI_DIGIT}])[{_DASH}の])[{_KANJI_DIGIT}]+)\s+(?![丁番号条地の\d{_DASH}]).*",
    re.DOTALL,
)
_SPACES = re.compile(r"\s+")
_WITHOUT_MARKS = str.maketrans("", "", "/|")
_DASH_AFTER_NUMBER = re.compile(rf"(?<=\d)[{_DASH}]")
_HYPHENS = re.compile("-{2,}")
_JOINED = re.compile(r"(?<=[\d-])の(?=\d)")
# The lot begins at the first number that a hyphen, a bracket or the end follows: 8王子市 has a number of another kind.
# Where / and | stand, a building was seen to begin; | is only believed where the lot has begun before.
_LOT = re.compile(r"(?<!\d)\d+(?=[-/(]|$)(?:-\d+)*(?:-?[甲乙丙丁イロハニホ](?=[-/|(\d]|$)(?:-?\d+)*)?")
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_NUMBERS_OR_HYPHENS = re.compile(rf"[\d{_KANJI_DIGIT}\-]")
_PLACE_FORM = re.compile("[ヶヵがガノ之乃]")
_PLACE_FORMS = str.maketrans(
    {"ヶ": "ケ", "ヵ": "ケ", "が": "ケ", "ガ": "ケ", "ノ": "の", "之": "の", "乃": "の"}
)


_DIGIT = "[0-9０-９]"
_NUMBER = re.compile(f"[1-9１-９]{_DIGIT}*")
# A lot in digits, and nothing after it but a building that begins, after a space, with a letter that no lot has.
_PLAIN_ADDRESS = re.compile(
    rf"([^\d\s]+)({_NUMBER.pattern}(?:(?:丁目|番地?の?|号の|[の\-－]){_NUMBER.pattern})*)"
    r"(?:番地?|号)?(?:(?<=[\d号地])[ \u3000][ァ-ヺA-Za-z].*)?",
    re.DOTALL,
)
# A lot that follows must not be taken for more of the place, nor the place for more of the lot.
_BEFORE_LOT = re.compile(rf"[^-/|(]*(?:[^-/|(\dの{_DASH}]|\d-)")
_WIDE_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_TOWNS = 65_536
"""Places kept with what they become: some twenty megabytes, and most places that a file of one region names."""


def address_key(text: str) -> str:
    """An address up to its lot or house number: 東京都国立市東一丁目2番地の3 and 国立市東1-2-3 are one.

    Prefecture and county (郡) may be left out, 大字 and 字 too; numbers may be kanji or digits of any width,
    joined by 丁目, 番, 番地, 号, の or a hyphen. What follows the lot number, the building, takes no part. A
    room number that is joined to the lot by a hyphen cannot be told from it.
    """
    plain = _PLAIN_ADDRESS.fullmatch(text)
    if plain is None:
        return _any_address_key(text)
    town, block = _town_and_block(plain[1])
    place = _before_lot(town)
    if place is None:
        return _any_address_key(text)
    lot = "-".join(_NUMBER.findall(plain[2]))
    return place + block + (lot if lot.isascii() else lot.translate(_WIDE_DIGITS))


def _town_and_block(before: str) -> tuple[str, str]:
    """What stands before a lot, and its block (一丁目) where it ends with one: of a town there are many."""
    if not before.endswith("丁目"):
        return before, ""
    town = before[:-2].rstrip(_KANJI_DIGIT)
    number = before[len(town) : -2]
    return (town, _block(number)) if number else (before, "")


@lru_cache(maxsize=1024)
def _block(number: str) -> str:
    return f"{kanji_number(number)}-"


@lru_cache(maxsize=_TOWNS)
def _before_lot(before: str) -> str | None:
    """The key of what stands before a lot in digits; None where only both together have one."""
    folded = fold(before)
    place = _numbered(folded)
    return place if _BEFORE_LOT.fullmatch(place) and not _SPACES.search(folded) else None


def _any_address_key(text: str) -> str:
    place = _BUILDING_AFTER_KANJI.sub(r"\1", _BUILDING_AFTER_SPACE.sub("", fold(text).strip()))
    place = _numbered(_SPACES.sub("", place))
    lot = _LOT.search(place)
    return (place[: lot.end()] if lot else place).replace("/", "")


def _numbered(place: str) -> str:
    """A place without spaces in the one spelling of its parts, its numbers in digits and joined by hyphens."""
    place = _without_prefecture(place.translate(_PLACE_FORMS) if _PLACE_FORM.search(place) else place)
    place = _COUNTY.sub("", place, count=1) if "郡" in place and _COUNTY.match(place) else place
    place = (_MARKS_OF_PLACES.sub("", place) if "字" in place else place).replace("/", "").replace("|", "")
    return _numbers(_buildings_marked(place)) if _NUMBERS_OR_HYPHENS.search(place) else place


def _buildings_marked(place: str) -> str:
    place = _BUILDING_BY_NUMBER.sub(r"\1/\2", place)
    return _BUILDING_AFTER_DIGIT.sub("|", _BUILDING_AFTER_UNIT.sub(r"\1/\2", place))


@cache
def _folded_prefectures() -> frozenset[str]:
    return frozenset(fold(name) for name in PREFECTURE_NAMES)


def _without_prefecture(place: str) -> str:
    names = _folded_prefectures()
    for length in (3, 4):  # 東京都, 神奈川県; none begins with another
        if place[:length] in names:
            return place[length:]
    return place


def _numbers(place: str) -> str:
    digits = _LEADING_ZEROS.sub("", arabic(place))
    digits = _DASH_AFTER_NUMBER.sub("-", _UNIT.sub("-", digits))
    return _HYPHENS.sub("-", _JOINED.sub("-", digits))


def item_keys(name: str, address: str) -> tuple[int, int]:
    """The keys of a name and an address that are asked for; ``ValueError`` where the name holds no letter."""
    return key64(query_name_key(name)), key64(address_key(address))


_EIGHT_BYTES = struct.Struct(">q")


def key64(text: str) -> int:
    """A key as a signed 64-bit number, for an index: the first eight bytes of its SHA-256."""
    number: int = _EIGHT_BYTES.unpack_from(hashlib.sha256(text.encode()).digest())[0]
    return number

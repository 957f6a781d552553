"""Keys by which names and addresses are compared for equality.

Owns the keys; both sides of every match use these functions. What is stored and shown stays as entered.
Names follow resident-record specification 2.1.2; a key is never an identity, only one of the four items
that must all be equal.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import cache

from jukinet.domain.characters import fold
from jukinet.domain.municipality import PREFECTURE_NAMES
from jukinet.domain.numerals import arabic

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
_APOSTROPHES = re.compile("['`´‘’ʼʻ]")


def latin_key(text: str) -> str:
    """A name in Latin letters: no marks, capitals, in alphabetical order of its parts.

    Order is given up because passports put the family name first and people do not. An apostrophe joins
    (O'BRIEN, OBRIEN); any other mark separates.
    """
    unmarked = "".join(
        character
        for character in unicodedata.normalize("NFKD", text.upper())
        if not unicodedata.combining(character)
    )
    letters = _APOSTROPHES.sub("", unmarked.translate(_SPECIAL_LATIN))
    return " ".join(sorted(re.findall(r"[^\W\d_]+", letters)))


def kanji_key(text: str) -> str:
    """A name in kanji or kana: variant characters folded, spaces and middle dots dropped, 々 written out."""
    folded = _SPACES_AND_DOTS.sub("", fold(text)).upper().replace("ヶ", "ケ")
    folded = _DASH_IN_KANA.sub("ー", folded)
    while (repeated := _REPEAT.sub(r"\1\1", folded)) != folded:
        folded = repeated
    return folded


def is_japanese(text: str) -> bool:
    """Whether a name is compared as one in kanji or kana, and not as one in Latin letters."""
    return _JAPANESE.search(unicodedata.normalize("NFKC", text)) is not None


def _name_key(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    return kanji_key(plain) if is_japanese(plain) else latin_key(plain)


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


_COUNTY = re.compile("(?:余市|高市|[^市区]{1,5}?)郡(?!市|山市|上市)(?=.{1,6}?[町村])")
_MARKS_OF_PLACES = re.compile("大字|字")
_UNIT = re.compile(r"(?<=\d)(?:丁目|番地割|番地|番|号|丁)(?![町丁目])")
# A building may follow a finished number after a space; a unit, a hyphen or (after 番) a number goes on with it.
_BUILDING_AFTER_SPACE = re.compile(
    rf"(?:(?<=[\d号])\s+(?![丁番号条地の{_DASH}])|(?<=番地)\s+(?![\d号の{_DASH}])).*", re.DOTALL
)
_DASH_AFTER_NUMBER = re.compile(rf"(?<=\d)[{_DASH}]")
_JOINED = re.compile(r"(?<=[\d-])の(?=\d)")
# The lot begins at the first number that a hyphen or the end follows: 8王子市 has a number of another kind.
_LOT = re.compile(r"(?<!\d)\d+(?=-|$)(?:-\d+)*(?:-?[甲乙丙丁イロハニホ](?=-|\d|$)(?:-?\d+)*)?")
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_PLACE_FORMS = str.maketrans(
    {"ヶ": "ケ", "ヵ": "ケ", "が": "ケ", "ガ": "ケ", "ノ": "の", "之": "の", "乃": "の"}
)


def address_key(text: str) -> str:
    """An address up to its lot or house number: 東京都国立市東一丁目2番地の3 and 国立市東1-2-3 are one.

    Prefecture and county (郡) may be left out, 大字 and 字 too; numbers may be kanji or digits of any width,
    joined by 丁目, 番, 番地, 号, の or a hyphen. What follows the lot number, the building, takes no part. A
    room number that is joined to the lot by a hyphen cannot be told from it.
    """
    place = _BUILDING_AFTER_SPACE.sub("", fold(text).strip())
    place = re.sub(r"\s+", "", place).translate(_PLACE_FORMS)
    place = _without_prefecture(place)
    place = _COUNTY.sub("", place, count=1) if _COUNTY.match(place) else place
    place = _numbers(_MARKS_OF_PLACES.sub("", place))
    lot = _LOT.search(place)
    return place[: lot.end()] if lot else place


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
    return re.sub("-+", "-", _JOINED.sub("-", digits))


def key64(text: str) -> int:
    """A key as a signed 64-bit number, for an index: the first eight bytes of its SHA-256."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)

"""Keys by which kana (フリガナ) are compared: a loose one that forgives spelling, a strict one that does not.

Owns the rules of resident-record specification 2.1.2. Kana is never an identity and stays in the municipality.
"""

from __future__ import annotations

import re
import unicodedata

_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_SMALL = str.maketrans("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ")
_ALIKE = str.maketrans("ヂヅヲヰヱ", "ジズオイエ")
_VOWELS_OF_V = {"ヴァ": "バ", "ヴィ": "ビ", "ヴェ": "ベ", "ヴォ": "ボ", "ヴ": "ブ"}
_V = re.compile("ヴ[ァィェォ]?")
_VOICING = re.compile("[\u3099\u309a]")
_DASH = "‐‑‒–—―−─━ｰー\\-"
_DASHES = re.compile(f"[{_DASH}]")
_SPACES_AND_DOTS = re.compile(r"[\s・･·]+")
_U_AFTER_O = re.compile("(?<=[オコソトノホモヨロ])ウ")
_KANA = re.compile(r"[ぁ-ゖァ-ヺー・\s]+")


def is_kana(text: str) -> bool:
    """Whether the text has no other letters than kana, of either kind and width."""
    return _KANA.fullmatch(unicodedata.normalize("NFKC", text)) is not None


def strict_kana_key(text: str) -> str:
    """Katakana of one width, without spaces and middle dots; every long mark is ー."""
    plain = unicodedata.normalize("NFKC", text).translate(_TO_KATAKANA).upper()
    return _DASHES.sub("ー", _SPACES_AND_DOTS.sub("", plain))


def loose_kana_key(text: str) -> str:
    """What is left when voicing, small signs, long marks and ウ after an オ sound make no difference.

    ヂ is ジ and ヅ is ズ before voicing goes (so ヒヂカタ is ヒジカタ and not ヒチカタ), ハ is ワ, ヲ is オ, ヴァ is
    バ. The key of a beginning is the beginning of the key, but between ヴ and its vowel.
    """
    sounds = _V.sub(lambda found: _VOWELS_OF_V[found[0]], strict_kana_key(text))
    sounds = sounds.translate(_SMALL).translate(_ALIKE).replace("ー", "")
    sounds = _VOICING.sub("", unicodedata.normalize("NFD", sounds)).replace("ハ", "ワ")
    while (longer := _U_AFTER_O.sub("オ", sounds)) != sounds:
        sounds = longer
    return sounds

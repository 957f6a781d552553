"""Numbers written in kanji (漢数字), as addresses and koseki dates have them."""

from __future__ import annotations

import re

_DIGITS = {character: value for value, character in enumerate("〇一二三四五六七八九")}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_RUN = re.compile("[〇一二三四五六七八九十百千]+")


def kanji_number(text: str) -> int:
    """The value of a kanji number, with units (二十三) or by digits (二三); ``ValueError`` for others."""
    if not _RUN.fullmatch(text):
        raise ValueError("must be a number in kanji")
    if not any(character in _UNITS for character in text):
        return int("".join(str(_DIGITS[character]) for character in text))
    total, digit = 0, ""
    for character in text:
        if character in _UNITS:
            total += int(digit or "1") * _UNITS[character]
            digit = ""
        else:
            digit += str(_DIGITS[character])
    return total + int(digit or "0")


def arabic(text: str) -> str:
    """The text with every number in kanji written in digits."""
    return _RUN.sub(lambda run: str(kanji_number(run[0])), text)

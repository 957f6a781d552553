"""Numbers: of residents (宛名番号) and households (世帯番号), of a municipality's own; the basic pension number."""

from __future__ import annotations

import re

WEIGHTS = (2, 3, 4, 5, 6, 7)
"""Multipliers from the right, over and over (specification 1.1.13: modulus 11, weights 2 to 7)."""

LENGTH = 10
"""Digits of the serial part."""


def with_check_digit(serial: int) -> str:
    """A serial number of ten digits and its check digit: 11 − r, and 0 for a remainder of 0 or 1."""
    digits = f"{serial:0{LENGTH}d}"
    if len(digits) != LENGTH or serial < 1:
        raise ValueError("must be a serial number of at most ten digits, from 1")
    total = sum(int(digit) * WEIGHTS[index % len(WEIGHTS)] for index, digit in enumerate(reversed(digits)))
    remainder = total % 11
    return digits + ("0" if remainder <= 1 else str(11 - remainder))


MOST_STAYS = 99
"""Records of one person that were deleted here, one after the other."""


def earlier(number: str) -> list[str]:
    """What the records of before are called whose number passed on to a person's next one: the number and the stay."""
    return [f"{number}/{stay}" for stay in range(1, MOST_STAYS + 1)]


def check_record_number(text: str) -> str:
    """The number of a resident's record: the resident's own, or one of ``earlier``; or ``ValueError``."""
    number, _, stay = text.partition("/")
    if text not in (number, *(earlier(number) if stay else ())):
        raise ValueError("must be eleven digits, or a record of before, such as 00000000019/1")
    check_number(number)
    return text


def check_number(text: str) -> str:
    """A resident or household number in its one spelling, or ``ValueError``."""
    if not (text.isascii() and text.isdigit() and len(text) == LENGTH + 1) or int(text) == 0:
        raise ValueError("must be eleven digits")
    if int(text[:LENGTH]) < 1 or with_check_digit(int(text[:LENGTH])) != text:
        raise ValueError("must be eleven digits with the right check digit")
    return text


_PENSION_NUMBER = re.compile(r"([0-9]{4})-?([0-9]{6})", re.ASCII)


def check_pension_number(text: str) -> str:
    """A basic pension number (基礎年金番号) as the pension handbook writes it, ``1234-567890``, or ``ValueError``.

    Ten digits; no digit of it is published to be a check digit.
    """
    found = _PENSION_NUMBER.fullmatch(text)
    if found is None:
        raise ValueError("must be ten digits, such as 1234-567890")
    return "-".join(found.groups())

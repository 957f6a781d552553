"""The Resident Record code (住民票コード): eleven digits, of which the last is a check digit.

Owns its form and its arithmetic (Reg. Art. 1). Who is given which code is in ``jukinet.law.codes``.
The formula is set by a ministerial notice whose text is not to hand; the one here is inferred from
published specimens and stands in ``check_digit`` alone, so that it can be replaced.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Self

from jukinet.domain.scalars import Scalar

WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
"""Multipliers of the ten random digits, from the left."""

MODULUS = 11

SOURCE_NOTE = (
    "The formula is inferred from published specimens of resident records; "
    "the official text (2002 notice no. 436 of the Minister) was not available."
)


def weighted_sum(ten: str) -> int:
    """The sum of the ten digits times their weights."""
    # Ten million codes of a file are checked so: no number is made of each digit.
    first, second = _sums_of_five()
    number = int(ten)
    return first[number // 100_000] + second[number % 100_000]


@cache
def _sums_of_five() -> tuple[bytes, bytes]:
    """The weighted sums of the first five digits, whatever they are, and of the other five."""
    first, second = (
        bytes(map(sum, product(*(range(0, 10 * weight, weight) for weight in weights))))
        for weights in (WEIGHTS[:5], WEIGHTS[5:])
    )
    return first, second


def check_digit(ten: str) -> str:
    """The check digit of ten digits: 11 − r, and 0 where the remainder r is 0 or 1.

    Inferred, not official. A remainder of 0 might officially give 1; codes with r of 0 or 1 are
    therefore never issued (``is_issuable``), and the question stays without effect.
    """
    remainder = weighted_sum(_ten_digits(ten)) % MODULUS
    return "0" if remainder <= 1 else str(MODULUS - remainder)


def is_issuable(ten: str) -> bool:
    """Whether ten random digits may become a code: not where the remainder is 0 or 1."""
    return weighted_sum(_ten_digits(ten)) % MODULUS > 1


def _ten_digits(ten: str) -> str:
    if not _is_digits(ten, 10):
        raise ValueError("must be ten digits")
    return ten


def _is_digits(text: str, length: int) -> bool:
    # str.isdigit alone would let full-width and other scripts' digits in.
    return len(text) == length and text.isascii() and text.isdigit()


class ResidentRecordCode(Scalar):
    """住民票コード: eleven digits as text, leading zeros kept, check digit right."""

    __slots__ = ()
    personal = True

    @classmethod
    def check(cls, text: str) -> str:
        if not _is_digits(text, 11):
            raise ValueError("must be eleven digits")
        if text[10] != check_digit(text[:10]):
            raise ValueError("must be eleven digits with the right check digit")
        return text

    @classmethod
    def compose(cls, ten: str) -> Self:
        """The code of ten random digits; ``ValueError`` where these may not be issued."""
        if not is_issuable(ten):
            raise ValueError("must be ten digits whose remainder is neither 0 nor 1")
        return cls(ten + check_digit(ten))


def compose(ten: str) -> ResidentRecordCode:
    """The code of ten random digits; ``ValueError`` where these may not be issued."""
    return ResidentRecordCode.compose(ten)


@dataclass(frozen=True, slots=True, repr=False)
class Explanation:
    """How the check digit of one text was worked out; for a person who looks for a typing error.

    The arithmetic is empty, and ``total``, ``remainder`` and ``expected`` are None, where the text is
    not eleven digits.
    """

    digits: tuple[int, ...]
    weights: tuple[int, ...]
    products: tuple[int, ...]
    total: int | None
    remainder: int | None
    expected: str | None
    valid: bool
    issuable: bool
    problem: str | None
    note: str = SOURCE_NOTE


def explain(text: str) -> Explanation:
    """Work out the check digit of a text, whatever it is; never raises for a wrong one."""
    problem = _problem_of_form(text)
    if problem:
        return Explanation((), (), (), None, None, None, valid=False, issuable=False, problem=problem)
    ten, given = text[:10], text[10]
    digits = tuple(int(digit) for digit in ten)
    total = weighted_sum(ten)
    expected = check_digit(ten)
    valid = given == expected
    return Explanation(
        digits=digits,
        weights=WEIGHTS,
        products=tuple(digit * weight for digit, weight in zip(digits, WEIGHTS, strict=True)),
        total=total,
        remainder=total % MODULUS,
        expected=expected,
        valid=valid,
        issuable=valid and is_issuable(ten),
        problem=None
        if valid
        else f"the check digit is {given}, but the first ten digits call for {expected}",
    )


def _problem_of_form(text: str) -> str | None:
    if _is_digits(text, 11):
        return None
    if text.isascii() and text.isdigit():
        return f"a code has 11 digits, this has {len(text)}"
    if text.isdecimal():
        return "a code is written with the digits 0 to 9, not with those of another script or width"
    return "a code has 11 digits and nothing else"

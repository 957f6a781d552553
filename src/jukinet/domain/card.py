"""The number of a Basic Resident Registration Card (住民基本台帳カード)."""

from __future__ import annotations

from jukinet.domain.scalars import Scalar

LONGEST = 20


class CardNumber(Scalar):
    """As it stands on the card: digits and capital letters. No text to hand says more of its form."""

    __slots__ = ()
    personal = True

    @classmethod
    def check(cls, text: str) -> str:
        plain = text.isascii() and text.isalnum() and text == text.upper()
        if not plain or not 1 <= len(text) <= LONGEST:
            raise ValueError(f"must be 1 to {LONGEST} digits and capital letters")
        return text

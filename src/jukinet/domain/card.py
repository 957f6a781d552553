"""The number of a Basic Resident Registration Card (住民基本台帳カード), its form, and what can become of one."""

from __future__ import annotations

from enum import StrEnum

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


class CardForm(StrEnum):
    """Which of the two forms a card has (Reg. Art. 37), and so what of the record stands on it (Ord. Art. 30-12)."""

    PLAIN = "form-1"
    """別記様式第一: the name."""
    PHOTO = "form-2"
    """別記様式第二: with birth date, sex, address and a photograph, for who asks for that."""


class CardEvent(StrEnum):
    """What happened to a card. Those that Ord. Art. 30-24 has notified to the governor are marked."""

    ISSUED = "issued"
    """30-24(1)"""
    LOST = "lost"
    """30-24(1)"""
    FOUND = "found"
    """30-24(1)"""
    LAPSED = "lapsed"
    """30-24(1), (2)"""
    RETURNED = "returned"
    """30-24(1), (2)"""
    CONTINUED = "continued"
    """30-24(4): a card of another municipality was taken over"""
    CHANGED = "changed"
    """What changed of what stands on it was entered on it (Act Art. 30-44(7))"""
    MOVE_CONFIRMED = "move-confirmed"
    """30-24(3): the notice of the holder's move-in came"""
    LEFT = "left"
    """The holder moved out"""
    RESTORED = "restored"
    """The move-out was undone"""
    CONTINUED_ELSEWHERE = "continued-elsewhere"
    """The centre told that another municipality has taken the card over (30-24(8))"""

    @property
    def notified(self) -> bool:
        """Whether the governor is told (M11)."""
        return self not in {
            *(CardEvent.LEFT, CardEvent.RESTORED, CardEvent.CHANGED),
            CardEvent.CONTINUED_ELSEWHERE,
        }

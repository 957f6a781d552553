"""Wards of designated cities (指定都市の区): Act Art. 38, Ord. Arts. 31 and 32.

The Act reads a ward as a city, and its head as the mayor, wherever it speaks of the register, of notifications and of
codes (Ord. 31(1)). So each ward is a municipality of its own here, and a move from one to another is a move-out and a
move-in. Owns what is left to the city itself, and how its wards number their residents. The way of messages is in
``jukinet.messages.routes``.

A card is asked for, and submitted with a move-in, through the ward (31(2) for Act Art. 30-44), and no term of a move
between wards makes it lapse (32(2) for Ord. 30-20(ii), (iii)): ``jukinet.law.card_lapse``, ``jukinet.law.cards``. It
stands as in force where it was recorded, until it is submitted in the new ward.
"""

from __future__ import annotations

from jukinet.domain.municipality import MunicipalityCode
from jukinet.law.decisions import Decision, FailedRule, judge, law, policy

WD1 = law(
    "WD1",
    "Act Art. 38(1); Ord. Art. 31(1)",
    "In a designated city the head of the ward keeps the register and is designated its codes. Go to the ward.",
)
_NUMBERS = "Resident-record specification 1.1.13"
OU2 = policy(
    "OU2",
    _NUMBERS,
    "Who comes from another ward of the city keeps the resident number of there: state it.",
)
OU3 = policy(
    "OU3", _NUMBERS, "Somebody else is recorded here under that resident number, or was. Look at it again."
)

_EACH = 10**7
"""Numbers that a ward may give before it would begin again: more than any has had residents."""


def decide_own(*, has_wards: bool) -> Decision:
    """Whether a municipality keeps a register of its own: WD1."""
    return judge((WD1, not has_wards), basis=())


def decide_kept_number(*, within_city: bool, stated: bool, others: bool) -> Decision:
    """Whether who comes from another ward states the number of there (OU2, OU3). ``others``: somebody else's here."""
    return judge((OU2, stated or not within_city), (OU3, not others), basis=())


def serial_in_city(ward: MunicipalityCode, serial: int) -> int:
    """The serial part of a resident number that no other ward of the city gives: a range of its own for each.

    The last three digits of a ward's code without its check digit are its own in the city.
    """
    return int(ward.text[2:5]) * _EACH + serial % _EACH


RULES: tuple[FailedRule, ...] = (WD1, OU2, OU3)

"""Wards of designated cities (指定都市の区): Act Art. 38, Ord. Arts. 31 and 32.

The Act reads a ward as a city, and its head as the mayor, wherever it speaks of the register, of notifications and of
codes (Ord. 31(1)). So each ward is a municipality of its own here, and a move from one to another is a move-out and a
move-in. Owns what is left to the city itself. The way of messages is in ``jukinet.messages.routes``.

A card is asked for, and submitted with a move-in, through the ward (31(2) for Act Art. 30-44), and no term of a move
between wards makes it lapse (32(2) for Ord. 30-20(ii), (iii)): ``jukinet.law.card_lapse``, ``jukinet.law.cards``.

Not modelled: that the card is the city's, so that one that its holder never submits in the new ward is in force and
recorded nowhere as such; and that a person keeps the same resident number over such a move (specification 1.1.13),
for which the wards of a city would have to draw their numbers from one.
"""

from __future__ import annotations

from jukinet.law.decisions import Decision, FailedRule, judge, law

WD1 = law(
    "WD1",
    "Act Art. 38(1); Ord. Art. 31(1)",
    "In a designated city the head of the ward keeps the register and is designated its codes. Go to the ward.",
)


def decide_own(*, has_wards: bool) -> Decision:
    """Whether a municipality keeps a register of its own: WD1."""
    return judge((WD1, not has_wards), basis=())


RULES: tuple[FailedRule, ...] = (WD1,)

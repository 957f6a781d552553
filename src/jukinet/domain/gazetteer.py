"""Town areas (町字) of a municipality, and how an address is known to lie in one.

Owns their shape. Where they come from and which hold on a day is not decided here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from jukinet.domain.matching import address_key

_GOES_ON = re.compile(r"[\d\-甲乙丙丁イロハニホ無番]|$")
"""What follows the name of a town area in a key: a number, a lot that has none (無番地), or nothing."""


@dataclass(frozen=True, slots=True)
class TownArea:
    """A town area with the days on which it is one; ``valid_to`` None: it still is.

    ``name`` as an address begins with it, such as 東京都国立市富士見台二丁目. ``code``: its number in the municipality,
    six digits (specification 1.3.3) or seven (address base registry).
    """

    code: str
    name: str
    kana: str
    valid_from: date
    valid_to: date | None = None

    @property
    def key(self) -> str:
        return address_key(self.name)

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def covers(self, key: str) -> bool:
        """Whether the address of this key lies in it: 富士見台二丁目 not in 富士見, 東町 not in 東."""
        rest = key.removeprefix(self.key)
        ends_in_number = self.key[-1:].isdecimal()
        return key.startswith(self.key) and bool(
            re.match(r"-|$", rest) if ends_in_number else _GOES_ON.match(rest)
        )

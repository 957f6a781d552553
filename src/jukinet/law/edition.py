"""Which law this is: the Act, Order, Regulation and ordinances as in force in November 2013.

Owns the edition's name and first day. It is open-ended: later amendments are not in it. A rule that
starts within the edition (foreign residents' codes on 2013-07-08) carries its own start as a parameter.
"""

from __future__ import annotations

from datetime import date

from jukinet.domain.errors import ErrorKind, JukinetError

EDITION = "2013-11"

VALID_FROM = date(2012, 7, 9)
"""The day on which foreign residents came under the Act; before it another law held."""

TEXT_OF = date(2013, 11, 1)
"""A day of the month whose text this is, for lists that ask no business date."""


def require_date(on: date) -> None:
    """Raise INVALID for a business date before the edition: another law held then."""
    if on < VALID_FROM:
        raise JukinetError(
            ErrorKind.INVALID,
            f"The law of edition {EDITION} begins on {VALID_FROM}; the business date lies before it. "
            "Set the business date to that day or later.",
        )

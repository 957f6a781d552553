"""Nationalities and regions (国籍等) as a resident record names them in Japanese, on each day.

Owns the names. Records hold ISO 3166-1 alpha-3 or ``stateless``; the Japanese names are CLDR's, from Babel, but where
``nationalities.toml`` has another, or had one until a day.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from babel import Locale
from babel.core import get_global

from jukinet.domain.errors import Fault, invalid

STATELESS = "stateless"
_USERS_OWN = re.compile("AAA|Q[M-Z].|X..|ZZZ")
"""Codes that ISO 3166-1 leaves to its users."""


@dataclass(frozen=True, slots=True)
class Country:
    """A country or region by its name, and the days on which it has that name; None: always, or still."""

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((files("jukinet.documents") / "nationalities.toml").read_text("utf-8"))


def japanese_name(nationality: str, on: date) -> str:
    """The Japanese name on a day, such as ベトナム for ``VNM``; INVALID for a code that is none."""
    return "無国籍" if nationality == STATELESS else _country(nationality, on).name


def _country(code: str, on: date) -> Country:
    alpha2 = get_global("territory_aliases").get(code, ())
    if not (code.isalpha() and code.isupper() and len(code) == 3 and len(alpha2) == 1):
        raise invalid(Fault("nationality", "must be an ISO 3166-1 alpha-3 code or stateless"))
    since = None
    for row in _table()["names"]:  # of one code, the oldest first
        if row["code"] == code:
            if "last" not in row or on <= row["last"]:
                return Country(code, row["name"], since, row.get("last"))
            since = row["last"] + timedelta(days=1)
    return Country(code, str(Locale("ja").territories[alpha2[0]]), since)


def countries(on: date) -> tuple[Country, ...]:
    """Every country and region by its code, with its name of a day."""
    named, left_out = Locale("ja").territories, _table()["withdrawn"]
    codes = (
        code
        for code, alpha2 in get_global("territory_aliases").items()
        if re.fullmatch("[A-Z]{3}", code) and len(alpha2) == 1 and alpha2[0] in named
    )
    listed = sorted(code for code in codes if code not in left_out and not _USERS_OWN.fullmatch(code))
    return tuple(_country(code, on) for code in listed)

"""Nationalities and regions (国籍等) as a resident record names them in Japanese.

Owns the names. Records hold ISO 3166-1 alpha-3 or ``stateless``; the Japanese names are CLDR's, from
Babel, but where the Ministry of Justice writes another.
"""

from __future__ import annotations

from babel import Locale
from babel.core import get_global

from jukinet.domain.errors import Fault, invalid

STATELESS = "stateless"

_MINISTRY = {
    "USA": "米国",
    "GBR": "英国",
    "MMR": "ミャンマー",
    "PSE": "パレスチナ",
    "PRK": "朝鮮",
}
"""Where the name on a Residence Card is not CLDR's. 朝鮮 is a sign on the card, not a state's name."""


def japanese_name(nationality: str) -> str:
    """The Japanese name, such as ベトナム for ``VNM``; INVALID for a code that is none."""
    if nationality == STATELESS:
        return "無国籍"
    if nationality in _MINISTRY:
        return _MINISTRY[nationality]
    alpha2 = get_global("territory_aliases").get(nationality, ())
    if not (nationality.isalpha() and nationality.isupper() and len(nationality) == 3 and len(alpha2) == 1):
        raise invalid(Fault("nationality", "must be an ISO 3166-1 alpha-3 code or stateless"))
    return str(Locale("ja").territories[alpha2[0]])

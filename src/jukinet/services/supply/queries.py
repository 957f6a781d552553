"""A request of an organ as it comes: read strictly, to domain values, with every fault at once.

By the code, or by name, address, birth date and sex, all four. No ranges, no prefixes, no partial items.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from jukinet.domain import matching
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import OrganSlug
from jukinet.domain.persons import Sex
from jukinet.domain.reading import Fields, reading
from jukinet.law.catalogue import QueryKind, check_affair
from jukinet.services.filings import member

MAX_REQUEST = 16 * 1024
"""Bytes of one request."""

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
FOUR = ("name", "address", "birth_date", "sex")
"""The items that identify a person together."""


@dataclass(frozen=True, slots=True, repr=False)
class FourItems:
    """Name, address, birth date and sex: equality of all four after normalisation."""

    name: str
    address: str
    birth_date: PartialDate
    sex: Sex


@dataclass(frozen=True, slots=True)
class Consent:
    """That the person consented to the use (Act Art. 30-8(1)(iii)): on which day, and to what, in the organ's words."""

    given_on: date
    affair: str


@dataclass(frozen=True, slots=True, repr=False)
class SupplyQuery:
    """Who is asked for, for which affair, by which of the organ's operators, in which case.

    ``for_organ``: a municipality's organ for which its governor asks (Act Art. 30-7(6)). ``consent``: for the
    affair that rests on it.
    """

    request_id: str
    affair: str
    operator: str
    case: str
    who: ResidentRecordCode | FourItems
    for_organ: OrganSlug | None = None
    consent: Consent | None = None

    @property
    def by(self) -> QueryKind:
        return QueryKind.FOUR_ITEMS if isinstance(self.who, FourItems) else QueryKind.CODE


def parse_request_id(text: str) -> str:
    """The organ's own number of a request."""
    if not _REQUEST_ID.fullmatch(text):
        raise ValueError("must be 8 to 64 letters, digits and hyphens")
    return text


def _parse_name(text: str) -> str:
    matching.query_name_key(text)  # Raises ValueError for a name by which nobody can be found.
    return text.strip()


def read_query(data: object) -> SupplyQuery:
    """Read a request; raises INVALID with every fault."""
    with reading(data) as fields:
        return SupplyQuery(
            request_id=fields.take("request_id", parse_request_id),
            affair=fields.take("affair", check_affair),
            operator=fields.text("operator", longest=64),
            case=fields.text("case", longest=64),
            who=_read_who(fields),
            for_organ=fields.optional("for", OrganSlug.parse),
            consent=fields.optional_object("consent", _read_consent),
        )


def _read_consent(fields: Fields) -> Consent:
    return Consent(fields.date("given_on"), fields.text("affair", longest=64))


def _read_who(fields: Fields) -> ResidentRecordCode | FourItems:
    if fields.has("code"):
        for name in FOUR:
            if fields.raw(name) is not None:
                fields.fault(name, "must be left out where the code is given")
        return fields.take("code", ResidentRecordCode.parse)
    fields.raw("code")
    return FourItems(
        name=fields.take("name", _parse_name),
        address=fields.text("address"),
        birth_date=fields.take("birth_date", PartialDate.parse),
        sex=fields.take("sex", member(Sex)),
    )

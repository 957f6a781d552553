"""Reading the items of a foreign resident (Act Art. 30-45; Ord. 30-25): nationality, class, nickname with its history.

Owns their shape. Which items a class has is in ``jukinet.law.foreign_items``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import ForeignClass, ForeignItems, Nickname, StatedDays
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.reading import Fields

E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class member(Generic[E]):  # noqa: N801 - used as the function that it is
    """A parser for one word of a closed list; ``kind`` tells the list to whoever describes a reader."""

    kind: type[E]

    def __call__(self, text: str) -> E:
        try:
            return self.kind(text)
        except ValueError:
            raise ValueError("must be one of " + ", ".join(self.kind)) from None


def parse_nationality(text: str) -> str:
    if text != "stateless" and not (len(text) == 3 and text.isascii() and text.isupper() and text.isalpha()):
        raise ValueError("must be three capitals (ISO 3166-1), or stateless")
    return text


def read_foreign(fields: Fields) -> ForeignItems:
    nationality = fields.take("nationality", parse_nationality)
    return replace(
        read_stay(fields, nationality, fields.date("became_foreign_resident_on")),
        alien_registered_on=fields.optional_date("alien_registered_on"),
        residence_notified=fields.flag("residence_notified", default=False),
    )


def read_stay(fields: Fields, nationality: str, became_on: date) -> ForeignItems:
    """The items of the class, put together with what was read elsewhere."""
    return ForeignItems(
        nationality=nationality,
        became_foreign_resident_on=became_on,
        stay=fields.take("stay", member(ForeignClass)),
        status=fields.optional_text("status"),
        period=fields.optional_text("period"),
        expires_on=fields.optional_date("expires_on"),
        document_number=fields.optional_text("document_number", longest=20),
        card_later=fields.flag("card_later", default=False),
    )


def read_stated(fields: Fields) -> StatedDays:
    """How days of a record are stated (specification 1.1.8)."""
    return StatedDays(
        became_resident_on=fields.optional("became_resident_on", PartialDate.parse),
        address_since=fields.optional("address_since", PartialDate.parse),
        became_foreign_resident_on=fields.optional("became_foreign_resident_on", PartialDate.parse),
        alien_registered_on=fields.optional("alien_registered_on", PartialDate.parse),
    )


def read_nickname(fields: Fields) -> Nickname:
    """As a move-out certificate tells of it (Ord. 30-27)."""
    return Nickname(
        text=fields.text("text"),
        recorded_on=fields.date("recorded_on"),
        recorded_by=fields.take("recorded_by", MunicipalityCode.parse),
        deleted_on=fields.optional_date("deleted_on"),
        deleted_by=fields.optional("deleted_by", MunicipalityCode.parse),
    )


def read_former_nicknames(fields: Fields) -> tuple[Nickname, ...]:
    if not fields.has("former_nicknames"):
        fields.raw("former_nicknames")
        return ()
    return fields.each("former_nicknames", read_nickname, most=50)

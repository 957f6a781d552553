"""How values that every message shares are written and read: addresses, words of a closed list, optional fields."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, Place
from jukinet.domain.reading import Fields

E = TypeVar("E", bound=StrEnum)


def write_address(address: Address) -> dict[str, Any]:
    return present(municipality=address.municipality.text, text=address.text, building=address.building)


def read_address(fields: Fields) -> Address:
    return Address(
        municipality=fields.take("municipality", MunicipalityCode.parse),
        text=fields.text("text"),
        building=fields.optional_text("building"),
    )


def write_place(place: Place) -> dict[str, Any]:
    return present(text=place.text, municipality=place.municipality.text if place.municipality else None)


def read_place(fields: Fields) -> Place:
    return Place(fields.text("text"), fields.optional("municipality", MunicipalityCode.parse))


def parse_member(kinds: type[E]) -> Callable[[str], E]:
    """A parser of one word of a closed list."""

    def parse(text: str) -> E:
        try:
            return kinds(text)
        except ValueError:
            raise ValueError(f"must be one of {', '.join(kinds)}") from None

    return parse


def present(**fields: Any) -> dict[str, Any]:
    """The fields that have a value: an optional field without one is left out on the wire."""
    return {name: value for name, value in fields.items() if value is not None}

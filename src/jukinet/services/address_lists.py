"""Lists for ``jukinet.services.address_changes``, made from the register: which households lie in areas that changed.

Owns which new address an old one becomes. An area is the beginning of an address; of several that fit, the longest is
meant. What lies in none of the areas stays as it is and is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from jukinet.audit.events import AuditEvent
from jukinet.domain import csv_rows
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Address, Private
from jukinet.domain.reading import Fields, reading
from jukinet.law.decisions import Permitted, Refused
from jukinet.services import acts
from jukinet.services.address_changes import MOST, AddressList, AddressRow
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.store import intake


@dataclass(frozen=True, slots=True)
class Area:
    """An area by the beginning of its addresses: as it was, and as it is."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AreaChange:
    """Areas that have other names from a day on; ``handed_to``: in the municipality to which they passed."""

    changed_on: date
    areas: tuple[Area, ...]
    handed_to: MunicipalityCode | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Listed(Private):
    """The list, and how many households lie in none of its areas."""

    list: AddressList
    elsewhere: int


def _read_area(fields: Fields) -> Area:
    return Area(fields.text("old"), fields.text("new"))


def read_areas(data: object) -> AreaChange:
    with reading(data) as fields:
        given = AreaChange(
            changed_on=fields.date("changed_on"),
            areas=fields.each("areas", _read_area, most=50_000),
            handed_to=fields.optional("handed_to", MunicipalityCode.parse),
        )
        if not given.areas:
            fields.fault("areas", "must not be empty")
        if len({area.old for area in given.areas}) < len(given.areas):
            fields.fault("areas", "must not name an area twice")
        return given


def list_addresses(ctx: Context, claim: OperatorClaim, change: AreaChange) -> Listed | Refused:
    """The households that live in the areas now, with the address that they have and the one that they get."""
    with ctx.begin() as tx:
        act = acts.open_act(ctx, tx, claim, Permission.REGISTER_RECORD_CORRECT, AuditEvent.ADDRESSES_LISTED)
        if isinstance(act.gate, Refused):
            return act.refuse(act.gate)
        here, rows, elsewhere = ctx.municipality, [], 0
        areas = Areas(change.areas)
        for home in intake.homes(tx):
            new = areas.renamed(home.text)
            if new is None:
                elsewhere += 1
                continue
            rows.append(
                AddressRow(
                    home.household_no,
                    Address(here, home.text, home.building),
                    Address(change.handed_to or here, new, home.building),
                )
            )
            if len(rows) > MOST:
                raise JukinetError(
                    ErrorKind.TOO_LARGE,
                    f"More than {MOST:,} households live there. Name fewer areas at once.",
                )
        act.done(Permitted((*act.gate.basis, f"households {len(rows)}")))
        return Listed(AddressList(change.changed_on, tuple(rows), change.handed_to), elsewhere)


class Areas:
    """Areas to be looked up by address: in a time that does not grow with their number."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._new = {area.old: area.new for area in areas}
        self._lengths = sorted({len(old) for old in self._new}, reverse=True)

    def renamed(self, text: str) -> str | None:
        """An address as it is written from then on; None where it lies in none of the areas."""
        for length in self._lengths:
            new = self._new.get(text[:length])
            if new is not None:
                return new + text[length:]
        return None


_COLUMNS = ("household_number", "old.text", "old.building", "new.text", "new.building")


def write_rows(given: AddressList) -> Iterator[bytes]:
    """A list as rows of CSV, without the municipality and the day."""
    yield csv_rows.write_row(_COLUMNS)
    for row in given.rows:
        places = (row.old.text, row.old.building or "", row.new.text, row.new.building or "")
        yield csv_rows.write_row((row.household_number, *places))


def placed(data: dict[str, Any], here: MunicipalityCode) -> dict[str, Any]:
    """A list in which an address that names no municipality lies in this one."""
    for row in data.get("rows") or ():
        for name in ("old", "new"):
            address = row.get(name) if isinstance(row, dict) else None
            if isinstance(address, dict):
                address.setdefault("municipality", str(here))
    return data

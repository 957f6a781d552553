"""Rows of a register in CSV: cells read by the table of columns into a record, with every fault, and written.

Owns the way from cells to a record and back. The columns are in ``jukinet.services.register_columns``; what makes up a
row of a file at all, in ``jukinet.domain.csv_rows``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from jukinet.domain import csv_rows
from jukinet.domain.errors import Fault, JukinetError
from jukinet.domain.items import (
    ConfirmedMove,
    ForeignItems,
    Koseki,
    MoveOutPlan,
    Nickname,
    PersonName,
    Programmes,
    ResidentRecord,
    StatedDays,
)
from jukinet.domain.persons import Address, Place, Private
from jukinet.domain.reading import clean_text
from jukinet.services.register_cells import Column, Row
from jukinet.services.register_columns import COLUMNS, HANDED_OVER

_ALWAYS = tuple(column for column in COLUMNS if column.required and not column.group)
_GROUPS: Mapping[str, tuple[Column, ...]] = {
    group: tuple(column for column in COLUMNS if column.group == group)
    for group in dict.fromkeys(column.group for column in COLUMNS if column.group)
}
_MISSING = "is missing"
_NONE: Mapping[str, Any] = {}


def read_header(
    cells: Sequence[str], *, handed_over: bool = False
) -> tuple[tuple[Column, ...], tuple[Fault, ...]]:
    """The columns that a first row names, in its order; and what is wrong with it. ``handed_over``: of such a file."""
    known = {column.name: column for column in (*COLUMNS, *(HANDED_OVER if handed_over else ()))}
    faults = []
    for name in dict.fromkeys(cells):
        # The name of an unknown column is the sender's text: shown only if it is a plain word.
        shown = name if name.isascii() and name.isidentifier() and len(name) <= 40 else "?"
        if name not in known:
            faults.append(Fault(shown, "is not a column of a register"))
        elif cells.count(name) > 1:
            faults.append(Fault(shown, "stands in the first row more than once"))
    faults += [
        Fault(column.name, "is a column that the first row must name")
        for column in _ALWAYS
        if column.name not in cells
    ]
    return tuple(known[name] for name in cells if name in known), tuple(faults)


@dataclass(frozen=True, slots=True, repr=False)
class Cells(Private):
    """One row as read: what each filled cell says, as far as it could be read, and every fault.

    ``row`` is None where there is a fault.
    """

    values: Mapping[str, Any]
    faults: tuple[Fault, ...]
    row: Row | None = None


def read_cells(columns: Sequence[Column], cells: Sequence[str]) -> Cells:
    """Read one row below the first, whose columns are given."""
    if len(cells) != len(columns):
        return Cells(
            _NONE, (Fault("row", f"has {len(cells)} fields where the first row has {len(columns)}"),)
        )
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for column, cell in zip(columns, cells, strict=True):
        if cell:
            _read(column, cell, values, faults)
    faulty = {fault.field for fault in faults}
    faults += [Fault(name, _MISSING) for name in _missing(values) if name not in faulty]
    if faults:
        return Cells(values, tuple(faults))
    handed_over = {column.name: values[column.name] for column in HANDED_OVER if column.name in values}
    return Cells(values, (), Row(values["resident_no"], _record(values.get), **handed_over))


def _read(column: Column, cell: str, values: dict[str, Any], faults: list[Fault]) -> None:
    if not cell.strip():
        faults.append(Fault(column.name, "must not be of spaces alone"))
    elif len(cell) > column.longest:
        faults.append(Fault(column.name, f"must have at most {column.longest} characters"))
    else:
        try:
            values[column.name] = column.parse(clean_text(cell))
        except JukinetError as error:
            told = "; ".join(f"{one.field}: {one.problem}" for one in error.faults) or error.message
            faults.append(Fault(column.name, told))
        except ValueError as error:
            faults.append(Fault(column.name, str(error)))


def _missing(values: Mapping[str, Any]) -> Iterable[str]:
    yield from (column.name for column in _ALWAYS if column.name not in values)
    for columns in _GROUPS.values():
        if any(values.get(column.name) for column in columns):
            yield from (column.name for column in columns if column.required and column.name not in values)


def _record(get: Any) -> ResidentRecord:
    return ResidentRecord(
        kind=get("kind"),
        name=PersonName(get("name"), get("name_kana"), get("name_latin")),
        birth_date=get("birth_date"),
        sex=get("sex"),
        household_number=get("household_no"),
        relationship=get("relationship"),
        address=Address(get("address_municipality"), get("address"), get("address_building")),
        recorded_since=get("recorded_since"),
        code=get("code"),
        koseki=Koseki(get("koseki_domicile"), get("koseki_head")) if get("koseki_domicile") else None,
        became_resident_on=get("became_resident_on"),
        address_since=get("address_since"),
        previous_address=_place(get, "previous_address"),
        voter=get("voter") or False,
        programmes=_programmes(get),
        nickname=_nickname(get),
        former_nicknames=get("former_nicknames") or (),
        foreign=_foreign(get),
        move_out=_move_out(get),
        confirmed_move=_confirmed(get),
        last_registered_address=_place(get, "last_registered_address"),
        stated=_stated(get),
    )


_WHOLE = StatedDays()
_STATED = tuple(one.name for one in fields(StatedDays) if one.name != "ended_on")
"""A file holds records that stand: none has ended."""


def _stated(get: Any) -> StatedDays:
    values = {name: get(f"{name}_stated") for name in _STATED}
    return _WHOLE.restated(StatedDays(**values)) if any(values.values()) else _WHOLE


def _place(get: Any, name: str) -> Place | None:
    text = get(name)
    return Place(text, get(f"{name}_municipality")) if text else None


_NOT_ENROLLED = Programmes()
_ENROLMENTS = tuple(one.name for one in fields(Programmes))
"""The columns are called as the items."""


def _programmes(get: Any) -> Programmes:
    values = [get(name) for name in _ENROLMENTS]
    return Programmes(*values) if any(values) else _NOT_ENROLLED


def _nickname(get: Any) -> Nickname | None:
    if not get("nickname"):
        return None
    return Nickname(get("nickname"), get("nickname_recorded_on"), get("nickname_recorded_by"))


def _foreign(get: Any) -> ForeignItems | None:
    if not get("nationality"):
        return None
    return ForeignItems(
        nationality=get("nationality"),
        became_foreign_resident_on=get("became_foreign_resident_on"),
        stay=get("stay"),
        status=get("status"),
        period=get("period"),
        expires_on=get("expires_on"),
        document_number=get("document_number"),
        card_later=get("card_later") or False,
        alien_registered_on=get("alien_registered_on"),
        residence_notified=get("residence_notified") or False,
    )


def _move_out(get: Any) -> MoveOutPlan | None:
    destination = _place(get, "move_out_destination")
    if destination is None:
        return None
    planned_on, filed_on = get("move_out_planned_on"), get("move_out_filed_on")
    return MoveOutPlan(destination, planned_on, filed_on, get("move_out_special"))


def _confirmed(get: Any) -> ConfirmedMove | None:
    address = _place(get, "confirmed_move")
    return ConfirmedMove(address, get("confirmed_move_on")) if address else None


HEADER = csv_rows.write_row(column.name for column in COLUMNS)
"""The first row of a file that we write: every column."""


HANDED_OVER_HEADER = csv_rows.write_row(column.name for column in (*COLUMNS, *HANDED_OVER))


def write_cells(row: Row, *, handed_over: bool = False) -> bytes:
    """One row as we write it."""
    return csv_rows.write_row(
        column.cell(row) for column in (*COLUMNS, *(HANDED_OVER if handed_over else ()))
    )

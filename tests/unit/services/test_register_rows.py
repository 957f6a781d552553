"""Columns of a register in CSV: every item has one, what is written is read again, and each fault is told."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given, settings
from tests.unit.services import registers

from jukinet.domain.errors import Fault
from jukinet.domain.items import RecordKind, ResidentRecord
from jukinet.domain.persons import Private
from jukinet.services.register_cells import Row
from jukinet.services.register_columns import COLUMNS
from jukinet.services.register_rows import Cells, read_cells, read_header

FOREIGN = RecordKind.FOREIGN


def read(cells: dict[str, str]) -> Cells:
    columns, faults = read_header(list(cells))
    assert faults == ()
    return read_cells(columns, list(cells.values()))


def told(row: Row, **cells: str) -> list[tuple[str, str]]:
    found = read(registers.cells_of(row) | cells)
    assert (found.row is None) == bool(found.faults)
    return [(fault.field, fault.problem) for fault in found.faults]


def leaves(kind: Any, path: str) -> set[str]:
    """Every item that a record is made of."""
    found = set()
    hints = get_type_hints(kind)
    for one in fields(kind):
        inner = next(
            (part for part in (hints[one.name], *get_args(hints[one.name])) if is_dataclass(part)), None
        )
        whole = f"{path}.{one.name}"
        found |= {whole} if inner is None or one.name == "former_nicknames" else leaves(inner, whole)
    return found


def test_every_item_of_a_record_has_a_column_but_those_of_a_record_that_no_longer_stands() -> None:
    left_out = {"record.deletion_cause", "record.stated.ended_on"}
    left_out |= {"record.nickname.deleted_on", "record.nickname.deleted_by"}
    paths = [column.path for column in COLUMNS]
    assert set(paths) | left_out == leaves(ResidentRecord, "record") | {"resident_no"}
    assert len(set(paths)) == len(set(registers.NAMES)) == len(COLUMNS)


@settings(max_examples=40)
@given(registers.registers())
def test_what_is_written_is_read_again(register: list[Row]) -> None:
    for row in register:
        assert read(registers.cells_of(row)).row == row


def test_columns_come_in_any_order_and_may_be_left_out() -> None:
    row = registers.one(nickname=None)
    cells = registers.cells_of(row)
    assert read(dict(reversed(cells.items()))).row == row
    assert read({name: cell for name, cell in cells.items() if cell}).row == row


def test_a_first_row_is_told_every_fault() -> None:
    _, faults = read_header(["resident_no", "resident_no", "kind", "name", "died_on", "", "氏名", "sex"])
    assert faults == (
        Fault("resident_no", "stands in the first row more than once"),
        Fault("died_on", "is not a column of a register"),
        Fault("?", "is not a column of a register"),
        Fault("?", "is not a column of a register"),
        *(
            Fault(name, "is a column that the first row must name")
            for name in (
                "birth_date",
                "household_no",
                "relationship",
                "address_municipality",
                "address",
                "recorded_since",
            )
        ),
    )


@pytest.mark.parametrize("change", [-1, 1])
def test_a_row_that_is_too_narrow_or_too_wide(change: int) -> None:
    columns, _ = read_header(registers.NAMES)
    width = len(COLUMNS) + change
    (fault,) = read_cells(columns, ["x"] * width).faults
    assert fault == Fault("row", f"has {width} fields where the first row has {len(COLUMNS)}")


ELEVEN = "must be eleven digits with the right check digit"
TOWN = "must be the six digits of a municipality, with the right check digit"
DAY = "must be a real calendar date, YYYY-MM-DD"
CLEAN = "must not contain control, invisible or unassigned characters"


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("resident_no", "", "is missing"),
        ("resident_no", "00000000012", ELEVEN),
        ("resident_no", "1", "must be eleven digits"),
        ("household_no", "00000000012", ELEVEN),
        ("code", "24727059609", ELEVEN),
        ("code", "２４７２７０５９６０８", "must be eleven digits"),
        ("kind", "Japanese", "must be one of japanese, foreign"),
        ("name", "", "is missing"),
        ("name", "  ", "must not be of spaces alone"),
        ("name", "国立\n花子", CLEAN),
        ("name", "国立\0花子", CLEAN),
        ("name", "国立\u200b花子", CLEAN),
        ("name", "立" * 501, "must have at most 500 characters"),
        ("birth_date", "1980-02-30", "must be on the calendar, or have % where a koseki has it so"),
        ("birth_date", "1872-01-01", "must be from 1873 to 9997"),
        ("sex", "男", "must be one of male, female, unknown"),
        ("relationship", "孫", "must be 世帯主, 縁故者, 同居人, or 夫, 妻, 子, 父, 母, 兄, 姉, 弟, 妹 joined by の"),
        ("address_municipality", "132153", TOWN),
        ("recorded_since", "2013-02-29", DAY),
        ("recorded_since", "2013-W01-1", DAY),
        ("voter", "1", "must be true, or false or empty"),
        ("koseki_head", "", "is missing"),
        ("previous_address_municipality", "130001", "must be the six digits of a municipality"),
    ],
)  # fmt: skip
def test_what_a_cell_cannot_hold(column: str, cell: str, problem: str) -> None:
    assert (column, problem) in told(registers.one(), **{column: cell})


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ({"koseki_domicile": ""}, ["koseki_domicile"]),
        ({"move_out_planned_on": "2013-07-20"}, ["move_out_destination", "move_out_filed_on"]),
        ({"confirmed_move_municipality": "131016"}, ["confirmed_move", "confirmed_move_on"]),
        ({"last_registered_address_municipality": "131016"}, ["last_registered_address"]),
    ],
)
def test_what_makes_up_an_item_stands_together(cells: dict[str, str], missing: list[str]) -> None:
    assert told(registers.one(), **cells) == [(name, "is missing") for name in missing]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("山田", "is not JSON"),
        ("[]x", "is not JSON"),
        ('[{"text":"山田"}]', "former_nicknames[0].recorded_on: is missing"),
        ('[],"a":[]', "a: is not a known field"),
        ('{"text":"山田"}', "former_nicknames: must be a list"),
    ],
)
def test_a_list_of_nicknames_is_read_as_strictly_as_a_filing(cell: str, problem: str) -> None:
    ((field, said),) = told(registers.one(FOREIGN), former_nicknames=cell)
    assert field == "former_nicknames"
    assert problem in said
    assert "山田" not in said


def test_every_fault_of_a_row_is_told_at_once_and_what_could_be_read_is_kept() -> None:
    row = registers.one()
    found = read(registers.cells_of(row) | {"sex": "x", "birth_date": "y", "name": ""})
    assert {fault.field for fault in found.faults} == {"sex", "birth_date", "name"}
    assert found.values["resident_no"] == row.resident_no
    assert found.row is None


def test_nothing_of_a_person_shows_in_what_was_read() -> None:
    row = registers.one()
    assert isinstance(row, Private)
    assert row.record.name.text not in repr(row) + repr(read(registers.cells_of(row)))

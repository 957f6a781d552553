"""Invented registers for tests of the CSV: people with every item a file can hold, and files made of them."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import strategies as st
from tests.unit.domain.strategies import partial_dates

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import (
    ConfirmedMove,
    MoveOutPlan,
    Nickname,
    PersonName,
    RecordKind,
    ResidentRecord,
    StatedDays,
)
from jukinet.domain.numbers import with_check_digit
from jukinet.domain.persons import Address, Place, Sex
from jukinet.services.register_cells import Row
from jukinet.services.register_columns import COLUMNS
from jukinet.services.register_rows import HEADER, write_cells
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_person

NAMES = [column.name for column in COLUMNS]

LETTERS = st.sampled_from(
    [
        *"国立髙﨑𠮷々ヶÅñ,;'\"=@-+ 　|",
        "辻\U000e0100",
        "葛\U000e0101",
        "漢\ufe00",
        "\ue000",
        "e\u0301",
        '""',
        ",,",
    ]
)
"""What upsets a reader of CSV, a font or a key: separators, quotes, selectors, rare planes, private use, marks."""


def _clean(parts: Iterable[str]) -> str:
    return unicodedata.normalize("NFC", "".join(parts).strip())


TEXTS = st.lists(LETTERS, min_size=1, max_size=12).map(_clean).filter(bool)
DAYS = st.dates(date(2013, 1, 1), date(2013, 7, 8))
PLACES = st.builds(Place, TEXTS, st.sampled_from([None, CHIYODA, KUNITACHI]))


@st.composite
def records(draw: Any, household: str, *, head: bool, address: Address) -> ResidentRecord:
    """A person who could stand in the register of Kunitachi on 8 July 2013."""
    kind = draw(st.sampled_from(RecordKind))
    base = make_person(kind, seed=draw(st.integers(0, 300)))
    plan = MoveOutPlan(draw(PLACES), date(2013, 7, draw(st.integers(9, 31))), date(2013, 7, 8))
    changed: dict[str, Any] = {
        "name": PersonName(draw(TEXTS), draw(st.none() | TEXTS), draw(st.none() | TEXTS)),
        "birth_date": draw(st.just(base.birth_date) | partial_dates().map(PartialDate)),
        "sex": draw(st.sampled_from(Sex)),
        "household_number": household,
        "relationship": "世帯主"
        if head
        else draw(st.sampled_from(["妻（未届）", "子の子（子の夫）", "同居人", "縁故者"])),
        "address": address,
        "address_since": draw(st.none() | DAYS),
        "previous_address": draw(st.none() | PLACES),
        "last_registered_address": draw(st.none() | PLACES),
        "move_out": draw(st.none() | st.just(plan)),
        "confirmed_move": draw(st.none() | st.builds(ConfirmedMove, PLACES, DAYS)),
    }
    if kind is RecordKind.FOREIGN:
        nickname = Nickname(draw(TEXTS), draw(DAYS), KUNITACHI)
        older = Nickname(draw(TEXTS), date(2012, 8, 1), CHIYODA, draw(DAYS), KUNITACHI)
        changed["nickname"] = draw(st.none() | st.just(nickname))
        changed["former_nicknames"] = draw(st.sampled_from([(), (older,), (older, older)]))
    made = replace(base, **changed)
    stated = {name: _stated_as(day, draw(st.booleans())) for name, day in made.whole_days.items()}
    made = replace(made, stated=StatedDays(**stated))
    # A date of birth that the days of the record contradict is another test's; some are residents from their birth.
    first = min(filter(None, [date(1950, 1, 1), *made.whole_days.values()]))
    earliest = made.birth_date.earliest
    return made if earliest is None or earliest <= first else replace(made, birth_date=base.birth_date)


def _stated_as(day: date | None, unknown: bool) -> PartialDate | None:
    return PartialDate(f"{day.year}-XX-XX") if day and unknown else None


@st.composite
def registers(draw: Any) -> list[Row]:
    """A register of a few households, by resident number."""
    rows: list[Row] = []
    serials = draw(st.lists(st.integers(1, 10**9), unique=True, min_size=1, max_size=4))
    for serial in serials:
        household, address = (
            with_check_digit(serial),
            Address(KUNITACHI, draw(TEXTS), draw(st.none() | TEXTS)),
        )
        for place in range(draw(st.integers(1, 3))):
            record = draw(records(household, head=place == 0, address=address))
            number = with_check_digit(serial * 4 + place)
            code = draw(st.sampled_from([None, _code(serial * 4 + place)]))
            rows.append(Row(number, replace(record, code=code)))
    return sorted(rows, key=lambda row: row.resident_no)


def _code(serial: int) -> ResidentRecordCode | None:
    try:
        return ResidentRecordCode.compose(f"{serial:010d}")
    except ValueError:
        return None


def file_of(rows: Iterable[Row]) -> bytes:
    """A file as we write it."""
    return HEADER + b"".join(map(write_cells, rows))


def one(kind: RecordKind = RecordKind.JAPANESE, serial: int = 1, **changes: Any) -> Row:
    """One resident who lives alone."""
    record = make_person(kind, seed=serial, **{"household_number": with_check_digit(serial), **changes})
    return Row(with_check_digit(serial), record)


def cells_of(row: Row) -> dict[str, str]:
    return {column.name: column.cell(row) for column in COLUMNS}


def typed(*rows: dict[str, str]) -> bytes:
    """A file with the cells as given."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()

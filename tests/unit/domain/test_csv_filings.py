"""A filing as one row of CSV: the same as in JSON, or every fault of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.cli import common
from jukinet.domain import csv_rows
from jukinet.domain.csv_filings import filing_of, rows_of
from jukinet.domain.errors import JukinetError
from jukinet.messages import strict_json
from jukinet.services import copy_filings, filings, undoing

MOVE_IN = {
    "persons.0.name.text": "見本　一郎",
    "persons.0.birth_date": "1978-11-03",
    "persons.0.sex": "male",
    "persons.0.relationship": "世帯主",
    "persons.0.koseki.domicile": "東京都架空町1番地",
    "persons.0.koseki.head": "見本　一郎",
    "persons.0.nickname.text": "",
    "address.municipality": "132152",
    "address.text": "東京都国立市富士見台二丁目999番地の1",
    "moved_on": "2013-07-01",
    "filed_on": "2013-07-08",
    "evidence": "certificate",
    "status_shown": "false",
    "notified_by.capacity": "person",
    "notified_by.identity": "passport",
    "notified_by.in_writing": "true",
}
"""As a certificate of a move-out says it."""


def csv(cells: dict[str, str]) -> bytes:
    return csv_rows.write_row(cells) + csv_rows.write_row(cells.values())


def faults(data: bytes) -> list[str]:
    with pytest.raises(JukinetError) as raised:
        filing_of(data)
    return [one.field for one in raised.value.faults]


@case("spec 10.8")
def test_a_row_is_the_filing_that_json_would_be(tmp_path: Path) -> None:
    file = tmp_path / "move-in.csv"
    file.write_bytes(csv(MOVE_IN))
    read = filings.read_move_in(common.read_input(str(file)))
    (person,) = read.persons
    assert (person.name.text, person.nickname) == ("見本　一郎", None)
    assert (read.address.text, read.status_shown) == (MOVE_IN["address.text"], False)
    assert read.notified_by is not None
    assert read.notified_by.in_writing is True


@case("spec 10.8")
def test_an_application_for_a_copy_comes_so_too() -> None:
    application = {
        "application_id": "c1" * 16,
        "paper": "copy",
        "resident_no": "00000000019",
        "name": "見本　一郎",
        "address": "東京都国立市富士見台二丁目999番地の1",
        "members": "self",
        "wanted.0": "koseki",
        "brought_by.capacity": "person",
        "brought_by.identity": "passport",
        "brought_by.in_writing": "true",
    }
    read = copy_filings.read_home_copy(filing_of(csv(application)))
    assert [one.value for one in read.wanted] == ["koseki"]


@case("spec 10.8")
def test_a_whole_number_comes_so_where_the_filing_has_one_and_stays_one_in_a_draft() -> None:
    cells = {"resident_no": "00000000019", "history_no": "3"}
    filing = filing_of(csv(cells))
    read = undoing.read_undo(filing)
    assert (read.resident_no, read.history_no) == ("00000000019", 3)
    assert undoing.read_undo(strict_json.parse(strict_json.dump(filing), limit=1000)) == read
    for wrong in ("03", "3.0", "-3", "three", "٣", "9" * 20):
        with pytest.raises(JukinetError):
            undoing.read_undo(filing_of(csv(cells | {"history_no": wrong})))
    with pytest.raises(JukinetError):
        undoing.read_undo(cells)


@case("spec 9.7", "spec 10.8")
def test_a_list_is_many_rows_and_every_fault_is_told_by_its_line() -> None:
    data = b"".join(map(csv_rows.write_row, (("number", "old.text"), ("1", "a"), ("2", ""), ("3", "c"))))
    assert rows_of(data) == [
        {"number": "1", "old": {"text": "a"}},
        {"number": "2"},
        {"number": "3", "old": {"text": "c"}},
    ]
    with pytest.raises(JukinetError) as raised:
        rows_of(b"a,b\r\n1\r\n1,2\r\n1,2,3\r\n")
    assert [one.field for one in raised.value.faults] == ["line 2", "line 4"]
    with pytest.raises(JukinetError):
        rows_of(b"a,b\r\n")


def test_faults_name_column_or_line_and_nothing_of_a_cell() -> None:
    assert faults(b"") == ["body"]
    assert faults(b"a\r\n") == ["body"]
    assert faults(b"a\r\n1\r\n2\r\n") == ["body"]
    assert faults(b"a,b\r\n1\r\n") == ["line 2"]
    assert faults(b'a\r\n"1\r\n') == ["line 2"]
    assert faults(b"a,Name!,b\r\n1,2,3\r\n") == ["column 2"]
    assert faults(b"a,a.b,a\r\n1,2,3\r\n") == ["column 2", "column 3"]
    assert faults(b"a.b,a\r\n1,2\r\n") == ["column 2"]


_KEYS = st.sampled_from(["name", "text", "address", "on"])
_TREES = st.recursive(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(
        lambda text: text not in ("true", "false")
    )
    | st.booleans(),
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(_KEYS, inner, min_size=1),
    max_leaves=8,
)


def _flat(tree: Any, at: str) -> dict[str, str]:
    if isinstance(tree, dict | list):
        parts = tree.items() if isinstance(tree, dict) else enumerate(tree)
        return {name: cell for part, one in parts for name, cell in _flat(one, f"{at}.{part}").items()}
    return {at: str(tree).lower() if isinstance(tree, bool) else tree}


@given(st.dictionaries(_KEYS, _TREES, min_size=1))
def test_what_is_laid_flat_comes_back(filing: dict[str, Any]) -> None:
    flat = {name: cell for key, tree in filing.items() for name, cell in _flat(tree, key).items()}
    assert filing_of(csv(flat)) == filing

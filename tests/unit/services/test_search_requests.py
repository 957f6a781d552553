"""What is read of a search, and every fault of one at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jukinet.domain.errors import JukinetError
from jukinet.domain.numbers import with_check_digit
from jukinet.domain.persons import Sex
from jukinet.domain.searches import EMPTY_PATHS, SPELT, Condition, Search
from jukinet.services.search_requests import LONGEST, read_cursor, read_search, write_cursor, write_search

EVERYTHING: dict[str, Any] = {
    "code": "24727059608",
    "resident_no": with_check_digit(7),
    "household_number": with_check_digit(8),
    "name": "国立",
    "given_name": "花子",
    "kana": "クニ",
    "latin": "SMITH",
    "nickname": "山田",
    "birth_date": "1980-04",
    "address": "富士見台",
    "address_code": "13215010001",
    "building": "見本荘",
    "document_number": "AB12345678CD",
    "sex": "female",
    "relationship": "世帯主",
    "deleted_by": "death",
}


def test_everything_is_read() -> None:
    lists = {"exact": ["kana", "name"], "within": ["building"], "empty": ["nickname"]}
    asked = read_search({**EVERYTHING, **lists, "past": False, "deleted": True})
    assert asked.conditions() == tuple(Condition)
    assert EVERYTHING.keys() == set(Condition)
    assert asked.sex is Sex.FEMALE
    assert asked.exact == {Condition.KANA, Condition.NAME}
    assert asked.within == {Condition.BUILDING}
    assert asked.empty == {"nickname"}
    assert (asked.past, asked.deleted) == (False, True)


@given(
    st.fixed_dictionaries({}, optional={name: st.just(value) for name, value in EVERYTHING.items()}),
    st.fixed_dictionaries({one: st.sampled_from(["exact", "within", ""]) for one in sorted(SPELT)}),
    st.sets(st.sampled_from(sorted(EMPTY_PATHS))),
    st.booleans(),
    st.booleans(),
)
def test_what_is_written_of_a_search_is_read_as_the_same(
    conditions: dict[str, str], ways: dict[str, str], empty: set[str], past: bool, deleted: bool
) -> None:
    lists = {way: [one for one, asked in ways.items() if asked == way] for way in ("exact", "within")}
    search = read_search({**conditions, **lists, "empty": sorted(empty), "past": past, "deleted": deleted})
    written = json.loads(json.dumps(write_search(search)))
    assert read_search(written) == search
    assert conditions.keys() == written.keys() - {"exact", "within", "empty", "past", "deleted"}


def test_past_items_count_and_deleted_residents_do_not_unless_asked() -> None:
    assert read_search({"name": "国立"}) == Search(name="国立", past=True, deleted=False)


def test_every_fault_is_told_at_once_and_no_value() -> None:
    wrong = {
        "code": "24727059609",
        "resident_no": "1",
        "kana": "国立",
        "latin": "国立",
        "birth_date": "80",
        "sex": "x",
        "漏洩": 1,
        "exact": ["code"],
        "within": ["sex"],
        "empty": ["name"],
        "deleted_by": "gone",
        "address_code": "1",
        "past": "yes",
    }
    with pytest.raises(JukinetError) as caught:
        read_search(wrong)
    assert {fault.field for fault in caught.value.faults} == {
        *("code", "resident_no", "kana", "latin", "birth_date", "sex", "?", "exact[0]", "past"),
        *("within[0]", "empty[0]", "deleted_by", "address_code"),
    }
    assert "国立" not in str(caught.value)
    assert "漏洩" not in str(caught.value)


def test_a_text_is_whole_or_within_another_and_not_both() -> None:
    with pytest.raises(JukinetError) as caught:
        read_search({"name": "国立", "exact": ["name"], "within": ["name"]})
    assert [fault.field for fault in caught.value.faults] == ["within"]


@pytest.mark.parametrize(
    "wrong", [[], "国立", None, {"name": ""}, {"name": ["国立"]}, {"name": "国" * (LONGEST + 1)}]
)
def test_what_is_no_search(wrong: object) -> None:
    with pytest.raises(JukinetError):
        read_search(wrong)


def test_a_cursor_is_read_as_it_was_written() -> None:
    for number in (1, 255, 2**63 - 1):
        assert read_cursor(write_cursor(number)) == number


@pytest.mark.parametrize(
    "text", ["", "1", "x" * 16, "-000000000000001", "F" * 16, "f" * 16, "００００００００００００００００"]
)
def test_what_is_no_cursor(text: str) -> None:
    with pytest.raises(ValueError, match="cursor"):
        read_cursor(text)

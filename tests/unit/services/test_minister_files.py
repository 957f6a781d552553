"""The file of the Minister's notices: what is read, and every fault of every line at once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conformance.cases import case

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import ForeignClass
from jukinet.domain.persons import Sex
from jukinet.services import minister_files
from jukinet.services.minister_files import NoticeKind, read_file

ABOUT = {
    "name": "SMITH ANNA",
    "birth_date": "1985-11-02",
    "sex": "female",
    "nationality": "USA",
    "document_number": "AB00000001CD",
}
NOTICE: dict[str, Any] = {
    "notice_id": "MJ-2013-000001",
    "issued_on": "2013-07-08",
    "kind": "change",
    "occurred_on": "2013-07-05",
    "about": ABOUT,
    "items": {"sex": "male"},
}
STAY = {
    "stay": "mid-to-long-term",
    "status": "留学",
    "period": "1年",
    "expires_on": "2014-07-05",
    "document_number": "CD00000002EF",
}


def lines(*notices: dict[str, Any]) -> bytes:
    return b"\n".join(json.dumps(notice, ensure_ascii=False).encode() for notice in notices)


def faults(data: bytes) -> list[tuple[str, str]]:
    with pytest.raises(JukinetError) as raised:
        read_file(data)
    assert raised.value.kind is ErrorKind.INVALID
    return [(fault.field, fault.problem) for fault in raised.value.faults]


@case("Act Art. 30-50", "Ord. Art. 30-31", "spec 4.5.6")
def test_a_file_is_read_line_by_line_in_its_order() -> None:
    ended = {**NOTICE, "notice_id": "MJ-2", "kind": "ended"}
    del ended["items"]
    first, second = read_file(lines(NOTICE, ended) + b"\n\n")
    assert (first.notice_id, first.kind, second.notice_id, second.kind) == (
        "MJ-2013-000001",
        NoticeKind.CHANGE,
        "MJ-2",
        NoticeKind.ENDED,
    )
    assert first.items is not None
    assert (first.items.sex, first.items.stay, second.items) == (Sex.MALE, None, None)
    assert first.about.document_number == "AB00000001CD"


def test_the_digest_is_of_what_is_said_and_not_of_its_spelling() -> None:
    (one,) = read_file(lines(NOTICE))
    turned = dict(reversed(NOTICE.items()))
    (same,) = read_file(json.dumps(turned, indent=None, separators=(" ,", " : ")).encode())
    (other,) = read_file(lines({**NOTICE, "occurred_on": "2013-07-04"}))
    assert one.digest == same.digest != other.digest


def test_the_items_of_a_class_come_whole() -> None:
    (notice,) = read_file(lines({**NOTICE, "items": {"stay": STAY}}))
    assert notice.items is not None
    assert notice.items.stay is not None
    assert (notice.items.stay.stay, notice.items.stay.status) == (ForeignClass.MID_TO_LONG_TERM, "留学")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"notice_id": "a b"}, "notice_id"),
        ({"notice_id": "x" * 65}, "notice_id"),
        ({"kind": "deleted"}, "kind"),
        ({"occurred_on": "2013-06-31"}, "occurred_on"),
        ({"items": None}, "items"),
        ({"items": {}}, "items"),
        ({"items": {"address": "x"}}, "items.address"),
        ({"items": {"nationality": "U.S."}}, "items.nationality"),
        ({"items": {"stay": {**STAY, "nationality": "USA"}}}, "items.stay.nationality"),
        ({"items": {"stay": {"stay": "student"}}}, "items.stay.stay"),
        ({"about": {**ABOUT, "name": "・"}}, "about.name"),
        ({"about": {**ABOUT, "code": "24727059608"}}, "about.code"),
        ({"kind": "ended"}, "items"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_bad_line_is_named_by_number_and_field(change: dict[str, Any], field: str) -> None:
    ((where, _),) = faults(lines(NOTICE, {**NOTICE, **change}))
    assert where == f"line 2 {field}"


def test_every_fault_of_every_line_at_once_and_no_personal_value() -> None:
    found = faults(lines({**NOTICE, "kind": "SMITH"}, NOTICE) + b"\nSMITH ANNA\n" + lines({"about": ABOUT}))
    assert {where.split()[1] for where, _ in found} == {"1", "3", "4"}
    assert "SMITH" not in str(found)
    assert ("line 3", "The message is not JSON.") in found or any(where == "line 3" for where, _ in found)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\n".join([b"{}"] * 10_001)])
def test_no_notice_or_too_many(data: bytes) -> None:
    assert [field for field, _ in faults(data)] == ["file"]


def test_a_file_or_a_line_that_is_too_large() -> None:
    with pytest.raises(JukinetError) as raised:
        read_file(b" " * (minister_files.LONGEST_FILE + 1))
    assert raised.value.kind is ErrorKind.TOO_LARGE
    ((where, _),) = faults(lines({**NOTICE, "notice_id": "x" * minister_files.LONGEST_LINE}))
    assert where == "line 1"

"""What a clerk asks a search for: one value, read strictly, with every fault at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypedDict, TypeVar

from jukinet.domain.changes import RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.numbers import check_number
from jukinet.domain.persons import Sex
from jukinet.domain.reading import Fields, reading
from jukinet.domain.relationship import check_relationship
from jukinet.domain.searches import (
    EMPTY_PATHS,
    SPELT,
    BirthSpan,
    Condition,
    Search,
    check_area_code,
    check_building,
    check_document,
    check_kana,
    check_latin,
    check_name,
    check_place,
)
from jukinet.services.filings import member

T = TypeVar("T")

LONGEST = 200
"""Signs in one condition."""

_CONDITIONS = (
    *("code", "resident_no", "household_number", "name", "given_name", "kana", "latin", "nickname"),
    *("birth_date", "address", "address_code", "building", "document_number", "sex", "relationship"),
    "deleted_by",
)

_CURSOR = re.compile(r"[0-9a-f]{16}", re.ASCII)


def read_search(data: object) -> Search:
    """The conditions of a search from a JSON object; ``exact`` lists those that must hold for a whole text."""
    with reading(data) as fields:
        return search_of(fields)


def search_of(fields: Fields) -> Search:
    return Search(
        code=fields.optional("code", ResidentRecordCode.parse),
        resident_no=fields.optional("resident_no", check_number),
        household_number=fields.optional("household_number", check_number),
        name=fields.optional("name", check_name, longest=LONGEST),
        given_name=fields.optional("given_name", check_name, longest=LONGEST),
        kana=fields.optional("kana", check_kana, longest=LONGEST),
        latin=fields.optional("latin", check_latin, longest=LONGEST),
        nickname=fields.optional("nickname", check_name, longest=LONGEST),
        birth_date=fields.optional("birth_date", BirthSpan.parse, longest=LONGEST),
        address=fields.optional("address", check_place, longest=LONGEST),
        address_code=fields.optional("address_code", check_area_code),
        building=fields.optional("building", check_building, longest=LONGEST),
        document_number=fields.optional("document_number", check_document, longest=LONGEST),
        sex=fields.optional("sex", member(Sex)),
        relationship=fields.optional("relationship", check_relationship),
        deleted_by=fields.optional("deleted_by", member(RegisterReason)),
        **_ways(fields),
        empty=_listed(fields, "empty", {name: name for name in EMPTY_PATHS}),
        past=fields.flag("past", default=True),
        deleted=fields.flag("deleted", default=False),
    )


def write_search(search: Search) -> dict[str, object]:
    """The JSON object that ``read_search`` makes this search of."""
    texts = {name: str(value) for name in _CONDITIONS if (value := getattr(search, name)) is not None}
    lists = {name: sorted(getattr(search, name)) for name in ("exact", "within", "empty")}
    return {**texts, **lists, "past": search.past, "deleted": search.deleted}


class _Ways(TypedDict):
    exact: frozenset[Condition]
    within: frozenset[Condition]


def _ways(fields: Fields) -> _Ways:
    """Which texts must be whole, and which may stand anywhere within; no text both."""
    words = {one.value: one for one in Condition if one in SPELT}
    exact, within = _listed(fields, "exact", words), _listed(fields, "within", words)
    if exact & within & SPELT:
        fields.fault("within", "must not name what exact names")
    return {"exact": exact, "within": within}


def _listed(fields: Fields, name: str, words: Mapping[str, T]) -> frozenset[T]:
    def known(text: str) -> T:
        if text not in words:
            raise ValueError("must be one of " + ", ".join(words))
        return words[text]

    return frozenset(fields.texts(name, known, most=len(words))) if fields.has(name) else frozenset()


def write_cursor(resident_id: int) -> str:
    """The place after a resident in the order of all pages, as an outsider keeps it."""
    return f"{resident_id:016x}"


def read_cursor(text: str) -> int:
    """The place that ``write_cursor`` wrote, or ``ValueError``."""
    if not _CURSOR.fullmatch(text) or int(text, 16) >= 2**63:
        raise ValueError("must be a cursor that an earlier page gave")
    return int(text, 16)

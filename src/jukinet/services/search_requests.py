"""What a clerk asks a search for: one value, read strictly, with every fault at once."""

from __future__ import annotations

import re

from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.numbers import check_number
from jukinet.domain.persons import Sex
from jukinet.domain.reading import Fields, reading
from jukinet.domain.searches import (
    SPELT,
    BirthSpan,
    Condition,
    Search,
    check_kana,
    check_latin,
    check_name,
    check_place,
)
from jukinet.services.filings import member

LONGEST = 200
"""Signs in one condition."""

_CONDITIONS = (
    *("code", "resident_no", "household_number", "name", "given_name", "kana", "latin", "nickname"),
    *("birth_date", "address"),
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
        sex=fields.optional("sex", member(Sex)),
        exact=_exact(fields),
        past=fields.flag("past", default=True),
        deleted=fields.flag("deleted", default=False),
    )


def write_search(search: Search) -> dict[str, object]:
    """The JSON object that ``read_search`` makes this search of."""
    texts = {
        name: str(value) for name in (*_CONDITIONS, "sex") if (value := getattr(search, name)) is not None
    }
    return {**texts, "exact": sorted(search.exact), "past": search.past, "deleted": search.deleted}


def _exact(fields: Fields) -> frozenset[Condition]:
    def spelt(text: str) -> Condition:
        if text not in SPELT:
            raise ValueError("must be one of " + ", ".join(one for one in Condition if one in SPELT))
        return Condition(text)

    return frozenset(fields.texts("exact", spelt, most=len(SPELT))) if fields.has("exact") else frozenset()


def write_cursor(resident_id: int) -> str:
    """The place after a resident in the order of all pages, as an outsider keeps it."""
    return f"{resident_id:016x}"


def read_cursor(text: str) -> int:
    """The place that ``write_cursor`` wrote, or ``ValueError``."""
    if not _CURSOR.fullmatch(text) or int(text, 16) >= 2**63:
        raise ValueError("must be a cursor that an earlier page gave")
    return int(text, 16)

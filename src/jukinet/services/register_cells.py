"""What a column of a register in CSV is: where its value stands in a record, and how a cell is written.

Which columns there are is in ``jukinet.services.register_columns``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from jukinet.domain.items import Nickname, RecordKind, ResidentRecord
from jukinet.domain.persons import Private
from jukinet.domain.reading import MAX_TEXT
from jukinet.domain.relationship import HOUSEHOLDER, KIN_WITHOUT_NAME, LODGER, LONGEST_CHAIN, STEPS

_ALONE = f"{HOUSEHOLDER}, {KIN_WITHOUT_NAME}, {LODGER}"


@dataclass(frozen=True, slots=True, repr=False)
class Row(Private):
    """One resident of a register: the number, and the record as it stands.

    Of one who was handed over: since when, from when the record there says anything, the address that stood before, and
    whether a hold stands on it.
    """

    resident_no: str
    record: ResidentRecord
    handed_over_on: date | None = None
    begins_on: date | None = None
    address_before: str | None = None
    address_before_building: str | None = None
    held: bool = False


class Form(Enum):
    """How the cells of a column are written; the text stands in the reference page."""

    TEXT = "text"
    NUMBER = "eleven digits, the last the check digit (modulus 11, weights 2 to 7)"
    CODE = "eleven digits, the last the check digit of the code"
    DATE = "`YYYY-MM-DD`"
    PENSION = "ten digits, `1234-567890`"
    PARTIAL = "a date in EDTF, also partly unknown: `1980-04-17`, `1980-04-XX`, `1980~`, `XXXX-XX-XX`"
    MUNICIPALITY = "six digits, the last the check digit"
    FLAG = "`true`, or `false` or empty"
    WORD = "one of"
    NATION = "three capitals (ISO 3166-1), or `stateless`"
    RELATIONSHIP = f"{_ALONE}, or up to {LONGEST_CHAIN} of {', '.join(STEPS)} joined by の"
    LIST = "a list in JSON"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``path``: where its value stands in a ``Row``; ``group``: what makes up one item together.

    ``required``: in every row; in a group: wherever any cell of the group is filled. ``only``: whose records have it.
    """

    name: str
    path: str
    form: Form
    says: str
    article: str
    parse: Callable[[str], object]
    required: bool = False
    group: str = ""
    only: RecordKind | None = None
    longest: int = MAX_TEXT

    def cell(self, row: Row) -> str:
        """As it is written into a file; empty where the record has no such item."""
        value: Any = row
        for name in self.path.split("."):
            value = getattr(value, name) if value is not None else None
        return written(value)


def written(value: object) -> str:
    """A value as it is written into a cell; empty where there is none."""
    if value is None or value is False or value == ():
        return ""
    if value is True:
        return "true"
    if isinstance(value, tuple):
        return json.dumps([_nickname(one) for one in value], ensure_ascii=False, separators=(",", ":"))
    return str(value)


def _nickname(one: Nickname) -> dict[str, str]:
    fields = ("text", "recorded_on", "recorded_by", "deleted_on", "deleted_by")
    return {name: str(getattr(one, name)) for name in fields if getattr(one, name) is not None}

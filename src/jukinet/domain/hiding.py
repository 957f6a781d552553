"""Items of a record that are shown to those alone who may see them (specification 10.4).

Owns which items these are, and a record or a filing without them. Who may see which is a permission, looked up where
records are read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from jukinet.domain.items import ForeignItems, ResidentRecord


class Hideable(StrEnum):
    """What the specification lets an office hide, item by item."""

    CODE = "code"
    """住民票コード"""
    KOSEKI = "koseki"
    """戸籍の表示"""
    STAY = "stay"
    """在留資格等: everything that Art. 30-45 adds"""


def without(record: ResidentRecord, hidden: Collection[Hideable]) -> ResidentRecord:
    """The record as it is shown; whoever shows it says what is hidden, since else it would seem not recorded."""
    if Hideable.CODE in hidden:
        record = replace(record, code=None)
    if Hideable.KOSEKI in hidden:
        record = replace(record, koseki=None)
    if Hideable.STAY in hidden:
        stated = replace(record.stated, became_foreign_resident_on=None, alien_registered_on=None)
        record = replace(record, foreign=None, stated=stated)
    return record


_STAY = frozenset(one.name for one in fields(ForeignItems))
_FILED = MappingProxyType(
    {
        Hideable.CODE: frozenset({"code", "right_code"}),
        Hideable.KOSEKI: frozenset({"koseki"}),
        # The last day of a card is no item of the stay, and bears the same name.
        Hideable.STAY: frozenset({"foreign", "became_on"}) | _STAY - {"expires_on"},
    }
)
"""How the fields of filings are called that say an item."""


def without_filed(given: Any, hidden: Collection[Hideable]) -> Any:
    """A filing as parsed, null in place of what is hidden. Free texts are as they were written."""
    if isinstance(given, list):
        return [without_filed(one, hidden) for one in given]
    if not isinstance(given, dict):
        return given
    names = {name for one in hidden for name in _FILED[one]}
    if Hideable.STAY in hidden and "stay" in given:
        names |= _STAY
    return {name: None if name in names else without_filed(one, hidden) for name, one in given.items()}

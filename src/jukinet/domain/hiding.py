"""Items of a record that are shown to those alone who may see them (specification 10.4).

Owns which items these are, and a record without them. Who may see which is a permission, looked up where records are
read.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from enum import StrEnum

from jukinet.domain.items import ResidentRecord


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
        record = replace(record, foreign=None)
    return record

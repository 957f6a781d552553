"""Which notices came about somebody, for what the certification body is told of them (M15)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.municipality import PrefectureCode
from jukinet.domain.persons import Private
from jukinet.store.database import Transaction
from jukinet.store.sql import Queries

_SQL = Queries("change_facts")


@dataclass(frozen=True, slots=True, repr=False)
class Notice(Private):
    """That a notice came about the person asked for by ``code``, and on which day; nothing of what it said."""

    code: ResidentRecordCode
    kind: ChangeKind
    reason: NoticeReason
    received_on: date


def notices(
    tx: Transaction,
    codes: Iterable[ResidentRecordCode],
    since: date,
    left_out: Collection[PrefectureCode],
) -> Sequence[Notice]:
    """Those since a day about each person, oldest first.

    ``left_out``: prefectures whose people are as if not there.
    """
    rows = tx.rows(
        _SQL.notices,
        codes=[code.text for code in codes],
        since=since,
        left_out=[one.text for one in left_out],
    )
    return [
        Notice(
            ResidentRecordCode(row["asked"]),
            ChangeKind(row["change_kind"]),
            NoticeReason(row["reason"]),
            row["received_on"],
        )
        for row in rows
    ]

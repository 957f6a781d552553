"""What of a change of a resident record is told to the mayor of the domicile, and which days are no days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from tests.conformance.cases import case
from tests.services.services import counter

from jukinet.domain.changes import RegisterReason
from jukinet.domain.items import DeletionCause, Koseki, RecordKind
from jukinet.law import supplementary as law
from jukinet.law.supplementary import Concerned, Ending
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_person

DAY = date(2013, 7, 8)
SAID = Concerned(
    Koseki("国立市東1", "国立　太郎"), "国立　花子", counter.ADDRESSES[CHIYODA], date(2013, 7, 1)
)
GONE = replace(SAID, address=None, since=DAY)
TAKEN_BACK = replace(SAID, address=None)


def ending(reason: RegisterReason, cause: DeletionCause | None = None, *, abroad: bool = False) -> Ending:
    return Ending(reason, DAY, cause, abroad)


@case("Act Art. 19(1)")
@pytest.mark.parametrize(
    "changes",
    [
        {"koseki": replace(SAID.koseki, domicile="国立市中1")},
        {"name": "国立　華子"},
        {"address": counter.ADDRESSES[KUNITACHI]},
        {"since": date(2013, 7, 2)},
    ],
)
def test_each_of_the_four_items_is_told_where_it_changed(changes: dict[str, object]) -> None:
    after = replace(SAID, **changes)  # type: ignore[arg-type]
    end = ending(RegisterReason.CORRECTED_EX_OFFICIO)
    assert law.told_of(SAID, after, end) == after
    assert law.told_of(None, after, end) == after
    assert law.told_of(after, after, end) is None
    assert law.told_of(None, None, end) is None


@case("Act Art. 19(1)")
@pytest.mark.parametrize(
    ("end", "told"),
    [
        (ending(RegisterReason.MOVE_OUT_ABROAD, abroad=True), GONE),
        (ending(RegisterReason.DELETED_EX_OFFICIO, DeletionCause.NOT_LIVING_HERE), GONE),
        (ending(RegisterReason.DELETED_EX_OFFICIO, DeletionCause.MOVED_OUT, abroad=True), GONE),
        (ending(RegisterReason.UNDONE_REMOVING), TAKEN_BACK),
        (ending(RegisterReason.DELETED_EX_OFFICIO, DeletionCause.NEVER_LIVED_HERE), TAKEN_BACK),
        (ending(RegisterReason.DELETED_EX_OFFICIO, DeletionCause.MOVED_OUT), None),
        (ending(RegisterReason.DELETED_EX_OFFICIO, DeletionCause.RECORDED_TWICE), None),
        (ending(RegisterReason.DELETED_EX_OFFICIO, DeletionCause.DISAPPEARED), None),
        (ending(RegisterReason.MOVE_OUT), None),
        (ending(RegisterReason.DEATH), None),
        (ending(RegisterReason.DELETED_NATIONALITY_LOST), None),
    ],
)
def test_what_the_end_of_a_record_says(end: Ending, told: Concerned | None) -> None:
    assert law.told_of(SAID, None, end) == told


def test_only_a_japanese_record_with_a_koseki_concerns_a_domicile() -> None:
    record = make_person(RecordKind.JAPANESE, seed=1, municipality=CHIYODA)
    found = law.concerned(replace(record, address_since=None), DAY)
    assert found == Concerned(record.koseki or SAID.koseki, record.name.text, record.address, DAY)
    moved = law.concerned(replace(record, address_since=date(2013, 7, 5)), DAY)
    assert moved is not None
    assert moved.since == date(2013, 7, 5)
    for koseki in (None, Koseki("なし", "なし"), Koseki("不明", "不明")):
        assert law.concerned(replace(record, koseki=koseki), DAY) is None
    assert law.concerned(make_person(RecordKind.FOREIGN, seed=1, municipality=CHIYODA), DAY) is None

"""What a copy tells of changes and of a deletion."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.domain.changes import ChangeKind, RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import (
    ConfirmedMove,
    DeletionCause,
    Koseki,
    MoveOutPlan,
    PersonName,
    RecordKind,
    ResidentRecord,
    SpecialAdoption,
    StatedDays,
)
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, Place, Sex
from jukinet.law.copies import CopyItem
from jukinet.law.copy_history import Step, changes_of, deleted_on, deletion_of, in_force
from jukinet.testing.people import make_person

KUNITACHI = MunicipalityCode("132152")
EVERY = frozenset(CopyItem)
BORN = make_person(seed=1, municipality=KUNITACHI)
MOVED = replace(BORN, address=Address(KUNITACHI, "東京都国立市東一丁目1番地"))
RENAMED = replace(MOVED, name=PersonName("改名　花子"))
DAY = date(2013, 7, 8)


def step(
    number: int, reason: str, record: ResidentRecord = BORN, on: date | None = None, **changes: Any
) -> Step:
    day = on or date(2013, 7, number)
    plain = Step(number, RegisterReason(reason), (day, 1), day, day, present=True, record=record)
    return replace(plain, **changes)


ORDINARY = [step(1, "birth"), step(2, "move-within", MOVED), step(3, "corrected-ex-officio", RENAMED)]


def told(
    steps: list[Step], visible: frozenset[CopyItem] = EVERY, **options: bool
) -> list[tuple[str, list[str]]]:
    found = changes_of(steps, visible, **options)
    return [(one.reason.value, [item.item.value for item in one.items]) for one in found]


@case("spec 5.1", "spec 1.2.1")
def test_each_change_is_told_with_what_stood_before_and_after() -> None:
    first, moved, renamed = changes_of(ORDINARY, EVERY)
    assert (first.kind, first.reason, first.on, first.items) == (
        ChangeKind.RECORDING,
        RegisterReason.BIRTH,
        date(2013, 7, 1),
        (),
    )
    (address,) = moved.items
    assert (address.item, address.before, address.after) == (
        CopyItem.ADDRESS,
        BORN.address.full,
        MOVED.address.full,
    )
    assert (moved.kind, moved.notified_on) == (ChangeKind.CORRECTION, date(2013, 7, 2))
    assert [(one.before, one.after) for one in renamed.items] == [(BORN.name.written, "改名　花子")]


@case("spec 5.1", "Act Art. 12(5)")
@pytest.mark.parametrize(
    ("item", "changes"),
    [
        (CopyItem.KOSEKI, {"koseki": Koseki("新本籍", "新筆頭者")}),
        (CopyItem.CODE, {"code": ResidentRecordCode("24727059608")}),
        (CopyItem.RELATIONSHIP, {"relationship": "同居人"}),
    ],
)
def test_of_what_is_left_out_no_change_is_told_either(item: CopyItem, changes: dict[str, Any]) -> None:
    steps = [step(1, "birth"), step(2, "corrected-ex-officio", replace(BORN, **changes))]
    assert told(steps) == [("birth", []), ("corrected-ex-officio", [item.value])]
    assert told(steps, EVERY - {item}) == [("birth", [])]


@case("spec 1.1.4")
@pytest.mark.parametrize("reason", ["special-adoption", "special-adoption-ended"])
def test_a_special_adoption_is_told_only_where_it_is_asked_for(reason: str) -> None:
    adopted = replace(
        MOVED, name=PersonName("縁組　太郎"), koseki=Koseki("東京都国立市東一丁目", "縁組　一郎")
    )
    later = replace(adopted, address=BORN.address)
    steps = [*ORDINARY[:2], step(3, reason, adopted), step(4, "move-within", later)]
    moves = [("birth", []), ("move-within", ["address"]), ("move-within", ["address"])]
    assert told(steps) == moves
    asked = told(steps, special=True)
    assert asked == [*moves[:2], (reason, ["name", "koseki"]), moves[2]]


@case("spec 1.1.5")
def test_where_the_child_of_a_special_adoption_went_stands_on_no_paper() -> None:
    plan = MoveOutPlan(Place("福岡県福岡市"), DAY, DAY)
    moved = ConfirmedMove(Place("福岡県福岡市一丁目1番"), DAY)

    def gone(**changes: Any) -> list[Step]:
        record = replace(BORN, move_out=replace(plan, **changes), confirmed_move=moved)
        return [step(1, "birth"), step(8, "move-out", record, present=False)]

    shown, empty = deletion_of(gone()), deletion_of(gone(special=SpecialAdoption.MADE))
    assert shown is not None
    assert empty is not None
    assert (shown.destination, shown.confirmed_at, shown.confirmed_on) == (
        "福岡県福岡市",
        "福岡県福岡市一丁目1番",
        DAY,
    )
    assert (empty.destination, empty.confirmed_at, empty.confirmed_on) == (None, None, None)
    assert empty.reason is RegisterReason.MOVE_OUT


@case("spec 1.1.4", "spec 5.1")
def test_a_change_of_sex_is_told_only_where_it_is_asked_for() -> None:
    other = Sex.MALE if BORN.sex is Sex.FEMALE else Sex.FEMALE
    steps = [step(1, "birth"), step(2, "corrected-ex-officio", replace(BORN, sex=other))]
    assert told(steps) == [("birth", [])]
    assert told(steps, special=True) == [("birth", []), ("corrected-ex-officio", ["sex"])]


@case("Ord. Art. 16", "spec 1.1.4")
def test_the_history_of_a_rewritten_record_begins_with_the_rewriting() -> None:
    steps = [
        *ORDINARY,
        step(4, "rewritten", RENAMED),
        step(5, "move-within", replace(RENAMED, address=BORN.address)),
    ]
    assert told(steps) == [("rewritten", []), ("move-within", ["address"])]
    undone = [*steps, step(6, "undone-correcting", RENAMED, date(2013, 7, 4))]
    assert [reason for reason, _ in told(undone)][:3] == ["birth", "move-within", "corrected-ex-officio"]


def test_what_was_undone_or_stated_again_is_told_as_it_stands() -> None:
    undone = [*ORDINARY, step(4, "undone-correcting", BORN, date(2013, 7, 2))]
    restated = [*undone, step(5, "corrected-ex-officio", replace(BORN, name=RENAMED.name), date(2013, 7, 3))]
    assert told(restated) == [("birth", []), ("corrected-ex-officio", ["name"])]


@given(st.permutations(ORDINARY))
def test_the_order_of_entry_does_not_change_what_is_told(steps: list[Step]) -> None:
    assert told(steps) == told(ORDINARY)
    assert in_force(steps) == ORDINARY


@case("spec 5.1")
def test_a_move_out_that_is_filed_is_told_nowhere() -> None:
    plan = MoveOutPlan(Place("東京都千代田区"), date(2013, 8, 1), DAY)
    steps = [*ORDINARY, step(4, "move-out-filed", replace(RENAMED, move_out=plan))]
    assert told(steps) == told(ORDINARY)
    assert (deletion_of(steps), deleted_on(steps)) == (None, None)


@case("spec 1.1.5")
def test_a_deletion_says_why_when_and_where_to() -> None:
    plan = MoveOutPlan(Place("東京都千代田区"), date(2013, 7, 5), DAY)
    gone = replace(RENAMED, move_out=plan)
    steps = [*ORDINARY, step(5, "move-out", gone, present=False)]
    deletion = deletion_of(steps)
    assert deletion is not None
    assert (deletion.reason, deletion.on, deletion.destination) == (
        RegisterReason.MOVE_OUT,
        date(2013, 7, 5),
        "東京都千代田区",
    )
    assert told(steps)[-1] == ("move-out", [])
    assert changes_of(steps, EVERY)[-1].kind is ChangeKind.DELETION
    cause = replace(RENAMED, deletion_cause=DeletionCause.NOT_LIVING_HERE)
    ex_officio = deletion_of([*ORDINARY, step(5, "deleted-ex-officio", cause, present=False)])
    assert ex_officio is not None
    assert (ex_officio.cause, ex_officio.destination) == (DeletionCause.NOT_LIVING_HERE, None)


@case("Ord. Art. 34(1)")
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ([], date(2013, 7, 5)),
        ([{"history_no": 6, "recorded_on": date(2013, 9, 1)}], date(2013, 7, 5)),
        (
            [
                {"history_no": 6, "present": True, "reason": RegisterReason.UNDONE_ADDING},
                {"history_no": 7, "recorded_on": date(2013, 9, 1)},
            ],
            date(2013, 9, 1),
        ),
    ],
    ids=["deleted", "stated again", "undone and deleted again"],
)
def test_the_term_begins_with_the_deletion_that_stands(more: list[dict[str, Any]], expected: date) -> None:
    gone = step(5, "death", RENAMED, present=False)
    assert deleted_on([*ORDINARY, gone, *(replace(gone, **one) for one in more)]) == expected
    late = replace(gone, recorded_on=date(2014, 1, 1))
    assert deleted_on([*ORDINARY, late]) == date(2014, 1, 1)


@pytest.mark.parametrize("kind", RecordKind)
def test_nothing_recorded_is_no_history(kind: RecordKind) -> None:
    assert changes_of([], EVERY) == ()
    assert deletion_of([]) is None
    one = step(1, "taken-over", make_person(kind, seed=3, municipality=KUNITACHI))
    assert told([one, replace(one, history_no=2, place=(DAY, 1))]) == [("taken-over", [])]


@case("spec 1.1.8")
def test_the_day_of_a_birth_and_of_a_death_is_told_as_stated() -> None:
    born = replace(BORN, birth_date=PartialDate("2013-07-XX"))
    died = replace(born, stated=StatedDays(ended_on=PartialDate("2013-07~")))
    steps = [step(1, "birth", born), step(2, "move-within", replace(born, address=MOVED.address))]
    steps.append(step(3, "death", died, present=False))
    changes = changes_of(steps, EVERY)
    assert [one.stated for one in changes] == [born.birth_date, None, PartialDate("2013-07~")]
    deletion = deletion_of(steps)
    assert deletion is not None
    assert (deletion.on, deletion.stated) == (date(2013, 7, 3), PartialDate("2013-07~"))
    assert [one.stated for one in changes_of([step(1, "birth"), step(2, "move-in", born)], EVERY)] == [
        None,
        None,
    ]

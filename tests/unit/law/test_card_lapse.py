"""When a card lapses: Act Art. 30-44(9), Ord. Arts. 30-16, 30-20, 30-30."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import case

from jukinet.domain.changes import RegisterReason
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.items import (
    ConfirmedMove,
    DeletionCause,
    ForeignClass,
    ForeignItems,
    MoveOutPlan,
    RecordKind,
    ResidentRecord,
)
from jukinet.domain.persons import Place
from jukinet.law.card_lapse import (
    CardFacts,
    CardState,
    Lapse,
    RecordChange,
    after_change,
    continued_elsewhere,
    lapsed,
    last_day,
    standing,
)
from jukinet.testing.people import make_person

TODAY = date(2013, 7, 8)
LAST = date(2023, 7, 8)
LIVE = CardFacts(CardState.LIVE, LAST)
RECORD = replace(make_person(RecordKind.JAPANESE, seed=1), code=ResidentRecordCode("24727059608"))
OTHER = ResidentRecordCode("24846016224")
PLANNED = date(2013, 7, 10)
LEAVING = replace(RECORD, move_out=MoveOutPlan(Place("東京都千代田区"), PLANNED, TODAY))


def change(
    reason: RegisterReason,
    after: ResidentRecord = RECORD,
    *,
    before: ResidentRecord = RECORD,
    was: bool = True,
    now: bool = True,
    on: date = TODAY,
) -> RecordChange:
    return RecordChange(reason, before, after, was, now, on)


def gone(reason: RegisterReason, cause: DeletionCause | None = None) -> RecordChange:
    return change(reason, replace(RECORD, deletion_cause=cause), now=False)


# Its last day


@pytest.mark.parametrize(
    ("issued_on", "until"),
    [
        (date(2013, 7, 8), date(2023, 7, 8)),
        (date(2013, 12, 31), date(2023, 12, 31)),
        (date(2016, 2, 29), date(2026, 2, 28)),
        (date(2014, 2, 28), date(2024, 2, 29)),
    ],
)
@case("Ord. Art. 30-16")
def test_a_card_is_valid_for_ten_years_ord_30_16(issued_on: date, until: date) -> None:
    assert last_day(RECORD, issued_on) == until


STUDENT = ForeignItems(
    "USA", date(2012, 7, 9), ForeignClass.MID_TO_LONG_TERM, "留学", "2年", date(2014, 7, 8), "AB00000001CD"
)


@pytest.mark.parametrize(
    ("stay", "until"),
    [
        (STUDENT, date(2014, 7, 8)),
        (replace(STUDENT, status="永住者", period="無期限", expires_on=None), LAST),
        (replace(STUDENT, status="永住者の配偶者等"), date(2014, 7, 8)),
        (ForeignItems("USA", date(2012, 7, 9), ForeignClass.SPECIAL_PERMANENT, document_number="X"), LAST),
        (
            ForeignItems(
                "USA", date(2013, 7, 1), ForeignClass.TEMPORARY_REFUGE, None, "6月", date(2014, 1, 1)
            ),
            date(2014, 1, 1),
        ),
        (
            ForeignItems(
                "USA", date(2013, 7, 1), ForeignClass.PROVISIONAL_STAY, None, "6月", date(2014, 1, 1)
            ),
            date(2014, 1, 1),
        ),
        (ForeignItems("USA", date(2013, 7, 1), ForeignClass.TRANSITIONAL), date(2013, 8, 30)),
        (replace(STUDENT, expires_on=None), None),
        (replace(STUDENT, status="知らない"), date(2014, 7, 8)),
    ],
)
@case("Ord. Art. 30-30(1), (2)")
def test_a_foreign_residents_card_ends_with_the_stay(stay: ForeignItems, until: date | None) -> None:
    assert last_day(replace(RECORD, kind=RecordKind.FOREIGN, foreign=stay), TODAY) == until


# By a day that passed


@case("Act Art. 30-44(9)")
def test_after_its_last_day_a_card_has_no_force() -> None:
    assert standing(LIVE, LAST) == LIVE
    over = standing(LIVE, LAST + timedelta(days=1))
    assert (over.state, over.lapse, over.lapsed_on) == (CardState.LAPSED, Lapse.EXPIRED, date(2023, 7, 9))


@case("Ord. Art. 30-20(ii)")
def test_who_moved_out_has_thirty_days_from_the_planned_one() -> None:
    left = after_change(
        LIVE, change(RegisterReason.MOVE_OUT, LEAVING, before=LEAVING, now=False, on=PLANNED), on=PLANNED
    )
    assert (left.state, left.wait_until) == (CardState.LEFT, date(2013, 8, 9))
    assert standing(left, date(2013, 8, 9)) == left
    over = standing(left, date(2013, 8, 10))
    assert (over.lapse, over.lapsed_on) == (Lapse.NOT_MOVED_IN, date(2013, 8, 10))
    assert standing(over, date(2030, 1, 1)) == over
    soon = replace(left, expires_on=date(2013, 8, 1))
    assert standing(soon, date(2013, 8, 10)).lapse is Lapse.EXPIRED


# By an act on the record


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (gone(RegisterReason.DEATH), Lapse.DEATH),
        (gone(RegisterReason.MOVE_OUT_ABROAD), Lapse.ABROAD),
        (gone(RegisterReason.DELETED_EX_OFFICIO, DeletionCause.OUTSIDE_THE_ACT), Lapse.OUTSIDE_THE_ACT),
        (gone(RegisterReason.DELETED_EX_OFFICIO, DeletionCause.MOVED_OUT), Lapse.DELETED),
        (gone(RegisterReason.DELETED_EX_OFFICIO, DeletionCause.DISAPPEARED), Lapse.DELETED),
        (gone(RegisterReason.UNDONE_REMOVING), Lapse.DELETED),
    ],
)
@case("Ord. Art. 30-20(i), (iv), (v), (vi)")
def test_a_deletion_makes_it_lapse(what: RecordChange, why: Lapse) -> None:
    for card in (LIVE, replace(LIVE, lost_on=TODAY)):
        after = after_change(card, what, on=TODAY)
        assert (after.state, after.lapse, after.lapsed_on) == (CardState.LAPSED, why, TODAY)
        assert after.lost_on == card.lost_on


@pytest.mark.parametrize(
    "reason", [RegisterReason.DELETED_NATURALISED, RegisterReason.DELETED_NATIONALITY_LOST]
)
@case("Ord. Art. 30-20(vi)")
def test_another_nationality_leaves_it_in_force(reason: RegisterReason) -> None:
    assert after_change(LIVE, gone(reason), on=TODAY) == LIVE


@pytest.mark.parametrize(
    ("before", "after", "lapses"),
    [
        (RECORD.code, OTHER, True),
        (RECORD.code, None, True),
        (RECORD.code, RECORD.code, False),
        (None, OTHER, False),
    ],
)
@case("Ord. Art. 30-20(vii)")
def test_another_code_makes_it_lapse(
    before: ResidentRecordCode | None, after: ResidentRecordCode | None, lapses: bool
) -> None:
    what = change(
        RegisterReason.CODE_CHANGE_REQUESTED, replace(RECORD, code=after), before=replace(RECORD, code=before)
    )
    assert (after_change(LIVE, what, on=TODAY).lapse is Lapse.CODE_CHANGED) is lapses


@case("Ord. Art. 30-24(3)")
def test_a_move_confirmed_in_time_hands_the_card_over() -> None:
    left = CardFacts(CardState.LEFT, LAST, date(2013, 8, 9))
    arrived = replace(LEAVING, confirmed_move=ConfirmedMove(Place("東京都千代田区"), PLANNED))
    what = change(
        RegisterReason.MOVE_OUT_CONFIRMED, arrived, before=LEAVING, was=False, now=False, on=PLANNED
    )
    assert after_change(left, what, on=date(2013, 7, 24)).state is CardState.MOVED
    late = after_change(left, what, on=date(2013, 7, 25))
    assert (late.state, late.wait_until) == (CardState.LEFT, date(2013, 7, 24))
    later_move = replace(
        what, after=replace(arrived, confirmed_move=ConfirmedMove(Place("東京都千代田区"), date(2013, 8, 5)))
    )
    assert after_change(left, later_move, on=date(2013, 8, 9)).state is CardState.MOVED
    assert after_change(left, later_move, on=date(2013, 8, 10)).state is CardState.LEFT


@case("Ord. Art. 32(2)")
def test_no_term_of_a_move_between_wards_of_a_city_makes_it_lapse() -> None:
    leaving = change(RegisterReason.MOVE_OUT, LEAVING, before=LEAVING, now=False, on=PLANNED)
    left = after_change(LIVE, replace(leaving, within_city=True), on=PLANNED)
    assert (left.state, left.wait_until) == (CardState.LEFT, None)
    assert standing(left, LAST) == left
    assert standing(left, LAST + timedelta(days=1)).lapse is Lapse.EXPIRED
    arrived = replace(LEAVING, confirmed_move=ConfirmedMove(Place("東京都千代田区"), PLANNED))
    late = change(
        RegisterReason.MOVE_OUT_CONFIRMED, arrived, before=LEAVING, was=False, now=False, on=PLANNED
    )
    for on in (PLANNED, LAST):
        assert after_change(left, late, on=on) == left, (
            "it stands where it was recorded, until it was continued"
        )


@case("Ord. Art. 30-20(ii)")
def test_a_move_out_that_is_undone_gives_the_card_back() -> None:
    left = CardFacts(CardState.LEFT, LAST, date(2013, 8, 9), lost_on=TODAY)
    back = change(RegisterReason.UNDONE_ADDING, before=LEAVING, was=False)
    assert after_change(left, back, on=TODAY) == CardFacts(CardState.LIVE, LAST, lost_on=TODAY)
    too_late = replace(back, effective_on=date(2013, 8, 10))
    assert after_change(left, too_late, on=date(2013, 8, 10)) == left
    # Also where it is only found out then, and the worker did not yet record that it lapsed.
    assert after_change(left, back, on=date(2013, 8, 9)).state is CardState.LIVE
    assert after_change(left, back, on=date(2013, 8, 10)) == left


@pytest.mark.parametrize(
    ("card", "state"),
    [
        (LIVE, CardState.MOVED),
        (CardFacts(CardState.LEFT, LAST, date(2013, 8, 9)), CardState.MOVED),
        (lapsed(LIVE, Lapse.NOT_MOVED_IN, TODAY), CardState.MOVED),
        (replace(lapsed(LIVE, Lapse.NOT_MOVED_IN, TODAY), returned_on=TODAY), CardState.LAPSED),
        (lapsed(LIVE, Lapse.EXPIRED, TODAY), CardState.LAPSED),
        (lapsed(LIVE, Lapse.DEATH, TODAY), CardState.LAPSED),
    ],
)
@case("Ord. Arts. 30-20(ii), 30-24(8)")
def test_a_card_taken_over_elsewhere_is_theirs_but_where_it_lapsed_for_certain(
    card: CardFacts, state: CardState
) -> None:
    after = continued_elsewhere(card)
    assert after.state is state
    assert after == card or after.lapse is None


_REASONS = st.sampled_from(list(RegisterReason))
_DAYS = st.dates(date(2013, 1, 1), date(2030, 1, 1))
_RECORDS = st.sampled_from([RECORD, LEAVING, replace(RECORD, code=OTHER), replace(RECORD, code=None)])


@given(st.lists(st.tuples(_REASONS, _RECORDS, _RECORDS, st.booleans(), st.booleans(), _DAYS), max_size=8))
@case("Act Art. 30-44(9)")
def test_nothing_gives_a_lapsed_card_its_force_back(
    steps: list[tuple[RegisterReason, ResidentRecord, ResidentRecord, bool, bool, date]],
) -> None:
    card = LIVE
    for reason, before, after, was, now, on in steps:
        then = after_change(card, RecordChange(reason, before, after, was, now, on), on=on)
        if card.state is CardState.LAPSED:
            assert then == card
        assert (then.state is CardState.LAPSED) == (then.lapse is not None)
        assert then.expires_on == card.expires_on
        card = then

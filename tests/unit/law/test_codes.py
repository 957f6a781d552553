"""Codes: Act Arts. 30-2, 30-3; Ord. 30-2 to 30-4; Ord. 2010 no. 253 suppl. 9."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.conformance.cases import case, judged

from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import JukinetError
from jukinet.domain.items import MoveOutPlan, PersonName, RecordKind, ResidentRecord
from jukinet.domain.municipality import MunicipalityCode
from jukinet.domain.persons import Address, Place, Sex
from jukinet.law import codes
from jukinet.law.codes import (
    ChangeDocument,
    CodeChangeRequest,
    CodeCorrection,
    CodeHistory,
    CodeSource,
    FormItem,
    code_for_new_record,
    decide_code_change,
    decide_code_correction,
    decide_code_on_start,
    gets_code_on_start,
    history_of_mover,
)
from jukinet.law.decisions import Decision, Permitted, Refused

START = date(2013, 7, 8)
EVE = date(2013, 7, 7)
GROWN = PartialDate("1980-04-17")
JAPANESE, FOREIGN = RecordKind.JAPANESE, RecordKind.FOREIGN


def rules(decision: Decision) -> list[str]:
    assert isinstance(decision, Refused)
    return [rule.rule for rule in decision.failed]


# Which code a new record gets


def source(history: CodeHistory, on: date = START) -> tuple[CodeSource, bool]:
    found = code_for_new_record(history, on=on)
    assert found.basis
    return found.source, found.notify


@pytest.mark.parametrize("kind", RecordKind)
@case("Act Art. 30-2(1)")
def test_mover_keeps_the_code_last_recorded_art_30_2_1(kind: RecordKind) -> None:
    history = CodeHistory(kind, recorded_before=True, code_known=True)
    assert source(history) == (CodeSource.PREVIOUS, False)


@pytest.mark.parametrize("kind", RecordKind)
@case("Act Art. 30-2(2), (3)")
def test_newly_recorded_person_gets_a_new_code_and_is_told_art_30_2_2_3(kind: RecordKind) -> None:
    assert source(CodeHistory(kind, recorded_before=False)) == (CodeSource.NEW, True)


@case("Ord. Art. 30-2")
def test_mover_whose_code_is_unknown_gets_a_new_one_and_is_told_ord_30_2() -> None:
    assert source(CodeHistory(JAPANESE, recorded_before=True)) == (CodeSource.NEW, True)
    assert code_for_new_record(CodeHistory(JAPANESE, recorded_before=True), on=START).basis == (
        "Ord. Art. 30-2",
    )


@case("Ord. 2010 no. 253 suppl. Art. 9(2)")
def test_foreign_resident_between_two_records_on_the_start_gets_a_new_code_suppl_9_2() -> None:
    history = CodeHistory(FOREIGN, recorded_before=True, code_known=True, without_code_since_start=True)
    assert source(history) == (CodeSource.NEW, True)
    assert "suppl. Art. 9(2)" in code_for_new_record(history, on=START).basis[0]


@case("Ord. 2010 no. 253 suppl. Art. 9(2)")
def test_the_transition_is_not_for_japanese_suppl_9_2() -> None:
    history = CodeHistory(JAPANESE, recorded_before=True, code_known=True, without_code_since_start=True)
    assert source(history) == (CodeSource.PREVIOUS, False)


@pytest.mark.parametrize(
    ("kind", "from_abroad", "moved_on", "basis"),
    [
        (FOREIGN, False, EVE, "Ord. 2010 no. 253 suppl. Art. 9(2)(3)"),
        (FOREIGN, False, START, "Ord. Art. 30-2"),
        (FOREIGN, False, date(2013, 11, 1), "Ord. Art. 30-2"),
        (FOREIGN, True, date(2013, 11, 1), "Act Art. 30-2(2)(3)"),
        (FOREIGN, True, EVE, "Act Art. 30-2(2)(3)"),
        (JAPANESE, False, EVE, "Ord. Art. 30-2"),
    ],
)
def test_mover_who_states_no_code_gets_a_new_one_by_the_article_that_applies(
    kind: RecordKind, from_abroad: bool, moved_on: date, basis: str
) -> None:
    on = date(2013, 11, 5)
    history = history_of_mover(
        kind, born_on=GROWN, code_known=False, from_abroad=from_abroad, moved_on=moved_on, on=on
    )
    assert code_for_new_record(history, on=on).basis == (basis,)
    assert source(history, on) == (CodeSource.NEW, True)


@pytest.mark.parametrize(
    ("filed_on", "planned_on", "basis"),
    [
        (EVE, START, "Ord. 2010 no. 253 suppl. Art. 9(2)(3)"),
        (EVE, date(2013, 8, 1), "Ord. 2010 no. 253 suppl. Art. 9(2)(3)"),
        (date(2013, 7, 1), EVE, "Ord. 2010 no. 253 suppl. Art. 9(2)(3)"),
        (START, EVE, "Ord. 2010 no. 253 suppl. Art. 9(2)(3)"),
        (START, START, "Ord. Art. 30-2"),
    ],
)
@case("Ord. 2010 no. 253 suppl. Art. 9(2)")
def test_the_move_out_stated_says_whether_the_start_passed_the_mover_by(
    filed_on: date, planned_on: date, basis: str
) -> None:
    on, stated = date(2013, 8, 5), codes.StatedMoveOut(filed_on, planned_on)
    for kind, expected in ((FOREIGN, basis), (JAPANESE, "Ord. Art. 30-2")):
        history = history_of_mover(
            kind,
            born_on=GROWN,
            code_known=False,
            from_abroad=False,
            moved_on=date(2013, 8, 2),
            on=on,
            move_out=stated,
        )
        assert code_for_new_record(history, on=on).basis == (expected,)
    abroad = history_of_mover(
        FOREIGN,
        born_on=GROWN,
        code_known=False,
        from_abroad=True,
        moved_on=date(2013, 8, 2),
        on=on,
        move_out=stated,
    )
    assert code_for_new_record(abroad, on=on).basis == ("Act Art. 30-2(2)(3)",)


@pytest.mark.parametrize(
    ("born", "planned_on", "basis"),
    [
        ("2013-08-02", None, "Act Art. 30-2(2)(3)"),
        ("2013-08-XX", None, "Ord. Art. 30-2"),
        ("2013-08-01", None, "Ord. Art. 30-2"),
        ("2013-08-01", date(2013, 8, 1), "Act Art. 30-2(2)(3)"),
        ("2013-07-31", date(2013, 8, 1), "Ord. Art. 30-2"),
        ("XXXX-XX-XX", None, "Ord. Art. 30-2"),
    ],
)
@pytest.mark.parametrize("kind", [JAPANESE, FOREIGN])
@case("Act Art. 30-2(2)", "Ord. Art. 30-2")
def test_a_child_born_when_the_last_place_was_left_was_recorded_nowhere(
    kind: RecordKind, born: str, planned_on: date | None, basis: str
) -> None:
    """Not even before the start for foreign residents: who was recorded nowhere was not passed by (suppl. 9(2))."""
    on = date(2013, 8, 5)
    history = history_of_mover(
        kind,
        born_on=PartialDate(born),
        code_known=False,
        from_abroad=False,
        moved_on=date(2013, 8, 2),
        on=on,
        move_out=codes.StatedMoveOut(planned_on, planned_on) if planned_on else None,
    )
    assert code_for_new_record(history, on=on).basis == (basis,)


def test_mover_who_states_a_code_keeps_it_whenever_he_moved_art_30_2_1() -> None:
    history = history_of_mover(
        FOREIGN, born_on=GROWN, code_known=True, from_abroad=True, moved_on=EVE, on=START
    )
    assert source(history) == (CodeSource.PREVIOUS, False)


@case("2009 Act no. 77 suppl. Art. 9")
def test_foreign_resident_gets_no_code_before_the_start_2009_act_suppl_9() -> None:
    assert source(CodeHistory(FOREIGN, recorded_before=False), EVE) == (CodeSource.NONE, False)
    assert source(CodeHistory(JAPANESE, recorded_before=False), EVE) == (CodeSource.NEW, True)


# The day on which every foreign resident is given a code


def plan(filed_on: date, planned_on: date) -> MoveOutPlan:
    return MoveOutPlan(Place("東京都千代田区"), planned_on, filed_on)


@pytest.mark.parametrize(
    "move_out",
    [
        None,
        plan(filed_on=START, planned_on=START),
        plan(filed_on=START, planned_on=date(2013, 8, 1)),
        plan(filed_on=EVE, planned_on=EVE),
    ],
    ids=["stays", "files that day", "files that day for later", "planned before, still recorded"],
)
@case(permitted="A1 A2 A3")
def test_recorded_foreign_resident_gets_a_code_on_the_start_suppl_9_1(move_out: MoveOutPlan | None) -> None:
    assert isinstance(decide_code_on_start(FOREIGN, move_out, on=START), Permitted)


@pytest.mark.parametrize("planned_on", [START, date(2013, 12, 31)])
@case(refused="A2")
def test_who_filed_before_a_move_out_for_that_day_or_later_is_excepted_suppl_9_1(planned_on: date) -> None:
    assert rules(decide_code_on_start(FOREIGN, plan(EVE, planned_on), on=START)) == ["A2"]


@case(refused="A1")
def test_japanese_resident_is_not_given_a_code_by_the_start_suppl_9_1() -> None:
    assert rules(decide_code_on_start(JAPANESE, None, on=START)) == ["A1"]


@pytest.mark.parametrize("on", [EVE, date(2013, 7, 9)])
@case(refused="A3")
def test_codes_of_the_start_are_given_on_that_day_only_suppl_9_1(on: date) -> None:
    assert rules(decide_code_on_start(FOREIGN, None, on=on)) == ["A3"]


@case(refused="A1 A2 A3")
def test_all_reasons_against_a_code_on_the_start_are_named() -> None:
    assert rules(decide_code_on_start(JAPANESE, plan(EVE, START), on=EVE)) == ["A1", "A2", "A3"]


def test_the_list_of_the_start_is_made_by_the_same_rule() -> None:
    record = ResidentRecord(
        kind=FOREIGN,
        name=PersonName("SPECIMEN HANA"),
        birth_date=PartialDate("1980-04-17"),
        sex=Sex.FEMALE,
        household_number="1",
        relationship="世帯主",
        address=Address(MunicipalityCode("132152"), "東京都国立市中一丁目1番地"),
        recorded_since=date(2012, 7, 9),
    )
    assert gets_code_on_start(record, on=START)
    assert not gets_code_on_start(replace(record, move_out=plan(EVE, START)), on=START)
    assert not gets_code_on_start(replace(record, kind=JAPANESE), on=START)


# Change on request


REQUEST = CodeChangeRequest(frozenset(FormItem), ChangeDocument.CARD)


def change(request: CodeChangeRequest = REQUEST, *, here: bool = True, code: bool = True) -> Decision:
    return decide_code_change(request, recorded_here=here, has_code=code, on=START)


@pytest.mark.parametrize("shown", ChangeDocument)
@case("Act Art. 30-3(1)", "Ord. Art. 30-3", permitted="C1 C2 C3 C4")
def test_code_is_changed_on_request_with_any_of_the_documents_art_30_3(shown: ChangeDocument) -> None:
    decision = change(replace(REQUEST, shown=shown))
    assert isinstance(decision, Permitted)
    assert "Act Art. 30-3(3)(4)" in decision.basis


@case("Act Art. 30-3(1)")
def test_no_reason_is_asked_for_a_change_art_30_3_1() -> None:
    assert set(CodeChangeRequest.__slots__) == {"stated", "shown"}


@case(refused="C1")
def test_another_municipality_does_not_change_the_code_art_30_3_1() -> None:
    assert rules(change(here=False)) == ["C1"]


@case(refused="C2")
def test_who_has_no_code_cannot_have_it_changed_art_30_3_3() -> None:
    assert rules(change(code=False)) == ["C2"]


@pytest.mark.parametrize("missing", FormItem)
@case(refused="C3")
def test_form_must_state_name_address_and_code_reg_10(missing: FormItem) -> None:
    stated = frozenset(FormItem) - {missing}
    assert rules(change(replace(REQUEST, stated=stated))) == ["C3"]


@case(refused="C4")
def test_a_document_must_be_shown_ord_30_3() -> None:
    assert rules(change(replace(REQUEST, shown=None))) == ["C4"]


@case(refused="C1 C2 C3 C4")
def test_all_reasons_against_a_change_are_named() -> None:
    assert rules(change(CodeChangeRequest(frozenset(), None), here=False, code=False)) == [
        *("C1", "C2", "C3", "C4")
    ]


def test_no_code_is_dealt_with_before_the_edition() -> None:
    early = date(2012, 7, 8)
    with pytest.raises(JukinetError):
        code_for_new_record(CodeHistory(JAPANESE, recorded_before=False), on=early)
    with pytest.raises(JukinetError):
        decide_code_change(REQUEST, recorded_here=True, has_code=True, on=early)


@pytest.mark.parametrize(
    ("free", "level", "low"),
    [(20, None, False), (19, None, True), (500, 500, False), (499, 500, True), (0, 0, False)],
)
@case("Reg. Art. 14(2)", "spec 4.3.1")
def test_fewer_codes_than_the_number_set_are_few(free: int, level: int | None, low: bool) -> None:
    assert codes.stock_is_low(free, level, on=START) is low


def test_every_rule_of_codes_has_its_test() -> None:
    assert {rule.rule for rule in codes.RULES} == {
        "A1",
        "A2",
        "A3",
        "C1",
        "C2",
        "C3",
        "C4",
        "C5",
        "C6",
        "C7",
        "C8",
    }


# Corrections ex officio (Ord. 30-4)

WRONG = CodeCorrection(RecordKind.JAPANESE, confirmed=True)


@pytest.mark.parametrize(
    ("correction", "recorded_here", "on", "rules"),
    judged(
        (WRONG, True, START, []),
        (replace(WRONG, kind=RecordKind.FOREIGN), True, START, []),
        (WRONG, False, START, ["C5"]),
        (replace(WRONG, confirmed=False), True, START, ["C6"]),
        (replace(WRONG, differs=False), True, START, ["C7"]),
        (replace(WRONG, kind=RecordKind.FOREIGN), True, EVE, ["C8"]),
        (WRONG, True, EVE, []),
        (replace(WRONG, confirmed=False, differs=False), False, START, ["C5", "C6", "C7"]),
        permitted="C5 C6 C7 C8",
    ),
)
def test_a_code_is_corrected_ex_officio(correction, recorded_here, on, rules) -> None:
    decision = decide_code_correction(correction, recorded_here=recorded_here, on=on)
    assert ([] if isinstance(decision, Permitted) else [one.rule for one in decision.failed]) == rules


@case("Reg. Art. 14(2)")
@pytest.mark.parametrize(
    ("count", "hours", "answers"), [(10_000, 24, True), (10_001, 24, False), (1, 23, False)]
)
def test_the_centre_designates_without_a_person_so_many_once_a_day(
    count: int, hours: int, answers: bool
) -> None:
    at = datetime(2013, 7, 9, 9, tzinfo=UTC)
    assert codes.answers_itself(count, at - timedelta(hours=hours), at=at, on=at.date()) is answers
    assert codes.answers_itself(count, None, at=at, on=at.date()) is (count <= 10_000)

"""Cards: Act Art. 30-44, Ord. Arts. 30-13 to 30-22 and 30-30, each rule permitted and refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case, judged, refusals

from jukinet.domain.card import CardForm, CardNumber
from jukinet.law import cards
from jukinet.law.card_handing import OFFICIAL, Handing, Paper, Photo, Receiver
from jukinet.law.card_lapse import CardFacts, CardState
from jukinet.law.cards import Continuation, Ground, Issue
from jukinet.law.decisions import Decision, Permitted, Refused
from jukinet.law.enquiries import EnquiryStep, decide_enquiry
from jukinet.law.ex_officio import Telling

TODAY = date(2013, 7, 8)
TOMORROW = TODAY + timedelta(days=1)
LAST = date(2023, 7, 8)
AT_COUNTER = Handing(Receiver.APPLICANT, frozenset({Paper.DRIVING_LICENCE}))
ISSUE = Issue(
    recorded_here=True,
    connected=True,
    has_code=True,
    number_free=True,
    signed=True,
    handing=AT_COUNTER,
    applied_on=date(2013, 7, 1),
    issued_on=TODAY,
    last_day=LAST,
    as_stated=True,
    answered=True,
)
LIVE = CardFacts(CardState.LIVE, LAST)
LOST = replace(LIVE, lost_on=date(2013, 7, 5))


def failed(decision: Decision) -> list[str]:
    return [one.rule for one in decision.failed] if isinstance(decision, Refused) else []


def handed(
    to: Receiver, *shown: Paper, own: Paper | None = None, cannot_come: bool = False
) -> dict[str, Handing]:
    return {"handing": Handing(to, frozenset(shown), own, cannot_come)}


# Issued for the first time


@pytest.mark.parametrize(
    ("change", "rules"),
    judged(
        ({}, []),
        ({"applied_on": TODAY}, []),
        ({"last_day": TODAY}, []),
        ({"recorded_here": False}, ["CD1"]),
        ({"has_code": False}, ["CD2"]),
        ({"signed": False}, ["CD3"]),
        ({"number_free": False}, ["CD7"]),
        ({"issued_on": TOMORROW}, ["CD8"]),
        ({"applied_on": TOMORROW, "issued_on": TODAY}, ["CD8"]),
        ({"last_day": None}, ["CD9"]),
        ({"answered": False}, []),
        ({"as_stated": False}, ["CT8"]),
        ({"last_day": TODAY - timedelta(days=1)}, ["CD9"]),
        ({"form": CardForm.PHOTO}, ["CE6"]),
        ({"form": CardForm.PHOTO, "photo": Photo.ATTACHED}, []),
        ({"form": CardForm.PHOTO, "photo": Photo.NOT_NEEDED}, []),
        ({"connected": False, "has_code": False}, ["CD21"]),
        (
            {"recorded_here": False, "signed": False, "number_free": False, "last_day": None},
            ["CD1", "CD3", "CD7", "CD9"],
        ),
        permitted="CD1 CD2 CD3 CD4 CD5 CD6 CD7 CD8 CD9 CE6 CD21 CT8 CT9",
    ),
)
def test_a_card_is_issued_to_who_is_recorded_with_a_code(change: dict[str, Any], rules: list[str]) -> None:
    assert failed(cards.decide_issue(replace(ISSUE, **change), has_card=False, on=TODAY)) == rules


@case("Ord. Art. 30-14", refused="CD6")
def test_nobody_has_two_cards_in_force_ord_30_14() -> None:
    assert failed(cards.decide_issue(ISSUE, has_card=True, on=TODAY)) == ["CD6"]


_P = Paper
_ANSWER = (_P.ENQUIRY_ANSWER, _P.WITH_ANSWER)
_DESIGNATED = (*_ANSWER, _P.DESIGNATION)
_SENT: dict[str, Any] = {"own": _P.PASSPORT, "cannot_come": True}


@pytest.mark.parametrize(
    ("handing", "rules"),
    judged(
        *((handed(Receiver.APPLICANT, paper), []) for paper in sorted(OFFICIAL)),
        (handed(Receiver.APPLICANT, *_ANSWER), []),
        (handed(Receiver.APPLICANT, _P.ENQUIRY_ANSWER), ["CD4"]),
        (handed(Receiver.APPLICANT, _P.WITH_ANSWER), ["CD4"]),
        (handed(Receiver.APPLICANT), ["CD4"]),
        (handed(Receiver.APPLICANT, _P.QUALIFICATION, _P.DESIGNATION), ["CD4"]),
        (handed(Receiver.LEGAL_REPRESENTATIVE, _P.PASSPORT, _P.QUALIFICATION), []),
        (handed(Receiver.LEGAL_REPRESENTATIVE, *_ANSWER, _P.QUALIFICATION), []),
        (handed(Receiver.LEGAL_REPRESENTATIVE, _P.PASSPORT), ["CD4"]),
        (handed(Receiver.LEGAL_REPRESENTATIVE, _P.QUALIFICATION), ["CD4"]),
        (handed(Receiver.DESIGNATED, *_DESIGNATED, **_SENT), []),
        (handed(Receiver.DESIGNATED, *_DESIGNATED, own=_P.PASSPORT), ["CD5"]),
        (handed(Receiver.DESIGNATED, _P.PASSPORT, _P.DESIGNATION, **_SENT), ["CD4"]),
        (handed(Receiver.DESIGNATED, *_DESIGNATED, cannot_come=True), ["CD4"]),
        (handed(Receiver.DESIGNATED, *_DESIGNATED, own=_P.DESIGNATION, cannot_come=True), ["CD4"]),
        (handed(Receiver.DESIGNATED, *_ANSWER, **_SENT), ["CD4"]),
        (handed(Receiver.DESIGNATED, _P.ENQUIRY_ANSWER, _P.DESIGNATION, **_SENT), ["CD4"]),
        (handed(Receiver.DESIGNATED), ["CD4", "CD5"]),
        permitted="CD4 CD5",
    ),
)
@case("Ord. Art. 30-15(1), (2)")
def test_who_comes_for_the_card_shows_the_papers_of_reg_36(handing: dict[str, Any], rules: list[str]) -> None:
    assert failed(cards.decide_issue(replace(ISSUE, **handing), has_card=False, on=TODAY)) == rules


@pytest.mark.parametrize("to", Receiver)
@case("Reg. Art. 36", refused="CT9")
def test_an_answer_to_no_enquiry_is_none(to: Receiver) -> None:
    shown = frozenset({*_DESIGNATED, _P.QUALIFICATION})
    issue = replace(ISSUE, answered=False, handing=Handing(to, shown, **_SENT))
    assert failed(cards.decide_issue(issue, has_card=False, on=TODAY)) == ["CT9"]


_DAYS = {"applied_on": TODAY, "since": None, "done_on": TODAY}


@pytest.mark.parametrize(
    ("step", "before", "changes", "rules"),
    judged(
        (EnquiryStep.SENT, None, {}, []),
        (EnquiryStep.SENT, EnquiryStep.CAME_BACK, {}, []),
        *((step, EnquiryStep.SENT, {}, []) for step in EnquiryStep),
        (EnquiryStep.SENT, None, {"recorded_here": False}, ["CD1"]),
        (EnquiryStep.SENT, None, {"done_on": TOMORROW}, ["CD8"]),
        (EnquiryStep.SENT, None, {"applied_on": TOMORROW}, ["CD8"]),
        (EnquiryStep.CONFIRMED, EnquiryStep.SENT, {"since": TOMORROW}, ["CD8"]),
        (EnquiryStep.CONFIRMED, None, {}, ["CT10"]),
        (EnquiryStep.CONFIRMED, EnquiryStep.CAME_BACK, {}, ["CT10"]),
        (EnquiryStep.CONFIRMED, EnquiryStep.DENIED, {}, ["CT10"]),
        (EnquiryStep.CAME_BACK, EnquiryStep.CONFIRMED, {}, ["CT10"]),
        permitted="CD1 CD8 CT10",
    ),
)
@case("Reg. Art. 36")
def test_the_mayor_enquires_and_is_answered(
    step: EnquiryStep, before: EnquiryStep | None, changes: dict[str, Any], rules: list[str]
) -> None:
    facts: dict[str, Any] = {"recorded_here": True, **_DAYS, **changes}
    assert failed(decide_enquiry(step, before, **facts, on=TODAY)) == rules


# In place of another


@pytest.mark.parametrize(
    ("ground", "handed_in", "rules"),
    judged(
        (Ground.LOST, False, []),
        (Ground.BURNT, False, []),
        (Ground.DAMAGED, True, []),
        (Ground.NOT_WORKING, True, []),
        (Ground.FULL, True, []),
        (Ground.NEEDED, True, []),
        (Ground.DAMAGED, False, ["CD11"]),
        (Ground.NOT_WORKING, False, ["CD11"]),
        (Ground.FULL, False, ["CD11"]),
        (Ground.NEEDED, False, ["CD11"]),
        (Ground.EXPIRING, True, ["CD12"]),
        (Ground.EXPIRING, False, ["CD11", "CD12"]),
        permitted="CD10 CD11 CD12",
    ),
)
@case("Ord. Art. 30-17(1), (2)")
def test_the_old_card_comes_back_unless_it_is_gone(ground: Ground, handed_in: bool, rules: list[str]) -> None:
    decision = cards.decide_replacement(ISSUE, ground, LIVE, handed_in=handed_in, on=TODAY)
    assert failed(decision) == rules


@case("Reg. Art. 38", "Reg. Art. 40")
def test_a_card_that_does_not_work_is_reissued_and_one_without_room_or_use_is_exchanged() -> None:
    reissue, exchange = "Ord. Art. 30-17", "Ord. Art. 30-18"
    for ground, article in (
        (Ground.NOT_WORKING, reissue),
        (Ground.FULL, exchange),
        (Ground.NEEDED, exchange),
    ):
        decision = cards.decide_replacement(ISSUE, ground, LIVE, handed_in=True, on=TODAY)
        assert isinstance(decision, Permitted)
        assert article in decision.basis


@pytest.mark.parametrize("ground", Ground)
@case("Ord. Art. 30-17(1)", refused="CD10")
def test_where_there_is_no_card_nothing_is_replaced(ground: Ground) -> None:
    assert failed(cards.decide_replacement(ISSUE, ground, None, handed_in=True, on=TODAY)) == ["CD10"]


@pytest.mark.parametrize(
    ("applied_on", "rules"),
    judged((date(2023, 4, 8), ["CD12"]), (date(2023, 4, 9), []), (date(2023, 7, 8), []), permitted="CD12"),
)
@case("Ord. Art. 30-18(1)")
def test_less_than_three_months_before_its_end_a_card_is_exchanged(
    applied_on: date, rules: list[str]
) -> None:
    issue = replace(ISSUE, applied_on=applied_on, issued_on=LAST, last_day=date(2033, 7, 8))
    decision = cards.decide_replacement(issue, Ground.EXPIRING, LIVE, handed_in=True, on=LAST)
    assert failed(decision) == rules


@case("Ord. Art. 30-17(1)", refused="CD1 CD2 CD3 CD4 CD7 CD9 CT8")
def test_a_replacement_is_issued_as_a_first_card_is() -> None:
    issue = replace(
        ISSUE,
        recorded_here=False,
        has_code=False,
        signed=False,
        number_free=False,
        last_day=None,
        handing=Handing(Receiver.APPLICANT, frozenset()),
        as_stated=False,
    )
    assert failed(cards.decide_replacement(issue, Ground.LOST, LIVE, handed_in=False, on=TODAY)) == [
        "CD1",
        "CD2",
        "CD3",
        "CD4",
        "CD7",
        "CD9",
        "CT8",
    ]


# Lost, found, handed back, ordered back


@pytest.mark.parametrize(
    ("card", "on", "rules"),
    judged(
        (LIVE, TODAY, []),
        (LIVE, TOMORROW, ["CD8"]),
        (LOST, TODAY, ["CD13"]),
        (None, TODAY, ["CD13"]),
        permitted="CD8 CD13",
    ),
)
def test_a_card_in_force_is_reported_lost_once(card: CardFacts | None, on: date, rules: list[str]) -> None:
    assert failed(cards.decide_loss(card, lost_on=on, on=TODAY)) == rules


@pytest.mark.parametrize(
    ("card", "on", "rules"),
    judged(
        (LOST, TODAY, []),
        (LOST, date(2013, 7, 5), []),
        (LOST, date(2013, 7, 4), ["CD8"]),
        (LOST, TOMORROW, ["CD8"]),
        (LIVE, TODAY, ["CD14"]),
        (None, TODAY, ["CD14"]),
        permitted="CD8 CD14",
    ),
)
def test_a_lost_card_that_did_not_lapse_is_found(card: CardFacts | None, on: date, rules: list[str]) -> None:
    assert failed(cards.decide_find(card, found_on=on, on=TODAY)) == rules


@pytest.mark.parametrize(
    ("card", "on", "rules"),
    judged(
        (LIVE, TODAY, []),
        (replace(LIVE, returned_on=TODAY), TODAY, ["CD15"]),
        (None, TODAY, ["CD15"]),
        (LIVE, TOMORROW, ["CD8"]),
        permitted="CD8 CD15",
    ),
)
def test_a_card_comes_back_once(card: CardFacts | None, on: date, rules: list[str]) -> None:
    assert failed(cards.decide_return(card, returned_on=on, on=TODAY)) == rules


@pytest.mark.parametrize(
    ("card", "mistaken", "told", "rules"),
    judged(
        (LIVE, True, Telling.NOTICE, []),
        (LIVE, True, Telling.POSTED, []),
        (None, True, Telling.NOTICE, ["CD16"]),
        (LIVE, False, Telling.NOTICE, ["CD16"]),
        (LIVE, True, None, ["CD17"]),
        (None, False, None, ["CD16", "CD17"]),
        permitted="CD16 CD17",
    ),
)
@case("Ord. Art. 30-22(1), (2)")
def test_a_card_issued_by_mistake_is_ordered_back(
    card: CardFacts | None, mistaken: bool, told: Telling | None, rules: list[str]
) -> None:
    assert failed(cards.decide_order(card, mistaken=mistaken, told=told, on=TODAY)) == rules


# Taken over


MOVED = Continuation(
    connected=True,
    has_code=True,
    number_free=True,
    issued_on=date(2012, 9, 3),
    expires_on=date(2022, 9, 3),
    planned_on=date(2013, 7, 1),
    moved_on=date(2013, 7, 1),
    notified_on=TODAY,
    submitted_on=TODAY,
)


@pytest.mark.parametrize(
    ("change", "rules"),
    judged(
        ({}, []),
        ({"moved_on": date(2013, 6, 24)}, []),
        ({"moved_on": date(2013, 6, 23)}, ["CD18"]),
        ({"planned_on": date(2013, 6, 8)}, []),
        ({"planned_on": date(2013, 6, 7)}, ["CD18"]),
        ({"moved_on": None, "notified_on": None}, ["CD18"]),
        ({"expires_on": TODAY}, []),
        ({"expires_on": date(2013, 7, 7)}, ["CD20"]),
        ({"issued_on": date(2013, 7, 9)}, ["CD8"]),
        ({"submitted_on": date(2013, 7, 9)}, ["CD8"]),
        ({"number_free": False}, ["CD7"]),
        ({"connected": False, "has_code": False}, ["CD21"]),
        ({"has_code": False}, ["CD2"]),
        permitted="CD1 CD2 CD6 CD7 CD8 CD18 CD19 CD20 CD21",
    ),
)
@case("Act Art. 30-44(5), (6)")
def test_a_card_lives_on_with_a_move_notified_in_time(change: dict[str, Any], rules: list[str]) -> None:
    decision = cards.decide_continuation(
        replace(MOVED, **change), recorded_here=True, has_card=False, on=TODAY
    )
    assert failed(decision) == rules


@pytest.mark.parametrize(
    ("submitted_on", "rules"),
    judged((date(2013, 10, 6), []), (date(2013, 10, 7), ["CD19"]), permitted="CD19"),
)
@case("Ord. Art. 30-20(iii)")
def test_it_is_submitted_within_ninety_days(submitted_on: date, rules: list[str]) -> None:
    decision = cards.decide_continuation(
        replace(MOVED, submitted_on=submitted_on), recorded_here=True, has_card=False, on=date(2013, 12, 1)
    )
    assert failed(decision) == rules


@pytest.mark.parametrize(
    ("change", "rules"),
    judged(
        ({"moved_on": date(2013, 6, 1), "planned_on": date(2013, 5, 1)}, []),
        ({"submitted_on": date(2013, 11, 30)}, []),
        ({"moved_on": None, "notified_on": None}, ["CD18"]),
        permitted="CD18 CD19",
    ),
)
@case("Ord. Art. 32(2)")
def test_no_term_is_set_for_a_move_between_wards_of_a_city(change: dict[str, Any], rules: list[str]) -> None:
    decision = cards.decide_continuation(
        replace(MOVED, within_city=True, **change), recorded_here=True, has_card=False, on=date(2013, 12, 1)
    )
    assert failed(decision) == rules


@pytest.mark.parametrize(
    ("facts", "rules"),
    refusals(
        ({"recorded_here": False, "has_card": False}, ["CD1"]),
        ({"recorded_here": True, "has_card": True}, ["CD6"]),
    ),
)
def test_it_is_continued_for_who_is_here_without_one(facts: dict[str, bool], rules: list[str]) -> None:
    assert failed(cards.decide_continuation(MOVED, **facts, on=TODAY)) == rules


# Its number


@pytest.mark.parametrize("text", ["", "12-3", "１２３", "ab", "X" * 21, " 1"])
def test_a_number_is_digits_and_capitals(text: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        CardNumber.parse(text)


def test_a_number_is_never_shown_by_accident() -> None:
    assert "987" not in repr(CardNumber("A987"))


@pytest.mark.parametrize(
    ("changed_on", "filed_on", "refused"),
    judged(
        (TODAY, TODAY, []),
        (None, TODAY, ["CE7"]),
        (TODAY, TODAY - timedelta(days=1), ["CD8"]),
        (TODAY, TODAY + timedelta(days=31), ["CD8"]),
        permitted="CE7 CD8",
    ),
)
@case("Act Art. 30-44(7)")
def test_a_change_is_entered_on_a_card_in_force(
    changed_on: date | None, filed_on: date, refused: list[str]
) -> None:
    on = TODAY + timedelta(days=30)
    assert failed(cards.decide_entry(LIVE, changed_on=changed_on, filed_on=filed_on, on=on)) == refused
    without = cards.decide_entry(None, changed_on=changed_on, filed_on=filed_on, on=on)
    assert "CE7" in failed(without)


@case("Act Art. 30-44(7)")
def test_it_is_told_within_fourteen_days() -> None:
    on = TODAY + timedelta(days=30)
    told = [
        cards.decide_entry(LIVE, changed_on=TODAY, filed_on=TODAY + timedelta(days=n), on=on)
        for n in (14, 15)
    ]
    assert [one.remarks for one in told] == [(), (cards.LATE_ENTRY,)]  # type: ignore[union-attr]

"""Cards: each act in its one transaction with its one entry, and every refusal by the state of the register."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services.services import carding, counter

from jukinet.domain.card import CardForm, CardNumber
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.dates import PartialDate
from jukinet.domain.items import PersonName, RecordKind
from jukinet.domain.permissions import Permission
from jukinet.law.card_handing import Handing, Paper, Photo, Receiver
from jukinet.law.card_lapse import CardState, Lapse
from jukinet.law.cards import Ground
from jukinet.law.decisions import Refused
from jukinet.law.enquiries import EnquiryStep, EnquiryWay
from jukinet.law.ex_officio import Telling
from jukinet.services import cards, codes
from jukinet.services.card_filings import (
    CardDayFiling,
    CardEnquiryFiling,
    CardOrderFiling,
    CardReturnFiling,
)
from jukinet.services.context import Context
from jukinet.services.operators import OperatorClaim
from jukinet.services.reads import Found
from jukinet.services.register import Registered
from jukinet.store.card_applications import CardEnquiry
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI

pytestmark = pytest.mark.core

UNKNOWN = "99999999999"
TODAY = counter.TODAY


@case("Act Art. 30-44(1), (3)", "Ord. Art. 30-16", permitted="CD1 CD2 CD6 CD7")
def test_a_card_is_issued_and_shown(federation: Federation) -> None:
    found = carding.holder(federation)
    card = carding.card(federation, found)
    assert (card.number, card.state, card.lapse) == (carding.FIRST, CardState.LIVE, None)
    assert (card.issued_on, card.expires_on) == (TODAY, date(2023, 7, 8))
    (entry,) = counter.audit(federation, KUNITACHI, "register:card:issued")
    assert (entry["outcome"], entry["resident_no"]) == ("done", found.resident_no)
    assert str(carding.FIRST) not in str(entry)
    assert carding.events(federation) == ["issued"]
    federation.set_date(date(2023, 7, 9))
    over = carding.card(federation, found)
    assert (over.state, over.lapse, over.lapsed_on) == (CardState.LAPSED, Lapse.EXPIRED, date(2023, 7, 9))
    assert carding.events(federation) == ["issued"]


@case("Ord. Art. 30-14", refused="CD6")
def test_who_has_a_card_in_force_gets_no_other(federation: Federation) -> None:
    found = carding.holder(federation)
    ctx, again = federation.context(KUNITACHI), carding.issue(found, number=carding.SECOND)
    refuse = "register:card:issued"
    counter.assert_refused(federation, KUNITACHI, refuse, lambda: cards.issue_card(ctx, CLERK, again), "CD6")
    lost = CardDayFiling(found.resident_no, TODAY)
    counter.registered(cards.report_loss(ctx, CLERK, lost))
    counter.assert_refused(federation, KUNITACHI, refuse, lambda: cards.issue_card(ctx, CLERK, again), "CD6")
    federation.set_date(date(2023, 7, 9))
    later = replace(again, applied_on=date(2023, 7, 9), issued_on=date(2023, 7, 9))
    counter.registered(cards.issue_card(ctx, CLERK, later))
    shown = counter.read(federation, KUNITACHI, found.resident_no).cards
    assert [card.state for card in shown] == [CardState.LAPSED, CardState.LIVE]


@case(refused="CD7")
def test_a_number_names_one_card_of_one_person(federation: Federation) -> None:
    first = carding.holder(federation)
    (second,) = counter.load(federation, seed=7)
    ctx = federation.context(KUNITACHI)
    again = carding.another(first, number=carding.FIRST)
    counter.assert_refused(
        federation, KUNITACHI, "register:card:replaced", lambda: cards.replace_card(ctx, CLERK, again), "CD7"
    )
    taken = carding.issue(second)
    counter.assert_refused(
        federation, KUNITACHI, "register:card:issued", lambda: cards.issue_card(ctx, CLERK, taken), "CD7"
    )


@case("Act Art. 30-44(1)", refused="CD1")
def test_who_is_gone_gets_no_card(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.die(federation, KUNITACHI, found.resident_no)
    ctx, filing = federation.context(KUNITACHI), carding.issue(found)
    counter.assert_refused(
        federation, KUNITACHI, "register:card:issued", lambda: cards.issue_card(ctx, CLERK, filing), "CD1"
    )


@case(refused="CD2")
def test_a_foreign_resident_without_a_code_gets_no_card(federation: Federation) -> None:
    (found,) = counter.load(federation, kind=RecordKind.FOREIGN)
    ctx, filing = federation.context(KUNITACHI), carding.issue(found)
    refused = "register:card:issued"
    counter.assert_refused(
        federation, KUNITACHI, refused, lambda: cards.issue_card(ctx, CLERK, filing), "CD2"
    )
    codes.assign_codes_to_foreign_residents(ctx, CLERK)
    counter.registered(cards.issue_card(ctx, CLERK, filing))


@case(refused="CD21")
def test_a_town_not_connected_issues_no_cards(federation: Federation) -> None:
    (found,) = counter.load(federation, YAMATSURI)
    ctx, filing = federation.context(YAMATSURI), carding.issue(found)
    counter.assert_refused(
        federation, YAMATSURI, "register:card:issued", lambda: cards.issue_card(ctx, CLERK, filing), "CD21"
    )


@case("Ord. Art. 30-30(1)", permitted="CD9")
def test_a_foreign_residents_card_ends_with_the_stay(federation: Federation) -> None:
    (number,) = counter.move_in(federation, KUNITACHI, counter.foreign()).resident_nos
    found = carding.give(federation, counter.read(federation, KUNITACHI, number))
    assert found.cards[0].expires_on == date(2014, 7, 5)
    federation.set_date(date(2014, 7, 6))
    assert carding.card(federation, number).lapse is Lapse.EXPIRED


# The application and the enquiry about it


@case("Reg. Art. 34", refused="CT8", permitted="CT8")
def test_the_application_states_who_applies_as_recorded(federation: Federation) -> None:
    (found,) = counter.load(federation)
    ctx, stated = federation.context(KUNITACHI), carding.application(found)
    for wrong in (
        replace(stated, name="別人　太郎"),
        replace(stated, address="東京都国立市東一丁目999番地"),
        replace(stated, code=ResidentRecordCode.parse("24727059608")),
        replace(stated, birth_date=PartialDate("1900-01-01")),
        replace(stated, code=None, sex=None),
        replace(stated, code=None, birth_date=None),
    ):
        filing = carding.issue(found, application=wrong)
        counter.assert_refused(
            federation,
            KUNITACHI,
            "register:card:issued",
            partial(cards.issue_card, ctx, CLERK, filing),
            "CT8",
        )
    by_birth = replace(stated, code=None, form=CardForm.PLAIN)
    counter.registered(cards.issue_card(ctx, CLERK, carding.issue(found, application=by_birth)))
    kept = carding.card(federation, found).application
    assert kept is not None
    assert (kept.applied_on, kept.form, kept.handing.shown) == (
        TODAY,
        CardForm.PLAIN,
        frozenset({Paper.PASSPORT}),
    )


@case("Reg. Art. 36", "Ord. Art. 30-15(2)", refused="CT9 CT10", permitted="CT9 CT10")
def test_a_card_is_handed_over_on_an_answer_to_the_mayors_enquiry(federation: Federation) -> None:
    (found,) = counter.load(federation)
    ctx, number = federation.context(KUNITACHI), found.resident_no
    shown = frozenset({Paper.ENQUIRY_ANSWER, Paper.WITH_ANSWER, Paper.DESIGNATION})
    handing = Handing(Receiver.DESIGNATED, shown, own=Paper.PASSPORT, cannot_come=True)
    filing = carding.issue(found, handing=handing)

    def step(step: EnquiryStep, applied_on: date = TODAY, done_on: date = TODAY) -> Registered | Refused:
        way = EnquiryWay.POST if step is EnquiryStep.SENT else None
        entered = CardEnquiryFiling(number, applied_on, step, way, done_on)
        return cards.enter_enquiry(ctx, CLERK, entered)

    def refused(*rules: str) -> None:
        counter.assert_refused(
            federation,
            KUNITACHI,
            "register:card:issued",
            lambda: cards.issue_card(ctx, CLERK, filing),
            *rules,
        )

    refused("CT9")
    counter.assert_refused(
        federation, KUNITACHI, "register:card:enquired", lambda: step(EnquiryStep.CONFIRMED), "CT10"
    )
    counter.registered(step(EnquiryStep.SENT))
    refused("CT9")
    counter.registered(step(EnquiryStep.DENIED))
    refused("CT9")
    # What another application was answered says nothing of this one.
    before = TODAY - timedelta(days=1)
    counter.registered(step(EnquiryStep.SENT, before))
    counter.registered(step(EnquiryStep.CONFIRMED, before))
    refused("CT9")
    # And one that came after a card was handed over stood behind no paper then.
    filing = carding.issue(found, handing=handing, applied_on=before, issued_on=before)
    refused("CT9")
    filing = carding.issue(found, handing=handing)
    counter.registered(step(EnquiryStep.SENT))
    counter.registered(step(EnquiryStep.CONFIRMED))
    counter.registered(cards.issue_card(ctx, CLERK, filing))
    read = counter.read(federation, KUNITACHI, number)
    assert [one.step for one in read.card_enquiries] == [
        *(EnquiryStep.SENT, EnquiryStep.DENIED, EnquiryStep.SENT, EnquiryStep.CONFIRMED),
        *(EnquiryStep.SENT, EnquiryStep.CONFIRMED),
    ]
    assert read.card_enquiries[0] == CardEnquiry(TODAY, EnquiryStep.SENT, EnquiryWay.POST, TODAY)
    application = read.cards[0].application
    assert application is not None
    assert application.handing == handing
    entries = counter.audit(federation, KUNITACHI, "register:card:enquired")
    assert [one["outcome"] for one in entries] == ["refused", *["done"] * 6]


# In place of another


@pytest.mark.parametrize(
    ("ground", "handed_in", "why", "event"),
    [
        (Ground.LOST, False, Lapse.REISSUE, "lapsed"),
        (Ground.DAMAGED, True, Lapse.REISSUE, "lapsed"),
        (Ground.FULL, True, Lapse.RETURNED, "returned"),
    ],
)
@case("Ord. Arts. 30-17(1), 30-18(2), 30-20(viii), (ix)", permitted="CD10 CD11")
def test_another_card_takes_the_place_of_the_old_one(
    federation: Federation, ground: Ground, handed_in: bool, why: Lapse, event: str
) -> None:
    found = carding.holder(federation)
    ctx = federation.context(KUNITACHI)
    filing = carding.another(found, ground, handed_in=handed_in)
    counter.registered(cards.replace_card(ctx, CLERK, filing))
    old, new = counter.read(federation, KUNITACHI, found.resident_no).cards
    assert (old.number, old.state, old.lapse, old.lapsed_on) == (
        carding.FIRST,
        CardState.LAPSED,
        why,
        TODAY,
    )
    assert old.returned_on == (TODAY if handed_in else None)
    assert (new.number, new.state) == (carding.SECOND, CardState.LIVE)
    assert carding.events(federation) == ["issued", event, "issued"]
    (entry,) = counter.audit(federation, KUNITACHI, "register:card:replaced")
    assert entry["outcome"] == "done"


@case(refused="CD10")
def test_an_expired_card_is_not_replaced(federation: Federation) -> None:
    found = carding.holder(federation)
    federation.set_date(date(2023, 7, 9))
    day = date(2023, 7, 9)
    filing = carding.another(found, applied_on=day, issued_on=day)
    ctx = federation.context(KUNITACHI)
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:card:replaced",
        lambda: cards.replace_card(ctx, CLERK, filing),
        "CD10",
    )


# Lost, found, handed back, ordered back


@case("Act Art. 30-44(8)", "Ord. Art. 30-19", permitted="CD13 CD14")
def test_a_lost_card_is_found(federation: Federation) -> None:
    found = carding.holder(federation)
    ctx, today = federation.context(KUNITACHI), CardDayFiling(found.resident_no, TODAY)
    counter.registered(cards.report_loss(ctx, CLERK, today))
    assert carding.card(federation, found).lost_on == TODAY
    counter.assert_refused(
        federation, KUNITACHI, "register:card:lost", lambda: cards.report_loss(ctx, CLERK, today), "CD13"
    )
    counter.registered(cards.report_find(ctx, CLERK, today))
    card = carding.card(federation, found)
    assert (card.state, card.lost_on) == (CardState.LIVE, None)
    counter.assert_refused(
        federation, KUNITACHI, "register:card:found", lambda: cards.report_find(ctx, CLERK, today), "CD14"
    )
    assert carding.events(federation) == ["issued", "lost", "found"]


@case("Ord. Art. 30-21(1), (2)", refused="CD14", permitted="CD15")
def test_a_card_found_after_its_reissue_is_handed_back(federation: Federation) -> None:
    found = carding.holder(federation)
    ctx, number = federation.context(KUNITACHI), found.resident_no
    counter.registered(cards.report_loss(ctx, CLERK, CardDayFiling(number, TODAY)))
    counter.registered(cards.replace_card(ctx, CLERK, carding.another(found)))
    back = CardDayFiling(number, TODAY)
    counter.assert_refused(
        federation, KUNITACHI, "register:card:found", lambda: cards.report_find(ctx, CLERK, back), "CD14"
    )
    counter.registered(cards.take_back(ctx, CLERK, CardReturnFiling(number, carding.FIRST, TODAY)))
    old, new = counter.read(federation, KUNITACHI, number).cards
    assert (old.lapse, old.returned_on, new.state) == (Lapse.REISSUE, TODAY, CardState.LIVE)


@case("Ord. Arts. 30-20(ix), 30-21(4)", refused="CD15", permitted="CD15")
def test_a_card_handed_back_lapses_and_comes_back_once(federation: Federation) -> None:
    found = carding.holder(federation)
    ctx, filing = federation.context(KUNITACHI), CardReturnFiling(found.resident_no, carding.FIRST, TODAY)
    counter.registered(cards.take_back(ctx, CLERK, filing))
    card = carding.card(federation, found)
    assert (card.lapse, card.lapsed_on, card.returned_on) == (Lapse.RETURNED, TODAY, TODAY)
    for again in (filing, replace(filing, number=carding.SECOND)):
        counter.assert_refused(
            federation,
            KUNITACHI,
            "register:card:returned",
            lambda again=again: cards.take_back(ctx, CLERK, again),  # type: ignore[misc]
            "CD15",
        )


@case("Ord. Art. 30-21(3)", permitted="CD15")
def test_who_left_japan_hands_the_card_back_to_the_last_mayor(federation: Federation) -> None:
    found = carding.holder(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], counter.HAWAII)
    federation.set_date(date(2013, 7, 10))
    federation.run()
    ctx, day = federation.context(KUNITACHI), date(2013, 7, 10)
    counter.registered(cards.take_back(ctx, CLERK, CardReturnFiling(found.resident_no, carding.FIRST, day)))
    card = carding.card(federation, found)
    assert (card.lapse, card.lapsed_on, card.returned_on) == (Lapse.ABROAD, day, day)


@case("Ord. Arts. 30-20(x), 30-22(1), (2)", permitted="CD16 CD17")
def test_an_order_makes_a_card_lapse(federation: Federation) -> None:
    found = carding.holder(federation)
    ctx, order = federation.context(KUNITACHI), CardOrderFiling(found.resident_no, True, Telling.POSTED)
    counter.registered(cards.order_return(ctx, CLERK, order))
    card = carding.card(federation, found)
    assert (card.lapse, card.returned_on) == (Lapse.ORDERED, None)
    rows = counter.owner_rows(
        federation, KUNITACHI.node_id, "SELECT told FROM card_versions ORDER BY version_no"
    )
    assert [row["told"] for row in rows] == [None, "posted"]
    counter.assert_refused(
        federation,
        KUNITACHI,
        "register:card:ordered-back",
        lambda: cards.order_return(ctx, CLERK, order),
        "CD16",
    )


# Taken over


@case("Act Art. 30-44(5), (6)", permitted="CD18 CD19 CD20")
def test_a_card_is_continued_by_the_next_municipality(federation: Federation) -> None:
    found = carding.holder(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=TODAY)
    federation.run()
    assert carding.card(federation, found).state is CardState.LEFT
    person = counter.as_person(found)
    (number,) = counter.move_in(federation, CHIYODA, person, moved_on=TODAY).resident_nos
    federation.run()
    assert carding.card(federation, found).state is CardState.MOVED
    filing = carding.continuation(number, issued_on=TODAY, expires_on=date(2023, 7, 8), planned_on=TODAY)
    counter.registered(cards.continue_card(federation.context(CHIYODA), CLERK, filing))
    card = carding.card(federation, number, CHIYODA)
    assert (card.number, card.state, card.issued_on, card.expires_on) == (
        carding.FIRST,
        CardState.LIVE,
        TODAY,
        date(2023, 7, 8),
    )
    assert carding.events(federation) == ["issued", "left", "move-confirmed"]
    assert carding.events(federation, CHIYODA) == ["continued"]


@case(refused="CD18", permitted="CD7")
def test_who_comes_back_here_goes_on_with_the_card_and_nobody_else_does(federation: Federation) -> None:
    found = carding.holder(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], planned_on=TODAY)
    federation.run()
    (other,) = counter.move_in(federation, KUNITACHI, counter.japanese()).resident_nos
    ctx = federation.context(KUNITACHI)
    filing = carding.continuation(other, planned_on=TODAY, issued_on=date(2013, 7, 1))
    event = "register:card:continued"
    counter.assert_refused(
        federation, KUNITACHI, event, lambda: cards.continue_card(ctx, CLERK, filing), "CD7"
    )
    (here,) = counter.load(federation, seed=5)
    never = replace(filing, resident_no=here.resident_no, number=carding.SECOND)
    counter.assert_refused(
        federation, KUNITACHI, event, lambda: cards.continue_card(ctx, CLERK, never), "CD18"
    )
    back = counter.as_person(found)
    (number,) = counter.move_in(federation, KUNITACHI, back, moved_on=TODAY).resident_nos
    own = carding.continuation(number, issued_on=TODAY, expires_on=date(2023, 7, 8), planned_on=TODAY)
    counter.registered(cards.continue_card(ctx, CLERK, own))
    assert carding.card(federation, number).state is CardState.LIVE


# Every act


Do = Callable[[Context, OperatorClaim], Any]


def _acts(who: Found) -> dict[str, Do]:
    number = who.resident_no
    day = CardDayFiling(number, TODAY)
    enquiry = CardEnquiryFiling(number, TODAY, EnquiryStep.CONFIRMED, None, TODAY)
    returned, order = CardReturnFiling(number, carding.FIRST, TODAY), CardOrderFiling(number, True, None)
    return {
        "enquired": lambda ctx, claim: cards.enter_enquiry(ctx, claim, enquiry),
        "issued": lambda ctx, claim: cards.issue_card(ctx, claim, carding.issue(who, signed=False)),
        "replaced": lambda ctx, claim: cards.replace_card(ctx, claim, carding.another(who, signed=False)),
        "lost": lambda ctx, claim: cards.report_loss(ctx, claim, day),
        "found": lambda ctx, claim: cards.report_find(ctx, claim, day),
        "returned": lambda ctx, claim: cards.take_back(ctx, claim, returned),
        "ordered-back": lambda ctx, claim: cards.order_return(ctx, claim, order),
        "continued": lambda ctx, claim: cards.continue_card(ctx, claim, carding.continuation(number)),
    }


ACTS = (*("enquired", "issued", "replaced", "lost", "found", "returned", "ordered-back", "continued"),)


@pytest.mark.parametrize("act", ACTS)
def test_only_an_operator_who_may_acts_on_cards(standing: Federation, act: str) -> None:
    acts = _acts(counter.somebody(standing))
    assert set(acts) == set(ACTS)
    counter.assert_gated(
        standing, KUNITACHI, f"register:card:{act}", Permission.REGISTER_CARD_RECORD, acts[act]
    )


@pytest.mark.parametrize("act", ACTS)
@case(refused="R1")
def test_nobody_has_a_card_under_a_number_that_nobody_has(standing: Federation, act: str) -> None:
    nobody = replace(counter.somebody(standing), resident_no=UNKNOWN)
    ctx, do = standing.context(KUNITACHI), _acts(nobody)[act]
    counter.assert_refused(standing, KUNITACHI, f"register:card:{act}", lambda: do(ctx, CLERK), "R1")


def test_a_crash_at_any_step_of_a_replacement_leaves_nothing(federation: Federation) -> None:
    found = carding.holder(federation)
    filing = carding.another(found)
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: cards.replace_card(ctx, CLERK, filing)
    )
    assert crashes >= 3  # the old card, the new one, the trail


def alone(federation: Federation, name: str, number: CardNumber = carding.FIRST, **changes: Any) -> Found:
    """Somebody who lives alone, with a card on an application."""
    came = counter.move_in(federation, KUNITACHI, counter.japanese(name=PersonName(name)))
    found = counter.read(federation, KUNITACHI, came.resident_nos[0])
    application = carding.application(found, **changes)
    return carding.give(federation, found, number=number, application=application)


@case("Act Art. 30-44(1), (7)", "Ord. Art. 30-12", "Reg. Art. 37", permitted="CE7", refused="CE7")
def test_what_changed_is_entered_on_a_card_that_shows_it_and_once(federation: Federation) -> None:
    plain = alone(federation, "国立　一", form=CardForm.PLAIN)
    full = alone(federation, "国立　二", number=carding.SECOND)
    ctx = federation.context(KUNITACHI)

    def entered(found: Found, day: date = counter.TODAY) -> list[str]:
        done = cards.enter_change(ctx, CLERK, CardDayFiling(found.resident_no, day))
        return [rule.rule for rule in done.failed] if isinstance(done, Refused) else []

    assert entered(full) == ["CE7"], "nothing has changed"
    for found in (plain, full):
        counter.move_within(federation, KUNITACHI, found.resident_no)
    assert entered(plain) == ["CE7"], "no address stands on the first form"
    assert entered(full, date(2013, 7, 5)) == ["CD8"]
    assert entered(full, counter.TODAY + timedelta(days=1)) == ["CD8"]
    assert entered(full) == []
    assert entered(full) == ["CE7"], "it is entered"
    assert carding.card(federation, full).form is CardForm.PHOTO
    assert carding.events(federation) == ["issued", "issued", "changed"]
    statuses = counter.statements(federation, KUNITACHI, "card-status")
    assert [body["event"] for _, body in statuses] == ["issued", "issued"], "nobody is told of it"


@case("Act Art. 30-44(7)")
def test_a_change_told_after_fourteen_days_is_entered_and_remarked_on(federation: Federation) -> None:
    found = alone(federation, "国立　一", photo=Photo.NOT_NEEDED)
    counter.move_within(federation, KUNITACHI, found.resident_no)  # on 6 July
    ctx = federation.context(KUNITACHI)
    federation.set_date(date(2013, 7, 21))
    done = cards.enter_change(ctx, CLERK, CardDayFiling(found.resident_no, date(2013, 7, 21)))
    assert isinstance(done, Registered)
    assert [remark.article for remark in done.remarks] == ["Act Art. 30-44(7)"]


@case("Reg. Arts. 34, 35", permitted="CE6", refused="CE6")
def test_a_card_of_the_second_form_wants_a_photograph_or_the_mayors_word(federation: Federation) -> None:
    found = counter.load(federation)[0]
    ctx = federation.context(KUNITACHI)
    filing = carding.issue(found, application=carding.application(found, photo=None))
    event = "register:card:issued"
    counter.assert_refused(federation, KUNITACHI, event, lambda: cards.issue_card(ctx, CLERK, filing), "CE6")
    unneeded = carding.application(found, photo=Photo.NOT_NEEDED)
    given = carding.give(federation, found, application=unneeded)
    assert carding.card(federation, given).form is CardForm.PHOTO

"""The move-in with the card: Kunitachi asks Chiyoda what a certificate would say, and records it (M7, M8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.network import registering
from tests.services.services import carding, counter

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.card import CardForm, CardNumber
from jukinet.domain.dates import PartialDate
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import (
    HOUSEHOLDER,
    Koseki,
    Nickname,
    PersonName,
    Programmes,
    RecordKind,
    ResidentRecord,
)
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import Place
from jukinet.law.decisions import Refused
from jukinet.messages import calls
from jukinet.messages.calls import Call
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind
from jukinet.messages.particulars import Particulars, ParticularsRefusal, ParticularsRequest
from jukinet.services import cards, first_move_ins, move_in_by_card
from jukinet.services.card_filings import CardDayFiling
from jukinet.services.copy_answers import answer_copy_request
from jukinet.services.first_move_ins import FirstMoveInFiling, Newcomer, read_first_move_in
from jukinet.services.move_in_by_card import ParticularsFiling, Received
from jukinet.services.particulars_answers import answer_particulars
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, NETWORK, Federation, signing_key
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI, YAMATSURI
from jukinet.testing.notifying import brought_for
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core

TODAY = counter.TODAY
MOVED = date(2013, 7, 6)
KUNI, CHIYO = KUNITACHI.node_id, CHIYODA.node_id
ID = "ab" * 16


def person(seed: int, relationship: str = HOUSEHOLDER, **changes: Any) -> ResidentRecord:
    made = make_person(RecordKind.JAPANESE, seed=seed, municipality=CHIYODA)
    return replace(made, household_number="x", relationship=relationship, **changes)


@pytest.fixture
def holder(federation: Federation) -> Found:
    """Somebody of Chiyoda, alone, with a card and a move-out filed for two days ago."""
    found = carding.holder(federation, CHIYODA)
    leave(federation, found)
    return found


def leave(federation: Federation, *people: Found, **changes: Any) -> None:
    given = {"planned_on": MOVED, "filed_on": TODAY} | changes
    counter.file_move_out(federation, CHIYODA, [one.resident_no for one in people], KUNITACHI, **given)
    federation.run()


def family(federation: Federation) -> tuple[Found, Found, Found]:
    """A householder with a card, and two members without."""
    people = counter.load(federation, CHIYODA, [person(1), person(2, "妻"), person(3, "子")])
    by_relationship = {one.record.relationship: one for one in people}
    head, wife, child = (by_relationship[one] for one in (HOUSEHOLDER, "妻", "子"))
    carding.give(federation, head, CHIYODA)
    return head, wife, child


def filing(found: Found, **changes: Any) -> ParticularsFiling:
    plain: dict[str, Any] = {
        "request_id": ID,
        "previous": str(CHIYODA),
        "card": str(carding.FIRST),
        "card_submitted": True,
        "code": str(found.record.code),
        "name": found.record.name.text,
        "moved_on": MOVED.isoformat(),
        "filed_on": TODAY.isoformat(),
    }
    return move_in_by_card.read_filing(plain | changes)


def ask(federation: Federation, asked: ParticularsFiling, where: Any = KUNITACHI) -> Received | Refused:
    return move_in_by_card.ask_particulars(federation.context(where), CLERK, asked)


def came(federation: Federation, asked: ParticularsFiling) -> Particulars:
    received = ask(federation, asked)
    assert isinstance(received, Received), received
    return received.particulars


def rules(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [one.rule for one in outcome.failed]


def first(*newcomers: Newcomer, **changes: Any) -> FirstMoveInFiling:
    given = newcomers or (Newcomer(1, HOUSEHOLDER),)
    made = FirstMoveInFiling(ID, given, counter.ADDRESSES[KUNITACHI], None, brought_for(len(given)))
    return replace(made, **changes)


def record(federation: Federation, filed: FirstMoveInFiling | None = None) -> Any:
    ctx = federation.context(KUNITACHI)
    return first_move_ins.record_first_move_in(ctx, CLERK, filed or first())


def entries(federation: Federation, node: NodeId, event: AuditEvent) -> list[Any]:
    return world.entries(federation, node, event)


@case(
    *("Act Art. 24-2(1), (3), (4)", "Ord. Art. 24-3", "Reg. Arts. 7, 7-2", "spec 4.1.1.3", "spec 4.1.3.0.4"),
    permitted="MS1 MS2 MS3 MS4 MS5 MS6 MS7 MS8 MS9 MS10",
)
def test_who_moves_with_the_card_brings_no_certificate(federation: Federation, holder: Found) -> None:
    old = holder.record
    (said,) = came(federation, filing(holder)).persons
    assert (said.name, said.birth_date, said.sex, said.code) == (
        old.name.text,
        old.birth_date,
        old.sex,
        old.code,
    )
    assert (said.address, said.koseki, said.planned_on) == (old.address, old.koseki, MOVED)
    assert said.card is not None
    assert (said.card.issued_on, said.card.form) == (TODAY, CardForm.PHOTO)
    (number,) = counter.registered(record(federation, first(Newcomer(1, HOUSEHOLDER, "カナ")))).resident_nos
    new = counter.read(federation, KUNITACHI, number).record
    assert (new.code, new.koseki, new.birth_date, new.sex) == (old.code, old.koseki, old.birth_date, old.sex)
    assert new.name == PersonName(old.name.text, "カナ")
    assert new.previous_address == Place(old.address.full, CHIYODA)
    assert new.recorded_since == TODAY
    federation.run()
    there = counter.read(federation, CHIYODA, holder.resident_no)
    assert there.record.confirmed_move is not None
    counter.both_stores(federation, KUNITACHI, number)
    continued = carding.continuation(number, issued_on=TODAY, planned_on=MOVED)
    counter.registered(cards.continue_card(federation.context(KUNITACHI), CLERK, continued))


@case("spec 4.1.1.3", permitted="MS10")
def test_what_came_by_the_line_is_corrected_at_the_entry(federation: Federation, holder: Found) -> None:
    came(federation, filing(holder))
    right = read_first_move_in(
        {
            "request_id": ID,
            "persons": [
                {
                    "person": 1,
                    "relationship": HOUSEHOLDER,
                    "corrected": {
                        "birth_date": "1979-12-31",
                        "koseki": {"domicile": "東京都国立市富士見台二丁目", "head": "国立　太郎"},
                    },
                }
            ],
            "address": registering.plain(counter.ADDRESSES[KUNITACHI]),
            "notified_by": registering.plain(brought_for(1)),
        }
    )
    done = counter.registered(record(federation, right))
    assert first_move_ins.CORRECTED in done.remarks
    new = counter.read(federation, KUNITACHI, done.resident_nos[0]).record
    assert (new.name.text, new.code) == (holder.record.name.text, holder.record.code)
    assert new.birth_date == PartialDate("1979-12-31")
    assert new.koseki == Koseki("東京都国立市富士見台二丁目", "国立　太郎")


def test_each_step_leaves_its_entry_and_names_the_person(federation: Federation, holder: Found) -> None:
    came(federation, filing(holder))
    came(federation, filing(holder))
    (meant,) = entries(federation, KUNI, AuditEvent.PARTICULARS_INTENDED)
    got, again = entries(federation, KUNI, AuditEvent.PARTICULARS_RECEIVED)
    (gave,) = entries(federation, CHIYO, AuditEvent.PARTICULARS_SUPPLIED)
    assert (meant.outcome, got.outcome) == (Outcome.INTENDED, Outcome.DONE)
    assert again.rules == ("again",)
    assert (gave.outcome, gave.resident_no, gave.actor) == (Outcome.DONE, holder.resident_no, KUNI.uri)
    assert {one.reference for one in (meant, got, again, gave)} == {ID}
    assert {one.subject_code for one in (meant, got, again, gave)} == {holder.record.code}
    assert entries(federation, CHIYO, AuditEvent.PARTICULARS_GIVEN_AGAIN) == []


@case("Act Art. 24-2(2)", permitted="MS6 MS9")
def test_members_without_a_card_come_with_the_householder(federation: Federation) -> None:
    head, wife, child = family(federation)
    leave(federation, head, wife, child)
    names = [child.record.name.text, wife.record.name.text]
    told = came(federation, filing(head, names=names)).persons
    assert [one.code for one in told] == [head.record.code, child.record.code, wife.record.code]
    assert {one.householder for one in told} == {head.record.name.text}
    assert [one.card is not None for one in told] == [True, False, False]
    entered = record(federation, first(Newcomer(3, "妻"), Newcomer(1, HOUSEHOLDER)))
    assert len(counter.registered(entered).resident_nos) == 2, "the child stays away"


def test_who_is_deleted_already_is_told_of_all_the_same(federation: Federation) -> None:
    """The planned day is over, and the worker has deleted them one by one."""
    head, wife, child = family(federation)
    leave(federation, head, wife, child)
    assert not counter.read(federation, CHIYODA, head.resident_no).present
    assert len(came(federation, filing(head, names=[wife.record.name.text])).persons) == 2


@case("Ord. Arts. 30-26(3)(ii), 30-27(2)(ii), 30-32", permitted="FN10 FN11")
def test_a_foreign_resident_brings_class_and_nicknames(federation: Federation) -> None:
    former = Nickname("須美", date(2012, 7, 9), KUNITACHI, date(2013, 1, 8), CHIYODA)
    nickname = Nickname("墨　杏", date(2013, 1, 8), CHIYODA)
    who = counter.foreign(nickname=nickname, former_nicknames=(former,))
    (number,) = counter.move_in(federation, CHIYODA, who, moved_on=MOVED).resident_nos
    found = carding.give(federation, counter.read(federation, CHIYODA, number), CHIYODA)
    leave(federation, found, planned_on=TODAY)
    (said,) = came(federation, filing(found)).persons
    assert said.koseki is None
    assert said.foreign is not None
    (there,) = counter.registered(record(federation)).resident_nos
    new, old = counter.read(federation, KUNITACHI, there).record, found.record
    assert new.foreign is not None
    assert old.foreign is not None
    assert new.foreign == replace(old.foreign, became_foreign_resident_on=MOVED)
    assert new.name.latin == old.name.latin
    assert (new.nickname, new.former_nicknames) == (nickname, (former,))


@case("Ord. Arts. 24-3, 28(i)", "Act Art. 29", "Reg. Art. 7-2")
def test_the_basic_pension_number_comes_with_the_particulars(federation: Federation) -> None:
    pension = Programmes(
        pension_class="第1号被保険者", pension_since=date(2003, 4, 17), pension_number="1234-567890"
    )
    who = counter.japanese(programmes=pension)
    (number,) = counter.move_in(federation, CHIYODA, who, moved_on=MOVED).resident_nos
    found = carding.give(federation, counter.read(federation, CHIYODA, number), CHIYODA)
    leave(federation, found, planned_on=TODAY)
    (said,) = came(federation, filing(found)).persons
    assert said.card is not None
    assert said.card.form is carding.issue(found).application.form
    assert (said.enrolment.pension_class, said.enrolment.pension_number) == ("第1号被保険者", "1234-567890")
    added = replace(pension, pension_number=None)
    filed = first(Newcomer(1, HOUSEHOLDER, programmes=added))
    (there,) = counter.registered(record(federation, filed)).resident_nos
    assert counter.read(federation, KUNITACHI, there).record.programmes == pension


# Refusals


@case(refused="MS7")
def test_a_code_or_name_that_fits_nobody(federation: Federation, holder: Found) -> None:
    assert rules(ask(federation, filing(holder, name="他人　花子"))) == ["MS7"]
    other = filing(holder, request_id="cd" * 16, code=str(world.code(9)))
    assert rules(ask(federation, other)) == ["MS7"]
    assert rules(ask(federation, other)) == ["MS7"], "told again, without asking"
    assert len(entries(federation, CHIYO, AuditEvent.PARTICULARS_SUPPLIED)) == 2
    member = filing(holder, request_id="ef" * 16, names=["誰か　誰子"])
    assert rules(ask(federation, member)) == ["MS7"]


@case(refused="MS8")
def test_who_filed_no_move_out(federation: Federation) -> None:
    found = carding.holder(federation, CHIYODA)
    assert rules(ask(federation, filing(found))) == ["MS8"]
    head, wife, _ = family_of(federation)
    leave(federation, head)
    asked = filing(head, request_id="cd" * 16, card=str(carding.SECOND), names=[wife.record.name.text])
    assert rules(ask(federation, asked)) == ["MS8"]


def family_of(federation: Federation) -> tuple[Found, Found, Found]:
    """The family, with another card: the first number is taken."""
    people = counter.load(federation, CHIYODA, [person(1), person(2, "妻"), person(3, "子")])
    by_relationship = {one.record.relationship: one for one in people}
    head, wife, child = (by_relationship[one] for one in (HOUSEHOLDER, "妻", "子"))
    carding.give(federation, head, CHIYODA, number=carding.SECOND)
    return head, wife, child


@case(refused="MS8")
def test_who_leaves_japan(federation: Federation) -> None:
    found = carding.holder(federation, CHIYODA)
    counter.file_move_out(
        federation, CHIYODA, [found.resident_no], counter.HAWAII, planned_on=TODAY + timedelta(days=1)
    )
    assert rules(ask(federation, filing(found))) == ["MS8"]


@case("Reg. Art. 6", refused="MS9")
def test_another_card_or_one_that_was_lost(federation: Federation) -> None:
    found = carding.holder(federation, CHIYODA)
    ctx = federation.context(CHIYODA)
    counter.registered(cards.report_loss(ctx, CLERK, CardDayFiling(found.resident_no, TODAY)))
    leave(federation, found)
    assert rules(ask(federation, filing(found))) == ["MS9"]
    other = filing(found, request_id="cd" * 16, card=str(CardNumber("OTHER1")))
    assert rules(ask(federation, other)) == ["MS9"]


@case(refused="MS9")
def test_a_member_with_a_card_uses_it(federation: Federation) -> None:
    head, wife, _ = family(federation)
    carding.give(federation, wife, CHIYODA, number=carding.SECOND)
    leave(federation, head, wife)
    assert rules(ask(federation, filing(head, names=[wife.record.name.text]))) == ["MS9"]


@case(refused="MS10")
def test_who_was_recorded_elsewhere_in_between(federation: Federation, holder: Found) -> None:
    counter.move_in(federation, FUKUSHIMA, counter.as_person(holder))
    federation.run()
    assert rules(ask(federation, filing(holder))) == ["MS10"]


@case(refused="MS1 MS2 MS3 MS4")
def test_what_the_clerk_sees_is_judged_before_anybody_is_told(federation: Federation, holder: Found) -> None:
    late = (TODAY - timedelta(days=15)).isoformat()
    wrong: dict[str, dict[str, Any]] = {
        "MS1": {"card_submitted": False},
        "MS2": {"previous": str(YAMATSURI)},
        "MS3": {"moved_on": late},
        "MS4": {"previous": str(KUNITACHI)},
    }
    for rule, changes in wrong.items():
        counter.assert_refused(
            federation,
            KUNITACHI,
            "moves:particulars:received",
            partial(ask, federation, filing(holder, **changes)),
            rule,
        )
    assert entries(federation, CHIYO, AuditEvent.PARTICULARS_SUPPLIED) == []


@case(refused="MS5 MS6", permitted="MS5")
def test_a_move_in_needs_particulars_and_uses_them_once(federation: Federation, holder: Found) -> None:
    event = "register:move-in:recorded-by-card"

    def refused(rule: str, filed: FirstMoveInFiling) -> None:
        counter.assert_refused(federation, KUNITACHI, event, lambda: record(federation, filed), rule)

    refused("MS5", first())
    came(federation, filing(holder))
    refused("MS6", first(Newcomer(2, HOUSEHOLDER)))
    refused("MS6", first(Newcomer(1, HOUSEHOLDER), Newcomer(1, "子")))
    counter.registered(record(federation))
    refused_again = record(federation)
    assert "MS5" in rules(refused_again)


@case(refused="MS3")
def test_thirty_days_after_the_planned_day_are_too_late(federation: Federation) -> None:
    """Only the particulars tell the planned day; the card still served there, as its own term had not begun."""
    found = carding.holder(federation, CHIYODA)
    leave(federation, found, planned_on=TODAY, filed_on=TODAY)
    later = TODAY + timedelta(days=30)
    federation.set_date(later)
    dates = {"moved_on": (later - timedelta(days=1)).isoformat(), "filed_on": later.isoformat()}
    came(federation, filing(found, **dates))
    counter.owner_rows(
        federation,
        KUNI,
        "UPDATE move_in_requests SET filed_on = filed_on + 1 WHERE true RETURNING request_id",
    )
    federation.set_date(later + timedelta(days=1))
    assert rules(record(federation)) == ["MS3"]


def test_only_whoever_may_record_moves_asks_and_records(federation: Federation, holder: Found) -> None:
    asked, may = filing(holder), Permission.REGISTER_RESIDENT_RECORD
    counter.assert_gated(
        federation,
        KUNITACHI,
        "moves:particulars:received",
        may,
        lambda ctx, claim: move_in_by_card.ask_particulars(ctx, claim, asked),
    )
    for come in (False, True):
        if come:
            came(federation, asked)
        counter.assert_gated(
            federation,
            KUNITACHI,
            "register:move-in:recorded-by-card",
            may,
            lambda ctx, claim: first_move_ins.record_first_move_in(ctx, claim, first()),
        )


# Lines, retries, crashes


def test_a_retry_asks_the_same_and_gets_the_same_bytes(federation: Federation, holder: Found) -> None:
    federation.line.lose_answers = 1
    with pytest.raises(JukinetError) as caught:
        ask(federation, filing(holder))
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    federation.clock.advance(timedelta(minutes=5))
    came(federation, filing(holder))
    assert [one.outcome for one in entries(federation, KUNI, AuditEvent.PARTICULARS_INTENDED)] == [
        Outcome.INTENDED,
        Outcome.FAILED,
    ]
    assert len(entries(federation, CHIYO, AuditEvent.PARTICULARS_SUPPLIED)) == 1
    assert len(entries(federation, CHIYO, AuditEvent.PARTICULARS_GIVEN_AGAIN)) == 1
    with pytest.raises(JukinetError) as caught:
        ask(federation, filing(holder, name="別の　名前"))
    assert caught.value.kind is ErrorKind.CONFLICT


def question(
    federation: Federation, found: Found, asked: dict[str, Any] | None = None, **changes: Any
) -> Call:
    now = federation.clock.now()
    body = ParticularsRequest(carding.FIRST, counter.code_of(found), found.record.name.text, TODAY)
    body = replace(body, **asked or {})
    made = Call(ID, CallKind.MOVE_OUT_PARTICULARS, KUNI, CHIYO, now, now + calls.LIFETIME, body)
    return replace(made, **changes)


def put(federation: Federation, call: Call, *, by: NodeId = KUNI, peer: NodeId = KUNI) -> bytes:
    envelope = calls.seal_call(call, signing_key(by, KeyUse.STATEMENT))
    return answer_particulars(federation.context(call.to_node, NETWORK), peer, envelope)


def turned_away(work: Callable[[], object]) -> ErrorKind:
    with pytest.raises(JukinetError) as caught:
        work()
    return caught.value.kind


def test_the_same_question_gets_the_same_bytes_and_another_none(
    federation: Federation, holder: Found
) -> None:
    call = question(federation, holder)
    answer = put(federation, call)
    counter.move_in(federation, FUKUSHIMA, counter.as_person(holder))
    federation.run()
    federation.clock.advance(timedelta(minutes=2))
    later = federation.clock.now()
    assert put(federation, replace(call, created=later, expires=later + calls.LIFETIME)) == answer
    assert turned_away(lambda: put(federation, call)) is ErrorKind.EXPIRED
    other = question(federation, holder, {"filed_on": MOVED})
    assert turned_away(lambda: put(federation, other)) is ErrorKind.CONFLICT
    assert b"persons" not in answer, "the payload is sealed"


def test_who_may_not_ask_is_told_nothing(federation: Federation, holder: Found) -> None:
    call = question(federation, holder)
    for peer in (NATIONAL, NodeId("pref-13"), YAMATSURI.node_id):
        asked = partial(put, federation, replace(call, from_node=peer), by=peer, peer=peer)
        assert turned_away(asked) is ErrorKind.FORBIDDEN
    assert turned_away(lambda: put(federation, call, by=FUKUSHIMA.node_id)) is ErrorKind.UNAUTHENTIC
    assert turned_away(lambda: put(federation, call, peer=FUKUSHIMA.node_id)) is ErrorKind.UNAUTHENTIC
    envelope = calls.seal_call(call, signing_key(KUNI, KeyUse.STATEMENT))
    elsewhere = federation.context(CHIYO, NETWORK)
    assert turned_away(lambda: answer_copy_request(elsewhere, KUNI, envelope)) is ErrorKind.UNAUTHENTIC
    told = entries(federation, CHIYO, AuditEvent.PARTICULARS_SUPPLIED)
    assert {one.outcome for one in told} == {Outcome.REFUSED}


def test_a_refusal_is_an_answer_like_any_other(federation: Federation, holder: Found) -> None:
    call = question(federation, holder, {"card": carding.SECOND})
    sealed = put(federation, call)
    answer = calls.open_answer(sealed, federation.directory.owned_key, call=call).body
    assert isinstance(answer, ParticularsRefusal)
    assert put(federation, call) == sealed


def test_a_crash_at_any_step_is_made_good_by_asking_again(federation: Federation, holder: Found) -> None:
    """At the one who asks: the intent, or what came. What Chiyoda gave is given once, whatever happens here."""
    for step in range(1, 60):
        ctx, _ = world.crashing(federation.context(KUNITACHI), step)
        try:
            move_in_by_card.ask_particulars(ctx, CLERK, filing(holder))
        except world.Crash:
            continue
        break
    assert step > 8
    (row,) = counter.owner_rows(federation, KUNI, "SELECT state FROM move_in_requests")
    assert row["state"] == "answered"
    assert len(entries(federation, KUNI, AuditEvent.PARTICULARS_INTENDED)) == 1
    received = entries(federation, KUNI, AuditEvent.PARTICULARS_RECEIVED)
    assert [one.rules for one in received].count(("Act Art. 24-2(4)",)) == 1
    assert len(entries(federation, CHIYO, AuditEvent.PARTICULARS_SUPPLIED)) == 1


def test_a_move_in_and_the_use_of_its_particulars_are_one(federation: Federation, holder: Found) -> None:
    came(federation, filing(holder))
    crashes = counter.assert_all_or_nothing(
        federation,
        KUNITACHI,
        lambda ctx: first_move_ins.record_first_move_in(ctx, CLERK, first()),
    )
    assert crashes >= 4

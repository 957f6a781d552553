"""What a node says: held and let go by hand, listed as sent and as unanswered, said anew."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import carding, counter
from tests.services.world import CHIYO, KUNI, TOKYO
from tests.unit.messages import samples

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.changes import NoticeReason
from jukinet.domain.municipality import NATIONAL, MunicipalityCode
from jukinet.domain.permissions import Permission
from jukinet.law.decisions import Permitted, Refused
from jukinet.messages.kinds import MessageKind, Stream
from jukinet.services import code_requests, outgoing, resending, sending
from jukinet.services.reads import Found
from jukinet.services.resending import ResendFiling, ResendGround, ResendKind, Resent
from jukinet.services.sending import SentState, WaitKind
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI

pytestmark = pytest.mark.core

M1, M3 = MessageKind.IDENTITY_NOTICE, MessageKind.MOVE_IN_NOTICE


def switch(federation: Federation, kind: MessageKind = M1, *, manual: bool = True) -> Permitted | Refused:
    return sending.set_mode(federation.context(KUNITACHI), CLERK, kind, "drill", manual=manual)


def sent(federation: Federation, kind: MessageKind | None = M1) -> list[tuple[int, SentState]]:
    found = sending.list_sent(federation.context(KUNITACHI), CLERK, kind)
    assert not isinstance(found, Refused)
    return [(one.entry_id, one.state) for one in found]


def let_go(federation: Federation, number: int) -> Permitted | Refused:
    return sending.release(federation.context(KUNITACHI), CLERK, number)


def unanswered(federation: Federation, where: Any = KUNITACHI) -> list[sending.Unanswered]:
    found = sending.list_unanswered(federation.context(where), CLERK)
    assert not isinstance(found, Refused)
    return list(found)


def known(federation: Federation) -> int:
    return len(world.held(federation, TOKYO))


# By hand


@case("spec 7.1.1.1", permitted="MS13")
def test_a_kind_is_held_and_goes_in_its_order(federation: Federation) -> None:
    counter.load(federation, KUNITACHI)
    assert isinstance(switch(federation), Permitted)
    (first,) = counter.load(federation, KUNITACHI, seed=1)
    (second,) = counter.load(federation, KUNITACHI, seed=2)
    counter.change_code(federation, KUNITACHI, second)
    federation.run()
    assert known(federation) == 1
    assert [state for _, state in sent(federation)] == [SentState.HELD] * 3 + [SentState.DELIVERED]
    assert isinstance(switch(federation, manual=False), Permitted)
    federation.run()
    assert {state for _, state in sent(federation)} == {SentState.DELIVERED}
    for found in (first, second):
        counter.both_stores(federation, KUNITACHI, found.resident_no)
    assert counter.parked(federation, TOKYO) == []
    said = counter.audit(federation, KUNITACHI, "network:sending:set")
    assert [one["reference"] for one in said] == ["identity-notice manual", "identity-notice automatic"]


@case(refused="MS14", permitted="MS14")
def test_held_ones_are_let_go_one_by_one_the_first_first(federation: Federation) -> None:
    switch(federation)
    for seed in (1, 2):
        counter.load(federation, KUNITACHI, seed=seed)
    (late, _), (early, _) = sent(federation)
    event = "network:statement:released"
    counter.assert_refused(federation, KUNITACHI, event, lambda: let_go(federation, late), "MS14")
    counter.assert_refused(federation, KUNITACHI, event, lambda: let_go(federation, 999_999), "MS14")
    assert isinstance(let_go(federation, early), Permitted)
    federation.run()
    assert (known(federation), [state for _, state in sent(federation)]) == (
        1,
        [SentState.HELD, SentState.DELIVERED],
    )
    counter.assert_refused(federation, KUNITACHI, event, lambda: let_go(federation, early), "MS14")
    assert isinstance(let_go(federation, late), Permitted)
    federation.run()
    assert known(federation) == 2


@pytest.mark.parametrize("kind", MessageKind)
@case("spec 7.1.1.1")
def test_every_kind_is_held_let_go_and_listed_until_it_is_acknowledged(
    federation: Federation, kind: MessageKind
) -> None:
    origin, addressee, body = samples.BODIES[kind]
    ctx = federation.context(origin)

    def put() -> None:
        with ctx.begin() as tx:
            outgoing.put(ctx, tx, kind, addressee, body)

    def states() -> list[SentState]:
        found = sending.list_sent(ctx, CLERK, kind)
        assert not isinstance(found, Refused)
        return [one.state for one in found]

    def waits() -> list[tuple[str | None, str | None, int]]:
        listed = unanswered(federation, origin)
        return [(one.of, one.what, one.count) for one in listed if one.kind is WaitKind.ACKNOWLEDGEMENT]

    def arrived() -> int:
        query = "SELECT count(*) FROM statements WHERE origin = %s AND kind = %s"
        return int(world.rows(federation, addressee, query, str(origin), str(kind))[0][0])

    before = arrived()
    assert isinstance(sending.set_mode(ctx, CLERK, kind, "drill", manual=True), Permitted)
    put()
    federation.run()
    assert (states()[:1], waits(), arrived()) == (
        [SentState.HELD],
        [(str(addressee), f"{kind} (held)", 1)],
        before,
    )
    found = sending.list_sent(ctx, CLERK, kind)
    assert isinstance(sending.release(ctx, CLERK, found[0].entry_id), Permitted)  # type: ignore[index]
    federation.line.cut = {addressee}
    federation.run()
    assert (states()[:1], waits()) == ([SentState.WAITING], [(str(addressee), f"{kind} (unavailable)", 1)])
    put()  # the switch holds the next one again, and its return lets it go
    federation.line.cut = set()
    federation.clock.advance(timedelta(minutes=1))
    federation.run()
    assert (states()[:2], arrived()) == ([SentState.HELD, SentState.DELIVERED], before + 1)
    assert isinstance(sending.set_mode(ctx, CLERK, kind, "over", manual=False), Permitted)
    federation.run()
    assert (states()[:2], waits(), arrived()) == ([SentState.DELIVERED] * 2, [], before + 2)


def test_one_kind_held_holds_up_no_other(federation: Federation) -> None:
    switch(federation)
    (found,) = counter.load(federation, CHIYODA)
    counter.file_move_out(federation, CHIYODA, [found.resident_no], KUNITACHI, planned_on=date(2013, 7, 6))
    counter.move_in(federation, KUNITACHI, counter.as_person(found))
    federation.run()
    assert [state for _, state in sent(federation, M3)] == [SentState.DELIVERED]
    assert [state for _, state in sent(federation)] == [SentState.HELD]


@case(refused="MS13")
def test_only_what_this_node_says_is_switched_and_only_once(federation: Federation) -> None:
    event = "network:sending:set"

    def refused(kind: MessageKind, *, manual: bool) -> None:
        counter.assert_refused(
            federation, KUNITACHI, event, lambda: switch(federation, kind, manual=manual), "MS13"
        )

    refused(M1, manual=False)
    refused(MessageKind.CODE_DESIGNATION, manual=True)
    switch(federation)
    refused(M1, manual=True)


def test_an_act_that_began_before_the_return_leaves_nothing_held(federation: Federation) -> None:
    """It saw the switch, and commits after the return."""
    switch(federation)
    counter.load(federation, KUNITACHI)
    counter.owner_rows(federation, KUNI, "UPDATE outbox SET held = true RETURNING entry_id")
    switch(federation, manual=False)
    counter.owner_rows(
        federation, KUNI, "UPDATE outbox SET held = true WHERE number IS NULL RETURNING entry_id"
    )
    federation.run()
    assert known(federation) == 1


def test_only_whoever_may_switches_lists_and_says_anew(federation: Federation) -> None:
    (found,) = counter.load(federation, KUNITACHI)
    of_sending = Permission.NETWORK_SENDING_SET
    asked = filing(found)
    for event, permission, act in (
        ("network:sending:set", of_sending, lambda c, w: sending.set_mode(c, w, M1, "x", manual=True)),
        ("network:statement:released", of_sending, lambda c, w: sending.release(c, w, 1)),
        ("network:sent:read", Permission.NETWORK_STATEMENT_READ, sending.list_sent),
        ("network:unanswered:read", Permission.NETWORK_STATEMENT_READ, sending.list_unanswered),
        (
            "network:statement:resent",
            Permission.NETWORK_STATEMENT_RESEND,
            lambda c, w: resending.resend(c, w, asked),
        ),
    ):
        counter.assert_gated(federation, KUNITACHI, event, permission, act)


# Unanswered


@case("spec 7.1.1.1", permitted="PR11")
def test_what_came_is_listed_with_whether_it_was_taken_in(federation: Federation) -> None:
    (found,) = counter.load(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no])
    federation.run()
    counter.move_in(federation, CHIYODA, counter.as_person(found))
    federation.run()

    def received(kind: MessageKind | None) -> list[tuple[str, str, str]]:
        listed = sending.list_received(federation.context(KUNITACHI), CLERK, kind)
        assert not isinstance(listed, Refused)
        return [(one.kind, one.origin, one.state) for one in listed]

    assert received(M3) == [(M3, str(CHIYODA.node_id), "taken")]
    assert {origin for _, origin, _ in received(None)} >= {str(CHIYODA.node_id)}
    assert str(KUNITACHI.node_id) not in {origin for _, origin, _ in received(None)}
    assert len(counter.audit(federation, KUNITACHI, "network:received:read")) == 3


@case("spec 7.1.1.1")
def test_what_is_waited_for_says_of_whom_and_since_when(federation: Federation) -> None:
    assert unanswered(federation) == []
    (found,) = counter.load(federation, KUNITACHI)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], CHIYODA, planned_on=date(2013, 7, 5))
    federation.run()
    federation.line.cut = {NATIONAL, TOKYO}
    code_requests.ask_codes(federation.context(KUNITACHI), CLERK, 5)
    counter.load(federation, KUNITACHI, seed=1)
    stranger = counter.japanese(code=world.code(7))
    counter.move_in(federation, CHIYODA, stranger, previous_address=counter.place(KUNITACHI))
    federation.run()
    federation.set_date(date(2013, 7, 9))
    by_kind = {(one.kind, one.what): one for one in unanswered(federation)}
    missing = by_kind[WaitKind.MOVE_IN_NOTICE, None]
    assert (missing.of, missing.resident_no, missing.since.date()) == (
        str(CHIYO),
        found.resident_no,
        date(2013, 7, 5),
    )
    assert by_kind[WaitKind.CODES, None].count == 5
    notice = by_kind[WaitKind.ACKNOWLEDGEMENT, "identity-notice (unavailable)"]
    assert (notice.of, notice.count, notice.since) == (str(TOKYO), 1, federation.clock.now())
    assert (WaitKind.ACKNOWLEDGEMENT, "code-request (unavailable)") in by_kind
    parked = by_kind[WaitKind.PARKED, "move-in-notice (not-found)"]
    assert parked.of == str(CHIYO)
    # Where the stranger lives now: the domicile is in Kunitachi, which keeps no register of that koseki.
    assert by_kind[WaitKind.KOSEKI, "koseki-notice"].of == str(CHIYO)
    assert len(by_kind) == 6


def test_a_governor_sees_what_he_has_not_passed_on(federation: Federation) -> None:
    federation.line.cut = {NATIONAL}
    counter.load(federation, KUNITACHI)
    (waits,) = unanswered(federation, TOKYO)
    assert (waits.kind, waits.of, waits.count) == (WaitKind.ACKNOWLEDGEMENT, "national", 1)


# Said anew


def filing(
    found: Found | str,
    reason: NoticeReason | None = NoticeReason.CORRECTED_EX_OFFICIO,
    kind: ResendKind = ResendKind.IDENTITY_NOTICE,
) -> ResendFiling:
    number = found if isinstance(found, str) else found.resident_no
    return ResendFiling(number, kind, ResendGround.DIFFERENCE, reason)


def resend(federation: Federation, asked: ResendFiling, where: MunicipalityCode = KUNITACHI) -> Any:
    return resending.resend(federation.context(where), CLERK, asked)


@case("spec 7.1.1.1", "Reg. Art. 11(3)", permitted="MS15 MS16")
def test_facts_said_anew_mend_a_store_and_change_nothing_else(federation: Federation) -> None:
    (found,) = counter.load(federation, KUNITACHI)
    query = "UPDATE identity_records SET name = '別人' RETURNING code"
    counter.owner_rows(federation, TOKYO, query)
    said = resend(federation, filing(found))
    assert isinstance(said, Resent)
    federation.run()
    counter.both_stores(federation, KUNITACHI, found.resident_no)
    (entry,) = counter.audit(federation, KUNITACHI, "network:statement:resent")
    assert (entry["outcome"], entry["resident_no"], entry["reference"]) == (
        "done",
        found.resident_no,
        said.statement_id,
    )
    assert {"difference", "corrected-ex-officio"} <= set(entry["rules"])
    before = world.held(federation, TOKYO)
    resend(federation, filing(found))
    federation.run()
    assert world.held(federation, TOKYO) == before
    assert counter.parked(federation, TOKYO) == []


@case(permitted="MS15")
def test_a_record_that_the_governor_lacks_is_recorded(federation: Federation) -> None:
    (found,) = counter.load(federation, KUNITACHI)
    for node in (TOKYO, NATIONAL):
        counter.owner_rows(federation, node, "DELETE FROM identity_records RETURNING code")
    said = resend(federation, filing(found, NoticeReason.RECORDED_EX_OFFICIO))
    assert said.remarks
    federation.run()
    counter.both_stores(federation, KUNITACHI, found.resident_no)


@case(permitted="MS15")
def test_a_deletion_is_said_anew_with_its_own_day(federation: Federation) -> None:
    (found,) = counter.load(federation, KUNITACHI)
    counter.die(federation, KUNITACHI, found.resident_no, on=date(2013, 7, 6))
    assert isinstance(resend(federation, filing(found, NoticeReason.DELETED_EX_OFFICIO)), Resent)
    change = counter.notices(federation, KUNITACHI)[-1]["change"]
    assert (change["kind"], change["occurred_on"]) == ("deletion", "2013-07-06")


@case(refused="MS15")
def test_a_reason_that_does_not_fit_is_refused(federation: Federation) -> None:
    (found,) = counter.load(federation, KUNITACHI)
    event = "network:statement:resent"
    for reason in (
        NoticeReason.DEATH,
        NoticeReason.MOVE_OUT,
        NoticeReason.MOVE_WITHIN,
        NoticeReason.CODE_CHANGE_REQUESTED,
    ):
        asked = filing(found, reason)
        counter.assert_refused(
            federation,
            KUNITACHI,
            event,
            lambda one=asked: resend(federation, one),  # type: ignore[misc]
            "MS15",
        )
    moved = filing(found, None, ResendKind.MOVE_IN_NOTICE)
    counter.assert_refused(federation, KUNITACHI, event, lambda: resend(federation, moved), "MS15")
    unknown = filing("00000000019" if found.resident_no != "00000000019" else "00000000027")
    counter.assert_refused(federation, KUNITACHI, event, lambda: resend(federation, unknown), "R1")


@case(refused="MS16")
def test_a_town_not_connected_says_nothing(federation: Federation) -> None:
    (found,) = counter.load(federation, YAMATSURI)
    counter.assert_refused(
        federation,
        YAMATSURI,
        "network:statement:resent",
        lambda: resend(federation, filing(found, NoticeReason.MINOR_CORRECTION), YAMATSURI),
        "MS16",
        *(["N2"] if found.record.code is None else []),
    )


@case("Act Art. 9(1)", permitted="MS15")
def test_a_move_in_notice_said_anew_is_done_once(federation: Federation) -> None:
    (found,) = counter.load(federation, CHIYODA)
    counter.file_move_out(federation, CHIYODA, [found.resident_no], KUNITACHI, planned_on=date(2013, 7, 6))
    (number,) = counter.move_in(federation, KUNITACHI, counter.as_person(found)).resident_nos
    federation.run()
    before = counter.contents(federation, CHIYODA)
    assert isinstance(resend(federation, filing(number, None, ResendKind.MOVE_IN_NOTICE)), Resent)
    federation.run()
    after = counter.contents(federation, CHIYODA)
    assert world.changed(before, after) == {"statements", "lanes_in", "lane_in_items", "origins_seen"}
    told = world.entries(federation, CHIYO, AuditEvent.MOVE_OUT_CONFIRMED)
    assert [one.outcome for one in told][-1] is Outcome.NONE
    m3 = counter.statements(federation, KUNITACHI, "move-in-notice")
    assert m3[0] == m3[1]
    assert world.cursor(federation, CHIYO, KUNI, Stream.MOVE) == 2


def test_a_switch_and_saying_anew_are_one_each(federation: Federation) -> None:
    (found,) = counter.load(federation, KUNITACHI)
    steps = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: sending.set_mode(ctx, CLERK, M1, "x", manual=True)
    )
    assert steps >= 2
    steps = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: resending.resend(ctx, CLERK, filing(found))
    )
    assert steps >= 2


@case("Ord. Art. 13(3)", permitted="MS15")
def test_a_confirmed_move_out_is_said_anew_and_changes_no_term(federation: Federation) -> None:
    (found,) = counter.load(federation, CHIYODA)
    counter.file_move_out(federation, CHIYODA, [found.resident_no], KUNITACHI, planned_on=date(2013, 7, 6))
    moved = counter.as_person(found)
    counter.move_in(federation, KUNITACHI, moved)
    federation.run()
    before = world.held(federation, TOKYO)
    asked = filing(found, None, ResendKind.MOVE_OUT_CONFIRMED)
    assert isinstance(resend(federation, asked, CHIYODA), Resent)
    federation.run()
    (_, first), (_, again) = counter.statements(federation, CHIYODA, "move-out-confirmed")
    assert again["move_in"]["moved_on"] == first["move_in"]["moved_on"]
    assert (again["code"], again["name"]) == (first["code"], first["name"])
    assert counter.parked(federation, TOKYO) == []
    assert world.held(federation, TOKYO) == before


@case("Ord. Art. 30-24", permitted="MS15")
def test_a_card_status_is_said_anew_with_the_code_that_the_card_bears(federation: Federation) -> None:
    found = carding.holder(federation)
    code = found.record.code
    counter.change_code(federation, KUNITACHI, found)
    asked = filing(found, None, ResendKind.CARD_STATUS)
    said = resend(federation, asked)
    assert isinstance(said, Resent)
    assert said.to == TOKYO
    federation.run()
    issued, lapsed, again = [said for _, said in counter.statements(federation, KUNITACHI, "card-status")]
    assert (issued["event"], lapsed["event"]) == ("issued", "lapsed")
    assert again == lapsed
    assert again["code"] == str(code)
    assert counter.parked(federation, TOKYO) == []


@case(refused="MS15")
def test_who_did_not_leave_and_has_no_card_has_nothing_of_both_to_be_said(federation: Federation) -> None:
    (found,) = counter.load(federation, KUNITACHI)
    event = "network:statement:resent"
    for kind in (ResendKind.MOVE_OUT_CONFIRMED, ResendKind.CARD_STATUS):
        asked = filing(found, None, kind)
        counter.assert_refused(
            federation,
            KUNITACHI,
            event,
            lambda one=asked: resend(federation, one),  # type: ignore[misc]
            "MS15",
        )

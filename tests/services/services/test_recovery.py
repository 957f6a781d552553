"""Promise 4 of docs/explanation/delivery.md: a node put back to an earlier state finds out what it lost, or says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.services.recovering import MINUTE, free, history, lost, rules, settle, state
from tests.services.world import CHIYO, KUNI, TOKYO

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import ChangeKind
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.law.decisions import Permitted
from jukinet.messages import calls
from jukinet.messages.bodies import Body, IdentityNotice
from jukinet.messages.calls import Call
from jukinet.messages.copies import CopyRequest, MemberScope
from jukinet.messages.frames import FrameRefusal
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind, MessageKind, Stream
from jukinet.services import (
    copy_answers,
    designation,
    lost_acts,
    moves,
    outgoing,
    reads,
    recovery,
)
from jukinet.services.lost_acts import LostAct
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, NETWORK, OFFICE, WORKER, Copied, Federation, signing_key
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

# A municipality


def told_of_a_child(federation: Federation) -> tuple[Found, ResidentRecordCode, Copied]:
    """Somebody who moves within Kunitachi and has a child, the child's code, and a backup that knows of neither."""
    parent = counter.load(federation)[0]
    backup = federation.copy_of(KUNI)
    counter.move_within(federation, KUNITACHI, parent.resident_no)
    number = counter.give_birth(federation, KUNITACHI, parent.record.household_number)
    given = counter.code_of(counter.read(federation, KUNITACHI, number))
    settle(federation)
    return parent, given, backup


@pytest.mark.parametrize("known", [True, False], ids=["now", "by the version before"])
def test_who_is_given_a_code_waits_for_no_other_lost_act_to_be_read(
    federation: Federation, known: bool
) -> None:
    parent, given, backup = told_of_a_child(federation)
    federation.put_back(KUNI, backup)
    settle(federation)
    with counter.owner(federation, KUNI) as raw:
        if known:  # what is read all the same, fails
            raw.execute("""UPDATE statements SET envelope = 'x' WHERE statement_id IN (
                               SELECT statement_id FROM recovery_items WHERE gave = '')""")
        else:
            raw.execute("UPDATE recovery_items SET gave = NULL")
    number = counter.give_birth(federation, KUNITACHI, parent.record.household_number)
    assert counter.code_of(counter.read(federation, KUNITACHI, number)) == given


def test_a_municipality_put_back_gets_what_it_lost_as_a_list(federation: Federation) -> None:
    parent, given, backup = told_of_a_child(federation)
    held = world.held(federation, NATIONAL)
    federation.put_back(KUNI, backup)
    settle(federation)
    assert lost(federation) == [
        "identity-notice correction move-within",
        "identity-notice recording birth",
    ]
    assert world.held(federation, NATIONAL) == held
    # Entered again, each says nothing twice, and the child has the code that its parents were told.
    counter.move_within(federation, KUNITACHI, parent.resident_no)
    number = counter.give_birth(federation, KUNITACHI, parent.record.household_number)
    assert counter.code_of(counter.read(federation, KUNITACHI, number)) == given
    settle(federation)
    assert lost(federation) == []
    assert world.held(federation, NATIONAL) == held
    assert world.parked(federation, TOKYO) == []
    # What it is thought to have sent is what the governor holds.
    sent = world.rows(federation, KUNI, "SELECT code, digest FROM live_copies ORDER BY 1")
    assert sent == world.rows(
        federation,
        TOKYO,
        "SELECT code, digest FROM live_copies WHERE municipality = %s ORDER BY 1",
        KUNITACHI.text,
    )
    # And the new life goes on.
    counter.die(federation, KUNITACHI, number, on=world.TODAY)
    settle(federation)
    assert len(world.held(federation, NATIONAL)) == len(held) - 1
    assert world.halted(federation, KUNI) == world.halted(federation, TOKYO) == ()


@case("Act Art. 30-29(1)")
def test_what_was_on_its_way_at_the_backup_is_neither_lost_nor_said_twice(federation: Federation) -> None:
    found = counter.load(federation)[0]
    federation.line.cut = {TOKYO}
    counter.move_within(federation, KUNITACHI, found.resident_no)
    federation.run()  # numbered and signed
    address = counter.elsewhere_in(KUNITACHI, 2)
    counter.move_within(federation, KUNITACHI, found.resident_no, address=address)  # not even numbered
    backup = federation.copy_of(KUNI)
    counter.move_within(federation, KUNITACHI, found.resident_no, address=counter.elsewhere_in(KUNITACHI, 3))
    federation.line.cut = set()
    federation.clock.advance(MINUTE)
    settle(federation)
    before = history(federation, NATIONAL)
    assert len(before) == 4
    federation.put_back(KUNI, backup)
    settle(federation)
    assert lost(federation) == ["identity-notice correction move-within"]
    assert history(federation, NATIONAL) == before == history(federation, TOKYO)
    query = "SELECT incarnation, number FROM statements WHERE stream = 'identity' ORDER BY number"
    assert world.rows(federation, KUNI, query) == [(1, 1), (1, 2), (1, 3), (1, 4)]


def test_what_nobody_took_is_said_anew_by_the_next_life(federation: Federation) -> None:
    found = counter.load(federation)[0]
    federation.line.cut = {TOKYO}
    counter.move_within(federation, KUNITACHI, found.resident_no)
    federation.run()
    federation.put_back(KUNI, federation.copy_of(KUNI))
    federation.line.cut = set()
    settle(federation)
    assert lost(federation) == []
    query = "SELECT incarnation, number FROM statements WHERE stream = 'identity' ORDER BY 1, 2"
    assert world.rows(federation, NATIONAL, query) == [(1, 1), (2, 1)]
    counter.both_stores(federation, KUNITACHI, found.resident_no)


def cut_off(federation: Federation, node: NodeId = KUNI) -> None:
    """Put a node back while nobody answers it."""
    federation.line.cut = {TOKYO, NATIONAL, CHIYO}
    federation.put_back(node, federation.copy_of(node))
    federation.run()


def question(federation: Federation, found: reads.Found) -> bytes:
    """What another municipality asks for a nationwide copy."""
    now = federation.clock.now()
    body = CopyRequest(found.record.name.text, counter.code_of(found), MemberScope.HOUSEHOLD)
    call = Call("ab" * 16, CallKind.NATIONWIDE_COPY, CHIYO, KUNI, now, now + calls.LIFETIME, body)
    return calls.seal_call(call, signing_key(CHIYO, KeyUse.STATEMENT))


@case(refused="RC1")
def test_a_node_that_recovers_only_reads(federation: Federation) -> None:
    found = counter.load(federation)[0]
    cut_off(federation)
    ctx = federation.context(KUNI)
    before = counter.contents(federation, KUNITACHI)
    filing = counter.move_within_filing(KUNITACHI, found.resident_no)
    assert rules(moves.move_within(ctx, CLERK, filing)) == ["RC1"]
    assert isinstance(reads.read_resident(ctx, CLERK, found.resident_no), reads.Found)
    assert counter.contents(federation, KUNITACHI) == before
    assert outgoing.prepare(federation.context(KUNI, WORKER)) == 0
    assert outgoing.due_lanes(federation.context(KUNI, WORKER)) == []
    answer = world.deliver(federation, 9, world.recordings(1)[0], sender=CHIYO, to=KUNI, stream=Stream.MOVE)
    assert answer.refused is FrameRefusal.RECOVERING
    with pytest.raises(JukinetError) as caught:
        copy_answers.answer_copy_request(
            federation.context(KUNI, NETWORK), CHIYO, question(federation, found)
        )
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    found_state = state(federation)
    assert found_state.life.live_at is None
    assert found_state.missing == (TOKYO, NATIONAL)


@case(permitted="RC1")
def test_it_acts_again_once_those_have_answered_whom_it_needs(federation: Federation) -> None:
    found = counter.load(federation)[0]
    cut_off(federation)
    federation.line.cut = {CHIYO}
    federation.clock.advance(MINUTE)
    settle(federation)
    assert state(federation).missing == ()
    assert state(federation).silent == (CHIYO,)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    settle(federation)
    counter.both_stores(federation, KUNITACHI, found.resident_no)


@case(permitted="RC3")
def test_a_person_may_let_it_go_on_without_a_peer(federation: Federation) -> None:
    found = counter.load(federation)[0]
    cut_off(federation)
    federation.line.cut = {TOKYO}
    federation.clock.advance(MINUTE)
    federation.run()
    ctx = federation.context(KUNI)
    assert isinstance(recovery.go_on_without(ctx, CLERK, TOKYO), Permitted)
    federation.run()
    counter.move_within(federation, KUNITACHI, found.resident_no)
    federation.line.cut = set()
    federation.run()
    # What goes there waited for the handshake all the same.
    federation.clock.advance(MINUTE)
    settle(federation)
    counter.both_stores(federation, KUNITACHI, found.resident_no)


@case(refused="RC3")
def test_nobody_else_is_gone_on_without(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    counter.assert_refused(
        federation,
        KUNI,
        AuditEvent.HANDSHAKE_WAIVED,
        lambda: recovery.go_on_without(ctx, CLERK, TOKYO),
        "RC3",
    )


def test_the_pool_is_void_and_as_many_codes_are_designated_anew(federation: Federation) -> None:
    backup = federation.copy_of(KUNI)
    old = free(federation)
    designation.designate_codes(federation.context(NATIONAL), CLERK, KUNITACHI, 30)
    federation.run()
    later = free(federation) - old
    federation.put_back(KUNI, backup)
    assert free(federation) == set()
    settle(federation)
    new = free(federation)
    assert len(new) == len(old)
    assert new.isdisjoint(old | later)
    pool = world.rows(federation, KUNI, "SELECT code FROM code_pool WHERE void")
    assert {code for (code,) in pool} == old | later


def test_what_a_peer_sent_after_the_backup_is_sent_again(federation: Federation) -> None:
    found = counter.load(federation)[0]
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], CHIYODA)
    backup = federation.copy_of(KUNI)
    federation.set_date(world.TODAY)
    counter.move_in(federation, CHIYODA, counter.as_person(found), previous_address=counter.place(KUNITACHI))
    settle(federation)
    assert not counter.read(federation, KUNITACHI, found.resident_no).present
    held = world.held(federation, NATIONAL)
    federation.put_back(KUNI, backup)
    settle(federation)
    assert not counter.read(federation, KUNITACHI, found.resident_no).present
    # The deletion came about again by itself, and with it what it had said.
    assert lost(federation) == []
    assert world.held(federation, NATIONAL) == held


@case(permitted="RC2")
def test_a_lost_act_is_shown_and_confirmed_on_record(federation: Federation) -> None:
    found = counter.load(federation)[0]
    backup = federation.copy_of(KUNI)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    settle(federation)
    federation.put_back(KUNI, backup)
    settle(federation)
    ctx = federation.context(KUNI)
    shown = lost_acts.show_lost(ctx, CLERK, 1)
    assert isinstance(shown, LostAct)
    assert isinstance(shown.body, IdentityNotice)
    assert shown.body.facts.address == counter.elsewhere_in(KUNITACHI)
    assert isinstance(lost_acts.confirm_lost(ctx, CLERK, 1), Permitted)
    assert lost(federation) == []
    for event in (AuditEvent.LOST_READ, AuditEvent.LOST_CONFIRMED):
        (entry,) = world.entries(federation, KUNI, event)
        assert (entry.subject_code, entry.reference) == (found.record.code, shown.row.statement_id)


@case(refused="RC2")
@pytest.mark.parametrize("act", [lost_acts.show_lost, lost_acts.confirm_lost])
def test_there_is_no_such_lost_act(federation: Federation, act) -> None:
    assert rules(act(federation.context(KUNI), CLERK, 7)) == ["RC2"]


# A prefecture


def test_a_prefecture_put_back_is_fed_again(federation: Federation) -> None:
    first, second = counter.load(federation)[0], counter.load(federation, CHIYODA)[0]
    wrong = world.notice(world.code(1), ChangeKind.DELETION, of=CHIYODA)
    backup = federation.copy_of(TOKYO)
    counter.move_within(federation, KUNITACHI, first.resident_no)
    put_by_hand(federation, CHIYO, wrong)
    counter.move_within(federation, CHIYODA, second.resident_no)
    settle(federation)
    federation.line.cut = {NATIONAL}
    counter.load(federation, seed=5)  # at the prefecture, not at the centre
    federation.line.cut = set()
    before = history(federation, TOKYO), world.held(federation, TOKYO)
    assert len(world.parked(federation, TOKYO)) == 1
    federation.put_back(TOKYO, backup)
    federation.clock.advance(MINUTE)
    settle(federation)
    assert (history(federation, TOKYO), world.held(federation, TOKYO)) == before
    assert world.held(federation, NATIONAL) == world.held(federation, TOKYO)
    assert len(world.parked(federation, TOKYO)) == len(world.parked(federation, NATIONAL)) == 1
    for node in federation.nodes:
        assert world.halted(federation, node) == ()
    # The lane to the centre has no hole: it can be asked for all of it again.
    numbers = "SELECT count(*), max(lane_number) FROM lane_out_items WHERE peer = 'national'"
    ((count, last),) = world.rows(federation, TOKYO, numbers)
    assert count == last
    counter.move_within(federation, KUNITACHI, first.resident_no, address=counter.elsewhere_in(KUNITACHI, 4))
    settle(federation)
    counter.both_stores(federation, KUNITACHI, first.resident_no)


def put_by_hand(federation: Federation, node: NodeId, body: Body) -> None:
    ctx = federation.context(node, OFFICE)
    with ctx.begin() as tx:
        outgoing.put(ctx, tx, MessageKind.IDENTITY_NOTICE, TOKYO, body)


# The centre


@case("Act Art. 30-7(2)", refused="RC4")
def test_the_centre_put_back_designates_nothing_before_every_pool_is_told(federation: Federation) -> None:
    found = counter.load(federation)[0]
    backup = federation.copy_of(NATIONAL)
    designation.designate_codes(federation.context(NATIONAL), CLERK, KUNITACHI, 30)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    settle(federation)
    designated = "SELECT code FROM designated_codes ORDER BY 1"
    before = world.rows(federation, NATIONAL, designated), history(federation, NATIONAL)
    federation.put_back(NATIONAL, backup)
    federation.line.cut = {FUKUSHIMA.node_id}
    federation.run()
    assert state(federation, NATIONAL).life.live_at is not None
    ctx = federation.context(NATIONAL)
    assert rules(designation.designate_codes(ctx, CLERK, KUNITACHI, 10)) == ["RC4"]
    federation.line.cut = set()
    federation.clock.advance(MINUTE)
    settle(federation)
    assert (world.rows(federation, NATIONAL, designated), history(federation, NATIONAL)) == before
    assert lost(federation, NATIONAL) == []


@case("Act Art. 30-7(2)", permitted="RC4")
def test_the_centre_designates_again_once_all_have_told(federation: Federation) -> None:
    federation.put_back(NATIONAL)
    settle(federation)
    held = len(free(federation))
    designation.designate_codes(federation.context(NATIONAL), CLERK, KUNITACHI, 10)
    settle(federation)
    assert len(free(federation)) == held + 10


def test_the_centre_designates_no_code_that_a_notice_named(federation: Federation) -> None:
    """A designation that nobody remembers: its codes stand in notices."""
    code = counter.code_of(counter.load(federation)[0]).text
    with world.connect(federation, NATIONAL) as raw:
        raw.execute("DELETE FROM designated_codes WHERE code = %s", (code,))
    ctx = federation.context(NATIONAL)
    digits = int(code[:10])
    randomness = FixedRandomness(digits, federation.randomness)
    designation.designate_codes(replace(ctx, randomness=randomness), CLERK, KUNITACHI, 2)
    settle(federation)
    assert code not in free(federation)


class FixedRandomness:
    """Draws one number first."""

    def __init__(self, first: int, other) -> None:
        self.first, self.other = [first], other

    def below(self, limit: int) -> int:
        return self.first.pop() if self.first else self.other.below(limit)

    def __getattr__(self, name: str):
        return getattr(self.other, name)

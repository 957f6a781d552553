"""Card status (M11): every step in a card's life reaches governor and centre, and who had the card before is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import carding, counter
from tests.services.world import CHIYO, KUNI, TOKYO, deliver, seal, seal_plain, statement

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.card import CardEvent
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.law.card_lapse import CardState, Lapse
from jukinet.messages import dsse, frames, statements, strict_json
from jukinet.messages.bodies import Body
from jukinet.messages.card_bodies import CardContinued, CardStatus, write_continued
from jukinet.messages.frames import Frame, FrameRefusal
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import MessageKind, Stream, payload_type
from jukinet.services import card_statuses, cards, incoming
from jukinet.services.card_filings import CardDayFiling, CardReturnFiling
from jukinet.services.reads import Found
from jukinet.testing.federation import CLERK, NETWORK, WORKER, Federation, signing_key
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

pytestmark = pytest.mark.core

TODAY = counter.TODAY
FUKUSHIMA_KEN = NodeId("pref-07")


def known(federation: Federation, node: NodeId = NATIONAL) -> list[tuple[Any, ...]]:
    """What a store keeps of cards: whose word, which card, whose, what, when."""
    return world.rows(
        federation,
        node,
        "SELECT municipality, card, code, event, happened_on FROM card_statuses ORDER BY status_id",
    )


def events(federation: Federation, node: NodeId = NATIONAL) -> list[str]:
    return [row[3] for row in known(federation, node)]


def say(number: int, body: Body, origin: NodeId = KUNI, to: NodeId = TOKYO, **body_changes: Any) -> bytes:
    kind = MessageKind.CARD_STATUS if isinstance(body, CardStatus) else MessageKind.CARD_CONTINUED
    made = statement(number, body, kind=kind, origin=origin, to=to)
    return seal_plain(made, **body_changes) if body_changes else seal(made)


def hand(federation: Federation, number: int, *envelopes: bytes, **lane: Any) -> frames.FrameAnswer:
    return deliver(federation, number, *envelopes, stream=Stream.CARD, **lane)


def status(index: int = 1, event: CardEvent = CardEvent.ISSUED, on: date = TODAY) -> CardStatus:
    return CardStatus(carding.FIRST, world.code(index), event, on)


def move_with_card(federation: Federation, **filed: Any) -> tuple[Found, Found]:
    """Somebody of Chiyoda with a card files a move-out, and moves to Kunitachi with it: there, and here."""
    there = carding.holder(federation, CHIYODA)
    counter.file_move_out(federation, CHIYODA, [there.resident_no], KUNITACHI, planned_on=TODAY)
    federation.run()
    (number,) = counter.move_in(federation, KUNITACHI, counter.as_person(there), **filed).resident_nos
    return there, counter.read(federation, KUNITACHI, number)


def continue_here(federation: Federation, here: Found, **changes: Any) -> None:
    filing = carding.continuation(here.resident_no, issued_on=TODAY, planned_on=TODAY, **changes)
    counter.registered(cards.continue_card(federation.context(KUNITACHI), CLERK, filing))


@case("Ord. Art. 30-24(1), (5) to (7)", "spec 7.1.1.3")
def test_every_step_of_a_card_reaches_governor_and_centre(federation: Federation) -> None:
    found = carding.holder(federation)
    ctx, today = federation.context(KUNITACHI), CardDayFiling(found.resident_no, TODAY)
    counter.registered(cards.report_loss(ctx, CLERK, today))
    counter.registered(cards.report_find(ctx, CLERK, today))
    back = CardReturnFiling(found.resident_no, carding.FIRST, TODAY)
    counter.registered(cards.take_back(ctx, CLERK, back))
    federation.run()
    of_it = (str(KUNITACHI), str(carding.FIRST), str(found.record.code))
    for node in (TOKYO, NATIONAL):
        assert known(federation, node) == [
            (*of_it, event, TODAY) for event in ("issued", "lost", "found", "returned")
        ]
        taken = world.entries(federation, node, AuditEvent.CARD_STATUS_RECEIVED)
        assert [(one.subject_code, one.outcome, one.actor) for one in taken] == [
            (found.record.code, Outcome.DONE, KUNI.uri)
        ] * 4
    assert known(federation, FUKUSHIMA_KEN) == []


@case("Ord. Art. 30-24(1)")
def test_a_lapse_by_another_code_is_told_under_the_code_of_the_card(federation: Federation) -> None:
    found = carding.holder(federation)
    counter.change_code(federation, KUNITACHI, found)
    federation.run()
    assert known(federation)[-1][2:] == (str(found.record.code), "lapsed", TODAY)
    assert counter.read(federation, KUNITACHI, found.resident_no).record.code != found.record.code


def test_that_somebody_leaves_is_not_told_of_the_card(federation: Federation) -> None:
    """A move-out is told by its own notice (M1), and the card waits."""
    found = carding.holder(federation)
    counter.file_move_out(federation, KUNITACHI, [found.resident_no], CHIYODA, planned_on=TODAY)
    federation.run()
    assert carding.events(federation) == ["issued", "left"]
    assert events(federation) == ["issued"]


def test_who_is_not_connected_says_nothing(federation: Federation) -> None:
    """A municipality that was connected when it issued cards."""
    found = carding.holder(federation)
    federation.run()
    whole = federation.directory
    nodes = tuple(replace(one, connected=one.id != KUNI) for one in whole.nodes)
    federation.directory = replace(whole, version=whole.version + 1, nodes=nodes)
    ctx = federation.context(KUNITACHI)
    counter.registered(cards.report_loss(ctx, CLERK, CardDayFiling(found.resident_no, TODAY)))
    assert len(counter.statements(federation, KUNITACHI, "card-status")) == 1
    assert carding.events(federation) == ["issued", "lost"]


@case("Ord. Art. 30-24(3), (4), (8)")
def test_a_card_taken_over_is_told_to_who_had_it(federation: Federation) -> None:
    there, here = move_with_card(federation)
    federation.run()
    assert carding.card(federation, there, CHIYODA).state is CardState.MOVED
    continue_here(federation, here)
    federation.run()
    assert events(federation) == ["issued", "move-confirmed", "continued"]
    (told,) = world.entries(federation, CHIYO, AuditEvent.CARD_CONTINUED_ELSEWHERE)
    assert (told.outcome, told.resident_no, told.actor) == (Outcome.NONE, there.resident_no, NATIONAL.uri)
    assert carding.card(federation, here).state is CardState.LIVE


@case("Ord. Arts. 30-20(ii), 30-24(8)")
def test_a_card_whose_move_was_told_late_does_not_stay_lapsed(federation: Federation) -> None:
    """The move-in notice comes after the term: only the taking-over says that the move was notified within it."""
    there, here = move_with_card(federation)
    federation.line.tap = lambda frame: None if frame.stream is Stream.MOVE else frame
    federation.run(rounds=5)
    federation.set_date(TODAY + timedelta(days=40))
    federation.line.tap = lambda frame: frame
    federation.clock.advance(timedelta(hours=1))
    federation.run()
    assert carding.card(federation, there, CHIYODA).lapse is Lapse.NOT_MOVED_IN
    assert events(federation) == ["issued", "lapsed"]
    continue_here(federation, here)
    federation.run()
    card = carding.card(federation, there, CHIYODA)
    assert (card.state, card.lapse) == (CardState.MOVED, None)
    assert carding.events(federation, CHIYODA)[-2:] == ["lapsed", "continued-elsewhere"]
    assert events(federation) == ["issued", "lapsed", "continued"]
    (told,) = world.entries(federation, CHIYO, AuditEvent.CARD_CONTINUED_ELSEWHERE)
    assert told.outcome is Outcome.DONE


@pytest.mark.parametrize("first", ["issued", "continued"])
def test_whichever_comes_first_the_municipality_before_is_told_once(
    federation: Federation, first: str
) -> None:
    """Two governors' lanes to the centre know nothing of each other."""
    issued = say(1, status(), CHIYO, TOKYO)
    taken = say(1, status(event=CardEvent.CONTINUED), FUKUSHIMA.node_id, FUKUSHIMA_KEN)
    ways = {
        "issued": lambda: hand(federation, 1, issued, sender=TOKYO, to=NATIONAL),
        "continued": lambda: hand(federation, 1, taken, sender=FUKUSHIMA_KEN, to=NATIONAL),
    }
    for name in sorted(ways, key=lambda one: one != first):
        assert ways[name]().parked == ()
        card_statuses.pass_on(federation.context(NATIONAL, WORKER))
    told = counter.owner_rows(
        federation, NATIONAL, "SELECT addressee FROM outbox WHERE kind = 'card-continued'"
    )
    assert [row["addressee"] for row in told] == [str(CHIYO)]


def test_what_comes_twice_is_kept_once(federation: Federation) -> None:
    envelope = say(1, status())
    assert hand(federation, 1, envelope).cursor == 1
    whole = world.tables(federation, TOKYO)
    assert hand(federation, 1, envelope).cursor == 1
    assert world.changed(whole, world.tables(federation, TOKYO)) == set()


def test_a_number_that_is_known_as_another_card_is_parked_alone(federation: Federation) -> None:
    """And nothing that is said of its holder waits behind it."""
    answer = hand(federation, 1, say(1, status(1)), say(2, status(2)), say(3, status(2, CardEvent.LOST)))
    assert [(one.number, one.reason) for one in answer.parked] == [(2, ErrorKind.CONFLICT)]
    assert events(federation, TOKYO) == ["issued", "lost"]
    taken_over = say(4, status(3, CardEvent.CONTINUED))
    assert [one.number for one in hand(federation, 4, taken_over).parked] == [4]
    of_holder = seal(statement(1, world.notice(world.code(2))))
    assert deliver(federation, 1, of_holder).parked == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"event": "left"},
        {"card": "with space"},
        {"code": "24727059609"},
        {"name": "国立　花子"},
        {"happened_on": "today"},
    ],
)
def test_what_cannot_be_read_is_parked_and_passed_on(federation: Federation, changes: dict[str, Any]) -> None:
    (parked,) = hand(federation, 1, say(1, status(), **changes)).parked
    assert parked.reason == ErrorKind.INVALID
    assert known(federation, TOKYO) == []
    assert len(world.forwarded(federation)) == 1


def test_only_who_may_say_it_is_heard(federation: Federation) -> None:
    told = CardContinued(carding.FIRST, world.code(1), KUNITACHI, TODAY)
    from_town = say_unchecked(told)
    for sender, to in (
        (KUNI, NATIONAL),
        (KUNI, CHIYO),
        (TOKYO, KUNI),
        (NATIONAL, TOKYO),
        (CHIYO, FUKUSHIMA_KEN),
    ):
        with pytest.raises(JukinetError) as caught:
            hand(federation, 1, say(1, status()), sender=sender, to=to)
        assert caught.value.kind is ErrorKind.FORBIDDEN, (sender, to)
    answer = hand(federation, 1, from_town)
    assert answer.refused is FrameRefusal.UNAUTHENTIC
    borrowed = say(1, status(), CHIYO)
    assert hand(federation, 1, borrowed).refused is FrameRefusal.UNAUTHENTIC
    assert known(federation, TOKYO) == []


def say_unchecked(body: CardContinued) -> bytes:
    """A town says what only the centre may, well signed by itself."""
    plain = strict_json.parse(
        statements.write(statement(1, status(), kind=MessageKind.CARD_STATUS)), limit=10**6
    )
    plain["body"] = write_continued(body)
    return dsse.seal(
        payload_type(MessageKind.CARD_CONTINUED), strict_json.dump(plain), signing_key(KUNI, KeyUse.STATEMENT)
    )


def test_a_card_that_nobody_here_had_is_for_a_person(federation: Federation) -> None:
    told = CardContinued(carding.FIRST, world.code(1), CHIYODA, TODAY)
    (parked,) = hand(federation, 1, say(1, told, NATIONAL, KUNI), sender=NATIONAL, to=KUNI).parked
    assert parked.reason == ErrorKind.NOT_FOUND


def test_a_late_word_does_not_take_the_card_from_who_is_back(federation: Federation) -> None:
    found = carding.holder(federation)
    code = counter.code_of(found)
    told = CardContinued(carding.FIRST, code, CHIYODA, found.versions[0].effective_on)
    (parked,) = hand(federation, 1, say(1, told, NATIONAL, KUNI), sender=NATIONAL, to=KUNI).parked
    assert parked.reason == ErrorKind.NOT_FOUND
    assert carding.card(federation, found).state is CardState.LIVE


def test_an_act_on_a_card_and_its_notice_are_one(federation: Federation) -> None:
    found = counter.load(federation)[0]
    crashes = counter.assert_all_or_nothing(
        federation, KUNITACHI, lambda ctx: cards.issue_card(ctx, CLERK, carding.issue(found))
    )
    assert crashes >= 3  # the version, the notice, the trail
    federation.run()
    assert events(federation) == ["issued"]


def test_a_crash_leaves_all_of_a_status_or_nothing(federation: Federation) -> None:
    """At the centre, where its worker then tells another municipality."""
    hand(federation, 1, say(1, status(), CHIYO), sender=TOKYO, to=NATIONAL)
    taken = say(1, status(event=CardEvent.CONTINUED), FUKUSHIMA.node_id, FUKUSHIMA_KEN)
    frame = frames.write_frame(Frame(FUKUSHIMA_KEN, NATIONAL, Stream.CARD, 1, 1, (taken,)))
    before, steps = world.tables(federation, NATIONAL), 0
    while True:
        steps += 1
        ctx, database = world.crashing(federation.context(NATIONAL, NETWORK), steps)
        with pytest.raises(world.Crash):
            incoming.receive_frame(ctx, FUKUSHIMA_KEN, Stream.CARD, frame)
        if database.commits:
            break
        assert world.changed(before, world.tables(federation, NATIONAL)) == set(), steps
    assert world.changed(before, world.tables(federation, NATIONAL)) == {
        *("statements", "lanes_in", "lane_in_items", "origins_seen", "audit_entries"),
        "card_statuses",
    }
    _passing_on_is_one(federation)


def _passing_on_is_one(federation: Federation) -> None:
    before, steps = world.tables(federation, NATIONAL), 0
    while True:
        steps += 1
        ctx, database = world.crashing(federation.context(NATIONAL, WORKER), steps)
        with pytest.raises(world.Crash):
            card_statuses.pass_on(ctx)
        if database.commits:
            break
        assert world.changed(before, world.tables(federation, NATIONAL)) == set(), steps
    whole = world.tables(federation, NATIONAL)
    assert world.changed(before, whole) == {"card_statuses", "outbox"}
    assert card_statuses.pass_on(federation.context(NATIONAL, WORKER)) == 0
    assert world.changed(whole, world.tables(federation, NATIONAL)) == set()

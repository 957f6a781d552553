"""What arrives on a lane: the table of promise 2, row by row, on a prefecture that hears from Kunitachi."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pytest
from tests.services import world
from tests.services.world import CHIYO, FUKU, KUNI, TOKYO, code, deliver, notice, seal, statement

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.changes import ChangeKind
from jukinet.domain.code import ResidentRecordCode
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages import frames
from jukinet.messages.bodies import CodeDesignation
from jukinet.messages.frames import Frame, FrameRefusal, Parked
from jukinet.messages.keys import KeyUse, SigningKey
from jukinet.messages.kinds import MessageKind, Stream
from jukinet.services import identity_store, incoming
from jukinet.services.context import Context
from jukinet.services.identity_store import Told
from jukinet.services.opening import CHUNK
from jukinet.store.database import Transaction
from jukinet.testing.federation import NETWORK, Federation, make_directory, signing_key
from jukinet.testing.gazetteer import CHIYODA, FUKUSHIMA, KUNITACHI

pytestmark = pytest.mark.core


def alarms(federation: Federation, node: NodeId = TOKYO) -> list[tuple[str, str]]:
    """(actor, why) of every refused frame."""
    found = world.entries(federation, node, AuditEvent.FRAME_REFUSED)
    assert all(entry.outcome is Outcome.REFUSED for entry in found)
    return [(entry.actor, entry.rules[0]) for entry in found]


def stored(federation: Federation, node: NodeId = TOKYO) -> int:
    return int(world.rows(federation, node, "SELECT count(*) FROM statements")[0][0])


# The next number


def test_the_next_number_is_applied(federation: Federation) -> None:
    for number in (1, 2, 3):
        answer = deliver(federation, number, *world.recordings(1, number))
        assert (answer.cursor, answer.expected, answer.refused, answer.halted) == (
            number,
            number + 1,
            None,
            False,
        )
    assert {facts.code for _, facts in world.held(federation, TOKYO)} == {code(1), code(2), code(3)}
    assert len(world.entries(federation, TOKYO, AuditEvent.NOTICE_APPLIED)) == 3


def test_a_long_frame_is_applied_in_order_over_several_transactions(federation: Federation) -> None:
    count = CHUNK * 2 + 7
    answer = deliver(federation, 1, *world.recordings(count))
    assert answer.cursor == count
    assert world.forwarded(federation) == world.recordings(count)


# A higher number


def test_a_higher_number_is_refused_with_the_number_expected(federation: Federation) -> None:
    deliver(federation, 1, *world.recordings(2))
    before = world.tables(federation, TOKYO)
    answer = deliver(federation, 4, *world.recordings(1, 4))
    assert (answer.cursor, answer.expected, answer.refused) == (2, 3, FrameRefusal.GAP)
    assert world.changed(before, world.tables(federation, TOKYO)) == set()
    assert deliver(federation, 3, *world.recordings(2, 3)).cursor == 4


# A number that was there before


def test_the_same_again_is_acknowledged_and_not_applied_twice(federation: Federation) -> None:
    first = deliver(federation, 1, *world.recordings(3))
    before = world.tables(federation, TOKYO)
    assert deliver(federation, 1, *world.recordings(3)) == first
    assert deliver(federation, 2, *world.recordings(1, 2)) == first
    assert world.changed(before, world.tables(federation, TOKYO)) == set()


def test_an_overlapping_frame_applies_only_what_is_new(federation: Federation) -> None:
    deliver(federation, 1, *world.recordings(3))
    assert deliver(federation, 2, *world.recordings(4, 2)).cursor == 5
    assert world.forwarded(federation) == world.recordings(5)


def test_the_same_number_with_other_bytes_halts_the_lane_and_raises_an_alarm(federation: Federation) -> None:
    deliver(federation, 1, *world.recordings(2))
    other = seal(statement(2, notice(code(2), name="別　人"), salt="other"))
    answer = deliver(federation, 2, other)
    assert (answer.cursor, answer.halted, answer.refused) == (2, True, FrameRefusal.HALTED)
    (alarm,) = world.entries(federation, TOKYO, AuditEvent.LANE_HALTED)
    assert (alarm.actor, alarm.outcome, alarm.rules) == (KUNI.uri, Outcome.REFUSED, ("identity",))
    assert world.halted(federation, TOKYO) == (f"{KUNI} identity",)
    # Nothing more is taken, not even what is right; other lanes go on.
    before = world.held(federation, TOKYO)
    assert deliver(federation, 3, *world.recordings(1, 3)).refused is FrameRefusal.HALTED
    assert deliver(federation, 1, *world.recordings(2)).refused is FrameRefusal.HALTED
    assert world.held(federation, TOKYO) == before
    others = seal(statement(1, notice(code(9), of=CHIYODA), origin=CHIYO))
    assert deliver(federation, 1, others, sender=CHIYO).cursor == 1


def test_one_bit_of_difference_is_other_bytes(federation: Federation) -> None:
    (envelope,) = world.recordings(1)
    deliver(federation, 1, envelope)
    assert deliver(federation, 1, envelope.replace(b'":', b'" :', 1)).halted


# Well signed, but not applicable


def test_what_cannot_be_applied_is_parked_and_the_others_go_on(federation: Federation) -> None:
    envelopes = [
        seal(statement(1, notice(code(1)))),
        seal(statement(2, notice(code(2), ChangeKind.DELETION))),  # nobody to delete
        seal(statement(3, notice(code(3)))),
        seal(statement(4, notice(code(2)))),  # lawful alone, but behind the parked one
        seal(statement(5, notice(code(1), ChangeKind.CORRECTION, name="国立　華子"))),
    ]
    answer = deliver(federation, 1, *envelopes)
    conflict = ErrorKind.CONFLICT
    assert answer.parked == (Parked(2, conflict), Parked(4, conflict))  # the negative acknowledgement
    assert (answer.cursor, answer.refused, answer.halted) == (5, None, False)
    assert {(facts.code, facts.name) for _, facts in world.held(federation, TOKYO)} == {
        (code(1), "国立　華子"),
        (code(3), "国立　花子"),
    }
    assert [row["lane_number"] for row in world.parked(federation, TOKYO)] == [2, 4]
    alerts = world.entries(federation, TOKYO, AuditEvent.STATEMENT_PARKED)
    assert [(entry.actor, entry.subject_code) for entry in alerts] == [(KUNI.uri, code(2))] * 2
    assert world.forwarded(federation) == envelopes


def test_the_centre_parks_the_same_for_itself_in_the_same_order(federation: Federation) -> None:
    envelopes = [seal(statement(1, notice(code(1), ChangeKind.DELETION))), *world.recordings(2, 2)]
    deliver(federation, 1, *envelopes)
    federation.run()
    assert world.held(federation, NATIONAL) == world.held(federation, TOKYO)
    assert [row["lane_number"] for row in world.parked(federation, NATIONAL)] == [1]
    assert world.cursor(federation, NATIONAL, TOKYO) == 3


def test_what_waits_behind_a_parked_one_waits_under_the_old_code_too(federation: Federation) -> None:
    parked = seal(statement(1, notice(code(1), ChangeKind.DELETION)))
    corrected = seal(statement(2, notice(code(2), ChangeKind.CODE_CORRECTION, previous=code(1))))
    later = seal(statement(3, notice(code(2), ChangeKind.RECORDING)))
    answer = deliver(federation, 1, parked, corrected, later)
    assert [one.number for one in answer.parked] == [1, 2, 3]


def test_a_body_that_cannot_be_read_is_parked_and_forwarded(federation: Federation) -> None:
    strange = world.seal_plain(statement(1, notice(code(1))), furigana="コクリツ　ハナコ")
    answer = deliver(federation, 1, strange, *world.recordings(1, 2))
    assert (answer.cursor, answer.parked) == (2, (Parked(1, ErrorKind.INVALID),))
    assert world.forwarded(federation) == [strange, *world.recordings(1, 2)]
    assert {facts.code for _, facts in world.held(federation, TOKYO)} == {code(2)}


def test_a_notice_about_a_record_of_another_municipality_is_parked(federation: Federation) -> None:
    foreign = world.seal_plain(
        statement(1, notice(code(1))), address={"municipality": CHIYODA.text, "text": "一丁目"}
    )
    assert deliver(federation, 1, foreign).parked == (Parked(1, ErrorKind.INVALID),)
    assert world.held(federation, TOKYO) == set()


def test_parked_is_told_again_when_the_answer_was_lost(federation: Federation) -> None:
    envelopes = (seal(statement(1, notice(code(1), ChangeKind.DELETION))), *world.recordings(1, 2))
    first = deliver(federation, 1, *envelopes)
    assert first.parked
    assert deliver(federation, 1, *envelopes) == first


def test_a_half_applied_statement_leaves_nothing_but_that_it_came(federation: Federation) -> None:
    deliver(federation, 1, *world.recordings(1))
    before = world.tables(federation, TOKYO)
    deliver(federation, 2, seal(statement(2, notice(code(1)))))
    assert world.changed(before, world.tables(federation, TOKYO)) == {
        *("statements", "lanes_in", "lane_in_items", "origins_seen", "parked", "audit_entries"),
        "lane_out_items",
    }


def test_what_breaks_the_program_is_parked_and_the_lane_goes_on(
    federation: Federation, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = identity_store.apply_notices

    def break_on_the_second(ctx: Context, tx: Transaction, told: Sequence[Told]) -> None:
        whole(ctx, tx, told)
        if any(one.notice.facts.code == code(2) for one in told):
            raise OverflowError("a value of a person may stand here")

    monkeypatch.setattr(identity_store, "apply_notices", break_on_the_second)
    answer = deliver(federation, 1, *world.recordings(3))
    assert (answer.cursor, answer.parked) == (3, (Parked(2, ErrorKind.INTERNAL),))
    assert {facts.code for _, facts in world.held(federation, TOKYO)} == {code(1), code(3)}
    parked = world.entries(federation, TOKYO, AuditEvent.STATEMENT_PARKED)
    assert [entry.rules for entry in parked] == [("internal",)]


def test_a_notice_of_a_day_far_ahead_is_parked(federation: Federation) -> None:
    born = notice(code(1))
    ahead = replace(born, change=replace(born.change, occurred_on=date.max))
    answer = deliver(federation, 1, seal(statement(1, ahead)))
    assert (answer.cursor, answer.parked) == (1, (Parked(1, ErrorKind.INVALID),))


def test_what_a_missing_grant_stops_is_not_parked(federation: Federation) -> None:
    with world.connect(federation, TOKYO) as raw:
        raw.execute("REVOKE INSERT ON identity_history FROM jukinet_network")
    before = world.tables(federation, TOKYO)
    with pytest.raises(JukinetError) as caught:
        deliver(federation, 1, *world.recordings(1))
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert world.changed(before, world.tables(federation, TOKYO)) == set()


def test_what_the_database_cannot_do_now_is_not_parked(federation: Federation) -> None:
    deliver(federation, 1, *world.recordings(1))
    ctx = federation.context(TOKYO, NETWORK)
    with ctx.begin() as tx:
        tx.connection.execute("SET SESSION lock_timeout = '50ms'")
    with world.connect(federation, TOKYO) as raw, raw.transaction():
        raw.execute("LOCK TABLE identity_records IN ACCESS EXCLUSIVE MODE")
        frame = Frame(KUNI, TOKYO, Stream.IDENTITY, 1, 2, tuple(world.recordings(1, 2)))
        with pytest.raises(JukinetError) as caught:
            incoming.receive_frame(ctx, KUNI, Stream.IDENTITY, frames.write_frame(frame))
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    with ctx.begin() as tx:
        tx.connection.execute("RESET lock_timeout")
    assert world.parked(federation, TOKYO) == []
    assert deliver(federation, 2, *world.recordings(1, 2)).cursor == 2


# Bad signature, unknown key, unreadable frame


def forgeries() -> dict[str, tuple[bytes, FrameRefusal]]:
    good = statement(1, notice(code(1)))
    tokyo_says = replace(good, origin=KUNI)
    unauthentic, malformed = FrameRefusal.UNAUTHENTIC, FrameRefusal.MALFORMED
    unknown = SigningKey.from_seed(b"?" * 32, KeyUse.STATEMENT)
    signature = seal(good).rsplit(b'"sig":"', 1)
    broken = (
        signature[0] + b'"sig":"' + (b"AAAA" if signature[1][:4] != b"AAAA" else b"BBBB") + signature[1][4:]
    )
    return {
        "bad signature": (broken, unauthentic),
        "unknown key": (seal(good, unknown), unauthentic),
        "key of another node": (seal(tokyo_says, signing_key(CHIYO, KeyUse.STATEMENT)), unauthentic),
        "key of the receiver": (seal(good, signing_key(TOKYO, KeyUse.STATEMENT)), unauthentic),
        "another node's statement": (
            seal(statement(1, notice(code(1), of=CHIYODA), origin=CHIYO)),
            unauthentic,
        ),
        "for another addressee": (seal(statement(1, notice(code(1)), to=NodeId("pref-07"))), unauthentic),
        "not JSON": (b"hello", malformed),
        "no envelope": (b"{}", malformed),
    }


@pytest.mark.parametrize("name", list(forgeries()))
def test_what_is_not_proved_is_refused_with_an_alarm_and_nothing_is_stored(
    federation: Federation, name: str
) -> None:
    envelope, refusal = forgeries()[name]
    before = world.tables(federation, TOKYO)
    answer = deliver(federation, 1, envelope)
    assert (answer.refused, answer.cursor, answer.halted) == (refusal, 0, False)
    assert alarms(federation) == [(KUNI.uri, refusal)]
    assert world.changed(before, world.tables(federation, TOKYO)) == {"audit_entries", "lanes_in"}
    # The lane is not harmed: what is right is taken at the same number.
    assert deliver(federation, 1, *world.recordings(1)).cursor == 1


def test_what_came_before_a_forgery_in_the_frame_stays(federation: Federation) -> None:
    forged = seal(statement(3, notice(code(3))), signing_key(CHIYO, KeyUse.STATEMENT))
    answer = deliver(federation, 1, *world.recordings(2), forged, *world.recordings(1, 4))
    assert (answer.cursor, answer.expected, answer.refused) == (2, 3, FrameRefusal.UNAUTHENTIC)
    assert stored(federation) == 2


def test_a_statement_of_another_stream_is_refused(federation: Federation) -> None:
    confirmed = statement(1, notice(code(1)))
    answer = deliver(federation, 1, seal(confirmed), stream=Stream.MOVE)
    assert answer.refused is FrameRefusal.UNAUTHENTIC
    assert stored(federation) == 0


def test_a_prefecture_cannot_bring_the_centre_what_is_not_from_its_own(federation: Federation) -> None:
    envelope = seal(statement(1, notice(code(1), of=FUKUSHIMA), origin=FUKU, to=NodeId("pref-07")))
    assert deliver(federation, 1, envelope, sender=TOKYO, to=NATIONAL).refused is FrameRefusal.UNAUTHENTIC
    assert world.held(federation, NATIONAL) == set()
    assert world.cursor(federation, NATIONAL, TOKYO) == 0
    assert alarms(federation, NATIONAL) == [(TOKYO.uri, FrameRefusal.UNAUTHENTIC)]


@pytest.mark.parametrize(
    ("sender", "to", "stream"),
    [
        (FUKU, TOKYO, Stream.IDENTITY),  # not its governor
        (KUNI, NATIONAL, Stream.IDENTITY),  # past the governor
        (KUNI, CHIYO, Stream.IDENTITY),
        (TOKYO, NodeId("pref-07"), Stream.IDENTITY),
        (TOKYO, KUNI, Stream.MOVE),
        (FUKU, TOKYO, Stream.MOVE),
        (NodeId("pref-07"), KUNI, Stream.POOL),  # not its governor
        (KUNI, TOKYO, Stream.KOSEKI),
        (KUNI, CHIYO, Stream.CARD),
        (TOKYO, KUNI, Stream.CARD),
    ],
)
def test_no_frame_travels_where_the_law_knows_no_way(
    federation: Federation, sender: NodeId, to: NodeId, stream: Stream
) -> None:
    before = world.tables(federation, to)
    with pytest.raises(JukinetError) as caught:
        deliver(federation, 1, *world.recordings(1), sender=sender, to=to, stream=stream)
    assert caught.value.kind is ErrorKind.FORBIDDEN
    assert alarms(federation, to) == [(sender.uri, ErrorKind.FORBIDDEN)]
    assert world.changed(before, world.tables(federation, to)) == {"audit_entries"}


@pytest.mark.parametrize("wrong", ["from_node", "to_node", "stream"])
def test_a_frame_must_say_what_tls_and_the_address_say(federation: Federation, wrong: str) -> None:
    said = {"from_node": CHIYO, "to_node": NATIONAL, "stream": Stream.MOVE}[wrong]
    true = Frame(KUNI, TOKYO, Stream.IDENTITY, 1, 1, tuple(world.recordings(1)))
    frame = replace(true, **{wrong: said})  # type: ignore[arg-type]
    ctx = federation.context(TOKYO, NETWORK)
    with pytest.raises(JukinetError) as caught:
        incoming.receive_frame(ctx, KUNI, Stream.IDENTITY, frames.write_frame(frame))
    assert caught.value.kind is ErrorKind.FORBIDDEN
    assert stored(federation) == 0


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x00\xff", ErrorKind.MALFORMED),
        (b"{}", ErrorKind.INVALID),
        (b"[" * 10_000, ErrorKind.MALFORMED),
        (b" " * (frames.MAX_FRAME + 1), ErrorKind.TOO_LARGE),
    ],
)
def test_an_unreadable_frame_is_refused_with_an_alarm(
    federation: Federation, data: bytes, kind: ErrorKind
) -> None:
    before = world.tables(federation, TOKYO)
    with pytest.raises(JukinetError) as caught:
        incoming.receive_frame(federation.context(TOKYO, NETWORK), KUNI, Stream.IDENTITY, data)
    assert caught.value.kind is kind
    assert alarms(federation) == [(KUNI.uri, kind)]
    assert world.changed(before, world.tables(federation, TOKYO)) == {"audit_entries"}


def test_a_node_that_is_not_connected_is_not_heard(federation: Federation) -> None:
    nodes = tuple(
        replace(entry, connected=False, reason="left") if entry.id == KUNI else entry
        for entry in federation.directory.nodes
    )
    federation.directory = replace(federation.directory, nodes=nodes)
    with pytest.raises(JukinetError) as caught:
        deliver(federation, 1, *world.recordings(1))
    assert caught.value.kind is ErrorKind.NOT_CONNECTED
    assert stored(federation) == 0


def test_a_receiver_without_its_directory_accuses_nobody(federation: Federation) -> None:
    """Keys that cannot be looked up now are no forgeries: nothing is refused, the sender tries again."""
    good = make_directory(federation.nodes)
    asked = []

    def directory() -> object:
        asked.append(1)
        if len(asked) > 1:
            raise JukinetError(ErrorKind.UNAVAILABLE, "The database does not answer.")
        return good

    ctx = replace(federation.context(TOKYO, NETWORK), directory=directory)  # type: ignore[arg-type]
    frame = Frame(KUNI, TOKYO, Stream.IDENTITY, 1, 1, tuple(world.recordings(2)))
    with pytest.raises(JukinetError) as caught:
        incoming.receive_frame(ctx, KUNI, Stream.IDENTITY, frames.write_frame(frame))
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    assert alarms(federation) == []


# The origin's own numbers


def test_a_hole_in_the_origins_numbers_is_refused_though_the_lane_fits(federation: Federation) -> None:
    first, _, third = world.recordings(3)
    answer = deliver(federation, 1, first, third)
    assert (answer.cursor, answer.refused) == (1, FrameRefusal.GAP)
    assert alarms(federation) == [(KUNI.uri, FrameRefusal.GAP)]
    assert {facts.code for _, facts in world.held(federation, TOKYO)} == {code(1)}


def test_the_first_statement_of_an_origin_has_number_one(federation: Federation) -> None:
    assert deliver(federation, 1, *world.recordings(1, 5)).refused is FrameRefusal.GAP


def test_the_centre_sees_a_hole_that_a_prefecture_makes(federation: Federation) -> None:
    first, second, third = world.recordings(3)
    assert deliver(federation, 1, first, third, sender=TOKYO, to=NATIONAL).refused is FrameRefusal.GAP
    assert alarms(federation, NATIONAL) == [(KUNI.uri, FrameRefusal.GAP)]
    assert deliver(federation, 2, second, third, sender=TOKYO, to=NATIONAL).cursor == 3


def test_two_statements_at_one_origin_number_halt_the_lane(federation: Federation) -> None:
    other = seal(statement(1, notice(code(7)), salt="other"))
    answer = deliver(federation, 1, *world.recordings(1), other)
    assert (answer.cursor, answer.halted) == (1, True)
    assert {facts.code for _, facts in world.held(federation, TOKYO)} == {code(1)}


def test_one_id_with_other_bytes_halts_the_lane(federation: Federation) -> None:
    good = statement(1, notice(code(1)))
    answer = deliver(federation, 1, seal(good), seal(replace(good, number=2)))
    assert (answer.cursor, answer.halted) == (1, True)


def test_forwarding_again_under_another_lane_number_is_harmless(federation: Federation) -> None:
    deliver(federation, 1, *world.recordings(2), sender=TOKYO, to=NATIONAL)
    before = world.tables(federation, NATIONAL)
    answer = deliver(federation, 3, *world.recordings(3), sender=TOKYO, to=NATIONAL)
    assert (answer.cursor, answer.refused, answer.parked) == (5, None, ())
    after = world.tables(federation, NATIONAL)
    assert len(after["identity_history"]) == 3
    assert set(before["identity_history"]) < set(after["identity_history"])


def test_an_older_life_of_the_sender_is_not_heard(federation: Federation) -> None:
    new = seal(statement(1, notice(code(1)), incarnation=2))
    # Not before it has shaken hands.
    assert deliver(federation, 1, new, incarnation=2).refused is FrameRefusal.INCARNATION
    assert alarms(federation) == []
    world.shake(federation, KUNI, TOKYO, incarnation=2)
    assert deliver(federation, 1, new, incarnation=2).refused is None
    answer = deliver(federation, 2, *world.recordings(1))
    assert answer.refused is FrameRefusal.INCARNATION
    assert alarms(federation) == [(KUNI.uri, FrameRefusal.INCARNATION)]
    # The frame of the new life, the statement of the old one.
    assert deliver(federation, 2, *world.recordings(1), incarnation=2).halted


# Two at once


def test_the_same_frame_twice_at_once_is_applied_once(federation: Federation) -> None:
    envelopes = world.recordings(30)
    deliver(federation, 1, envelopes[0])  # the lane is open: making it would fence the two by itself
    barrier = threading.Barrier(2, timeout=30)

    def one(_: int) -> int:
        barrier.wait()
        return deliver(federation, 2, *envelopes[1:]).cursor

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(one, range(2))) == [30, 30]
    assert len(world.entries(federation, TOKYO, AuditEvent.NOTICE_APPLIED)) == 30
    assert world.forwarded(federation) == envelopes
    assert world.halted(federation, TOKYO) == ()


# A crash at any step


def test_a_crash_anywhere_leaves_all_of_a_frame_or_nothing(federation: Federation) -> None:
    """Applied state, cursor, audit entry and what is forwarded: one transaction."""
    frame = Frame(KUNI, TOKYO, Stream.IDENTITY, 1, 1, tuple(world.recordings(2)))
    before = world.tables(federation, TOKYO)
    steps = 0
    while True:
        steps += 1
        ctx, database = world.crashing(federation.context(TOKYO, NETWORK), steps)
        with pytest.raises(world.Crash):
            incoming.receive_frame(ctx, KUNI, Stream.IDENTITY, frames.write_frame(frame))
        if database.commits:
            break
        assert world.changed(before, world.tables(federation, TOKYO)) == set(), steps
    assert steps > 20
    whole = world.tables(federation, TOKYO)
    assert world.changed(before, whole) == {
        *("statements", "lanes_in", "lane_in_items", "origins_seen", "audit_entries", "lane_out_items"),
        *("identity_history", "identity_records"),
    }
    # The sender never heard: it sends again, and nothing happens twice.
    assert deliver(federation, 1, *world.recordings(2)).cursor == 2
    assert world.changed(whole, world.tables(federation, TOKYO)) == set()


def test_a_designation_is_parked_too(federation: Federation) -> None:
    """A designation that repeats a code of the pool is a contradiction a person must look at."""
    ((taken,),) = world.rows(federation, KUNI, "SELECT min(code) FROM code_pool")
    repeated = CodeDesignation("d" * 32, KUNITACHI, (ResidentRecordCode(taken),))
    envelope = seal(statement(2, repeated, kind=MessageKind.CODE_DESIGNATION, origin=NATIONAL, to=KUNI))
    answer = deliver(federation, 2, envelope, sender=NATIONAL, to=KUNI, stream=Stream.POOL)
    assert answer.parked == (Parked(2, ErrorKind.CONFLICT),)
    assert world.rows(federation, KUNI, "SELECT count(*) FROM code_pool") == [(50,)]

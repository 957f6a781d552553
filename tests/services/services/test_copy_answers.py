"""The nationwide copy at the home municipality: which questions are answered, and with which bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import psycopg
import pytest
from tests.conformance.cases import case
from tests.services.services.copying import (
    HOME,
    ISSUER,
    calls_answered,
    entries,
    open_databases,
    owner,
    sakura,
    settle,
    taro,
)
from tests.services.supply.asking import CODES, linh

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import PersonName
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.domain.persons import Place
from jukinet.messages import calls
from jukinet.messages.calls import Call
from jukinet.messages.copies import CopyAnswer, CopyData, CopyRefusal, CopyRequest, MemberScope, WantedItem
from jukinet.messages.keys import KeyUse
from jukinet.messages.kinds import CallKind
from jukinet.services import codes, deaths, moves
from jukinet.services.copy_answers import answer_copy_request
from jukinet.services.filings import CodeChangeFiling, DeathFiling, MoveOutFiling
from jukinet.services.register import Registered
from jukinet.testing.federation import CLERK, NETWORK, Federation, OneKeyEach, signing_key
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI
from jukinet.testing.notifying import IN_PERSON

pytestmark = pytest.mark.core

DAY = date(2013, 7, 8)
LINH = CopyRequest("TRAN THI LINH", CODES[1], MemberScope.HOUSEHOLD)


def question(
    federation: Federation, body: CopyRequest = LINH, *, request_id: str = "ab" * 16, **changes: Any
) -> Call:
    now = federation.clock.now()
    fields = {
        "request_id": request_id,
        "kind": CallKind.NATIONWIDE_COPY,
        "from_node": ISSUER,
        "to_node": HOME,
        "created": now,
        "expires": now + calls.LIFETIME,
        "body": body,
    }
    return Call(**{**fields, **changes})


def seal(call: Call, by: NodeId | None = None) -> bytes:
    return calls.seal_call(call, signing_key(by or call.from_node, KeyUse.STATEMENT))


def put(federation: Federation, envelope: bytes, *, peer: NodeId = ISSUER, to: NodeId = HOME) -> bytes:
    return answer_copy_request(federation.context(to, NETWORK), peer, envelope)


def answered(federation: Federation, body: CopyRequest, *, number: int = 0) -> CopyAnswer:
    call = question(federation, body, request_id=f"{number:032x}")
    find = federation.directory.owned_key
    told = calls.open_answer(put(federation, seal(call)), find, call=call).body
    assert isinstance(told, CopyData | CopyRefusal)
    return told


def names(answer: CopyAnswer) -> list[str] | str:
    """The names on the copy, or the reason of the refusal."""
    return [one.name for one in answer.persons] if isinstance(answer, CopyData) else answer.reason.value


def refused(federation: Federation, work: Callable[[], object]) -> ErrorKind:
    """How a question is turned away, after a look at what is recorded and stored of it."""
    before, kept = entries(federation, HOME), calls_answered(federation)
    with pytest.raises(JukinetError) as caught:
        work()
    for value in ("TRAN", CODES[1].text):
        assert value not in str(caught.value)
    (entry,) = entries(federation, HOME)[len(before) :]
    assert (entry.event, entry.outcome) == (AuditEvent.COPY_DATA_SUPPLIED, Outcome.REFUSED)
    assert (entry.rules, entry.subject_code, entry.reference) == ((caught.value.kind.value,), None, None)
    assert calls_answered(federation) == kept
    return caught.value.kind


def test_the_same_question_gets_the_same_bytes(federation: Federation) -> None:
    settle(federation)
    first = put(federation, seal(question(federation)))
    federation.clock.advance(timedelta(days=2))
    federation.set_date(date(2013, 7, 10))
    filing = CodeChangeFiling("00000000027", "TRAN THI LINH", linh().address.text, CODES[1], None)
    codes.change_code(federation.context(HOME), CLERK, filing)
    assert put(federation, seal(question(federation))) == first, "sealed anew, and the register has moved on"
    assert calls_answered(federation) == 1
    assert [entry.event for entry in entries(federation, HOME)] == [AuditEvent.COPY_DATA_SUPPLIED] * 3 + [
        AuditEvent.COPY_DATA_GIVEN_AGAIN
    ], "supplied once, and given again"


@pytest.mark.parametrize("known", [True, False])
def test_every_time_the_answer_leaves_again_it_leaves_an_entry(federation: Federation, known: bool) -> None:
    """A refusal too: that somebody asks for a person day after day is seen either way."""
    settle(federation)
    body = LINH if known else replace(LINH, requester_name="NGUYEN VAN BAO")
    first = put(federation, seal(question(federation, body)))
    before = entries(federation, HOME)
    for days in (0, 3):
        federation.clock.advance(timedelta(days=days))
        assert put(federation, seal(question(federation, body))) == first
    again = entries(federation, HOME)[len(before) :]
    assert [(one.event, one.outcome, one.actor) for one in again] == [
        (AuditEvent.COPY_DATA_GIVEN_AGAIN, Outcome.DONE, ISSUER.uri)
    ] * 2
    assert {(one.subject_code, one.reference) for one in again} == {(LINH.requester_code, "ab" * 16)}
    assert [one.at for one in again] == sorted({one.at for one in again})


def test_another_question_under_a_used_id_is_refused(federation: Federation) -> None:
    settle(federation)
    put(federation, seal(question(federation)))
    others = [
        question(federation, replace(LINH, requester_name="LINH TRAN THI")),
        question(federation, replace(LINH, members=MemberScope.SELF)),
        question(federation, replace(LINH, wanted=frozenset({WantedItem.CODE}))),
        question(federation, replace(LINH, requester_code=CODES[2])),
    ]
    for other in others:
        envelope = seal(other)
        assert refused(federation, partial(put, federation, envelope)) is ErrorKind.CONFLICT
    chiyoda = CHIYODA.node_id
    stolen = seal(question(federation, from_node=chiyoda))
    assert refused(federation, lambda: put(federation, stolen, peer=chiyoda)) is ErrorKind.CONFLICT


def test_a_question_is_valid_for_a_minute(federation: Federation) -> None:
    settle(federation)
    envelope = seal(question(federation))
    start = federation.clock.moment
    for passed in (timedelta(seconds=60), timedelta(days=1), timedelta(seconds=-6)):
        federation.clock.moment = start + passed
        assert refused(federation, lambda: put(federation, envelope)) is ErrorKind.EXPIRED
    federation.clock.moment = start + timedelta(seconds=59)
    put(federation, envelope)
    federation.clock.moment = start + timedelta(seconds=60)
    assert refused(federation, lambda: put(federation, envelope)) is ErrorKind.EXPIRED, "even if it is known"


def test_only_the_sender_itself_may_ask(federation: Federation) -> None:
    settle(federation)
    call = question(federation)
    chiyoda = CHIYODA.node_id
    wrong = {
        "another's key": (seal(call, chiyoda), ISSUER),
        "a key nobody has": (seal(call, NodeId("muni-011002")), ISSUER),
        "another's question": (seal(call), chiyoda),
        "a question to another": (seal(question(federation, to_node=chiyoda)), ISSUER),
        "one changed byte": (seal(call).replace(b'"sig":"', b'"sig":"A', 1), ISSUER),
    }
    for what, (envelope, peer) in wrong.items():
        kind = refused(federation, partial(put, federation, envelope, peer=peer))
        assert kind in {ErrorKind.UNAUTHENTIC, ErrorKind.MALFORMED}, what
    assert refused(federation, lambda: put(federation, b"{}")) in {ErrorKind.MALFORMED, ErrorKind.INVALID}


@case("Act Art. 12-4(2), (5)")
def test_only_connected_municipalities_ask_and_answer(federation: Federation) -> None:
    settle(federation)
    yamatsuri = YAMATSURI.node_id
    for peer in (NATIONAL, NodeId("pref-13"), yamatsuri, NodeId("muni-011002")):
        envelope = seal(question(federation, from_node=peer))
        work = partial(put, federation, envelope, peer=peer)
        assert refused(federation, work) is ErrorKind.FORBIDDEN
    with pytest.raises(JukinetError) as caught:
        put(federation, seal(question(federation, to_node=NATIONAL)), to=NATIONAL)
    assert caught.value.kind is ErrorKind.FORBIDDEN


@case(refused="K10 K12", permitted="K10 K12")
def test_who_may_be_on_the_copy(federation: Federation) -> None:
    settle(federation)
    wife, child, head = "TRAN THI LINH", "渡邉　さくら", "渡邉　太郎"
    named = MemberScope.NAMED
    cases: list[tuple[CopyRequest, list[str] | str]] = [
        (LINH, [head, wife, child]),
        (replace(LINH, members=MemberScope.SELF), [wife]),
        (replace(LINH, requester_name="見本りん", members=MemberScope.SELF), [wife]),
        (replace(LINH, members=named, names=(wife, child)), [wife, child]),
        (replace(LINH, members=named, names=("渡辺 さくら",)), [child]),
        (replace(LINH, members=named, names=(child, wife, "見本りん")), [wife, child]),
        (replace(LINH, members=named, names=("linh tran thi", "渡辺太郎")), [head, wife]),
        (replace(LINH, members=named, names=("渡邉　次郎",)), "not-recorded"),
        (replace(LINH, members=named, names=(child, "渡邉　次郎")), "not-recorded"),
        (replace(LINH, members=named, names=("・・",)), "not-recorded"),
        (replace(LINH, requester_name="・・"), "not-recorded"),
        (replace(LINH, requester_name=head), "not-recorded"),
        (replace(LINH, requester_code=CODES[9]), "not-recorded"),
    ]
    for number, (body, expected) in enumerate(cases):
        assert names(answered(federation, body, number=number)) == expected, number
    written = entries(federation, HOME)
    for number, (body, expected) in enumerate(cases):
        mine = [entry for entry in written if entry.reference == f"{number:032x}"]
        if isinstance(expected, list):
            assert [entry.outcome for entry in mine] == [Outcome.DONE] * len(expected)
        else:
            assert [(one.outcome, one.subject_code) for one in mine] == [
                (Outcome.REFUSED, body.requester_code)
            ]


def test_a_name_that_two_members_bear_shows_neither(federation: Federation) -> None:
    settle(federation, taro(), linh(relationship="妻"), sakura(name=PersonName("渡辺　太郎")))
    body = replace(LINH, members=MemberScope.NAMED, names=("渡邉　太郎",))
    assert names(answered(federation, body)) == "not-recorded"
    assert len(names(answered(federation, LINH, number=1))) == 3


def test_a_kanji_name_is_shown_behind_the_latin_one(federation: Federation) -> None:
    name = PersonName("陳　鈴", latin="CHEN LING")
    settle(federation, taro(), linh(name=name, relationship="妻"))
    body = CopyRequest("陳鈴", CODES[1], MemberScope.SELF)
    assert names(answered(federation, body)) == ["CHEN LING　陳　鈴"]


def leave(federation: Federation, planned: date) -> None:
    filing = MoveOutFiling(("00000000027",), Place("福島県福島市"), planned, DAY, notified_by=IN_PERSON)
    done = moves.file_move_out(federation.context(KUNITACHI), CLERK, filing)
    assert isinstance(done, Registered), done
    federation.run()


@case("Act Art. 24", "spec 1.1.5")
def test_who_has_filed_a_move_out_is_on_a_copy_until_the_day(federation: Federation) -> None:
    settle(federation)
    federation.run()
    leave(federation, date(2013, 7, 10))
    assert "TRAN THI LINH" in names(answered(federation, LINH))
    federation.set_date(date(2013, 7, 10))
    federation.run()
    assert names(answered(federation, LINH, number=1)) == "not-recorded"
    husband = CopyRequest("渡邉　太郎", CODES[0], MemberScope.HOUSEHOLD)
    assert names(answered(federation, husband, number=2)) == ["渡邉　太郎", "渡邉　さくら"]


@case(refused="K10 K11")
def test_nobody_gets_a_copy_for_the_dead(federation: Federation) -> None:
    settle(federation)
    done = deaths.record_death(federation.context(HOME), CLERK, DeathFiling("00000000027", DAY, DAY))
    assert isinstance(done, Registered), done
    assert names(answered(federation, LINH)) == "not-recorded"
    husband = CopyRequest("渡邉　太郎", CODES[0], MemberScope.NAMED, names=("TRAN THI LINH",))
    assert names(answered(federation, husband, number=1)) == "not-recorded"


def test_a_refusal_says_nothing_of_the_record(federation: Federation) -> None:
    """Somebody who guesses learns the same of a wrong name as of a code that nobody has."""
    settle(federation)
    one = answered(federation, replace(LINH, requester_name="NGUYEN"))
    other = answered(federation, replace(LINH, requester_code=CODES[9]), number=1)
    assert one == other
    assert isinstance(one, CopyRefusal)


def test_two_threads_with_one_question_get_one_answer(federation: Federation) -> None:
    settle(federation)
    open_databases(federation)
    barrier = threading.Barrier(2, timeout=20)
    ctx = federation.context(HOME, NETWORK)
    signer = ctx.signers[KeyUse.ANSWER]

    class MeetingSigner:
        """Both have looked and found nothing before either signs."""

        key_id, use = signer.key_id, signer.use

        def sign(self, data: bytes) -> bytes:
            barrier.wait()
            return signer.sign(data)

    meeting = replace(ctx, signers=OneKeyEach({KeyUse.ANSWER: MeetingSigner()}))
    early, late = (
        seal(question(federation)),
        seal(question(federation, expires=federation.clock.now() + timedelta(seconds=30))),
    )
    with ThreadPoolExecutor(2) as threads:
        tries = [threads.submit(answer_copy_request, meeting, ISSUER, one) for one in (early, late)]
        one, other = (done.result(timeout=30) for done in tries)
    assert one == other
    assert calls_answered(federation) == 1
    events = [entry.event for entry in entries(federation, HOME)]
    assert sorted(events) == [AuditEvent.COPY_DATA_SUPPLIED] * 3 + [AuditEvent.COPY_DATA_GIVEN_AGAIN]


def test_members_who_apply_at_once_do_not_wait_for_each_other(federation: Federation) -> None:
    """The household is locked in its own order: whoever waits for its first member holds no later one."""
    settle(federation, taro(), linh(relationship="妻"))
    open_databases(federation)
    envelope = seal(question(federation))
    with owner(federation, HOME) as first, ThreadPoolExecutor(1) as threads:
        first.execute("SELECT 1 FROM residents WHERE code = %s FOR UPDATE", (CODES[0].text,))
        waiting = threads.submit(put, federation, envelope)
        try:
            until_somebody_waits(federation)
            with owner(federation, HOME) as second:
                second.execute("SELECT 1 FROM residents WHERE code = %s FOR UPDATE NOWAIT", (CODES[1].text,))
        finally:
            first.rollback()
        assert waiting.result(timeout=30)


def until_somebody_waits(federation: Federation) -> None:
    pause = threading.Event()
    with psycopg.connect(federation._conninfo("owner"), autocommit=True) as watcher:
        for _ in range(1000):
            row = watcher.execute("SELECT count(*) FROM pg_locks WHERE NOT granted").fetchone()
            if row and row[0]:
                return
            pause.wait(0.01)
    raise AssertionError("nobody waits")

"""A key that ended: what was signed before counts for ever, what was signed after it is signed again."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.services import world
from tests.services.world import KUNI, TOKYO, code, notice, seal, statement

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import ErrorKind
from jukinet.domain.municipality import NATIONAL
from jukinet.messages import dsse
from jukinet.messages.keys import KeyUse, SigningKey
from jukinet.messages.kinds import MessageKind
from jukinet.services import outgoing, signing_again
from jukinet.testing.federation import EPOCH, OFFICE, WORKER, Federation, signing_key

pytestmark = pytest.mark.core

MINUTE = timedelta(minutes=1)
ENDED = EPOCH + 30 * MINUTE
OLD = signing_key(KUNI, KeyUse.STATEMENT)
OWN = "SELECT envelope FROM statements WHERE origin = 'muni-132152' ORDER BY number"
NEW = SigningKey.from_seed(hashlib.sha256(b"kunitachi, the second").digest(), KeyUse.STATEMENT)


def put(federation: Federation, *indexes: int) -> None:
    ctx = federation.context(KUNI, OFFICE)
    for index in indexes:
        with ctx.begin() as tx:
            outgoing.put(ctx, tx, MessageKind.IDENTITY_NOTICE, TOKYO, notice(code(index)))


def end_key(federation: Federation, at: datetime = ENDED) -> None:
    """Everybody learns that Kunitachi's key counts no more from a moment on, and another one does."""
    federation.added_keys[KUNI] = [NEW]
    entry = federation.directory.node(KUNI)
    assert entry is not None
    former = tuple(replace(key, valid_to=at) if key.key_id == OLD.key_id else key for key in entry.keys)
    changed = replace(entry, keys=(*former, NEW.public(at, at + timedelta(days=700))))
    nodes = tuple(changed if one.id == KUNI else one for one in federation.directory.nodes)
    federation.directory = replace(federation.directory, version=2, nodes=nodes)


def sign_again(federation: Federation) -> int:
    return signing_again.sign_again(federation.context(KUNI, WORKER))


def keys_sent(federation: Federation, *numbers: int) -> list[str]:
    """With which key what is on Kunitachi's lane is signed, as it would be sent now."""
    found = world.rows(
        federation,
        KUNI,
        "SELECT convert_from(coalesce((SELECT a.envelope FROM signed_again a"
        " WHERE a.statement_id = s.statement_id ORDER BY signed_at DESC LIMIT 1), s.envelope), 'UTF8')::json"
        " -> 'signatures' -> 0 ->> 'keyid' FROM lane_out_items JOIN statements s USING (statement_id)"
        " ORDER BY lane_number",
    )
    return [found[number - 1][0] for number in numbers]


def applied(federation: Federation) -> list[int]:
    """How many notices each store applied."""
    query = "SELECT count(*) FROM identity_history"
    return [world.rows(federation, node, query)[0][0] for node in (TOKYO, NATIONAL)]


def test_what_was_created_before_the_end_counts_whenever_it_is_signed_and_arrives(
    federation: Federation,
) -> None:
    put(federation, 1, 2)
    outgoing.prepare(federation.context(KUNI, WORKER))
    put(federation, 3)  # waits without a signature
    federation.clock.advance(60 * MINUTE)
    end_key(federation)
    put(federation, 4)
    assert sign_again(federation) == 0
    federation.run()
    assert keys_sent(federation, 1, 2, 3, 4) == [OLD.key_id] * 3 + [NEW.key_id]
    assert applied(federation) == [4, 4]
    assert world.rows(federation, KUNI, "SELECT count(*) FROM signed_again") == [(0,)]


def test_what_was_created_after_it_is_refused_until_its_origin_signs_it_again(federation: Federation) -> None:
    put(federation, 1)
    outgoing.prepare(federation.context(KUNI, WORKER))
    federation.clock.advance(60 * MINUTE)
    put(federation, 2)
    outgoing.prepare(federation.context(KUNI, WORKER))
    end_key(federation)
    federation.run()
    assert applied(federation) == [1, 1]
    refused = world.entries(federation, TOKYO, AuditEvent.FRAME_REFUSED)
    assert {(entry.actor, entry.rules[0]) for entry in refused} == {(KUNI.uri, ErrorKind.UNAUTHENTIC)}
    before = world.rows(federation, KUNI, OWN)
    assert sign_again(federation) == 1
    assert sign_again(federation) == 0
    federation.run()
    assert applied(federation) == [2, 2]
    assert keys_sent(federation, 1, 2) == [OLD.key_id, NEW.key_id]
    # What it says is not altered, and what was signed first is kept.
    assert world.rows(federation, KUNI, OWN) == before
    ((again,),) = world.rows(federation, KUNI, "SELECT envelope FROM signed_again")
    assert dsse.says_the_same(bytes(before[1][0]), bytes(again), limit=10**6)
    (entry,) = world.entries(federation, KUNI, AuditEvent.SIGNED_AGAIN)
    assert (entry.reference, entry.rules) == (OLD.key_id, ("1 statements",))


def test_who_had_taken_it_passes_the_new_signature_on_and_applies_nothing_twice(
    federation: Federation,
) -> None:
    """The prefecture did not know of the end when it came; the centre knows when it is passed on."""
    federation.line.cut = {NATIONAL}
    federation.clock.advance(60 * MINUTE)
    put(federation, 1, 2)
    federation.run()
    assert applied(federation) == [2, 0]
    end_key(federation)
    federation.line.cut = set()
    federation.clock.advance(MINUTE)
    put(federation, 3)
    federation.run()
    assert applied(federation) == [3, 0]  # the centre takes nothing of it, and nothing behind it
    assert sign_again(federation) == 2
    for _ in range(2):  # the prefecture's line to the centre was failing, and is tried again later
        federation.clock.advance(MINUTE)
        federation.run()
    assert applied(federation) == [3, 3]
    assert world.halted(federation, KUNI) == world.halted(federation, TOKYO) == ()
    assert world.halted(federation, NATIONAL) == ()
    assert federation.unsent() == 0
    assert len(world.held(federation, NATIONAL)) == 3


def test_a_former_signature_that_comes_late_halts_nothing(federation: Federation) -> None:
    federation.clock.advance(60 * MINUTE)
    made = replace(statement(1, notice(code(1))), created=federation.clock.now())
    former, again = seal(made, OLD), seal(made, NEW)
    end_key(federation)
    assert world.deliver(federation, 1, again).cursor == 1
    before = world.tables(federation, TOKYO)
    answer = world.deliver(federation, 1, former)
    assert (answer.cursor, answer.halted, answer.refused) == (1, False, None)
    assert world.changed(before, world.tables(federation, TOKYO)) == set()


def test_the_same_key_that_says_something_else_halts_as_ever(federation: Federation) -> None:
    end_key(federation)
    federation.clock.advance(60 * MINUTE)
    made = replace(statement(1, notice(code(1))), created=federation.clock.now())
    assert world.deliver(federation, 1, seal(made, NEW)).cursor == 1
    other = replace(made, body=notice(code(1), name="別　人"))
    assert world.deliver(federation, 1, seal(other, NEW)).halted
    assert world.rows(federation, TOKYO, "SELECT count(*) FROM signed_again") == [(0,)]


def test_wherever_its_process_ends_everything_is_signed_again_once(federation: Federation) -> None:
    federation.clock.advance(60 * MINUTE)
    put(federation, 1, 2, 3)
    federation.run()
    end_key(federation)
    for steps in range(1, 40):
        ctx, database = world.crashing(federation.context(KUNI, WORKER), steps)
        try:
            signing_again.sign_again(ctx)
        except world.Crash:
            kept = world.rows(federation, KUNI, "SELECT count(*) FROM signed_again")[0][0]
            entries = len(world.entries(federation, KUNI, AuditEvent.SIGNED_AGAIN))
            assert (kept, entries) in {(0, 0), (3, 1)}
            assert database.commits < 3
            continue
        break
    federation.run()
    assert applied(federation) == [3, 3]
    assert len(world.entries(federation, KUNI, AuditEvent.SIGNED_AGAIN)) == 1

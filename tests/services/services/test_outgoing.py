"""Sending: numbers without holes, signed once, whoever crashes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace

import pytest
from psycopg.rows import dict_row
from tests.services import world
from tests.services.services.sending import IDENTITY, codes, lane, put, require_gapless, state
from tests.services.world import CHIYO, KUNI, TOKYO, code, notice

from jukinet.audit.events import AuditEvent
from jukinet.domain.changes import ChangeKind
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL
from jukinet.messages.bodies import MoveInNotice
from jukinet.messages.keys import KeyUse, Signer
from jukinet.messages.kinds import MessageKind
from jukinet.services import loading, outgoing
from jukinet.store import outbox
from jukinet.store.database import Transaction
from jukinet.testing.federation import CLERK, OFFICE, WORKER, Federation, OneKeyEach
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI
from jukinet.testing.people import make_person

pytestmark = pytest.mark.core


# What may be put


def test_what_no_reader_would_take_is_never_put(federation: Federation) -> None:
    """An entry that cannot be signed would hold up every later one: the act itself is refused."""
    ctx = federation.context(KUNI, OFFICE)
    before = world.tables(federation, KUNI)
    bad = [
        notice(code(1), of=CHIYODA),  # not ours to speak of
        notice(code(1), name="x" * 100_000),  # no reader takes it
        notice(code(1), ChangeKind.CODE_CORRECTION, previous=code(1)),
    ]
    for body in bad:
        with pytest.raises(JukinetError) as caught, ctx.begin() as tx:
            outgoing.put(ctx, tx, MessageKind.IDENTITY_NOTICE, TOKYO, body)
        assert caught.value.kind is ErrorKind.INVALID
    assert world.changed(before, world.tables(federation, KUNI)) == set()


def test_a_record_with_an_address_elsewhere_is_not_loaded_and_blocks_nothing(federation: Federation) -> None:
    ctx = federation.context(KUNI, OFFICE)
    before = world.tables(federation, KUNI)
    with pytest.raises(JukinetError):
        loading.load_households(ctx, CLERK, [[make_person(municipality=CHIYODA)]])
    assert world.changed(before, world.tables(federation, KUNI)) == set()
    loading.load_households(ctx, CLERK, [[make_person(municipality=KUNITACHI)]])
    federation.run()
    assert federation.unsent() == 0


def test_putting_changes_the_outbox_alone_and_gives_no_number(federation: Federation) -> None:
    before = world.tables(federation, KUNI)
    put(federation, 1)
    assert world.changed(before, world.tables(federation, KUNI)) == {"outbox", "sent_copies"}
    assert world.rows(federation, KUNI, "SELECT number, incarnation, signed FROM outbox") == [
        (None, None, False)
    ]


# Numbers


def test_each_addressee_and_stream_is_numbered_from_one(federation: Federation) -> None:
    ctx = federation.context(KUNI, OFFICE)
    facts = notice(code(1)).facts
    moved = MoveInNotice(None, facts.name, facts.birth_date, facts.sex, facts.address, world.TODAY)
    put(federation, 1, 2)
    with ctx.begin() as tx:
        for node in (CHIYO, world.FUKU, CHIYO):
            outgoing.put(ctx, tx, MessageKind.MOVE_IN_NOTICE, node, moved)
    outgoing.prepare(federation.context(KUNI, WORKER))
    assert world.rows(
        federation, KUNI, "SELECT stream, addressee, number FROM outbox ORDER BY stream, addressee, number"
    ) == [
        ("identity", "pref-13", 1),
        ("identity", "pref-13", 2),
        ("move", "muni-072010", 1),
        ("move", "muni-131016", 1),
        ("move", "muni-131016", 2),
    ]


def test_another_life_of_the_node_numbers_from_one_again(federation: Federation) -> None:
    put(federation, 1, 2)
    federation.run()
    federation.put_back(KUNI)
    put(federation, 3)
    assert outgoing.prepare(federation.context(KUNI, WORKER)) == 0  # it recovers
    federation.run()
    assert [(one.incarnation, one.number) for one in lane(federation)] == [(1, 1), (1, 2), (2, 1)]


def test_more_than_one_batch_is_prepared_in_order(federation: Federation) -> None:
    ctx = federation.context(KUNI, OFFICE)
    count = outgoing.BATCH + 20
    with ctx.begin() as tx:
        put(federation, *range(1, count + 1), tx=tx)
    worker = federation.context(KUNI, WORKER)
    while outgoing.prepare(worker):
        pass
    assert codes(require_gapless(federation, count)) == [code(index) for index in range(1, count + 1)]


def test_two_workers_at_once_number_and_sign_each_entry_once(federation: Federation) -> None:
    """Two workers, and meanwhile an office that goes on putting."""
    rounds, each = 6, 15
    worker = federation.context(KUNI, WORKER)
    barrier = threading.Barrier(3, timeout=30)

    def work() -> None:
        for _ in range(rounds):
            barrier.wait()
            outgoing.prepare(worker)
            outgoing.prepare(worker)

    def enter() -> None:
        for round_ in range(rounds):
            put(federation, *range(round_ * each + 1, round_ * each + each // 2 + 1))
            barrier.wait()
            put(federation, *range(round_ * each + each // 2 + 1, (round_ + 1) * each + 1))

    with ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(work), pool.submit(work), pool.submit(enter)]:
            done.result()
    while outgoing.prepare(worker):
        pass
    prepared = require_gapless(federation, rounds * each)
    # One clerk put them one after another: that order is kept.
    assert codes(prepared) == [code(index) for index in range(1, rounds * each + 1)]
    federation.run()
    assert len(world.held(federation, NATIONAL)) == rounds * each


def test_workers_lock_streams_and_lanes_in_one_order(federation: Federation) -> None:
    """Otherwise two of them could each hold what the other waits for."""
    with world.connect(federation, KUNI) as raw:
        for index in (5, 3, 9, 1, 7, 2, 8, 4, 6):
            raw.execute(
                "INSERT INTO outbox (stream, addressee, kind, body, created_at, statement_id)"
                " VALUES ('move', %s, 'x', '', now(), %s)",
                (f"muni-{index}", str(index)),
            )
            raw.execute(
                "INSERT INTO statements VALUES (%s, 'x', %s, 1, 'move', 'x', 1, '', '', now())",
                (str(index), str(index)),
            )
            raw.execute(
                "INSERT INTO lane_out_items (peer, stream, statement_id) VALUES (%s, 'move', %s)",
                (f"muni-{index}", str(index)),
            )
        raw.execute("SET enable_sort = off")
    with federation.context(KUNI, WORKER).begin() as tx:
        streams = [row["addressee"] for row in tx.rows(outbox._SQL.unnumbered_streams, incarnation=1)]
        lanes = [row["peer"] for row in tx.rows(outbox._SQL.unnumbered_lanes, incarnation=1)]
    assert (streams, lanes) == (sorted(streams), sorted(lanes))
    assert len(streams) == len(lanes) == 9


def test_a_transaction_that_commits_late_leaves_no_hole(federation: Federation) -> None:
    worker = federation.context(KUNI, WORKER)
    with world.connect(federation, KUNI, "office", row_factory=dict_row) as slow:
        slow.execute("BEGIN")
        put(federation, 1, tx=Transaction(slow))  # its place in the outbox is taken, and not committed
        put(federation, 2, 3)
        federation.run()
        assert world.cursor(federation, TOKYO, KUNI) == 2
        slow.execute("COMMIT")
    outgoing.prepare(worker)
    assert codes(require_gapless(federation, 3)) == [code(2), code(3), code(1)]
    federation.run()
    assert world.cursor(federation, NATIONAL, TOKYO) == 3
    assert world.rows(federation, KUNI, "SELECT number FROM outbox ORDER BY entry_id") == [(3,), (1,), (2,)]


def test_a_transaction_that_is_rolled_back_leaves_no_hole(federation: Federation) -> None:
    with world.connect(federation, KUNI, "office", row_factory=dict_row) as lost:
        lost.execute("BEGIN")
        put(federation, 1, tx=Transaction(lost))
        put(federation, 2)
        lost.execute("ROLLBACK")
    put(federation, 3)
    outgoing.prepare(federation.context(KUNI, WORKER))
    assert codes(require_gapless(federation, 2)) == [code(2), code(3)]


# Crashes


def test_a_crash_at_any_step_of_preparing_loses_and_doubles_nothing(federation: Federation) -> None:
    worker = federation.context(KUNI, WORKER)
    steps = 0
    finished = False
    while not finished:
        steps += 1
        put(federation, 2 * steps - 1, 2 * steps)
        ctx, _ = world.crashing(worker, steps)
        try:
            outgoing.prepare(ctx)
            finished = True
        except world.Crash:
            outgoing.prepare(worker)
    assert steps > 16
    prepared = require_gapless(federation, 2 * steps)
    assert codes(prepared) == [code(index) for index in range(1, 2 * steps + 1)]
    federation.run()
    assert len(world.held(federation, NATIONAL)) == 2 * steps


def test_a_crash_between_numbering_and_signing_leaves_numbered_rows_that_are_signed_next_time(
    federation: Federation,
) -> None:
    worker = federation.context(KUNI, WORKER)
    put(federation, 1, 2, 3)
    device = world.Breaking(worker.signers[KeyUse.STATEMENT], after=1)
    with pytest.raises(world.Crash):
        outgoing.prepare(replace(worker, signers=OneKeyEach({KeyUse.STATEMENT: device})))
    numbered = "SELECT number, signed FROM outbox ORDER BY entry_id"
    assert world.rows(federation, KUNI, numbered) == [(1, False), (2, False), (3, False)]
    assert world.rows(federation, KUNI, "SELECT count(*) FROM statements WHERE origin = %s", str(KUNI)) == [
        (0,)
    ]
    outgoing.prepare(worker)
    assert codes(require_gapless(federation, 3)) == [code(1), code(2), code(3)]


def test_a_crash_between_signing_and_keeping_signs_again_and_keeps_one(federation: Federation) -> None:
    worker = federation.context(KUNI, WORKER)
    put(federation, 1)
    device = world.Breaking(worker.signers[KeyUse.STATEMENT], after=5)
    for steps in range(1, 100):
        ctx, _ = world.crashing(replace(worker, signers=OneKeyEach({KeyUse.STATEMENT: device})), steps)
        with pytest.raises(world.Crash):
            outgoing.prepare(ctx)
        if device.after < 5:
            break
    assert world.rows(federation, KUNI, "SELECT number, signed FROM outbox") == [(1, False)]
    outgoing.prepare(worker)
    require_gapless(federation, 1)


@dataclass
class Interrupted:
    """A key device in the middle of whose signing something else happens, once."""

    real: Signer
    meanwhile: Callable[[], object] | None

    @property
    def key_id(self) -> str:
        return self.real.key_id

    @property
    def use(self) -> KeyUse:
        return self.real.use

    def sign(self, data: bytes) -> bytes:
        work, self.meanwhile = self.meanwhile, None
        if work is not None:
            work()
        return self.real.sign(data)


@pytest.mark.parametrize("other_ends_at", [None, 3, 9, 14, 18])
def test_two_workers_sign_the_same_entries_and_one_set_of_bytes_is_kept_and_sent(
    federation: Federation, other_ends_at: int | None
) -> None:
    """While one signs, the other numbers, signs, queues and sends; or its process ends somewhere on that way."""
    worker = federation.context(KUNI, WORKER)
    put(federation, 1, 2, 3)

    def other() -> None:
        ctx = world.crashing(worker, other_ends_at)[0] if other_ends_at else worker
        with suppress(world.Crash):
            outgoing.prepare(ctx)
            outgoing.send(ctx, TOKYO, IDENTITY)

    slow = Interrupted(worker.signers[KeyUse.STATEMENT], other)
    outgoing.prepare(replace(worker, signers=OneKeyEach({KeyUse.STATEMENT: slow})))
    while outgoing.prepare(worker):
        pass
    assert codes(require_gapless(federation, 3)) == [code(1), code(2), code(3)]
    federation.run()
    assert len(world.entries(federation, TOKYO, AuditEvent.NOTICE_APPLIED)) == 3
    assert world.halted(federation, KUNI) == world.halted(federation, TOKYO) == ()


def test_a_crash_between_delivery_and_acknowledgement_sends_again_and_applies_once(
    federation: Federation,
) -> None:
    put(federation, 1, 2)
    worker = federation.context(KUNI, WORKER)
    outgoing.prepare(worker)
    steps = 0
    while True:
        steps += 1
        ctx, _ = world.crashing(worker, steps)
        try:
            outgoing.send(ctx, TOKYO, IDENTITY)
        except world.Crash:
            continue
        break
    assert steps > 5
    assert state(federation)["acknowledged"] == 2
    assert len(world.entries(federation, TOKYO, AuditEvent.NOTICE_APPLIED)) == 2
    assert world.cursor(federation, TOKYO, KUNI) == 2

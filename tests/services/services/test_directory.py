"""The directory a node holds: verified from the pinned root each time, never older than before."""

from __future__ import annotations

import threading
import time
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NoReturn

import pytest
from tests.services import world
from tests.services.world import KUNI

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages.directory import (
    STALE_AFTER,
    DirectoryKeys,
    is_stale,
    seal_directory,
    seal_directory_keys,
)
from jukinet.messages.keys import KeyUse, SigningKey
from jukinet.services import settings, status
from jukinet.services.settings import DirectoryHolder
from jukinet.store import node_rows
from jukinet.store.database import Transaction
from jukinet.testing.federation import EPOCH, NETWORK, OFFICE, WORKER, Federation, make_directory

ROOT = SigningKey.from_seed(b"r" * 32, KeyUse.ROOT)
OTHER_ROOT = SigningKey.from_seed(b"o" * 32, KeyUse.ROOT)
CENTRE = SigningKey.from_seed(b"c" * 32, KeyUse.DIRECTORY)
PIN = ROOT.raw_public
DAY = timedelta(days=1)


def bundle(
    version: int,
    *nodes: NodeId,
    issued_at: datetime = EPOCH,
    root: SigningKey = ROOT,
    keys_version: int = 1,
) -> bytes:
    keys = DirectoryKeys(keys_version, EPOCH - DAY, (CENTRE.public(EPOCH - 100 * DAY, EPOCH + 100 * DAY),))
    directory = make_directory((NATIONAL, KUNI, *nodes), version=version, issued_at=issued_at)
    return seal_directory(directory, CENTRE, seal_directory_keys(keys, root))


def take(federation: Federation, data: bytes) -> bool:
    return settings.take_directory(federation.context(KUNI, WORKER), PIN, data)


def held_version(federation: Federation) -> int:
    ((version,),) = world.rows(federation, KUNI, "SELECT version FROM signed_directory")
    return int(version)


def test_a_newer_one_is_kept_verbatim_and_recorded(federation: Federation) -> None:
    first, second = bundle(1), bundle(2)
    assert [take(federation, first), take(federation, second)] == [True, True]
    assert settings.serve_directory(federation.context(KUNI, NETWORK)) == second
    assert [entry.reference for entry in world.entries(federation, KUNI, AuditEvent.DIRECTORY_TAKEN)] == [
        "1",
        "2",
    ]


@pytest.mark.parametrize(
    "backwards",
    [
        bundle(4),
        bundle(5, issued_at=EPOCH - DAY),
        bundle(5),
        bundle(6, issued_at=EPOCH - DAY),
        bundle(6, keys_version=2),
    ],
    ids=["older", "same version, earlier", "the same", "later version, earlier issue", "older keys"],
)
def test_backwards_is_never_accepted(federation: Federation, backwards: bytes) -> None:
    held = bundle(5, keys_version=3)
    assert take(federation, held)
    before = world.tables(federation, KUNI)
    assert not take(federation, backwards)
    assert world.changed(before, world.tables(federation, KUNI)) == set()


def test_only_what_was_compared_is_replaced(federation: Federation) -> None:
    """Two processes may look at once: who compared with one that is held no more keeps nothing."""
    with federation.context(KUNI, WORKER).begin() as tx:
        assert node_rows.keep_directory(tx, 5, b"five", EPOCH, held=None)
        assert not node_rows.keep_directory(tx, 6, b"six", EPOCH, held=None)
        assert not node_rows.keep_directory(tx, 6, b"six", EPOCH, held=b"four")
        assert node_rows.directory_bundle(tx) == b"five"
        assert node_rows.keep_directory(tx, 6, b"six", EPOCH, held=b"five")


def test_whoever_stole_the_directorys_key_keeps_no_node_for_ever(federation: Federation) -> None:
    """A version that no honest one reaches, dated as late as a clock allows: later keys end it."""
    poisoned = bundle(2**53 - 1, issued_at=EPOCH + timedelta(minutes=1))
    assert take(federation, poisoned)
    assert not take(federation, bundle(41))
    rescue = bundle(42, keys_version=2)
    holder = DirectoryHolder(federation.context(KUNI, NETWORK).database, federation.clock, PIN)
    assert holder().version == 2**53 - 1
    assert take(federation, rescue)
    federation.clock.advance(timedelta(minutes=1))
    assert holder().version == held_version(federation) == 42
    assert not take(federation, poisoned)


def test_one_that_was_overtaken_is_not_recorded_as_taken(federation: Federation) -> None:
    """Another process takes version 7 between this one's look and its write."""
    take(federation, bundle(5))
    ctx = federation.context(KUNI, WORKER)
    overtaken = bundle(6)

    class Overtaken:
        looks = 0

        def now(self) -> datetime:
            self.looks += 1
            if self.looks == 3:  # after the held one was compared
                assert take(federation, bundle(7))
            return EPOCH

    assert not settings.take_directory(replace(ctx, clock=Overtaken()), PIN, overtaken)
    assert held_version(federation) == 7
    assert [entry.reference for entry in world.entries(federation, KUNI, AuditEvent.DIRECTORY_TAKEN)] == [
        "5",
        "7",
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        bundle(9, root=OTHER_ROOT),
        bundle(9, issued_at=EPOCH + DAY),
        bundle(9)[:-2],
        b"{}",
        bundle(9).replace(b"payload", b"paylaod"),
    ],
    ids=["another root", "from the future", "cut off", "empty", "altered"],
)
def test_what_the_pinned_root_does_not_vouch_for_is_refused(federation: Federation, wrong: bytes) -> None:
    take(federation, bundle(1))
    before = world.tables(federation, KUNI)
    with pytest.raises(JukinetError) as caught:
        take(federation, wrong)
    assert caught.value.kind in {ErrorKind.UNAUTHENTIC, ErrorKind.MALFORMED, ErrorKind.INVALID}
    assert world.changed(before, world.tables(federation, KUNI)) == set()


def test_the_centre_is_asked_and_never_asks(federation: Federation) -> None:
    asked: list[NodeId] = []

    class Serving:
        def fetch_directory(self, from_: NodeId) -> bytes:
            asked.append(from_)
            return bundle(3)

    worker = replace(federation.context(KUNI, WORKER), peers=Serving())  # type: ignore[arg-type]
    centre = replace(federation.context(NATIONAL, WORKER), peers=Serving())  # type: ignore[arg-type]
    assert settings.fetch_directory(worker, PIN)
    assert not settings.fetch_directory(worker, PIN)
    assert not settings.fetch_directory(centre, PIN)
    assert asked == [NATIONAL, NATIONAL]


def holder(federation: Federation, root: bytes = PIN) -> DirectoryHolder:
    return DirectoryHolder(federation.context(KUNI, NETWORK).database, federation.clock, root)


def test_a_process_learns_of_a_newer_one_within_seconds(federation: Federation) -> None:
    take(federation, bundle(1))
    known = holder(federation)
    assert known().version == 1
    take(federation, bundle(2))
    assert known().version == 1
    federation.clock.advance(timedelta(seconds=5))
    assert known().version == 2


def test_nobody_waits_for_who_looks_again(federation: Federation) -> None:
    """Whoever waited might hold the last connection, the one that the look needs: both would wait for ever."""
    take(federation, bundle(1))
    known = holder(federation)
    assert known().version == 1
    take(federation, bundle(2))
    federation.clock.advance(timedelta(seconds=5))
    told: list[int] = []
    inside = known.database

    class Busy:
        def begin(self) -> object:
            other = threading.Thread(target=lambda: told.append(known().version), daemon=True)
            other.start()
            other.join(10)
            return inside.begin()

    known.database = Busy()  # type: ignore[assignment]
    assert known().version == 2
    assert told == [1], "what is known, at once"


def test_one_older_than_a_day_brings_nobody_new(federation: Federation) -> None:
    take(federation, bundle(1))
    later = bundle(2, world.CHIYO)
    federation.clock.advance(timedelta(hours=24, seconds=1))
    with pytest.raises(JukinetError) as caught:
        take(federation, later)
    assert caught.value.kind is ErrorKind.EXPIRED
    assert holder(federation)().version == 1
    assert take(federation, bundle(2, world.CHIYO, issued_at=federation.clock.now()))


def test_one_older_than_a_day_is_taken_where_it_only_takes_away(federation: Federation) -> None:
    """A revocation that was held up on its way is not held up any longer."""
    take(federation, bundle(1))
    held = make_directory((NATIONAL, KUNI), version=2)
    entry = replace(held.nodes[1], connected=False, reason="By choice.")
    signed = DirectoryKeys(1, EPOCH - DAY, (CENTRE.public(EPOCH - 100 * DAY, EPOCH + 100 * DAY),))
    revoking = replace(held, nodes=(held.nodes[0], entry))
    later = seal_directory(revoking, CENTRE, seal_directory_keys(signed, ROOT))
    back = seal_directory(replace(held, version=3), CENTRE, seal_directory_keys(signed, ROOT))
    federation.clock.advance(timedelta(hours=24, seconds=1))
    assert take(federation, later)
    known = holder(federation)().node(KUNI)
    assert known is not None
    assert not known.connected
    with pytest.raises(JukinetError) as caught:
        take(federation, back)
    assert caught.value.kind is ErrorKind.EXPIRED


def test_where_the_centre_does_not_answer_the_governor_passes_its_directory_on(
    federation: Federation,
) -> None:
    asked: list[NodeId] = []

    class Serving:
        def fetch_directory(self, from_: NodeId) -> bytes:
            asked.append(from_)
            if from_ == NATIONAL:
                raise JukinetError(ErrorKind.UNAVAILABLE, "Nobody there.")
            return bundle(3)

    worker = replace(federation.context(KUNI, WORKER), peers=Serving())  # type: ignore[arg-type]
    governor = replace(federation.context(world.TOKYO, WORKER), peers=Serving())  # type: ignore[arg-type]
    assert settings.fetch_directory(worker, PIN)
    assert asked == [NATIONAL, world.TOKYO]
    with pytest.raises(JukinetError):
        settings.fetch_directory(governor, PIN)


def test_a_failed_look_leaves_what_is_known_and_the_watch_goes_on(federation: Federation) -> None:
    take(federation, bundle(1))
    known = replace(holder(federation), every=timedelta(milliseconds=5))
    assert known().version == 1
    begin, failed = known.database.begin, threading.Event()

    def fail() -> NoReturn:
        failed.set()
        raise OSError("not an error of ours")

    known.database.begin = fail  # type: ignore[method-assign]
    stopped = threading.Event()
    watch = threading.Thread(target=known.watch, args=(stopped,))
    watch.start()
    try:
        assert failed.wait(20)
        take(federation, bundle(2))
        known.database.begin = begin  # type: ignore[method-assign]
        deadline = time.monotonic() + 20
        while known().version != 2:
            assert time.monotonic() < deadline
            stopped.wait(0.01)
    finally:
        stopped.set()
        watch.join()
        del known.database.begin


def test_a_watched_directory_is_looked_up_beside_the_event_loop(federation: Federation) -> None:
    take(federation, bundle(1))
    known = replace(holder(federation), every=timedelta(milliseconds=5))
    assert known().version == 1
    stopped, looked_here = threading.Event(), threading.get_ident()
    looks: list[int] = []
    begin = known.database.begin

    def look() -> AbstractContextManager[Transaction]:
        looks.append(threading.get_ident())
        return begin()

    known.database.begin = look  # type: ignore[method-assign, assignment]
    watch = threading.Thread(target=known.watch, args=(stopped,))
    watch.start()
    try:
        take(federation, bundle(2))
        deadline = time.monotonic() + 20
        while known().version != 2:
            assert time.monotonic() < deadline
            stopped.wait(0.01)
    finally:
        stopped.set()
        watch.join()
        del known.database.begin
    assert looks
    assert looked_here not in looks


def test_a_process_does_not_believe_its_own_database(federation: Federation) -> None:
    """Who can write there must not be able to name keys, nor bring back old ones."""
    take(federation, bundle(5))
    known = holder(federation)
    assert known().version == 5
    for planted, fails in ((bundle(9, root=OTHER_ROOT), True), (bundle(4), False)):
        with world.connect(federation, KUNI) as raw:
            raw.execute("UPDATE signed_directory SET version = 99, bundle = %s", (planted,))
        federation.clock.advance(timedelta(seconds=5))
        if fails:
            with pytest.raises(JukinetError) as caught:
                known()
            assert caught.value.kind is ErrorKind.UNAUTHENTIC
        assert known().version == 5


def test_a_holder_with_another_root_accepts_nothing(federation: Federation) -> None:
    take(federation, bundle(1))
    with pytest.raises(JukinetError) as caught:
        holder(federation, OTHER_ROOT.raw_public)()
    assert caught.value.kind is ErrorKind.UNAUTHENTIC


def test_without_a_directory_a_node_says_so_and_is_not_ready(federation: Federation) -> None:
    known = holder(federation)
    with pytest.raises(JukinetError) as caught:
        known()
    assert caught.value.kind is ErrorKind.CONFIGURATION
    with pytest.raises(JukinetError):
        status.require_ready(replace(federation.context(KUNI, NETWORK), directory=known))
    with pytest.raises(JukinetError) as missing:
        settings.serve_directory(federation.context(KUNI, NETWORK))
    assert missing.value.kind is ErrorKind.NOT_FOUND
    take(federation, bundle(1))
    federation.clock.advance(timedelta(seconds=5))
    status.require_ready(replace(federation.context(KUNI, NETWORK), directory=known))


def test_it_is_stale_after_a_day_and_known_peers_are_served_all_the_same(federation: Federation) -> None:
    take(federation, bundle(1))
    known = holder(federation)
    assert not is_stale(known(), EPOCH + STALE_AFTER)
    federation.clock.advance(STALE_AFTER + timedelta(seconds=1))
    assert is_stale(known(), federation.clock.now())
    assert known().node(KUNI) is not None


def test_a_database_of_another_node_is_not_ready(federation: Federation) -> None:
    ctx = federation.context(KUNI, OFFICE)
    status.require_ready(ctx)
    with pytest.raises(JukinetError) as caught:
        status.require_ready(replace(ctx, node=NATIONAL))
    assert caught.value.kind is ErrorKind.UNAVAILABLE

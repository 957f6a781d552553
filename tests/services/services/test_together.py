"""A chunk taken together leaves what one statement after the other leaves, and does it in a few statements."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.services import world
from tests.services.conftest import network_on
from tests.services.world import CHIYO, KUNI, TOKYO, code, deliver, notice, seal, statement

from jukinet.domain.changes import ChangeKind, NoticeReason
from jukinet.domain.dates import PartialDate
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages import frames
from jukinet.messages.frames import Frame
from jukinet.messages.kinds import Stream
from jukinet.node.postgres import Cluster
from jukinet.services import incoming
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import NETWORK, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI

pytestmark = pytest.mark.core

_TOWNS = {KUNI: KUNITACHI, CHIYO: CHIYODA}

_LEFT = {
    "audit_entries": "at, business_on, event, outcome, actor, subject_code, reference, rules",
    "identity_history": "statement_id, code, municipality, change_kind, reason, occurred_on, foreign_record,"
    " previous_code, name, nickname, birth_date, sex, address_in, address, building, received_on, received_at",
    "statements": "statement_id, kind, origin, incarnation, stream, first_addressee, number, envelope, digest,"
    " stored_at",
    "lane_in_items": "peer, stream, lane_number, statement_id, digest, outcome, received_at",
    "lane_out_items": "peer, stream, statement_id, lane_number",
    "origins_seen": "origin, incarnation, stream, first_addressee, last_number",
    "lanes_in": "peer, stream, cursor, incarnation, halted",
    "parked": "peer, stream, lane_number, statement_id, subject_code, problem, parked_at",
    "identity_records": "code, municipality, live, event_on, recorded_on, change_kind, reason, occurred_on, speaks,"
    " undetermined_from, superseded, retain_until, name, nickname, birth_date, sex, address_in, address, building,"
    " name_key, nickname_key, address_key, (SELECT statement_id FROM identity_history h"
    " WHERE h.history_id = identity_records.history_id)",
}
"""What is left behind, without the numbers that the database gives: a chunk that was tried in vain uses some up."""

_IN_ORDER = {"audit_entries": "entry_id", "identity_history": "history_id", "lane_out_items": "item_id"}


def left(federation: Federation, node: NodeId) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of what delivery writes; in its order where order says something."""
    return {
        table: world.rows(
            federation, node, f"SELECT {names} FROM {table} ORDER BY {_IN_ORDER.get(table, '1, 2, 3, 4')}"
        )
        for table, names in _LEFT.items()
    }


def history(seed: int, count: int) -> Iterator[tuple[NodeId, bytes]]:
    """Random notices of two towns about few people: most are lawful, some contradict what was said before."""
    rng = random.Random(seed)
    numbers = dict.fromkeys(_TOWNS, 0)
    live: set[tuple[NodeId, int]] = set()
    fresh = 100
    for _ in range(count):
        town, who = rng.choice(list(_TOWNS)), rng.randrange(1, 12)
        known = (town, who) in live
        kind = rng.choice([ChangeKind.DELETION, ChangeKind.CORRECTION] if known else [ChangeKind.RECORDING])
        if known and rng.random() < 0.15:
            kind, fresh = ChangeKind.CODE_CORRECTION, fresh + 1
        elif rng.random() < 0.02:
            kind = rng.choice(list(ChangeKind)[:3])
        previous = code(who) if kind is ChangeKind.CODE_CORRECTION else None
        about = code(fresh if previous else who)
        said = notice(
            about, kind, of=_TOWNS[town], name=rng.choice(["国立　花子", "千代田　太郎"]), previous=previous
        )
        day = said.change.occurred_on - timedelta(days=rng.randrange(3))
        reason = said.change.reason
        if kind is ChangeKind.DELETION:
            reason = rng.choice([NoticeReason.DEATH, NoticeReason.MOVE_OUT])
        elif kind is ChangeKind.CORRECTION:
            reason = rng.choice([NoticeReason.MOVE_WITHIN, NoticeReason.CORRECTED_EX_OFFICIO])
        born = rng.choice(["1980-04-17"] * 9 + ["1980-04-XX"])
        said = replace(
            said,
            facts=replace(said.facts, birth_date=PartialDate(born)),
            change=replace(said.change, occurred_on=day, reason=reason),
        )
        (live.discard if kind in {ChangeKind.DELETION, ChangeKind.CODE_CORRECTION} else live.add)((town, who))
        numbers[town] += 1
        yield town, seal(statement(numbers[town], said, origin=town))


def hand(federation: Federation, said: list[tuple[NodeId, bytes]], most: int) -> None:
    """To the prefecture town by town, and to the centre mixed as they were said; so many in a frame."""
    for town in _TOWNS:
        own = [envelope for origin, envelope in said if origin == town]
        for start in range(0, len(own), most):
            deliver(federation, start + 1, *own[start : start + most], sender=town)
    everything = [envelope for _, envelope in said]
    for start in range(0, len(everything), most):
        deliver(federation, start + 1, *everything[start : start + most], sender=TOKYO, to=NATIONAL)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_a_chunk_leaves_is_what_one_after_the_other_leaves(
    federation: Federation, cluster: Cluster, prepared: str, seed: int
) -> None:
    said = list(history(seed, 120))
    hand(federation, said, 13)
    with (
        throwaway_database(cluster, template=prepared) as name,
        network_on(cluster, name, seed=1) as singly,
    ):
        hand(singly, said, 1)
        for node in (TOKYO, NATIONAL):
            together, one_by_one = left(federation, node), left(singly, node)
            for table, found in together.items():
                assert found == one_by_one[table], table
    assert len(world.parked(federation, NATIONAL)) > 2
    assert {
        row[0] for row in world.rows(federation, NATIONAL, "SELECT superseded FROM identity_records")
    } == {True, False}


@pytest.mark.parametrize("to", [TOKYO, NATIONAL])
def test_a_regular_chunk_is_a_few_statements_whatever_its_size(federation: Federation, to: NodeId) -> None:
    """The wrong program takes everything one by one."""
    steps = []
    for first, count in ((1, 1), (2, 5), (7, 80)):
        ctx, database = world.crashing(federation.context(to, NETWORK), 10_000)
        sender = KUNI if to == TOKYO else TOKYO
        frame = Frame(sender, to, Stream.IDENTITY, 1, first, tuple(world.recordings(count, first)))
        answer = incoming.receive_frame(ctx, sender, Stream.IDENTITY, frames.write_frame(frame))
        assert answer.cursor == first + count - 1
        steps.append(10_000 - database.left)
    assert steps[1] == steps[2] < steps[0] < 30  # the first opened the lane


def test_two_lanes_about_the_same_persons_at_once_do_not_wait_for_each_other_in_a_circle(
    federation: Federation,
) -> None:
    """Each in an order of its own; once together, once one by one (of the second part one is parked)."""
    people = list(range(1, 41))
    barrier = threading.Barrier(2, timeout=30)

    def bring(town: NodeId, order: list[int]) -> None:
        of = _TOWNS[town]
        recorded = [notice(code(who), of=of) for who in order]
        again = [notice(code(who), ChangeKind.CORRECTION, of=of) for who in reversed(order)]
        unlawful = notice(code(99), ChangeKind.DELETION, of=of)
        number = 1
        for part in (recorded, [unlawful, *again]):
            envelopes = [seal(statement(n, one, origin=town)) for n, one in enumerate(part, number)]
            barrier.wait()
            assert deliver(federation, number, *envelopes, sender=town).cursor == number + len(part) - 1
            number += len(part)

    federation.context(TOKYO, NETWORK)  # its pool is opened once, by one thread
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(bring, KUNI, people), pool.submit(bring, CHIYO, people[::-1])]:
            done.result()
    assert len(world.held(federation, TOKYO)) == 2 * len(people)

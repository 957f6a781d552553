"""Lives of a node that are cut short, overlap or end together (promise 4), and what no peer held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from tests.services import world
from tests.services.services import counter
from tests.services.services.recovering import MINUTE, asked, free, lost, settle, state
from tests.services.world import KUNI, TOKYO

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages import handshakes as messages
from jukinet.messages.frames import FrameRefusal
from jukinet.messages.kinds import MessageKind, Stream
from jukinet.services import (
    handshakes,
    outgoing,
    recovery,
    status,
    trail,
)
from jukinet.services import journal as journals
from jukinet.services.context import Peers
from jukinet.services.journal import Journal
from jukinet.store.database import Transaction
from jukinet.store.lives import Done
from jukinet.testing.federation import NETWORK, OFFICE, WORKER, Copied, Federation
from jukinet.testing.gazetteer import KUNITACHI

# Kills, and lives that overlap


def test_killed_at_any_step_of_the_handshake_it_goes_on(federation: Federation) -> None:
    found = counter.load(federation)[0]
    backup = federation.copy_of(KUNI)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    settle(federation)
    held = world.held(federation, NATIONAL)
    federation.put_back(KUNI, backup)
    worker = federation.context(KUNI, WORKER)
    for step in range(1, 400):
        ctx, _ = world.crashing(worker, step)
        try:
            recovery.go_on(ctx)
        except world.Crash:
            continue
        break
    assert step > 20
    settle(federation)
    assert lost(federation) == ["identity-notice correction move-within"]
    assert world.held(federation, NATIONAL) == held
    assert len(free(federation)) == len(set(free(federation))) > 0
    counter.move_within(federation, KUNITACHI, found.resident_no)
    settle(federation)
    assert lost(federation) == []
    counter.both_stores(federation, KUNITACHI, found.resident_no)


def test_a_life_begins_whole_or_not_at_all(federation: Federation) -> None:
    counter.load(federation)
    before = world.tables(federation, KUNI)
    owner = replace(federation.context(KUNI, "owner"), incarnation=2)
    for step in range(1, 100):
        ctx, database = world.crashing(owner, step)
        with pytest.raises(world.Crash):
            recovery.begin(ctx, backup_at=None, last_audit=None, journal=[Done(99, "x:y:z", ("ab",))])
        if database.commits:
            break
        assert world.changed(before, world.tables(federation, KUNI)) == set()
    assert step > 8
    begun = world.tables(federation, KUNI)
    recovery.begin(owner, backup_at=None, last_audit=None, journal=[])
    assert world.changed(begun, world.tables(federation, KUNI)) == set()


def test_the_peer_answers_whole_or_not_at_all_and_the_same_again(federation: Federation) -> None:
    counter.load(federation)
    question = asked(KUNI, TOKYO, 2)
    before = world.tables(federation, TOKYO)
    for step in range(1, 100):
        ctx, database = world.crashing(federation.context(TOKYO, NETWORK), step)
        with pytest.raises(world.Crash):
            handshakes.answer_handshake(ctx, KUNI, question)
        if database.commits:
            break
        assert world.changed(before, world.tables(federation, TOKYO)) == set()
    network = federation.context(TOKYO, NETWORK)
    answers = {handshakes.answer_handshake(network, KUNI, question) for _ in range(2)}
    assert len(answers) == 1
    given = {lane.stream: lane.given for lane in messages.read_answer(answers.pop()).lanes}
    assert len(given[Stream.IDENTITY]) == 1


def test_put_back_again_while_it_recovers(federation: Federation) -> None:
    found = counter.load(federation)[0]
    older = federation.copy_of(KUNI)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    settle(federation)
    newer = federation.copy_of(KUNI)
    counter.move_within(federation, KUNITACHI, found.resident_no, address=counter.elsewhere_in(KUNITACHI, 2))
    settle(federation)
    federation.put_back(KUNI, newer)
    federation.line.cut = {NATIONAL}
    federation.run()  # hands are shaken with the governor, and not with the centre
    assert state(federation).missing == (NATIONAL,)
    federation.put_back(KUNI, older)
    federation.line.cut = set()
    settle(federation)
    assert state(federation).life.incarnation == 3
    assert lost(federation) == ["identity-notice correction move-within"] * 2
    assert world.halted(federation, KUNI) == world.halted(federation, TOKYO) == ()


def test_codes_are_designated_anew_for_a_pool_that_two_lives_had(federation: Federation) -> None:
    """The first of them ended before the centre heard of it; the second finds the pool void already."""
    old = free(federation)
    federation.line.cut = {NATIONAL}
    federation.put_back(KUNI)
    federation.run()
    federation.put_back(KUNI, federation.copy_of(KUNI))
    federation.line.cut = set()
    settle(federation)
    assert len(free(federation)) == len(old) > 0
    assert free(federation).isdisjoint(old)


def test_a_life_that_is_over_is_heard_by_nobody_and_says_nothing(federation: Federation) -> None:
    counter.load(federation)
    stale = federation.context(KUNI, WORKER)
    federation.put_back(KUNI, federation.copy_of(KUNI))
    settle(federation)
    assert outgoing.prepare(stale) == 0
    assert outgoing.due_lanes(stale) == []
    assert recovery.go_on(stale) == 0
    status.require_ready(federation.context(KUNI, WORKER))
    with pytest.raises(JukinetError, match="start the process again"):
        status.require_ready(stale)
    # On a machine of its own, with the database of its own that was thought lost.
    answer = world.deliver(federation, 2, world.recordings(2)[1])
    assert answer.refused is FrameRefusal.INCARNATION
    assert [entry.actor for entry in world.entries(federation, TOKYO, AuditEvent.FRAME_REFUSED)] == [KUNI.uri]
    with pytest.raises(JukinetError) as caught:
        handshakes.answer_handshake(federation.context(TOKYO, NETWORK), KUNI, asked(KUNI, TOKYO, 1))
    assert caught.value.kind is ErrorKind.CONFLICT
    assert len(world.entries(federation, TOKYO, AuditEvent.HANDSHAKE_REFUSED)) == 1


def test_both_the_town_and_its_governor_are_put_back(federation: Federation) -> None:
    """The centre alone still holds what the two forgot."""
    found = counter.load(federation)[0]
    town, governor = federation.copy_of(KUNI), federation.copy_of(TOKYO)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    settle(federation)
    held = world.held(federation, NATIONAL)
    federation.put_back(KUNI, town)
    federation.put_back(TOKYO, governor)
    settle(federation)
    federation.clock.advance(MINUTE)
    settle(federation)
    assert lost(federation) == ["identity-notice correction move-within"]
    assert world.held(federation, NATIONAL) == held == world.held(federation, TOKYO)
    counter.move_within(federation, KUNITACHI, found.resident_no, address=counter.elsewhere_in(KUNITACHI, 3))
    settle(federation)
    counter.both_stores(federation, KUNITACHI, found.resident_no)
    for node in federation.nodes:
        assert world.halted(federation, node) == ()


def test_a_peer_that_finds_a_newer_backup_is_asked_again_by_a_further_life(federation: Federation) -> None:
    """A life asks each peer once: docs/explanation/delivery.md, promise 4, names this limit and the way out."""
    found = counter.load(federation)[0]
    early = {node: federation.copy_of(node) for node in (KUNI, TOKYO)}
    federation.line.cut = {NATIONAL}  # or the centre would tell it
    counter.move_within(federation, KUNITACHI, found.resident_no)
    federation.run()
    late = federation.copy_of(TOKYO)
    federation.put_back(TOKYO, early[TOKYO])
    federation.put_back(KUNI, early[KUNI])
    federation.line.cut = set()
    settle(federation)
    assert lost(federation) == []
    federation.put_back(TOKYO, late)
    settle(federation)
    assert lost(federation) == [], "the life has asked this peer, and is not told"
    assert len(held_but_not_in_the_register(federation)) == 1
    federation.put_back(KUNI)
    settle(federation)
    assert lost(federation) == ["identity-notice correction move-within"]


def held_but_not_in_the_register(federation: Federation) -> set[str]:
    """Whose record the governor holds otherwise than the municipality sent it, as a consistency check finds."""
    query = "SELECT code, digest FROM live_copies"
    sent = world.rows(federation, KUNI, query)
    held = world.rows(federation, TOKYO, f"{query} WHERE municipality = %s", KUNITACHI.text)
    return {code for code, _ in set(held) - set(sent)}


def test_the_whole_network_is_put_back_to_one_evening(federation: Federation) -> None:
    found = counter.load(federation)[0]
    copies = {node: federation.copy_of(node) for node in federation.nodes}
    counter.move_within(federation, KUNITACHI, found.resident_no)
    settle(federation)
    for node, copied in copies.items():
        federation.put_back(node, copied)
    for _ in range(3):
        settle(federation)
        federation.clock.advance(MINUTE)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    settle(federation)
    counter.both_stores(federation, KUNITACHI, found.resident_no)
    assert [node for node in federation.nodes if world.halted(federation, node)] == []


def test_an_answer_of_a_life_that_is_over_counts_for_nothing(federation: Federation) -> None:
    """It comes after the handshake of the next life, which holds less: nobody would send that again."""
    found = counter.load(federation)[0]
    governor = federation.copy_of(TOKYO)
    counter.move_within(federation, KUNITACHI, found.resident_no)
    ctx = federation.context(KUNI, WORKER)
    outgoing.prepare(ctx)
    late = Late(ctx.peers, lambda: put_back(federation, TOKYO, governor))
    outgoing.send(replace(ctx, peers=late), TOKYO, Stream.IDENTITY)
    settle(federation)
    counter.both_stores(federation, KUNITACHI, found.resident_no)


@dataclass(frozen=True)
class Late:
    """Peers whose answer to a frame comes after something else."""

    peers: Peers
    first: Callable[[], None]

    def deliver(self, to: NodeId, stream: Stream, frame: bytes) -> bytes:
        answer = self.peers.deliver(to, stream, frame)
        self.first()
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.peers, name)


def put_back(federation: Federation, node: NodeId, copied: Copied) -> None:
    federation.put_back(node, copied)
    recovery.go_on(federation.context(node, WORKER))
    assert state(federation, node).life.live_at is not None


# What no peer held


def test_acts_that_no_peer_held_are_named_by_their_audit_numbers(federation: Federation) -> None:
    parent = counter.load(federation)[0]
    lines: list[Done] = []
    journal = Journal(lines.extend, 0)
    backup = federation.copy_of(KUNI)
    counter.move_within(federation, KUNITACHI, parent.resident_no)  # the governor holds it
    settle(federation)
    federation.line.cut = {TOKYO}
    counter.give_birth(federation, KUNITACHI, parent.record.household_number)  # said, and held by nobody
    worker = federation.context(KUNI, WORKER)
    for _ in range(4):
        journal.poll(worker)
    birth, last = world.rows(
        federation,
        KUNI,
        "SELECT max(entry_id) FILTER (WHERE event = 'register:birth:recorded'), max(entry_id) FROM audit_entries",
    )[0]
    assert [one.event for one in lines if one.audit_no == birth] == ["register:birth:recorded"]
    federation.line.cut = set()
    federation.put_back(KUNI, backup, lines)
    federation.clock.advance(MINUTE)
    settle(federation)
    assert state(federation).beyond == ((birth, "register:birth:recorded"),)
    # No number of theirs is used again.
    first = "SELECT min(entry_id) FROM audit_entries WHERE event = 'node:life:begun'"
    assert world.rows(federation, KUNI, first)[0][0] > birth
    assert last >= birth


def test_the_journal_leaves_out_no_act_that_commits_late(federation: Federation) -> None:
    counter.load(federation)
    lines: list[Done] = []
    journal = Journal(lines.extend, 0)
    worker = federation.context(KUNI, WORKER)
    ctx = federation.context(KUNI, OFFICE)
    with ctx.begin() as late:
        statement = outgoing.put(ctx, late, MessageKind.IDENTITY_NOTICE, TOKYO, world.notice(world.code(3)))
        trail.note(ctx, late, AuditEvent.DEATH_RECORDED, Outcome.DONE, "operator:sato")
        counter.load(federation, seed=9)
        for _ in range(3):
            journal.poll(worker)
    for _ in range(3):
        journal.poll(worker)
    (found,) = [one for one in lines if one.event == AuditEvent.DEATH_RECORDED]
    assert found.statements == (statement,)
    numbers = [one.audit_no for one in lines]
    assert numbers == sorted(set(numbers))


def test_the_journal_leaves_out_no_act_whose_transaction_is_the_youngest(federation: Federation) -> None:
    """Of two acts the one that began later draws the lower number: no transaction that ended is younger than it."""
    lines: list[Done] = []
    journal, worker = Journal(lines.extend, 0), federation.context(KUNI, WORKER)
    ctx = federation.context(KUNI, OFFICE)

    def put(tx: Transaction, index: int) -> str:
        return outgoing.put(ctx, tx, MessageKind.IDENTITY_NOTICE, TOKYO, world.notice(world.code(index)))

    with ctx.begin() as late:
        with ctx.begin() as early:
            put(early, 1)
            statement = put(late, 2)
            trail.note(ctx, late, AuditEvent.DEATH_RECORDED, Outcome.DONE, "operator:sato")
            trail.note(ctx, early, AuditEvent.BIRTH_RECORDED, Outcome.DONE, "operator:sato")
        for _ in range(3):
            journal.poll(worker)
    for _ in range(3):
        journal.poll(worker)
    acts = {AuditEvent.DEATH_RECORDED, AuditEvent.BIRTH_RECORDED}
    said = [one.event for one in lines if one.event in acts]
    assert said == [AuditEvent.DEATH_RECORDED, AuditEvent.BIRTH_RECORDED]
    assert [one.statements for one in lines if one.event == AuditEvent.DEATH_RECORDED] == [(statement,)]


def test_without_a_journal_it_says_that_it_cannot_say(federation: Federation) -> None:
    federation.put_back(KUNI, federation.copy_of(KUNI))
    settle(federation)
    assert state(federation).beyond is None


def look(federation: Federation, times: int) -> None:
    """Looks, which change nothing that a restore could lose."""
    ctx = federation.context(KUNI, OFFICE)
    with ctx.begin() as tx:
        for _ in range(times):
            trail.note(ctx, tx, AuditEvent.AUDIT_READ, Outcome.DONE, "operator:sato")


def last_number(federation: Federation) -> int:
    return int(world.rows(federation, KUNI, "SELECT max(entry_id) FROM audit_entries")[0][0])


def begun_journal(federation: Federation) -> tuple[Journal, list[Done]]:
    """A journal that is up to date, and the lines that come into it from now on."""
    lines: list[Done] = []
    journal = Journal(lines.extend, 0)
    for _ in range(3):
        journal.poll(federation.context(KUNI, WORKER))
    assert journal.last == last_number(federation)
    lines.clear()
    return journal, lines


def test_looks_alone_are_no_acts_beyond_the_backup_and_their_numbers_are_not_used_again(
    federation: Federation,
) -> None:
    backup = federation.copy_of(KUNI)
    journal, lines = begun_journal(federation)
    look(federation, 1000)
    used = last_number(federation)
    for _ in range(2):
        journal.poll(federation.context(KUNI, WORKER))
    assert lines == [Done(used, "", ())]
    federation.put_back(KUNI, backup, lines)
    settle(federation)
    assert state(federation).beyond == ()
    first = "SELECT min(entry_id) FROM audit_entries WHERE event = 'node:life:begun'"
    assert world.rows(federation, KUNI, first)[0][0] > used


def test_the_journal_says_how_far_it_is_every_thousand_numbers(federation: Federation) -> None:
    journal, lines = begun_journal(federation)
    worker = federation.context(KUNI, WORKER)
    marks = []
    for _ in range(4):
        look(federation, 600)
        marks.append(last_number(federation))
        for _ in range(2):
            journal.poll(worker)
    assert lines == [Done(marks[1], "", ()), Done(marks[3], "", ())]
    # Opened again, it goes on counting from what stands in it.
    again = Journal(lines.extend, marks[3])
    for times in (999, 1):
        look(federation, times)
        for _ in range(3):
            again.poll(worker)
    assert lines[2:] == [Done(last_number(federation), "", ())]


def test_a_history_is_journalled_in_parts(federation: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(6):
        counter.load(federation, seed=seed)
        look(federation, 2)
    worker = federation.context(KUNI, WORKER)
    with worker.begin() as tx:
        (whole,) = journals.rest(tx, 0)
    assert len(whole) > 7
    monkeypatch.setattr(journals, "_AT_ONCE", 4)
    with worker.begin() as tx:
        parts = list(journals.rest(tx, 0))
    assert len(parts) > 2
    assert [one for part in parts for one in part] == whole
    lines: list[Done] = []
    journal = Journal(lines.extend, 0)
    for _ in range(2):
        journal.poll(worker)
    assert len(lines) <= 4
    while journal.last < last_number(federation):
        journal.poll(worker)
    assert lines == whole

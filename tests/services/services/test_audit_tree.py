"""The sequencer: what is committed gets into the tree, once, in one order, whatever ends while it works."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.services import world
from tests.unit.domain.test_merkle import mth

from jukinet.audit.events import AuditEvent, Outcome
from jukinet.messages import checkpoints
from jukinet.messages.checkpoints import Checkpoint
from jukinet.services import audit_tree, trail
from jukinet.services.context import Context
from jukinet.store import audit_tree as rows
from jukinet.store.vitals import Waiting
from jukinet.testing.federation import Federation
from jukinet.testing.gazetteer import KUNITACHI

pytestmark = pytest.mark.core

KUNI = KUNITACHI.node_id


def sequencer(federation: Federation) -> Context:
    return federation.context(KUNI, "sequencer")


def note(ctx: Context, count: int, start: int = 0) -> None:
    with ctx.begin() as tx:
        for number in range(start, start + count):
            trail.note(
                ctx, tx, AuditEvent.NODE_STARTED, Outcome.DONE, trail.SYSTEM, reference=f"entry {number}"
            )


def leaves(federation: Federation) -> list[bytes]:
    """The leaves in the order of the tree, from the rows of the log alone."""
    told = world.rows(
        federation,
        KUNI,
        "SELECT leaf FROM log_runs, unnest(entry_ids) WITH ORDINALITY AS u (id, place)"
        " JOIN audit_entries ON entry_id = id ORDER BY incarnation, first, place",
    )
    return [bytes(row[0]) for row in told]


def signed(federation: Federation) -> Checkpoint:
    with federation.context(KUNI).begin() as tx:
        noted = rows.checkpoint(tx)
    entry = federation.directory.node(KUNI)
    assert noted is not None
    assert entry is not None
    return checkpoints.read_checkpoint(noted.note, KUNI, entry.keys)


def entries(federation: Federation) -> int:
    return int(world.rows(federation, KUNI, "SELECT count(*) FROM audit_entries")[0][0])


def test_a_checkpoint_is_the_root_over_every_entry(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    for count in (0, 1, 255, 300, 7):
        note(ctx, count)
        audit_tree.sequence(sequencer(federation))
        found = signed(federation)
        assert found.log == "urn:jukinet:log:muni-132152:1"
        assert found.size == entries(federation) == len(leaves(federation))
        assert found.root == mth(leaves(federation)), count
    assert audit_tree.sequence(sequencer(federation)) == 0


def test_who_commits_late_leaves_no_hole(federation: Federation) -> None:
    ctx, work = federation.context(KUNI), sequencer(federation)
    audit_tree.sequence(work)
    before = entries(federation)
    with world.connect(federation, KUNI) as late, late.transaction():
        late.execute(
            "INSERT INTO audit_entries (at, business_on, event, outcome, actor, rules, salt, leaf) VALUES"
            " (now(), '2013-07-08', 'late', 'done', 'system', '{}', '', sha256('late'))"
        )
        note(ctx, 1)
        for _ in range(6):
            federation.clock.advance(timedelta(seconds=5))
            audit_tree.sequence(work)
        assert signed(federation).size == before + 1, "who is not done holds nobody up"
    assert audit_tree.sequence(work) == 1
    assert signed(federation).root == mth(leaves(federation))
    assert signed(federation).size == entries(federation)


def test_who_drew_a_number_before_the_mark_and_wrote_after_it_is_waited_for(federation: Federation) -> None:
    """Transactions begin in another order than that in which they draw: no younger one has ended here."""
    ctx, work = federation.context(KUNI), sequencer(federation)
    with world.connect(federation, KUNI) as late:
        draw = "SELECT nextval(pg_get_serial_sequence('audit_entries', 'entry_id'))"
        ((drawn,),) = late.execute(draw).fetchall()
        late.commit()
        note(ctx, 1)
        audit_tree.sequence(work)
        with late.transaction():
            late.execute(
                "INSERT INTO audit_entries (entry_id, at, business_on, event, outcome, actor, rules, salt, leaf)"
                " OVERRIDING SYSTEM VALUE"
                " VALUES (%s, now(), '2013-07-08', 'late', 'done', 'system', '{}', '', sha256('late'))",
                (drawn,),
            )
            for _ in range(4):
                federation.clock.advance(timedelta(seconds=5))
                audit_tree.sequence(work)
    assert audit_tree.sequence(work) == 1
    assert signed(federation).size == entries(federation)


def test_the_mark_moves_on_behind_what_is_done(federation: Federation) -> None:
    note(federation.context(KUNI), 3)
    for _ in range(4):
        audit_tree.sequence(sequencer(federation))
        federation.clock.advance(timedelta(seconds=5))
    (settled,) = world.rows(federation, KUNI, "SELECT settled FROM logs")[0]
    assert settled == world.rows(federation, KUNI, "SELECT max(entry_id) FROM audit_entries")[0][0]
    note(federation.context(KUNI), 2)
    assert audit_tree.sequence(sequencer(federation)) == 2


def test_whatever_ends_the_sequencer_the_next_one_goes_on(federation: Federation) -> None:
    note(federation.context(KUNI), 3)
    at = 1
    while True:
        note(federation.context(KUNI), 2)
        ctx, _ = world.crashing(sequencer(federation), at)
        try:
            audit_tree.sequence(ctx)
        except world.Crash:
            at += 1
            continue
        break
    assert at > 10
    assert signed(federation).size == entries(federation) == len(leaves(federation))
    assert signed(federation).root == mth(leaves(federation))


def test_a_log_that_rests_says_so_anew(federation: Federation) -> None:
    audit_tree.sequence(sequencer(federation))
    first = signed(federation)
    federation.clock.advance(timedelta(minutes=9))
    audit_tree.sequence(sequencer(federation))
    assert signed(federation) == first
    federation.clock.advance(timedelta(minutes=1))
    audit_tree.sequence(sequencer(federation))
    assert signed(federation) == replace(first, at=federation.clock.now())


def test_a_restore_ends_one_log_and_opens_the_next(federation: Federation) -> None:
    note(federation.context(KUNI), 3)
    audit_tree.sequence(sequencer(federation))
    copied = federation.copy_of(KUNI)
    ended = signed(federation)
    note(federation.context(KUNI), 4)
    old = sequencer(federation)
    audit_tree.sequence(old)
    lost = signed(federation)
    federation.put_back(KUNI, copied)
    assert audit_tree.sequence(old) == 0, "the process of the life before"
    taken = audit_tree.sequence(sequencer(federation))
    found = signed(federation)
    assert (found.log, found.size) == ("urn:jukinet:log:muni-132152:2", taken)
    assert taken >= 1
    entry = federation.directory.node(KUNI)
    assert entry is not None
    with federation.context(KUNI).begin() as tx:
        head = rows.head(tx)
    assert head is not None
    assert head.admission is not None
    said = checkpoints.read_admission(head.admission, KUNI, entry.keys)
    assert said.log == found.log
    assert (said.ended.log, said.ended.size, said.ended.root) == (ended.log, ended.size, ended.root)
    assert lost.size == ended.size + 4, "what the admission lacks is what was lost"


def test_how_far_behind_the_tree_is(federation: Federation) -> None:
    ctx = federation.context(KUNI)
    audit_tree.sequence(sequencer(federation))
    with ctx.begin() as tx:
        assert rows.unsequenced(tx) == Waiting(0, None)
    written = federation.clock.now()
    note(ctx, 2)
    federation.clock.advance(timedelta(seconds=11))
    with ctx.begin() as tx:
        assert rows.unsequenced(tx) == Waiting(2, written)

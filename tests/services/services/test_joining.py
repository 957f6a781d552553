"""Promise 7 of docs/explanation/delivery.md: a municipality that was outside brings its whole register in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.services import counter
from tests.services.world import TOKYO

from jukinet.audit.events import AuditEvent
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.items import RecordKind
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId
from jukinet.domain.permissions import Permission
from jukinet.domain.persons import IdentityFacts
from jukinet.law.decisions import Permitted, Refused
from jukinet.messages.keys import KeyUse, Signer
from jukinet.services import consistency, designation, joining
from jukinet.services.context import Context, Signers
from jukinet.services.joining import Written
from jukinet.services.operators import OperatorClaim
from jukinet.testing.federation import CLERK, Federation
from jukinet.testing.gazetteer import KUNITACHI, YAMATSURI

YAMA, GOVERNOR = YAMATSURI.node_id, NodeId("pref-07")


@pytest.fixture
def outside(federation: Federation) -> Federation:
    """Yamatsuri keeps a register: two persons, none of them with a code."""
    counter.load(federation, YAMATSURI)
    counter.load(federation, YAMATSURI, kind=RecordKind.FOREIGN, seed=3)
    return federation


def publish(federation: Federation, *outside: NodeId) -> None:
    """A new directory: all are connected but these."""
    former = federation.directory
    nodes = [
        replace(one, connected=one.id not in outside, reason="its own choice" if one.id in outside else None)
        for one in former.nodes
    ]
    federation.directory = replace(former, version=former.version + 1, nodes=tuple(nodes))
    federation.run()


def connect(federation: Federation) -> None:
    """The directory takes Yamatsuri in, and the centre designates codes to it."""
    publish(federation)
    designation.designate_codes(federation.context(NATIONAL), CLERK, YAMATSURI, 40)
    federation.run()


def write(federation: Federation, files: dict[str, bytes]) -> Written:
    done = joining.write(federation.context(YAMA), CLERK, files.__setitem__)
    assert isinstance(done, Written), done
    return done


def load(federation: Federation, node: NodeId, files: dict[str, bytes]) -> object:
    return joining.load(federation.context(node), CLERK, files["manifest.json"], files.__getitem__)


def written(federation: Federation) -> dict[str, bytes]:
    """The segments of Yamatsuri, which has joined as far as that."""
    connect(federation)
    assert joining.give_codes(federation.context(YAMA), CLERK) == 2
    files: dict[str, bytes] = {}
    write(federation, files)
    return files


def rules(outcome: object) -> list[str]:
    assert isinstance(outcome, Refused), outcome
    return [one.rule for one in outcome.failed]


def registered(
    federation: Federation, where: MunicipalityCode
) -> set[tuple[MunicipalityCode, IdentityFacts]]:
    everybody = [counter.read(federation, where, no) for no in counter.known_numbers(federation, where)]
    return {(where, one.record.identity_facts()) for one in everybody if one.present}


@case(permitted="JN1 JN2 JN3 JN4 JN5 JN6 JN7")
def test_a_whole_register_joins_and_the_stream_follows(outside: Federation) -> None:
    connect(outside)
    ctx = outside.context(YAMA)
    assert joining.give_codes(ctx, CLERK) == 2
    assert joining.give_codes(ctx, CLERK) == 0
    number, other = counter.known_numbers(outside, YAMATSURI)
    counter.move_within(outside, YAMATSURI, number)  # before: the segments say it
    files: dict[str, bytes] = {}
    assert write(outside, files) == Written(2, 1)
    counter.move_within(outside, YAMATSURI, other)  # after: it waits
    outside.run()
    assert world.held(outside, GOVERNOR) == world.held(outside, NATIONAL) == set()
    assert load(outside, NATIONAL, files) == load(outside, GOVERNOR, files) == 2
    before = world.held(outside, GOVERNOR)
    assert before == world.held(outside, NATIONAL)
    assert before != registered(outside, YAMATSURI)
    assert isinstance(joining.go_live(ctx, CLERK), Permitted)
    outside.run()
    for node in (GOVERNOR, NATIONAL):
        assert world.held(outside, node) == registered(outside, YAMATSURI)
        assert world.parked(outside, node) == []
    numbers = "SELECT incarnation, number FROM statements WHERE origin = %s AND stream = 'identity'"
    assert world.rows(outside, NATIONAL, numbers, str(YAMA)) == [(1, 1)]
    checks = consistency.check(outside.context(GOVERNOR), CLERK)
    assert not isinstance(checks, Refused)
    assert [one.differences for one in checks] == [(), ()]
    assert [kind for _, kind, _ in counter.code_notices(outside, YAMATSURI)] == ["assigned", "assigned"]


def test_segments_written_again_are_the_same(outside: Federation) -> None:
    files = written(outside)
    counter.move_within(outside, YAMATSURI, counter.known_numbers(outside, YAMATSURI)[0])
    again: dict[str, bytes] = {}
    write(outside, again)
    assert again == files
    assert list(again)[-1] == "manifest.json"


def test_a_manifest_written_again_has_the_key_of_its_moment(outside: Federation) -> None:
    files = written(outside)
    ctx = outside.context(YAMA)
    made = outside.clock.now()
    outside.clock.advance(timedelta(hours=2))
    rotated = _Rotated(ctx.signers, made)
    again: dict[str, bytes] = {}
    joining.write(replace(ctx, signers=rotated), CLERK, again.__setitem__)
    assert again["manifest.json"] == files["manifest.json"]


@dataclass(frozen=True)
class _Rotated:
    """Signers of which those of now are others than those of a moment."""

    former: Signers
    until: datetime

    def __getitem__(self, use: KeyUse) -> Signer:
        raise AssertionError("another key counts by now")

    def at(self, use: KeyUse, moment: datetime) -> Signer:
        assert moment <= self.until
        return self.former.at(use, moment)


def test_what_was_kept_of_the_segments_ends_when_the_stream_begins(outside: Federation) -> None:
    files = written(outside)
    assert world.rows(outside, YAMA, "SELECT name FROM joining_segments") == [("segment-00001.jsonl",)]
    load(outside, NATIONAL, files)
    load(outside, GOVERNOR, files)
    assert isinstance(joining.go_live(outside.context(YAMA), CLERK), Permitted)
    assert world.rows(outside, YAMA, "SELECT name FROM joining_segments") == []


def test_killed_at_any_step_of_writing_it_is_written_whole_or_not_at_all(outside: Federation) -> None:
    connect(outside)
    joining.give_codes(outside.context(YAMA), CLERK)
    before = world.tables(outside, YAMA)
    for step in range(1, 100):
        ctx, database = world.crashing(outside.context(YAMA), step)
        with pytest.raises(world.Crash):
            joining.write(ctx, CLERK, lambda *_: None)
        if database.commits:
            break
        assert world.changed(before, world.tables(outside, YAMA)) == set()
    files: dict[str, bytes] = {}
    write(outside, files)
    assert list(files) == ["segment-00001.jsonl", "manifest.json"]
    assert load(outside, NATIONAL, files) == 2


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("segment-00001.jsonl", lambda data: data.replace(b"1", b"2", 1)),
        ("segment-00001.jsonl", lambda data: data.split(b"\n", 1)[1]),
        ("segment-00001.jsonl", lambda data: data * 2),
        ("manifest.json", lambda data: data.replace(b'"sig":"', b'"sig":"AA')),
    ],
)
def test_what_was_altered_on_the_way_is_not_taken_in(
    outside: Federation, name: str, change: Callable[[bytes], bytes]
) -> None:
    files = written(outside)
    files[name] = change(files[name])
    before = world.tables(outside, GOVERNOR)
    with pytest.raises(JukinetError) as caught:
        load(outside, GOVERNOR, files)
    assert caught.value.kind in {ErrorKind.UNAUTHENTIC, ErrorKind.MALFORMED}
    assert world.changed(before, world.tables(outside, GOVERNOR)) == set()


@case(refused="JN1")
def test_who_is_not_connected_does_not_join(outside: Federation) -> None:
    ctx = outside.context(YAMA)
    assert rules(joining.give_codes(ctx, CLERK)) == ["JN1"]
    assert "JN1" in rules(joining.write(ctx, CLERK, lambda *_: None))


@case(refused="JN2")
def test_who_takes_part_already_has_nothing_to_bring_in(federation: Federation) -> None:
    counter.load(federation)
    ctx = federation.context(KUNITACHI)
    assert rules(joining.give_codes(ctx, CLERK)) == ["JN2"]
    assert rules(joining.write(ctx, CLERK, lambda *_: None)) == ["JN2"]


@case(refused="JN3")
def test_nothing_is_written_before_everybody_has_a_code(outside: Federation) -> None:
    connect(outside)
    ctx = outside.context(YAMA)
    joining.give_codes(ctx, CLERK)
    with world.connect(outside, YAMA) as raw:
        raw.execute("UPDATE residents SET code = NULL WHERE resident_id = 1")
    files: dict[str, bytes] = {}
    assert rules(joining.write(ctx, CLERK, files.__setitem__)) == ["JN3"]
    assert files == {}


@case(refused="JN4 JN5")
def test_a_store_takes_it_in_once_and_only_its_own(outside: Federation) -> None:
    files = written(outside)
    assert rules(load(outside, TOKYO, files)) == ["JN5"]
    load(outside, GOVERNOR, files)
    assert rules(load(outside, GOVERNOR, files)) == ["JN4"]


@case(refused="JN6 JN7")
def test_it_is_not_live_before_the_prefecture_agrees(outside: Federation) -> None:
    ctx = outside.context(YAMA)
    assert rules(joining.go_live(ctx, CLERK)) == ["JN6"]
    files = written(outside)
    assert rules(joining.go_live(ctx, CLERK)) == ["JN7"]
    outside.line.cut = {GOVERNOR}
    load(outside, GOVERNOR, files)
    assert rules(joining.go_live(ctx, CLERK)) == ["JN7"]


@pytest.mark.parametrize(
    ("event", "act"),
    [
        (AuditEvent.CODE_ASSIGNED, joining.give_codes),
        (AuditEvent.JOINING_LIVE, joining.go_live),
        (AuditEvent.JOINING_WRITTEN, lambda ctx, claim: joining.write(ctx, claim, lambda *_: None)),
        # Before anything is read of what was brought.
        (
            AuditEvent.JOINING_LOADED,
            lambda ctx, claim: joining.load(ctx, claim, b"no manifest", lambda _: b""),
        ),
    ],
)
def test_who_may_not_brings_nothing_in(
    standing: Federation, event: AuditEvent, act: Callable[[Context, OperatorClaim], object]
) -> None:
    counter.assert_gated(standing, YAMA, event, Permission.NETWORK_JOIN_RUN, act)


def stay_apart(federation: Federation) -> None:
    """A municipality that took part leaves, and its counter goes on: a move, a death, a birth, and one who comes."""
    for seed in range(2):
        counter.load(federation, KUNITACHI, seed=seed)
    federation.run()
    moving, dying = counter.known_numbers(federation, KUNITACHI)[:2]
    publish(federation, YAMA, KUNITACHI.node_id)
    before = world.held(federation, TOKYO)
    counter.move_within(federation, KUNITACHI, moving)
    counter.die(federation, KUNITACHI, dying)
    household = counter.read(federation, KUNITACHI, moving).record.household_number
    counter.give_birth(federation, KUNITACHI, household)
    federation.run()
    assert world.held(federation, TOKYO) == before


def test_what_happened_apart_is_said_when_a_municipality_is_back(federation: Federation) -> None:
    stay_apart(federation)
    ctx = federation.context(KUNITACHI)
    assert rules(joining.give_codes(ctx, CLERK)) == ["JN1"]
    publish(federation, YAMA)
    coded = {one for one in registered(federation, KUNITACHI) if one[1].code is not None}
    assert world.held(federation, TOKYO) == world.held(federation, NATIONAL) == coded
    assert joining.give_codes(ctx, CLERK) == 1  # the newborn
    number = counter.known_numbers(federation, KUNITACHI)[0]
    counter.move_within(federation, KUNITACHI, number, address=counter.ADDRESSES[KUNITACHI])
    federation.run()
    for node in (TOKYO, NATIONAL):
        assert world.held(federation, node) == registered(federation, KUNITACHI)
        assert world.parked(federation, node) == []

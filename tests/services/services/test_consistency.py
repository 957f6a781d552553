"""The consistency check: what is planted straight in the tables is found, what is on its way is not different."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from tests.conformance.cases import case
from tests.services import world
from tests.services.conftest import network_on
from tests.services.services import counter
from tests.services.world import KUNI, TOKYO

from jukinet.audit.events import AuditEvent
from jukinet.domain.encoding import encode_identity
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.law.decisions import Refused
from jukinet.messages.consistency import TOP
from jukinet.node.postgres import Cluster
from jukinet.services import consistency
from jukinet.services.consistency import Check
from jukinet.services.consistency_schedule import OWN
from jukinet.store.differences import Kind
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import CLERK, NETWORK, OFFICE, WORKER, Federation
from jukinet.testing.gazetteer import CHIYODA, KUNITACHI, YAMATSURI

MINUTE = timedelta(seconds=61)


def checks(federation: Federation, node: NodeId, *, recompute: bool = False) -> dict[str, Check]:
    found = consistency.check(federation.context(node, OFFICE), CLERK, recompute=recompute)
    assert not isinstance(found, Refused), found
    return {one.against: one for one in found}


def plant(federation: Federation, node: NodeId, *statements: str) -> None:
    """As a superuser would: straight into the tables."""
    with counter.owner(federation, node) as connection:
        for statement in statements:
            assert connection.execute(statement.encode()).rowcount > 0


def seen(one: Check) -> set[tuple[str, Kind]]:
    assert one.problem is None
    return {(difference.seen.code, difference.seen.kind) for difference in one.differences}


@pytest.fixture(scope="module")
def populated(cluster: Cluster, prepared: str) -> Iterator[str]:
    """The name of a database with eight residents of Kunitachi, everywhere alike, to copy from."""
    with throwaway_database(cluster, template=prepared) as name:
        with network_on(cluster, name, seed=1) as network:
            for seed in range(8):
                counter.load(network, KUNITACHI, seed=seed)
        cluster.seal_template(name)
        yield name


@pytest.fixture
def federation(cluster: Cluster, populated: str) -> Iterator[Federation]:
    with (
        throwaway_database(cluster, template=populated) as name,
        network_on(cluster, name, seed=2) as network,
    ):
        yield network


@pytest.fixture
def people(federation: Federation) -> list[str]:
    """Their codes."""
    return sorted(code for (code,) in world.rows(federation, KUNI, "SELECT code FROM residents"))


SWAP = """UPDATE {table} a SET name = b.name, birth_date = b.birth_date, sex = b.sex, address = b.address
            FROM {table} b WHERE (a.code, b.code) IN (('{0}', '{1}'), ('{1}', '{0}'))"""


@case("spec 7.1.1.2", permitted="KC1")
def test_nodes_that_hold_the_same_agree(federation: Federation, people: list[str]) -> None:
    found = checks(federation, KUNI)
    assert set(found) == {OWN, str(TOKYO)}
    assert [(one.records, one.agrees) for one in found.values()] == [(len(people), True)] * 2
    assert checks(federation, KUNI, recompute=True)[str(TOKYO)].records == len(people)
    found = checks(federation, TOKYO)
    assert set(found) == {OWN, "national"}
    assert [(one.records, one.agrees) for one in found.values()] == [(len(people), True)] * 2
    assert set(checks(federation, NATIONAL)) == {OWN}


def test_the_three_ways_to_a_digest_give_the_same(federation: Federation, people: list[str]) -> None:
    """The database's, the one computed from raw rows, and that of the encoding: no two share code."""
    kept = dict(world.rows(federation, TOKYO, "SELECT code, digest FROM identity_records"))
    with federation.context(TOKYO, NETWORK).begin() as tx:
        from jukinet.store import consistency as store
        from jukinet.store import identity

        expected = {
            str(facts.code): hashlib.sha256(encode_identity(facts)).digest()[:16]
            for _, facts in identity.live_records(tx)
        }
        lines = store.lines(tx, store.EVERYTHING, "", 100, recompute=True)
        found = {line.code: line.digest for line in lines}
    assert kept == expected == found
    assert sorted(kept) == people


@pytest.mark.parametrize("recompute", [False, True])
@pytest.mark.parametrize(("node", "table"), [(TOKYO, "identity_records"), (KUNI, "sent_copies")])
def test_planted_differences_are_found_from_the_municipality(
    federation: Federation, people: list[str], node: NodeId, table: str, *, recompute: bool
) -> None:
    plant(federation, node, SWAP.format(people[0], people[1], table=table))
    plant(federation, node, f"DELETE FROM {table} WHERE code = '{people[2]}'")
    plant(federation, node, f"UPDATE {table} SET building = '' WHERE code = '{people[3]}'")
    gone = Kind.MISSING_THERE if node == TOKYO else Kind.MISSING_HERE
    expected = {(one, Kind.DIFFERS) for one in (people[0], people[1], people[3])} | {(people[2], gone)}
    assert seen(checks(federation, KUNI, recompute=recompute)[str(TOKYO)]) == expected


@pytest.mark.parametrize("node", [TOKYO, NATIONAL])
def test_planted_differences_are_found_from_the_prefecture(
    federation: Federation, people: list[str], node: NodeId
) -> None:
    table = "identity_records"
    plant(federation, node, SWAP.format(people[0], people[1], table=table))
    plant(federation, node, f"UPDATE {table} SET live = false WHERE code = '{people[2]}'")
    moved = f"UPDATE {table} SET municipality = '{CHIYODA}' WHERE code = '{people[3]}'"
    plant(federation, node, moved)
    gone = Kind.MISSING_THERE if node == NATIONAL else Kind.MISSING_HERE
    found = checks(federation, TOKYO)["national"]
    kinds = [(one.seen.municipality, one.seen.code, one.seen.kind) for one in found.differences]
    both = {Kind.MISSING_HERE, Kind.MISSING_THERE}
    assert {kind for _, code, kind in kinds if code == people[3]} == both
    rest = {(code, kind) for _, code, kind in kinds if code != people[3]}
    assert rest == {(people[0], Kind.DIFFERS), (people[1], Kind.DIFFERS), (people[2], gone)}


def test_a_record_of_elsewhere_is_in_a_comparison_too(federation: Federation, people: list[str]) -> None:
    """At the prefecture it is compared with the centre; at the centre, which nobody would ask for it, with itself."""
    plant(
        federation, TOKYO, f"UPDATE identity_records SET municipality = '011002' WHERE code = '{people[0]}'"
    )
    plant(
        federation,
        NATIONAL,
        f"UPDATE identity_records SET municipality = '990007' WHERE code = '{people[1]}'",
    )
    found = checks(federation, TOKYO)
    assert (people[0], Kind.STRAY) in seen(found[OWN])
    kinds = {(one.seen.municipality, one.seen.code) for one in found["national"].differences}
    assert ("011002", people[0]) in kinds
    assert seen(checks(federation, NATIONAL)[OWN]) == {(people[1], Kind.STRAY)}


def test_a_digest_that_no_longer_follows_its_row_is_found_from_the_rows(
    federation: Federation, people: list[str]
) -> None:
    """A superuser who first stops the database from generating digests hides a change from kept digests alone."""
    plant_quietly(federation, "ALTER TABLE identity_records ALTER COLUMN digest DROP EXPRESSION")
    plant(federation, TOKYO, f"UPDATE identity_records SET name = '別人' WHERE code = '{people[0]}'")
    assert checks(federation, KUNI)[str(TOKYO)].agrees
    assert seen(checks(federation, KUNI, recompute=True)[str(TOKYO)]) == {(people[0], Kind.DIFFERS)}
    assert seen(checks(federation, TOKYO)[OWN]) == {(people[0], Kind.ALTERED)}
    # A check by kept digests cannot tell that it is gone.
    assert seen(checks(federation, KUNI)[str(TOKYO)]) == {(people[0], Kind.DIFFERS)}


def plant_quietly(federation: Federation, statement: str) -> None:
    with counter.owner(federation, TOKYO) as connection:
        connection.execute(statement.encode())


def test_the_register_is_compared_with_what_was_sent(federation: Federation, people: list[str]) -> None:
    name = """UPDATE resident_versions v SET items = jsonb_set(items, '{{name,text}}', '"別人"')
                FROM residents r WHERE r.resident_id = v.resident_id AND r.code = '{0}'"""
    plant(federation, KUNI, name.format(people[0]))
    plant(federation, KUNI, f"UPDATE residents SET present = false WHERE code = '{people[1]}'")
    plant(federation, KUNI, f"DELETE FROM sent_copies WHERE code = '{people[2]}'")
    found = checks(federation, KUNI)[OWN]
    assert seen(found) == {
        (people[0], Kind.DIFFERS),
        (people[1], Kind.MISSING_HERE),
        (people[2], Kind.MISSING_THERE),
    }
    assert [one.seen.items for one in found.differences if one.seen.code == people[0]] == [("name",)]


def test_what_is_on_its_way_is_no_difference(federation: Federation, people: list[str]) -> None:
    """At each step of a notice's way: put, numbered, signed, on the lane, taken by the prefecture, forwarded."""
    numbers = counter.known_numbers(federation, KUNITACHI)
    counter.die(federation, KUNITACHI, numbers[0])
    counter.move_within(federation, KUNITACHI, numbers[1])
    found = counter.read(federation, KUNITACHI, numbers[2])
    counter.change_code(federation, KUNITACHI, found)
    for _ in range(8):
        one = checks(federation, KUNI)[str(TOKYO)]
        assert one.agrees, seen(one)
        one = checks(federation, TOKYO)["national"]
        assert one.agrees, seen(one)
        federation.step()
    assert checks(federation, KUNI)[str(TOKYO)].moving == 0
    assert checks(federation, TOKYO)["national"].moving == 0


def test_what_is_on_its_way_hides_nobody_else(federation: Federation, people: list[str]) -> None:
    plant(federation, TOKYO, f"UPDATE identity_records SET name = '別人' WHERE code = '{people[0]}'")
    federation.line.cut.add(TOKYO)
    numbers = counter.known_numbers(federation, KUNITACHI)
    other = next(
        one for one in numbers if str(counter.read(federation, KUNITACHI, one).record.code) != people[0]
    )
    counter.die(federation, KUNITACHI, other)
    federation.step()
    federation.line.cut.clear()
    found = checks(federation, KUNI)[str(TOKYO)]
    assert seen(found) == {(people[0], Kind.DIFFERS)}
    assert found.moving == 1


def test_a_difference_counts_when_two_checks_a_minute_apart_have_seen_it(
    federation: Federation, people: list[str]
) -> None:
    plant(federation, TOKYO, f"UPDATE identity_records SET name = '別人' WHERE code = '{people[0]}'")

    def confirmed() -> list[bool]:
        found = checks(federation, KUNI)[str(TOKYO)].differences
        return [one.confirmed_at is not None for one in found]

    assert confirmed() == [False]
    federation.clock.advance(timedelta(seconds=59))
    assert confirmed() == [False]
    federation.clock.advance(timedelta(seconds=1))
    assert confirmed() == [True]
    entries = world.entries(federation, KUNI, AuditEvent.DIFFERENCE_CONFIRMED)
    assert [(str(one.subject_code), one.rules) for one in entries] == [(people[0], (str(TOKYO),))]
    plant(
        federation,
        TOKYO,
        "UPDATE identity_records r SET name = h.name FROM identity_history h WHERE h.history_id = r.history_id",
    )
    federation.clock.advance(MINUTE)
    assert confirmed() == []
    assert world.rows(
        federation, KUNI, "SELECT count(*) FROM consistency_differences WHERE gone_at IS NULL"
    ) == [(0,)]


def test_what_was_parked_there_is_named_so(federation: Federation, people: list[str]) -> None:
    plant(federation, TOKYO, f"UPDATE identity_records SET live = false WHERE code = '{people[0]}'")
    found = counter.read(federation, KUNITACHI, numbers_of(federation)[people[0]])
    counter.move_within(federation, KUNITACHI, found.resident_no)
    federation.run()
    (difference,) = checks(federation, KUNI)[str(TOKYO)].differences
    assert (difference.seen.kind, difference.seen.items) == (Kind.MISSING_THERE, ("parked",))


def numbers_of(federation: Federation) -> dict[str, str]:
    rows = world.rows(federation, KUNI, "SELECT code, resident_no FROM residents")
    return {str(code): str(number) for code, number in rows}


def test_a_peer_that_does_not_answer_is_told(federation: Federation, people: list[str]) -> None:
    federation.line.cut.add(TOKYO)
    found = checks(federation, KUNI)
    assert found[OWN].agrees
    assert found[str(TOKYO)].problem == "The line is cut."
    assert not found[str(TOKYO)].agrees


def test_a_peer_that_has_taken_more_than_was_sent_is_told(federation: Federation, people: list[str]) -> None:
    plant(federation, TOKYO, "UPDATE lanes_in SET cursor = cursor + 1 WHERE stream = 'identity'")
    assert "restored" in (checks(federation, KUNI)[str(TOKYO)].problem or "")


@pytest.mark.parametrize(
    ("asker", "asked"), [(KUNI, NATIONAL), (KUNI, CHIYODA.node_id), (TOKYO, KUNI), (KUNI, NodeId("pref-07"))]
)
def test_only_who_reports_to_a_node_may_compare_with_it(
    federation: Federation, asker: NodeId, asked: NodeId
) -> None:
    from jukinet.messages.consistency import CheckQuestion
    from jukinet.services.consistency import _ask
    from jukinet.services.consistency_own import Found

    with pytest.raises(JukinetError) as raised:
        _ask(federation.context(asker, OFFICE), asked, Found(), CheckQuestion(TOP))
    assert raised.value.kind is ErrorKind.FORBIDDEN
    (entry,) = world.entries(federation, asked, AuditEvent.CONSISTENCY_ANSWERED)
    assert (entry.actor, entry.rules) == (asker.uri, (ErrorKind.FORBIDDEN,))


@case(refused="KC1")
def test_a_node_that_is_not_connected_has_nobody_to_compare_with(federation: Federation) -> None:
    found = consistency.check(federation.context(YAMATSURI, OFFICE), CLERK)
    assert isinstance(found, Refused)
    assert [rule.rule for rule in found.failed] == ["KC1"]
    assert consistency.check_due(federation.context(YAMATSURI, WORKER)) == 0


def test_the_worker_compares_by_itself_and_looks_again(federation: Federation, people: list[str]) -> None:
    plant(federation, TOKYO, f"UPDATE identity_records SET name = '別人' WHERE code = '{people[0]}'")
    worker = federation.context(KUNI, WORKER)
    assert consistency.check_due(worker) == 0  # planned
    federation.clock.advance(timedelta(hours=6))
    assert consistency.check_due(worker) == 1
    assert consistency.check_due(worker) == 0
    federation.clock.advance(MINUTE)
    assert consistency.check_due(worker) == 1
    known = consistency.list_differences(federation.context(KUNI, OFFICE), CLERK)
    assert not isinstance(known, Refused)
    assert [(one.seen.code, one.confirmed_at is not None) for one in known.differences] == [(people[0], True)]
    # Each night from the rows, the register too.
    federation.clock.advance(timedelta(days=1))
    while consistency.check_due(worker):
        pass
    done = world.rows(federation, KUNI, "SELECT against, recomputed FROM consistency_checks")
    assert set(done) == {(OWN, True), (str(TOKYO), False), (str(TOKYO), True)}
    for node in (TOKYO, NATIONAL):
        assert consistency.check_due(federation.context(node, WORKER)) == 0
        federation.clock.advance(timedelta(days=1))
        assert consistency.check_due(federation.context(node, WORKER)) == 1


def next_look(federation: Federation, *, recomputed: bool = False) -> timedelta:
    """How far off the next comparison with the governor is."""
    query = f"SELECT next_at FROM consistency_due WHERE against = '{TOKYO}' AND recomputed = {recomputed}"
    ((planned,),) = world.rows(federation, KUNI, query)
    assert isinstance(planned, datetime)
    return planned - federation.clock.now()


def test_what_is_on_its_way_is_not_looked_at_again_and_again(
    federation: Federation, people: list[str]
) -> None:
    """A notice of it came onto a lane that stands after it was seen once: no look can confirm or end it."""
    worker = federation.context(KUNI, WORKER)
    assert consistency.check_due(worker) == 0
    usual = next_look(federation)
    plant(federation, TOKYO, f"UPDATE identity_records SET name = '別人' WHERE code = '{people[0]}'")
    federation.clock.advance(usual)
    assert consistency.check_due(worker) == 1
    assert next_look(federation) == MINUTE
    plant(federation, KUNI, "UPDATE lanes_out SET halted = true WHERE stream = 'identity'")
    counter.die(federation, KUNITACHI, numbers_of(federation)[people[0]])
    federation.run()
    for wait in (MINUTE, usual):
        federation.clock.advance(wait)
        assert consistency.check_due(worker) == 1
        assert next_look(federation) == usual
    known = consistency.list_differences(federation.context(KUNI, OFFICE), CLERK)
    assert not isinstance(known, Refused)
    assert [(one.seen.code, one.confirmed_at) for one in known.differences] == [(people[0], None)]


def test_what_only_a_look_at_the_rows_sees_is_not_looked_for_without(
    federation: Federation, people: list[str]
) -> None:
    worker = federation.context(KUNI, WORKER)
    assert consistency.check_due(worker) == 0
    usual = next_look(federation)
    plant_quietly(federation, "ALTER TABLE identity_records ALTER COLUMN digest DROP EXPRESSION")
    plant(federation, TOKYO, f"UPDATE identity_records SET name = '別人' WHERE code = '{people[0]}'")
    assert seen(checks(federation, KUNI, recompute=True)[str(TOKYO)]) == {(people[0], Kind.DIFFERS)}
    federation.clock.advance(usual)
    assert consistency.check_due(worker) == 1
    assert next_look(federation) == usual

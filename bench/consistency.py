"""The group ``consistency``: how long the check of one municipality takes, and how much it says over the line.

Puts invented records straight into the tables of a municipality and its prefecture, on a server of its own on the disk;
then a superuser plants ten differences in the prefecture's table: two people's facts swapped, one record deleted, one
that the municipality never sent, six others altered. A check that finds another set than was planted is no measurement.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator

import psycopg

from bench.register_load import copy, people
from bench.results import FEWEST_RUNS, Measured, MeasurementError
from jukinet.domain.persons import IdentityFacts
from jukinet.node.postgres import Cluster, Role
from jukinet.services import consistency
from jukinet.services.consistency import Check
from jukinet.store import schema
from jukinet.testing.cluster import throwaway_cluster
from jukinet.testing.federation import CLERK, NODES, Federation
from jukinet.testing.gazetteer import KUNITACHI

HERE, THERE = KUNITACHI.node_id, NODES[1]
DIFFERENT_PEOPLE = 50_000
"""Their facts come again, each time under another code."""
RECORDS = 1_000_000

_FACTS = ("code", "name", "nickname", "birth_date", "sex", "address_in", "address", "building")


def codes(count: int) -> Iterator[str]:
    """Eleven digits each, spread over all that there are; which of them may be issued is nothing to the check."""
    for serial in range(count):
        yield f"{serial * 7_919_987 % 10**10:010d}0"


def rows(count: int) -> Iterator[tuple[object, ...]]:
    facts: list[IdentityFacts] = [
        one.identity_facts() for one in itertools.islice(people(min(count, DIFFERENT_PEOPLE)), count)
    ]
    for code, one in zip(codes(count), itertools.cycle(facts), strict=False):
        address = one.address
        place = (str(address.municipality), address.text, address.building)
        yield (code, one.name, one.nickname, str(one.birth_date), one.sex.value, *place)


def load(owner: str, count: int) -> None:
    at = "2013-07-08"
    with psycopg.connect(owner, options=f"-c search_path={HERE.schema}") as connection:
        copy(connection, "sent_copies", (*_FACTS, "sent_at"), [(*row, at) for row in rows(count)])
    with psycopg.connect(owner, options=f"-c search_path={THERE.schema}") as connection:
        connection.execute(
            "INSERT INTO identity_history (statement_id, municipality, change_kind, reason, occurred_on,"
            " foreign_record, name, birth_date, sex, address_in, address, received_on, received_at)"
            " VALUES ('0', '', '', '', '2013-07-08', false, '', '', '', '', '', '2013-07-08', '2013-07-08')"
        )
        state = ("municipality", "live", "event_on", "recorded_on", "history_id", "change_kind", "reason")
        rest = (*state, "occurred_on", "speaks", "name_key", "address_key")
        said = (str(KUNITACHI), True, at, at, 1, "recording", "birth", at, True, 1, 1)
        copy(connection, "identity_records", (*_FACTS, *rest), [(*row, *said) for row in rows(count)])
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE)")  # What the server does by itself within minutes of a load.


def plant(owner: str, count: int) -> set[str]:
    """Ten differences at the prefecture; their codes."""
    chosen = list(itertools.islice(codes(count), 0, count, max(1, count // 9)))[:9]
    new = "99999999990"
    with psycopg.connect(owner, options=f"-c search_path={THERE.schema}") as connection:
        connection.execute(
            "UPDATE identity_records a SET name = b.name, birth_date = b.birth_date, sex = b.sex,"
            " address = b.address FROM identity_records b"
            " WHERE (a.code, b.code) IN ((%(one)s, %(two)s), (%(two)s, %(one)s))",
            {"one": chosen[0], "two": chosen[1]},
        )
        connection.execute("DELETE FROM identity_records WHERE code = %s", [chosen[2]])
        connection.execute(
            "UPDATE identity_records SET building = coalesce(building, '') || '改' WHERE code = ANY(%s)",
            [chosen[3:]],
        )
        connection.execute(
            "INSERT INTO identity_records (code, municipality, live, event_on, recorded_on, history_id,"
            " change_kind, reason, occurred_on, speaks, name, birth_date, sex, address_in, address, name_key,"
            " address_key) SELECT %s, municipality, live, event_on, recorded_on, history_id, change_kind, reason,"
            " occurred_on, speaks, name, birth_date, sex, address_in, address, name_key, address_key"
            " FROM identity_records WHERE code = %s",
            [new, chosen[0]],
        )
    return {*chosen, new}


def measure(say: Callable[[str], None], residents: int = RECORDS) -> list[Measured]:
    """Every name of the group: checks by kept digests and by digests of the rows, in turn, of the same differences."""
    kept, size, from_rows = [], [], []
    with throwaway_cluster(Cluster) as cluster:
        cluster.create_database("check")
        owner = cluster.dsn(Role.OWNER, "check")
        for node in NODES:
            schema.migrate(owner, node)
        load(owner, residents)
        say(f"{residents} records at both")
        network = Federation(lambda role: cluster.dsn(Role(f"jukinet_{role}"), "check"), seed=1)
        network.enrol_clerks()
        for recompute in (False, True):
            _check(network, set(), recompute=recompute)
        planted = plant(owner, residents)
        for number in range(1, FEWEST_RUNS + 1):
            check, seconds = _check(network, planted, recompute=False)
            kept.append(seconds)
            size.append(check.size / 1000)
            from_rows.append(_check(network, planted, recompute=True)[1])
            say(
                f"run {number}: {kept[-1]:.1f} s and {size[-1]:.0f} kB by kept digests, {from_rows[-1]:.1f} s by rows"
            )
        network.close()
    return [
        Measured("consistency.kept_seconds", kept),
        Measured("consistency.kept_kilobytes", size),
        Measured("consistency.rows_seconds", from_rows),
    ]


def _check(network: Federation, planted: set[str], *, recompute: bool) -> tuple[Check, float]:
    started = time.monotonic()
    found = consistency.check_one(network.context(KUNITACHI), CLERK, str(THERE), recompute=recompute)
    took = time.monotonic() - started
    if {one.seen.code for one in found.differences} != planted:
        raise MeasurementError("the check found others than those planted")
    if found.unread or found.problem:
        raise MeasurementError("the check was not whole")
    return found, took

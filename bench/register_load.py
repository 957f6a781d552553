"""A register of invented residents, loaded straight into the tables, as an earlier release would have left it.

A part has moved once, so that there are past addresses; the search keys are made afterwards, by the program's own
command. The same people each time.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import psycopg
from psycopg import sql

from jukinet.domain.items import RecordKind, ResidentRecord
from jukinet.domain.numbers import with_check_digit
from jukinet.domain.persons import Address
from jukinet.node.postgres import Cluster, Role
from jukinet.services import designation
from jukinet.store import schema, search_keys, snapshots
from jukinet.store.database import Database
from jukinet.testing.federation import CLERK, NODES, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_municipality

ON = date(2013, 7, 8)
NODE = KUNITACHI.node_id
POOL = 2000
"""Unused codes of the municipality."""
MOVED_SHARE = 0.2
"""How many have a past address in the register, as earlier versions leave it."""

_RESIDENT_COLUMNS = (
    "resident_no",
    "present",
    "household_no",
    "foreign_resident",
    "birth_date",
    "name_keys",
    "last_history_no",
)
_VERSION_COLUMNS = (
    "resident_id",
    "history_no",
    "reason",
    "effective_on",
    "effective_seq",
    "recorded_at",
    "operator",
    "present",
    "items",
)


def versions(rng: random.Random, record: ResidentRecord, elsewhere: Address) -> list[ResidentRecord]:
    """The record, after an earlier one at another address for some."""
    return [replace(record, address=elsewhere), record] if rng.random() < MOVED_SHARE else [record]


def people(count: int) -> Iterator[ResidentRecord]:
    """The same residents each time, household by household."""
    for household in make_municipality(KUNITACHI, count, seed=1, on=ON):
        yield from household.records


def load(connection: psycopg.Connection[tuple[object, ...]], count: int) -> list[ResidentRecord]:
    """Copy residents and versions in; every fiftieth record is returned, to ask for."""
    rng = random.Random(1)  # noqa: S311 - the same people each time
    sample: list[ResidentRecord] = []
    rows: list[tuple[object, ...]] = []
    batch: list[tuple[object, ...]] = []
    address = Address(KUNITACHI, "東京都国立市東一丁目1番1号")
    for serial, record in enumerate(people(count), 1):
        written = versions(rng, record, address)
        address = record.address if rng.random() < 0.1 else address
        foreign = record.kind is RecordKind.FOREIGN
        rows.append(
            (
                with_check_digit(serial),
                True,
                record.household_number,
                foreign,
                str(record.birth_date),
                [],
                len(written),
            )
        )
        batch += [
            (serial, number, "move-in", ON, number, ON, "sato", True, snapshots.to_json(one))
            for number, one in enumerate(written, 1)
        ]
        if serial % 50 == 0 or foreign:
            sample.append(replace(record, address=written[0].address))
        if serial % 10_000 == 0 or serial == count:
            copy(connection, "residents", _RESIDENT_COLUMNS, rows)
            copy(connection, "resident_versions", _VERSION_COLUMNS, batch)
            rows, batch = [], []
    return sample


def copy(
    connection: psycopg.Connection[tuple[object, ...]],
    table: str,
    columns: tuple[str, ...],
    rows: list[tuple[object, ...]],
) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    with connection.cursor() as cursor, cursor.copy(statement) as target:
        for row in rows:
            target.write_row(row)


def make_register(
    cluster: Cluster, name: str, count: int, say: Callable[[str], None]
) -> list[ResidentRecord]:
    """A database with a small network in which Kunitachi has ``count`` residents; a sample of their records."""
    cluster.create_database(name)
    owner = cluster.dsn(Role.OWNER, name)
    for node in NODES:
        schema.migrate(owner, node)
    with psycopg.connect(owner, options=f"-c search_path={NODE.schema}") as connection:
        sample = load(connection, count)
        for serial in ("resident_serial", "household_serial"):
            connection.execute("SELECT setval(%s, %s)", [serial, count])
    say(f"{count} residents are loaded")
    database = Database(owner, NODE.schema, most=1)
    database.open()
    search_keys.rebuild_all(database)
    database.close()
    say("their search keys are made")
    network = on(cluster, name, seed=0)
    network.enrol_clerks()
    designation.designate_codes(network.context(NODES[0]), CLERK, KUNITACHI, POOL)
    network.run()
    network.close()
    with psycopg.connect(owner, options=f"-c search_path={NODE.schema}", autocommit=True) as connection:
        # What the server does by itself within minutes of a load.
        connection.execute("VACUUM (ANALYZE)")
    cluster.seal_template(name)
    return sample


def on(cluster: Cluster, name: str, *, seed: int) -> Federation:
    """The network of a database. Two on the same rows need different seeds: ids must not come twice."""
    return Federation(lambda role: cluster.dsn(Role(f"jukinet_{role}"), name), seed=seed)


def counts(cluster: Cluster, name: str) -> tuple[object, ...]:
    """How much stands in Kunitachi's tables: what two ways of doing the same must agree about."""
    tables = ("residents", "resident_versions", "audit_entries", "outbox", "code_pool")
    columns = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    with psycopg.connect(
        cluster.dsn(Role.OWNER, name), options=f"-c search_path={NODE.schema}"
    ) as connection:
        row = connection.execute(f"SELECT {columns}").fetchone()
    return row or ()

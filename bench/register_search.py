"""How long a search of the register takes: a committed mix of a thousand, on a seeded register.

    .venv/bin/python bench/register_search.py [RESIDENTS [SEARCHES]]

Loads invented residents (500,000) and measures whole searches, transaction and audit entries included, for pages of
50: a fifth each by the commonest surnames, by kana, by Latin names in another order, by part of a birth date and a
name, by a past address or a nickname. Rows are loaded straight into the tables and their keys made as for a register of
an earlier release; a part has moved once, so that there are past addresses. Prints p50 and p99 of each kind and of all.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import psycopg
from psycopg import sql

from jukinet.domain.dates import PartialDate
from jukinet.domain.items import RecordKind, ResidentRecord
from jukinet.domain.numbers import with_check_digit
from jukinet.domain.persons import Address
from jukinet.domain.searches import BirthSpan, Search
from jukinet.law.decisions import Refused
from jukinet.node.postgres import Cluster, Role
from jukinet.services.context import Context
from jukinet.services.searches import search_residents
from jukinet.store import schema, search_keys, snapshots
from jukinet.store.database import Database
from jukinet.testing.cluster import throwaway_cluster
from jukinet.testing.federation import CLERK, NODES, Federation
from jukinet.testing.gazetteer import KUNITACHI
from jukinet.testing.people import make_municipality

ON = date(2013, 7, 8)
NODE = KUNITACHI.node_id
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
    sample, rows, batch = [], [], []
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


def surname(rng: random.Random, sample: list[ResidentRecord]) -> Search:
    """One of the twenty commonest surnames of the sample."""
    counts: dict[str, int] = {}
    for record in sample:
        if record.kind is RecordKind.JAPANESE:
            first = record.name.text.split()[0]
            counts[first] = counts.get(first, 0) + 1
    return Search(name=rng.choice(sorted(counts, key=lambda name: -counts[name])[:20]))


def kana(rng: random.Random, sample: list[ResidentRecord]) -> Search:
    """A surname's kana, or its first letters."""
    reading = next(record.name.kana for record in iter(lambda: rng.choice(sample), None) if record.name.kana)
    return Search(kana=reading.split()[0][: rng.choice([2, 3, 10])])


def latin(rng: random.Random, sample: list[ResidentRecord]) -> Search:
    """Words of a foreign resident's name, in another order."""
    name = next(one.name.latin for one in iter(lambda: rng.choice(sample), None) if one.name.latin)
    words = name.split()
    rng.shuffle(words)
    return Search(latin=" ".join(words[: rng.choice([1, 2, 8])]).lower())


def date_and_name(rng: random.Random, sample: list[ResidentRecord]) -> Search:
    """A common surname and a year or month of birth."""
    born: PartialDate = rng.choice(sample).birth_date
    cut = rng.choice([4, 7]) if born.is_exact else 4
    return replace(surname(rng, sample), birth_date=BirthSpan(str(born)[:cut]))


def past(rng: random.Random, sample: list[ResidentRecord]) -> Search:
    """An address that somebody had here or elsewhere, its town alone for some; or a nickname."""
    record = rng.choice(sample)
    if record.nickname and rng.random() < 0.5:
        return Search(nickname=record.nickname.text.split("　")[0])
    text = (
        record.previous_address.text
        if record.previous_address and rng.random() < 0.5
        else record.address.text
    )
    digits = next((at for at, letter in enumerate(text) if letter.isdigit()), len(text))
    return Search(address=text[:digits] if rng.random() < 0.3 and digits > 5 else text)


MIX: tuple[Callable[[random.Random, list[ResidentRecord]], Search], ...] = (
    surname,
    kana,
    latin,
    date_and_name,
    past,
)


def measure(ctx: Context, searches: list[tuple[str, Search]]) -> dict[str, list[float]]:
    """Milliseconds of each search, by kind."""
    times: dict[str, list[float]] = {}
    for kind, search in searches:
        started = time.perf_counter()
        found = search_residents(ctx, CLERK, search)
        took = 1000 * (time.perf_counter() - started)
        if isinstance(found, Refused):
            raise TypeError(f"a search by {kind} was refused")
        times.setdefault(kind, []).append(took)
        times.setdefault("all", []).append(took)
    return times


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500_000
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    with throwaway_cluster(Cluster) as cluster:
        cluster.create_database("register")
        owner = cluster.dsn(Role.OWNER, "register")
        for node in NODES:
            schema.migrate(owner, node)
        started = time.monotonic()
        with psycopg.connect(owner, options=f"-c search_path={NODE.schema}") as connection:
            sample = load(connection, count)
        print(f"{count} residents loaded in {time.monotonic() - started:.0f} s", flush=True)
        started = time.monotonic()
        database = Database(owner, NODE.schema, most=1)
        database.open()
        search_keys.rebuild_all(database)
        database.close()
        print(f"their keys made in {time.monotonic() - started:.0f} s", flush=True)
        with psycopg.connect(owner, options=f"-c search_path={NODE.schema}", autocommit=True) as connection:
            # What the server does by itself within minutes of a load.
            connection.execute("VACUUM (ANALYZE)")
            size = "SELECT pg_total_relation_size('resident_search_keys') / 1048576"
            print("keys and their indexes:", connection.execute(size).fetchone(), "MB")
        network = Federation(lambda role: cluster.dsn(Role(f"jukinet_{role}"), "register"), seed=1)
        network.enrol_clerks()
        rng = random.Random(2)  # noqa: S311 - the same searches each time
        searches = [(MIX[one % len(MIX)].__name__, MIX[one % len(MIX)](rng, sample)) for one in range(wanted)]
        rng.shuffle(searches)
        times = measure(network.context(KUNITACHI), searches)
        network.close()
    for kind, taken in times.items():
        cuts = statistics.quantiles(taken, n=100, method="inclusive")
        print(f"{kind:14} {len(taken):5} searches  p50 {cuts[49]:6.1f} ms  p99 {cuts[98]:6.1f} ms")


if __name__ == "__main__":
    main()

"""The group ``growth``: single requests and batches over stores of 0.1, 1 and 10 million people.

The load is the same at each size: 64 connections, and batches of as many rows as the smallest store has people. Each
store is kept between runs; ``bench.plot`` draws what was seen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.acceptance.country import DATABASE

from bench.results import FEWEST_RUNS, Measured
from bench.supply_batches import Batches
from bench.supply_centre import Centre, Say, centre, owner
from bench.supply_people import code_of
from jukinet.law.catalogue import QueryKind

PEOPLE = 10_000_000
PARTS = {"0_1m": 100, "1m": 10, "10m": 1}
"""The sizes by their names: one of so many parts of the largest."""
SECONDS, TRIED = 20, 3
BATCHES = {"codes": QueryKind.CODE, "items": QueryKind.FOUR_ITEMS}


def measure(say: Say, residents: int = PEOPLE) -> list[Measured]:
    """Single requests and rows of batches a second, at each size."""
    seconds = SECONDS if residents == PEOPLE else TRIED
    asked = residents // max(PARTS.values())
    found: list[Measured] = []
    for size, part in PARTS.items():
        with centre(say, residents // part) as opened:
            singles = [opened.load(64, seconds) for _ in range(FEWEST_RUNS)]
            found.append(Measured(f"growth.single_{size}", [one.rate for one in singles]))
            say(f"{opened.people:,} people, single requests: {', '.join(map(str, singles))}")
            found += _batches(say, opened, size, asked)
    return found


def _batches(say: Say, opened: Centre, size: str, rows: int) -> Iterator[Measured]:
    with TemporaryDirectory(dir=opened.country.home) as home, owner(opened.country) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS bench_rows (LIKE supply_batch_rows INCLUDING ALL)")
        batches = Batches(opened.country.cluster, DATABASE, Path(home), rows)
        _write_questions(opened, batches.home, rows)
        try:
            for name, by in BATCHES.items():
                rates = [batches.ours(by)[0] for _ in range(FEWEST_RUNS)]
                said = ", ".join(f"{rate:,.0f}/s" for rate in rates)
                say(f"{opened.people:,} people, batches of {rows:,} {name}: {said}")
                yield Measured(f"growth.{name}_{size}", rates)
        finally:
            batches.federation.close()


def _write_questions(opened: Centre, home: Path, rows: int) -> None:
    """Random people by code and by four items, every tenth of whom is nobody."""
    rng = random.Random(7)  # noqa: S311 - the same people each time
    numbers = rng.sample(range(opened.people), rows)
    query = "SELECT code, name, address, birth_date, sex FROM identity_records WHERE code = ANY(%s)"
    with owner(opened.country) as connection:
        told = {one[0]: one[1:] for one in connection.execute(query, ([*map(code_of, numbers)],))}
    with (home / "codes.csv").open("w") as codes, (home / "items.csv").open("w") as items:
        codes.write("code\n")
        items.write("name,address,birth_date,sex\n")
        for place, number in enumerate(numbers):
            nobody = place % 10 == 0
            name, address, born, sex = told[code_of(number)]
            codes.write(f"{code_of(number + opened.people * nobody)}\n")
            items.write(f"{name},{address},{'1919-01-01' if nobody else born},{sex}\n")

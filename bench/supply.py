"""The group ``supply``: the centre's door under load, beside pgbench on the same statement and beside PostGraphile.

Its batches are the group ``supply_batches``, which ``ONLY=supply`` measures too.
"""

from __future__ import annotations

from collections.abc import Iterator

from bench import supply_postgraphile, supply_times
from bench.results import FEWEST_RUNS, Measured
from bench.supply_centre import SECONDS, Centre, Say, Seen, centre

PEOPLE = 10_000_000
TRIED = 6
"""Seconds of a run where the whole is only tried, on a smaller register."""


def measure(say: Say, residents: int = PEOPLE) -> list[Measured]:
    """Every name of the group, each run of one beside a run of what it is compared with."""
    seconds = SECONDS if residents == PEOPLE else TRIED
    with centre(say, residents) as opened:
        singles = list(_singles(say, opened, seconds))
        silent = supply_times.measure(say, opened)
    return [*singles, silent]


def _singles(say: Say, opened: Centre, seconds: int) -> Iterator[Measured]:
    doors: dict[str, list[Seen]] = {"single_64": [], "signed_64": [], "single_16": []}
    pgbench: dict[int, list[Seen]] = {64: [], 16: []}
    other: list[Seen] = []
    rival = supply_postgraphile.prepare(say, opened)
    for run in range(1, FEWEST_RUNS + 1):
        for mode, found in doors.items():
            kind, _, connections = mode.partition("_")
            found.append(opened.load(int(connections), seconds, signed=kind == "signed"))
            say(f"run {run}, {mode}: {found[-1]}, p50 {found[-1].p50:.1f} ms, p99 {found[-1].p99:.1f} ms")
        for clients, beside in pgbench.items():
            beside.append(opened.pgbench(clients, seconds))
            say(f"run {run}, pgbench with {clients} clients: {beside[-1]}")
        if not isinstance(rival, str):
            other.append(rival.load(seconds))
            say(f"run {run}, PostGraphile on 64 connections: {other[-1]}, p99 {other[-1].p99:.1f} ms")
    for mode, found in doors.items():
        yield _beside(f"supply.{mode}", found, pgbench[int(mode.partition("_")[2])])
    yield Measured("supply.single_64_p99", [one.p99 for one in doors["single_64"]])
    if isinstance(rival, str):
        yield Measured("supply.postgraphile_64", (), missing=rival)
    else:
        yield _beside("supply.postgraphile_64", doors["single_64"], other)


def _beside(name: str, found: list[Seen], others: list[Seen]) -> Measured:
    """One measurement; where a generator took too much, its row says what was corrected."""
    note = (
        "" if not any(one.corrected for one in (*found, *others)) else "corrected for what the generator took"
    )
    return Measured(name, [one.rate for one in found], [one.rate for one in others], note=note)

"""``make nation``: every municipality of Japan as a node, for a simulated year, then the check over everything.

    .venv/bin/python -m bench.nation [--residents N] [--nodes N] [--days N]

Ends with 1 unless nothing differs and all that was sent arrived. Figures of each step are printed; the last line is a
sentence with the figures of the whole.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg import sql
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.node.postgres import Cluster, Role
from jukinet.services import designation, settings, vitals
from jukinet.testing import gazetteer
from jukinet.testing.cluster import throwaway_cluster
from jukinet.testing.ending import end_on_sigterm
from jukinet.testing.federation import CLERK, NETWORK, OFFICE, WORKER
from jukinet.testing.gazetteer import YAMATSURI
from jukinet.testing.nation import loading, proof, schemas
from jukinet.testing.nation.country import Country, codes_needed, country
from jukinet.testing.nation.lines import Nation
from jukinet.testing.nation.loading import Task
from jukinet.testing.nation.schemas import Pattern
from jukinet.testing.nation.year import Homes, Year, sizes

DATABASE = "nation"
SERVER = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "1GB",
    "max_wal_size": "8GB",
}
"""Not as in the product, where nothing is acknowledged before it is on the disk: this server goes with the run.

Larger too, since it stands for 1,789.
"""
THREADS = 4
TOLD_EVERY = 30
"""Seconds between two lines about a step, where there is no terminal for a bar."""
CODES_APART = 4_000_000
"""Serials of codes between one municipality and the next: more than any has residents."""


class Watch(threading.Thread):
    """What this process and the server use, with their children."""

    def __init__(self, postmaster: int) -> None:
        super().__init__(daemon=True)
        self._postmaster = postmaster
        self.most = 0
        """The most memory that they had together, each shared page counted once (PSS), in kB."""
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(5):
            self.most = max(self.most, sum(map(_proportional, self._processes())))

    def seconds(self) -> float:
        """Of processors, by all of them since they began, those that ended too."""
        return sum(map(_seconds, self._processes()))

    def _processes(self) -> list[int]:
        children = [*_children(self._postmaster), *_children(os.getpid())]
        return [self._postmaster, os.getpid(), *children]


def _children(pid: int) -> list[int]:
    try:
        return [
            int(child)
            for task in Path(f"/proc/{pid}/task").iterdir()
            for child in (task / "children").read_text().split()
        ]
    except OSError:
        return []


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0  # it has ended
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0  # it has ended, and its parent has counted it
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


class Telling:
    """Progress bars on the terminal, a line now and then elsewhere, and one with its figures where a step has ended."""

    def __init__(self, watch: Watch) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._watch = watch
        self.started = time.monotonic()

    def step(self, name: str, total: int) -> _Step:
        return _Step(self._console, self._watch, name, total)

    @property
    def minutes(self) -> float:
        return (time.monotonic() - self.started) / 60


class _Step:
    def __init__(self, console: Console, watch: Watch, name: str, total: int) -> None:
        columns = (
            TextColumn("{task.description:22}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
        self._task = self._progress.add_task(name, total=total)
        self._console, self._watch, self._name, self._total = console, watch, name, total
        self._done = 0
        self._started = self._told = time.monotonic()
        self._used = watch.seconds()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
        used = self._watch.seconds() - self._used
        print(f"{self._elapsed:7.0f} s {used:7.0f} s of processors  {self._name}", flush=True)

    @property
    def _elapsed(self) -> float:
        return time.monotonic() - self._started

    def advance(self) -> None:
        self._progress.advance(self._task)
        self._done += 1
        if not self._console.is_terminal and time.monotonic() - self._told > TOLD_EVERY:
            self._told = time.monotonic()
            print(f"{self._elapsed:7.0f} s  {self._name}: {self._done:,} of {self._total:,}", flush=True)


_tool: Callable[[Any], Any]
"""What a process of a pool works with, for as long as it lives."""


def _take_up(make: Callable[[], Callable[[Any], Any]]) -> None:
    global _tool  # noqa: PLW0603 - the one place where a pool leaves room for it
    _tool = make()


def _use(task: Any) -> Any:
    return _tool(task)


def _processes(make: Callable[[], Callable[[Any], Any]]) -> ProcessPoolExecutor:
    """Two of them, begun anew: what is bound to one interpreter is done by both."""
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"), initializer=_take_up, initargs=(make,))


def _loader(conninfos: dict[str, str]) -> loading.Loader:
    gazetteer.every_town()
    return loading.Loader(conninfos)


def _suit(cluster: Cluster) -> None:
    """Start the server again, set up for all these nodes and for no crash."""
    lines = (f"{name} = '{value}'\n" for name, value in SERVER.items())
    with (cluster.data / "postgresql.auto.conf").open("a") as settings:
        settings.writelines(lines)
    cluster.stop()
    cluster.ensure()


def make_schemas(owner: str, pg_dump: Path, nodes: Sequence[NodeId], telling: Telling) -> None:
    """Every node's, those of the municipalities after the pattern of the first."""
    first, *others = sorted(nodes, key=lambda node: node.municipality is None)
    with telling.step("schemas", len(nodes)) as step:
        with closing(schemas.Maker(owner)) as make:
            make(first)
        step.advance()
        pattern = Pattern.of(owner, pg_dump, first)
        with _processes(partial(schemas.Maker, owner, pattern)) as pool:
            for _ in pool.map(_use, others, chunksize=4):
                step.advance()


def load(conninfos: dict[str, str], land: Country, telling: Telling) -> Homes:
    """Registers and stores, by two processes: a register is read and judged in Python."""
    tasks = [
        Task(code, residents, number * CODES_APART)
        for number, (code, residents) in enumerate(land.residents.items())
    ]
    homes: Homes = {}
    with (
        telling.step("first population", len(tasks)) as step,
        _processes(partial(_loader, conninfos)) as pool,
    ):
        for task, here in zip(tasks, pool.map(_use, tasks), strict=True):
            if task.code != YAMATSURI:
                homes[task.code] = here
            step.advance()
    return homes


def designate(nation: Nation, land: Country, telling: Telling, pool: ThreadPoolExecutor) -> None:
    """A pool of codes for every connected municipality, for the year."""
    stores = [node for node in land.nodes if node.municipality is None]
    with telling.step("pools of codes", len(land.connected)) as step:
        for node in stores:
            settings.enrol_first_operator(nation.context(node), CLERK.operator_id, "佐藤")
        for code in land.connected:
            count = codes_needed(land.residents[code])
            designation.designate_codes(nation.context(NATIONAL), CLERK, code, count)
            step.advance()
        nation.wake(NATIONAL)
        nation.drain(pool)


def live(
    nation: Nation, land: Country, homes: Homes, days: int, telling: Telling, pool: ThreadPoolExecutor
) -> Year:
    year = Year(nation, homes)
    with telling.step("the year", days) as step:
        for number in range(days):
            year.day(number, pool)
            step.advance()
        # What could not be sent on its day is tried again.
        nation.clock.advance(timedelta(minutes=1))
        for code in land.connected:
            nation.wake(code.node_id)
        nation.drain(pool)
    return year


def run(options: argparse.Namespace) -> int:
    land = country(options.residents, options.nodes)
    towns, people = len(land.residents), sum(land.residents.values())
    print(
        f"{towns} municipalities, {len(land.nodes)} nodes, {people:,} residents, {options.days} days;"
        " their server flushes nothing to its disk",
        flush=True,
    )
    with throwaway_cluster(Cluster) as cluster:
        _suit(cluster)
        cluster.create_database(DATABASE)
        watch = Watch(cluster.pid() or 0)
        watch.start()
        telling = Telling(watch)
        owner = cluster.dsn(Role.OWNER, DATABASE)
        roles = (OFFICE, NETWORK, WORKER)
        conninfos = {role: cluster.dsn(Role(f"jukinet_{role}"), DATABASE) for role in roles} | {
            "owner": owner
        }
        make_schemas(owner, Path(cluster.ensure().program("pg_dump")), land.nodes, telling)
        homes = load(conninfos, land, telling)
        _settle(owner, land)
        nation = Nation(conninfos.__getitem__, land.nodes)
        with ThreadPoolExecutor(THREADS) as pool:
            designate(nation, land, telling, pool)
            year = live(nation, land, homes, options.days, telling, pool)
            failed = _prove(nation, land, owner, telling, pool)
        remembered = sizes(homes)
        nation.close()
        megabytes = _megabytes(owner)
        watch.done.set()
    gigabytes = (watch.most >> 10) / 1024
    acts = sum(year.told.done.values())
    refused = sum(year.told.refused.values())
    print(f"events: {_counts(year.told.done)}; refused by the law: {refused} ({_counts(year.told.refused)})")
    for one in failed[:20]:
        print(one)
    print(
        f"{towns} municipalities with {people:,} residents lived {options.days} days: {acts:,} events,"
        f" {nation.sent:,} statements delivered, {remembered:,} residents at the end, {len(failed)} differences,"
        f" in {telling.minutes:.0f} minutes, {gigabytes:.1f} GB of memory, {megabytes / 1024:.1f} GB of disk."
    )
    return 1 if failed else 0


def _counts(counter: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counter.items())) or "none"


def _settle(owner: str, land: Country) -> None:
    """What the server does by itself within minutes of a load, where it matters: in the stores."""
    stores = [node.schema for node in land.nodes if node.municipality is None]
    with psycopg.connect(owner, autocommit=True) as connection:
        filled = connection.execute(
            "SELECT oid::regclass::text FROM pg_class"
            " WHERE relkind = 'r' AND relpages > 0 AND relnamespace::regnamespace::text = ANY(%s)",
            (stores,),
        ).fetchall()
        for (table,) in filled:
            connection.execute(sql.SQL(f"ANALYZE {table}"))


def _megabytes(owner: str) -> float:
    with psycopg.connect(owner) as connection:
        row = connection.execute("SELECT pg_database_size(current_database()) / 1048576.0").fetchone()
    return float(str(row[0])) if row else 0.0


def _prove(
    nation: Nation, land: Country, owner: str, telling: Telling, pool: ThreadPoolExecutor
) -> list[str]:
    """What differs, or did not arrive, in words."""
    partners = tuple(node for node in land.nodes if node != YAMATSURI.node_id)
    with telling.step("consistency check", len(proof.pairs(partners))) as step:
        made = proof.checked(nation, partners, pool, step.advance)
    with telling.step("compared without it", len(land.connected)) as step:
        residents, differing = proof.compared(owner, land.connected, step.advance)
    with telling.step("what waits", len(land.nodes)) as step:
        stuck = _stuck(nation, land, pool, step)
    print(
        f"{made.checks:,} checks of {made.records:,} records by {made.size / 1e6:.1f} MB;"
        f" beside them {residents:,} residents compared in the tables: {differing} differ"
    )
    failed = list(made.failed)
    if differing:
        failed.append(f"{differing} records differ in the tables")
    return failed + stuck


def _stuck(nation: Nation, land: Country, pool: ThreadPoolExecutor, step: _Step) -> list[str]:
    """Nodes where something waits, is parked or halted."""
    failed = []
    every = pool.map(lambda node: vitals.look(nation.context(node)), land.nodes)
    for node, one in zip(land.nodes, every, strict=True):
        if one.unsent or one.parked_count or one.halted:
            failed.append(f"{node}: {one.unsent} wait, {one.parked_count} parked, {len(one.halted)} halted")
        step.advance()
    return failed


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="make nation", description=__doc__)
    parser.add_argument("--residents", type=int, default=1_000_000, help="of the whole country")
    parser.add_argument("--nodes", type=int, help="only so many municipalities, taken evenly")
    parser.add_argument("--days", type=int, default=365)
    options = parser.parse_args(argv)
    end_on_sigterm()
    return run(options)


if __name__ == "__main__":
    sys.exit(main())

"""The group ``supply``: the centre's door under load, beside pgbench on the same statement.

The store of so many people lies in the state directory and is kept between runs; ``make clean`` removes it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from tests.acceptance.country import DATABASE, DAY, NATIONAL, PENSION, SUPPLY, Country, free_port

from bench import supply_people, supply_pgbench
from bench.results import FEWEST_RUNS, Measured, MeasurementError
from jukinet.domain.municipality import OrganSlug
from jukinet.network.supply import PATH
from jukinet.node import config
from jukinet.node.postgres import Role
from jukinet.store import schema
from jukinet.store.supply import PLANNING

PEOPLE = 10_000_000
SECONDS, WARM = 60, 10
AFFAIR, REFUSED = "t1-77-4", "t1-41-1"
MOST_OF_A_CORE = 0.34
_LIMITS = "".join(
    f"{name} = 1000000000\n"
    for name in ("organ_per_minute", "operator_per_minute", "person_per_day", "items_per_hour")
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One run of the generator."""

    rate: float
    p50: float
    p99: float
    core: float
    statuses: dict[str, int]


def measure(say: Callable[[str], None], residents: int = PEOPLE) -> list[Measured]:
    """Every name of the group, each run of one beside a run of what it is compared with."""
    seconds = SECONDS if residents == PEOPLE else 6
    doors: dict[int, list[float]] = {64: [], 16: []}
    slowest: list[float] = []
    beside: dict[int, list[float]] = {64: [], 16: []}
    with _centre(say, residents) as centre:
        for run in range(1, FEWEST_RUNS + 1):
            for connections, rates in doors.items():
                seen = centre.load(connections, seconds)
                against = centre.pgbench(connections, seconds)
                say(
                    f"run {run}, {connections} connections: {seen.rate:.0f}/s beside {against:.0f}/s,"
                    f" p50 {seen.p50:.1f} ms, p99 {seen.p99:.1f} ms; the generator took {seen.core:.2f} of a core"
                )
                if seen.core > MOST_OF_A_CORE:
                    say(f"that is more than {MOST_OF_A_CORE:g}: the figure is lower than the door's own")
                if connections == 64:
                    slowest.append(seen.p99)
                rates.append(seen.rate)
                beside[connections].append(against)
    found = [Measured(f"supply.single_{number}", rates, beside[number]) for number, rates in doors.items()]
    return [*found, Measured("supply.single_64_p99", slowest)]


class _Alone(Country):
    """Without the lines that tests cut, and with limits that no load meets."""

    def configuration(self, node: object) -> str:
        told = super().configuration(node).partition("[gateways]")[0]  # type: ignore[arg-type]
        return told + (f"[limits]\n{_LIMITS}" if node == NATIONAL else "")


@dataclass(frozen=True)
class Centre:
    """The centre's database, and its supply door where one is started."""

    country: _Alone
    people: int

    @property
    def organ(self) -> Path:
        return self.country.pki / "organs" / PENSION

    def load(self, connections: int, seconds: int) -> Seen:
        """A run of the generator against the door."""
        told = {
            "port": self.country.ports[NATIONAL, SUPPLY],
            "cert": str(self.organ / "tls.pem"),
            "key": str(self.organ / "tls.key"),
            "ca": str(self.country.pki / "ca.pem"),
            "path": PATH,
            "people": self.people,
            "affair": AFFAIR,
            "refused": REFUSED,
            "connections": connections,
            "seconds": seconds,
            "warm": min(WARM, seconds / 2),
            "seed": 1,
        }
        file = self.country.home / "load.json"
        file.write_text(json.dumps(told), "utf-8")
        self.country.start(NATIONAL, SUPPLY)
        self.country.wait_ready(NATIONAL, SUPPLY)
        try:
            command = [sys.executable, "-m", "bench.supply_generator", str(file)]
            ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        finally:
            process = self.country.processes[NATIONAL, SUPPLY]
            process.terminate()
            process.wait()
        if ran.returncode:
            raise MeasurementError(f"the load broke off: {ran.stderr.strip()[-600:]}")
        seen = Seen(**json.loads(ran.stdout))
        if set(seen.statuses) != {"200", "403"}:
            raise MeasurementError(f"the door answered {seen.statuses}")
        return seen

    def pgbench(self, clients: int, seconds: int) -> float:
        cluster = self.country.cluster
        conninfo = f"{cluster.dsn(Role.OWNER, DATABASE)} options='-c search_path={NATIONAL.schema}{PLANNING}'"
        text = supply_pgbench.script(self.people, DAY, OrganSlug(PENSION).uri, AFFAIR)
        pgbench = Path(cluster.ensure().program("pgbench"))
        return supply_pgbench.rate(pgbench, conninfo, text, clients, seconds, self.country.home)


@contextmanager
def _centre(say: Callable[[str], None], people: int) -> Iterator[Centre]:
    home = config.state_directory() / "bench" / f"supply-{people}"
    country = _Alone(home)
    whole = home / "whole"
    try:
        if whole.exists():
            _again(country)
        else:
            country.cluster.destroy()
            shutil.rmtree(home, ignore_errors=True)  # what a run that broke off left
            home.mkdir(parents=True, exist_ok=True)
            _make(country, people, say)
            whole.touch()
        yield Centre(country, people)
    finally:
        country.end()
        country.cluster.stop()


def _make(country: _Alone, people: int, say: Callable[[str], None]) -> None:
    country.cluster.ensure()
    country.cluster.create_database(DATABASE)
    country.make()
    for line in country.lines.values():
        line.close()
    with _owner(country) as owner:
        supply_people.load(owner, people, say)
    with country.cluster._superuser() as root:  # noqa: SLF001 - what only a bench may ask of a server
        root.execute("CHECKPOINT")


def _again(country: _Alone) -> None:
    """What was made by an earlier run, at ports that are free now, in the tables of this version."""
    country.cluster.ensure()
    schema.migrate(country.cluster.dsn(Role.OWNER, DATABASE), NATIONAL)
    told: Any = country.config(NATIONAL).read_text("utf-8").splitlines()
    for place, line in enumerate(told):
        if line.startswith("port = "):
            part = told[place - 2].strip("[]")
            country.ports[NATIONAL, part] = free_port()
            told[place] = f"port = {country.ports[NATIONAL, part]}"
    country.config(NATIONAL).write_text("\n".join(told) + "\n", "utf-8")
    with _owner(country) as owner:
        # Entries of earlier runs would make each run slower than the one before.
        owner.execute("TRUNCATE audit_entries, audit_erased RESTART IDENTITY")
        owner.execute("VACUUM (ANALYZE)")


def _owner(country: _Alone) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        country.cluster.dsn(Role.OWNER, DATABASE),
        options=f"-c search_path={NATIONAL.schema}",
        autocommit=True,
    )

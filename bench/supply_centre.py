"""The centre of the measurements of supply: its store of so many people, its door, and who asks there.

The store lies in the state directory and is kept between runs; ``make clean`` removes it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from tests.acceptance.country import DATABASE, DAY, NATIONAL, PENSION, SUPPLY, Country, free_port

from bench import supply_people, supply_pgbench
from bench.results import MeasurementError
from bench.supply_requests import AFFAIR, REFUSALS, Load
from jukinet.audit.events import AuditEvent
from jukinet.domain.municipality import OrganSlug
from jukinet.node import config
from jukinet.node.postgres import Role
from jukinet.store.supply import PLANNING

Say = Callable[[str], None]
SECONDS, WARM = 60, 10
UNSIGNED = "pension-by-tls"
"""The organ that need not sign its requests; it asks as the pension service, which signs its own."""
_AT_ONCE = 2**20
A_THIRD = 1 / 3
"""Of a core: what a generator may take of the machine before its figure is corrected for it."""
_LIMITS = "".join(
    f"{name} = 1000000000\n"
    for name in ("organ_per_minute", "operator_per_minute", "person_per_day", "items_per_hour")
)


@dataclass(frozen=True, slots=True)
class Seen:
    """One run of a generator. ``rate`` is corrected where the generator took more than a third of a core."""

    rate: float
    core: float
    p50: float = 0.0
    p99: float = 0.0

    def __str__(self) -> str:
        said = f"{self.rate:.0f}/s"
        return f"{said} (corrected: its generator took {self.core:.2f} of a core)" if self.corrected else said

    @property
    def corrected(self) -> bool:
        return self.core > A_THIRD


def corrected(rate: float, core: float, cores: int | None = None) -> float:
    """What the rate would be with a generator that took a third of a core, on a machine that has no more to give.

    What it took beyond is given to all the others alike.
    """
    cores = cores or len(os.sched_getaffinity(0))
    return rate if core <= A_THIRD else rate * (cores - A_THIRD) / (cores - core)


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

    def organ(self, slug: str) -> Path:
        return self.country.pki / "organs" / slug

    @property
    def port(self) -> int:
        return self.country.ports[NATIONAL, SUPPLY]

    @contextmanager
    def door(self) -> Iterator[int]:
        """The supply door, started for the time of a block; its pid."""
        self.country.start(NATIONAL, SUPPLY)
        process = self.country.processes[NATIONAL, SUPPLY]
        try:
            self.country.wait_ready(NATIONAL, SUPPLY)
            yield process.pid
        finally:
            process.terminate()
            process.wait()

    def load(self, connections: int, seconds: int, *, signed: bool = False) -> Seen:
        """A run of the generator against the door."""
        organ = self.organ(PENSION if signed else UNSIGNED)
        tls = {"cert": organ / "tls.pem", "key": organ / "tls.key", "ca": self.country.pki / "ca.pem"}
        load = Load(self.people, key=str(organ / "statement.key") if signed else None)
        before = self._entries()
        with self.door():
            found = self.generate(load, self.port, connections, seconds, tls)
        statuses, answers = found["statuses"], found["answers"]
        share = statuses.get("403", 0) / sum(statuses.values())
        if set(statuses) != {"200", "403"} or abs(share - REFUSALS) > REFUSALS / 2:
            raise MeasurementError(f"the door answered {statuses}")
        if (written := self._entries() - before) != answers:
            raise MeasurementError(f"the log has {written} new entries of {answers} answers")
        return seen(found)

    def generate(
        self, load: Load, port: int, connections: int, seconds: int, tls: dict[str, Path] | None
    ) -> dict[str, Any]:
        """What the generator tells of a run."""
        told = {
            "port": port,
            "tls": {name: str(file) for name, file in tls.items()} if tls else None,
            "load": asdict(load),
            "connections": connections,
            "seconds": seconds,
            "warm": min(WARM, seconds / 2),
        }
        file = self.country.home / "load.json"
        file.write_text(json.dumps(told), "utf-8")
        command = [sys.executable, "-m", "bench.supply_generator", str(file)]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if ran.returncode:
            raise MeasurementError(f"the load broke off: {ran.stderr.strip()[-600:]}")
        found: dict[str, Any] = json.loads(ran.stdout)
        if found["seconds"] < 0.9 * seconds:
            raise MeasurementError(f"the requests were used up after {found['seconds']:.0f} s")
        return found

    def pgbench(self, clients: int, seconds: int) -> Seen:
        """A run of pgbench with the statement of the door."""
        cluster = self.country.cluster
        conninfo = f"{cluster.dsn(Role.OWNER, DATABASE)} options='-c search_path={NATIONAL.schema}{PLANNING}'"
        text = supply_pgbench.script(self.people, DAY, OrganSlug(PENSION).uri, AFFAIR)
        program = Path(cluster.ensure().program("pgbench"))
        rate, core = supply_pgbench.rate(program, conninfo, text, clients, seconds, self.country.home)
        return Seen(corrected(rate, core), core)

    def _entries(self) -> int:
        count = "SELECT count(*) FROM audit_entries WHERE event = %s"
        return self.country.count(NATIONAL, count, AuditEvent.SUPPLIED)


def seen(found: dict[str, Any]) -> Seen:
    """A run as the generator tells it."""
    return Seen(corrected(found["rate"], found["core"]), found["core"], found["p50"], found["p99"])


@contextmanager
def centre(say: Say, people: int) -> Iterator[Centre]:
    """The centre with so many people, made now or by an earlier run."""
    home = config.state_directory() / "bench" / f"supply-{people}"
    country = _Alone(home)
    whole = home / "whole"
    try:
        if whole.exists():
            say(f"the store of {people:,} people is kept in {home}")
            _again(country)
        else:
            country.cluster.destroy()
            shutil.rmtree(home, ignore_errors=True)  # what a run that broke off left
            home.mkdir(parents=True, exist_ok=True)
            _make(country, people, say)
            whole.touch()
        _read_through(country)
        yield Centre(country, people)
    finally:
        country.end()
        country.cluster.stop()


def _make(country: _Alone, people: int, say: Say) -> None:
    say(f"the store of {people:,} people is made, once")
    country.cluster.ensure()
    country.cluster.create_database(DATABASE)
    country.make()
    for line in country.lines.values():
        line.close()
    _list_organ(country)
    with owner(country) as connection:
        supply_people.load(connection, people, say)
    with country.cluster._superuser() as root:  # noqa: SLF001 - what only a bench may ask of a server
        root.execute("CHECKPOINT")


def _again(country: _Alone) -> None:
    """What was made by an earlier run, at ports that are free now, in the tables of this version."""
    country.cluster.ensure()
    _list_organ(country)
    told: Any = country.config(NATIONAL).read_text("utf-8").splitlines()
    for place, line in enumerate(told):
        if line.startswith("port = "):
            part = told[place - 2].strip("[]")
            country.ports[NATIONAL, part] = free_port()
            told[place] = f"port = {country.ports[NATIONAL, part]}"
    country.config(NATIONAL).write_text("\n".join(told) + "\n", "utf-8")
    with owner(country) as connection:
        # Entries of earlier runs would make each run slower than the one before.
        connection.execute("TRUNCATE audit_entries, audit_erased, request_nonces RESTART IDENTITY")
        connection.execute("VACUUM (ANALYZE)")


def _read_through(country: _Alone) -> None:
    """Bring the people into the machine's memory, from end to end, before the first run.

    A warm-up that asks at random touches a small part of ten million people: the runs after it would go on fetching
    page by page, each a little less than the one before, and what they are compared with least of all.
    """
    with owner(country) as connection:
        found = connection.execute(
            "SELECT pg_relation_filepath(c.oid) FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid"
            " WHERE coalesce(i.indrelid, c.oid) IN ('identity_records'::regclass, 'identity_history'::regclass)"
        )
        files = [country.cluster.data / str(path) for (path,) in found]
    for file in files:
        for part in sorted(file.parent.glob(f"{file.name}*")):  # each gigabyte is a file of its own
            with part.open("rb") as pages:
                while pages.read(_AT_ONCE):
                    pass


def _list_organ(country: _Alone) -> None:
    """Tables of this version, and a directory of today, since an older one lets in nobody new, with this organ."""
    if not (country.pki / "organs" / UNSIGNED).exists():
        words = ("--name", "日本年金機構", "--acts-as", PENSION, "--signature", "tls-only")
        country.do("pki", "organ", country.pki, UNSIGNED, *words)
    country.do("pki", "directory", country.pki)
    country.at(NATIONAL, "node", "migrate")


def owner(country: Country) -> psycopg.Connection[tuple[object, ...]]:
    """A connection to the centre's schema that may do anything there."""
    return psycopg.connect(
        country.cluster.dsn(Role.OWNER, DATABASE),
        options=f"-c search_path={NATIONAL.schema}",
        autocommit=True,
    )

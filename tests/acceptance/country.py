"""A municipality, a prefecture and the centre as an operator makes and runs them: by the public commands.

Every process is real and known by its pid; every line between the nodes runs through one that can be cut. A
second municipality is in the directory with keys and certificate and is never started: tests speak for it.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tests.acceptance.doors import connected, read_response, request
from tests.acceptance.lines import HOST, Line
from tests.unit.documents.machine import font_directories

from jukinet.domain import municipality
from jukinet.domain.municipality import NodeId, SystemId
from jukinet.messages.directory import Directory, open_directory
from jukinet.messages.keys import KeyUse, SigningKey
from jukinet.node.keys import load_public_key, load_signing_key
from jukinet.node.postgres import Cluster, Role
from jukinet.node.processes import die_with_parent
from jukinet.transport.tls import TlsFiles, client_context

NATIONAL = municipality.NATIONAL
PREF, KUNI, SILENT = NodeId("pref-13"), NodeId("muni-132152"), NodeId("muni-131016")
PENSION, AFFAIR = "japan-pension-service", "t1-77-1"
TAX, LIBRARY = SystemId(f"{KUNI}:tax-office"), SystemId(f"{KUNI}:library")
"""Kunitachi's own systems: it admits the one and not the other."""
NAMES = {NATIONAL: "指定情報処理機関", PREF: "東京都", KUNI: "国立市", SILENT: "千代田区"}
HEADS = {NATIONAL: "見本　長", PREF: "見本　知事"}
"""Who signs what is told to a person, at the stores."""
DATABASE = "acceptance"
CLERK = "sato"
DAY = "2013-07-08"

NETWORK, SUPPLY, WORKER = "network", "supply", "worker"
WHOLE = "whole"
PARTS = {NATIONAL: (NETWORK, SUPPLY, WORKER), PREF: (NETWORK, SUPPLY, WORKER), KUNI: (NETWORK, WORKER)}

Who = NodeId | SystemId | str
"""A node, a system, or an organ by its slug."""

DEADLINE = 60.0
"""Seconds: an interpreter that starts on a busy machine takes many."""


def until(condition: Callable[[], object], what: str, *, seconds: float = DEADLINE) -> None:
    """Look again and again until it is so; fail at the deadline."""
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, f"not in time: {what}"
        pause.wait(0.05)


_given: set[int] = set()


def free_port() -> int:
    """A port that nobody listens on, below those that the kernel gives to callers: it stays free for a restart.

    None twice in a process: a country asks for all its ports before anybody listens on the first.
    """
    while True:
        port = 21_000 + secrets.randbelow(11_000)
        if port in _given:
            continue
        with suppress(OSError), socket.create_server((HOST, port)):
            _given.add(port)
            return port


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def alive(pid: int) -> bool:
    """Whether a process is there and not only waiting to be buried."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def told(self) -> str:
        """What was said, on one line."""
        return " ".join((self.out + self.err).split())


def clean_environment(**more: str) -> dict[str, str]:
    """This environment without settings of our own, a narrow window's breaks, or colours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUKINET_")}
    return kept | {"NO_COLOR": "1", "COLUMNS": "200"} | more


def run(
    *words: object,
    stdin: object = None,
    environment: Mapping[str, str] | None = None,
    seconds: float = 100,
) -> Ran:
    """Run ``jukinet`` with these words; ``stdin`` is text, or what is sent as JSON."""
    text = stdin if isinstance(stdin, str) else json.dumps(stdin) if stdin is not None else ""
    done = subprocess.run(
        [sys.executable, "-m", "jukinet", *map(str, words)],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds,
        env=clean_environment() if environment is None else dict(environment),
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def done(*words: object, **how: Any) -> Ran:
    """Run ``jukinet`` and insist that it succeeds."""
    ran = run(*words, **how)
    assert ran.code == 0, f"{' '.join(map(str, words))}: exit {ran.code}\n{ran.out}{ran.err}"
    return ran


@dataclass
class Country:
    """The network under one directory. ``bin_dir``: PostgreSQL programs other than the embedded ones."""

    home: Path
    bin_dir: Path | None = None
    ports: dict[tuple[NodeId, str], int] = field(default_factory=dict)
    metrics: dict[tuple[NodeId, str], int] = field(default_factory=dict)
    """Where each process tells its metrics."""
    lines: dict[NodeId, Line] = field(default_factory=dict)
    processes: dict[tuple[NodeId, str], subprocess.Popen[bytes]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    """Everything that commands said on standard error."""
    names: dict[NodeId, str] = field(default_factory=lambda: dict(NAMES))
    """Of all that were made; those that a test adds lie beside the country, and nothing here looks at them."""

    # -- making it

    @property
    def pki(self) -> Path:
        return self.home / "pki"

    @property
    def cluster(self) -> Cluster:
        # Where ``testing.cluster`` looks for what a killed run left behind.
        return Cluster(self.home / "state", bin_dir=self.bin_dir)

    def config(self, node: NodeId) -> Path:
        return self.home / ("nodes" if node in NAMES else "beside") / str(node) / "node.toml"

    def url(self, node: NodeId, part: str = NETWORK) -> str:
        return f"https://{HOST}:{self.ports[node, part]}"

    def program(self, node: NodeId) -> dict[str, str]:
        """What leads the commands and processes of a node to their program, in the environment."""
        return {}

    def do(
        self,
        *words: object,
        stdin: object = None,
        expect: int | None = 0,
        program: Mapping[str, str] = MappingProxyType({}),
    ) -> Ran:
        """A command in this country's environment; ``expect``: the exit code it must have."""
        more = {"JUKINET_PG_BIN": str(self.bin_dir)} if self.bin_dir else {}
        ran = run(*words, stdin=stdin, environment=clean_environment(**more, **program))
        self.told.append(ran.err)
        assert expect is None or ran.code == expect, (words, ran)
        return ran

    def begin(self, node: NodeId, *words: object, stdin: object) -> subprocess.Popen[bytes]:
        """Start a command at a node that the test means to kill."""
        more = {"JUKINET_PG_BIN": str(self.bin_dir)} if self.bin_dir else {}
        begun = subprocess.Popen(
            [sys.executable, "-m", "jukinet", *map(str, words), "--config", str(self.config(node))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=clean_environment(**more),
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - one system call, no lock is taken
        )
        assert begun.stdin is not None
        begun.stdin.write(json.dumps(stdin).encode())
        begun.stdin.close()
        return begun

    def at(self, node: NodeId, *words: object, stdin: object = None, expect: int | None = 0) -> Ran:
        """A command at a node."""
        return self.do(
            *words, "--config", self.config(node), stdin=stdin, expect=expect, program=self.program(node)
        )

    def make(self) -> None:
        """Keys, configurations, schemas and first operators, by nothing but commands."""
        for node, parts in {**PARTS, SILENT: (NETWORK,)}.items():
            for part in parts:
                self.metrics[node, part] = free_port()
                if part != WORKER:
                    self.ports[node, part] = free_port()
        self.lines = {node: Line(self.ports[node, NETWORK]) for node in PARTS}
        self.do("pki", "init", self.pki)
        for node in (*PARTS, SILENT):
            supply = ["--supply-url", self.url(node, SUPPLY)] if (node, SUPPLY) in self.ports else []
            self.do("pki", "node", self.pki, node, "--name", NAMES[node], "--url", self.url(node), *supply)
        self.do("pki", "organ", self.pki, PENSION, "--name", "日本年金機構")
        for system in (TAX, LIBRARY):
            self.do("pki", "system", self.pki, system.node, system.slug)
        self.do("pki", "directory", self.pki)
        with ThreadPoolExecutor(len(PARTS)) as offices:
            list(offices.map(self.make_node, PARTS))

    def make_node(self, node: NodeId) -> None:
        """What each office does by itself; that all do it at the same time must not matter."""
        self.config(node).parent.mkdir(parents=True)
        self.config(node).write_text(self.configuration(node), "utf-8")
        self.at(node, "node", "check-config")
        self.at(node, "node", "migrate")
        self.at(node, "node", "first-operator", CLERK, "--name", "佐藤", "--from", DAY)
        self.at(node, "clock", "pin", DAY, "--as", CLERK)

    def configuration(self, node: NodeId) -> str:
        """A configuration as a person writes it: paths from where the file is."""
        keys = f"../../pki/nodes/{node}"
        parts = [part for one, part in self.metrics if one == node]
        doors = "".join(
            f'[{part}]\nhost = "{HOST}"\nport = {self.ports[node, part]}\n'
            for part in parts
            if part != WORKER
        )
        metrics = "".join(f"{part} = {self.metrics[node, part]}\n" for part in parts)
        around = "".join(
            f'{other} = "https://{HOST}:{line.port}"\n' for other, line in self.lines.items() if other != node
        )
        fonts = ", ".join(f'"{path}"' for path in font_directories())
        papers = (
            f'[office]\nmayor = "{HEADS[node]}"\n[documents]\nfonts = [{fonts}]\n' if node in HEADS else ""
        )
        sandbox = "sandbox = true\n" if node == NATIONAL else ""
        admitted = f'[register]\nsystems = ["{TAX.slug}"]\n' if node == KUNI else ""
        return (
            f'[node]\nid = "{node}"\nname = "{self.names[node]}"\nstate = "."\n{sandbox}'
            f'[database]\nname = "{DATABASE}"\ncluster = "../../state"\n'
            f'[trust]\nroot = "{keys}/root.pub"\nca = "{keys}/ca.pem"\nkeys = "{keys}"\n'
            f'directory = "../../pki/directory.json"\n'
            f"{admitted}{doors}[metrics]\n{metrics}{papers}[gateways]\n{around}"
        )

    def publish(self, *nodes: NodeId) -> None:
        """Sign the directory, and let nodes (all, where none is named) look at once, not within half a minute."""
        self.do("pki", "directory", self.pki)
        with ThreadPoolExecutor(len(PARTS)) as offices:
            list(offices.map(lambda node: self.at(node, "node", "migrate"), nodes or PARTS))

    # -- its processes

    def start(self, node: NodeId, part: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start a process; it is ready once ``wait_ready`` returns. ``WHOLE``: the parent of all of them."""
        log = self.log(node, part)
        log.parent.mkdir(exist_ok=True)
        more = {"JUKINET_PG_BIN": str(self.bin_dir)} if self.bin_dir else {}
        words = ["node", "run", *([part] if part != WHOLE else []), "--config", str(self.config(node))]
        with log.open("ab") as output:
            started = subprocess.Popen(
                [sys.executable, "-m", "jukinet", *words],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=clean_environment(**more, **environment, **self.program(node)),
                # Nothing outlives a test run that is killed.
                preexec_fn=die_with_parent(),  # noqa: PLW1509 - one system call, no lock is taken
            )
        self.processes[node, part] = started
        return started

    def start_all(self) -> None:
        """Start whatever does not run, and wait until all of it is ready."""
        begun = [
            (node, part)
            for node, parts in PARTS.items()
            for part in parts
            if (node, part) not in self.processes or self.processes[node, part].poll() is not None
        ]
        for node, part in begun:
            self.start(node, part)
        for node, part in begun:
            self.wait_ready(node, part)

    def wait_ready(self, node: NodeId, part: str) -> None:
        process = self.processes[node, part]

        def ready() -> bool:
            assert process.poll() is None, f"{node} {part} ended: {self.log(node, part).read_text()[-2000:]}"
            if self.pid_in_file(node, part) != process.pid:
                return False
            return part == WORKER or self.answers(node, part)

        until(ready, f"{node}'s {part} is ready")

    def pid_in_file(self, node: NodeId, part: str) -> int | None:
        try:
            told = json.loads((self.config(node).parent / "run" / f"{part}.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return int(told["pid"])

    def answers(self, node: NodeId, part: str) -> bool:
        """Whether a door says that it is ready."""
        try:
            return self.ask(self.ports[node, part], request("GET", "/readyz"), node)[0] == 200
        except OSError:
            return False

    def kill(self, node: NodeId, *parts: str) -> None:
        """kill -9."""
        for part in parts:
            self.processes[node, part].send_signal(signal.SIGKILL)
        for part in parts:
            self.processes[node, part].wait(DEADLINE)

    def kill_database(self) -> int:
        """kill -9 of the PostgreSQL server; its pid, which is gone when this returns."""
        pid = self.cluster.pid()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: not alive(pid), "the database server is gone")
        return pid

    def end(self) -> None:
        """End every process in order, and insist that each ended well."""
        for line in self.lines.values():
            line.close()
        running = [one for one in self.processes.values() if one.poll() is None]
        for one in running:
            one.terminate()
        for one in running:
            with suppress(subprocess.TimeoutExpired):
                one.wait(DEADLINE)
            if one.poll() is None:
                one.kill()
                one.wait()
        assert [one.returncode for one in running] == [0] * len(running)

    # -- looking at it

    def log(self, node: NodeId, part: str) -> Path:
        return self.config(node).parent / "log" / f"{part}.log"

    def everything_written(self) -> str:
        """Every log of every process, the database server's own, and what commands said on standard error."""
        logs = [*self.home.glob("*/*/log/*.log"), self.cluster.log]
        return "\n".join([*(log.read_text("utf-8", "replace") for log in logs), *self.told])

    def rows(self, node: NodeId, query: str, *params: object) -> list[tuple[Any, ...]]:
        """What a node's database holds, looked at from outside as its owner."""
        with self.cluster.connect(Role.OWNER, DATABASE) as connection:
            connection.execute(f"SET search_path = {node.schema}")
            return connection.execute(query, params or None).fetchall()

    @contextmanager
    def locking(self, node: NodeId, statement: str) -> Iterator[None]:
        """Hold a lock of the database for the time of a block."""
        with self.cluster.connect(Role.OWNER, DATABASE) as connection:
            connection.execute(f"SET search_path = {node.schema}")
            connection.execute(statement)
            yield
            connection.rollback()

    def waits_for_lock(self) -> bool:
        """Whether any session waits for a lock that another one has."""
        query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return self.count(NATIONAL, query) > 0

    def count(self, node: NodeId, query: str, *params: object) -> int:
        return int(self.rows(node, query, *params)[0][0])

    def stored(self) -> dict[str, int]:
        """How many rows each table of each node holds.

        But for the audit log with its tree, which refusals add to, what is counted of requests, refused ones too, the
        nonces of signed requests, the cursor that a lane gets at its first frame, and what the worker plans and notes
        of itself when it compares with its peers.
        """
        aside = {
            "audit_entries",
            "supply_counts",
            "request_nonces",
            "lanes_in",
            "consistency_due",
            "consistency_checks",
        }
        aside |= {"log_runs", "log_tiles", "log_checkpoints", "log_witnessed"}
        found = {}
        for node in PARTS:
            names = self.rows(node, "SELECT tablename FROM pg_tables WHERE schemaname = %s", node.schema)
            for (name,) in names:
                if name not in aside:
                    found[f"{node.schema}.{name}"] = self.count(node, f"SELECT count(*) FROM {name}")
        return found

    def audit(self, node: NodeId, event: str, *, after: int = 0) -> list[dict[str, Any]]:
        """The entries of one event as ``jukinet audit list`` tells them, oldest first."""
        words = ("audit", "list", "--as", CLERK, "--json", "--most", 10_000)
        found: list[dict[str, Any]] = self.at(node, *words, "--event", event, "--after", after).json
        return found[::-1]

    def last_entry(self, node: NodeId) -> int:
        return self.count(node, "SELECT coalesce(max(entry_id), 0) FROM audit_entries")

    def at_rest(self) -> bool:
        """Whether nothing is on its way, parked or halted: all nodes at one moment, so in one statement."""
        terms = (
            f"(SELECT count(*) FROM {node.schema}.outbox WHERE NOT signed)"
            f" + (SELECT count(*) FROM {node.schema}.lane_out_items WHERE lane_number IS NULL)"
            f" + (SELECT count(*) FROM {node.schema}.lanes_out WHERE acknowledged < last_number OR halted)"
            f" + (SELECT count(*) FROM {node.schema}.parked WHERE resolved_at IS NULL)"
            for node in PARTS
        )
        return self.count(NATIONAL, "SELECT " + " + ".join(terms)) == 0

    # -- its certificates and keys

    def tls(self, party: Who) -> TlsFiles:
        if isinstance(party, SystemId):
            home = self.pki / "systems" / f"{party.node}.{party.slug}"
            return TlsFiles(cert=home / "tls.pem", key=home / "tls.key", ca=home / "ca.pem")
        home = self.pki / ("nodes" if isinstance(party, NodeId) else "organs") / str(party)
        return TlsFiles(cert=home / "tls.pem", key=home / "tls.key", ca=home / "ca.pem")

    def context(self, party: Who) -> ssl.SSLContext:
        return client_context(self.tls(party))

    def key(self, party: NodeId | str) -> SigningKey:
        """The key for statements of a node, or for requests of an organ."""
        home = self.pki / ("nodes" if isinstance(party, NodeId) else "organs") / str(party)
        return load_signing_key(home / "statement.key", KeyUse.STATEMENT)

    def directory(self, now: Any) -> Directory:
        root = load_public_key(self.pki / "root.pub")
        return open_directory((self.pki / "directory.json").read_bytes(), root, now)

    def ask(self, port: int, sent: bytes, party: Who) -> tuple[int, dict[str, str], bytes]:
        """Send raw bytes to a door as a party of the network."""
        with connected(port, self.context(party)) as connection:
            connection.sendall(sent)
            return read_response(connection)

    # -- people

    def household(self, *names: str, **person: object) -> tuple[str, list[str]]:
        """People who move in, the first as householder: their household and resident numbers.

        ``person``: what is said of each besides.
        """
        numbers: list[str] = self.register("move-in", move_in_filing(*names, **person)).json["resident_nos"]
        return str(self.show(numbers[0])["household_number"]), numbers

    def birth(self, household: str, name: str, *, expect: int | None = 0) -> str:
        """Record a birth; the child's resident number."""
        ran = self.register("birth", birth_filing(household, name), expect=expect)
        return str(ran.json["resident_nos"][0]) if ran.code == 0 else ""

    def register(self, act: str, filing: object, *, expect: int | None = 0) -> Ran:
        words = ("register", act, "-", "--as", CLERK, "--terminal", "counter-1", "--json")
        return self.at(KUNI, *words, stdin=filing, expect=expect)

    def show(self, number: str) -> dict[str, Any]:
        found: dict[str, Any] = self.at(
            KUNI, "register", "show", "--as", CLERK, "--json", stdin=f"{number}\n"
        ).json
        return found

    def code_of(self, number: str) -> str:
        return str(self.rows(KUNI, "SELECT code FROM residents WHERE resident_no = %s", number)[0][0])

    def verify(
        self, who: object, *, node: NodeId = NATIONAL, affair: str = AFFAIR, expect: int | None = 0
    ) -> Ran:
        """Ask a supply door as the pension service."""
        organ = self.pki / "organs" / PENSION
        return self.do(
            *("verify", "-", "--url", self.url(node, SUPPLY), "--organ", organ, "--node", node),
            *("--affair", affair, "--operator", "suzuki", "--case", "2013-1", "--json"),
            stdin=who,
            expect=expect,
        )

    def times_applied(self, node: NodeId, code: str) -> tuple[int, int, int]:
        """Exactly one each where a birth arrived once: history rows, live records, audit entries."""
        return (
            self.count(node, "SELECT count(*) FROM identity_history WHERE code = %s", code),
            self.count(node, "SELECT count(*) FROM identity_records WHERE code = %s AND live", code),
            self.count(
                node,
                "SELECT count(*) FROM audit_entries WHERE event = 'identity:notice:applied' AND subject_code = %s",
                code,
            ),
        )

    def arrived(self, node: NodeId, codes: Sequence[str]) -> bool:
        found = self.rows(
            node, "SELECT code FROM identity_records WHERE live AND code = ANY(%s)", list(codes)
        )
        return len(found) == len(set(codes))

    def wait_arrived(self, *codes: str) -> None:
        """Wait until the centre has them and nothing is on its way; then insist on once each, in both stores."""
        until(lambda: self.arrived(NATIONAL, codes), "the centre has every birth")
        until(self.at_rest, "nothing is on its way")
        for code in codes:
            for node in (PREF, NATIONAL):
                assert self.times_applied(node, code) == (1, 1, 1), node


def move_in_filing(*names: str, **person: object) -> dict[str, Any]:
    """A move-in from abroad as a clerk enters it; ``person``: what is said of each besides the name."""
    persons = [
        {
            "name": {"text": name, "kana": "ケンサ タロウ"},
            "birth_date": "1980-04-17",
            "sex": "female",
            "relationship": "世帯主" if index == 0 else "同居人",
            "koseki": {"domicile": "東京都国立市富士見台二丁目1番地", "head": name},
        }
        | person
        for index, name in enumerate(names)
    ]
    return {
        "persons": persons,
        "address": {"municipality": "132152", "text": "東京都国立市富士見台二丁目47番地の1"},
        "previous_address": {"text": "ブラジル国"},
        "moved_on": DAY,
        "filed_on": DAY,
        "evidence": "from-abroad",
        "notified_by": {"capacity": "householder", "identity": "passport", "in_writing": True},
    }


def birth_filing(household: str, name: str, **changes: object) -> dict[str, Any]:
    """A birth as a clerk enters it; ``changes`` are to the child's items."""
    child = {
        "name": {"text": name, "kana": "ケンサ コドモ"},
        "birth_date": "2013-07-01",
        "sex": "male",
        "relationship": "子",
        "koseki": {"domicile": "東京都国立市富士見台二丁目1番地", "head": "検査　太郎"},
    }
    return {"household_number": household, "child": child | changes, "filed_on": DAY}


DRAWN: list[str] = []
"""Every unusual name of this run."""


def unusual_name(family: str = "検査") -> str:
    """A name that is in no log unless it leaked."""
    DRAWN.append(secrets.token_hex(6))
    return f"{family}　{DRAWN[-1]}"

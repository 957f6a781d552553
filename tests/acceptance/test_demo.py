"""The demonstration as a visitor sees it: built once, told again and again, broken on purpose, ended whole.

The slowest part of the ring: one small state is built and shared, and the tests run in their order.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.acceptance.country import Ran, alive, clean_environment, listens, run, until
from tests.acceptance.lines import HOST
from tests.unit.documents.machine import font_directories
from typer.testing import CliRunner

from jukinet.demo.breaking import BREAKS
from jukinet.demo.commands import app
from jukinet.demo.plan import CLERK, NODES, PENSION, Plan
from jukinet.domain.municipality import NATIONAL
from jukinet.node.postgres import Cluster
from jukinet.node.processes import die_with_parent
from jukinet.testing.cluster import bin_dir_of, throwaway_directory

pytestmark = pytest.mark.timeout(400)

STEPS = (
    *("foreign-codes", "by-code", "by-items", "outside-the-act", "nationwide-copy", "new-code", "move"),
    *("not-connected", "cut-line"),
)
IN_CI = ("by-code", "outside-the-act", "cut-line")
"""A wrong answer, a skipped refusal, a lost statement."""


def free_ports() -> int:
    """The first of enough free ports in a row for a demonstration."""
    for base in range(10_000 + os.getpid() % 200 * 40, 21_000, 40):
        ports = Plan(Path("/nowhere"), 0, base).ports()
        with suppress(OSError):
            for port in ports:
                socket.create_server((HOST, port)).close()
            return base
    raise AssertionError("no free ports")


@dataclass(frozen=True)
class Demo:
    """A demonstration's place, and what of it runs."""

    plan: Plan
    environment: dict[str, str]

    def words(self, *more: object) -> list[str]:
        plan = self.plan
        named = [
            "--state",
            str(plan.state),
            "--residents",
            str(plan.residents),
            "--port",
            str(plan.port_base),
        ]
        return ["demo", *named, *map(str, more)]

    def tell(self, *more: object) -> Ran:
        """Tell the story once; nothing may be left after it, however it ended."""
        ran = run(*self.words("--once", *more), environment=self.environment, seconds=380)
        self.require_nothing_left()
        return ran

    @contextmanager
    def running(self, until_line: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
        """A demonstration without ``--once`` that has said a line, and the file of all that it says."""
        said = self.plan.state / "said.log"
        with said.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "jukinet", *self.words()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                preexec_fn=die_with_parent(),  # noqa: PLW1509 - one system call, no lock is taken
            )
        try:

            def told() -> bool:
                assert process.poll() is None, said.read_text("utf-8")
                return until_line in said.read_text("utf-8")

            until(told, until_line, seconds=200)
            yield process, said
        finally:
            process.kill()
            process.wait()

    def processes(self) -> list[int]:
        """Pids of whatever names this place on its command line."""
        return [pid for pid in _pids() if os.fsencode(self.plan.state) in _command_line(pid) and alive(pid)]

    def node_processes(self) -> list[int]:
        return [pid for pid in self.processes() if b"\0node\0run\0" in _command_line(pid)]

    def require_nothing_left(self) -> None:
        assert [_command_line(pid) for pid in self.processes()] == []
        assert [port for port in self.plan.ports() if listens(port)] == []
        assert Cluster(self.plan.cluster).pid() is None

    def do(self, *words: object, **how: Any) -> Ran:
        return run(*words, environment=self.environment, **how)

    def status(self) -> Ran:
        return self.do("status", "--state", self.plan.state, "--json")


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def otherwise(told: str) -> list[str]:
    """The steps of which the story says that they went otherwise."""
    found = re.search(r"^otherwise: (.*)$", told, re.MULTILINE)
    return found[1].split(", ") if found else []


def steps_of(told: str) -> list[str]:
    """The steps told, in their order."""
    return re.findall(r"^\d+\. .*\(([a-z-]+)\)$", told, re.MULTILINE)


def last_line(ran: Ran) -> str:
    return ran.out.rstrip().splitlines()[-1]


@pytest.fixture(scope="module")
def demo(request: pytest.FixtureRequest) -> Iterator[Demo]:
    """A place for a small demonstration, with nothing in it."""
    bin_dir = bin_dir_of(request.config.getoption("--pg-bin"))
    more = {"JUKINET_PG_BIN": str(bin_dir)} if bin_dir else {}
    with throwaway_directory() as home:
        # Under a name where a later run finds what a killed one left.
        made = Demo(Plan(home / "state", 200, free_ports()), clean_environment(**more))
        made.plan.state.mkdir(mode=0o711)
        # Where no Debian package brings them, the fonts lie in the state that make test prepared.
        (made.plan.state / "fonts").symlink_to(font_directories()[-1])
        try:
            yield made
        finally:
            Cluster(made.plan.cluster, bin_dir=bin_dir).destroy()


@pytest.fixture(scope="module")
def first(demo: Demo) -> Ran:
    """The first run, which builds."""
    return demo.tell()


def test_killed_while_it_builds_it_takes_its_processes_along_and_stop_ends_the_rest(demo: Demo) -> None:
    """The half of a build that is left hinders nobody: the next test builds on top of it."""
    with demo.running("Building, once") as (process, _):
        until(lambda: len(demo.node_processes()) >= len(NODES), "processes are started")
        process.kill()
        process.wait()
        until(lambda: demo.node_processes() == [], "they end with it")
    assert Cluster(demo.plan.cluster).pid() is not None
    stopped = demo.do("demo", "stop", "--state", demo.plan.state)
    assert (stopped.code, stopped.err) == (0, "")
    assert "the database server is stopped" in stopped.out
    demo.require_nothing_left()
    again = demo.do("demo", "stop", "--state", demo.plan.state)
    assert (again.code, again.out) == (0, "Ended 0 processes; the database server is stopped.\n")


def test_the_story_is_told_once_as_expected(first: Ran) -> None:
    assert first.code == 0, first
    assert steps_of(first.out) == list(STEPS)
    assert otherwise(first.out) == []
    assert last_line(first) == f"story: {len(STEPS)} of {len(STEPS)} steps as expected"


def test_a_second_start_tells_the_same_stays_up_and_ends_whole(demo: Demo, first: Ran) -> None:
    with demo.running("It stays up until Ctrl-C.") as (process, said):
        told = said.read_text("utf-8")
        assert "The acts of the last run are gone" in told
        assert steps_of(told) == steps_of(first.out)
        assert f"story: {len(STEPS)} of {len(STEPS)} steps as expected" in told
        assert "Building" not in told

        look_at_status(demo)
        look_at_the_audit_log(demo)
        try_the_three_things(demo, told)
        curl_without_a_certificate(demo)
        start_it_a_second_time(demo)
        kill_the_database_and_start_it_again(demo, said)
        restarted = kill_the_centre_and_start_it_again(demo, said)

        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert [one.wait(60) for one in restarted] == [0, 0, 0]
        demo.require_nothing_left()
    stopped = demo.status()
    assert stopped.code == 2
    assert {node["state"] for node in stopped.json["nodes"]} == {"stopped"}


def start_it_a_second_time(demo: Demo) -> None:
    """Whatever else is asked for: it is refused in one sentence, and all that runs goes on."""
    before = (demo.processes(), Cluster(demo.plan.cluster).pid())
    for more in ((), ("--port", demo.plan.port_base + 100), ("--residents", 300)):
        ran = demo.do(*demo.words("--once", *more))
        assert ran.code == 1, ran
        assert re.search(r"runs already \(pid [0-9]+\)\. End it", ran.told), ran
        assert "demo stop" in ran.told
    assert (demo.processes(), Cluster(demo.plan.cluster).pid()) == before
    assert demo.status().code == 0


def test_it_moves_to_other_ports_and_stop_ends_it_in_order(demo: Demo, first: Ran) -> None:
    assert first.code == 0
    moved = replace(demo, plan=replace(demo.plan, port_base=demo.plan.port_base + 100))
    with moved.running("It stays up until Ctrl-C.") as (process, said):
        told = said.read_text("utf-8")
        assert f"story: {len(STEPS)} of {len(STEPS)} steps as expected" in told
        assert "Building" not in told
        assert [port for port in demo.plan.ports() if listens(port)] == []
        stopped = moved.do("demo", "stop", "--state", moved.plan.state)
        assert (stopped.code, stopped.err) == (0, "")
        assert "The demonstration that ran has ended." in stopped.out
        assert process.wait(10) == 130
        assert "ended." not in said.read_text("utf-8"), "no part is missed on the way"
        moved.require_nothing_left()


def look_at_status(demo: Demo) -> None:
    ran = demo.status()
    assert ran.code == 0, ran
    nodes = ran.json["nodes"]
    assert [node["id"] for node in nodes] == sorted(map(str, NODES), key=_order)
    assert all((node["state"], node["ready"]) == ("well", True) for node in nodes)
    assert {node["schema"] for node in nodes} == {str(node).replace("-", "_") for node in NODES}
    pids = [pid for node in nodes for pid in node["pids"].values()]
    assert len(set(pids)) == len(pids) == 8 * 2 + 3
    assert set(pids) <= set(demo.processes())
    fingerprints = [one for node in nodes for one in node["key_fingerprints"].values()]
    assert len(set(fingerprints)) == len(fingerprints) == 8 * 4
    assert all(node["since"] for node in nodes)
    assert ran.json["first"] == "Nothing: every node is well."


def _order(node: str) -> tuple[int, str]:
    return ("npm".index(node[0]), node)


def look_at_the_audit_log(demo: Demo) -> None:
    """Its own entries: one start of each process, after the last run's acts were put away with its database."""
    for node in NODES[::3]:
        words = ("audit", "list", "--as", CLERK.operator_id, "--json", "--most", 10_000)
        entries = demo.do(*words, "--config", demo.plan.config_file(node)).json
        starts = [one["number"] for one in entries if one["event"] == "node:process:started"]
        pinned = [one["number"] for one in entries if one["event"] == "node:clock:set"]
        assert len(starts) >= 2
        assert max(starts) < max(pinned), "after its start comes the calendar of the story"


def try_the_three_things(demo: Demo, told: str) -> None:
    """What the screen says can be done is done, word for word, but for where the program is."""
    script = "\n".join(line for line in told.splitlines() if line.startswith("   "))
    script = script[script.index("   D=") :]
    assert script.count(".venv/bin/jukinet") == 2
    assert "curl" in script
    if shutil.which("curl") is None:
        script = script.replace("curl", "true")
    program = f"{shlex.quote(sys.executable)} -m jukinet"
    ran = subprocess.run(
        ["bash", "-ec", script.replace(".venv/bin/jukinet", program)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=demo.environment,
    )
    assert ran.returncode == 0, ran
    assert '"status":"ready"' in ran.stdout or shutil.which("curl") is None
    assert re.search(r"result +none", ran.stdout)
    assert "register:code:changed" in ran.stdout


def curl_without_a_certificate(demo: Demo) -> None:
    if shutil.which("curl") is None:
        return
    url = f"{demo.plan.supply_url(NATIONAL)}/readyz"
    ran = subprocess.run(
        ["curl", "-sS", "--max-time", "20", "--cacert", str(demo.plan.pki / "ca.pem"), url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode != 0
    assert ran.stdout == ""


def verify(demo: Demo) -> Ran:
    return demo.do(
        *(
            "verify",
            "-",
            "--url",
            demo.plan.supply_url(NATIONAL),
            "--affair",
            "t1-77-1",
            "--operator",
            "suzuki",
        ),
        *("--case", "1", "--organ", demo.plan.pki / "organs" / str(PENSION), "--json"),
        stdin={"code": "24727059608"},
    )


def commands_told(said: Path, what: str) -> list[str]:
    """The commands by which the screen says that what ended is started again."""
    return re.findall(rf"^{what} ended\. Start it again:\n  (.*)$", said.read_text("utf-8"), re.MULTILINE)


def kill_the_database_and_start_it_again(demo: Demo, said: Path) -> None:
    pid = Cluster(demo.plan.cluster).pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    until(lambda: commands_told(said, "The database server"), "the screen says how to start it")
    (command,) = commands_told(said, "The database server")
    started = subprocess.run(
        shlex.split(command), env=demo.environment, capture_output=True, check=False, timeout=120
    )
    assert (started.returncode, started.stdout) == (0, b"The database server was started.\n"), started
    until(lambda: verify(demo).code == 0, "the centre answers again")


def kill_the_centre_and_start_it_again(demo: Demo, said: Path) -> list[subprocess.Popen[bytes]]:
    """The screen tells how; what was started by hand ends with the demonstration all the same."""
    assert verify(demo).json["result"] == "none"
    centre = demo.status().json["nodes"][0]
    for pid in centre["pids"].values():
        os.kill(pid, signal.SIGKILL)
    failed = verify(demo)
    assert failed.code == 1, failed
    assert "cannot be reached" in failed.told

    until(lambda: len(commands_told(said, r"national's \w+")) == 3, "the screen says how to start all three")
    ran = demo.status()
    assert ran.code == 1
    assert (ran.json["nodes"][0]["state"], ran.json["nodes"][0]["pids"]) == ("stopped", {})
    assert ran.json["first"].startswith("Start national's ")
    restarted = [
        subprocess.Popen(
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=demo.environment,
            start_new_session=True,
        )
        for command in commands_told(said, r"national's \w+")
    ]
    until(lambda: demo.status().code == 0, "the centre is well again")
    assert verify(demo).json["result"] == "none"
    return restarted


@pytest.mark.parametrize(
    "step", [pytest.param(step, marks=() if step in IN_CI else pytest.mark.slow) for step in BREAKS]
)
def test_a_broken_world_is_noticed_in_the_step_where_it_broke(demo: Demo, first: Ran, step: str) -> None:
    assert first.code == 0
    ran = demo.tell("--break", step)
    assert ran.code == 1, ran
    assert steps_of(ran.out) != []
    noticed = otherwise(ran.out)
    assert noticed[0] == step, "nothing before it, and it itself"
    assert last_line(ran) == f"story: {len(STEPS) - len(noticed)} of {len(STEPS)} steps as expected"


def test_every_kind_of_break_is_tried_where_changes_are_checked() -> None:
    assert len(IN_CI) == 3
    assert set(IN_CI) <= BREAKS.keys() <= set(STEPS)


def test_a_port_in_use_is_named_and_nothing_is_started(demo: Demo, first: Ran) -> None:
    assert first.code == 0
    taken = demo.plan.ports()[3]
    with socket.create_server((HOST, taken)):
        ran = demo.do(*demo.words("--once"))
        assert ran.code == 1
        assert ran.told.startswith(f"Jukinet: a small Japan. Nobody in it exists. In use on {HOST}: {taken}.")
        assert Cluster(demo.plan.cluster).pid() is None
    demo.require_nothing_left()


@pytest.mark.parametrize(
    "words", [("--break", "everything"), ("--residents", "10"), ("--port", "80")], ids=str
)
def test_a_mistyped_demonstration_starts_nothing(words: tuple[str, str], tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, ["--state", str(tmp_path), "--once", *words])
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert list(tmp_path.iterdir()) == []


def test_status_where_nothing_was_built(demo: Demo, tmp_path: Path) -> None:
    ran = demo.do("status", "--state", tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "make demo" in ran.err
    assert json.dumps(ran.err).count("\\n") == 1

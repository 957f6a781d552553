"""Runs the processes and database servers of a run, and starts again what ended, as a service manager does."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from jukinet.domain.errors import JukinetError
from jukinet.node import postgres_process, processes
from jukinet.node.processes import Part
from jukinet.testing.faults.process import RIGHT, Order
from jukinet.testing.faults.site import Site

PARTS = (Part.NETWORK, Part.WORKER)
"""What runs of a node. The supply door is left out: it writes nothing that travels."""

_ENDS_WITHIN = 20.0

Child = tuple[str, Part]


class Keeper:
    """Keeps what should run running. ``broken`` names the wrong program, or ``-``."""

    def __init__(self, site: Site, broken: str = RIGHT) -> None:
        self._site = site
        self._broken = broken
        self._children: dict[Child, int] = {}
        self._forker = subprocess.Popen(
            [sys.executable, "-m", "jukinet.testing.faults.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            preexec_fn=processes.die_with_parent(),  # noqa: PLW1509 - one system call, no lock is taken
        )
        self._down: dict[object, float] = {}
        self._stopped = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._keep, name="keeper")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End every process in order; the database servers stay."""
        self._stopped.set()
        self._thread.join()
        for number in (signal.SIGTERM, signal.SIGKILL):
            for pid in self._children.values():
                if _lives(pid):
                    os.kill(pid, number)
            if wait_until(lambda: not any(map(_lives, self._children.values())), _ENDS_WITHIN):
                break
        if self._forker.stdin and self._forker.stdout:
            self._forker.stdin.close()
            self._forker.stdout.close()
        self._forker.wait()

    def lives(self, node: str, part: Part) -> bool:
        with self._lock:
            return _lives(self._children.get((node, part)))

    def kill(self, node: str, part: Part, *, down: float) -> bool:
        """End a process with kill -9, which stays down for a while; whether there was one."""
        with self._lock:
            self._hold_down((node, part), down)
            pid = self._children.get((node, part))
            if pid is None or not _lives(pid):
                return False
            os.kill(pid, signal.SIGKILL)
            return True

    def kill_database(self, node: str, *, down: float) -> bool:
        """End a node's database server and its backends with kill -9, as when the machine stops; whether it ran."""
        cluster = self._site.cluster(node)
        with self._lock:
            self._hold_down(cluster.state_dir, down)
            pid = cluster.pid()
            if pid is None:
                return False
            # The server first: it must not begin to recover while its backends are ended.
            for one in (pid, *postgres_process.living(cluster.data)):
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            return True

    @contextmanager
    def stopped(self, node: str) -> Iterator[None]:
        """Keep a node's processes down for the time of a block, whatever else happens to them."""
        for part in PARTS:
            self.kill(node, part, down=math.inf)
        try:
            wait_until(lambda: not any(self.lives(node, part) for part in PARTS), _ENDS_WITHIN)
            yield
        finally:
            with self._lock:
                for part in PARTS:
                    self._down[node, part] = 0.0

    @contextmanager
    def server_aside(self, node: str) -> Iterator[None]:
        """Keep a node's database server down for the time of a block."""
        cluster = self._site.cluster(node)
        self.hold_database(node, down=math.inf)
        try:
            cluster.stop(seconds=0)
            yield
        finally:
            with self._lock:
                self._down[cluster.state_dir] = 0.0

    def _hold_down(self, what: object, seconds: float) -> None:
        self._down[what] = max(self._down.get(what, 0.0), time.monotonic() + seconds)

    def hold_database(self, node: str, *, down: float) -> None:
        """Do not start a node's database server for a while, should it end."""
        with self._lock:
            self._hold_down(self._site.cluster(node).state_dir, down)

    def all_run(self) -> bool:
        """Whether every process has said that it does its work."""
        with self._lock:
            children = dict(self._children)
        wanted = {(node, part) for node in self._site.among.nodes for part in PARTS}
        return wanted == set(children) and all(self._works(*which, pid) for which, pid in children.items())

    def _works(self, node: str, part: Part, pid: int) -> bool:
        told = {one.part: one.pid for one in processes.running(self._site.config(node))}
        return told.get(part) == pid and _lives(pid)

    def _keep(self) -> None:
        while not self._stopped.is_set():
            ready = {node for node in self._site.among.nodes if self._database_runs(node)}
            for node in self._site.among.nodes:
                for part in PARTS:
                    if node in ready:
                        self._revive((node, part))
            self._stopped.wait(0.2)

    def _is_down(self, what: object) -> bool:
        with self._lock:
            return self._down.get(what, 0.0) > time.monotonic()

    def _database_runs(self, node: str) -> bool:
        cluster = self._site.cluster(node)
        if _serves(cluster.data):
            return True
        if self._is_down(cluster.state_dir):
            return False
        try:
            cluster.ensure()
        except JukinetError:
            return False  # its disk is full, or it was killed again: the next round tries again
        return True

    def _revive(self, which: Child) -> None:
        if _lives(self._children.get(which)):
            return
        with self._lock:  # nobody may hold it down between the look and the start
            if self._down.get(which, 0.0) <= time.monotonic():
                self._children[which] = self._spawn(*which)

    def _spawn(self, node: str, part: Part) -> int:
        log = self.log_file(node, part)
        log.parent.mkdir(parents=True, exist_ok=True)
        words = ("node", "run", part.value, "--config", str(self._site.config_file(node)))
        order = Order(words, str(log), str(self._site.clock_file(node)), self._broken)
        if self._forker.stdin is None or self._forker.stdout is None:
            raise TypeError("orders go through pipes")
        self._forker.stdin.write(order.line())
        self._forker.stdin.flush()
        return int(self._forker.stdout.readline())

    def last_words(self) -> str:
        """The last line of every log: what is said of a failure names kinds and places, and nobody."""
        logs = (self.log_file(node, part) for node in self._site.among.nodes for part in PARTS)
        lines = [log.read_text("utf-8").splitlines()[-1:] for log in logs if log.exists()]
        return " ".join(line for last in lines for line in last)

    def log_file(self, node: str, part: Part) -> Path:
        return processes.log_file(self._site.config(node), part)


def _lives(pid: int | None) -> bool:
    """Whether a child is there and not only waiting to be buried."""
    try:
        return (
            pid is not None
            and Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
        )
    except OSError:
        return False


def _serves(data: Path) -> bool:
    """Whether a database server works in its directory: asked often, so only of the process that it names."""
    try:
        pid = (data / "postmaster.pid").read_text("ascii").split("\n", 1)[0]
        return Path(f"/proc/{pid}/cwd").readlink() == data
    except OSError:
        return False  # none is named, or it ended


def wait_until(reached: Callable[[], bool], seconds: float, every: float = 0.2) -> bool:
    """Whether something came true in time."""
    deadline = time.monotonic() + seconds
    while not reached():
        if time.monotonic() > deadline:
            return False
        time.sleep(every)
    return True

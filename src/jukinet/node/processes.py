"""Running a node: one process for each of its parts, or all of them as children of one.

Each process writes ``<state>/run/<part>.json`` with its pid while it lives. A child ends when its parent does. What a
process does is in ``jukinet.node.parts``, which only such a process imports.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from jukinet.node.config import NodeConfig

_PR_SET_PDEATHSIG = 1


class Part(StrEnum):
    """A process of a node. The office is built in a later release and has no process yet."""

    NETWORK = "network"
    SUPPLY = "supply"
    WORKER = "worker"


def parts_of(config: NodeConfig) -> tuple[Part, ...]:
    """The processes that a node consists of."""
    supply = (Part.SUPPLY,) if config.supply is not None else ()
    return (Part.NETWORK, *supply, Part.WORKER)


@dataclass(frozen=True, slots=True)
class Running:
    """A process as its run file tells it; ``alive`` is what the machine says."""

    part: Part
    pid: int
    since: str
    alive: bool


def run_file(config: NodeConfig, part: Part) -> Path:
    """Where a process says that it runs."""
    return config.state / "run" / f"{part.value}.json"


def running(config: NodeConfig) -> tuple[Running, ...]:
    """The node's processes that said they started, and whether they still live."""
    found = []
    for part in Part:
        try:
            told = json.loads(run_file(config, part).read_text("utf-8"))
            pid, since = int(told["pid"]), str(told["since"])
        except (OSError, ValueError, KeyError, TypeError):
            continue
        found.append(Running(part, pid, since, _is_ours(pid, config)))
    return tuple(found)


def _is_ours(pid: int, config: NodeConfig) -> bool:
    """Whether a pid is still the process of this node: pids are used again."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state != "Z" and os.fsencode(config.file) in words


def command(config: NodeConfig, part: Part | None = None) -> list[str]:
    """The command that runs a part of the node, or all of it."""
    words = [sys.executable, "-m", "jukinet", "node", "run"]
    return [*words, *([part.value] if part else []), "--config", str(config.file)]


def database_command(config: NodeConfig) -> list[str]:
    """The command that starts the embedded database server of a node."""
    return [sys.executable, "-m", "jukinet", "node", "start-database", "--config", str(config.file)]


def log_file(config: NodeConfig, part: Part) -> Path:
    """Where a part that was started as a child says what it has to say."""
    return config.state / "log" / f"{part.value}.log"


def spawn(config: NodeConfig, part: Part) -> subprocess.Popen[bytes]:
    """Start a part as a child with its own log file; it ends when this process does."""
    log = log_file(config, part)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return subprocess.Popen(
            command(config, part),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # A process group of its own: Ctrl-C is this process's to handle, which then ends the children in order.
            process_group=0,
            preexec_fn=die_with_parent(),  # noqa: PLW1509 - one system call, no lock is taken
        )


def die_with_parent() -> Callable[[], None]:
    """What a child has to run first, to end when the process that now starts it ends, however that happens."""
    parent, libc = os.getpid(), ctypes.CDLL(None)

    def ask_the_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it ended before it was asked
            os._exit(1)

    return ask_the_kernel


def run_all(config: NodeConfig, say: Callable[[str], None]) -> int:
    """Run every part as a child until told to end, or until one ends by itself; the exit code."""
    children = {part: spawn(config, part) for part in parts_of(config)}
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.append(1))
    try:
        while not stopped:
            ended = [part for part, child in children.items() if child.poll() is not None]
            if ended:
                for part in ended:
                    say(f"{config.node}: {part} ended by itself; see {log_file(config, part)}")
                say(f"{config.node}: ending the node.")
                return 1
            time.sleep(0.2)
        return 0
    finally:
        end(list(children.values()))


def end(children: list[subprocess.Popen[bytes]], *, seconds: float = 20.0) -> None:
    """Tell children to end, wait, and kill what does not."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + seconds
    for child in children:
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

"""Running a node: one process for each of its parts, or all of them as children of one.

Each process writes ``<state>/run/<part>.json`` with its pid while it lives. A child ends when its parent does.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from starlette.types import ASGIApp

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL
from jukinet.network.nodes import network_door
from jukinet.network.register import RegisterAccess
from jukinet.network.server import require_free, serve
from jukinet.network.supply import supply_door
from jukinet.node import logs
from jukinet.node.config import DoorConfig, NodeConfig
from jukinet.node.journal import open_journal
from jukinet.node.notify import READY, STOPPING, notify
from jukinet.node.postgres import Role
from jukinet.node.watching import watched
from jukinet.node.wiring import POOL_SIZES, Node, batch_files, conninfo, open_node, open_register
from jukinet.services import trail
from jukinet.services.supply.desk import Desk, serves
from jukinet.store.database import PoolState
from jukinet.store.supply import SupplyDatabase
from jukinet.worker.loop import Worker

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


def run_part(config: NodeConfig, part: Part) -> None:
    """Be one process of the node until told to end."""
    logs.configure()
    match part:
        case Part.NETWORK:
            with open_node(config, Role.NETWORK) as node, open_register(node) as access:
                _run_network(node, access)
        case Part.SUPPLY:
            if config.supply is None:
                raise JukinetError(ErrorKind.CONFIGURATION, "This node has no supply door: set [supply].")
            with open_node(config, Role.SUPPLY) as node:
                _run_supply(node, config.supply)
        case Part.WORKER:
            with open_node(config, Role.WORKER) as node:
                _run_worker(node)


def _run_network(node: Node, access: RegisterAccess | None) -> None:
    place = node.config.network
    require_free(place.host, place.port)  # no entry of a start that cannot be
    with (
        watched(node, Part.NETWORK, _pools(node, access)) as watch,
        _marked(node, Part.NETWORK) as announce,
    ):
        door = network_door(node.context, access, watch.request, watch.require_ready, node.pass_on)
        _serve(place, door, node, announce)


def _run_supply(node: Node, place: DoorConfig) -> None:
    require_free(place.host, place.port)
    told = conninfo(node.config, Role.SUPPLY)
    database = SupplyDatabase(told, node.config.node.schema, most=POOL_SIZES[Role.SUPPLY])
    with (
        watched(node, Part.SUPPLY, {"supply": database.pool_state}) as watch,
        _marked(node, Part.SUPPLY) as announce,
    ):
        desk = Desk(node.context, database, node.config.limits)
        files = batch_files(node.config)
        door = supply_door(node.context, desk, watch.request, watch.require_ready, files)
        _serve(place, door, node, announce)


def _run_worker(node: Node) -> None:
    config = node.config
    published = config.directory.read_bytes if config.node == NATIONAL else None
    pools = {"worker": node.context.database.pool_state}
    with (
        watched(node, Part.WORKER, pools, whole=True) as watch,
        _marked(node, Part.WORKER) as announce,
    ):
        journal = open_journal(config.state)
        batches = batch_files(config) if serves(config.node) else None
        worker = Worker(node.context, node.root, published, journal=journal, batches=batches, tell=watch.step)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        announce()  # once it can be told to end
        worker.run()


def _pools(node: Node, access: RegisterAccess | None) -> dict[str, Callable[[], PoolState]]:
    """The connections of the network door, by the role that logs in."""
    office = {"office": access.ctx.database.pool_state} if access else {}
    return {"network": node.context.database.pool_state, **office}


def _serve(place: DoorConfig, app: ASGIApp, node: Node, announce: Callable[[], None]) -> None:
    files = node.config.tls
    serve(app, host=place.host, port=place.port, files=files, ready=lambda _port: announce())


@contextmanager
def _marked(node: Node, part: Part) -> Iterator[Callable[[], None]]:
    """Record the start as an audit entry; gives what writes the run file once the process does its work.

    A second process of the same part, which fails on the occupied port, must not take the first one's file away.
    """
    trail.node_started(node.context, part.value)
    path = _run_file(node.config, part)
    since = node.context.now().isoformat(timespec="seconds")

    def announce() -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"pid": os.getpid(), "since": since}), "utf-8")
        notify(READY)

    try:
        yield announce
    finally:
        notify(STOPPING)
        if any(one.part is part and one.pid == os.getpid() for one in running(node.config)):
            path.unlink(missing_ok=True)


def _run_file(config: NodeConfig, part: Part) -> Path:
    return config.state / "run" / f"{part.value}.json"


def running(config: NodeConfig) -> tuple[Running, ...]:
    """The node's processes that said they started, and whether they still live."""
    found = []
    for part in Part:
        try:
            told = json.loads(_run_file(config, part).read_text("utf-8"))
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

"""The demonstration while it runs: its processes, its nodes opened as their offices, its one gateway."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from subprocess import Popen

import psycopg

from jukinet.client.supply import SupplyClient
from jukinet.demo.plan import CUT, HOST, NODES, Plan
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId, OrganSlug
from jukinet.node import processes
from jukinet.node.postgres import Cluster, Role
from jukinet.node.processes import Part
from jukinet.node.wiring import Node, open_node
from jukinet.services.context import Context


class Gateway:
    """A TCP line that can be cut: what the cut municipality's router would be. Carries bytes, reads none."""

    def __init__(self, port: int, target: int) -> None:
        self._target = target
        self._open = True
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server((HOST, port))
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break every connection and refuse new ones."""
        with self._lock:
            self._open = False
            for end in self._ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def restore(self) -> None:
        with self._lock:
            self._open = True

    def close(self) -> None:
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            try:
                called = socket.create_connection((HOST, self._target), timeout=5) if self._open else None
            except OSError:
                called = None
            if called is None:
                caller.close()
                continue
            called.settimeout(None)
            with self._lock:
                self._ends |= {caller, called}
            for source, sink in ((caller, called), (called, caller)):
                threading.Thread(target=self._carry, args=(source, sink), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        with self._lock:
            self._ends -= {source}
        source.close()


@dataclass
class Stage:
    """What the story acts on."""

    plan: Plan
    cluster: Cluster
    database: str
    nodes: dict[NodeId, Node]
    gateway: Gateway
    children: dict[tuple[NodeId, Part], Popen[bytes]] = field(default_factory=dict)

    def office(self, node: NodeId | MunicipalityCode) -> Context:
        """A node as its office sees it."""
        return self.nodes[node.node_id if isinstance(node, MunicipalityCode) else node].context

    def organ(self, organ: OrganSlug, node: NodeId = NATIONAL) -> SupplyClient:
        """An organ's line to a supply door."""
        url = self.plan.supply_url(node)
        if url is None:
            raise TypeError(f"{node} has no supply door")
        home = self.plan.pki / "organs" / str(organ)
        return SupplyClient(
            url,
            node,
            cert=home / "tls.pem",
            key=home / "tls.key",
            ca=home / "ca.pem",
            signing_key=home / "statement.key",
        )

    @contextmanager
    def owner(self) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
        """The database as its owner: for looking from outside, past every service."""
        with self.cluster.connect(Role.OWNER, self.database) as connection:
            yield connection

    def wait(self, what: str, reached: Callable[[], bool], *, seconds: float = 30) -> None:
        """Wait for something to come true, or raise UNAVAILABLE saying what did not."""
        deadline = time.monotonic() + seconds
        while not reached():
            if time.monotonic() > deadline:
                raise JukinetError(ErrorKind.UNAVAILABLE, f"After {seconds:.0f} s still not: {what}.")
            time.sleep(0.05)

    def ended(self) -> list[tuple[NodeId, Part]]:
        """Processes that are no longer there."""
        return [key for key, child in self.children.items() if child.poll() is not None]


@contextmanager
def raised(plan: Plan, cluster: Cluster, database: str) -> Iterator[Stage]:
    """Start every process on a database, open every node, and end all of it at the end of the block."""
    require_free_ports(plan)
    with ExitStack() as stack:
        stage = Stage(
            plan,
            cluster,
            database,
            {},
            Gateway(plan.gateway_port, plan.network_port(CUT.prefecture.node_id)),
        )
        stack.callback(stage.gateway.close)
        # Also what a person started again by hand while the demonstration was up.
        stack.callback(end_leftovers, plan)
        stack.callback(lambda: processes.end(list(stage.children.values())))
        for node in NODES:
            config = plan.config(node)
            for part in processes.parts_of(config):
                stage.children[node, part] = processes.spawn(config, part)
        stage.wait("every process runs", lambda: _all_run(stage), seconds=90)
        for node in NODES:
            stage.nodes[node] = stack.enter_context(open_node(plan.config(node), Role.OFFICE))
        yield stage


def _all_run(stage: Stage) -> bool:
    for node, part in stage.ended():
        log = stage.plan.config(node).state / "log" / f"{part.value}.log"
        raise JukinetError(ErrorKind.UNAVAILABLE, f"{node}'s {part.value} did not start; {log} says why.")
    alive = {
        (node, one.part)
        for node in NODES
        for one in processes.running(stage.plan.config(node))
        if one.alive and one.pid == stage.children[node, one.part].pid
    }
    return alive == set(stage.children) and all(_listens(port) for port in stage.plan.ports())


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def require_free_ports(plan: Plan) -> None:
    """Raise CONFIGURATION naming every port that another program holds."""
    taken = []
    for port in plan.ports():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                taken.append(str(port))
    if taken:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            f"In use on {HOST}: {', '.join(taken)}. Stop the other program (or another demonstration:"
            " jukinet demo stop), or choose other ports: make demo PORT=8440.",
        )


def end_leftovers(plan: Plan) -> int:
    """End what an earlier run left, or somebody started by hand; how many.

    Processes are known by their run files and their command lines.
    """
    ended = 0
    for node in NODES:
        if not plan.config_file(node).exists():
            continue
        for one in processes.running(plan.config(node)):
            if one.alive:
                os.kill(one.pid, signal.SIGTERM)
                ended += 1
    deadline = time.monotonic() + 20
    while any(_alive(plan)):
        if time.monotonic() > deadline:
            raise JukinetError(
                ErrorKind.UNAVAILABLE,
                f"The demonstration does not end: pids {', '.join(_alive(plan))}.",
            )
        time.sleep(0.1)
    return ended


def _alive(plan: Plan) -> list[str]:
    return [
        str(one.pid)
        for node in NODES
        if plan.config_file(node).exists()
        for one in processes.running(plan.config(node))
        if one.alive
    ]

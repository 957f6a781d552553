"""The nodes of one machine as an operator sees them: every configuration under one state directory."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.messages.directory import Directory, is_stale, open_directory
from jukinet.node import config as configs
from jukinet.node import processes
from jukinet.node.config import NodeConfig
from jukinet.node.keys import load_public_key
from jukinet.node.postgres import Role
from jukinet.node.processes import Running
from jukinet.node.wiring import SystemClock, cluster_of, open_node
from jukinet.services import code_stock
from jukinet.services import status as node_status
from jukinet.services.code_stock import Stock
from jukinet.services.status import Delivery

WELL, ATTEND, STOPPED = "well", "attend", "stopped"


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """One node: its processes, its keys, and whether it works."""

    config: NodeConfig
    running: tuple[Running, ...]
    fingerprints: dict[str, str]
    ready: bool
    problem: str | None
    database: bool = True
    """Whether the embedded database server runs; a server of its own is looked after elsewhere."""

    @property
    def state(self) -> str:
        alive = [one for one in self.running if one.alive]
        if not alive:
            return STOPPED
        whole = len(alive) == len(processes.parts_of(self.config))
        return WELL if whole and self.ready and self.problem is None else ATTEND

    @property
    def since(self) -> str | None:
        return max((one.since for one in self.running if one.alive), default=None)

    def advice(self) -> str | None:
        """What to do first about this node, or None. Without its database no process of it starts."""
        if not self.database:
            return f"Start the database server: {' '.join(processes.database_command(self.config))}"
        missing = set(processes.parts_of(self.config)) - {one.part for one in self.running if one.alive}
        if missing:
            part = min(missing)
            return f"Start {self.config.node}'s {part}: {' '.join(processes.command(self.config, part))}"
        return f"Look at {self.config.node}: {self.problem}" if self.problem else None

    def plain(self) -> dict[str, Any]:
        return {
            "id": str(self.config.node),
            "role": self.config.node.role.value,
            "name": self.config.name,
            "schema": self.config.node.schema,
            "pids": {one.part.value: one.pid for one in self.running if one.alive},
            "key_fingerprints": self.fingerprints,
            "state": self.state,
            "ready": self.ready,
            "since": self.since,
        }


@dataclass(frozen=True, slots=True)
class FederationStatus:
    """Every node, and the first thing to do."""

    nodes: tuple[NodeStatus, ...]

    @property
    def first(self) -> str:
        # One server may serve them all: whichever node lacks it, it comes before every process.
        for node in sorted(self.nodes, key=lambda node: node.database):
            advice = node.advice()
            if advice is not None:
                return advice
        return "Nothing: every node is well."

    def exit_code(self) -> int:
        states = {node.state for node in self.nodes}
        if states == {WELL}:
            return 0
        return 2 if states <= {STOPPED} else 1

    def plain(self) -> dict[str, Any]:
        return {"nodes": [node.plain() for node in self.nodes], "first": self.first}

    def lines(self) -> list[str]:
        rows = [f"{'node':14} {'state':8} {'processes':28} name"]
        for node in self.nodes:
            alive = ", ".join(one.part.value for one in node.running if one.alive) or "none"
            rows.append(f"{node.config.node.text:14} {node.state:8} {alive:28} {node.config.name}")
        return [*rows, "", f"First: {self.first}"]


def status(state: Path) -> FederationStatus:
    """Look at every node whose configuration lies under the state directory (``nodes/<id>/node.toml``)."""
    files = sorted([*state.glob("nodes/*/node.toml"), *state.glob("*/nodes/*/node.toml")])
    if not files:
        raise JukinetError(
            ErrorKind.NOT_FOUND, f"There are no nodes under {state}. Start the demonstration: make demo."
        )
    found = [_node_status(configs.load(file)) for file in files]
    order = {"national": 0, "prefecture": 1, "municipality": 2}
    found.sort(key=lambda one: (order[one.config.node.role.value], one.config.node.text))
    return FederationStatus(tuple(found))


def _node_status(config: NodeConfig) -> NodeStatus:
    ready, problem, held = _ask(config)
    cluster = cluster_of(config)
    return NodeStatus(
        config,
        processes.running(config),
        _fingerprints(config, held),
        ready,
        problem,
        database=cluster is None or cluster.pid() is not None,
    )


def _fingerprints(config: NodeConfig, held: Directory | None) -> dict[str, str]:
    """The ids of the node's keys that hold now, by use, as the directory names them; private keys stay where they are.

    ``held`` is what the node's database has. Without it the configuration's directory speaks; nothing is said
    where that cannot be read either, or does not know the node.
    """
    now = SystemClock().now()
    try:
        known = held or open_directory(config.directory.read_bytes(), load_public_key(config.root), now)
    except (OSError, JukinetError):
        return {}
    entry = known.node(config.node)
    keys = sorted(entry.keys, key=lambda key: key.valid_from) if entry is not None else []
    return {key.use.value: key.key_id for key in keys if key.is_valid_at(now)}


def _ask(config: NodeConfig) -> tuple[bool, str | None, Directory | None]:
    """Whether the node's database serves it, what is stuck in it, and the directory that it holds."""
    try:
        with open_node(config, Role.OFFICE) as node:
            node_status.require_ready(node.context)
            held = node.context.directory()
            delivery = node_status.delivery(node.context)
            stock = code_stock.stock(node.context) if config.node.municipality else None
    except JukinetError as error:
        return False, error.message, None
    problem = _stuck(delivery) or stale_directory(held, SystemClock().now()) or _few_codes(stock)
    return True, problem, held


def stale_directory(held: Directory, now: datetime) -> str | None:
    """What is to be told of a directory that the centre did not renew for a day, or None."""
    if not is_stale(held, now):
        return None
    return (
        f"its directory, version {held.version}, is older than a day, so nobody new is let in"
        " (at the centre: jukinet pki directory, then jukinet node migrate)"
    )


def _few_codes(stock: Stock | None) -> str | None:
    if stock is None or not stock.low:
        return None
    return f"only {stock.free} codes are left in its pool (at the centre: jukinet code designate)"


def _stuck(delivery: Delivery) -> str | None:
    if delivery.halted:
        return f"halted lanes: {', '.join(delivery.halted)}"
    if delivery.parked:
        return f"{delivery.parked} parked statements wait for a person (jukinet network parked)"
    if delivery.differing:
        return f"{delivery.differing} records differ from another node's (jukinet consistency list)"
    if delivery.failing:
        return f"lanes that fail: {', '.join(delivery.failing)}"
    return None

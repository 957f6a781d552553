"""The nodes of one machine as an operator sees them: every configuration under one state directory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jukinet.cli.common import wrapped
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.reading import format_instant
from jukinet.messages.directory import Directory, open_directory
from jukinet.node import attention, expiry, processes
from jukinet.node import config as configs
from jukinet.node.config import NodeConfig
from jukinet.node.keys import load_public_key
from jukinet.node.postgres import Role
from jukinet.node.processes import Part, Running
from jukinet.node.wiring import SystemClock, cluster_of, open_node
from jukinet.services import status as node_status
from jukinet.services import vitals
from jukinet.services.vitals import Vitals
from jukinet.store.vitals import LaneOut

WELL, ATTEND, STOPPED = "well", "attend", "stopped"


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """One node: its processes, its keys, and whether it works."""

    config: NodeConfig
    running: tuple[Running, ...]
    fingerprints: dict[str, str]
    ready: bool
    problem: str | None
    """Why its database does not serve it."""
    vitals: Vitals | None = None
    attend: tuple[str, ...] = ()
    """What is to be seen to in it, the worst first."""
    database: bool = True
    """Whether the embedded database server runs; a server of its own is looked after elsewhere."""

    @property
    def state(self) -> str:
        alive = [one for one in self.running if one.alive]
        if not alive:
            return STOPPED
        whole = len(alive) == len(processes.parts_of(self.config))
        return WELL if whole and self.ready and not self.attend else ATTEND

    @property
    def missing(self) -> set[Part]:
        """The processes that should run and do not."""
        return set(processes.parts_of(self.config)) - {one.part for one in self.running if one.alive}

    @property
    def since(self) -> str | None:
        return max((one.since for one in self.running if one.alive), default=None)

    def advice(self) -> str | None:
        """What to do first about this node, or None. Without its database no process of it starts."""
        if not self.database:
            return f"Start the database server: {' '.join(processes.database_command(self.config))}"
        if self.missing:
            part = min(self.missing)
            return f"Start {self.config.node}'s {part}: {' '.join(processes.command(self.config, part))}"
        told = (self.problem, *self.attend) if self.problem else self.attend
        return f"Look at {self.config.node}: {told[0]}" if told else None

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
            "problem": self.problem,
            "attend": list(self.attend),
            "lanes": [_plain_lane(lane) for lane in self.vitals.lanes_out] if self.vitals else [],
        }


@dataclass(frozen=True, slots=True)
class FederationStatus:
    """Every node, and the first thing to do."""

    nodes: tuple[NodeStatus, ...]

    @property
    def first(self) -> str:
        # One server may serve them all: whichever node lacks it comes before every process, and these before the rest.
        for node in sorted(self.nodes, key=lambda node: (node.database, not node.missing)):
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
        for node in self.nodes:
            told = (node.problem, *node.attend) if node.problem else node.attend
            rows += [""] if told and rows[-1] else []
            rows += [line for one in told for line in wrapped(f"{node.config.node}: {one}")]
        first = f"First: {self.first}"
        # A command that is to be copied stays on one line, however long.
        return [*rows, "", *([first] if self.first.startswith("Start ") else wrapped(first))]


def _plain_lane(lane: LaneOut) -> dict[str, Any]:
    return {
        "peer": str(lane.peer),
        "stream": lane.stream.value,
        "waiting": lane.waiting,
        "behind_since": format_instant(lane.since) if lane.since else None,
        "failures": lane.failures,
        "problem": lane.problem,
        "halted": lane.halted,
    }


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
    problem, found, attend = _ask(config)
    cluster = cluster_of(config)
    return NodeStatus(
        config,
        processes.running(config),
        _fingerprints(config, found.directory if found else None),
        ready=problem is None,
        problem=problem,
        vitals=found,
        attend=attend,
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


def _ask(config: NodeConfig) -> tuple[str | None, Vitals | None, tuple[str, ...]]:
    """Why the node's database does not serve it, or how it is and what is to be seen to."""
    try:
        with open_node(config, Role.OFFICE) as node:
            node_status.require_ready(node.context)
            found = vitals.look(node.context)
        return None, found, attention.to_attend(found, expiry.ends(config, found.directory, found.at))
    except JukinetError as error:
        return error.message, None, ()

"""What each process of a node does until it is told to end.

A worker has no door and imports none: that is most of what a start costs.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL
from jukinet.node import logs
from jukinet.node.config import NodeConfig
from jukinet.node.journal import open_journal
from jukinet.node.notify import READY, STOPPING, notify
from jukinet.node.postgres import Role
from jukinet.node.processes import Part, run_file, running
from jukinet.node.watching import watched
from jukinet.node.wiring import Node, batch_files, open_node, open_sequencer
from jukinet.services import trail
from jukinet.services.supply.desk import serves
from jukinet.worker.loop import Worker


def run_part(config: NodeConfig, part: Part) -> None:
    """Be one process of the node until told to end."""
    logs.configure()
    match part:
        case Part.NETWORK:
            from jukinet.node import doors

            with open_node(config, Role.NETWORK) as node, doors.open_register(node) as access:
                doors.run_network(node, access, marked(node, part))
        case Part.SUPPLY:
            from jukinet.node import doors

            if config.supply is None:
                raise JukinetError(ErrorKind.CONFIGURATION, "This node has no supply door: set [supply].")
            with open_node(config, Role.SUPPLY) as node:
                doors.run_supply(node, config.supply, marked(node, part))
        case Part.WORKER:
            with open_node(config, Role.WORKER) as node:
                _run_worker(node)


def _run_worker(node: Node) -> None:
    config = node.config
    published = config.directory.read_bytes if config.node == NATIONAL else None
    pools = {"worker": node.context.database.pool_state}
    with (
        open_sequencer(node) as log,
        watched(node, Part.WORKER, pools | {"sequencer": log.database.pool_state}, whole=True) as watch,
        marked(node, Part.WORKER) as announce,
    ):
        journal = open_journal(config.state)
        batches = batch_files(config) if serves(config.node) else None
        worker = Worker(
            node.context,
            node.root,
            published,
            journal=journal,
            log=log,
            batches=batches,
            limits=config.limits,
            tell=watch.step,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.stop())
        announce()  # once it can be told to end
        worker.run()


@contextmanager
def marked(node: Node, part: Part) -> Iterator[Callable[[], None]]:
    """Record the start as an audit entry; gives what writes the run file once the process does its work.

    A second process of the same part, which fails on the occupied port, must not take the first one's file away.
    """
    trail.node_started(node.context, part.value)
    path = run_file(node.config, part)
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

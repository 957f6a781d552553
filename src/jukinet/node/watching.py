"""Watching a process from outside: its metrics, its readiness and its log, wired together.

Owns when a node is fit to do its work. The names of metrics are in ``node.metrics``, the endpoint in ``node.monitor``.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from prometheus_client.metrics_core import Metric

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.network.watching import Served
from jukinet.node import expiry, metrics, monitor
from jukinet.node.logs import RequestLog
from jukinet.node.metrics import Metrics
from jukinet.node.standing_out import StandingOut
from jukinet.node.wiring import Node, open_office
from jukinet.services import analyses, status, vitals
from jukinet.services.context import Context
from jukinet.store.database import PoolState

LEAST_FREE = 200 * 1024 * 1024
"""Bytes below which a node is not ready: what comes in could soon be neither stored nor logged."""


PATIENCE = 3.0
"""Seconds that a scrape waits for the database: what is told must come before whoever asks gives up."""
ANALYSES_PATIENCE = 60.0
"""Seconds that the analyses of the log wait, which no scrape does."""


class Watched:
    """A process under watch: what its door or worker tells, and whether it is fit."""

    def __init__(self, node: Node, part: str) -> None:
        self.metrics = Metrics(node.config, part)
        self._node = node
        self._log = RequestLog(part)

    def request(self, served: Served) -> None:
        self.metrics.request(served)
        self._log(served)

    def step(self, step: str, outcome: str) -> None:
        self.metrics.step(step, outcome)

    def require_ready(self) -> None:
        """Raise UNAVAILABLE unless database, schema, directory and disk let the process do its work."""
        status.require_ready(self._node.context)
        require_room(self._node.config.state, LEAST_FREE)


def require_room(state: Path, least: int) -> None:
    """Raise UNAVAILABLE unless the disk of the state directory has room."""
    if shutil.disk_usage(state).free < least:
        raise JukinetError(
            ErrorKind.UNAVAILABLE, "The disk of the state directory is nearly full: make room."
        )


@contextmanager
def watched(
    node: Node, part: str, pools: Mapping[str, Callable[[], PoolState]], *, whole: bool = False
) -> Iterator[Watched]:
    """Watch a process for the time of a block, over its loopback port where the configuration gives it one.

    ``whole``: it tells of the node's database too, which one process of a node does.
    """
    found, port = Watched(node, part), node.config.metrics.get(part)
    with ExitStack() as stack:
        if port is not None:
            node.config.state.mkdir(parents=True, exist_ok=True)
            states = dict(pools)
            found.metrics.read(partial(metrics.disk, node.config))
            if whole:
                office = stack.enter_context(open_office(node, most=1, patience=PATIENCE))
                states["office"] = office.database.pool_state
                found.metrics.read(partial(_state, node, office))
                reader = stack.enter_context(open_office(node, most=1, patience=ANALYSES_PATIENCE))
                standing_out = StandingOut(partial(analyses.counts, reader), time.monotonic)
                found.metrics.read(standing_out.collect)
            found.metrics.read(partial(metrics.pools, states))
            stack.enter_context(monitor.served(port, found.metrics.registry, found.require_ready))
        yield found


def _state(node: Node, office: Context) -> Iterator[Metric]:
    return metrics.state(
        partial(vitals.look, office), lambda seen: expiry.ends(node.config, seen.directory, seen.at)
    )

"""The metrics of one process: their names, their labels, and where each number comes from (Prometheus).

No value or label says anything of a person: a label is a node, or a word from a closed list. What happens in the
process is counted as it happens; what stands in the database is read when somebody asks, in the worker's process alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import product
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

import jukinet
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.line import LineState
from jukinet.network.watching import Served
from jukinet.node.config import NodeConfig
from jukinet.node.processes import Part
from jukinet.services.vitals import Vitals
from jukinet.store.database import PoolState
from jukinet.worker.jobs import Job

SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
"""Bounds of the classes of latency: a supply is answered in milliseconds, a full frame within seconds."""

NO_ANSWER = "none"
"""In place of a status where nobody was left to answer."""

OUTCOMES = ("done", "failed", "broke")
"""Of a step of the worker."""

_REFUSED = ("law", "policy", *(kind.value for kind in ErrorKind))


class Metrics:
    """Counts what one process of a node does; ``registry`` gives all of it, each sample with its node and part."""

    def __init__(self, config: NodeConfig, part: str) -> None:
        self._inside = CollectorRegistry()
        self.registry = CollectorRegistry()
        self.registry.register(_Labelled(self._inside, {"node": str(config.node), "part": part}))
        ProcessCollector(registry=self._inside)
        info = {"version": jukinet.__version__, "role": config.node.role.value}
        Gauge("jukinet_process", "What runs here.", tuple(info), registry=self._inside).labels(**info).set(1)
        self._requests = Counter(
            "jukinet_requests", "Requests answered.", ("route", "method", "status"), registry=self._inside
        )
        self._seconds = Histogram(
            "jukinet_request_seconds",
            "From a request's head to its answer.",
            ("route",),
            registry=self._inside,
            buckets=SECONDS,
        )
        self._refusals = Counter(
            "jukinet_refusals",
            "What stood in a request's way: a rule of the law, a policy, or an error by its kind.",
            ("kind",),
            registry=self._inside,
        )
        # Found again by name for each request, a series would cost the supply door several times what counting does.
        self._series: dict[tuple[str, str, int | None], tuple[Counter, Histogram]] = {}
        self._steps = Counter(
            "jukinet_worker_steps", "Steps of the worker.", ("step", "outcome"), registry=self._inside
        )
        self._begin(part)

    def _begin(self, part: str) -> None:
        """Tell every series that an alert reads at 0: one that begins with its first event shows no increase."""
        if part == Part.WORKER:  # the others are doors
            for step, outcome in product(Job, OUTCOMES):
                self._steps.labels(step.value, outcome)
        else:
            for kind in _REFUSED:
                self._refusals.labels(kind)

    def request(self, served: Served) -> None:
        """Count a request of the door."""
        key = (served.route, served.method, served.status)
        found = self._series.get(key)
        if found is None:
            status = NO_ANSWER if served.status is None else str(served.status)
            count = self._requests.labels(served.route, served.method, status)
            found = self._series[key] = (count, self._seconds.labels(served.route))
        count, seconds = found
        count.inc()
        seconds.observe(served.seconds)
        for kind in served.refused:
            self._refusals.labels(kind).inc()

    def step(self, step: str, outcome: str) -> None:
        """Count a step of the worker."""
        self._steps.labels(step, outcome).inc()

    def read(self, collect: Callable[[], Iterable[Metric]]) -> None:
        """Add what is read when somebody asks."""
        self._inside.register(_Reading(collect))


class _Reading(Collector):
    """Families that are made anew at each look."""

    def __init__(self, collect: Callable[[], Iterable[Metric]]) -> None:
        self._collect = collect

    def collect(self) -> Iterable[Metric]:
        return self._collect()

    def describe(self) -> Iterable[Metric]:
        return ()  # else the registry would look once while it is built


class _Labelled(Collector):
    """Every sample of another registry with some labels more, whoever scrapes it and however."""

    def __init__(self, inside: CollectorRegistry, labels: Mapping[str, str]) -> None:
        self._inside = inside
        self._labels = labels

    def collect(self) -> Iterator[Metric]:
        for metric in self._inside.collect():
            metric.samples = [
                one._replace(labels={**self._labels, **one.labels})
                for one in metric.samples
                if not one.name.endswith("_created")  # a series more for each, which nobody reads
            ]
            yield metric

    def describe(self) -> Iterable[Metric]:
        return ()


def _gauge(name: str, what: str, *rows: Any, labels: tuple[str, ...] = ()) -> Metric:
    """A family of (label values, value) rows, or of one value."""
    family = GaugeMetricFamily(name, what, labels=labels)
    for values, value in rows:
        family.add_metric(values, value)
    return family


def _counter(name: str, what: str, *rows: Any, labels: tuple[str, ...] = ()) -> Metric:
    family = CounterMetricFamily(name, what, labels=labels)
    for values, value in rows:
        family.add_metric(values, value)
    return family


def pools(states: Mapping[str, Callable[[], PoolState]]) -> Iterator[Metric]:
    """The connections to the database, by the role that logs in."""
    found = {(name,): state() for name, state in states.items()}
    rows = [((*at, word), value) for at, one in found.items() for word, value in one.connections().items()]
    yield _gauge(
        "jukinet_pool_connections",
        "Database connections, and how many there may be at most.",
        *rows,
        labels=("pool", "state"),
    )
    yield _gauge(
        "jukinet_pool_waiting",
        "Who waits for a database connection now.",
        *((at, one.waiting) for at, one in found.items()),
        labels=("pool",),
    )


def disk(config: NodeConfig) -> Iterator[Metric]:
    """The disk of the node's state directory."""
    usage = shutil.disk_usage(config.state)
    yield _gauge("jukinet_disk_free_bytes", "Free on the disk of the state directory.", ((), usage.free))
    yield _gauge("jukinet_disk_size_bytes", "Size of the disk of the state directory.", ((), usage.total))


def state(look: Callable[[], Vitals], ends: Callable[[Vitals], Mapping[str, datetime]]) -> Iterator[Metric]:
    """What stands in the node's database; where that does not answer, only that it does not."""
    try:
        found = look()
    except JukinetError:
        yield _gauge("jukinet_database_up", "Whether the node's database answers.", ((), 0))
        return
    yield _gauge("jukinet_database_up", "Whether the node's database answers.", ((), 1))
    yield from _lanes(found)
    yield from _waiting(found)
    yield from _checks(found)
    yield from _directory(found)
    if found.stock is not None:
        yield _gauge("jukinet_codes_free", "Codes left in the pool.", ((), found.stock.free))
        yield _gauge("jukinet_codes_low", "Whether too few codes are left.", ((), int(found.stock.low)))
    yield from _log(found)
    yield _counter("jukinet_audit_entries", "Audit entries by number.", ((), found.audit_entries))
    yield from _ends(found, ends)


def _ends(found: Vitals, ends: Callable[[Vitals], Mapping[str, datetime]]) -> Iterator[Metric]:
    readable, what = "jukinet_certificates_readable", "Whether the certificates' files can be read."
    try:
        until = ends(found)
    except JukinetError:
        yield _gauge(readable, what, ((), 0))
        return
    yield _gauge(readable, what, ((), 1))
    yield _gauge(
        "jukinet_expiry_timestamp_seconds",
        "When a certificate or key ends.",
        *(((name,), end.timestamp()) for name, end in until.items()),
        labels=("name",),
    )


def _lanes(found: Vitals) -> Iterator[Metric]:
    lane = ("peer", "stream")
    out = {(str(one.peer), one.stream.value): one for one in found.lanes_out}
    into = {(str(one.peer), one.stream.value): one for one in found.lanes_in}

    yield _gauge(
        "jukinet_lane_waiting",
        "Statements that the peer has not acknowledged.",
        *((at, one.waiting) for at, one in out.items()),
        labels=lane,
    )
    yield _gauge(
        "jukinet_lane_behind_seconds",
        "Age of the oldest statement that the peer has not acknowledged; 0 where it has all.",
        *((at, _age(found, one.since)) for at, one in out.items()),
        labels=lane,
    )
    yield _gauge(
        "jukinet_lane_failures",
        "Attempts in a row that failed.",
        *((at, one.failures) for at, one in out.items()),
        labels=lane,
    )
    halted = [((*at, "out"), int(one.halted)) for at, one in out.items()]
    halted += [((*at, "in"), int(one.halted)) for at, one in into.items()]
    yield _gauge("jukinet_lane_halted", "Whether a lane is halted.", *halted, labels=(*lane, "direction"))
    yield _counter(
        "jukinet_statements_acknowledged",
        "Statements that the peer has acknowledged.",
        *((at, one.acknowledged) for at, one in out.items()),
        labels=lane,
    )
    yield _counter(
        "jukinet_statements_taken",
        "Statements taken from the peer: applied, or parked.",
        *((at, one.taken) for at, one in into.items()),
        labels=lane,
    )


def _waiting(found: Vitals) -> Iterator[Metric]:
    yield _gauge(
        "jukinet_statements_parked",
        "Statements that wait for a person.",
        *(((stream.value,), one.count) for stream, one in found.parked.items()),
        labels=("stream",),
    )
    yield _gauge(
        "jukinet_line_cut",
        "Whether the node has cut its line: 1 for what it holds about people, 2 for all of it.",
        ((), list(LineState).index(found.line.state)),
    )
    yield _gauge(
        "jukinet_recovering",
        "Whether the node was put back and only reads, until its peers have told what it lost.",
        ((), int(found.recovering is not None)),
    )
    yield _gauge(
        "jukinet_lost_acts", "Acts that a restore lost and a person has not closed.", ((), found.lost_acts)
    )
    yield _gauge(
        "jukinet_outbox_waiting",
        "Statements of acts that the worker has not signed and queued.",
        ((), found.unprepared.count),
    )
    yield _gauge(
        "jukinet_outbox_behind_seconds",
        "Age of the oldest of them.",
        ((), _age(found, found.unprepared.since)),
    )
    yield _gauge(
        "jukinet_outbox_silent_seconds",
        "Age of the oldest statement for a peer that has not shaken hands since the node was put back.",
        *(((str(peer),), _age(found, one.since)) for peer, one in found.silent.items()),
        labels=("peer",),
    )
    yield _gauge(
        "jukinet_outbox_held",
        "Statements of kinds that are sent by hand, not let go.",
        ((), found.held.count),
    )
    yield _gauge(
        "jukinet_outbox_held_seconds", "Age of the oldest of them.", ((), _age(found, found.held.since))
    )


def _checks(found: Vitals) -> Iterator[Metric]:
    yield _gauge(
        "jukinet_records_differing",
        "Records that confirmed checks found to differ from another node's.",
        ((), found.differing),
    )
    checks = [((one.against, "rows" if one.recomputed else "kept"), one) for one in found.checks]
    yield _gauge(
        "jukinet_check_age_seconds",
        "How long ago a comparison last came to its end.",
        *((at, _age(found, one.since)) for at, one in checks),
        labels=("against", "how"),
    )
    yield _gauge(
        "jukinet_check_unread",
        "What differs and was not named by the last comparison, for it was too much.",
        *((at, one.unread) for at, one in checks),
        labels=("against", "how"),
    )


def _log(found: Vitals) -> Iterator[Metric]:
    yield _gauge("jukinet_log_size", "Leaves in the tree of the audit log.", ((), found.log_size))
    yield _gauge("jukinet_log_waiting", "Audit entries that are in no tree yet.", ((), found.log.count))
    behind = _age(found, found.log.since)
    yield _gauge("jukinet_log_behind_seconds", "Age of the oldest of them.", ((), behind))
    yield _gauge(
        "jukinet_log_window_seconds",
        "How old the oldest entry was that the tree took in last.",
        ((), found.log_window_ms / 1000),
    )
    yield _gauge(
        "jukinet_log_contradicted",
        "Other nodes' logs that contradict what this witness has seen.",
        ((), len(found.contradicted)),
    )


def _age(found: Vitals, since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (found.at - since).total_seconds())


def _directory(found: Vitals) -> Iterator[Metric]:
    held = found.directory
    yield _gauge("jukinet_directory_version", "Version of the directory that is held.", ((), held.version))
    yield _gauge(
        "jukinet_directory_age_seconds",
        "How long ago it was signed.",
        ((), (found.at - held.issued_at).total_seconds()),
    )

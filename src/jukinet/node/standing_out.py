"""How much stands out in the log, for whoever watches the node: looked at now and then, never while a scrape waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping

import structlog
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from jukinet.domain.errors import JukinetError
from jukinet.services.analyses import Kind

EVERY_SECONDS = 1800.0
"""A day's entries of a busy node take seconds to read."""

_log = structlog.get_logger("jukinet.node")


class StandingOut:
    """The newest counts. The first scrape after they grew old has them made anew beside it, and tells the old ones."""

    def __init__(self, count: Callable[[], Mapping[Kind, int]], seconds: Callable[[], float]) -> None:
        self._count = count
        self._seconds = seconds
        self._found: Mapping[Kind, int] | None = None
        self._ended = False
        self._begun_at: float | None = None
        self._counting: threading.Thread | None = None

    def collect(self) -> Iterator[Metric]:
        now, told, ended = self._seconds(), self._found, self._ended
        idle = self._counting is None or not self._counting.is_alive()
        if idle and (self._begun_at is None or now - self._begun_at >= EVERY_SECONDS):
            self._begun_at = now
            self._counting = threading.Thread(target=self._renew, name="analyses", daemon=True)
            self._counting.start()
        if ended:
            what = "Whether the log could be looked through when that was last tried."
            yield GaugeMetricFamily("jukinet_audit_analysed", what, float(told is not None))
        if told is not None:
            family = GaugeMetricFamily(
                "jukinet_audit_findings",
                "What stands out in the log of today and yesterday.",
                labels=("kind",),
            )
            for kind, times in told.items():
                family.add_metric((kind,), times)
            yield family

    def wait(self, seconds: float) -> None:
        """Until what is counted now is counted."""
        if self._counting is not None:
            self._counting.join(seconds)

    def _renew(self) -> None:
        found = None
        try:
            found = self._count()
        except JukinetError as error:
            _log.warning("analyses.failed", kind=error.kind.value)
        finally:
            # An old count would hide what came since: better none, and to say so.
            self._found = found
            self._ended = True

"""The group ``network``: statements applied, and how long an act takes to reach the centre's answer."""

from __future__ import annotations

from collections.abc import Callable

from bench import network_apply, network_latency
from bench.results import FEWEST_RUNS, Measured

STANDING = 20_000
"""Records in the store before the statements that are timed."""


def measure(say: Callable[[str], None], residents: int = STANDING) -> list[Measured]:
    """Every name of the group, each run of one beside a run of what it is compared with."""
    applied, verified = network_apply.measure(say, residents, FEWEST_RUNS)
    found = network_latency.measure(say, FEWEST_RUNS)
    return [
        Measured("network.apply_ratio", applied, verified),
        Measured("network.act_to_answer_p50", [one.p50 for one in found]),
        Measured("network.act_to_answer_p99", [one.p99 for one in found]),
        Measured("network.rate_at_p99_500ms", [one.rate for one in found]),
    ]

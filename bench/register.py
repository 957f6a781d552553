"""The group ``register``: searches and move-ins in a register of half a million."""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import register_load, register_move_ins, register_searches
from bench.results import FEWEST_RUNS, Measured, MeasurementError
from jukinet.node.postgres import Cluster
from jukinet.testing.cluster import throwaway_cluster
from jukinet.testing.gazetteer import KUNITACHI

RESIDENTS = 500_000
_LOADED = "register"


def measure(say: Callable[[str], None], residents: int = RESIDENTS) -> list[Measured]:
    """Both names of the group. The server is on disk, with the settings of every other embedded one."""
    with throwaway_cluster(Cluster) as cluster, tempfile.TemporaryDirectory() as place:
        sample = register_load.make_register(cluster, _LOADED, residents, say)
        mix = register_searches.searches(sample)
        with copy(cluster) as database:
            taken = register_move_ins.capture(cluster, database)
        say(f"{len(taken.timed)} statements of {register_move_ins.TIMED} move-ins are captured")
        p99s, program, alone = [], [], []
        for number in range(1, FEWEST_RUNS + 1):
            with copy(cluster) as database:
                network = register_load.on(cluster, database, seed=number + 1)
                ctx = network.context(KUNITACHI)
                # The first searches of a process load its tables of characters and fill the server's memory.
                register_searches.measure(ctx, mix[:100])
                times = register_searches.measure(ctx, mix)
                network.close()
                p99s.append(_p99(times["all"]))
            with copy(cluster) as database:
                program.append(register_move_ins.time_move_ins(cluster, database))
                done = register_load.counts(cluster, database)
            with copy(cluster) as database:
                alone.append(register_move_ins.time_statements(cluster, database, taken, Path(place)))
                if register_load.counts(cluster, database) != done:
                    raise MeasurementError("the statements alone did not do what the program did")
            kinds = ", ".join(f"{kind} {_p99(one):.0f}" for kind, one in sorted(times.items()))
            say(f"run {number}: search p99 in ms: {kinds}")
            say(f"run {number}: a move-in {program[-1]:.1f} ms, its statements alone {alone[-1]:.1f} ms")
    return [Measured("register.search_p99", p99s), Measured("register.move_in_ratio", program, alone)]


@contextmanager
def copy(cluster: Cluster) -> Iterator[str]:
    """A database just as it was loaded, for one measurement."""
    name = "measured"
    cluster.create_database(name, _LOADED)
    try:
        yield name
    finally:
        cluster.drop_database(name, force=True)


def _p99(times: list[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[98]

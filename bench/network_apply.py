"""Statements applied by the centre in one process, against reading and verifying the same ones in one thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from bench.network_statements import GOVERNOR, TOWNS, Nation
from bench.results import MeasurementError
from jukinet.domain.municipality import NATIONAL
from jukinet.messages import frames
from jukinet.messages.frames import Frame
from jukinet.messages.kinds import Stream
from jukinet.messages.statements import open_statement
from jukinet.node.postgres import Cluster, Role
from jukinet.services import incoming
from jukinet.services.context import Context
from jukinet.store import schema
from jukinet.testing.cluster import throwaway_cluster
from jukinet.testing.federation import NETWORK, Federation

TIMED = 6_000
_NODES = (NATIONAL, GOVERNOR, *(town.node_id for town in TOWNS))
_LOADED = "network"


def measure(say: Callable[[str], None], standing: int, runs: int) -> tuple[list[float], list[float]]:
    """Statements a second, run by run: applied, and only read and verified. The server is on disk."""
    population, changes = _statements(standing)
    applied, verified = [], []
    with throwaway_cluster(Cluster) as cluster:
        cluster.create_database(_LOADED)
        schema.migrate(cluster.dsn(Role.OWNER, _LOADED), NATIONAL)
        _apply(cluster, _LOADED, population, first=1)
        cluster.seal_template(_LOADED)
        say(f"{standing} records stand at the centre")
        for number in range(1, runs + 1):
            cluster.create_database("measured", _LOADED)
            applied.append(_apply(cluster, "measured", changes, first=standing + 1))
            cluster.drop_database("measured", force=True)
            verified.append(_verify(changes))
            say(f"run {number}: {applied[-1]:.0f} applied a second, {verified[-1]:.0f} only verified")
    return applied, verified


def _statements(standing: int) -> tuple[list[bytes], list[bytes]]:
    """What stands, and what changes; whoever said it is out of memory before anything is timed."""
    nation = Nation()
    return nation.population(standing), nation.changes(TIMED)


def _apply(cluster: Cluster, database: str, statements: Sequence[bytes], *, first: int) -> float:
    network = Federation(lambda role: cluster.dsn(Role(f"jukinet_{role}"), database), _NODES)
    ctx = network.context(NATIONAL, NETWORK)
    parcels = [
        _frame(statements[start : start + frames.MAX_STATEMENTS], first + start)
        for start in range(0, len(statements), frames.MAX_STATEMENTS)
    ]
    started = time.perf_counter()
    for parcel in parcels:
        _take(ctx, parcel)
    took = time.perf_counter() - started
    with ctx.begin() as tx:
        cursor = tx.one("SELECT cursor FROM lanes_in")
    if cursor is None or cursor["cursor"] != first + len(statements) - 1:
        raise MeasurementError("the centre did not take every statement")
    network.close()
    return len(statements) / took


def _frame(statements: Sequence[bytes], first: int) -> bytes:
    return frames.write_frame(Frame(GOVERNOR, NATIONAL, Stream.IDENTITY, 1, first, tuple(statements)))


def _take(ctx: Context, parcel: bytes) -> None:
    answer = incoming.receive_frame(ctx, GOVERNOR, Stream.IDENTITY, parcel)
    if answer.refused or answer.parked:
        raise MeasurementError("the centre did not apply every statement")


def _verify(statements: Sequence[bytes]) -> float:
    find_key = Federation(str, _NODES).directory.owned_key
    started = time.perf_counter()
    for envelope in statements:
        open_statement(envelope, find_key)
    return len(statements) / (time.perf_counter() - started)

"""How much the empty schemas of a whole nation cost in one embedded cluster: time, disk, memory.

    .venv/bin/python bench/empty_schemas.py [NODES]

Makes the schemas of every municipality and prefecture and the centre, then opens 32 connections that each touch
every table of a fixed share of the nodes, since a backend keeps in memory every relation it has touched.
"""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from jukinet.domain.municipality import NATIONAL, PREFECTURE_NAMES, NodeId
from jukinet.node.postgres import Cluster, Role
from jukinet.store import schema
from jukinet.testing.cluster import throwaway_cluster
from jukinet.testing.gazetteer import municipalities

CONNECTIONS = 32


def all_nodes() -> list[NodeId]:
    """The centre, 47 prefectures, every municipality of the gazetteer."""
    prefectures = [NodeId(f"pref-{number:02d}") for number in range(1, len(PREFECTURE_NAMES) + 1)]
    return [NATIONAL, *prefectures, *(code.node_id for code in municipalities())]


def private_megabytes(pid: int) -> float:
    """Memory that one process holds for itself alone."""
    rows = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    return sum(int(row.split()[1]) for row in rows if row.startswith("Private_")) / 1024


def touch(connection: psycopg.Connection[tuple[object, ...]], nodes: list[NodeId]) -> None:
    """Read every table of the nodes once."""
    for node in nodes:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = %s", (node.schema,)
        ).fetchall()
        for (table,) in tables:
            connection.execute(f'SELECT 1 FROM "{node.schema}"."{table}" LIMIT 1')


def main() -> None:
    nodes = all_nodes()[: int(sys.argv[1]) if len(sys.argv) > 1 else None]
    with throwaway_cluster(Cluster) as cluster:
        cluster.create_database("nation")
        owner = cluster.dsn(Role.OWNER, "nation")
        started = time.monotonic()
        for number, node in enumerate(nodes, 1):
            schema.migrate(owner, node)
            if number % 100 == 0 or number == len(nodes):
                print(f"  {number} schemas after {time.monotonic() - started:.0f} s", flush=True)
        seconds = time.monotonic() - started
        with psycopg.connect(owner) as connection:
            row = connection.execute("SELECT pg_database_size('nation') / 1048576.0").fetchone()
        megabytes = float(str(row[0])) if row else 0.0
        connections = [psycopg.connect(owner, autocommit=True) for _ in range(CONNECTIONS)]
        before = sum(private_megabytes(one.info.backend_pid) for one in connections)
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            shares = [nodes[index::CONNECTIONS] for index in range(CONNECTIONS)]
            list(pool.map(touch, connections, shares))
        after = sum(private_megabytes(one.info.backend_pid) for one in connections)
        for one in connections:
            one.close()
    print(
        f"{len(nodes)} schemas: {seconds:.0f} s ({1000 * seconds / len(nodes):.0f} ms each), "
        f"{megabytes:.0f} MB on disk ({megabytes / len(nodes):.2f} MB each), "
        f"{CONNECTIONS} backends {before:.0f} MB before and {after:.0f} MB after touching every table"
    )


if __name__ == "__main__":
    main()

"""Bringing a node's schema to this program's version."""

from __future__ import annotations

import psycopg

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node.config import NodeConfig
from jukinet.node.postgres import Cluster, Role, require_settings
from jukinet.node.wiring import cluster_of, conninfo, refresh_directory
from jukinet.store import schema
from jukinet.store.errors import translated


def migrate(config: NodeConfig) -> None:
    """Bring the node's schema to this program's version, and take the first directory.

    Starts the embedded cluster where the configuration names one, and makes the database.
    """
    prepare(config)
    schema.migrate(conninfo(config, Role.OWNER), config.node)
    refresh_directory(config)


def prepare(config: NodeConfig) -> None:
    """Let the server run and the database be there, whatever is in it."""
    cluster = cluster_of(config)
    if cluster is not None:
        cluster.ensure()
        _make_database(cluster, config.database.name)
    with translated(), psycopg.connect(conninfo(config, Role.OWNER), connect_timeout=10) as connection:
        require_settings(connection)


def _make_database(cluster: Cluster, name: str) -> None:
    """Make the database unless it is there; another node on this cluster may be doing the same now."""
    try:
        if name not in cluster.databases():
            cluster.create_database(name)
    except JukinetError as error:
        if error.kind is not ErrorKind.CONFLICT:
            raise

"""A small network on the run's cluster, copied for each test from one that is migrated once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from jukinet.node.postgres import Cluster, Role
from jukinet.store import schema
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import NODES, Federation


@pytest.fixture(scope="session")
def migrated(cluster: Cluster) -> Iterator[str]:
    """The name of a database with the schemas of the small network, empty, to copy from."""
    with throwaway_database(cluster) as name:
        for node in NODES:
            schema.migrate(cluster.dsn(Role.OWNER, name), node)
        cluster.seal_template(name)
        yield name


@pytest.fixture
def federation(cluster: Cluster, migrated: str) -> Iterator[Federation]:
    """A fresh network: clerks enrolled, business date 2013-07-08, fifty codes in every pool."""
    with throwaway_database(cluster, template=migrated) as name:
        network = Federation(lambda role: cluster.dsn(Role(f"jukinet_{role}"), name))
        try:
            network.enrol_clerks()
            network.designate()
            yield network
        finally:
            network.close()

"""A small network on the run's cluster, copied for each test from one that is made ready once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.services.lending import Lender, make_lendable

from jukinet.node.postgres import Cluster, Role
from jukinet.store import schema
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import NODES, Federation


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Modules with a test that asks for more time go first, then those with most tests.

    Handed out last, a long one would be waited for alone: half of the machine would have nothing to do.
    """
    modules = [item.nodeid.partition("::")[0] for item in items]
    size = Counter(modules)
    long = {module for item, module in zip(items, modules, strict=True) if item.get_closest_marker("timeout")}
    place = {module: (module not in long, -size[module]) for module in size}
    items.sort(key=lambda item: place[item.nodeid.partition("::")[0]])


@pytest.fixture(scope="session")
def migrated(cluster: Cluster) -> Iterator[str]:
    """The name of a database with the schemas of the small network, empty, to copy from."""
    with throwaway_database(cluster) as name:
        for node in NODES:
            schema.migrate(cluster.dsn(Role.OWNER, name), node)
        cluster.seal_template(name)
        yield name


@contextmanager
def network_on(cluster: Cluster, name: str, *, seed: int) -> Iterator[Federation]:
    """The network of a database. Two on the same rows need different seeds: ids must not come twice."""
    network = Federation(lambda role: cluster.dsn(Role(f"jukinet_{role}"), name), seed=seed)
    try:
        yield network
    finally:
        network.close()


@pytest.fixture(scope="session")
def prepared(cluster: Cluster, migrated: str) -> Iterator[str]:
    """The name of a database with a network at work, to copy from: see ``federation``."""
    with throwaway_database(cluster, template=migrated) as name:
        with network_on(cluster, name, seed=0) as network:
            network.enrol_clerks()
            network.designate()
        cluster.seal_template(name)
        yield name


@pytest.fixture(scope="session")
def lender(cluster: Cluster, prepared: str) -> Iterator[Lender]:
    with throwaway_database(cluster, template=prepared) as name:
        make_lendable(cluster, name)
        cluster.seal_template(name)
        lender = Lender(cluster, name)
        try:
            yield lender
        finally:
            lender.close()


@pytest.fixture
def federation(lender: Lender) -> Iterator[Federation]:
    """A fresh network: clerks enrolled, business date 2013-07-08, fifty codes in every pool."""
    with lender.lend() as network:
        yield network


@pytest.fixture(scope="module")
def standing(cluster: Cluster, prepared: str) -> Iterator[Federation]:
    """One network for the tests of a module that change nothing but the audit log, such as refusals."""
    with (
        throwaway_database(cluster, template=prepared) as name,
        network_on(cluster, name, seed=1) as network,
    ):
        yield network

"""One running country for all tests of this ring that can share it; they leave it as whole as they found it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.acceptance.country import CLERK, DRAWN, KUNI, NATIONAL, Country, until

from jukinet.node.postgres import Cluster
from jukinet.testing.cluster import bin_dir_of, remove_abandoned, throwaway_directory


@pytest.fixture(scope="session")
def country(request: pytest.FixtureRequest) -> Iterator[Country]:
    """Kunitachi, Tokyo and the centre, with all their processes, and codes in Kunitachi's pool."""
    bin_dir = bin_dir_of(request.config.getoption("--pg-bin"))
    remove_abandoned(lambda path: Cluster(path, bin_dir=bin_dir))
    with ExitStack() as stack:
        made = Country(stack.enter_context(throwaway_directory()), bin_dir)
        stack.callback(made.cluster.destroy)
        stack.callback(made.end)
        made.make()
        made.start_all()
        made.at(NATIONAL, "code", "designate", "132152", 300, "--as", CLERK)
        until(lambda: made.count(KUNI, "SELECT count(*) FROM code_pool"), "the codes have arrived")
        yield made
        # Whatever the tests did to it, nobody's name was written down by any process.
        written = made.everything_written()
        assert DRAWN
        assert [name for name in DRAWN if name in written] == []


@pytest.fixture
def whole(country: Country) -> Iterator[Country]:
    """The country for a test that breaks it: every line and process is there before and after."""
    country.start_all()
    yield country
    for line in country.lines.values():
        line.restore()
    if country.cluster.pid() is None:
        country.cluster.ensure()
    country.start_all()

"""The database server of the services ring: one cluster for a run, on the engine that is asked for.

``--pg-bin DIR`` names the programs of another PostgreSQL, such as ``/usr/lib/postgresql/15/bin``;
without it the embedded engine serves. The run ends with a line that says which it was.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from functools import partial

import pytest
from hypothesis import settings

from jukinet.node.postgres import Cluster
from jukinet.node.postgres_engine import wheel_programs
from jukinet.testing.cluster import (
    EMBEDDED,
    bin_dir_of,
    quick_base,
    throwaway_cluster,
    throwaway_database,
)

RING = "tests/services/"

# How long an example takes says more of the machine's other work than of the program. Where CI is set, the examples
# are the same each time: a change is not refused for what it did not touch. `make test` tries others every time.
settings.register_profile("without a clock", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("without a clock")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--pg-bin",
        metavar="DIR",
        default=EMBEDDED,
        help="bin directory of the PostgreSQL server to test on; default: the embedded engine",
    )


@pytest.fixture(scope="session")
def make_cluster(request: pytest.FixtureRequest) -> partial[Cluster]:
    """Makes a cluster, not started, of a state directory: ``make_cluster(path)``."""
    return partial(Cluster, bin_dir=bin_dir_of(request.config.getoption("--pg-bin")))


@pytest.fixture(scope="session")
def cluster(make_cluster: partial[Cluster]) -> Iterator[Cluster]:
    """The run's cluster. Leave it running; a test that breaks a server makes its own."""
    with throwaway_cluster(make_cluster, quick_base()) as running:
        yield running


@pytest.fixture
def own(cluster: Cluster) -> Iterator[Cluster]:
    """A running cluster of the test's own, to break. It runs the shared one's programs, not one more copy."""
    with throwaway_cluster(partial(Cluster, bin_dir=cluster.ensure().bin_dir), quick_base()) as running:
        yield running


@pytest.fixture
def database(cluster: Cluster) -> Iterator[str]:
    """The name of an empty database of the test's own."""
    with throwaway_database(cluster) as name:
        yield name


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    def count(outcome: str) -> int:
        reports = terminalreporter.stats.get(outcome, [])
        return sum(1 for report in reports if getattr(report, "nodeid", "").startswith(RING))

    passed, failed = count("passed"), count("failed") + count("error")
    if not passed and not failed:
        return
    engine = config.getoption("--pg-bin")
    tally = f"{passed} passed" + (f", {failed} failed" if failed else "")
    terminalreporter.write_line(f"services ring: {tally} on PostgreSQL {_version(engine)} ({engine})")


def _version(engine: str) -> str:
    """The version as the programs tell it, without a server: the run may have failed to start one."""
    programs = bin_dir_of(engine) or wheel_programs()
    told = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)
    return told.stdout.split()[2]

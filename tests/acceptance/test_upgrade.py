"""A network is upgraded node by node while acts go on: real processes of an earlier state beside today's.

Slow, and only where the repository has the commit: the quick ring shows the same with kept bytes and rows.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.acceptance.country import (
    CLERK,
    DRAWN,
    KUNI,
    NATIONAL,
    PARTS,
    PREF,
    WORKER,
    Country,
    until,
    unusual_name,
)

import jukinet
from jukinet.domain.municipality import NodeId
from jukinet.store import version
from jukinet.testing.cluster import bin_dir_of, throwaway_directory

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(jukinet.__file__).resolve().parents[2]
EARLIER = "c9656ac"
CHARACTERS = "src/jukinet/domain/characters.txt"
"""Made while the program is installed, and in no commit."""


@dataclass
class Mixed(Country):
    """A country some nodes of which run the earlier program."""

    earlier: Path = Path()
    old: set[NodeId] = field(default_factory=lambda: set(PARTS))

    def program(self, node: NodeId) -> dict[str, str]:
        return {"PYTHONPATH": str(self.earlier / "src")} if node in self.old else {}

    def configuration(self, node: NodeId) -> str:
        text = super().configuration(node).replace("sandbox = true\n", "")
        start, end = text.index("[metrics]"), text.index("[gateways]")
        return text[:start] + text[end:]  # without what the earlier program does not know

    def upgrade(self, node: NodeId) -> None:
        """As the page says: the schema while the old processes go on, then they are ended and begun anew."""
        self.old.remove(node)
        self.at(node, "node", "migrate")
        for part in PARTS[node]:
            assert self.processes[node, part].poll() is None, "a process goes on while the schema is upgraded"
            self.processes[node, part].terminate()
        assert [self.processes[node, part].wait(60) for part in PARTS[node]] == [0] * len(PARTS[node])
        self.start_all()


@pytest.fixture
def mixed(request: pytest.FixtureRequest) -> Iterator[Mixed]:
    packed = subprocess.run(["git", "archive", EARLIER, "src"], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip(f"the commit {EARLIER} is not in this repository")
    with ExitStack() as stack:
        home = stack.enter_context(throwaway_directory())
        earlier = home / "earlier"
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
            archive.extractall(earlier, filter="data")
        shutil.copy(ROOT / CHARACTERS, earlier / CHARACTERS)
        made = Mixed(home, bin_dir_of(request.config.getoption("--pg-bin")), earlier=earlier)
        stack.callback(made.cluster.destroy)
        stack.callback(made.end)
        made.make()
        made.start_all()
        yield made
        written = made.everything_written()
        assert [name for name in DRAWN if name in written] == []


def test_acts_go_on_while_the_centre_the_prefecture_and_the_municipality_are_upgraded(mixed: Mixed) -> None:
    def designated(count: int) -> None:
        before = mixed.count(KUNI, "SELECT count(*) FROM code_pool")
        mixed.at(NATIONAL, "code", "designate", "132152", count, "--as", CLERK)
        until(
            lambda: mixed.count(KUNI, "SELECT count(*) FROM code_pool") == before + count, "codes have come"
        )

    def version_of(node: NodeId) -> str:
        return str(mixed.rows(node, "SELECT version_num FROM schema_version")[0][0])

    assert {version_of(node) for node in PARTS} == {"0010"}
    designated(30)
    household, (number,) = mixed.household(unusual_name())
    codes = [mixed.code_of(number)]
    mixed.wait_arrived(*codes)
    for node in (NATIONAL, PREF, KUNI):
        below = {NATIONAL: PREF, PREF: KUNI}.get(node)
        if below is not None:  # what is on its way to the node while that is upgraded
            mixed.lines[node].cut()
        else:
            mixed.kill(KUNI, WORKER)
        codes.append(mixed.code_of(mixed.birth(household, unusual_name())))
        if below is None:
            mixed.start(KUNI, WORKER)
            mixed.wait_ready(KUNI, WORKER)
        mixed.upgrade(node)
        assert version_of(node) == version.head()
        mixed.lines[node].restore()
        mixed.wait_arrived(*codes)
        designated(10)
        codes.append(mixed.code_of(mixed.birth(household, unusual_name())))
        mixed.wait_arrived(*codes)
        mixed.verify({"code": codes[-1]})
    ran = mixed.do("status", "--state", mixed.home)
    assert ran.out.rstrip().endswith("First: Nothing: every node is well.")

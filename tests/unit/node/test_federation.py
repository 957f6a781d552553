"""What the machine's status says of nodes that do not run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.unit.node import vital

from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.node import federation, pki, pki_members
from jukinet.node.attention import to_attend
from jukinet.node.processes import Running, parts_of

KUNITACHI = NodeId("muni-132152")
CONFIGURATION = """
[node]
id = "{node}"
name = "{node}"
state = "."
[database]
name = "jukinet"
cluster = "../../cluster"
[trust]
root = "../../pki/root.pub"
ca = "../../pki/ca.pem"
keys = "../../pki/nodes/{node}"
directory = "../../pki/directory.json"
[network]
host = "127.0.0.1"
port = 8443
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    now = datetime.now(UTC) - timedelta(minutes=1)
    pki.init_pki(tmp_path / "pki", now)
    for node in (NATIONAL, KUNITACHI):
        pki.issue_node(tmp_path / "pki", node, name=str(node), url="https://localhost:8443", now=now)
        file = tmp_path / "nodes" / str(node) / "node.toml"
        file.parent.mkdir(parents=True)
        file.write_text(CONFIGURATION.format(node=node))
    pki.sign_directory(tmp_path / "pki", now)
    return tmp_path


def test_the_keys_are_told_from_the_directory_and_no_private_one_is_read(home: Path) -> None:
    named = {str(entry.id): entry.keys for entry in pki_members.load_members(home / "pki").nodes}
    for key in home.glob("pki/nodes/*/*.key"):
        key.unlink()
    found = federation.status(home)
    assert found.exit_code() == 2
    for node in found.plain()["nodes"]:
        assert node["state"] == "stopped"
        assert set(node["key_fingerprints"]) == {"statement", "answer", "log", "seal"}
        assert node["key_fingerprints"] == {key.use.value: key.key_id for key in named[node["id"]]}


def test_a_directory_that_cannot_be_read_names_no_keys_and_hides_no_node(home: Path) -> None:
    (home / "pki" / "directory.json").write_bytes(b"{}")
    assert [node["key_fingerprints"] for node in federation.status(home).plain()["nodes"]] == [{}, {}]


def test_where_everything_is_stopped_the_database_comes_first(home: Path) -> None:
    """Every process needs it: to start one before it fails."""
    first = federation.status(home).first
    assert first.startswith("Start the database server: ")
    assert first.endswith(f"node start-database --config {home / 'nodes' / 'national' / 'node.toml'}")


def test_one_node_s_missing_database_comes_before_another_s_process(home: Path) -> None:
    nodes = federation.status(home).nodes
    one, other = replace(nodes[0], database=True), nodes[1]
    first = federation.FederationStatus((one, other)).first
    assert first.startswith("Start the database server: ")
    assert str(KUNITACHI) in first
    assert federation.FederationStatus((one,)).first.startswith("Start national's network: ")


def seen(home: Path, **changes: Any) -> federation.NodeStatus:
    """Kunitachi as if it ran, with a database that is as said."""
    node = federation.status(home).nodes[1]
    running = tuple(
        Running(part, 4711, "2013-07-08T06:00:00+00:00", alive=True) for part in parts_of(node.config)
    )
    well = replace(node, running=running, database=True, ready=True, problem=None)
    return replace(well, **changes)


def test_what_is_to_be_seen_to_is_told_the_first_first_and_decides_the_state(home: Path) -> None:
    well = seen(home, vitals=vital.WELL)
    assert (well.state, federation.FederationStatus((well,)).exit_code()) == ("well", 0)
    told = to_attend(vital.ILL["lane-behind"], vital.ENDS)
    ill = federation.FederationStatus((seen(home, vitals=vital.ILL["lane-behind"], attend=told),))
    assert ill.exit_code() == 1
    assert ill.first == f"Look at muni-132152: {told[0]}"
    plain = ill.plain()["nodes"][0]
    assert (plain["state"], plain["attend"]) == ("attend", list(told))
    assert plain["lanes"] == [
        {
            "peer": "pref-13",
            "stream": "identity",
            "waiting": 12,
            "behind_since": "2013-07-08T05:40:00.000000Z",
            "failures": 9,
            "problem": "unavailable",
            "halted": False,
        }
    ]


def test_a_stopped_process_comes_before_what_waits_elsewhere(home: Path) -> None:
    stopped = seen(home, running=())
    behind = replace(seen(home, attend=("a lane is halted",)), config=federation.status(home).nodes[0].config)
    status = federation.FederationStatus((behind, stopped))
    assert status.first.startswith("Start muni-132152's network: ")
    assert status.exit_code() == 1


def test_a_node_that_its_database_does_not_serve_says_why(home: Path) -> None:
    ill = seen(home, ready=False, problem="The database is not at this program's version.")
    status = federation.FederationStatus((ill,))
    assert status.first == "Look at muni-132152: The database is not at this program's version."
    assert status.exit_code() == 1
    assert status.plain()["nodes"][0]["problem"] == ill.problem


def test_a_command_to_start_something_stays_on_one_line(home: Path) -> None:
    (line,) = [line for line in federation.status(home).lines() if line.startswith("First: ")]
    assert line.endswith(f"node start-database --config {home / 'nodes' / 'national' / 'node.toml'}")


def test_the_screen_is_80_columns_wide(home: Path) -> None:
    told = tuple(one for ill in vital.ILL.values() for one in to_attend(ill, vital.ENDS))
    lines = federation.FederationStatus((seen(home, attend=told),)).lines()
    assert [line for line in lines if len(line) > 80] == []
    assert [line for line in lines if line.startswith("First: ")] == [
        "First: Look at muni-132152: its line is cut since 2013-07-08 05:00Z:"
    ]

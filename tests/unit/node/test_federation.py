"""What the machine's status says of nodes that do not run."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.messages.directory import open_directory
from jukinet.node import federation, pki, pki_members
from jukinet.node.keys import load_public_key

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


def test_a_directory_older_than_a_day_is_told_with_what_to_do(home: Path) -> None:
    bundle, root = (home / "pki" / "directory.json").read_bytes(), load_public_key(home / "pki" / "root.pub")
    held = open_directory(bundle, root, datetime.now(UTC))
    assert federation.stale_directory(held, held.issued_at + timedelta(hours=24)) is None
    told = federation.stale_directory(held, held.issued_at + timedelta(hours=24, seconds=1))
    assert told is not None
    assert "version 1, is older than a day" in told
    assert "jukinet pki directory" in told

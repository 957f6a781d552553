"""A network of an earlier release is upgraded with statements on their way: nothing is lost, doubled or altered."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from tests.services.upgrade import keeping

from jukinet.domain.municipality import NodeId
from jukinet.node.postgres import Cluster, Role
from jukinet.services import status, vitals
from jukinet.store import schema, version
from jukinet.testing.cluster import throwaway_database
from jukinet.testing.federation import OFFICE, Federation

RELEASES = sorted(path for path in (Path(__file__).parents[2] / "data/releases").iterdir() if path.is_dir())


def read(release: Path, name: str) -> Any:
    return json.loads((release / f"{name}.json").read_text("utf-8"))


@pytest.fixture(params=RELEASES, ids=lambda path: path.name)
def release(request: pytest.FixtureRequest) -> Path:
    found: Path = request.param
    return found


@pytest.fixture
def owner(cluster: Cluster, release: Path) -> Iterator[str]:
    """A database as the release left it: its own migrations, and its rows."""
    newest = max(name.split("_")[0] for name in read(release, "migrations"))
    with throwaway_database(cluster) as name:
        conninfo = cluster.dsn(Role.OWNER, name)
        for node in keeping.NODES:
            with psycopg.connect(conninfo) as connection:
                connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(node.schema)))
            schema._upgrade(conninfo, node, newest)
            with psycopg.connect(conninfo) as connection:
                keeping.load(connection, node, read(release, str(node)))
        yield name


ALTERED = {
    "search_key_facts": "keys are made anew by the rules of this release",
    "operators": "see ``granted``",
}
"""Tables in which a migration alters rows of the release, and why it does."""


def missing(connection: psycopg.Connection[Any], node: NodeId, kept: dict[str, Any]) -> list[str]:
    """Tables in which a row of the release is not as it was, in the columns that it had."""
    return [
        table
        for table, found in kept["tables"].items()
        if table not in ALTERED
        and set(found["rows"]) - set(keeping.copy_out(connection, node, table, found["columns"]))
    ]


def granted(connection: psycopg.Connection[Any], node: NodeId, kept: dict[str, Any]) -> set[str]:
    """What operators of the release may do besides what they might; all else of them is as it was."""
    found = kept["tables"]["operators"]
    place = found["columns"].index("permissions")
    now = keeping.copy_out(connection, node, "operators", found["columns"])
    more: set[str] = set()
    for was, line in zip(found["rows"], now, strict=True):
        before, after = was.split("\t"), line.split("\t")
        could, may = (set(row.pop(place).strip("{}").split(",")) for row in (before, after))
        assert before == after
        assert could <= may
        more |= may - could
    return more


def test_a_migration_of_a_release_is_never_altered(release: Path) -> None:
    now = keeping.migrations()
    kept = read(release, "migrations")
    assert {name: now.get(name) for name in kept} == kept
    assert len(hashlib.sha256(b"").hexdigest()) == len(next(iter(kept.values())))


def test_what_was_on_its_way_arrives_once_and_in_order_after_the_upgrade(
    cluster: Cluster, owner: str, release: Path
) -> None:
    conninfo = cluster.dsn(Role.OWNER, owner)
    for node in keeping.NODES:
        schema.migrate(conninfo, node)
        with psycopg.connect(conninfo) as connection:
            kept = read(release, str(node))
            assert missing(connection, node, kept) == []
            # What was seen with the record before stands under permissions of its own now.
            assert granted(connection, node, kept) <= {
                f"register:{item}:read" for item in ("code", "koseki", "stay")
            }
    network = Federation(lambda role: cluster.dsn(Role(f"jukinet_{role}"), owner), keeping.NODES, seed=2)
    try:
        waiting = network.unsent()
        assert waiting > 5, "the release left its statements on the way"
        keeping.settle(network)
        expected = read(release, "outcome")
        del expected["at"]
        assert keeping.outcome(network) == expected
        for node in keeping.NODES:
            status.require_ready(network.context(node, OFFICE))
            assert vitals.look(network.context(node, OFFICE)).halted == ()
    finally:
        network.close()


def test_nothing_is_served_before_the_schema_is_upgraded(cluster: Cluster, owner: str, release: Path) -> None:
    newest = max(name.split("_")[0] for name in read(release, "migrations"))
    with psycopg.connect(cluster.dsn(Role.OWNER, owner)) as connection:
        (found,) = connection.execute("SELECT version_num FROM national.schema_version").fetchone() or ("",)
    assert found == newest < version.head()


def test_a_row_that_a_migration_alters_is_found(cluster: Cluster, owner: str, release: Path) -> None:
    node = keeping.NODES[1]
    with psycopg.connect(cluster.dsn(Role.OWNER, owner)) as connection:
        connection.execute(
            sql.SQL("UPDATE {} SET cursor = cursor + 1").format(sql.Identifier(node.schema, "lanes_in"))
        )
        assert missing(connection, node, read(release, str(node))) == ["lanes_in"]

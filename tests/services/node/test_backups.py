"""Backups by their commands: a damaged one is told so wherever it is damaged, and what a restore could not ask."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest
from tests.services.node.configured import municipality
from typer.testing import CliRunner, Result

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.line import LineState
from jukinet.domain.permissions import Permission
from jukinet.node import backups, wiring
from jukinet.node.backup_commands import backup_app, restore_app
from jukinet.node.config import NodeConfig
from jukinet.node.postgres import Cluster, Role
from jukinet.services import line, settings
from jukinet.services.operators import OperatorClaim
from jukinet.store import dumps, schema
from jukinet.store.database import SESSION_SETTINGS
from jukinet.store.line import Line

NOT_ASKED = "The database before it was not asked for its last acts"


@pytest.fixture
def config(cluster: Cluster, database: str, tmp_path: Path) -> NodeConfig:
    return municipality(cluster, database, tmp_path)


@pytest.fixture
def backup(config: NodeConfig, tmp_path: Path) -> Path:
    ran = CliRunner().invoke(backup_app, [str(tmp_path), "--config", str(config.file), "--json"])
    assert ran.exit_code == 0, ran.output
    return Path(json.loads(ran.stdout)["backup"])


def restore(config: NodeConfig, *arguments: str) -> Result:
    return CliRunner().invoke(restore_app, [*arguments, "--config", str(config.file)])


def test_a_byte_that_flipped_anywhere_is_told(config: NodeConfig, backup: Path) -> None:
    made = backups.read_manifest(backup)
    table = max(backup.glob("*.copy.gz"), key=lambda one: one.stat().st_size)
    whole = table.read_bytes()
    found = set()
    # Bytes 3 to 9 of the file say when and on what system it was packed: none of what was written.
    for at in (
        *range(3),
        *range(10, len(whole), max(1, len(whole) // 400)),
        *range(len(whole) - 8, len(whole)),
    ):
        table.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        with pytest.raises(JukinetError) as caught:
            backups.check(backup, made)
        found.add((caught.value.kind, caught.value.message))
    assert found == {(ErrorKind.CONFLICT, f"{table} is not as it was written.")}
    middle = len(whole) // 2
    table.write_bytes(whole[:middle] + bytes([whole[middle] ^ 0x55]) + whole[middle + 1 :])
    ran = restore(config, str(backup), "--replace")
    assert (ran.exit_code, ran.stderr) == (1, f"{table} is not as it was written.\n")


def test_it_is_told_where_the_database_before_was_not_asked(config: NodeConfig, backup: Path) -> None:
    asked = restore(config, str(backup), "--replace")
    assert asked.exit_code == 0, asked.output
    assert NOT_ASKED not in asked.stdout
    schema.drop(wiring.conninfo(config, Role.OWNER), config.node)
    gone = restore(config, str(backup))
    assert gone.exit_code == 0, gone.output
    assert NOT_ASKED in gone.stdout


FIRST, SECOND = OperatorClaim("sato"), OperatorClaim("tanaka")


def cut_all(config: NodeConfig) -> None:
    with wiring.open_node(config, Role.OFFICE) as node:
        ctx = node.context
        both = [Permission.NETWORK_LINE_CUT, Permission.NETWORK_LINE_RESTORE]
        settings.enrol_operator(ctx, FIRST, SECOND.operator_id, "田中", both)
        number = line.ask_measure(ctx, FIRST, LineState.ALL, "Somebody is in.")
        assert isinstance(number, int), number
        assert isinstance(line.confirm_measure(ctx, SECOND, number), Line)


def test_a_line_that_was_cut_stays_cut_through_a_restore_and_two_people_open_it(
    config: NodeConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the restore is killed half way: then the old database is gone."""
    with wiring.open_node(config, Role.OFFICE) as node:
        settings.enrol_first_operator(node.context, FIRST.operator_id, "佐藤")
        settings.enrol_operator(node.context, FIRST, "suzuki", "鈴木", [Permission.NETWORK_LINE_RESTORE])
    ran = CliRunner().invoke(backup_app, [str(tmp_path), "--config", str(config.file), "--json"])
    backup = json.loads(ran.stdout)["backup"]
    cut_all(config)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(dumps, "read", killed)
        restore(config, backup, "--replace")
    again = restore(config, backup, "--replace", "--json")
    assert again.exit_code == 0, again.output
    told = json.loads(again.stdout)
    assert told["cut"] == "all"
    assert [one["event"] for one in told["undone"]] == ["operators:operator:enrolled"]
    with wiring.open_node(config, Role.OFFICE) as node:
        assert line.present(node.context).state is LineState.ALL
        number = line.ask_measure(node.context, FIRST, LineState.OPEN, "They are out.")
        assert isinstance(number, int), number
        opened = line.confirm_measure(node.context, OperatorClaim("suzuki"), number)
        assert isinstance(opened, Line)
    last = restore(config, backup, "--replace")
    assert "Its line is cut" not in last.stdout
    assert "operators:operator:enrolled" in last.stdout
    with wiring.open_node(config, Role.OFFICE) as node:
        assert line.present(node.context).state is LineState.OPEN, "as the database before said"


def test_a_restore_takes_its_time(config: NodeConfig, backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What bounds a statement of a node at work does not bound those that go over everything."""
    monkeypatch.setitem(SESSION_SETTINGS, "statement_timeout", "1s")
    with psycopg.connect(wiring.conninfo(config, Role.OWNER)) as connection:
        connection.execute(
            f"""CREATE OR REPLACE VIEW {config.node.schema}.audit_acts AS
                SELECT entry_id, event, outcome, act_xid FROM {config.node.schema}.audit_entries
                 WHERE (SELECT pg_sleep(1.2)::text) IS NOT NULL""".encode()
        )
    ran = restore(config, str(backup), "--replace", "--json")
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["looked"] is True


def test_the_planner_knows_what_was_put_back(config: NodeConfig, backup: Path) -> None:
    assert restore(config, str(backup), "--replace").exit_code == 0
    with wiring.open_node(config, Role.OFFICE) as node, node.context.begin() as tx:
        unknown = tx.rows(
            "SELECT relname FROM pg_class WHERE relnamespace = %(schema)s::regnamespace AND relkind = 'r'"
            " AND reltuples < 0 AND relname <> 'schema_version'",
            schema=config.node.schema,
        )
    assert unknown == []

"""A server that archives its WAL is put back by PostgreSQL's own means, and the node begins its next life from there.

What the page on restoring says, done by hand: a base backup, the archive, ``restore_command`` and
``recovery_target_time``, and then ``jukinet restore --done-elsewhere``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.services.node.configured import TOKYO, municipality
from typer.testing import CliRunner

from jukinet.domain.municipality import NATIONAL
from jukinet.law.decisions import Permitted
from jukinet.messages.kinds import MessageKind
from jukinet.node import wiring
from jukinet.node.backup_commands import restore_app
from jukinet.node.config import NodeConfig
from jukinet.node.journal import open_journal
from jukinet.node.postgres import Cluster, Role
from jukinet.node.postgres_account import poll
from jukinet.services import recovery as recovering
from jukinet.services import sending, settings
from jukinet.services.operators import OperatorClaim

pytestmark = pytest.mark.timeout(400)

CLERK = OperatorClaim("sato", "counter-1")
M1, M3 = MessageKind.IDENTITY_NOTICE, MessageKind.MOVE_IN_NOTICE


@dataclass(frozen=True)
class Server:
    """A server of one's own, as the node knows it only by its DSN: what its administrator does."""

    cluster: Cluster
    home: Path

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    def _superuser(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        return self.cluster._superuser()

    def set_up_archiving(self) -> None:
        self.archive.mkdir()
        self._give(self.archive)
        into = f"{self.archive}/%f"
        with self._superuser() as connection:
            connection.execute("ALTER SYSTEM SET archive_mode = 'on'")
            # There whole, or not at all.
            connection.execute(
                f"""ALTER SYSTEM SET archive_command = 'cp "%p" "{into}.part" && mv "{into}.part" "{into}"'"""
            )
        self.cluster.stop()
        self.cluster.ensure()

    def back_up(self) -> None:
        """A base backup: the files as they are, and the label that says from where the WAL is needed."""
        base = self.home / "base"
        with self._superuser() as connection:
            connection.execute("SELECT pg_backup_start('point in time', true)")
            # What vanishes while it is copied, the WAL knows of.
            subprocess.run(["cp", "-a", self.cluster.data, base], check=False, capture_output=True)
            row = connection.execute("SELECT labelfile FROM pg_backup_stop()").fetchone()
        (base / "postmaster.pid").unlink(missing_ok=True)
        shutil.rmtree(base / "pg_wal")
        for name in ("pg_wal", "pg_wal/archive_status"):
            (base / name).mkdir(mode=0o700)
            self._give(base / name)
        assert row is not None
        self._write(base / "backup_label", str(row[0]))

    def archived(self) -> None:
        """Everything that was committed until now is in the archive."""
        with self._superuser() as connection:
            row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
        assert row is not None
        assert poll((self.archive / row[0]).exists, 60), "the WAL is archived"

    def put_back(self, *, until: datetime | None) -> None:
        """To a moment, or to the last that the archive knows; the files of the server are lost."""
        self.cluster.stop(seconds=0)
        shutil.rmtree(self.cluster.data)
        subprocess.run(["cp", "-a", self.home / "base", self.cluster.data], check=True)
        lines = [
            f'restore_command = \'cp "{self.archive}/%f" "%p"\'',
            "recovery_target_action = 'promote'",
            "recovery_target_timeline = '1'",
            # Nobody is let in before it is done.
            "hot_standby = 'off'",
            *([f"recovery_target_time = '{until.isoformat()}'"] if until else []),
        ]
        settings_file = self.cluster.data / "postgresql.auto.conf"
        settings_file.write_text(settings_file.read_text() + "\n".join(lines) + "\n")
        self._write(self.cluster.data / "recovery.signal", "")
        self.cluster.ensure()

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text, "ascii")
        path.chmod(0o600)
        self._give(path)

    def _give(self, path: Path) -> None:
        owner = self.cluster.data.stat()
        shutil.chown(path, owner.st_uid, owner.st_gid)


@pytest.fixture
def server(own: Cluster) -> Server:
    made = Server(own, own.data.parents[1])
    made.set_up_archiving()
    return made


@pytest.fixture
def config(server: Server, tmp_path: Path) -> NodeConfig:
    """A municipality whose configuration names a DSN."""
    server.cluster.create_database("pitr")
    made = municipality(server.cluster, "pitr", tmp_path)
    with wiring.open_node(made, Role.OFFICE) as node:
        enrolled = settings.enrol_first_operator(
            node.context, CLERK.operator_id, "佐藤", valid_from=date(2013, 7, 1)
        )
        assert isinstance(enrolled, Permitted)
    return made


def act(config: NodeConfig, kind: MessageKind) -> int:
    """Something that an office does on record; the number of its entry, which the journal has."""
    with wiring.open_node(config, Role.OFFICE) as node:
        assert isinstance(sending.set_mode(node.context, CLERK, kind, "drill", manual=True), Permitted)
        with node.context.begin() as tx:
            (row,) = tx.rows("SELECT max(entry_id) AS last FROM audit_entries")
    journal = open_journal(config.state)
    with wiring.open_node(config, Role.WORKER) as node:
        assert poll(lambda: bool(journal.poll(node.context)) or journal.last >= row["last"], 60)
    return int(row["last"])


def state(config: NodeConfig) -> tuple[set[str], recovering.Recovery]:
    """Which acts the database has, and how far the node has recovered."""
    with wiring.open_node(config, Role.OFFICE) as node:
        found = recovering.state(node.context, CLERK)
        assert isinstance(found, recovering.Recovery)
        with node.context.begin() as tx:
            return {row["kind"] for row in tx.rows("SELECT kind FROM sending_modes")}, found


def begin_life(config: NodeConfig) -> dict[str, Any]:
    ran = CliRunner().invoke(restore_app, ["--done-elsewhere", "--config", str(config.file), "--json"])
    assert ran.exit_code == 0, ran.output
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def test_a_node_whose_server_archives_is_put_back_to_the_last_moment_and_to_an_earlier_one(
    server: Server, config: NodeConfig
) -> None:
    server.back_up()
    kept = act(config, M1)
    with server.cluster.connect(Role.OWNER, "pitr") as connection:
        row = connection.execute("SELECT clock_timestamp()").fetchone()
    assert row is not None
    between = row[0]
    later = act(config, M3)
    server.archived()

    server.put_back(until=None)
    told = begin_life(config)
    assert (told["incarnation"], told["last_audit"], told["journal"]) == (2, later, True)
    there, found = state(config)
    assert there == {M1, M3}, "nothing that was committed is lost"
    assert (found.life.live_at, found.missing, found.beyond) == (None, (TOKYO, NATIONAL), ())

    server.put_back(until=between)
    told = begin_life(config)
    assert (told["incarnation"], told["last_audit"]) == (3, kept), "no life is begun twice"
    there, found = state(config)
    assert there == {M1}
    assert found.beyond is not None
    assert dict(found.beyond) == {later: "network:sending:set"}, "what is gone is named by its audit number"
    with wiring.open_node(config, Role.OFFICE) as node, node.context.begin() as tx:
        (newest,) = tx.rows("SELECT max(entry_id) AS last FROM audit_entries")
    assert newest["last"] > later, "the number is not used again"

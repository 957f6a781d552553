"""The embedded server in good weather: made, reused, stopped, its databases, its paths."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import psycopg
import pytest

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node import postgres_process as processes
from jukinet.node.postgres import LONGEST_SOCKET, Cluster, Role
from jukinet.testing.cluster import throwaway_database, throwaway_directory

MakeCluster = partial[Cluster]


@pytest.fixture
def place() -> Iterator[Path]:
    with throwaway_directory() as path:
        yield path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_running_server_is_reused(cluster: Cluster) -> None:
    before = cluster.pid()
    cluster.ensure()
    assert before is not None
    assert cluster.pid() == before


def test_an_interrupt_at_the_terminal_does_not_reach_the_server(cluster: Cluster) -> None:
    pid = cluster.pid()
    assert pid is not None
    assert os.getpgid(pid) != os.getpgid(0)
    assert os.getsid(pid) != os.getsid(0)


def test_supervisors_that_start_at_once_make_one_server(make_cluster: MakeCluster, place: Path) -> None:
    supervisors = [make_cluster(place / "state") for _ in range(4)]
    try:
        with ThreadPoolExecutor(4) as pool:
            engines = list(pool.map(Cluster.ensure, supervisors))
        assert len(set(engines)) == 1
        servers = [
            pid
            for pid in processes.living(supervisors[0].data)
            if not Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"postgres:")
        ]
        assert servers == [supervisors[0].pid()]
    finally:
        supervisors[0].destroy()


def test_a_supervisor_does_not_wait_for_ever_for_another(cluster: Cluster) -> None:
    hasty = replace(cluster, lock_seconds=0.1)
    with (
        processes.only_supervisor(cluster.state_dir / "postgres.lock", seconds=5),
        pytest.raises(JukinetError, match=r"Another process .*postgres\.lock") as caught,
    ):
        hasty.ensure()
    assert caught.value.kind is ErrorKind.UNAVAILABLE


@pytest.mark.core
def test_what_was_stored_is_there_after_a_stop_and_a_start(own: Cluster) -> None:
    own.create_database("kept")
    with own.connect(Role.OWNER, "kept") as connection:
        connection.execute("CREATE TABLE acts (number int)")
        connection.execute("INSERT INTO acts VALUES (7)")
    before = own.dsn(Role.OWNER, "kept")
    with own.connect(Role.OWNER, "kept", autocommit=True) as idle:
        idle.execute("SELECT 1")
        own.stop()
        assert own.pid() is None
        assert not processes.living(own.data)
        assert not processes.socket(own.socket_dir).exists()
        own.stop()
    own.ensure()
    assert own.dsn(Role.OWNER, "kept") == before
    with own.connect(Role.OWNER, "kept") as connection:
        assert connection.execute("SELECT number FROM acts").fetchall() == [(7,)]


def test_nothing_is_left_after_destroy(make_cluster: MakeCluster, place: Path) -> None:
    state = place / "state"
    state.mkdir(mode=0o711)
    foreign = state / "secrets" / "statement.key"
    foreign.parent.mkdir(mode=0o700)
    foreign.touch()
    running = make_cluster(state)
    running.ensure()
    data = running.data
    running.destroy()
    assert not processes.living(data)
    assert [path.name for path in state.rglob("*")] == ["secrets", "statement.key"]
    running.destroy()


def test_the_server_is_utf8_locale_c_and_on_no_network(cluster: Cluster, database: str) -> None:
    with cluster.connect(Role.OWNER, database) as connection:
        row = connection.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate, datctype, current_setting('listen_addresses'),"
            " current_setting('TimeZone') FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert row == ("UTF8", "C", "C", "", "UTC")
    assert mode(cluster.socket_dir) == 0o700
    assert mode(cluster.data) == 0o700
    assert mode(cluster.secrets_dir) == 0o700
    assert {mode(path) for path in cluster.secrets_dir.iterdir()} == {0o600}


def test_the_engine_that_made_the_data_is_written_down(cluster: Cluster) -> None:
    made_by = (cluster.state_dir / "postgres" / "made-by").read_text().strip()
    assert made_by == str(cluster.ensure())
    assert made_by.startswith("PostgreSQL ")


@pytest.mark.parametrize(
    "name",
    ["x" * 60 + "/" + "y" * 60, "with space, comma and 市", "deep/" * 40 + "state"],
    ids=["long", "odd", "deep"],
)
def test_any_path_will_do_for_the_state(make_cluster: MakeCluster, place: Path, name: str) -> None:
    running = make_cluster(place / name)
    try:
        running.ensure()
        reached = running.socket_dir
        assert len(os.fsencode(processes.socket(reached))) <= LONGEST_SOCKET
        assert not reached.is_relative_to(place)
        assert mode(reached) == 0o700
        running.create_database("deep")
        for role in (Role.OWNER, Role.SUPPLY):
            with running.connect(role, "deep") as connection:
                assert connection.execute("SELECT current_user").fetchone() == (role.value,)
        running.stop()
        running.ensure()
        assert running.socket_dir == reached
    finally:
        running.destroy()
    assert not reached.exists()


def test_a_socket_directory_that_others_can_enter_is_refused(make_cluster: MakeCluster, place: Path) -> None:
    late = make_cluster(place / ("x" * 100))
    late.socket_dir.mkdir()
    late.socket_dir.chmod(0o755)
    try:
        with pytest.raises(JukinetError, match="mode 0700") as caught:
            late.ensure()
        assert str(late.socket_dir) in caught.value.message
        assert caught.value.kind is ErrorKind.CONFIGURATION
        assert mode(late.socket_dir) == 0o755
    finally:
        late.destroy()


@pytest.mark.parametrize("character", ["$", '"', "'", "`", "\\", "\n"])
def test_a_path_that_a_shell_would_read_is_refused(
    make_cluster: MakeCluster, place: Path, character: str
) -> None:
    state = place / f"a{character}b"
    with pytest.raises(JukinetError, match="choose another") as caught:
        make_cluster(state).ensure()
    assert caught.value.kind is ErrorKind.CONFIGURATION
    assert not state.exists()


@pytest.mark.core
def test_a_database_is_copied_from_a_template_sealed_or_not(cluster: Cluster) -> None:
    with throwaway_database(cluster) as template:
        with cluster.connect(Role.OWNER, template) as connection:
            connection.execute("CREATE TABLE built (number int)")
            connection.execute("INSERT INTO built VALUES (1), (2)")
        for _ in range(2):
            with throwaway_database(cluster, template) as copy:
                with cluster.connect(Role.OWNER, copy) as connection:
                    assert connection.execute("SELECT count(*) FROM built").fetchone() == (2,)
                    connection.execute("DELETE FROM built")
                assert {copy, template} <= set(cluster.databases())
                cluster.seal_template(template)
        with pytest.raises(JukinetError, match="sealed as a template"):
            cluster.connect(Role.OWNER, template)
    assert template not in cluster.databases()


def test_a_template_in_use_is_not_copied(cluster: Cluster, database: str) -> None:
    with (
        cluster.connect(Role.OWNER, database),
        pytest.raises(JukinetError, match="connected to it") as caught,
    ):
        cluster.create_database("never_made", database)
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    assert "never_made" not in cluster.databases()


def test_making_and_removing_say_what_is_in_the_way(cluster: Cluster, database: str) -> None:
    with pytest.raises(JukinetError, match="exists already") as caught:
        cluster.create_database(database)
    assert caught.value.kind is ErrorKind.CONFLICT
    with pytest.raises(JukinetError, match="no database nowhere") as caught:
        cluster.create_database("never_made", "nowhere")
    assert caught.value.kind is ErrorKind.NOT_FOUND
    with pytest.raises(JukinetError, match="no database nowhere") as caught:
        cluster.seal_template("nowhere")
    assert caught.value.kind is ErrorKind.NOT_FOUND
    cluster.drop_database("nowhere")


def test_a_database_in_use_is_removed_only_by_force(cluster: Cluster) -> None:
    cluster.create_database("in_use")
    with cluster.connect(Role.OWNER, "in_use") as connection:
        with pytest.raises(JukinetError, match="in use") as caught:
            cluster.drop_database("in_use")
        assert caught.value.kind is ErrorKind.UNAVAILABLE
        cluster.drop_database("in_use", force=True)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert "in_use" not in cluster.databases()


@pytest.mark.parametrize("name", ["", "Upper", "1st", "a" * 64, "a-b", 'a"; DROP', "市"])
def test_a_name_that_is_none_is_refused(cluster: Cluster, name: str) -> None:
    for act in (cluster.create_database, cluster.drop_database, cluster.seal_template):
        with pytest.raises(JukinetError, match="lower-case letters") as caught:
            act(name)
        assert caught.value.kind is ErrorKind.CONFIGURATION

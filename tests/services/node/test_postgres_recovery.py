"""The embedded server after something broke: killed under load, half made, its files in the way."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import psycopg
import pytest

from jukinet.domain.errors import JukinetError
from jukinet.node import postgres_process as processes
from jukinet.node.postgres import Cluster, Role
from jukinet.node.postgres_account import account_for, poll
from jukinet.node.postgres_engine import engine_at
from jukinet.testing.cluster import throwaway_directory

MakeCluster = partial[Cluster]
ROOT = os.geteuid() == 0


def kill(cluster: Cluster) -> int:
    """kill -9 of the server alone; returns its pid."""
    pid = cluster.pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert poll(lambda: cluster.pid() is None, 30)
    return pid


def kill_all(cluster: Cluster) -> None:
    for pid in processes.living(cluster.data):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert poll(lambda: not processes.living(cluster.data), 30)


class Writers:
    """Threads that insert numbers and note each one that was acknowledged."""

    def __init__(self, dsn: str, count: int) -> None:
        self.acknowledged: list[tuple[int, int]] = []
        self._dsn = dsn
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(count)]
        for thread in self._threads:
            thread.start()

    def _write(self, writer: int) -> None:
        with psycopg.connect(self._dsn, autocommit=True) as connection:
            for number in range(10**9):
                try:
                    connection.execute("INSERT INTO acts VALUES (%s, %s)", [writer, number])
                except psycopg.OperationalError:
                    return
                self.acknowledged.append((writer, number))

    def are_busy(self) -> bool:
        """Every one of them: a thread that had not connected yet would meet a dead server, and say so as an error."""
        written = list(self.acknowledged)
        return len(written) >= 500 and len({writer for writer, _ in written}) == len(self._threads)

    def join(self) -> None:
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()


@pytest.mark.core
@pytest.mark.parametrize("end", [kill, kill_all], ids=["server", "every process"])
def test_nothing_acknowledged_is_lost_by_kill_9_under_load(
    own: Cluster, end: Callable[[Cluster], object]
) -> None:
    own.create_database("load")
    with own.connect(Role.OWNER, "load") as connection:
        connection.execute("CREATE TABLE acts (writer int, number int, PRIMARY KEY (writer, number))")
        connection.execute("GRANT INSERT, SELECT ON acts TO jukinet_worker")
    dsn = own.dsn(Role.WORKER, "load")
    for round_ in range(1, 4):
        writers = Writers(dsn, 4)
        assert poll(writers.are_busy, 60)
        end(own)
        own.ensure()
        writers.join()
        with psycopg.connect(dsn) as connection:
            found = set(connection.execute("SELECT writer, number FROM acts").fetchall())
        lost = set(writers.acknowledged) - found
        assert not lost, f"round {round_}: {len(lost)} of {len(writers.acknowledged)} lost"
        # Each writer may have one that was stored and not acknowledged any more, none beyond.
        assert len(found) <= len(writers.acknowledged) + 4
        with own.connect(Role.OWNER, "load") as connection:
            connection.execute("TRUNCATE acts")


def test_a_copied_database_gives_out_no_number_twice_after_kill_9(own: Cluster) -> None:
    """A register is a copy wherever it was built once: numbers of entries, residents and households must go on."""
    own.create_database("built")
    with own.connect(Role.OWNER, "built") as connection:
        connection.execute("CREATE TABLE entries (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY)")
        connection.execute("INSERT INTO entries DEFAULT VALUES")
    own.seal_template("built")
    own.create_database("live", template="built")

    def enter() -> int:
        with own.connect(Role.OWNER, "live") as connection:
            row = connection.execute("INSERT INTO entries DEFAULT VALUES RETURNING id").fetchone()
            assert row is not None
            return int(row[0])

    given = [enter() for _ in range(5)]
    kill(own)
    own.ensure()
    assert enter() > max(given)


def test_a_server_that_is_running_after_kill_9_of_its_starter_is_reused(
    make_cluster: MakeCluster,
) -> None:
    with throwaway_directory() as place:
        cluster = make_cluster(place / "state")
        try:
            starter = textwrap.dedent(
                """
                import os, signal, sys
                from pathlib import Path
                from jukinet.node.postgres import Cluster
                Cluster(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2] else None).ensure()
                os.kill(os.getpid(), signal.SIGKILL)
                """
            )
            arguments = [str(cluster.state_dir), str(cluster.bin_dir or "")]
            ended = subprocess.run([sys.executable, "-c", starter, *arguments], check=False, timeout=100)
            assert ended.returncode == -signal.SIGKILL
            before = cluster.pid()
            assert before is not None
            cluster.ensure()
            assert cluster.pid() == before
        finally:
            cluster.destroy()


@contextmanager
def process_of_the_servers_user(cluster: Cluster, *, zombie: bool) -> Iterator[int]:
    """A process that has nothing to do with the server, alive or dead and not collected."""
    owner = pwd.getpwuid(cluster.data.stat().st_uid)
    identity = ["setpriv", f"--reuid={owner.pw_uid}", f"--regid={owner.pw_gid}", "--clear-groups"]
    process = subprocess.Popen([*(identity if ROOT else []), "sleep", "600"], cwd="/")
    try:
        if zombie:
            process.kill()
            state = Path(f"/proc/{process.pid}/stat")
            assert poll(lambda: state.read_text().rsplit(")", 1)[1].split()[0] == "Z", 30)
        yield process.pid
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("zombie", [False, True], ids=["a living stranger", "a zombie"])
def test_a_stale_pid_file_is_seen_through(own: Cluster, zombie: bool) -> None:
    pid_file = own.data / "postmaster.pid"
    written = pid_file.read_text()
    dead = kill(own)
    listening = processes.socket(own.socket_dir)
    lock = listening.with_name(f"{listening.name}.lock")
    with process_of_the_servers_user(own, zombie=zombie) as stranger:
        # The pid of the killed server was used again, in both files that PostgreSQL looks at.
        pid_file.write_text(written.replace(str(dead), str(stranger), 1))
        lock.write_text(written.replace(str(dead), str(stranger), 1))
        assert own.pid() is None
        own.ensure()
        assert own.pid() not in (None, dead, stranger)
        own.create_database("after")
        own.stop()
        assert Path(f"/proc/{stranger}").exists()


def test_a_pid_file_of_no_meaning_is_no_server(own: Cluster) -> None:
    for content in ("", "not a number\n", "-1\n", "0\n"):
        kill_all(own)
        (own.data / "postmaster.pid").write_text(content)
        assert own.pid() is None
        own.ensure()
        assert own.pid() is not None


def test_a_person_who_stands_in_the_data_directory_is_let_be(own: Cluster) -> None:
    with subprocess.Popen(["sleep", "600"], cwd=own.data) as person:
        try:
            kill_all(own)
            own.ensure()
            own.stop()
            assert person.poll() is None
        finally:
            person.kill()


def test_a_server_whose_socket_was_cleaned_away_is_started_again(own: Cluster) -> None:
    own.create_database("kept")
    before = own.pid()
    processes.socket(own.socket_dir).unlink()
    own.ensure()
    assert own.pid() != before
    own.connect(Role.OWNER, "kept").close()


def test_a_server_that_lost_its_pid_file_is_replaced(own: Cluster) -> None:
    own.create_database("kept")
    before = own.data.joinpath("postmaster.pid")
    first = own.pid()
    before.unlink()
    own.ensure()
    assert own.pid() not in (None, first)
    own.connect(Role.OWNER, "kept").close()


def programs_with(make_cluster: MakeCluster, place: Path, name: str, script: str) -> Path:
    """A directory of the engine's programs with one of them replaced by a shell script."""
    account = account_for(place / "none")
    real = engine_at(make_cluster(place).bin_dir, place / "programs", account).bin_dir
    bin_dir = real
    if not real.is_relative_to(place):
        bin_dir = place / "programs"
        bin_dir.mkdir(mode=0o755)
        for program in real.iterdir():
            (bin_dir / program.name).symlink_to(program)
    target = bin_dir / name
    target.unlink()
    target.write_text(f"#!/bin/sh\n{script}\n")
    target.chmod(0o755)
    return bin_dir


@pytest.mark.parametrize(
    "script",
    [
        # Killed half-way: the directory has the version file that a careless check would go by.
        'mkdir "$2"; echo 18 > "$2/PG_VERSION"; mkdir "$2/base"; kill -9 $$',
        "exit 1",
    ],
    ids=["killed", "failed"],
)
def test_a_half_finished_initdb_is_made_anew(make_cluster: MakeCluster, script: str) -> None:
    with throwaway_directory() as place:
        broken = Cluster(place / "state", programs_with(make_cluster, place, "initdb", script))
        with pytest.raises(JukinetError, match="initdb"):
            broken.ensure()
        assert not broken.data.exists()
        whole = make_cluster(place / "state")
        try:
            whole.ensure()
            whole.create_database("works")
            assert sorted(path.name for path in whole.data.parent.iterdir()) == [
                "data",
                "made-by",
                "server.log",
                "socket",
            ]
        finally:
            whole.destroy()


def test_a_supervisor_killed_while_it_made_the_cluster_is_no_hindrance(make_cluster: MakeCluster) -> None:
    """Killed at many moments of the first start; the next one always works."""
    starter = "import sys; from pathlib import Path; from jukinet.node.postgres import Cluster; "
    starter += "Cluster(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2] else None).ensure()"
    seen = ("engine", "postgres", "postgres/data.partial", "postgres/data.partial/base", "postgres/data")
    for moment in seen:
        with throwaway_directory() as place:
            cluster = make_cluster(place / "state")
            if moment == "engine" and cluster.bin_dir is not None:
                continue
            arguments = [str(cluster.state_dir), str(cluster.bin_dir or "")]
            process = subprocess.Popen([sys.executable, "-c", starter, *arguments])
            try:
                reached = cluster.state_dir / moment
                assert poll(reached.exists, 60)
                process.kill()
                process.wait()
                cluster.ensure()
                cluster.create_database("works")
                assert not list(cluster.state_dir.glob("engine/.partial-*"))
            finally:
                process.kill()
                process.wait()
                cluster.destroy()


def test_a_directory_is_made_whole_or_not_at_all(
    make_cluster: MakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed while the owner of a new directory is set: the next start finds none, not a wrong one."""
    if os.geteuid() != 0:
        return  # a plain user's directories are its own from the start
    with throwaway_directory() as place:
        cluster = make_cluster(place / "state")
        with monkeypatch.context() as killed:
            killed.setattr(os, "chown", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
            with pytest.raises(KeyboardInterrupt):
                cluster.ensure()
        try:
            cluster.ensure()
            assert cluster.pid() is not None
        finally:
            cluster.destroy()

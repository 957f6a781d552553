"""What stands in the way of the embedded server: one clear sentence each, and nothing changed."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import stat
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest

import jukinet
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.node.postgres import Cluster, Role
from jukinet.node.postgres_account import account_for
from jukinet.node.postgres_engine import engine_at
from jukinet.testing.cluster import throwaway_directory

MakeCluster = partial[Cluster]
ROOT = os.geteuid() == 0


@pytest.fixture
def place() -> Iterator[Path]:
    with throwaway_directory() as path:
        yield path


def refusal(cluster: Cluster, kind: ErrorKind) -> str:
    with pytest.raises(JukinetError) as caught:
        cluster.ensure()
    assert caught.value.kind is kind
    assert "\n" not in caught.value.message
    return caught.value.message


def fake_programs(place: Path, **scripts: str) -> Path:
    """A directory of shell scripts that stand for PostgreSQL's programs."""
    bin_dir = place / "bin"
    bin_dir.mkdir(mode=0o755)
    answers = {"postgres": "echo 'postgres (PostgreSQL) 17.2'", "initdb": "exit 1", "pg_ctl": "exit 1"}
    for name, script in (answers | scripts).items():
        (bin_dir / name).write_text(f"#!/bin/sh\n{script}\n")
        (bin_dir / name).chmod(0o755)
    return bin_dir


def test_data_of_another_major_version_are_refused_and_untouched(own: Cluster) -> None:
    engine = own.ensure()
    own.stop()
    version = own.data / "PG_VERSION"
    written = version.read_text()
    version.write_text("13\n")
    said = refusal(own, ErrorKind.CONFIGURATION)
    assert str(own.data) in said
    assert f"the engine is {engine}" in said
    assert "bin directory of a PostgreSQL 13" in said
    assert own.pid() is None
    version.write_text(written)
    own.ensure()


def test_a_directory_that_is_no_data_is_refused_and_untouched(make_cluster: MakeCluster, place: Path) -> None:
    cluster = make_cluster(place / "state")
    try:
        cluster.ensure()
        cluster.stop()
        shutil.rmtree(cluster.data)
        cluster.data.mkdir()
        (cluster.data / "diary").write_text("mine")
        assert "not a PostgreSQL data directory" in refusal(cluster, ErrorKind.CONFIGURATION)
        assert (cluster.data / "diary").read_text() == "mine"
    finally:
        cluster.destroy()


@pytest.mark.parametrize(
    ("scripts", "words"),
    [
        ({"postgres": "echo 'postgres (PostgreSQL) 14.9'"}, "is PostgreSQL 14.9, and Jukinet needs 15"),
        ({"postgres": "echo 'cannot execute binary file'; exit 126"}, "does not run on this machine"),
        ({"initdb": "echo 'initdb: error: invalid locale'; exit 1"}, "initdb: error: invalid locale"),
        ({"initdb": "exit 1"}, "it gave no reason"),
    ],
)
def test_programs_that_do_not_serve_are_named(place: Path, scripts: dict[str, str], words: str) -> None:
    cluster = Cluster(place / "state", fake_programs(place, **scripts))
    assert words in refusal(cluster, ErrorKind.CONFIGURATION)
    assert not cluster.data.exists()


def test_a_directory_without_the_programs_is_named(place: Path) -> None:
    said = refusal(Cluster(place / "state", place / "nowhere"), ErrorKind.CONFIGURATION)
    assert str(place / "nowhere") in said
    assert "postgres, initdb, pg_ctl" in said
    bin_dir = fake_programs(place)
    (bin_dir / "initdb").unlink()
    assert "has no initdb:" in refusal(Cluster(place / "state", bin_dir), ErrorKind.CONFIGURATION)


def test_a_program_that_may_not_be_executed_is_named(place: Path) -> None:
    bin_dir = fake_programs(place)
    (bin_dir / "postgres").chmod(0o644)
    said = refusal(Cluster(place / "state", bin_dir), ErrorKind.CONFIGURATION)
    assert f"{bin_dir / 'postgres'} cannot be run (Permission denied)" in said
    assert "noexec" in said


def test_a_full_disk_is_said_and_can_be_tried_again(make_cluster: MakeCluster, place: Path) -> None:
    full = "echo 'initdb: error: could not write file: No space left on device'; exit 1"
    said = refusal(Cluster(place / "state", fake_programs(place, initdb=full)), ErrorKind.UNAVAILABLE)
    assert "is full: free some space" in said
    whole = make_cluster(place / "state")
    try:
        whole.ensure()
    finally:
        whole.destroy()


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    disk = place / "disk"
    disk.mkdir()
    options = f"size={megabytes}m,mode=0711"
    if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.skipif(not ROOT, reason="only root can mount a small disk")
def test_a_disk_too_small_for_the_programs_is_said_and_nothing_stays_on_it(place: Path) -> None:
    with small_disk(place, 20) as disk:
        assert "the disk is full: free some space" in refusal(Cluster(disk / "state"), ErrorKind.UNAVAILABLE)
        assert not [path for path in disk.rglob("*") if path.is_file() and path.stat().st_size]


@pytest.mark.skipif(not ROOT, reason="only root can mount a small disk")
def test_a_disk_that_fills_up_loses_nothing_acknowledged(make_cluster: MakeCluster, place: Path) -> None:
    with small_disk(place, 250) as disk:
        own = make_cluster(disk / "state")
        try:
            own.ensure()
            own.create_database("filled")
            with own.connect(Role.OWNER, "filled") as connection:
                connection.execute("CREATE TABLE acts (number int PRIMARY KEY, filler text)")
            ballast = disk / "ballast"
            ballast.write_bytes(bytes(shutil.disk_usage(disk).free - 4 * 2**20))
            acknowledged = insert_until_it_fails(own)
            assert acknowledged
            # The server may have survived or not.
            outcome = state_of(own)
            assert outcome == "running" or "full: free some space" in outcome
            ballast.unlink()
            own.ensure()
            with own.connect(Role.OWNER, "filled") as connection:
                rows = connection.execute("SELECT number FROM acts").fetchall()
            assert {number for (number,) in rows} >= set(range(acknowledged))
        finally:
            own.destroy()


def state_of(cluster: Cluster) -> str:
    try:
        cluster.ensure()
    except JukinetError as error:
        return error.message
    return "running"


def insert_until_it_fails(cluster: Cluster) -> int:
    with cluster.connect(Role.OWNER, "filled", autocommit=True) as connection:
        for number in range(10**6):
            try:
                connection.execute("INSERT INTO acts VALUES (%s, repeat('x', 1000))", [number])
            except psycopg.Error:
                return number
    raise AssertionError("the disk did not fill up")


def test_a_server_that_does_not_start_says_why_and_where_to_look(own: Cluster) -> None:
    own.stop()
    broken = own.data / "postgresql.auto.conf"
    broken.write_text("shared_buffers = '9000GB'\n")
    said = refusal(own, ErrorKind.CONFIGURATION)
    assert "FATAL:" in said
    assert str(own.log) in said
    assert own.pid() is None
    broken.write_text("")
    own.ensure()


def test_without_a_server_a_connection_says_so(make_cluster: MakeCluster, place: Path) -> None:
    cluster = make_cluster(place / "state")
    with pytest.raises(JukinetError, match="no database server answers") as caught:
        cluster.connect(Role.OWNER, "any")
    assert caught.value.kind is ErrorKind.UNAVAILABLE
    assert cluster.pid() is None
    cluster.stop()
    cluster.destroy()
    assert not (place / "state").exists()


def test_a_file_where_the_state_should_be_is_refused(make_cluster: MakeCluster, place: Path) -> None:
    (place / "state").write_text("mine")
    assert "not a directory" in refusal(make_cluster(place / "state"), ErrorKind.CONFIGURATION)
    assert str(place / "state") in refusal(make_cluster(place / "state" / "deeper"), ErrorKind.CONFIGURATION)
    assert (place / "state").read_text() == "mine"


@pytest.mark.skipif(not ROOT, reason="only root's server runs as another user")
@pytest.mark.parametrize("state", ["closed", "closed/state", "closed/a/b"])
def test_a_parent_that_the_servers_user_cannot_enter_is_named_and_not_loosened(
    make_cluster: MakeCluster, place: Path, state: str
) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    said = refusal(make_cluster(place / state), ErrorKind.CONFIGURATION)
    assert f"user jukinet, who cannot enter {closed}:" in said
    assert "choose a directory outside" in said
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700


@pytest.mark.skipif(not ROOT, reason="only root's server runs as another user")
def test_as_root_the_server_is_another_user_who_owns_its_data_and_not_its_programs(cluster: Cluster) -> None:
    account = pwd.getpwnam("jukinet")
    pid = cluster.pid()
    assert account.pw_uid != 0
    assert Path(f"/proc/{pid}").stat().st_uid == account.pw_uid
    assert cluster.data.stat().st_uid == account.pw_uid
    assert {path.stat().st_uid for path in cluster.secrets_dir.iterdir()} == {0}
    bin_dir = cluster.ensure().bin_dir
    assert all(path.stat().st_uid == 0 and not path.stat().st_mode & 0o022 for path in bin_dir.iterdir())
    groups = Path(f"/proc/{pid}/status").read_text().split("Groups:")[1].splitlines()[0].split()
    assert set(groups) <= {str(account.pw_gid)}


@pytest.mark.skipif(ROOT, reason="root may write anywhere")
def test_a_place_that_may_not_be_written_is_refused(make_cluster: MakeCluster, place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o500)
    said = refusal(make_cluster(closed / "state"), ErrorKind.CONFIGURATION)
    assert "choose another state directory" in said


@pytest.fixture
def plain_user() -> Iterator[pwd.struct_passwd]:
    """A user made for one test, with nothing of its own; or oneself, where one is no root."""
    if not ROOT:
        yield pwd.getpwuid(os.geteuid())
        return
    name = f"jk-{secrets.token_hex(4)}"
    subprocess.run(["useradd", "--no-create-home", "--user-group", name], check=True)
    try:
        yield pwd.getpwnam(name)
    finally:
        subprocess.run(["userdel", name], check=True)


STORY = textwrap.dedent(
    """
    import os, signal, sys
    from pathlib import Path
    from jukinet.node.postgres import Cluster, Role
    from jukinet.node.postgres_account import poll
    cluster = Cluster(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2] else None)
    cluster.ensure()
    cluster.create_database("mine")
    with cluster.connect(Role.OWNER, "mine") as connection:
        connection.execute("CREATE TABLE acts AS SELECT 7 AS number")
        connection.execute("GRANT SELECT ON acts TO jukinet_supply")
    assert Path(f"/proc/{cluster.pid()}").stat().st_uid == os.geteuid() != 0
    os.kill(cluster.pid(), signal.SIGKILL)
    assert poll(lambda: cluster.pid() is None, 30)
    cluster.ensure()
    with cluster.connect(Role.SUPPLY, "mine") as connection:
        print("told:", connection.execute("SELECT number FROM acts").fetchone()[0])
    cluster.destroy()
    print("left:", sorted(os.listdir(sys.argv[1])))
    """
)


def python_for(user: pwd.struct_passwd, path: str) -> list[str] | None:
    """A Python that this user can run with the packages of this one; root's may lie in a closed home."""
    for python in (sys.executable, "/usr/bin/python3"):
        command = [*as_user(user, path), python]
        told = subprocess.run([*command, "-c", "import psycopg, jukinet.node"], check=False, cwd="/")
        if told.returncode == 0:
            return command
    return None


def as_user(user: pwd.struct_passwd, path: str) -> list[str]:
    clean = ["env", "-i", f"PYTHONPATH={path}", "PYTHONDONTWRITEBYTECODE=1"]
    identity = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    return identity + clean if ROOT else clean


def test_a_plain_user_with_a_closed_home_has_a_server(
    make_cluster: MakeCluster, plain_user: pwd.struct_passwd, place: Path
) -> None:
    home = place / "home"
    home.mkdir(mode=0o700)
    os.chown(home, plain_user.pw_uid, plain_user.pw_gid)
    # What this Python imports, where others can read it: the checkout may lie in a closed home too.
    packages = place / "packages"
    shutil.copytree(Path(jukinet.__file__).parent, packages / "jukinet")
    for folder in (path for path in packages.rglob("*") if path.is_dir()):
        folder.chmod(0o755)
    path = os.pathsep.join([str(packages), *(entry for entry in sys.path if entry.endswith("-packages"))])
    python = python_for(plain_user, path)
    if python is None:
        pytest.skip("no Python with these packages is within reach of another user")
    state = home / "state"
    story = [*python, "-c", STORY, str(state), str(make_cluster(state).bin_dir or "")]
    told = subprocess.run(story, check=False, capture_output=True, text=True, cwd="/", timeout=100)
    assert told.stderr == ""
    assert told.stdout == "told: 7\nleft: []\n"


@pytest.mark.skipif(not ROOT, reason="only root can act as another user")
def test_the_state_of_another_user_is_refused(own: Cluster) -> None:
    """Root's state, looked at by somebody else, who gets a sentence and no traceback."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            own.ensure()
        except JukinetError as error:
            wanted = error.kind is ErrorKind.CONFIGURATION and "belongs to another user" in error.message
            status = 0 if wanted else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_an_interrupted_copy_of_the_programs_is_not_used(place: Path) -> None:
    account = account_for(place / "none")
    engines = place / "engine"
    whole = engine_at(None, engines, account)
    shutil.rmtree(engines)
    (engines / ".partial-x" / "bin").mkdir(parents=True)
    assert engine_at(None, engines, account) == whole
    assert (whole.bin_dir / "postgres").stat().st_size > 10**6

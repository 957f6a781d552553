"""Throwaway clusters leave nothing behind, also when the run that made them was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from functools import partial
from pathlib import Path

from jukinet.node import postgres_process as processes
from jukinet.node.postgres import Cluster
from jukinet.testing.cluster import (
    TEMPORARY,
    bin_dir_of,
    quick_base,
    remove_abandoned,
    throwaway_cluster,
    throwaway_database,
    throwaway_directory,
)

MakeCluster = partial[Cluster]


def test_a_throwaway_cluster_is_gone_at_the_end(make_cluster: MakeCluster) -> None:
    with throwaway_directory() as base:
        with throwaway_cluster(make_cluster, base) as running:
            data = running.data
            assert running.pid() is not None
            assert len(list(base.iterdir())) == 2
        assert [path.name for path in base.iterdir()] == ["alive"]
        assert not processes.living(data)
    assert not base.exists()


def test_a_throwaway_database_is_gone_at_the_end(cluster: Cluster) -> None:
    with throwaway_database(cluster) as one, throwaway_database(cluster) as two:
        assert {one, two} <= set(cluster.databases())
        assert one != two
    assert not {one, two} & set(cluster.databases())


def test_the_cluster_of_a_killed_run_is_removed_and_that_of_a_living_one_kept(
    make_cluster: MakeCluster,
) -> None:
    killed = textwrap.dedent(
        """
        import os, signal, sys
        from functools import partial
        from pathlib import Path
        from jukinet.node.postgres import Cluster
        from jukinet.testing.cluster import bin_dir_of, throwaway_cluster
        make = partial(Cluster, bin_dir=bin_dir_of(sys.argv[2]))
        with throwaway_cluster(make, Path(sys.argv[1])) as running:
            print(running.state_dir, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    with throwaway_directory() as base, throwaway_cluster(make_cluster, base) as kept:
        engine = str(make_cluster(base).bin_dir or "embedded")
        told = subprocess.run(
            [sys.executable, "-c", killed, str(base), engine], check=False, capture_output=True, text=True
        )
        assert told.returncode == -signal.SIGKILL, told.stderr
        abandoned = Cluster(type(base)(told.stdout.strip()))
        assert abandoned.pid() is not None
        data = abandoned.data
        assert remove_abandoned(make_cluster, base) == 1
        assert not processes.living(data)
        assert not abandoned.state_dir.parent.exists()
        assert kept.pid() is not None
        assert remove_abandoned(make_cluster, base) == 0


def test_the_name_of_an_engine_is_embedded_or_a_directory() -> None:
    assert bin_dir_of("embedded") is None
    assert str(bin_dir_of("/usr/lib/postgresql/15/bin")) == "/usr/lib/postgresql/15/bin"


def test_a_server_stands_in_memory_only_where_there_is_room_and_programs_may_run(tmp_path: Path) -> None:
    assert quick_base(tmp_path, room=0) == tmp_path
    assert quick_base(tmp_path, room=2**60) == TEMPORARY
    assert quick_base(tmp_path / "missing") == TEMPORARY
    mounts = [line.split() for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    closed = [Path(mount[1]) for mount in mounts if "noexec" in mount[3].split(",")]
    assert {quick_base(place, room=0) for place in closed} <= {TEMPORARY}

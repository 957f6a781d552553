"""The nodes of a run on disk: keys and certificates, configurations, a database cluster each, and who lives where.

Built once an invocation; ``renew`` puts every database back to what was built. As root each cluster lies in a
file system of its own in memory, so that its disk can be full; else a trigger says that it is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NATIONAL, NodeId, SystemId
from jukinet.law.decisions import Refused
from jukinet.node import migration, pki, wiring
from jukinet.node.config import DatabaseConfig, DoorConfig, NodeConfig, write_sample
from jukinet.node.postgres import Cluster, Engine, Role
from jukinet.node.postgres_account import account_for
from jukinet.node.postgres_engine import engine_at
from jukinet.services import designation, loading, outgoing, settings
from jukinet.services.operators import OperatorClaim
from jukinet.testing.faults.books import Place
from jukinet.testing.faults.plan import Federation
from jukinet.testing.gazetteer import municipality_name
from jukinet.testing.people import make_municipality
from jukinet.transport.tls import TlsFiles

HOST = "127.0.0.1"
DAY = date(2013, 11, 5)
"""The business date of every office, for the whole run."""
CLERK = OperatorClaim("sato", "setup")
SYSTEM = "counter"
"""The one system of each municipality that its register API admits: the clerks' screens."""
LIVE, BUILT = "jukinet_chaos", "jukinet_chaos_built"
FULL_FOR = "jukinet_disk_full"

_DISK = "1g"
_NO_ROOM = 64 * 1024
_KEYS_AGE = timedelta(days=30)
"""Keys are a month old and the directory half a day, as in a network that works: clocks may jump around both."""
_DIRECTORY_AGE = timedelta(hours=8)

Ports = Callable[[str, str], int]
"""The port at which one node reaches another: that of the line between them."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where a run lives. ``shared``: one cluster serves all nodes (a quick look; no disk of their own)."""

    home: Path
    among: Federation
    doors: Mapping[str, int]
    """The port of each node's network door."""
    shared: bool = False

    @property
    def pki(self) -> Path:
        return self.home / "pki"

    def state(self, node: str) -> Path:
        return self.home / "nodes" / node

    def config_file(self, node: str) -> Path:
        return self.state(node) / "node.toml"

    def clock_file(self, node: str) -> Path:
        """Holds the seconds by which the node's clock is off."""
        return self.state(node) / "clock"

    def cluster_home(self, node: str) -> Path:
        return self.home / "clusters" / ("shared" if self.shared else node)

    def cluster(self, node: str) -> Cluster:
        return Cluster(self.cluster_home(node), bin_dir=_engine(self.home / "engine").bin_dir)

    def place(self, node: str) -> Place:
        """A node's schema as its owner reaches it."""
        return Place(node, self.cluster(node).dsn(Role.OWNER, LIVE), NodeId(node).schema)

    def cluster_homes(self) -> list[Path]:
        return sorted({self.cluster_home(node) for node in self.among.nodes})

    def tls(self, node: str) -> TlsFiles:
        keys = self.pki / "nodes" / node
        return TlsFiles(cert=keys / "tls.pem", key=keys / "tls.key", ca=self.pki / "ca.pem")

    def system_tls(self, town: str) -> TlsFiles:
        keys = self.pki / "systems" / f"{town}.{SYSTEM}"
        return TlsFiles(cert=keys / "tls.pem", key=keys / "tls.key", ca=self.pki / "ca.pem")

    def config(self, node: str, gateways: Mapping[NodeId, str] | None = None) -> NodeConfig:
        """A node's configuration: ``gateways`` are the lines by which it reaches others."""
        me = NodeId(node)
        return NodeConfig(
            file=self.config_file(node),
            node=me,
            name=_name(me),
            state=self.state(node),
            database=DatabaseConfig(name=LIVE, cluster=self.cluster_home(node)),
            root=self.pki / "root.pub",
            ca=self.pki / "ca.pem",
            keys=self.pki / "nodes" / node,
            directory=self.pki / "directory.json",
            network=DoorConfig(HOST, self.doors[node]),
            systems=frozenset({SystemId(f"{node}:{SYSTEM}")}) if me.municipality else frozenset(),
            gateways=gateways or {},
        )


@cache
def _engine(place: Path) -> Engine:
    """One copy of the programs for all clusters; looked at once."""
    return engine_at(None, place, account_for(place))


def _name(node: NodeId) -> str:
    if node.municipality is not None:
        return municipality_name(node.municipality)
    return node.prefecture.name if node.prefecture else "指定情報処理機関"


def make_disks(site: Site) -> bool:
    """A file system in memory for each cluster; False where this user may mount none."""
    site.home.mkdir(parents=True, exist_ok=True)
    site.home.chmod(0o711)
    for home in site.cluster_homes():
        home.mkdir(parents=True, exist_ok=True)
        if site.shared or not mount(home):
            return False
    return True


def mount(place: Path) -> bool:
    return run("mount", "-t", "tmpfs", "-o", f"size={_DISK},mode=0755", "jukinet-chaos", str(place))


def resize(place: Path, size: str = _DISK) -> bool:
    """Give a disk another size; not less than what is on it."""
    return run("mount", "-o", f"remount,size={size}", str(place))


def fill(place: Path) -> bool:
    """Leave no room on a disk: as small as what is on it, and a last file in what rounding left."""
    used = os.statvfs(place)
    if not resize(place, str((used.f_blocks - used.f_bfree) * used.f_frsize)):
        return False
    left = os.statvfs(place)
    return left.f_bavail * left.f_frsize < _NO_ROOM


def unmount(place: Path) -> None:
    run("umount", "-l", str(place))


def run(*words: str) -> bool:
    program = shutil.which(words[0])
    return (
        program is not None
        and not subprocess.run([program, *words[1:]], check=False, capture_output=True).returncode
    )


def make(site: Site, gateway: Ports, residents: int, codes: int, step: Callable[[str], None]) -> None:
    """Make everything but running processes: keys, clusters, schemas, operators, residents, codes."""
    step("keys and certificates")
    _make_keys(site)
    for node in site.among.nodes:
        lines = [other for one, other in site.among.lines() if one == node]
        around = {NodeId(other): f"https://{HOST}:{gateway(node, other)}" for other in lines}
        site.state(node).mkdir(parents=True, exist_ok=True)
        site.clock_file(node).write_text("0", "ascii")
        site.config_file(node).write_text(write_sample(site.config(node, around)), "utf-8")
    step("databases and schemas")
    _engine(site.home / "engine")  # before anybody asks for it at the same time
    with ThreadPoolExecutor(2) as offices:
        list(offices.map(lambda node: site.cluster(node).ensure(), _first_of_each(site)))
    for node in site.among.nodes:  # one after the other: Alembic keeps its migration in a global
        _make_node(site, node)
    step(f"{residents} residents in each municipality, {codes} codes")
    for node in site.among.municipalities:
        _designate(site, node, residents + codes)


def _make_keys(site: Site) -> None:
    now = datetime.now(UTC)
    pki.init_pki(site.pki, now - _KEYS_AGE)
    for node in site.among.nodes:
        pki.issue_node(
            site.pki,
            NodeId(node),
            name=_name(NodeId(node)),
            url=f"https://{HOST}:{site.doors[node]}",
            now=now - _KEYS_AGE,
            since=date(2002, 8, 5),
        )
    for town in site.among.municipalities:
        pki.issue_system(site.pki, SystemId(f"{town}:{SYSTEM}"), now=now - timedelta(days=1))
    pki.sign_directory(site.pki, now - _DIRECTORY_AGE)


def _make_node(site: Site, node: str) -> None:
    config = site.config(node)
    migration.migrate(config)
    with wiring.open_node(config, Role.OFFICE) as opened:
        _must(settings.enrol_first_operator(opened.context, CLERK.operator_id, "佐藤", valid_from=DAY))
        settings.set_business_date(opened.context, CLERK, DAY)


def _designate(site: Site, node: str, count: int) -> None:
    municipality = NodeId(node).municipality
    if municipality is None:
        raise TypeError("codes are a municipality's")
    with wiring.open_node(site.config(str(NATIONAL)), Role.OFFICE) as centre:
        _must(designation.designate_codes(centre.context, CLERK, municipality, count))


def load(site: Site, residents: int, seed: int) -> None:
    """Record those who live there when the run begins; needs the processes, which bring the codes."""
    for index, node in enumerate(site.among.municipalities):
        municipality = NodeId(node).municipality
        if municipality is None:
            raise TypeError("residents are a municipality's")
        people = make_municipality(municipality, residents, seed=seed + index, on=DAY, foreign_share=0)
        with wiring.open_node(site.config(node), Role.OFFICE) as office:
            _must(loading.load_households(office.context, CLERK, (one.records for one in people)))


def has_codes(site: Site, node: str, count: int) -> bool:
    """Whether the municipality's pool holds that many."""
    with wiring.open_node(site.config(node), Role.OFFICE) as office:
        return designation.free_codes(office.context) >= count


def unsent(site: Site, node: str) -> int:
    """How many of a node's statements are on their way to their next hop."""
    with wiring.open_node(site.config(node), Role.WORKER) as worker:
        return outgoing.unsent(worker.context)


def _must(outcome: object) -> None:
    if isinstance(outcome, Refused):
        sentences = " ".join(failed.sentence for failed in outcome.failed)
        raise JukinetError(ErrorKind.INTERNAL, f"The federation was not made: {sentences}")


def seal(site: Site) -> None:
    """Keep what was built as a template; no process may run."""
    for node in _first_of_each(site):
        cluster = site.cluster(node)
        cluster.create_database(BUILT, LIVE)
        cluster.seal_template(BUILT)


def renew(site: Site) -> None:
    """Put every database back to what was built. All nodes together: none remembers more than another."""
    for node in _first_of_each(site):
        cluster = site.cluster(node)
        cluster.ensure()
        cluster.drop_database(LIVE, force=True)
        cluster.create_database(LIVE, BUILT)
    for node in site.among.nodes:
        site.clock_file(node).write_text("0", "ascii")


def _first_of_each(site: Site) -> list[str]:
    """One node for each cluster."""
    return list({site.cluster_home(node): node for node in site.among.nodes}.values())


def remove(home: Path) -> None:
    """Stop every database server under a run's home and remove all of it, disks too."""
    for place in sorted((home / "clusters").glob("*")):
        if (place / "postgres").is_dir():
            Cluster(place).stop(seconds=0)
        if place.is_mount():
            unmount(place)
    shutil.rmtree(home, ignore_errors=True)

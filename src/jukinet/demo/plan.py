"""Who takes part in the demonstration, and where each listens. Nobody in it exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jukinet.documents.fonts import DEFAULT_DIRECTORIES
from jukinet.domain.municipality import NATIONAL, MunicipalityCode, NodeId, NodeRole, OrganSlug
from jukinet.node.config import DatabaseConfig, DoorConfig, NodeConfig
from jukinet.services.operators import OperatorClaim
from jukinet.testing.gazetteer import (
    CHIYODA,
    FUKUSHIMA,
    HACHIOJI,
    KUNITACHI,
    YAMATSURI,
    municipality_label,
    municipality_name,
)

STORY_DAY = date(2013, 7, 8)
"""The day on which the network began for foreign residents."""
EVE = date(2013, 7, 5)
"""A working day before it: when some file a move-out."""

MUNICIPALITIES = (CHIYODA, KUNITACHI, HACHIOJI, FUKUSHIMA, YAMATSURI)
NODES: tuple[NodeId, ...] = (
    NATIONAL,
    NodeId("pref-13"),
    NodeId("pref-07"),
    *(code.node_id for code in MUNICIPALITIES),
)
NOT_CONNECTED = YAMATSURI
CUT = HACHIOJI
"""The municipality whose line the story cuts: it reaches its governor through a gateway of the demonstration."""

PENSION = OrganSlug("japan-pension-service")
PASSPORTS = OrganSlug("ministry-foreign-affairs")
ORGANS = {PENSION: "日本年金機構", PASSPORTS: "外務省"}

CLERK = OperatorClaim("sato", "counter-1")
"""The operator of the story, enrolled at every node."""

HOST = "127.0.0.1"
PORT_BASE = 7440

BUILT, LIVE = "jukinet_demo_built", "jukinet_demo"
"""Databases: what is built once, and what each start makes anew from it."""

_MAYORS = {
    CHIYODA: "千代田　一郎",
    KUNITACHI: "国立　花子",
    HACHIOJI: "八王子　次郎",
    FUKUSHIMA: "福島　桃子",
}
_HEAD = "見本　三郎"
"""Of every prefecture, and of the centre."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The demonstration under one state directory."""

    state: Path
    residents: int
    port_base: int = PORT_BASE
    seed: int = 20130708

    @property
    def home(self) -> Path:
        return self.state / "demo"

    @property
    def pki(self) -> Path:
        return self.home / "pki"

    @property
    def cluster(self) -> Path:
        return self.home / "postgres"

    def network_port(self, node: NodeId) -> int:
        return self.port_base + NODES.index(node)

    def supply_port(self, node: NodeId) -> int | None:
        """Where organs ask: the centre and the prefectures only."""
        return None if node.role is NodeRole.MUNICIPALITY else self.port_base + 10 + NODES.index(node)

    @property
    def gateway_port(self) -> int:
        """Where the cut municipality reaches its governor."""
        return self.port_base + 20

    def ports(self) -> list[int]:
        """Every port that the demonstration listens on."""
        supply = [self.supply_port(node) for node in NODES]
        return [
            *(self.network_port(node) for node in NODES),
            *(port for port in supply if port is not None),
            self.gateway_port,
        ]

    def url(self, node: NodeId) -> str:
        return f"https://{HOST}:{self.network_port(node)}"

    def supply_url(self, node: NodeId) -> str | None:
        port = self.supply_port(node)
        return None if port is None else f"https://{HOST}:{port}"

    def config_file(self, node: NodeId) -> Path:
        return self.home / "nodes" / str(node) / "node.toml"

    def config(self, node: NodeId, *, database: str = LIVE) -> NodeConfig:
        """The configuration of a node, as its file will hold it."""
        supply = self.supply_port(node)
        gateways = {}
        if node == CUT.node_id:
            gateways = {CUT.prefecture.node_id: f"https://{HOST}:{self.gateway_port}"}
        return NodeConfig(
            file=self.config_file(node),
            node=node,
            name=name_of(node),
            state=self.config_file(node).parent,
            database=DatabaseConfig(name=database, cluster=self.cluster),
            root=self.pki / "root.pub",
            ca=self.pki / "ca.pem",
            keys=self.pki / "nodes" / str(node),
            directory=self.pki / "directory.json",
            network=DoorConfig(HOST, self.network_port(node)),
            supply=None if supply is None else DoorConfig(HOST, supply),
            mayor=_MAYORS.get(node.municipality) if node.municipality else _HEAD,
            specimen=True,
            sandbox=True,
            fonts=(*DEFAULT_DIRECTORIES, self.state / "fonts"),
            gateways=gateways,
        )


def name_of(node: NodeId) -> str:
    """A node's name in Japanese."""
    if node.municipality is not None:
        return municipality_name(node.municipality)
    return node.prefecture.name if node.prefecture else "指定情報処理機関"


def label_of(node: NodeId | MunicipalityCode) -> str:
    """A node's name in English, for the story."""
    if isinstance(node, MunicipalityCode):
        return municipality_label(node)
    if node.municipality is not None:
        return municipality_label(node.municipality)
    return {"pref-13": "Tokyo", "pref-07": "Fukushima Prefecture"}.get(str(node), "the centre")

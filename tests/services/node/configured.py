"""A municipality of one's own with a configuration, keys and a directory, as the commands for a node need them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from jukinet.domain.municipality import NATIONAL, NodeId
from jukinet.node import config as configs
from jukinet.node import migration, pki
from jukinet.node.config import NodeConfig
from jukinet.node.postgres import Cluster

TOKYO, KUNI = NodeId("pref-13"), NodeId("muni-132152")


def municipality(cluster: Cluster, database: str, place: Path) -> NodeConfig:
    """A municipality whose configuration, inside ``place``, names a DSN; its schema is made."""
    now = datetime.now(UTC) - timedelta(days=1)
    keys = place / "pki"
    pki.init_pki(keys, now)
    for member in (NATIONAL, TOKYO, KUNI):
        url = "https://127.0.0.1:1"
        pki.issue_node(keys, member, name=str(member), url=url, now=now, since=date(2002, 8, 5))
    pki.sign_directory(keys, datetime.now(UTC))
    (place / "node.toml").write_text(
        f'[node]\nid = "{KUNI}"\nname = "国立市"\nstate = "state"\n'
        f'[database]\nname = "{database}"\ndsn = "host={cluster.socket_dir} port=5432"\n'
        f'secrets = "{cluster.secrets_dir}"\n'
        f'[trust]\nroot = "{keys}/root.pub"\nca = "{keys}/ca.pem"\nkeys = "{keys}/nodes/{KUNI}"\n'
        f'directory = "{keys}/directory.json"\n[network]\nhost = "127.0.0.1"\nport = 1\n',
        "utf-8",
    )
    made = configs.load(place / "node.toml")
    made.state.mkdir()
    migration.migrate(made)
    return made

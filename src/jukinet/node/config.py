"""The configuration of one node: one TOML file, read once, checked whole, frozen.

Owns every setting and the only look at the environment. Secrets are paths of files, never values. Paths are
relative to the file's own directory.
"""

from __future__ import annotations

import ipaddress
import json
import os
import pwd
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jukinet.documents.fonts import DEFAULT_DIRECTORIES
from jukinet.documents.too_long import TooLong
from jukinet.domain.errors import ErrorKind, Fault, JukinetError
from jukinet.domain.municipality import NodeId, NodeRole, SystemId
from jukinet.domain.reading import Fields, reading
from jukinet.messages.directory import parse_url
from jukinet.services.stay_items import member
from jukinet.services.supply.limits import Limits
from jukinet.transport.tls import TlsFiles

CONFIG_VARIABLE = "JUKINET_CONFIG"
STATE_VARIABLE = "JUKINET_STATE"
ENGINE_VARIABLE = "JUKINET_PG_BIN"
NOTIFY_VARIABLE = "NOTIFY_SOCKET"
"""Set by systemd for a service that says itself when it is ready."""


@dataclass(frozen=True, slots=True)
class DoorConfig:
    """Where a door listens."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class DatabaseConfig:
    """An embedded cluster's state directory, or the DSN of a server with a directory of password files.

    A DSN names host, port and so on, and no user: each process adds its role and ``<secrets>/db-<role>.password``.
    """

    name: str
    cluster: Path | None = None
    dsn: str | None = None
    secrets: Path | None = None
    engine: Path | None = None


@dataclass(frozen=True, slots=True)
class NodeConfig:
    """Everything that one node is told."""

    file: Path
    node: NodeId
    name: str
    state: Path
    database: DatabaseConfig
    root: Path
    ca: Path
    keys: Path
    directory: Path
    network: DoorConfig
    supply: DoorConfig | None = None
    mayor: str | None = None
    specimen: bool = False
    fonts: tuple[Path, ...] = field(default=DEFAULT_DIRECTORIES)
    too_long: TooLong = TooLong.STOP
    """What becomes of a text that its box on a paper cannot hold (specification 5.8)."""
    backup_days: int | None = None
    """For how many days back a backup may be restored, here or at a peer; None: statements are kept for ever."""
    gateways: Mapping[NodeId, str] = field(default_factory=dict)
    """Addresses by which this site reaches other nodes, where they are not the directory's."""
    systems: frozenset[SystemId] = frozenset()
    """The municipality's own systems that may use its register API; empty: nobody may."""
    feeds: frozenset[SystemId] = frozenset()
    """Of these, who may be told of everybody who changes."""
    second_person: bool = False
    """Whether a second person completes every act on the register."""
    metrics: Mapping[str, int] = field(default_factory=dict)
    """On which port of 127.0.0.1 each process tells its metrics and health; one that is not named tells none."""
    limits: Limits = field(default_factory=Limits)
    """How much the supply door lets organs and their operators ask."""
    sandbox: bool = False
    """Whether everybody in this node's store is invented, so that organs may be given persons to try with."""

    @property
    def tls(self) -> TlsFiles:
        return TlsFiles(cert=self.keys / "tls.pem", key=self.keys / "tls.key", ca=self.ca)


def config_path(given: Path | None) -> Path:
    """The configuration file: as given, or as the environment says."""
    if given is not None:
        return given
    named = os.environ.get(CONFIG_VARIABLE)
    if not named:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            f"Name the node's configuration: --config FILE, or {CONFIG_VARIABLE}=FILE.",
        )
    return Path(named)


def state_directory() -> Path:
    """The one directory of everything this program keeps on a machine, unless a configuration says otherwise."""
    named = os.environ.get(STATE_VARIABLE)
    if named:
        return Path(named).absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/jukinet")
    base = os.environ.get("XDG_STATE_HOME", "")
    if base.startswith("/"):
        return Path(base) / "jukinet"
    home = os.environ.get("HOME") or _home_of_user()
    if not home.startswith("/") or home == "/":
        raise JukinetError(
            ErrorKind.CONFIGURATION, f"There is no home directory to keep state in. Set {STATE_VARIABLE}=DIR."
        )
    return Path(home) / ".local" / "state" / "jukinet"


def _home_of_user() -> str:
    """What the system says where HOME is empty or missing."""
    try:
        return pwd.getpwuid(os.getuid()).pw_dir
    except KeyError:
        return ""


def engine() -> Path | None:
    """The programs of another PostgreSQL than the wheel's, where the environment names them."""
    named = os.environ.get(ENGINE_VARIABLE)
    return Path(named) if named else None


def notify_socket() -> str | None:
    """Where the service manager waits to hear that a process is ready, if one does."""
    return os.environ.get(NOTIFY_VARIABLE) or None


def load(path: Path) -> NodeConfig:
    """Read and check a configuration file; raises CONFIGURATION with every fault at once."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise JukinetError(ErrorKind.CONFIGURATION, f"{path} cannot be read ({error.strerror}).") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise JukinetError(ErrorKind.CONFIGURATION, f"{path} is not a TOML file.") from None
    try:
        with reading(table) as fields:
            return _read(fields, path.absolute())
    except JukinetError as error:
        raise JukinetError(ErrorKind.CONFIGURATION, f"{path} has faults.", error.faults) from None


def _read(fields: Fields, file: Path) -> NodeConfig:
    base = file.parent
    node = fields.object("node", lambda inner: _read_node(inner, base))
    trust = fields.object("trust", lambda inner: _read_trust(inner, base))
    database = fields.object("database", lambda inner: _read_database(inner, base))
    network = fields.object("network", _read_door)
    supply = fields.optional_object("supply", _read_door)
    office = fields.optional_object("office", lambda inner: (inner.optional_text("mayor"),))
    documents = fields.optional_object("documents", lambda inner: _read_documents(inner, base))
    retention = fields.optional_object(
        "retention", lambda inner: (inner.integer("backup_days", least=1, most=36_500),)
    )
    gateways = fields.optional_object("gateways", _read_gateways)
    register = fields.optional_object("register", _read_register)
    metrics = fields.optional_object("metrics", _read_metrics) or {}
    limits = fields.optional_object("limits", _read_limits)
    fields.close()  # a table misspelt is told together with the one that is missing for it
    fields.raise_faults()
    node_id, name, state, sandbox = node
    if supply is not None and node_id.role is NodeRole.MUNICIPALITY:
        fields.fault("supply", "must be left out: a municipality supplies nobody (Act Art. 30-7)")
    if supply is not None and supply == network:
        fields.fault("supply.port", "must be another one than the network door's")
    if limits is not None and supply is None:
        fields.fault("limits", "must be left out: this node has no supply door")
    _check_metrics(fields, metrics, network, supply)
    slugs, fed, second_person = register or ((), (), False)
    if register and node_id.role is not NodeRole.MUNICIPALITY:
        fields.fault("register", "must be left out: only a municipality keeps a register (Act Art. 5)")
    systems = _systems_of(fields, node_id, slugs)
    feeds = _feeds_of(fields, systems, fed)
    root, ca, keys, directory = trust
    specimen, fonts, too_long = documents or (False, (), TooLong.STOP)
    return NodeConfig(
        file=file,
        node=node_id,
        name=name,
        state=state,
        database=database,
        root=root,
        ca=ca,
        keys=keys,
        directory=directory,
        network=network,
        supply=supply,
        mayor=office[0] if office else None,
        specimen=specimen,
        fonts=(*DEFAULT_DIRECTORIES, *fonts),
        too_long=too_long,
        backup_days=retention[0] if retention else None,
        gateways=gateways or {},
        systems=systems,
        feeds=feeds,
        second_person=second_person,
        metrics=metrics,
        limits=limits or Limits(),
        sandbox=sandbox,
    )


def _check_metrics(
    fields: Fields, metrics: Mapping[str, int], network: DoorConfig, supply: DoorConfig | None
) -> None:
    if "supply" in metrics and supply is None:
        fields.fault("metrics.supply", "must be left out: this node has no supply door")
    taken = [network.port, *([supply.port] if supply else ())]
    for part, port in metrics.items():
        if port in taken:
            fields.fault(f"metrics.{part}", "must be a port of its own")
        taken.append(port)


def _systems_of(fields: Fields, node: NodeId, slugs: tuple[str, ...]) -> frozenset[SystemId]:
    """The systems by their full names: a configuration can name none of another municipality."""
    if node.role is not NodeRole.MUNICIPALITY:
        return frozenset()
    found = set()
    for index, slug in enumerate(slugs):
        try:
            found.add(SystemId(f"{node}:{slug}"))
        except ValueError:
            fields.fault(f"register.systems[{index}]", "must be 2 to 41 small letters, digits and hyphens")
    return frozenset(found)


def _feeds_of(fields: Fields, systems: frozenset[SystemId], slugs: tuple[str, ...]) -> frozenset[SystemId]:
    """The systems that follow the register, each of which the node admits."""
    admitted = {system.slug for system in systems}
    for index, slug in enumerate(slugs):
        if slug not in admitted:
            fields.fault(f"register.feed[{index}]", "must be one of register.systems")
    return frozenset(system for system in systems if system.slug in slugs)


def _read_register(fields: Fields) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    slugs = fields.texts("systems", str, most=100) if fields.has("systems") else ()
    fed = fields.texts("feed", str, most=100) if fields.has("feed") else ()
    return slugs, fed, fields.flag("second_person", default=False)


def _read_limits(fields: Fields) -> Limits:
    usual, most = Limits(), 10**9
    return Limits(
        organ_per_minute=fields.integer(
            "organ_per_minute", least=1, most=most, default=usual.organ_per_minute
        ),
        operator_per_minute=fields.integer(
            "operator_per_minute", least=1, most=most, default=usual.operator_per_minute
        ),
        person_per_day=fields.integer("person_per_day", least=1, most=most, default=usual.person_per_day),
        items_per_hour=fields.integer("items_per_hour", least=1, most=most, default=usual.items_per_hour),
    )


def _path(base: Path) -> Callable[[str], Path]:
    return lambda text: Path(os.path.normpath(base / text))


def _read_node(fields: Fields, base: Path) -> tuple[NodeId, str, Path, bool]:
    return (
        fields.take("id", NodeId.parse),
        fields.text("name"),
        fields.take("state", _path(base), longest=4096),
        fields.flag("sandbox", default=False),
    )


def _read_trust(fields: Fields, base: Path) -> tuple[Path, Path, Path, Path]:
    return (
        fields.take("root", _path(base), longest=4096),
        fields.take("ca", _path(base), longest=4096),
        fields.take("keys", _path(base), longest=4096),
        fields.take("directory", _path(base), longest=4096),
    )


def _read_database(fields: Fields, base: Path) -> DatabaseConfig:
    config = DatabaseConfig(
        name=fields.text("name", longest=63),
        cluster=fields.optional("cluster", _path(base), longest=4096),
        dsn=fields.optional_text("dsn", longest=2000),
        secrets=fields.optional("secrets", _path(base), longest=4096),
        engine=engine(),
    )
    if (config.cluster is None) == (config.dsn is None):
        fields.fault("cluster", "must be given, or dsn, and not both")
    if config.dsn is not None and config.secrets is None:
        fields.fault("secrets", "must name the directory of password files that goes with dsn")
    return config


def _parse_host(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError("must be an IP address of this machine") from None


def _read_door(fields: Fields) -> DoorConfig:
    return DoorConfig(host=fields.take("host", _parse_host), port=fields.integer("port", least=1, most=65535))


def _read_metrics(fields: Fields) -> dict[str, int]:
    ports = {
        "network": fields.has("network") and fields.integer("network", least=1, most=65535),
        "supply": fields.has("supply") and fields.integer("supply", least=1, most=65535),
        "worker": fields.has("worker") and fields.integer("worker", least=1, most=65535),
    }
    return {part: port for part, port in ports.items() if port}


def _read_gateways(fields: Fields) -> dict[NodeId, str]:
    found = {}
    for name in fields.names():
        url = fields.take(name, parse_url)
        try:
            found[NodeId(name)] = url
        except ValueError as error:
            fields.fault(name, str(error))
    return found


def _read_documents(fields: Fields, base: Path) -> tuple[bool, tuple[Path, ...], TooLong]:
    specimen = fields.flag("specimen", default=False)
    fonts = fields.texts("fonts", _path(base)) if fields.has("fonts") else ()
    return specimen, fonts, fields.optional("too_long", member(TooLong)) or TooLong.STOP


def check_files(config: NodeConfig) -> None:
    """Raise CONFIGURATION naming every file that is missing; whether keys are good is seen when they are loaded."""
    needed = {
        "trust.root": config.root,
        "trust.ca": config.ca,
        "trust.directory": config.directory,
        "trust.keys": config.keys / "statement.key",
    }
    if config.database.secrets is not None:
        needed["database.secrets"] = config.database.secrets
    faults = tuple(Fault(name, f"must exist: {path}") for name, path in needed.items() if not path.exists())
    if faults:
        raise JukinetError(ErrorKind.CONFIGURATION, f"{config.file} names files that are not there.", faults)


def write_sample(config: NodeConfig) -> str:
    """The TOML text of a configuration, as a person would write it."""
    tables: dict[str, dict[str, object]] = {
        "node": {
            "id": config.node,
            "name": config.name,
            "state": config.state,
            "sandbox": config.sandbox or None,
        },
        "database": {
            "name": config.database.name,
            "cluster": config.database.cluster,
            "dsn": config.database.dsn,
            "secrets": config.database.secrets,
        },
        "trust": {
            "root": config.root,
            "ca": config.ca,
            "keys": config.keys,
            "directory": config.directory,
        },
        "network": {"host": config.network.host, "port": config.network.port},
        "register": {
            "systems": sorted(system.slug for system in config.systems) or None,
            "feed": sorted(system.slug for system in config.feeds) or None,
            "second_person": config.second_person or None,
        },
        "supply": {"host": config.supply.host, "port": config.supply.port} if config.supply else {},
        "metrics": dict(config.metrics),
        "retention": {"backup_days": config.backup_days},
        "gateways": {str(node): url for node, url in config.gateways.items()},
        "office": {"mayor": config.mayor},
        "documents": {
            "specimen": config.specimen or None,
            "fonts": [str(path) for path in config.fonts if path not in DEFAULT_DIRECTORIES] or None,
            "too_long": config.too_long if config.too_long is not TooLong.STOP else None,
        },
    }
    written = (_write_table(name, table) for name, table in tables.items())
    return "\n".join(text for text in written if text)


def _write_table(name: str, table: Mapping[str, object]) -> str:
    lines = [f"{key} = {_write_value(value)}\n" for key, value in table.items() if value is not None]
    return f"[{name}]\n" + "".join(lines) if lines else ""


def _write_value(value: object) -> str:
    plain = value if isinstance(value, bool | int | list) else str(value)
    # JSON's texts, numbers and lists are TOML's as well, but for one character.
    return json.dumps(plain, ensure_ascii=False).replace("\x7f", "\\u007f")

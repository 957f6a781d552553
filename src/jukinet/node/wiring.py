"""Building a node: every constructor is called here, by hand, top to bottom."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

import psycopg
from psycopg.conninfo import make_conninfo

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, NodeRole
from jukinet.messages.directory import Directory, open_directory
from jukinet.messages.keys import KeyUse
from jukinet.node.config import NodeConfig
from jukinet.node.key_files import KeyFiles
from jukinet.node.keys import load_public_key, read_private, write_private
from jukinet.node.postgres import Cluster, Role, login_problem, require_settings
from jukinet.node.postgres_roles import password_file
from jukinet.services.context import Context, Peers
from jukinet.services.key_ring import KeyRing
from jukinet.services.line import GuardedPeers
from jukinet.services.settings import DirectoryHolder, take_directory
from jukinet.services.supply.batch_files import BatchFiles
from jukinet.store import lives, node_rows, version
from jukinet.store.database import Database
from jukinet.transport.peers import HttpPeers
from jukinet.transport.tls import server_context

T = TypeVar("T")

POOL_SIZES: Mapping[Role, int] = {
    Role.NETWORK: 8,
    Role.WORKER: 8,
    Role.OFFICE: 4,
    Role.SUPPLY: 4,
    Role.PURGE: 1,
    Role.SEQUENCER: 2,
}
_KEYS: Mapping[Role, tuple[KeyUse, ...]] = {
    Role.NETWORK: (KeyUse.ANSWER,),
    Role.WORKER: (KeyUse.STATEMENT, KeyUse.LOG),
    Role.OFFICE: (KeyUse.STATEMENT,),
    Role.SUPPLY: (KeyUse.LOG,),
    Role.PURGE: (),
    Role.OWNER: (),
}
"""A process reads only the keys it needs: the office signs the questions of calls, the door their answers."""

_INCARNATION = "incarnation"
"""The file beside the database that counts the node's lives."""

_DOORS = frozenset({Role.NETWORK, Role.SUPPLY})
"""Processes with an event loop: their directory is looked up by a thread beside it."""


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SystemRandomness:
    """The operating system's randomness."""

    def token(self) -> str:
        return secrets.token_hex(16)

    def below(self, limit: int) -> int:
        return secrets.randbelow(limit)

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        return secrets.SystemRandom().sample(items, count)


@dataclass(frozen=True, slots=True)
class Node:
    """A node that is open in this process. ``pass_on``: how a city hands on what is not its own (Ord. Art. 31)."""

    config: NodeConfig
    context: Context
    root: bytes
    pass_on: Callable[[NodeId, NodeId, str, bytes | None], bytes]


def cluster_of(config: NodeConfig) -> Cluster | None:
    """The embedded cluster that the configuration names, or None for a server of its own."""
    database = config.database
    return Cluster(database.cluster, bin_dir=database.engine) if database.cluster is not None else None


def conninfo(config: NodeConfig, role: Role) -> str:
    """The connection text of a database role. It names the password's file and holds no secret."""
    cluster = cluster_of(config)
    database = config.database
    if cluster is not None:
        return cluster.dsn(role, database.name)
    if database.dsn is None or database.secrets is None:
        raise JukinetError(ErrorKind.CONFIGURATION, "The configuration names no database.")
    return make_conninfo(
        database.dsn,
        dbname=database.name,
        user=str(role),
        passfile=str(password_file(database.secrets, role)),
    )


@contextmanager
def open_node(config: NodeConfig, role: Role) -> Iterator[Node]:
    """Open a node as one database role; closes what it opened."""
    clock = SystemClock()
    root = load_public_key(config.root)
    read_private(config.tls.key)  # refused where others can read it
    _require_log_in(config, role)
    version.require_current(conninfo(config, role), config.node.schema)
    database = Database(conninfo(config, role), config.node.schema, most=POOL_SIZES[role])
    holder = DirectoryHolder(database, clock, root)
    closed = threading.Event()
    peers = HttpPeers(config.tls, holder, gateways=config.gateways, here=config.node)
    try:
        database.open()
        _require_own_schema(config, database)
        _require_this_life(config, database)
        if role in _DOORS:
            threading.Thread(target=holder.watch, args=(closed,), daemon=True, name="directory").start()
        yield Node(config, context_of(config, role, database, peers, holder), root, peers.pass_on)
    finally:
        closed.set()
        peers.close()
        database.close()


def context_of(
    config: NodeConfig, role: Role, database: Database, peers: Peers, directory: Callable[[], Directory]
) -> Context:
    """A node's context: what the configuration says of it, around what was opened."""
    return Context(
        node=config.node,
        incarnation=read_incarnation(config.state),
        database=database,
        clock=SystemClock(),
        randomness=SystemRandomness(),
        peers=GuardedPeers(config.node, database, peers),
        signers=_signers(config, role, directory),
        directory=directory,
        second_person=config.second_person,
    )


@contextmanager
def open_office(node: Node, *, most: int, patience: float = 15) -> Iterator[Context]:
    """An open node as the office's role sees it, on connections of its own and without the office's keys."""
    config = node.config
    database = Database(conninfo(config, Role.OFFICE), config.node.schema, most=most, patience=patience)
    try:
        database.open()
        keyless = KeyRing(config.node, SystemClock(), node.context.directory, KeyFiles(config.keys, ()))
        yield replace(node.context, database=database, signers=keyless)
    finally:
        database.close()


def with_log_key(node: Node) -> Context:
    """An open node that may promise entries of the log besides."""
    keys = KeyFiles(node.config.keys, (KeyUse.LOG,))
    return replace(
        node.context, signers=KeyRing(node.config.node, SystemClock(), node.context.directory, keys)
    )


@contextmanager
def open_sequencer(node: Node) -> Iterator[Context]:
    """A worker's node as the role sees it that keeps the tree of the log."""
    database = Database(
        conninfo(node.config, Role.SEQUENCER), node.config.node.schema, most=POOL_SIZES[Role.SEQUENCER]
    )
    try:
        database.open()
        yield replace(node.context, database=database)
    finally:
        database.close()


def batch_files(config: NodeConfig) -> BatchFiles:
    """The files of a node's batches; CONFIGURATION at a municipality, which supplies nobody (Act Art. 30-7)."""
    if config.node.role is NodeRole.MUNICIPALITY:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            "A municipality supplies nobody: batches are for prefectures and the centre.",
        )
    return BatchFiles(config.state / "batches")


def _require_log_in(config: NodeConfig, role: Role) -> None:
    """Raise CONFIGURATION or UNAVAILABLE, saying what to do, unless the database lets this role in.

    The store tells no more than that the database does not answer: only here it is known whose server it is.
    """
    cluster = cluster_of(config)
    if cluster is not None and cluster.pid() is None:
        raise JukinetError(
            ErrorKind.UNAVAILABLE,
            f"The database server in {config.database.cluster} does not run."
            f" Start it: jukinet node start-database --config {config.file}",
        )
    told = conninfo(config, role)
    try:
        with psycopg.connect(told, connect_timeout=10) as connection:
            # As the working role: settings may differ by role, and a wrong one puts people into the server's log.
            require_settings(connection)
    except psycopg.OperationalError as error:
        raise login_problem(error, told) from None


def _require_own_schema(config: NodeConfig, database: Database) -> None:
    with database.begin() as tx:
        owner = node_rows.node_id(tx)
    if owner != str(config.node):
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            f"The schema {config.node.schema} belongs to another node. Check node.id and database.name in"
            f" {config.file}.",
        )


def _require_this_life(config: NodeConfig, database: Database) -> None:
    with database.begin() as tx:
        lives.require_not_later(lives.newest(tx), read_incarnation(config.state))


def start_database(config: NodeConfig) -> bool:
    """Start the embedded database server if it does not run; whether it had to be. Not for a server of its own."""
    cluster = cluster_of(config)
    if cluster is None:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            f"{config.file} names a database server of its own: start that one yourself.",
        )
    ran = cluster.pid() is not None
    cluster.ensure()
    return not ran


def _signers(config: NodeConfig, role: Role, directory: Callable[[], Directory]) -> KeyRing:
    return KeyRing(config.node, SystemClock(), directory, KeyFiles(config.keys, _KEYS[role]))


def check_keys(config: NodeConfig) -> None:
    """Raise CONFIGURATION with every fault unless all keys, the certificate and the first directory can be used."""
    uses = (KeyUse.STATEMENT, KeyUse.ANSWER, KeyUse.LOG, KeyUse.SEAL)
    faults: list[JukinetError] = []
    looks: tuple[Callable[[], object], ...] = (
        *(partial(KeyFiles, config.keys, (use,)) for use in uses),
        partial(read_private, config.tls.key),
        partial(server_context, config.tls),
        partial(_first_directory, config),
    )
    for look in looks:
        try:
            look()
        except JukinetError as error:
            faults.append(error)
    if faults:
        told = " ".join(error.message for error in faults)
        raise JukinetError(ErrorKind.CONFIGURATION, told, tuple(f for error in faults for f in error.faults))


def _first_directory(config: NodeConfig) -> None:
    open_directory(config.directory.read_bytes(), load_public_key(config.root), SystemClock().now())


def read_incarnation(state: Path) -> int:
    """How many lives this node has had: kept beside the database, raised by every restore."""
    try:
        return int((state / _INCARNATION).read_text("ascii"))
    except FileNotFoundError:
        return 1
    except ValueError:
        raise JukinetError(
            ErrorKind.CONFIGURATION, f"{state / 'incarnation'} must hold one whole number."
        ) from None


def raise_incarnation(state: Path, above: int = 0) -> int:
    """Begin a new life after the database was put back to an earlier state; the new number, also above another one."""
    raised = max(read_incarnation(state), above) + 1
    write_private(state / _INCARNATION, f"{raised}\n".encode("ascii"))
    return raised


def forget_lives(state: Path) -> None:
    """Let the node be in its first life, where every node of its network is made anew with it."""
    (state / _INCARNATION).unlink(missing_ok=True)


def refresh_directory(config: NodeConfig) -> None:
    """Take the directory of the configuration's file, if it is newer than the one held."""
    with open_node(config, Role.OFFICE) as node:
        take_directory(node.context, node.root, config.directory.read_bytes())

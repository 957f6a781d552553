"""Backups of a node and how they are put back (promise 4 of docs/explanation/delivery.md).

A backup is a directory of mode 0700: a file for each table, as PostgreSQL's ``COPY`` writes it, compressed, and
``manifest.json``, written last, which names every file with its digest. What an interrupted run left is no backup: it
has another name. Restoring raises the incarnation, beside the database, before the database is touched: wherever it
is interrupted, the node that comes up only reads, and restoring again makes it whole.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path

from jukinet import __version__
from jukinet.audit.events import AuditEvent, Outcome
from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.line import LineState
from jukinet.domain.reading import Fields, format_instant, reading
from jukinet.messages import strict_json
from jukinet.messages.directory import Directory
from jukinet.messages.ids import parse_digest
from jukinet.node import journal, migration, processes, wiring
from jukinet.node.config import NodeConfig
from jukinet.node.keys import make_private_directory, sync_directory, write_private
from jukinet.node.postgres import Role
from jukinet.services import journal as journals
from jukinet.services import recovery, trail
from jukinet.services.context import Context
from jukinet.store import dumps, line, lives, schema, version
from jukinet.store.database import Database
from jukinet.store.dumps import Dump, Table
from jukinet.store.lives import Life
from jukinet.transport.peers import HttpPeers

FORMAT = "jukinet-backup-v1"
MANIFEST = "manifest.json"

_LONGEST_MANIFEST = 4 * 1024 * 1024
_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Backup:
    """What a manifest says. ``digests``: SHA-256 of each table's data before compression."""

    node: str
    incarnation: int
    taken_at: datetime
    dump: Dump
    digests: dict[str, str]

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.dump.tables)


def backup(config: NodeConfig, into: Path) -> tuple[Path, Backup]:
    """Write a backup into a directory of its own inside ``into``; the node goes on meanwhile."""
    clock = wiring.SystemClock()
    taken_at = clock.now()
    name = f"{config.node}-{taken_at:%Y%m%dT%H%M%S%f}Z"
    partial, whole = into / f".{name}.partial", into / name
    make_private_directory(partial)
    try:
        digests: dict[str, str] = {}

        def put(table: str, blocks: Iterable[bytes]) -> None:
            digests[table] = _write_table(partial / _file(table), blocks)

        dump = dumps.write(wiring.conninfo(config, Role.OWNER), config.node.schema, put)
        made = Backup(str(config.node), wiring.read_incarnation(config.state), taken_at, dump, digests)
        write_private(partial / MANIFEST, _write_manifest(made))
        partial.rename(whole)
        sync_directory(into)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    with _as_owner(config) as ctx, ctx.begin() as tx:
        trail.note(ctx, tx, AuditEvent.BACKUP_MADE, Outcome.DONE, trail.SYSTEM, reference=name)
    return whole, made


def _file(table: str) -> str:
    return f"{table}.copy.gz"


def _write_table(path: Path, blocks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=1, fileobj=raw, mtime=0) as packed:
            for block in blocks:
                digest.update(block)
                packed.write(block)
        raw.flush()
        os.fsync(raw.fileno())
    return digest.hexdigest()


def _write_manifest(made: Backup) -> bytes:
    plain = {
        "format": FORMAT,
        "program": __version__,
        "node": made.node,
        "incarnation": made.incarnation,
        "taken_at": format_instant(made.taken_at),
        "revision": made.dump.revision,
        "last_audit": made.dump.last_audit,
        "tables": [{**asdict(one), "sha256": made.digests[one.name]} for one in made.dump.tables],
        "sequences": [{"name": name, "last": last} for name, last in made.dump.sequences.items()],
    }
    return json.dumps(plain, indent=1).encode("ascii") + b"\n"


def read_manifest(directory: Path) -> Backup:
    """What a backup says of itself. Raises INVALID or MALFORMED for what is none."""
    with reading(strict_json.parse((directory / MANIFEST).read_bytes(), limit=_LONGEST_MANIFEST)) as fields:
        if fields.text("format") != FORMAT:
            fields.fault("format", f"must be {FORMAT}")
        fields.raw("program")
        tables = fields.each("tables", _read_table)
        sequences = fields.each("sequences", lambda inner: (inner.text("name"), inner.integer("last")))
        made = Backup(
            node=fields.text("node"),
            incarnation=fields.integer("incarnation", least=1),
            taken_at=fields.instant("taken_at"),
            dump=Dump(fields.text("revision"), (), dict(sequences), fields.integer("last_audit")),
            digests={},
        )
    digests = {table.name: digest for table, digest in tables}
    return replace(made, dump=replace(made.dump, tables=tuple(one for one, _ in tables)), digests=digests)


def _read_table(fields: Fields) -> tuple[Table, str]:
    table = Table(fields.text("name"), fields.texts("columns", str), fields.integer("rows"))
    return table, fields.take("sha256", parse_digest)


def check(directory: Path, made: Backup) -> None:
    """Raise CONFLICT unless every file is as it was written."""
    for table in made.dump.tables:
        digest = hashlib.sha256()
        for block in _read_blocks(directory / _file(table.name)):
            digest.update(block)
        if digest.hexdigest() != made.digests[table.name]:
            raise JukinetError(
                ErrorKind.CONFLICT, f"{directory / _file(table.name)} is not as it was written."
            )


def _read_blocks(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") as packed:
            while block := packed.read(_BLOCK):
                yield block
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise JukinetError(ErrorKind.CONFLICT, f"{path} is not as it was written.") from None


_LINE = "line-before"
_GUARDS = frozenset(
    {
        AuditEvent.LINE_CHANGED,
        AuditEvent.SUPPLY_BLOCKED,
        AuditEvent.SUPPLY_UNBLOCKED,
        AuditEvent.OPERATOR_ENROLLED,
        AuditEvent.PLACE_REGISTERED,
        AuditEvent.TERMINAL_REGISTERED,
    }
)
"""What decides who gets in: a node that is put back would let in whom it had shut out."""


@dataclass(frozen=True, slots=True)
class Restored:
    """A database that was put back. ``looked``: whether the one that it replaced could still be asked for its acts.

    ``cut``: what of the line was cut before, and is again. ``undone``: (audit number, event) of acts after the backup
    that kept somebody out or let somebody in, and that only people can do again.
    """

    life: Life
    looked: bool
    cut: LineState
    undone: tuple[tuple[int, str], ...]


def restore(config: NodeConfig, directory: Path, *, replace_schema: bool) -> Restored:
    """Put a backup back into the node's database, and begin the life that follows.

    Raises ``JukinetError``: CONFIGURATION where the node runs, where the schema is there and is not to be replaced, or
    for another node's backup; CONFLICT for one that is damaged. Until then nothing was touched.
    """
    made = read_manifest(directory)
    _require_fits(config, made)
    check(directory, made)
    require_stopped(config)
    migration.prepare(config)
    owner = wiring.conninfo(config, Role.OWNER)
    if schema.exists(owner, config.node) and not replace_schema:
        raise JukinetError(
            ErrorKind.CONFIGURATION,
            f"The schema {config.node.schema} is there. Give --replace to put the backup in its place.",
        )
    looked, newest = _last_look(config)
    wiring.raise_incarnation(config.state, above=max(newest, made.incarnation))
    schema.make_at(owner, config.node, made.dump.revision)
    dumps.read(owner, config.node.schema, made.dump, lambda name: _read_blocks(directory / _file(name)))
    schema.migrate(owner, config.node)
    return _begin(config, made.taken_at, made.dump.last_audit, looked=looked)


def done_elsewhere(config: NodeConfig) -> Restored:
    """Begin a life after the database was put back by other means, such as to a point in time from archived WAL."""
    require_stopped(config)
    migration.prepare(config)
    schema.migrate(wiring.conninfo(config, Role.OWNER), config.node)
    wiring.raise_incarnation(config.state, above=_newest_life(config))
    return _begin(config, None, None, looked=False)


def _begin(
    config: NodeConfig, backup_at: datetime | None, last_audit: int | None, *, looked: bool
) -> Restored:
    known, cut = journal.read(config.state), _line_before(config.state)
    with _as_owner(config) as ctx:
        begun = recovery.begin(ctx, backup_at=backup_at, last_audit=last_audit, journal=known, cut=cut)
    (config.state / _LINE).unlink(missing_ok=True)
    wiring.refresh_directory(config)
    to_see_to = _GUARDS if cut is LineState.OPEN else _GUARDS - {AuditEvent.LINE_CHANGED}
    undone = [one for one in known or () if one.audit_no > begun.last_audit and one.event in to_see_to]
    return Restored(begun, looked, cut, tuple((one.audit_no, one.event) for one in undone))


def _require_fits(config: NodeConfig, made: Backup) -> None:
    if made.node != str(config.node):
        raise JukinetError(ErrorKind.CONFIGURATION, f"This is a backup of {made.node}, not of {config.node}.")
    if made.dump.revision > version.head():
        raise JukinetError(
            ErrorKind.CONFIGURATION, "This backup was made by a newer program. Install that one."
        )


def require_stopped(config: NodeConfig) -> None:
    """Raise CONFIGURATION as long as a process of the node lives: it would go on in the life that is over."""
    alive = [f"{one.part.value} ({one.pid})" for one in processes.running(config) if one.alive]
    if alive:
        raise JukinetError(ErrorKind.CONFIGURATION, f"Stop the node first: {', '.join(alive)} runs.")


def _last_look(config: NodeConfig) -> tuple[bool, int]:
    """Bring the journal up to date from the database that is about to go, where it still answers; its newest life."""
    known = journal.read(config.state)
    try:
        with _as_owner(config) as ctx, ctx.begin() as tx:
            newest = lives.newest(tx)
            if (newest.incarnation if newest else lives.FIRST) == wiring.read_incarnation(config.state):
                _keep_line(config.state, line.present(tx).state)
            for found in journals.rest(tx, max((one.audit_no for one in known or ()), default=0)):
                journal.append(config.state, found)
    except JukinetError:
        return False, 0
    return True, newest.incarnation if newest else 0


def _keep_line(state: Path, cut: LineState) -> None:
    """Keep beside the database what of the line is cut, for the life to come; of a restore half done nothing is new."""
    if cut is LineState.OPEN:
        (state / _LINE).unlink(missing_ok=True)
    else:
        write_private(state / _LINE, f"{cut}\n".encode("ascii"))


def _line_before(state: Path) -> LineState:
    try:
        return LineState((state / _LINE).read_text("ascii").strip())
    except FileNotFoundError:
        return LineState.OPEN
    except ValueError:
        raise JukinetError(
            ErrorKind.CONFIGURATION, f"{state / _LINE} must hold one of: {', '.join(LineState)}."
        ) from None


def _newest_life(config: NodeConfig) -> int:
    with _as_owner(config) as ctx, ctx.begin() as tx:
        newest = lives.newest(tx)
        return newest.incarnation if newest else 0


def _no_directory() -> Directory:
    raise JukinetError(ErrorKind.CONFIGURATION, "What the owner of a schema does needs no directory.")


@contextmanager
def _as_owner(config: NodeConfig) -> Iterator[Context]:
    """The node as the owner of its schema, whose work needs no peer, no key and no directory, and takes its time."""
    database = Database(wiring.conninfo(config, Role.OWNER), config.node.schema, most=1, unhurried=True)
    database.open()
    try:
        yield wiring.context_of(
            config,
            Role.OWNER,
            database,
            HttpPeers(config.tls, _no_directory, here=config.node),
            _no_directory,
        )
    finally:
        database.close()

"""The members of a network: the list that the next directory is made from, in the directory of its keys.

Owns ``members.json`` and the lock under which it is changed. Keys and certificates are in ``jukinet.node.pki_places``.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, OrganSlug
from jukinet.domain.reading import reading
from jukinet.messages import strict_json
from jukinet.messages.directory import (
    MAX_BUNDLE,
    NodeEntry,
    OrganEntry,
    read_node,
    read_organ,
    write_node,
    write_organ,
)
from jukinet.node import keys


@dataclass(frozen=True, slots=True)
class Members:
    """``members.json``: what the next directory is made from."""

    nodes: tuple[NodeEntry, ...] = ()
    organs: tuple[OrganEntry, ...] = ()


def load_members(path: Path) -> Members:
    """Read ``members.json``. Raises CONFIGURATION if there is none, INVALID if it was edited wrongly."""
    data = read_file(path / "members.json")
    with reading(strict_json.parse(data, limit=MAX_BUNDLE)) as fields:
        return Members(fields.each("nodes", read_node), fields.each("organs", read_organ))


def save_members(path: Path, members: Members) -> None:
    plain = {
        "nodes": [write_node(entry) for entry in members.nodes],
        "organs": [write_organ(entry) for entry in members.organs],
    }
    # For people, who may read and mend it: one field a line.
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, indent=1)
    keys.write_private(path / "members.json", text.encode("utf-8"))


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One command at a time works on the directory."""
    if not (path / "members.json").is_file():
        raise configuration(f"{path} holds no keys; make them first: jukinet pki init {path}")
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise configuration(f"{path} cannot be read ({error.strerror}); restore it.") from None


def checked_node(entry: NodeEntry) -> NodeEntry:
    """The entry as every node will read it, or INVALID."""
    with reading({"node": write_node(entry)}) as fields:
        return fields.object("node", read_node)


def checked_organ(entry: OrganEntry) -> OrganEntry:
    with reading({"organ": write_organ(entry)}) as fields:
        return fields.object("organ", read_organ)


def member_of(members: Members, party: NodeId | OrganSlug) -> NodeEntry | OrganEntry:
    entries: tuple[NodeEntry | OrganEntry, ...] = (*members.nodes, *members.organs)
    for entry in entries:
        if (entry.id if isinstance(entry, NodeEntry) else entry.slug) == party:
            return entry
    raise JukinetError(ErrorKind.NOT_FOUND, f"{party} is not a member; see: jukinet pki list DIR")


def configuration(sentence: str) -> JukinetError:
    return JukinetError(ErrorKind.CONFIGURATION, sentence)

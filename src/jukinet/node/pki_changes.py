"""What is changed of a network's members later: keys, who takes part, who is revoked.

Every change is noted among the members, and counts once the directory is signed anew. A key is never taken out of the
directory while something that it signed may still be looked at: its validity ends, earlier than it would have.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from jukinet.domain.errors import ErrorKind, JukinetError
from jukinet.domain.municipality import NodeId, OrganSlug
from jukinet.law.announcements import PublicNotice, decide_announcement
from jukinet.law.decisions import Refused
from jukinet.messages.directory import (
    STALE_AFTER,
    Announcement,
    DirectoryKeys,
    NodeEntry,
    OrganEntry,
    OrganState,
    open_directory_keys,
    seal_directory_keys,
)
from jukinet.messages.keys import KeyUse, PublicKey
from jukinet.node import keys
from jukinet.node.key_files import added_name
from jukinet.node.pki_certificates import BACKDATED
from jukinet.node.pki_members import (
    Members,
    checked_node,
    checked_organ,
    load_members,
    locked,
    member_of,
    read_file,
    save_members,
)
from jukinet.node.pki_places import KEY_DAYS, TLS_DAYS, home_of, place_tls

LEAD = timedelta(hours=25)
"""How long before it signs a new key stands in the directory: longer than a directory may be old."""


def rotate_key(
    path: Path,
    party: NodeId | OrganSlug,
    use: KeyUse,
    now: datetime,
    *,
    lead: timedelta = LEAD,
    key_days: int = KEY_DAYS,
) -> PublicKey:
    """Put a new key beside a party's present one; gives the new one.

    It counts after ``lead``, or from when the last one ends if that is earlier: a statement of every moment must find
    a key. The present one counts a day longer, for who has not learnt of the new one. Raises NOT_FOUND where the keys
    of the party are not here, INVALID for a use that it has no key for.
    """
    with locked(path):
        members = load_members(path)
        entry = member_of(members, party)
        present = [key for key in entry.keys if key.use is use]
        if not present:
            raise JukinetError(ErrorKind.INVALID, f"{party} has no key for the use {use.value}.")
        begins = min(now + lead, max(key.valid_to for key in present))
        added = _add_key(path, party, use, begins, max(now, begins) + timedelta(days=key_days))
        until = begins + STALE_AFTER
        former = (_until(key, until) if key.use is use else key for key in entry.keys)
        save_members(path, _with(members, replace(entry, keys=(*former, added))))
    return added


def replace_credentials(
    path: Path,
    party: NodeId | OrganSlug,
    now: datetime,
    *,
    tls_days: int = TLS_DAYS,
    key_days: int = KEY_DAYS,
) -> tuple[PublicKey, ...]:
    """New keys and a new certificate for a party whose own may be in other hands; gives the new keys.

    From now on nothing counts that the old keys sign, and no connection with an earlier certificate is served. What
    was signed before this moment counts. A key that was to begin later never counts.
    """
    with locked(path):
        members = load_members(path)
        entry = member_of(members, party)
        uses = sorted({key.use for key in entry.keys})
        added = tuple(_add_key(path, party, use, now, now + timedelta(days=key_days)) for use in uses)
        former = tuple(_until(key, now) for key in entry.keys if key.valid_from < now)
        place_tls(path, entry, home_of(path, party), now, tls_days)
        # What the certificate just made says of its beginning, in whole seconds as certificates say it.
        begins = (now - BACKDATED).replace(microsecond=0)
        save_members(path, _with(members, replace(entry, keys=(*former, *added), certified_since=begins)))
        if isinstance(party, OrganSlug):
            for use, key in zip(uses, added, strict=True):
                _put_first(home_of(path, party), use, key)
    return added


def revoke_organ(path: Path, slug: OrganSlug, reason: str) -> OrganEntry:
    """Let an organ be served no more; it stays listed, with the reason."""
    with locked(path):
        members = load_members(path)
        entry = member_of(members, slug)
        if not isinstance(entry, OrganEntry):
            raise TypeError("an organ's name names an organ")
        revoked = checked_organ(replace(entry, state=OrganState.REVOKED, reason=reason))
        save_members(path, _with(members, revoked))
    return revoked


def disconnect_node(path: Path, node_id: NodeId, reason: str, since: date) -> NodeEntry:
    """Let a node take no part any longer. It keeps its register and its outbox."""
    return _connect(path, node_id, connected=False, reason=reason, since=since)


def connect_node(path: Path, node_id: NodeId, since: date) -> NodeEntry:
    """Let a node take part (again)."""
    return _connect(path, node_id, connected=True, reason=None, since=since)


def merge_node(path: Path, node_id: NodeId, into: NodeId) -> NodeEntry:
    """Note that a municipality was merged into another, which whatever is said to it goes to from now on.

    It stays connected until it has sent what waits; then it is disconnected. Raises INVALID for what is no successor.
    """
    with locked(path):
        members = load_members(path)
        entry, successor = member_of(members, node_id), member_of(members, into)
        if not isinstance(entry, NodeEntry) or not isinstance(successor, NodeEntry):
            raise TypeError("a node's id names a node")
        if into == node_id or successor.successor is not None:
            raise JukinetError(
                ErrorKind.INVALID, f"{into} cannot succeed {node_id}: it stands for itself no longer."
            )
        merged = checked_node(replace(entry, successor=into))
        save_members(path, _with(members, merged))
    return merged


def note_ward(path: Path, node_id: NodeId, city: NodeId) -> NodeEntry:
    """Note that a node is that of a ward in a designated city, through whose node everything of it goes.

    Raises INVALID for a city that is a ward itself, or has none of this prefecture's.
    """
    with locked(path):
        members = load_members(path)
        entry, there = member_of(members, node_id), member_of(members, city)
        if not isinstance(entry, NodeEntry) or not isinstance(there, NodeEntry):
            raise TypeError("a node's id names a node")
        if there.city is not None or any(one.city == node_id for one in members.nodes):
            raise JukinetError(
                ErrorKind.INVALID, f"{city} and {node_id} cannot be city and ward: one is both."
            )
        ward = checked_node(replace(entry, city=city))
        save_members(path, _with(members, ward))
    return ward


def announce_node(
    path: Path,
    node_id: NodeId,
    made: Announcement,
    *,
    name: str | None = None,
    reported_on: date | None = None,
) -> NodeEntry:
    """Note where the designation of the centre, a change of it, or a governor's delegation was made public.

    ``name``: another name of the centre; ``reported_on``: when it said that name or office change. Raises INVALID with
    every rule of ``jukinet.law.announcements`` that fails.
    """
    with locked(path):
        members = load_members(path)
        entry = member_of(members, node_id)
        if not isinstance(entry, NodeEntry):
            raise TypeError("a node's id names a node")
        before = entry.announced
        announced = replace(entry, announced=made, name=name or entry.name)
        changes = before is not None and (announced.name, made.office) != (entry.name, before.office)
        decision = decide_announcement(
            PublicNotice(node_id, made.on, made.office, changes, reported_on), delegates=entry.delegates
        )
        if isinstance(decision, Refused):
            told = " ".join(f"{rule.rule} ({rule.article}): {rule.sentence}" for rule in decision.failed)
            raise JukinetError(ErrorKind.INVALID, told)
        save_members(path, _with(members, checked_node(announced)))
    return announced


def rotate_directory_key(path: Path, now: datetime, *, key_days: int = KEY_DAYS) -> PublicKey:
    """A new key for the directory, named by the root, whose key must be here for it; the former is named no more.

    Once a node has taken a directory of the new key, it takes none of the former. An interrupted run is repeated.
    """
    with locked(path):
        root = keys.load_signing_key(path / "root.key", KeyUse.ROOT)
        former = open_directory_keys(read_file(path / "directory-keys.json"), root.raw_public)
        made = keys.generate(KeyUse.DIRECTORY)
        named = made.public(now - BACKDATED, now + timedelta(days=key_days))
        keys.write_private(path / "directory.key", keys.private_pem(made))
        statement = seal_directory_keys(DirectoryKeys(former.version + 1, now, (named,)), root)
        keys.write_private(path / "directory-keys.json", statement)
    return named


def _connect(path: Path, node_id: NodeId, *, connected: bool, reason: str | None, since: date) -> NodeEntry:
    with locked(path):
        members = load_members(path)
        entry = member_of(members, node_id)
        if not isinstance(entry, NodeEntry):
            raise TypeError("a node's id names a node")
        if entry.connected is connected:
            state = "connected" if connected else "not connected"
            raise JukinetError(ErrorKind.CONFLICT, f"{node_id} is {state} already.")
        changed = checked_node(replace(entry, connected=connected, reason=reason, since=since))
        save_members(path, _with(members, changed))
    return changed


def _add_key(
    path: Path, party: NodeId | OrganSlug, use: KeyUse, begins: datetime, ends: datetime
) -> PublicKey:
    """Write a new private key beside the others: before the directory names it, nothing signs with it."""
    home = home_of(path, party)
    if not home.is_dir():
        raise JukinetError(ErrorKind.NOT_FOUND, f"{home} is not here; do it where the keys of {party} are.")
    made = keys.generate(use)
    keys.write_private(home / added_name(use, made.key_id), keys.private_pem(made))
    return made.public(begins, ends)


def _put_first(home: Path, use: KeyUse, key: PublicKey) -> None:
    """Let the new key be the one that an organ's programs sign with; a node chooses among its keys by the directory."""
    first = home / f"{use.value}.key"
    former = home / added_name(use, keys.load_signing_key(first, use).key_id)
    if not former.exists():  # as an interrupted try left it
        former.hardlink_to(first)
    (home / added_name(use, key.key_id)).replace(first)
    keys.sync_directory(home)


def _until(key: PublicKey, moment: datetime) -> PublicKey:
    return replace(key, valid_to=min(key.valid_to, moment))


def _with(members: Members, entry: NodeEntry | OrganEntry) -> Members:
    if isinstance(entry, NodeEntry):
        return replace(members, nodes=tuple(entry if one.id == entry.id else one for one in members.nodes))
    return replace(members, organs=tuple(entry if one.slug == entry.slug else one for one in members.organs))
